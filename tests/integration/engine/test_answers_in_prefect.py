"""What people do in the Prefect UI is done in the name that they gave, or not at all where an installation says so."""

import ast
from pathlib import Path

import pytest

import flows
from engine.databases import Database
from engine.world import MUNICIPAL, SSIH, Day, a_day, settings
from flows.answers import carry_out
from flows.people import NAME, person
from pathways.care.states import HandoverStatus
from pathways.errors import Refused

ACCEPTS = {"answer": f"{SSIH.team}: accept: we take over"}


@pytest.fixture
def day(database: Database, tmp_path: Path) -> Day:
    return a_day(database.engine, settings(tmp_path))


@pytest.fixture
def closed(database: Database, tmp_path: Path) -> Day:
    """The same where nobody acts in Prefect."""
    return a_day(database.engine, settings(tmp_path).model_copy(update={"answers_in_prefect": False}))


def test_an_answer_is_recorded_in_the_name_that_was_given_and_as_given_in_prefect(day: Day) -> None:
    handover = day.requested(day.begun())
    assert "does not say who you are" in (carry_out(day.operations, handover, {**ACCEPTS}) or "")
    assert "does not say who you are" in (carry_out(day.operations, handover, {**ACCEPTS, NAME: "640823"}) or "")
    assert day.operations.views.show(handover).handover(handover).status is HandoverStatus.REQUESTED
    assert carry_out(day.operations, handover, {**ACCEPTS, NAME: " Nils Påhittad "}) is None
    last = day.operations.views.show(handover).history[-1].actor
    assert (last.name, last.via, last.is_identified) == ("Nils Påhittad", "prefect", False)


def test_where_nobody_answers_in_prefect_an_answer_is_refused_with_where_to_answer(closed: Day) -> None:
    handover = closed.requested(closed.begun())
    number = closed.operations.views.show(handover).episode.number
    said = carry_out(closed.operations, handover, {**ACCEPTS, NAME: "Nils Påhittad"})
    assert said == "Nobody answers or begins anything in Prefect here. Do it in Handslag's own pages."
    assert closed.operations.views.show(handover).episode.number == number
    with pytest.raises(Refused, match="Nobody answers"):
        person(closed.operations, MUNICIPAL.team)


def test_only_one_place_of_the_flows_makes_people() -> None:
    """So that no flow forgets to ask whether anybody acts in Prefect here."""
    makers = {
        file.name
        for file in Path(str(flows.__file__)).parent.glob("*.py")
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Actor"
    }
    assert makers == {"people.py"}
