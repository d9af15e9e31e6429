"""The time in which a request can be answered: its clocks, and those who are told of it.

Three marks are waited for, one after the other: a channel took it, a person opened it, a named person took it.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime

from pathways.care.clocks import handover_key, limits_of, reminder_at, started
from pathways.care.episodes import ClockKind, Handover, RunningClock
from pathways.care.ladder import address, climb, receivers, watch_desks
from pathways.care.phases import answer_limit
from pathways.care.plans import move_of
from pathways.care.reaching import lacking
from pathways.care.recording import Context, Recorder
from pathways.definition.durations import Duration
from pathways.definition.models import TimeCounted, Urgency, UrgencyRules


def start_answering(recorder: Recorder, reference: str, teams: Iterable[str]) -> None:
    """Let the clocks of the answer run, unless they run or a question stopped them, and tell these teams."""
    handover = recorder.episode.handovers[reference]
    asked = tuple(dict.fromkeys(teams))
    if handover.answer_left_seconds is None:
        _start_clocks(recorder, handover, asked)
    for team in asked:
        address(recorder, reference, team)
    watch_desks(recorder, reference, recorder.context.now)


def answer_anew(recorder: Recorder, reference: str) -> None:
    """Let all limits of the answer run anew, and tell the request to the next on the ladder of each receiver.

    Where a question has stopped the answer's limit, only that of the closing.
    """
    handover = recorder.episode.handovers[reference]
    recorder.stop(handover_key(reference, ClockKind.STALE), withdrawn=True)
    start_stale(recorder, handover)
    if handover.answer_left_seconds is not None:
        return
    stop_answering(recorder, reference, withdrawn=True)
    asked = receivers(handover)
    _start_clocks(recorder, handover, asked)
    climb(recorder, handover, asked, recorder.context.now)
    watch_desks(recorder, reference, recorder.context.now)


def start_stale(recorder: Recorder, handover: Handover) -> None:
    """Let the clock run at whose end a request closes itself that nobody answered. Not while none can say yes."""
    key, limit = handover_key(handover.reference, ClockKind.STALE), _rules(recorder, handover).stale
    if limit and key not in recorder.episode.clocks:
        subject, owner = handover.reference, handover.plan.from_team
        stale = started(
            recorder.context, key=key, kind=ClockKind.STALE, subject=subject, owner=owner, limit=limit, repeat=limit
        )
        recorder.start(stale)


def _rules(recorder: Recorder, handover: Handover) -> UrgencyRules:
    return recorder.context.pathway.rules_for(handover.plan.urgency)


def stop_answering(recorder: Recorder, reference: str, *, withdrawn: bool = False) -> None:
    """Stop at once all that urges somebody to answer. `withdrawn`: there is nobody who could, for now."""
    recorder.stop(
        handover_key(reference, ClockKind.ANSWER), withdrawn=withdrawn, due_at=_due_at_then(recorder, reference)
    )
    for kind in (ClockKind.DELIVERED, ClockKind.SEEN, ClockKind.CLOSING):
        recorder.stop(handover_key(reference, kind), withdrawn=True)


def _due_at_then(recorder: Recorder, reference: str) -> datetime | None:
    """The limit of the asking that an answer which is entered late was given to, where that was an earlier one."""
    at, clock = recorder.context.occurred_at, recorder.episode.clocks.get(handover_key(reference, ClockKind.ANSWER))
    if clock is None or clock.started_at <= at:
        return None
    askings = recorder.episode.handovers[reference].earlier_askings
    begun = [asking for asking in askings if asking.started_at <= at] or list(askings[:1])
    return begun[-1].due_at if begun else None


def _start_clocks(recorder: Recorder, handover: Handover, asked: Sequence[str]) -> None:
    context, made = recorder.context, handover.plan
    urgency, rules = limits_of(context, made), _rules(recorder, handover)
    if handover_key(handover.reference, ClockKind.ANSWER) not in recorder.episode.clocks:
        recorder.start(_answer_clock(recorder, handover, asked, urgency))
    for kind, owner, limit in (
        (ClockKind.DELIVERED, made.from_team, rules.delivered),
        (ClockKind.SEEN, asked[0], rules.seen),
    ):
        key = handover_key(handover.reference, kind)
        if limit and key not in recorder.episode.clocks and lacking(handover, kind):
            subject, repeat = handover.reference, urgency.repeat
            told = context.at_entry  # what is entered late is told now: these measure the telling
            recorder.start(started(told, key=key, kind=kind, subject=subject, owner=owner, limit=limit, repeat=repeat))


def _answer_clock(recorder: Recorder, handover: Handover, asked: Sequence[str], urgency: Urgency) -> RunningClock:
    """Due when the first receiver's limit is up, in all time or in that receiver's cover time."""
    context, made = recorder.context, handover.plan
    limit = answer_limit(context, recorder.episode, move_of(context, made), made.urgency)
    clock = started(
        context,
        key=handover_key(handover.reference, ClockKind.ANSWER),
        kind=ClockKind.ANSWER,
        subject=handover.reference,
        owner=asked[0],
        limit=limit,
        repeat=urgency.repeat,
        remind=_reminded(urgency.remind, limit),
    )
    is_in_cover = counts_cover_time(recorder, handover)
    return in_cover_time(context, clock, asked, limit, urgency.remind) if is_in_cover else clock


def _reminded(remind: Duration | None, answer: Duration) -> Duration | None:
    """How long before the limit to remind: not at all where a phase of illness has made the limit as short as that."""
    return remind if remind and remind.approximate_seconds < answer.approximate_seconds else None


def counts_cover_time(recorder: Recorder, handover: Handover) -> bool:
    """Whether the limit of the answer counts only the time in which the receiver is open.

    A limit that the phase of illness has shortened counts all time.
    """
    context, made = recorder.context, handover.plan
    usual = limits_of(context, made).answer
    limit = answer_limit(context, recorder.episode, move_of(context, made), made.urgency)
    return _rules(recorder, handover).answer_counts is TimeCounted.COVER and limit == usual


def in_cover_time(
    context: Context, clock: RunningClock, teams: Sequence[str], limit: Duration, remind: Duration | None
) -> RunningClock:
    """The clock with its limit counted in cover time. A reminder that finds all desks closed waits for one to open."""
    due_at = min(context.rota.add_open_time(team, context.occurred_at, limit) for team in teams)
    next_at = reminder_at(context, due_at, remind)
    opens_at = [at for team in teams if (at := context.rota.opens_at(team, next_at))]
    if len(opens_at) == len(teams):
        next_at = min(min(opens_at), due_at)
    return clock.model_copy(update={"due_at": due_at, "next_at": next_at})
