"""Clocks: reminded before, told at the limit, climbed contact by contact, told again, on the calendar of the place."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from care_stories import E, H, Story, person, told, with_handover
from care_worlds import AUTUMN, NETWORK, PATHWAY, SPRING, START, TEAMS, ZONE

from pathways.care.commands import PassClock
from pathways.care.events import ClockReminded
from pathways.care.events_of_handovers import HandoverEscalated
from pathways.care.notice_kinds import NoticeKind
from pathways.care.recording import Context, Decision
from pathways.care.states import Action, HandoverStatus
from pathways.errors import Refused

ANSWER, ARRIVE, DRAFT = (f"{H}/handover.{kind}" for kind in ("answer", "arrive", "draft"))


def requested(move: str = "admit", urgency: str = "acute", now: datetime = START, unit: str | None = None) -> Story:
    story = Story(now=now)
    story.plan(move, urgency, unit=unit)
    return story


def contacts(decision: Decision, kind: NoticeKind) -> list[str]:
    return [owed.contact for owed in decision.notices if owed.kind is kind]


def test_the_receiver_is_reminded_once_before_the_limit() -> None:
    story = requested()
    story.wait(minutes=20)
    decision = story.pass_clock(ANSWER)
    (reminder,) = decision.notices
    assert (reminder.kind, reminder.team, reminder.contact) == (NoticeKind.REMINDER, "ward-east", "first")
    assert (reminder.handover, reminder.due_at) == (H, START + timedelta(minutes=30))
    assert not story.pass_clock(ANSWER).events
    assert story.episode.clocks[ANSWER].next_at == START + timedelta(minutes=30)


@pytest.mark.parametrize("key", [ANSWER, ARRIVE])
def test_a_clock_that_is_not_due_does_nothing(key: str) -> None:
    story = requested()
    story.wait(minutes=19, seconds=59)
    assert story.pass_clock(key) == Decision(episode=story.episode)


def test_a_clock_that_does_not_run_does_nothing() -> None:
    story = requested()
    assert not story.pass_clock("no such clock").events
    story.change(Action.REJECT, "ward-east", "no-place")
    story.wait(days=9)
    assert not story.pass_clock(ANSWER).events


def test_a_handover_unanswered_past_its_limit_climbs_contact_by_contact_and_stays_on_the_last_resort() -> None:
    story = requested()
    story.wait(minutes=20)
    story.pass_clock(ANSWER)
    story.wait(minutes=10)
    climbed: list[tuple[str, str, int]] = []
    for _ in range(4):
        decision = story.pass_clock(ANSWER)
        assert {owed.due_at for owed in decision.notices} == {START + timedelta(minutes=30)}
        (step,) = [recorded.event for recorded in decision.events if isinstance(recorded.event, HandoverEscalated)]
        sender = "experts" if step.step == 4 else "home-north"  # its three contacts first, then the last resort
        assert told(decision) == {(NoticeKind.ESCALATED, step.team), (NoticeKind.OVERDUE, sender)}
        assert contacts(decision, NoticeKind.ESCALATED) == [step.contact]
        assert {owed.times for owed in decision.notices if owed.kind is NoticeKind.OVERDUE} == {step.step}
        climbed.append((step.team, step.contact, step.step))
        assert story.episode.clocks[ANSWER].next_at == story.now + timedelta(minutes=10)
        story.wait(minutes=10)
    assert climbed == [
        ("ward-east", "second", 1),
        ("ward-east", "third", 2),
        ("experts", "third", 3),
        ("experts", "third", 4),
    ]
    assert story.handover().escalations == 4
    assert story.handover().status is HandoverStatus.REQUESTED


def test_of_a_receiver_with_one_contact_the_last_resort_is_asked_next() -> None:
    story = requested(unit="west-bed")
    story.wait(minutes=30)
    assert (NoticeKind.ESCALATED, "experts") in told(story.pass_clock(ANSWER))


def test_seeing_a_request_does_not_stop_its_limit() -> None:
    story = with_handover(HandoverStatus.RECEIVED)
    story.wait(minutes=30)
    assert (NoticeKind.ESCALATED, "ward-east") in told(story.pass_clock(ANSWER))


def test_a_watcher_that_comes_late_acts_once_and_not_for_every_repeat_that_went_by() -> None:
    story = requested()
    story.wait(days=2)
    decision = story.pass_clock(ANSWER)
    assert not any(isinstance(recorded.event, ClockReminded) for recorded in decision.events)
    assert contacts(decision, NoticeKind.ESCALATED) == ["second"]
    assert not story.pass_clock(ANSWER).events
    assert story.episode.clocks[ANSWER].passed == 1
    assert story.episode.clocks[ANSWER].next_at == story.now + timedelta(minutes=10)


def test_a_team_that_hands_over_to_itself_is_asked_and_not_told_twice() -> None:
    story = Story("bed", team=None, unit="east-bed")
    story.plan("relieve", "acute", unit="east-rest")
    story.wait(minutes=30)
    assert told(story.pass_clock(ANSWER)) == {(NoticeKind.ESCALATED, "ward-east")}
    story.wait(hours=4)
    assert [owed.team for owed in story.pass_clock(ARRIVE).notices] == ["ward-east"]


@pytest.mark.parametrize(
    "status",
    [status for status in HandoverStatus if status in ("requested", "accepted", "ready", "on-hold", "in-progress")],
)
def test_a_handover_not_done_in_time_is_told_to_both_sides_and_told_again(status: HandoverStatus) -> None:
    story = with_handover(status)
    story.wait(hours=4)
    for _ in range(2):
        decision = story.pass_clock(ARRIVE)
        assert told(decision) == {(NoticeKind.OVERDUE, "home-north"), (NoticeKind.OVERDUE, "ward-east")}
        assert story.episode.clocks[ARRIVE].next_at == story.now + timedelta(minutes=10)
        assert story.handover().status is status
        story.wait(minutes=10)


def test_a_draft_that_is_left_is_told_to_the_sender_every_day() -> None:
    story = Story(now=SPRING)
    story.plan(draft=True)
    for hours in (23, 24, 24):
        story.wait(hours=hours)
        decision = story.pass_clock(DRAFT)
        assert told(decision) == {(NoticeKind.DRAFT_WAITING, "home-north")}
        assert story.now.astimezone(ZONE).hour == 12


@pytest.mark.parametrize("team", TEAMS)
def test_no_person_passes_a_clock(team: str) -> None:
    story = requested()
    story.wait(days=1)
    with pytest.raises(Refused, match=f"Cannot pass a clock of episode {E}: that is for Handslag itself to do"):
        story.perform(PassClock(actor=person(team), key=ANSWER))


@pytest.mark.parametrize(("now", "hours"), [(START, 24), (SPRING, 23), (AUTUMN, 25)])
def test_a_limit_of_days_keeps_the_local_time_of_day_across_a_clock_change(now: datetime, hours: int) -> None:
    story = requested("strengthen", "planned", now)
    clock = story.episode.clocks[ANSWER]
    assert clock.due_at == now + timedelta(hours=hours)
    assert clock.due_at.astimezone(ZONE).time() == now.astimezone(ZONE).time()
    assert clock.next_at == clock.due_at - timedelta(hours=4)


@pytest.mark.parametrize(("now", "hours"), [(START, 24), (SPRING, 23), (AUTUMN, 25)])
def test_a_repeat_of_days_keeps_the_local_time_of_day_across_a_clock_change(now: datetime, hours: int) -> None:
    story = Story("home-plus", team=None, now=now - timedelta(hours=2))
    story.plan("ease", "planned")
    story.wait(hours=2)
    story.pass_clock(ANSWER)
    assert story.episode.clocks[ANSWER].next_at == now + timedelta(hours=hours)


@pytest.mark.parametrize(("now", "hours"), [(START, 24), (SPRING, 23), (AUTUMN, 25)])
def test_a_reminder_of_days_keeps_the_local_time_of_day_across_a_clock_change(now: datetime, hours: int) -> None:
    story = requested("admit", "planned", now - timedelta(days=1))
    clock = story.episode.clocks[ANSWER]
    assert clock.next_at == now
    assert clock.due_at == now + timedelta(hours=hours)


def test_a_reminder_longer_than_its_limit_turns_out_to_be_is_due_at_once() -> None:
    """A month is judged as thirty days when a pathway is checked, and may be shorter."""
    urgency = PATHWAY.moves["admit"].urgencies["planned"].model_dump()
    urgency |= {"answer": "1 month", "remind": "29 days", "arrive": "2 months"}
    move = PATHWAY.moves["admit"].model_dump()
    moves = {**PATHWAY.moves, "admit": {**move, "urgencies": {"planned": urgency}}}
    pathway = PATHWAY.model_validate({**PATHWAY.model_dump(), "moves": moves})
    story = Story(context=Context(pathway, NETWORK, datetime(2026, 2, 1, 9, 0, tzinfo=UTC)))
    story.plan("admit", "planned")
    assert story.episode.clocks[ANSWER].next_at == story.now
    assert told(story.pass_clock(ANSWER)) == {(NoticeKind.REMINDER, "ward-east")}


@pytest.mark.parametrize(
    "prepare",
    [
        lambda story: story.plan(draft=True),
        lambda story: story.plan("relieve", "acute"),
        lambda story: story.plan("admit", "planned"),
    ],
)
def test_every_clock_says_whose_it_is_and_when_it_began(prepare: Callable[[Story], Decision]) -> None:
    story = Story()
    story.wait(hours=1)
    prepare(story)
    for clock in story.episode.clocks.values():
        assert clock.subject == H
        assert clock.started_at == story.now < clock.due_at
        assert clock.owner == ("home-north" if clock.key == DRAFT else "ward-east")
        assert clock.passed == 0
