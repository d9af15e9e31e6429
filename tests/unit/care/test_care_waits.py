"""What is waited for, from whom and until when, in every state."""

from datetime import timedelta

import pytest
from care_stories import E, H, Story, with_handover
from care_worlds import START

from pathways.care.states import Action, HandoverStatus
from pathways.care.waits import Wait, WaitKind, first_due_at, waits, waits_by_clock

S, R = "home-north", "ward-east"
ANSWER, ARRIVE = timedelta(minutes=30), timedelta(hours=4)


@pytest.mark.parametrize(
    ("status", "kind", "teams", "limit"),
    [
        ("draft", WaitKind.REQUEST, (S,), timedelta(days=1)),
        ("requested", WaitKind.ANSWER, (R,), ANSWER),
        ("received", WaitKind.ANSWER, (R,), ANSWER),
        ("accepted", WaitKind.READINESS, (S, R), ARRIVE),
        ("ready", WaitKind.DEPARTURE, (S,), ARRIVE),
        ("on-hold", WaitKind.RESUMING, (S, R), ARRIVE),
        ("in-progress", WaitKind.ARRIVAL, (R,), ARRIVE),
    ],
)
def test_an_open_handover_is_one_wait(status: str, kind: WaitKind, teams: tuple[str, ...], limit: timedelta) -> None:
    story = with_handover(HandoverStatus(status))
    expected = Wait(episode=E, subject=H, kind=kind, teams=teams, due_at=START + limit, passed=0)
    assert waits(story.episode) == (expected,)


def test_where_the_patient_stays_the_receiver_is_waited_for_to_take_over() -> None:
    (wait,) = waits(with_handover(HandoverStatus.READY, travels=False).episode)
    assert (wait.kind, wait.teams) == (WaitKind.TAKING_OVER, ("experts",))


def test_only_the_side_that_still_misses_something_is_waited_for() -> None:
    story = with_handover(HandoverStatus.ACCEPTED)
    story.confirm(R)
    assert waits(story.episode)[0].teams == (S,)


@pytest.mark.parametrize("status", ["completed", "cancelled", "entered-in-error"])
def test_nothing_is_waited_for_when_no_handover_is_open(status: str) -> None:
    assert not waits(with_handover(HandoverStatus(status)).episode)


def test_a_wait_tells_how_often_its_limit_went_by() -> None:
    story = with_handover(HandoverStatus.REQUESTED)
    for passed in (1, 2):
        story.wait(hours=1)
        story.pass_clock(f"{H}/handover.answer")
        assert waits(story.episode)[0].passed == passed


def test_a_team_that_hands_over_to_itself_is_waited_for_once() -> None:
    story = Story("bed", team=None, unit="east-bed")
    story.plan("relieve", "acute", unit="east-rest")
    story.change(Action.ACCEPT, R)
    assert waits(story.episode)[0].teams == (R,)
    story.change(Action.HOLD, R, "awaits an answer")
    assert waits(story.episode)[0].teams == (R,)


def test_follow_ups_are_waited_for_by_name_from_their_owners() -> None:
    story = Story()
    story.end()
    assert [(wait.subject, wait.kind, wait.teams) for wait in waits(story.episode)] == [
        ("talk", WaitKind.FOLLOW_UP, ("home-north",)),
        ("form", WaitKind.FOLLOW_UP, ("experts",)),
    ]


def test_what_is_due_first_says_when_an_episode_is_due_and_nothing_waited_for_never() -> None:
    story = with_handover(HandoverStatus.REQUESTED)
    assert first_due_at(story.episode) == START + ANSWER
    assert list(waits_by_clock(story.episode)) == [f"{H}/handover.answer"]
    assert first_due_at(with_handover(HandoverStatus.CANCELLED).episode) is None
