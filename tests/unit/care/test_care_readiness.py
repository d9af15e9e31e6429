"""Readiness: evidence, when it was checked, for how long that holds, and what is missing before anybody goes ahead."""

from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from care_stories import H, Story, change, person, told
from care_worlds import START
from pydantic import ValidationError
from strict_stories import EXPIRY, R, S, accepted, read_back, ready, waive

from pathways.care.actors import SYSTEM
from pathways.care.commands import ConfirmReadiness
from pathways.care.events_of_handovers import ReadinessExpired
from pathways.care.notice_kinds import NoticeKind
from pathways.care.recording import Decision
from pathways.care.states import Action, HandoverStatus
from pathways.errors import Refused

HELD_FOR = timedelta(hours=2)
BOTH_LOOK_AGAIN = {(NoticeKind.READINESS_EXPIRED, S), (NoticeKind.READINESS_EXPIRED, R)}


@pytest.mark.parametrize("evidence", ["", " \n"])
@pytest.mark.parametrize("items", [(), ("listed",)])
def test_what_asks_for_evidence_is_in_place_only_with_it(items: tuple[str, ...], evidence: str) -> None:
    story = accepted()
    with pytest.raises(Refused, match=rf"handover {H}: it is accepted, and nothing tells how this is known: listed\."):
        story.confirm(S, *items, evidence=evidence)
    story.confirm(S, *items, evidence="list of today")
    tick = story.handover().ticks["listed"]
    assert (tick.evidence, tick.at, tick.checked_at, tick.actor.team) == ("list of today", START, START, S)


def test_a_tick_says_when_it_was_checked_and_holds_from_then() -> None:
    story = accepted()
    checked_at = START - timedelta(minutes=50)
    story.confirm(S, evidence="list", checked_at=checked_at.astimezone(timezone(timedelta(hours=5))))
    tick = story.handover().ticks["listed"]
    assert (tick.at, tick.checked_at, tick.expires_at) == (START, checked_at, checked_at + HELD_FOR)
    assert tick.checked_at.tzinfo is UTC or tick.checked_at.utcoffset() == timedelta(0)


@pytest.mark.parametrize(
    ("checked_at", "why"),
    [
        (START + timedelta(seconds=1), "nothing can have been checked later than now"),
        (
            datetime(2199, 12, 31, 23, tzinfo=timezone(timedelta(hours=-2))),
            "nothing can have been checked later than now",
        ),
        (START - HELD_FOR, "this was checked so long ago that it no longer holds: listed"),
        (datetime(1900, 1, 1, tzinfo=timezone(timedelta(hours=2))), "that was checked years ago"),
    ],
)
def test_a_check_in_the_future_or_one_that_no_longer_holds_is_refused(checked_at: datetime, why: str) -> None:
    story = accepted()
    with pytest.raises(Refused, match=f"it is accepted, and {why}"):
        story.confirm(S, evidence="list", checked_at=checked_at)


def test_a_time_without_a_zone_is_no_time_of_a_check() -> None:
    with pytest.raises(ValidationError):
        ConfirmReadiness(actor=SYSTEM, handover=H, checked_at=datetime(2026, 3, 2, 9))  # noqa: DTZ001 - that is the point


@pytest.mark.parametrize("team", [R, "ward-west"])
def test_only_the_side_that_owns_an_item_ticks_it(team: str) -> None:
    with pytest.raises(Refused):
        accepted().confirm(team, "listed", evidence="list")


@pytest.mark.parametrize("action", [Action.DEPART, Action.ARRIVE])
def test_nobody_goes_ahead_before_all_is_in_place(action: Action) -> None:
    story = accepted("planned")
    story.confirm(R, "named", evidence="nurse")
    said = r"not in place: listed \(sender\), booked \(receiver\), told \(sender\)\. .*handslag waive\.$"
    with pytest.raises(Refused, match=said):
        story.change(action, S if action is Action.DEPART else R)


def test_what_is_in_place_for_a_time_has_a_clock_that_its_owner_has() -> None:
    story = ready()
    clock = story.episode.clocks[EXPIRY]
    assert (clock.owner, clock.due_at, clock.next_at) == (S, START + HELD_FOR, START + HELD_FOR)
    story.wait(hours=1, minutes=59)
    assert not story.pass_clock(EXPIRY).events


def test_what_expires_makes_a_ready_handover_accepted_again_and_both_are_told() -> None:
    story = ready()
    story.wait(hours=2)
    decision = story.pass_clock(EXPIRY)
    assert told(decision) == BOTH_LOOK_AGAIN
    assert story.handover().status is HandoverStatus.ACCEPTED
    assert story.handover().missing == ("listed",)
    assert EXPIRY not in story.episode.clocks


def test_what_expires_before_all_is_in_place_is_told_to_its_owner_alone() -> None:
    story = accepted()
    story.confirm(S, evidence="list")
    story.wait(hours=2)
    assert told(story.pass_clock(EXPIRY)) == {(NoticeKind.READINESS_EXPIRED, S)}
    assert story.handover().status is HandoverStatus.ACCEPTED


def test_nobody_departs_on_what_has_expired_even_if_no_clock_has_noticed() -> None:
    story = ready()
    story.wait(hours=2)
    with pytest.raises(Refused, match=r"it is ready, and this is not in place: listed \(sender\)\."):
        story.change(Action.DEPART, S)


