"""What another network reports of the patient's life: asked about, confirmed, denied, withdrawn, and never acted on."""

import pytest
from care_stories import E, Story, person, told, with_handover
from care_worlds import NETWORK

from pathways.care.actors import SYSTEM, Actor, ActorKind
from pathways.care.commands import DenyVitalStatus, ReportVitalStatus, TakeBackEnd
from pathways.care.episodes import ClockOutcome
from pathways.care.events import ClockStopped, VitalStatusDenied, VitalStatusReported
from pathways.care.notice_kinds import NoticeKind
from pathways.care.recording import Decision
from pathways.care.states import Action, HandoverStatus
from pathways.care.vital_status import DEATH_KEY, LIFE_KEY
from pathways.care.waits import WaitKind, waits
from pathways.errors import Refused

NORTH = "home-north"


def report(story: Story, *, is_dead: bool) -> Decision:
    return story.perform(ReportVitalStatus(actor=SYSTEM, is_dead=is_dead))


def deny(story: Story, team: str = NORTH) -> Decision:
    return story.perform(DenyVitalStatus(actor=person(team)))


def asked(story: Story) -> set[str]:
    return {DEATH_KEY, LIFE_KEY} & set(story.episode.clocks)


def test_a_death_elsewhere_starts_a_clock_of_the_responsible_team_and_ends_nothing() -> None:
    story = with_handover(HandoverStatus.ACCEPTED)
    decision = report(story, is_dead=True)
    assert VitalStatusReported(is_dead=True) in [recorded.event for recorded in decision.events]
    assert told(decision) == {(NoticeKind.DEATH_REPORTED, NORTH)}
    assert decision.notices[0].due_at == story.episode.clocks[DEATH_KEY].due_at
    assert not story.episode.has_ended
    assert story.episode.open_handover
    assert WaitKind.DEATH_REPORT in {wait.kind for wait in waits(story.episode)}
    story.wait(hours=2)
    assert told(story.pass_clock(DEATH_KEY)) == {(NoticeKind.DEATH_REPORTED, NORTH)}


def test_the_same_report_twice_asks_once() -> None:
    story = Story()
    report(story, is_dead=True)
    assert not report(story, is_dead=True).events


def test_what_agrees_with_what_is_recorded_here_says_nothing() -> None:
    story = Story()
    assert not report(story, is_dead=False).events
    story.end("deceased")
    assert not report(story, is_dead=True).events


def test_what_ended_otherwise_is_not_asked_about() -> None:
    story = Story()
    story.end("moved")
    assert not report(story, is_dead=True).events


@pytest.mark.parametrize("is_dead", [True, False])
def test_a_report_that_is_withdrawn_stops_its_clock_and_is_told(is_dead: bool) -> None:
    story = Story()
    if not is_dead:
        story.end("deceased")
    report(story, is_dead=is_dead)
    assert len(asked(story)) == 1
    decision = report(story, is_dead=not is_dead)
    assert asked(story) == set()
    assert told(decision) == {(NoticeKind.REPORT_WITHDRAWN, NORTH)}
    (stopped,) = [each.event for each in decision.events if isinstance(each.event, ClockStopped)]
    assert stopped.outcome is ClockOutcome.WITHDRAWN


def test_a_life_elsewhere_is_asked_of_who_was_responsible_and_the_end_stands_until_it_is_taken_back() -> None:
    story = Story()
    story.end("deceased")
    assert told(report(story, is_dead=False)) == {(NoticeKind.LIFE_REPORTED, NORTH)}
    assert story.episode.has_ended
    assert WaitKind.LIFE_REPORT in {wait.kind for wait in waits(story.episode)}
    story.perform(TakeBackEnd(actor=person(NORTH)))
    assert not story.episode.has_ended
    assert asked(story) == set()


@pytest.mark.parametrize("is_dead", [True, False])
def test_who_is_asked_denies_it_and_nothing_else_changes(is_dead: bool) -> None:
    story = Story()
    if not is_dead:
        story.end("deceased")
    report(story, is_dead=is_dead)
    before = story.episode.status
    decision = deny(story)
    assert decision.events[0].event == VitalStatusDenied(is_dead=is_dead)
    assert asked(story) == set()
    assert story.episode.status is before


def test_nobody_else_answers_no_program_does_and_nothing_where_nothing_was_reported() -> None:
    story = Story()
    with pytest.raises(Refused, match=f"in episode {E}: nobody else"):
        deny(story)
    report(story, is_dead=True)
    with pytest.raises(Refused, match=f"that is for {NORTH}"):
        deny(story, "clinic-one")
    program = Actor(kind=ActorKind.PERSON, team=NORTH, via="api", is_identified=True)
    with pytest.raises(Refused, match="a person says whether"):
        story.perform(DenyVitalStatus(actor=program))
    assert asked(story) == {DEATH_KEY}


def test_no_person_reports_for_another_network() -> None:
    with pytest.raises(Refused, match="for Handslag itself to do"):
        Story().perform(ReportVitalStatus(actor=person(NORTH), is_dead=True))


def test_a_report_goes_along_with_the_responsibility() -> None:
    story = with_handover(HandoverStatus.IN_PROGRESS)
    report(story, is_dead=True)
    story.do(Action.ARRIVE, story.episode.handovers["H222-2222"].plan.to_team)
    assert story.episode.clocks[DEATH_KEY].owner == story.episode.responsible_team != NORTH
    assert story.episode.responsible_team in NETWORK.teams


def test_a_death_that_was_confirmed_by_mistake_and_is_taken_back_asks_no_more() -> None:
    story = Story()
    report(story, is_dead=True)
    story.end("deceased")
    story.perform(TakeBackEnd(actor=person(NORTH)))
    assert asked(story) == set()
