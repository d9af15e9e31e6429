"""Turns: of runs that work one at a time one begins, one waits, and what a later one makes needless is skipped."""

from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from prefect.client.schemas.objects import FlowRun

from flows.resident.turns import ONE_AT_A_TIME, in_turn
from flows.runs import UNATTENDED

NOW = datetime(2026, 3, 10, 9, tzinfo=UTC)
WATCH, DELIVER = uuid4(), uuid4()


def due(minute: int, deployment: UUID = WATCH, *, tags: tuple[str, ...] = (), is_scheduled: bool = True) -> FlowRun:
    at = NOW + timedelta(minutes=minute)
    return FlowRun(
        flow_id=uuid4(),
        deployment_id=deployment,
        tags=[ONE_AT_A_TIME, *tags],
        auto_scheduled=is_scheduled,
        next_scheduled_start_time=at,
    )


def test_of_what_a_schedule_planned_the_latest_begins_and_the_others_are_skipped() -> None:
    runs = [due(minute) for minute in (3, 14, 1, 7)]
    turns = in_turn(runs, [])
    assert turns.now == (runs[1],)
    assert set(map(id, turns.surplus)) == {id(runs[0]), id(runs[2]), id(runs[3])}


def test_while_one_is_at_work_the_latest_waits_and_is_not_skipped() -> None:
    runs = [due(1), due(2)]
    turns = in_turn(runs, [WATCH])
    assert (turns.now, turns.surplus) == ((), (runs[0],))


def test_one_for_the_instant_of_a_clock_is_skipped_like_one_of_a_schedule() -> None:
    early, late = due(1, tags=(UNATTENDED,), is_scheduled=False), due(2)
    assert in_turn([late, early], []).surplus == (early,)


@pytest.mark.parametrize("at_work", [False, True])
def test_one_that_a_person_asked_for_waits_its_turn_and_is_never_skipped(at_work: bool) -> None:
    by_hand, first, second = due(2, is_scheduled=False), due(1), due(3)
    turns = in_turn([first, by_hand, second], [WATCH] if at_work else [])
    assert turns.surplus == (first,)
    assert turns.now == (() if at_work else (by_hand,))


def test_each_deployment_has_turns_of_its_own_and_others_have_none() -> None:
    handovers = [FlowRun(flow_id=uuid4(), deployment_id=uuid4()) for _ in range(3)]
    handovers += [FlowRun(flow_id=uuid4(), deployment_id=handovers[0].deployment_id)]
    watch, deliver = due(1), due(1, DELIVER)
    turns = in_turn([*handovers, watch, deliver], [handovers[0].deployment_id])
    assert turns.surplus == ()
    assert list(turns.now) == [*handovers, watch, deliver]
