"""What is measured to evaluate a programme: who records it, what cannot be so, and the clocks that remind of it."""

from datetime import UTC, datetime

from pathways.care.clocks import until
from pathways.care.concerned import teams_ever_concerned, teams_for_role
from pathways.care.episodes import ClockKind, ClockOutcome, Episode, RunningClock
from pathways.care.events import ClockChanged, ClockReminded, ClockStopped
from pathways.care.notice_kinds import NoticeKind
from pathways.care.programme.commands import RecordMeasurement
from pathways.care.programme.events import MeasurementRecorded
from pathways.care.programme.windows import Opening, counted, effort_began_at, openings
from pathways.care.recording import Context, Recorder
from pathways.care.states import EpisodeStatus
from pathways.definition.programmes import Evaluation, Measure
from pathways.errors import Refused
from pathways.phrases import Phrase, one_of


def measure_key(measure: str) -> str:
    """The key of the clock that reminds of a measure."""
    return f"{ClockKind.MEASURE}/{measure}"


def record(recorder: Recorder, command: RecordMeasurement) -> None:
    """Record what was measured, now or earlier. Raises Refused.

    For every team that has, or has had, a part in the episode, and for those who measure. What lies in no window is
    kept, and counts for none.
    """
    context, episode = recorder.context, recorder.episode
    at = command.at or context.now
    fault = _unknown(context, command) or _not_theirs(recorder, command) or _impossible(recorder, command, at)
    if fault:
        why, mend = fault
        raise Refused(
            "Cannot record this measurement in episode {episode}: {why}.", mend, episode=episode.reference, why=why
        )
    recorder.record(MeasurementRecorded(measure=command.measure, value=command.value, at=at.astimezone(UTC)))


def follow(recorder: Recorder) -> None:
    """After whatever was recorded: for each measure the clock of its next window runs, for the team that measures."""
    evaluation = recorder.context.pathway.evaluation
    if evaluation is None or not recorder.events:
        return
    for name, measure in evaluation.measures.items():
        window = _next_window(recorder, evaluation, name)
        running = recorder.episode.clocks.get(measure_key(name))
        if running and (window is None or running.due_at != window.closes_at):
            _stop(recorder, running)
            running = None
        owner = _owner(recorder.context, recorder.episode, measure)
        if window and running is None:
            _start(recorder, evaluation, name, owner, window)
        elif running and running.owner != owner:
            recorder.withdraw_notices(subject=running.key)
            recorder.record(ClockChanged(clock=running.model_copy(update={"owner": owner})))


def pass_measure(recorder: Recorder, clock: RunningClock) -> None:
    """Remind while the window is open. Once it has closed, what was not measured then is missing for good."""
    if recorder.context.now >= clock.due_at:
        _stop(recorder, clock)  # `follow` starts the next
        return
    recorder.record(ClockReminded(key=clock.key, next_at=_next_reminder(recorder, clock)))
    _tell(recorder, clock)


def _next_reminder(recorder: Recorder, clock: RunningClock) -> datetime:
    return min(clock.repeat.after(recorder.context.now, recorder.context.zone), clock.due_at)


def _tell(recorder: Recorder, clock: RunningClock) -> None:
    recorder.owe(NoticeKind.MEASUREMENT_DUE, clock.owner, subject=clock.key, due_at=clock.due_at)


def _stop(recorder: Recorder, clock: RunningClock) -> None:
    """Met or late by when it was measured; late where nothing was and the window has closed; else withdrawn."""
    events = [recorded.event for recorded in recorder.events]
    measured = [each for each in events if isinstance(each, MeasurementRecorded) and each.measure == clock.subject]
    recorder.withdraw_notices(subject=clock.key)
    if measured:
        recorder.stop(clock.key, at=measured[0].at)
    elif clock.due_at <= recorder.context.now:
        recorder.record(ClockStopped(key=clock.key, outcome=ClockOutcome.LATE))
    else:
        recorder.stop(clock.key, withdrawn=True)


