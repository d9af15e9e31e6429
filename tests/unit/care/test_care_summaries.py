"""The summary: who writes it, complete before a request, kept with the request, told when it changes."""

import pytest
from care_commands import FULL
from care_stories import E, H, person, told
from care_worlds import PERSON_NAME
from strict_stories import R, S, begun, requested, write

from pathways.care.communication import IllnessSeverity, Summary
from pathways.care.notice_kinds import NoticeKind
from pathways.care.states import Action
from pathways.errors import Refused

ACUTE = Summary(illness_severity=IllnessSeverity.UNSTABLE, situation="more pain")


def test_a_request_without_its_summary_is_refused_with_what_it_lacks_and_the_command_that_writes_it() -> None:
    story = begun()
    with pytest.raises(Refused) as refusal:
        story.plan("admit", "planned")
    assert str(refusal.value) == (
        f"Cannot request a handover of episode {E}: "
        "its summary lacks illness-severity, situation, actions, contingency. "
        f"Write these parts: handslag summary {E} --illness-severity … --situation … --action … --contingency …."
    )


def test_the_summary_is_complete_for_its_urgency() -> None:
    story = begun()
    write(story, ACUTE)
    with pytest.raises(Refused, match="lacks actions, contingency"):
        story.plan("admit", "planned")
    story.plan("admit", "acute")
    assert story.handover().summary == ACUTE


def test_a_blank_part_says_nothing() -> None:
    story = begun()
    write(story, ACUTE.model_copy(update={"situation": " \n"}))
    with pytest.raises(Refused, match="lacks situation"):
        story.plan("admit", "acute")


def test_a_draft_is_planned_without_and_sent_with_the_summary_as_it_is_then() -> None:
    story = begun()
    story.plan("admit", "acute", draft=True)
    with pytest.raises(Refused, match="lacks illness-severity, situation"):
        story.change(Action.REQUEST, S)
    assert not told(write(story, ACUTE))
    assert story.handover().summary is None
    story.change(Action.REQUEST, S)
    assert story.handover().summary == ACUTE


def test_what_is_written_while_a_handover_is_open_reaches_its_receiver() -> None:
    story = requested()
    worse = FULL.model_copy(update={"situation": "worse"})
    assert told(write(story, worse)) == {(NoticeKind.SUMMARY_UPDATED, R)}
    assert story.handover().summary == worse


def test_an_open_handover_keeps_a_complete_summary() -> None:
    story = requested()
    with pytest.raises(Refused, match=f"handover {H} is open and needs situation in it. Write these parts as well"):
        write(story, Summary(illness_severity=IllnessSeverity.STABLE))


def test_what_is_written_afterwards_does_not_change_what_was_handed_over() -> None:
    story = requested()
    story.change(Action.REJECT, R, "no-place")
    write(story, ACUTE)
    assert story.handover().summary == FULL


@pytest.mark.parametrize("team", [S, "clinic-one", "clinic-two"])
def test_the_responsible_and_the_consulted_write_it(team: str) -> None:
    story = begun()
    write(story, ACUTE, team)
    assert story.episode.summary
    assert story.episode.summary.actor == person(team)


@pytest.mark.parametrize("team", [R, "home-south", "nonsense"])
def test_nobody_else_writes_it(team: str) -> None:
    with pytest.raises(Refused, match=r"neither responsible nor consulted\. Ask one of: home-north, clinic-one"):
        write(begun(), ACUTE, team)


def test_the_same_once_more_is_nothing() -> None:
    story = begun()
    write(story, ACUTE)
    assert not write(story, ACUTE).events


def test_an_empty_summary_is_none() -> None:
    with pytest.raises(Refused, match=r"it says nothing\. Write at least one of its parts"):
        write(begun(), Summary(situation=" "))


def test_after_the_end_nothing_is_written() -> None:
    story = begun()
    story.end()
    with pytest.raises(Refused, match="the episode has ended") as refusal:
        write(story, Summary(situation=PERSON_NAME))
    assert PERSON_NAME not in str(refusal.value)
