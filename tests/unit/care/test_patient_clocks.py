"""The clocks that follow from what is known of the patient: started, told, passed on with responsibility, stopped."""

from datetime import UTC, date, datetime, timedelta

import pytest
from care_stories import E, H, Story, person, told, with_handover
from care_worlds import AUTUMN, NETWORK, PATHWAY, SPRING, START, ZONE
from made_up_facts import (
    DETERIORATING,
    KIT,
    LIMITS,
    STABLE,
    TERMINAL,
    TODAY,
    UNSTABLE,
    WITHDRAWN,
    YESTERDAY,
    retrieved,
)
from place_worlds import holding, occupied, others

from pathways.care.commands import EndEpisode, PlanHandover, TakeBackEnd
from pathways.care.episodes import ClockOutcome
from pathways.care.events import ClockChanged, ClockStopped
from pathways.care.notice_kinds import NoticeKind
from pathways.care.patient import TreatmentLimits
from pathways.care.phases import answer_limit
from pathways.care.recording import Context, Decision
from pathways.care.states import Action, HandoverStatus
from pathways.care.waits import Wait, WaitKind, waits
from pathways.definition.durations import Duration

PHASE, REVIEW, EXPIRY = "palliative.phase", "treatment-limits.review", "kit.expiry"
ANSWER = f"{H}/handover.answer"


def outcomes(decision: Decision) -> list[tuple[str, ClockOutcome]]:
    events = (recorded.event for recorded in decision.events)
    return [(event.key, event.outcome) for event in events if isinstance(event, ClockStopped)]


@pytest.mark.parametrize("now", [START, SPRING, AUTUMN])
def test_an_unstable_phase_is_to_change_within_72_hours_of_elapsed_time(now: datetime) -> None:
    """Also where a clock change lies between: then it is another hour on the wall."""
    story = Story(now=now)
    story.note(UNSTABLE)
    clock = story.episode.clocks[PHASE]
    assert clock.due_at == clock.next_at == now + timedelta(hours=72)
    hours = {START: 0, SPRING: 1, AUTUMN: -1}[now]
    assert clock.due_at.astimezone(ZONE).hour == now.astimezone(ZONE).hour + hours
    assert (clock.owner, clock.subject) == ("home-north", E)


def test_a_phase_that_does_not_change_in_time_is_told_to_the_responsible_team_again_each_day() -> None:
    story = Story()
    story.note(UNSTABLE)
    story.wait(hours=71, minutes=59)
    assert not story.pass_clock(PHASE).events
    story.wait(minutes=1)
    contacts = []
    for passed in (1, 2, 3):
        decision = story.pass_clock(PHASE)
        assert told(decision) == {(NoticeKind.PHASE_DUE, "home-north")}
        (owed,) = decision.notices
        assert (owed.handover, owed.due_at) == (None, START + timedelta(hours=72))
        contacts.append(owed.contact)
        assert story.episode.clocks[PHASE].passed == passed
        assert story.episode.clocks[PHASE].next_at == story.now + timedelta(days=1)
        story.wait(days=1)
    assert contacts == ["first", "second", "third"]


@pytest.mark.parametrize(("hours", "outcome"), [(72, ClockOutcome.MET), (73, ClockOutcome.LATE)])
@pytest.mark.parametrize("phase", [STABLE, TERMINAL])
def test_the_clock_stops_when_the_phase_changes(
    hours: int, outcome: ClockOutcome, phase: object, request: pytest.FixtureRequest
) -> None:
    story = Story()
    story.note(UNSTABLE)
    story.wait(hours=hours)
    fact = STABLE if phase is STABLE else TERMINAL
    assert outcomes(story.note(fact)) == [(PHASE, outcome)]
    assert not story.episode.clocks


def test_a_phase_found_again_goes_on_and_so_does_its_clock() -> None:
    story = Story()
    story.note(UNSTABLE)
    before = story.episode.clocks
    story.wait(hours=20)
    story.note(UNSTABLE)
    assert story.episode.clocks == before
    assert story.episode.known["phase"].at == story.now


def test_a_change_to_another_phase_with_a_limit_starts_that_limit() -> None:
    story = Story()
    story.note(UNSTABLE)
    story.wait(hours=20)
    assert outcomes(story.note(DETERIORATING)) == [(PHASE, ClockOutcome.MET)]
    assert story.episode.clocks[PHASE].started_at == story.now
    assert story.episode.clocks[PHASE].due_at == story.now + timedelta(days=7)