def _start(recorder: Recorder, evaluation: Evaluation, name: str, owner: str, window: Opening) -> None:
    clock = until(
        recorder.context,
        key=measure_key(name),
        kind=ClockKind.MEASURE,
        subject=name,
        owner=owner,
        due_at=window.closes_at,
        repeat=evaluation.repeat,
    )
    if window.opens_at > recorder.context.now:
        recorder.start(clock.model_copy(update={"next_at": window.opens_at}))
        return
    recorder.start(clock.model_copy(update={"next_at": _next_reminder(recorder, clock)}))
    _tell(recorder, clock)


def _next_window(recorder: Recorder, evaluation: Evaluation, name: str) -> Opening | None:
    """The first window that has not closed and in which nothing has been measured; None where none is left."""
    context, episode = recorder.context, recorder.episode
    start = _counts_from(context, evaluation, episode)
    if start is None:
        return None
    windows = openings(evaluation, start, context.zone)
    done = counted(episode.measurements, windows, name)
    left = (each for occasion, each in windows.items() if occasion not in done and each.closes_at > context.now)
    return next(left, None)


def _counts_from(context: Context, evaluation: Evaluation, episode: Episode) -> datetime | None:
    """From when the windows count; None where nobody is to be measured, or no longer."""
    if episode.end is not None and _is_last(context, evaluation, episode.end):
        return None
    if evaluation.compare_with and episode.enrolment and episode.status is EpisodeStatus.WAITLIST:
        return episode.enrolment.waits_since
    return effort_began_at(episode)


def _is_last(context: Context, evaluation: Evaluation, end: str) -> bool:
    return context.pathway.ends[end].is_death or end in evaluation.not_after


def _owner(context: Context, episode: Episode, measure: Measure) -> str:
    return (*teams_for_role(context, episode, measure.role), episode.stay.team)[0]


_Fault = tuple[Phrase, Phrase] | None
"""Why something cannot be recorded and what to do; None where it can."""


def _unknown(context: Context, command: RecordMeasurement) -> _Fault:
    measures = context.pathway.evaluation.measures if context.pathway.evaluation else {}
    if command.measure in measures:
        return None
    known = one_of(measures, Phrase("Ask those who keep the pathway to name one."))
    return Phrase("its pathway has no measure of that name"), known


def _not_theirs(recorder: Recorder, command: RecordMeasurement) -> _Fault:
    context, episode, team = recorder.context, recorder.episode, recorder.actor.team
    evaluation = context.pathway.evaluation
    measuring = teams_for_role(context, episode, evaluation.measures[command.measure].role) if evaluation else ()
    if team in measuring or team in teams_ever_concerned(context, episode):
        return None
    return Phrase("your team has had no part in it"), Phrase("Ask {team} to record it.", team=episode.stay.team)


def _impossible(recorder: Recorder, command: RecordMeasurement, at: datetime) -> _Fault:
    context, episode = recorder.context, recorder.episode
    evaluation = context.pathway.evaluation
    if at > context.now:
        return Phrase("it cannot have been measured then"), Phrase(
            "Give a time that has been, or leave it out for now."
        )
    if evaluation and episode.end and _is_last(context, evaluation, episode.end) and at > (episode.ended_at or at):
        return Phrase("nobody is measured after such an end"), Phrase("Take the end back if it was an error.")
    return _of_value(evaluation.measures[command.measure], command.value) if evaluation else None


def _of_value(measure: Measure, value: float) -> _Fault:
    """Why the instrument does not give this number. Decimals are those of the number as it is written."""
    is_within = measure.lowest <= value <= measure.highest and round(value, measure.decimals) == value
    if is_within and (measure.decimals or (value - measure.lowest) % measure.step == 0):
        return None
    finer = Phrase(" in steps of {step}", step=measure.step) if measure.step > 1 else ""
    finer = Phrase(" with at most {decimals} decimals", decimals=measure.decimals) if measure.decimals else finer
    return Phrase("the instrument does not give that"), Phrase(
        "Write a number from {lowest} to {highest}{finer}.", lowest=measure.lowest, highest=measure.highest, finer=finer
    )
