"""That a night sheet was made: it is noted of whoever read it, also after the end, and nobody is told."""

import pytest
from care_stories import Story, person, with_handover

from pathways.care.actors import Actor
from pathways.care.commands import NoteNightSheet
from pathways.care.episodes import NightSheet
from pathways.care.events import NightSheetMade
from pathways.care.states import HandoverStatus

MARK = "K7QM-2F4T"


def noted(actor: Actor, number: int = 3, mark: str = MARK) -> NoteNightSheet:
    return NoteNightSheet(actor=actor, mark=mark, number=number)


@pytest.mark.parametrize("team", ["home-north", "ward-east", "clinic-one"])
def test_the_responsible_the_asked_and_the_consulted_may_make_one_and_nothing_else_changes(team: str) -> None:
    story = with_handover(HandoverStatus.REQUESTED)
    before = story.episode
    story.wait(minutes=5)

    decision = story.perform(noted(person(team)))

    (recorded,) = decision.events
    assert recorded.event == NightSheetMade(mark=MARK, number=3)
    assert recorded.actor == person(team)
    assert not decision.notices
    made = NightSheet(mark=MARK, number=3, at=story.now)
    assert story.episode == before.model_copy(update={"number": before.number + 1, "night_sheet": made})


def test_the_latest_sheet_takes_the_place_of_the_one_before() -> None:
    story = Story()
    story.perform(noted(person("home-north")))
    story.wait(hours=1)
    story.perform(noted(person("home-north"), 4, "22AA-BB33"))
    assert story.episode.night_sheet == NightSheet(mark="22AA-BB33", number=4, at=story.now)


def test_that_one_was_made_is_noted_of_whoever_was_let_read_it() -> None:
    story = Story()
    assert story.perform(noted(person("ward-west"))).events[0].actor == person("ward-west")


def test_one_can_be_made_after_the_end() -> None:
    story = Story()
    story.end("deceased")
    story.perform(noted(person("home-north")))
    assert story.episode.night_sheet is not None