def test_a_phase_of_which_the_pathway_says_nothing_changes_nothing() -> None:
    story = Story()
    assert len(story.note(STABLE).events) == 1


@pytest.mark.parametrize(
    ("day", "due_at"),
    [
        (date(2026, 3, 28), datetime(2026, 3, 27, 23, tzinfo=UTC)),
        (date(2026, 3, 29), datetime(2026, 3, 28, 23, tzinfo=UTC)),  # that night the clocks go forward
        (date(2026, 3, 30), datetime(2026, 3, 29, 22, tzinfo=UTC)),
        (date(2026, 10, 25), datetime(2026, 10, 24, 22, tzinfo=UTC)),  # that night they go back
        (date(2026, 10, 26), datetime(2026, 10, 25, 23, tzinfo=UTC)),
    ],
)
def test_a_review_and_an_expiry_are_due_when_their_day_begins_where_the_network_is(day: date, due_at: datetime) -> None:
    story = Story()
    story.note(LIMITS.model_copy(update={"review_on": day}))
    story.note(KIT.model_copy(update={"expires_on": day}))
    for key, kind in ((REVIEW, NoticeKind.REVIEW_DUE), (EXPIRY, NoticeKind.KIT_EXPIRED)):
        clock = story.episode.clocks[key]
        assert (clock.due_at, clock.owner, clock.subject) == (due_at, "home-north", E)
        story.now = due_at - timedelta(seconds=1)
        assert not story.pass_clock(key).events
        story.now = due_at
        assert told(story.pass_clock(key)) == {(kind, "home-north")}
        assert story.episode.clocks[key].next_at.astimezone(ZONE).date() == day + timedelta(days=1)


def test_a_review_that_is_late_already_is_told_at_once() -> None:
    story = Story()
    limits = {"decided_on": date(2025, 12, 1), "review_on": YESTERDAY}
    story.note(LIMITS.model_copy(update=limits))
    assert told(story.pass_clock(REVIEW)) == {(NoticeKind.REVIEW_DUE, "home-north")}


def test_what_need_not_be_reviewed_and_does_not_expire_has_no_clock() -> None:
    story = Story()
    story.note(LIMITS.model_copy(update={"review_on": None}))
    story.note(KIT.model_copy(update={"expires_on": None}))
    assert not story.episode.clocks


def test_limits_that_are_reviewed_wait_for_their_next_review() -> None:
    story = Story()
    story.note(LIMITS)
    story.now = datetime(2026, 4, 2, 9, tzinfo=UTC)
    story.pass_clock(REVIEW)
    reviewed = TreatmentLimits(limits=LIMITS.limits, decided_on=date(2026, 4, 2), review_on=date(2026, 6, 1))
    assert outcomes(story.note(reviewed)) == [(REVIEW, ClockOutcome.LATE)]
    clock = story.episode.clocks[REVIEW]
    assert (clock.due_at, clock.passed) == (datetime(2026, 5, 31, 22, tzinfo=UTC), 0)
    assert outcomes(story.note(reviewed.model_copy(update={"review_on": None}))) == [(REVIEW, ClockOutcome.MET)]


def test_what_is_recorded_again_with_the_same_day_goes_on_waiting() -> None:
    story = Story()
    story.note(KIT)
    before = story.episode.clocks
    story.wait(days=2)
    story.note(KIT.model_copy(update={"where": "in the hall"}))
    assert story.episode.clocks == before


def test_a_kit_that_was_retrieved_no_longer_expires() -> None:
    story = Story()
    story.note(KIT)
    assert outcomes(story.note(retrieved())) == [(EXPIRY, ClockOutcome.MET)]
    assert not story.episode.clocks


def test_the_clocks_of_the_patient_go_with_the_responsibility_and_keep_their_time() -> None:
    story = with_handover(HandoverStatus.IN_PROGRESS)
    for fact in (UNSTABLE, LIMITS, KIT):
        story.note(fact)
    before = story.episode.clocks
    story.wait(hours=1)
    decision = story.change(Action.ARRIVE, "ward-east")
    for key in (PHASE, REVIEW, EXPIRY):
        assert story.episode.clocks[key] == before[key].model_copy(update={"owner": "ward-east"})
    assert sum(isinstance(recorded.event, ClockChanged) for recorded in decision.events) == 3
    story.wait(days=9)
    assert told(story.pass_clock(PHASE)) == {(NoticeKind.PHASE_DUE, "ward-east")}


