"""What is measured to evaluate a programme: windows, reminders, and what cannot be so."""

from datetime import timedelta

import pytest
from care_stories import told
from care_worlds import AUTUMN, NETWORK
from programme_worlds import PROGRAMME, Programme
from test_enrolling import A, B, C, full, refusal

from pathways.care.actors import CLOCK
from pathways.care.commands import PassClock
from pathways.care.decisions import decide
from pathways.care.events import ClockStopped
from pathways.care.notice_kinds import NoticeKind
from pathways.care.programme.measuring import measure_key
from pathways.care.programme.windows import Occasion, counted, openings
from pathways.care.waits import WaitKind, waits
from pathways.definition.networks import Network

ABILITY, HOURS = measure_key("ability"), measure_key("hours")


def enrolled() -> Programme:
    world = Programme()
    world.begin(A)
    return world


def test_at_the_enrolment_those_who_measure_are_reminded_at_once() -> None:
    world = enrolled()
    assert {(each.subject, each.teams) for each in waits(world.episodes[A]) if each.kind is WaitKind.MEASUREMENT} == {
        ("ability", ("experts",)),
        ("hours", ("home-north",)),
    }
    due = NoticeKind.MEASUREMENT_DUE
    assert {(owed.kind, owed.team) for owed in world.outboxes[A]} == {(due, "experts"), (due, "home-north")}
    start, clock = world.now, world.episodes[A].clocks[ABILITY]
    assert (clock.next_at, clock.due_at) == (start + timedelta(days=2), start + timedelta(days=3))
    world.wait(days=2)
    assert told(world.pass_clock(A, ABILITY)) == {(due, "experts")}
    assert world.episodes[A].clocks[ABILITY].next_at == start + timedelta(days=3)


def test_a_window_that_has_still_to_open_is_told_of_when_it_does() -> None:
    world = enrolled()
    told_now = told(world.measure(A, "ability", 45, team="experts"))
    assert told_now == set()
    assert ABILITY not in {owed.subject for owed in world.outboxes[A]}
    world.now = world.episodes[A].clocks[ABILITY].next_at
    assert (NoticeKind.MEASUREMENT_DUE, "experts") in told(world.pass_clock(A, ABILITY))


def test_what_is_measured_lets_the_clock_of_the_next_window_run() -> None:
    world = enrolled()
    start = world.now
    world.measure(A, "ability", 45, team="experts")
    clock = world.episodes[A].clocks[ABILITY]
    zone = world.context.zone
    during = openings(PROGRAMME.evaluation, start, zone)[Occasion.DURING]  # type: ignore[arg-type]
    assert (clock.next_at, clock.due_at) == (during.opens_at, during.closes_at)
    outcomes = [each.event.outcome for each in world.histories[A] if isinstance(each.event, ClockStopped)]
    assert outcomes == ["met"]


def test_a_window_that_closes_is_missed_and_the_next_one_is_waited_for() -> None:
    world = enrolled()
    world.pass_clock(A, ABILITY)
    world.wait(days=3)
    passed = world.pass_clock(A, ABILITY)
    assert told(passed) == set()
    stopped = [each.event for each in passed.events if isinstance(each.event, ClockStopped)]
    assert [(each.key, each.outcome) for each in stopped] == [(ABILITY, "late"), (HOURS, "late")]
    assert world.episodes[A].clocks[ABILITY].next_at > world.now
    assert world.outboxes[A] == ()


def test_when_all_windows_have_closed_nothing_more_is_waited_for() -> None:
    world = enrolled()
    for _ in range(3):
        world.now = world.episodes[A].clocks[ABILITY].due_at
        world.pass_clock(A, ABILITY)
    assert ABILITY not in world.episodes[A].clocks


def test_of_several_measurements_in_one_window_the_last_counts_and_all_are_kept() -> None:
    world = enrolled()
    start = world.now
    for value in (40, 45):
        world.measure(A, "ability", value, team="experts")
    world.wait(weeks=3)
    world.measure(A, "ability", 50, team="experts")
    measured = world.episodes[A].measurements
    windows = openings(PROGRAMME.evaluation, start, world.context.zone)  # type: ignore[arg-type]
    assert counted(measured, windows, "ability") == {Occasion.BEFORE: 45}
    assert len(measured) == 3


def test_a_measurement_of_earlier_counts_for_when_it_was_made() -> None:
    world = enrolled()
    world.wait(days=10)
    world.measure(A, "hours", 7.5, at=world.now - timedelta(days=10, hours=1))
    (measured,) = world.episodes[A].measurements
    assert (measured.at, measured.recorded_at) == (world.now - timedelta(days=10, hours=1), world.now)
    assert world.episodes[A].clocks[HOURS].due_at > world.now + timedelta(weeks=4)


