"""What people do whom nobody has identified, on the command line or in the Prefect UI, is in the audit log as well."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine

from engine.world import MUNICIPAL, NAME, NETWORK, NUMBER, SSIH, Day, a_day, settings
from pathways.care.commands import EndEpisode
from pathways.care.states import Action
from pathways.errors import Refused
from pathways.operations.people import Patient
from pathways.store.unit_of_work import UnitOfWork


@pytest.fixture
def day(engine: Engine, tmp_path: Path) -> Day:
    return a_day(engine, settings(tmp_path))


def logged(day: Day) -> list[Mapping[str, Any]]:
    with UnitOfWork(day.operations.engine, writes=False) as work:
        return [each.entry for each in work.audit.sealed(NETWORK)]


def test_whatever_they_do_and_see_is_noted_with_what_they_said_of_themselves(day: Day) -> None:
    episode = day.begun(Patient(NUMBER, NAME))
    handover = day.requested(episode)
    day.do(handover, Action.ACCEPT)
    day.operations.patients.protect(episode, MUNICIPAL)
    day.operations.patients.shown(episode, SSIH)

    entries = logged(day)

    assert [(each["what"], each["team"]) for each in entries] == [
        ("begin-episode", MUNICIPAL.team),
        ("plan-handover", MUNICIPAL.team),
        ("accept", SSIH.team),
        ("protected", MUNICIPAL.team),
        ("see-identity", SSIH.team),
    ]
    assert {each["episode"] for each in entries} == {episode}
    assert {each["person"] for each in entries} == {1}
    assert {each["why"] for each in entries} == {"taken at their word"}
    assert (entries[0]["name"], entries[0]["login"]) == (MUNICIPAL.name, "command-line")
    (examined,) = day.operations.audit.verify()
    assert (examined.last.number, examined.findings) == (5, ())


def test_who_gave_no_name_is_noted_as_that(day: Day) -> None:
    day.operations.perform(day.begun(), EndEpisode(actor=MUNICIPAL.model_copy(update={"name": None}), end="deceased"))

    assert logged(day)[-1]["name"] == "somebody who gave no name"


def test_what_is_refused_has_not_been_done_and_is_not_noted(day: Day) -> None:
    episode = day.begun()
    with pytest.raises(Refused):
        day.operations.perform(episode, EndEpisode(actor=MUNICIPAL, end="no such end"))

    assert [each["what"] for each in logged(day)] == ["begin-episode"]


def test_clocks_and_handslag_itself_are_nobody(day: Day) -> None:
    day.requested(day.begun())
    before = len(logged(day))
    day.clock.forward(hours=2)

    assert day.operations.pass_due_clocks() > 0

    assert len(logged(day)) == before


def test_who_is_identified_is_noted_by_the_one_way_in_that_knows_why_they_may(day: Day) -> None:
    identified = MUNICIPAL.model_copy(update={"is_identified": True, "via": "desk"})

    day.operations.perform(day.begun(), EndEpisode(actor=identified, end="deceased"))

    assert [each["what"] for each in logged(day)] == ["begin-episode"]