def test_clocks_that_the_team_has_already_stay_as_they_are() -> None:
    story = Story("bed", team=None, unit="east-bed")
    story.note(UNSTABLE, "ward-east")
    story.plan("relieve", "acute", unit="east-rest")
    story.change(Action.ACCEPT, "ward-east")
    story.confirm("ward-east")
    story.change(Action.DEPART, "ward-east")
    decision = story.change(Action.ARRIVE, "ward-east")
    assert not any(isinstance(recorded.event, ClockChanged) for recorded in decision.events)


def test_the_end_stops_every_clock_of_the_patient() -> None:
    story = Story()
    for fact in (UNSTABLE, LIMITS, KIT):
        story.note(fact)
    decision = story.perform(EndEpisode(actor=person("home-north"), end="moved"))
    assert outcomes(decision) == [(key, ClockOutcome.WITHDRAWN) for key in (PHASE, REVIEW, EXPIRY)]
    assert not story.episode.clocks


def test_each_is_a_wait_of_the_responsible_team() -> None:
    story = Story()
    for fact in (UNSTABLE, LIMITS, KIT):
        story.note(fact)
    clocks = story.episode.clocks
    assert waits(story.episode) == tuple(
        Wait(episode=E, subject=E, kind=kind, teams=("home-north",), due_at=clocks[key].due_at, passed=0)
        for kind, key in ((WaitKind.PHASE, PHASE), (WaitKind.REVIEW, REVIEW), (WaitKind.KIT, EXPIRY))
    )


def requested(urgency: str = "planned") -> Story:
    story = Story()
    story.plan("admit", urgency, goes_ahead_because="agreed with the family")
    return story


@pytest.mark.parametrize(
    ("urgency", "usual", "in_the_terminal_phase"),
    [("acute", 30, 20), ("planned", 2 * 24 * 60, 20)],
)
def test_an_answer_takes_no_longer_than_the_phase_allows(urgency: str, usual: int, in_the_terminal_phase: int) -> None:
    for phase, minutes in ((STABLE, usual), (UNSTABLE, usual), (TERMINAL, in_the_terminal_phase)):
        story = Story()
        story.note(phase)
        story.plan("admit", urgency, goes_ahead_because="agreed with the family")
        clock = story.episode.clocks[ANSWER]
        assert clock.due_at == START + timedelta(minutes=minutes)
        assert story.outbox[0].due_at == clock.due_at


def test_the_shorter_of_both_limits_holds_whichever_it_is() -> None:
    """A limit in days and one in hours are compared on the calendar: on the day of a clock change a day is 23 hours."""
    pathway = PATHWAY.model_validate({**PATHWAY.model_dump(), "phases": {"terminal": {"answer": "24 h"}}})
    for now, shorter in ((START, "1 day"), (SPRING, "1 day"), (AUTUMN, "24 h")):
        story = Story(context=Context(pathway, NETWORK, now))
        story.note(TERMINAL)
        limit = answer_limit(story.context, story.episode, pathway.moves["relieve"], "planned")
        assert limit == Duration.of(shorter)


def test_a_limit_as_short_as_the_reminder_comes_without_a_reminder() -> None:
    """Planned admissions remind a day before; within twenty minutes there is nothing to remind of."""
    story = Story()
    story.note(TERMINAL)
    story.plan("admit", "planned", goes_ahead_because="agreed with the family")
    clock = story.episode.clocks[ANSWER]
    assert clock.next_at == clock.due_at


def test_an_answer_that_is_waited_for_becomes_due_sooner_and_those_asked_are_told() -> None:
    story = requested()
    story.wait(hours=3)
    decision = story.note(TERMINAL)
    clock = story.episode.clocks[ANSWER]
    assert clock.due_at == clock.next_at == story.now + timedelta(minutes=20)
    assert clock.started_at == START
    (owed,) = decision.notices
    assert (owed.kind, owed.team, owed.handover, owed.due_at) == (
        NoticeKind.REMINDER,
        "ward-east",
        H,
        clock.due_at,
    )
    story.wait(minutes=20)
    assert told(story.pass_clock(ANSWER)) == {(NoticeKind.ESCALATED, "ward-east"), (NoticeKind.OVERDUE, "home-north")}


