"""Clocks that follow from what is known of the patient: change of phase, review of treatment limits, expiry of a kit.

They belong to the team that is responsible at the moment, and go with the responsibility when it passes.
"""

from datetime import date, datetime, time

from pathways.care.clocks import handover_key, started
from pathways.care.episodes import ClockKind, RunningClock
from pathways.care.events import ClockChanged
from pathways.care.ladder import remind
from pathways.care.patient import Kit, PatientFact, PhaseOfIllness, TreatmentLimits
from pathways.care.phases import phase_of, rules_of
from pathways.care.recording import Recorder
from pathways.definition.conditions import Phase
from pathways.definition.durations import Duration, Unit, first_instant

OF_THE_PATIENT = frozenset({ClockKind.PHASE, ClockKind.REVIEW, ClockKind.KIT})
"""The clocks of this module. The kind of each is its key: an episode has at most one of a kind."""

_GOES_ALONG = OF_THE_PATIENT | {ClockKind.DEATH_REPORTED}
"""The clocks that are always the responsible team's."""

_EACH_DAY = Duration(amount=1, unit=Unit.DAY)


def follow_fact(recorder: Recorder, fact: PatientFact, before: Phase | None) -> None:
    """Start, stop or move the clocks that follow from a fact just recorded. `before`: the phase until then."""
    match fact:
        case PhaseOfIllness():
            _follow_phase(recorder, before)
        case TreatmentLimits():
            _follow_day(recorder, ClockKind.REVIEW, fact.review_on)
        case Kit():
            _follow_day(recorder, ClockKind.KIT, None if fact.retrieved_on else fact.expires_first)
        case _:
            pass


def follow_responsibility(recorder: Recorder) -> None:
    """Give the clocks of the patient to the team that has become responsible."""
    owner = recorder.episode.stay.team
    for clock in tuple(recorder.episode.clocks.values()):
        if clock.kind in _GOES_ALONG and clock.owner != owner:
            _withdraw_what_was_told(recorder, clock)
            recorder.record(ClockChanged(clock=clock.model_copy(update={"owner": owner})))


def forget_a_kit_that_was_retrieved(recorder: Recorder) -> None:
    """Stop the clock of a kit that was retrieved after an end which is taken back now: it came back with the others."""
    known = recorder.episode.known.get("kit")
    if known and isinstance(known.fact, Kit) and known.fact.retrieved_on:
        _stop(recorder, ClockKind.KIT)


def shorten_answer(recorder: Recorder) -> None:
    """Let an answer that is waited for take no longer than the phase of illness allows, and tell those who can answer.

    The limit counts from now, and not from the request: before, the receiver could not know. It is never lengthened.
    """
    context, episode = recorder.context, recorder.episode
    limit, handover = rules_of(context, episode).answer, episode.open_handover
    clock = episode.clocks.get(handover_key(handover.reference, ClockKind.ANSWER)) if handover else None
    if limit is None or handover is None or clock is None:
        return
    due_at = limit.after(context.now, context.zone)
    if due_at >= clock.due_at:
        return
    sooner = {"due_at": due_at, "next_at": min(clock.next_at, due_at)}
    recorder.record(ClockChanged(clock=clock.model_copy(update=sooner)))
    remind(recorder, handover, context.now)


def _stop(recorder: Recorder, key: ClockKind) -> None:
    """Stop a clock, and withdraw what was told when it passed and has not left yet."""
    clock = recorder.episode.clocks.get(key)
    if clock:
        _withdraw_what_was_told(recorder, clock)
        recorder.stop(key)


def _withdraw_what_was_told(recorder: Recorder, clock: RunningClock) -> None:
    if clock.passed:
        recorder.withdraw_notices(subject=clock.key)


def _follow_phase(recorder: Recorder, before: Phase | None) -> None:
    """A phase that is found again goes on, and so does its clock."""
    if phase_of(recorder.episode) is before:
        return
    _stop(recorder, ClockKind.PHASE)
    rules = rules_of(recorder.context, recorder.episode)
    if rules.change_within:
        recorder.start(
            started(
                recorder.context,
                key=ClockKind.PHASE,
                kind=ClockKind.PHASE,
                subject=recorder.episode.reference,
                owner=recorder.episode.stay.team,
                limit=rules.change_within,
                repeat=rules.repeat,
            )
        )
    shorten_answer(recorder)


def _follow_day(recorder: Recorder, kind: ClockKind, day: date | None) -> None:
    """A clock that is due when a local day begins; a day that has begun is told of at once, and then each day."""
    context, episode = recorder.context, recorder.episode
    due_at = first_instant(datetime.combine(day, time(), context.zone), context.zone) if day else None
    running = episode.clocks.get(kind)
    if running and running.due_at == due_at:
        return
    _stop(recorder, kind)
    if due_at:
        recorder.start(
            RunningClock(
                key=kind,
                kind=kind,
                subject=episode.reference,
                owner=episode.stay.team,
                started_at=context.now,
                due_at=due_at,
                next_at=max(due_at, context.now),
                repeat=_EACH_DAY,
            )
        )
