"""Every clock of the domain in one table: met just in time, late by a second, told, withdrawn; around the calendar."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

import pytest
from care_stories import H, Story, person, told
from care_worlds import AUTUMN, SPRING, START
from deadline_worlds import DEADLINES, at_bed, at_home, days_on, local, move, reach
from made_up_facts import STABLE, UNSTABLE

from pathways.care.commands import TakeBackEnd
from pathways.care.episodes import ClockOutcome
from pathways.care.events import ClockStopped
from pathways.care.notice_kinds import NoticeKind
from pathways.care.recording import Decision
from pathways.care.states import Action
from pathways.definition.checks_of_clocks import check_clocks

CHRISTMAS_EVE = local("2026-12-24", "10:00")
FRIDAY = local("2026-03-06", "10:00")
DAYS = {"monday": START, "friday": FRIDAY, "spring": SPRING, "autumn": AUTUMN, "christmas-eve": CHRISTMAS_EVE}


@dataclass(frozen=True)
class Row:
    """One clock: how a story comes to the moment before it starts, what starts and stops it, and when it is due."""

    key: str
    story: Callable[[datetime], Story]
    start: Callable[[Story], object]
    stop: Callable[[Story], object]
    due: Callable[[datetime], datetime]
    owner: str
    notice: NoticeKind = NoticeKind.LIMIT_PASSED
    withdraw: Callable[[Story], object] = lambda story: story.end("deceased", story.episode.stay.team)


def nothing(_story: Story) -> None:
    """It has started with the episode."""


def milestone(name: str, team: str = "ward-east") -> Callable[[Story], Decision]:
    return lambda story: reach(story, name, team)


def leave_bed(story: Story) -> None:
    move(story, "discharge", to_team="home-north")


def go_to_rest(story: Story) -> None:
    move(story, "relieve", unit="east-rest")


def ask_to_ease(story: Story) -> None:
    story.plan("ease", "planned", to_team="home-north")


def die(story: Story) -> None:
    story.end("deceased")


def take_back(story: Story) -> None:
    story.perform(TakeBackEnd(actor=person("home-north")))


def elapsed(hours: int) -> Callable[[datetime], datetime]:
    return lambda now: now + timedelta(hours=hours)


def calendar(days: int = 0, *, months: int = 0, midnight: bool = False) -> Callable[[datetime], datetime]:
    return lambda now: days_on(now, days, months=months, midnight=midnight)


def row(name: str, *rest: object, **more: object) -> Row:
    return Row(f"declared/{name}", *rest, **more)  # type: ignore[arg-type]  # the table below is what is checked


READY, PHASE, FOLLOW_UP = "ready-for-discharge", NoticeKind.PHASE_DUE, NoticeKind.FOLLOW_UP_DUE
filed, offered = milestone("questionnaire-filed", "experts"), milestone("talk-offered", "home-north")

TABLE = [
    Row(f"{H}/handover.answer", lambda now: at_home(now, "home-plus", "experts"), ask_to_ease,
        lambda story: story.change(Action.ACCEPT, "home-north"), elapsed(2), "home-north", NoticeKind.ESCALATED),
    row("se.lus.admission-notice", at_bed, nothing, milestone("admission-noticed"), elapsed(24), "ward-east"),
    row("se.lus.sip-call", at_bed, milestone(READY), milestone("sip-called", "experts"), calendar(3), "experts"),
    row("se.lus.discharge-information", at_bed, leave_bed, milestone("information-sent"),
        calendar(1, midnight=True), "ward-east"),
    row("se.lus.payment", at_bed, milestone(READY), leave_bed, calendar(3), "home-north"),
    row("se.lus.payment", at_bed, milestone(READY), milestone("ready-taken-back"), calendar(3), "home-north"),
    row("dk.admission-report", at_bed, nothing, milestone("report-sent", "home-north"), elapsed(24), "home-north"),
    row("dk.care-plan", at_bed, milestone("long-stay-expected"), milestone("plan-sent"),
        calendar(1, midnight=True), "ward-east"),
    Row("palliative.phase", at_home, lambda story: story.note(UNSTABLE), lambda story: story.note(STABLE),
        elapsed(72), "home-north", PHASE),
    row("palliative.start", at_home, milestone("ready-for-care", "home-north"), milestone("first-visit", "experts"),
        calendar(2, midnight=True), "experts"),
    row("palliative.referral", at_home, milestone("referred", "home-north"), milestone("first-contact", "experts"),
        calendar(10), "experts"),
    row("short-term.review", at_bed, go_to_rest, milestone("planned-anew", "home-north"), calendar(14), "home-north"),
    row("short-term.review", at_bed, go_to_rest,
        lambda story: move(story, "discharge", to_team="home-north", reference="H222-3333"),
        calendar(14), "home-north"),
    row("bereavement.follow-up", at_home, die, offered, calendar(42), "home-north", withdraw=take_back),
    row("register.death-questionnaire", at_home, die, filed, calendar(months=6), "experts", withdraw=take_back),
    Row("follow-up/talk", at_home, die, lambda story: story.complete("talk"), calendar(42), "home-north",
        FOLLOW_UP, take_back),
    Row("follow-up/form", at_home, die, lambda story: story.complete("form", "experts"), calendar(months=6),
        "experts", FOLLOW_UP, take_back),
]  # fmt: skip

every_row = pytest.mark.parametrize("row", TABLE, ids=lambda row: row.key)
every_day = pytest.mark.parametrize("day", DAYS)


def outcome(story: Story, key: str) -> ClockOutcome | None:
    """How the clock stopped the last time."""
    events = [recorded.event for recorded in story.history if isinstance(recorded.event, ClockStopped)]
    return next((event.outcome for event in reversed(events) if event.key == key), None)


def test_the_definition_of_the_table_is_sound_and_each_of_its_clocks_is_in_the_table() -> None:
    assert list(check_clocks(DEADLINES)) == []
    assert {f"declared/{name}" for name in DEADLINES.clocks} <= {row.key for row in TABLE}


@every_row
@every_day
def test_a_clock_is_due_when_its_limit_says_and_nothing_is_told_before(row: Row, day: str) -> None:
    """Limits run through weekends and holidays; calendar days keep the local time over both clock changes."""
    story = row.story(DAYS[day])
    row.start(story)
    clock = story.episode.clocks[row.key]
    assert (clock.due_at, clock.owner) == (row.due(DAYS[day]), row.owner)
    story.now = clock.due_at - timedelta(seconds=1)
    assert not story.pass_clock(row.key).events


@every_row
def test_what_happens_at_the_last_moment_is_in_time(row: Row) -> None:
    story = row.story(START)
    row.start(story)
    story.now = story.episode.clocks[row.key].due_at
    row.stop(story)
    assert row.key not in story.episode.clocks
    is_taken_back = "ready-taken-back" in story.episode.milestones
    assert outcome(story, row.key) == (ClockOutcome.WITHDRAWN if is_taken_back else ClockOutcome.MET)


@every_row
def test_a_second_later_is_late_and_was_told_to_the_owner(row: Row) -> None:
    story = row.story(START)
    row.start(story)
    story.now = story.episode.clocks[row.key].due_at
    assert (row.notice, row.owner) in told(story.pass_clock(row.key))
    again = story.episode.clocks[row.key].next_at
    story.wait(seconds=1)
    assert not story.pass_clock(row.key).events
    row.stop(story)
    is_taken_back = "ready-taken-back" in story.episode.milestones
    assert outcome(story, row.key) == (ClockOutcome.WITHDRAWN if is_taken_back else ClockOutcome.LATE)
    assert row.notice not in {owed.kind for owed in story.outbox if owed.subject == row.key}
    story.now = again
    assert not story.pass_clock(row.key).events


@every_row
def test_what_is_not_done_is_told_again_after_each_repeat(row: Row) -> None:
    story = row.story(START)
    row.start(story)
    for times in (1, 2, 3):
        clock = story.episode.clocks[row.key]
        story.now = clock.next_at
        assert row.notice in {kind for kind, _team in told(story.pass_clock(row.key))}
        assert story.episode.clocks[row.key].passed == times
        assert story.episode.clocks[row.key].next_at > story.now


@every_row
def test_a_death_withdraws_it_and_an_end_taken_back_what_the_end_started(row: Row) -> None:
    story = row.story(START)
    row.start(story)
    story.wait(minutes=1)
    row.withdraw(story)
    assert outcome(story, row.key) is ClockOutcome.WITHDRAWN
    assert row.key not in story.episode.clocks
    assert not [owed for owed in story.outbox if owed.kind is row.notice]