def test_everybody_who_is_asked_is_told_of_the_shorter_time_once_a_team() -> None:
    story = Story()
    units = ("east-bed", "west-bed", "west-annex")
    values = {"reference": H, "move": "admit", "urgency": "planned", "reason": "worse", "to_units": units}
    story.perform(PlanHandover.model_validate({"actor": person("home-north"), **values}))
    decision = story.note(TERMINAL)
    assert [owed.team for owed in decision.notices] == ["ward-east", "ward-west"]


def test_a_team_on_whose_list_the_request_waits_for_a_place_is_not_asked_to_hurry() -> None:
    story = Story(context=holding())
    story.others_are(occupied(others("west-bed", 2) + others("west-annex", 1)))
    story.plan("admit", "planned", unit=("east-bed", "west-bed"))
    assert told(story.note(TERMINAL)) == {(NoticeKind.REMINDER, "ward-east")}


@pytest.mark.parametrize("minutes", [10, 25, 40])
def test_the_time_for_an_answer_never_becomes_longer(minutes: int) -> None:
    """An acute request has thirty minutes: after ten of them twenty are left, and after that fewer."""
    story = requested("acute")
    before = story.episode.clocks[ANSWER]
    story.wait(minutes=minutes)
    decision = story.note(TERMINAL)
    assert story.episode.clocks[ANSWER] == before
    assert not decision.notices


def test_the_reminder_of_a_shortened_answer_still_comes_if_it_was_to_come_before() -> None:
    story = requested("acute")
    story.wait(minutes=5)
    story.note(TERMINAL)
    clock = story.episode.clocks[ANSWER]
    assert clock.next_at == START + timedelta(minutes=20)
    assert clock.due_at == START + timedelta(minutes=25)


@pytest.mark.parametrize("status", [HandoverStatus.DRAFT, HandoverStatus.ACCEPTED, HandoverStatus.COMPLETED])
def test_where_no_answer_is_waited_for_nothing_becomes_shorter(status: HandoverStatus) -> None:
    story = with_handover(status)
    before = story.episode.clocks
    assert len(story.note(TERMINAL).events) == 1
    assert story.episode.clocks == before


def test_facts_that_say_nothing_of_time_touch_no_clock() -> None:
    story = requested()
    before = story.episode.clocks
    story.note(WITHDRAWN)
    assert story.episode.clocks == before


@pytest.mark.parametrize("change", ["phase", "responsibility"])
def test_what_was_told_and_has_not_left_is_withdrawn_when_it_no_longer_holds(change: str) -> None:
    story = with_handover(HandoverStatus.IN_PROGRESS)
    story.note(UNSTABLE)
    story.note(KIT)
    story.wait(hours=72)
    story.pass_clock(PHASE)
    assert NoticeKind.PHASE_DUE in {owed.kind for owed in story.outbox}
    if change == "phase":
        story.note(STABLE)
    else:
        story.change(Action.ARRIVE, "ward-east")
    assert NoticeKind.PHASE_DUE not in {owed.kind for owed in story.outbox}


@pytest.mark.parametrize("retrieved_on", [None, TODAY])
def test_when_an_end_is_taken_back_a_kit_expires_again_unless_it_was_retrieved_meanwhile(
    retrieved_on: date | None,
) -> None:
    story = Story()
    story.note(UNSTABLE)
    story.note(KIT)
    before = story.episode.clocks
    story.end()
    if retrieved_on:
        story.note(retrieved(retrieved_on))
    story.perform(TakeBackEnd(actor=person("home-north")))
    kept = {key: clock for key, clock in before.items() if key == PHASE or not retrieved_on}
    assert story.episode.clocks == kept


def test_when_an_end_is_taken_back_where_no_kit_is_known_nothing_more_stops() -> None:
    story = Story()
    story.note(UNSTABLE)
    before = story.episode.clocks
    story.end()
    story.perform(TakeBackEnd(actor=person("home-north")))
    assert story.episode.clocks == before