@pytest.mark.parametrize("is_checked_again", [False, True])
def test_a_departure_from_before_something_expired_is_entered_after_it(*, is_checked_again: bool) -> None:
    story = ready()
    story.wait(hours=2)
    story.pass_clock(EXPIRY)
    story.wait(hours=1)
    if is_checked_again:
        story.confirm(S, evidence="list, looked at again")
    depart = change(Action.DEPART, person(S))
    with pytest.raises(Refused, match=r"listed|the last that had to be in place was"):
        story.perform(depart.model_copy(update={"occurred_at": START + timedelta(hours=2, minutes=30)}))
    at = START + timedelta(minutes=90)
    decision = story.perform(depart.model_copy(update={"occurred_at": at}))
    assert told(decision) == {(NoticeKind.DEPARTED, R)}
    handover = story.handover()
    assert (handover.status, handover.changed_at, handover.missing) == (HandoverStatus.IN_PROGRESS, at, ())


def test_an_item_checked_again_in_time_holds_for_longer_and_tells_nobody() -> None:
    story = ready()
    story.wait(hours=1)
    decision = story.confirm(S, "listed", evidence="list, looked at again")
    assert not decision.notices
    assert story.handover().status is HandoverStatus.READY
    assert story.episode.clocks[EXPIRY].due_at == START + timedelta(hours=3)


def test_an_item_checked_again_late_is_in_place_again_without_having_been_missing() -> None:
    story = ready()
    story.wait(hours=3)
    decision = story.confirm(S, evidence="list, looked at again")
    assert not any(isinstance(recorded.event, ReadinessExpired) for recorded in decision.events)
    assert story.handover().status is HandoverStatus.READY


def test_an_item_that_expires_while_another_is_ticked_is_missing_at_once() -> None:
    story = accepted()
    story.confirm(S, evidence="list")
    story.wait(hours=2)
    decision = story.confirm(R, evidence="nurse")
    assert told(decision) == {(NoticeKind.READINESS_EXPIRED, S)}
    assert story.handover().missing == ("listed",)


@pytest.mark.parametrize(
    ("item", "again", "is_news"),
    [
        ("listed", {"evidence": "list of today"}, False),
        ("listed", {"evidence": "another list"}, True),
        ("named", {"evidence": "nurse on duty"}, False),
        ("named", {"evidence": "another nurse"}, True),
        ("named", {"evidence": "nurse on duty", "checked_at": START - timedelta(days=1)}, True),
        ("named", {}, False),
    ],
)
def test_a_tick_said_again_is_news_only_when_it_says_something_new(
    item: str, again: dict[str, Any], is_news: bool
) -> None:
    story = ready()
    decision = story.confirm(S if item == "listed" else R, item, **again)
    assert bool(decision.events) == is_news


@pytest.mark.parametrize("is_noticed", [True, False])
def test_what_expires_on_hold_is_missing_when_it_is_taken_up_again(is_noticed: bool) -> None:
    story = ready()
    story.change(Action.HOLD, R, "the lift is broken")
    story.wait(hours=2)
    if is_noticed:
        assert told(story.pass_clock(EXPIRY)) == {(NoticeKind.READINESS_EXPIRED, S)}
        assert story.handover().status is HandoverStatus.ON_HOLD
    story.change(Action.RESUME, S)
    assert story.handover().status is HandoverStatus.ACCEPTED
    assert story.handover().missing == ("listed",)


def test_a_ready_handover_on_hold_is_ready_again_when_all_still_holds() -> None:
    story = ready()
    story.change(Action.HOLD, R, "the lift is broken")
    story.change(Action.RESUME, S)
    assert story.handover().status is HandoverStatus.READY


def test_on_the_way_nothing_expires() -> None:
    story = ready()
    story.change(Action.DEPART, S)
    assert EXPIRY not in story.episode.clocks
    story.wait(hours=3)
    read_back(story)
    story.change(Action.ARRIVE, R)
    assert story.handover().status is HandoverStatus.COMPLETED


def test_what_is_waived_needs_no_more_looking_at() -> None:
    story = ready()
    story.wait(hours=2)
    waive(story, S, "listed")
    assert EXPIRY not in story.episode.clocks
    assert story.handover().status is HandoverStatus.READY
    story.change(Action.DEPART, S)


def test_the_next_to_expire_has_the_clock() -> None:
    story = accepted("planned")
    story.confirm(R, evidence="nurse")
    assert (story.episode.clocks[EXPIRY].owner, story.episode.clocks[EXPIRY].due_at) == (R, START + timedelta(days=7))
    story.confirm(S, evidence="list")
    assert (story.episode.clocks[EXPIRY].owner, story.episode.clocks[EXPIRY].due_at) == (S, START + HELD_FOR)
    story.wait(hours=2)
    story.pass_clock(EXPIRY)
    assert story.episode.clocks[EXPIRY].owner == R


def test_a_closed_handover_has_no_clock_for_what_was_in_place() -> None:
    story: Story = ready()
    decision: Decision = story.change(Action.CANCEL, S, "better at home")
    assert decision.events
    assert EXPIRY not in story.episode.clocks