@pytest.mark.parametrize(
    ("name", "value", "mend"),
    [
        ("ability", 101, "from 0 to 100 in steps of 5"),
        ("ability", -5, "from 0 to 100"),
        ("ability", 43, "in steps of 5"),
        ("ability", 45.5, "in steps of 5"),
        ("ability", float("nan"), "Write one of at most"),
        ("hours", 7.25, "at most 1 decimals"),
        ("rides", 1, "Choose one of: ability, hours"),
    ],
)
def test_what_the_instrument_does_not_give_is_refused(name: str, value: float, mend: str) -> None:
    said = refusal(lambda: enrolled().measure(A, name, value))
    assert mend in said.mend
    assert str(value) not in said.sentence


def test_nothing_is_measured_in_the_future_nor_before_anybody_lived_nor_by_strangers() -> None:
    world = enrolled()
    assert "measured then" in refusal(lambda: world.measure(A, "hours", 1, at=world.now + timedelta(1))).sentence
    long_ago = world.now.replace(year=1066)
    assert "too far away" in refusal(lambda: world.measure(A, "hours", 1, at=long_ago)).sentence
    assert "no part in it" in refusal(lambda: world.measure(A, "hours", 1, team="ward-east")).sentence


def test_a_pathway_without_an_evaluation_measures_nothing() -> None:
    world = Programme(pathway=PROGRAMME.model_copy(update={"evaluation": None}))
    world.begin(A)
    assert ABILITY not in world.episodes[A].clocks
    assert "no measure of that name" in refusal(lambda: world.measure(A, "hours", 1)).sentence


def test_after_an_ordinary_end_it_is_measured_on_and_after_a_death_or_a_move_it_is_not() -> None:
    for end, goes_on in (("finished", True), ("deceased", False), ("moved", False)):
        world = enrolled()
        world.wait(hours=1)
        world.end(A, end)
        assert (ABILITY in world.episodes[A].clocks) is goes_on
        world.wait(hours=1)
        world.measure(A, "hours", 3, at=world.now - timedelta(hours=1))
        if goes_on:
            world.measure(A, "hours", 2)
        else:
            said = refusal(lambda world=world: world.measure(A, "hours", 2))
            assert "after such an end" in said.sentence


def test_an_end_taken_back_lets_it_be_measured_again() -> None:
    world = enrolled()
    world.end(A, "deceased")
    world.take_back(A)
    assert {ABILITY, HOURS} <= set(world.episodes[A].clocks)


def test_those_who_wait_are_measured_only_to_be_compared_and_anew_from_their_enrolment() -> None:
    world = full()
    start = world.now - timedelta(hours=1)
    assert world.episodes[C].clocks[ABILITY].due_at == start + timedelta(days=3)
    world.end(A)
    world.wait(days=30)
    world.enrol(C)
    assert world.episodes[C].clocks[ABILITY].due_at == world.now + timedelta(days=3)
    evaluation = PROGRAMME.evaluation
    assert evaluation is not None
    alone = PROGRAMME.model_copy(update={"evaluation": evaluation.model_copy(update={"compare_with": None})})
    other = Programme(pathway=alone)
    for reference in (A, B, C):
        other.begin(reference)
    assert ABILITY not in other.episodes[C].clocks


def test_the_clock_goes_along_with_the_team_of_its_role() -> None:
    world = enrolled()
    teams = {key: team for key, team in NETWORK.teams.items() if key != "home-north"}
    moved: Network = NETWORK.model_copy(update={"teams": teams})
    context = world.context.__class__(PROGRAMME, moved, world.now + timedelta(days=2), programme=world.occupancy)
    decision = decide(context, world.episodes[A], PassClock(actor=CLOCK, key=ABILITY))
    assert decision.episode.clocks[HOURS].owner == "home-south"


def test_windows_follow_the_calendar_across_a_change_of_the_clocks() -> None:
    zone = Programme().context.zone
    evaluation = PROGRAMME.evaluation
    assert evaluation is not None
    windows = openings(evaluation, AUTUMN, zone)
    assert [each.opens_at.astimezone(zone).hour for each in windows.values()] == [AUTUMN.astimezone(zone).hour] * 3
    assert windows[Occasion.BEFORE].holds(windows[Occasion.BEFORE].closes_at)
    assert not windows[Occasion.DURING].holds(windows[Occasion.DURING].closes_at + timedelta(seconds=1))
