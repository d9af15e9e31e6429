"""The ladder of a request: whom it is told to, who is next, and who takes over when a desk closes. Never a closed desk.

A receiver's ladder is its contact points in order, then those of the team that covers it, then the network's last
resort, which is always open. A closed one is passed over, and the history names it.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from pathways.care.clocks import handover_key
from pathways.care.episodes import Asked, ClockKind, Episode, Handover, RunningClock, Told
from pathways.care.events_of_handovers import HandoverAddressed, HandoverEscalated
from pathways.care.notice_kinds import NoticeKind
from pathways.care.recording import Context, Recorder
from pathways.care.states import UNANSWERED
from pathways.cover.rotas import OnDuty, Rung
from pathways.definition.frozen import Frozen


def receivers(handover: Handover) -> tuple[str, ...]:
    """The teams that are to answer now, each once: not those on whose waiting list the request still stands."""
    return tuple(dict.fromkeys(asked.team for asked in handover.able_to_accept))


def address(recorder: Recorder, reference: str, team: str) -> None:
    """Tell a request to the first of a receiver's ladder who is on duty."""
    handover = recorder.episode.handovers[reference]
    rung, passed_over = _from(recorder.context.rota.ladder(team, recorder.context.now), 0)
    _tell(recorder, handover, team, rung, passed_over, NoticeKind.REQUESTED)


def climb(recorder: Recorder, handover: Handover, teams: Sequence[str], since: datetime) -> None:
    """Tell a request to the next on the ladders of these receivers who is on duty; at the top, to the top again.

    `since` (UTC): from when on nobody has acted. Whoever was told of the request since then has it, and is not passed.
    """
    step = handover.escalations + 1
    for team in teams:
        asked = _asked(handover, team)
        if asked.told_at and asked.told_at >= since:
            continue
        rungs = recorder.context.rota.ladder(team, recorder.context.now)
        rung, passed_over = _following(rungs, asked)
        told = rungs[rung]
        recorder.record(
            HandoverEscalated(
                handover=handover.reference,
                step=step,
                receiver=team,
                rung=rung,
                team=told.team,
                contact=told.contact,
                passed_over=passed_over,
            )
        )
        _owe(recorder, handover, told, NoticeKind.ESCALATED)


class LadderView(Frozen):
    """How far a request has come up a receiver's ladder: who has it, who is asked next, and when (UTC).

    `next_at` is the limit of the answer, or its next repeat; None where no clock runs.
    """

    receiver: str
    present: Rung
    following: Rung
    next_at: datetime | None


def ladders(context: Context, episode: Episode, handover: Handover) -> tuple[LadderView, ...]:
    """The ladders of a request that waits for an answer, one for each receiver; none for any other handover."""
    if handover.status not in UNANSWERED:
        return ()
    answer = episode.clocks.get(handover_key(handover.reference, ClockKind.ANSWER))
    found = []
    for team in receivers(handover):
        rungs, asked = context.rota.ladder(team, context.now), _asked(handover, team)
        following, _passed_over = _following(rungs, asked)
        next_at = max(answer.due_at, answer.next_at) if answer else None
        present = _present(rungs, asked)
        found.append(LadderView(receiver=team, present=present, following=rungs[following], next_at=next_at))
    return tuple(found)


def remind(recorder: Recorder, handover: Handover, since: datetime) -> None:
    """Remind whoever has the request now: the contact last told, or the next on duty if that desk has closed.

    Nobody who was told of it after `since` (UTC), when the reminder was due.
    """
    for team in receivers(handover):
        asked = _asked(handover, team)
        if asked.told_at and asked.told_at > since:
            continue
        rungs = recorder.context.rota.ladder(team, recorder.context.now)
        place = _place(rungs, asked)
        rung = place if place is not None and rungs[place].is_open else _following(rungs, asked)[0]
        _owe(recorder, handover, rungs[rung], NoticeKind.REMINDER)


def watch_desks(recorder: Recorder, reference: str, since: datetime) -> None:
    """Let the clock run until the request is told to those who take over, because a desk that has it closes.

    That is the network's lead time before; where those who take over are not on duty yet by then, when they are.
    `since` (UTC): from when on a change of desks counts. No clock where nobody goes off duty within a year.
    """
    context, handover = recorder.context, recorder.episode.handovers[reference]
    key = handover_key(reference, ClockKind.CLOSING)
    recorder.stop(key, withdrawn=True)
    changes = [at for team in receivers(handover) if (at := context.rota.who_answers(team, since).until_at)]
    if not changes:
        return
    due_at = min(changes)
    recorder.start(
        RunningClock(
            key=key,
            kind=ClockKind.CLOSING,
            subject=reference,
            owner=handover.plan.to_team,
            started_at=context.now,
            due_at=due_at,
            next_at=_hand_on_at(context, receivers(handover), due_at),
            repeat=context.network.closing_lead,
        )
    )


def hand_on(recorder: Recorder, handover: Handover, closing: RunningClock) -> None:
    """Tell a request to those who take over, unless they have it already, and watch for the next change of desks."""
    context = recorder.context
    at = max(closing.due_at, context.now)
    for team in receivers(handover):
        taker = context.rota.who_answers(team, at)
        rungs = context.rota.ladder(team, at)
        rung = next(place for place, each in enumerate(rungs) if _is_same(each, taker))
        if Told(team=taker.team, contact=taker.contact) != _asked(handover, team).has:
            _tell(recorder, handover, team, rung, (), NoticeKind.HANDED_ON)
    recorder.stop(closing.key)
    watch_desks(recorder, handover.reference, at)
    following = recorder.episode.clocks.get(closing.key)
    if following and following.next_at <= context.now:  # the desk after that closes within the lead time as well
        hand_on(recorder, recorder.episode.handovers[handover.reference], following)


def _hand_on_at(context: Context, teams: Sequence[str], due_at: datetime) -> datetime:
    """When those who take over at `due_at` are told: as soon as the lead begins and they are all on duty."""
    early = max(due_at - timedelta(seconds=context.network.closing_lead.approximate_seconds), context.now)
    for team in teams:
        taker = context.rota.who_answers(team, due_at)
        if not any(rung.is_open and _is_same(rung, taker) for rung in context.rota.ladder(team, early)):
            return due_at
    return early


def _from(rungs: Sequence[Rung], start: int) -> tuple[int, tuple[str, ...]]:
    """The first who is on duty from this place of a ladder on, and the contacts passed over.

    Where nobody further up is, the highest who is; where nobody is at all, as in no sound network, the first.
    """
    on_duty = _on_duty(rungs)
    found = next((place for place in on_duty if place >= start), on_duty[-1])
    return found, tuple(f"{each.team}/{each.contact}" for each in rungs[start:found] if not each.is_open)


def _following(rungs: Sequence[Rung], asked: Asked) -> tuple[int, tuple[str, ...]]:
    """Who is told next, and the contacts passed over: the next on duty after the one who has the request.

    Where there is none, or whoever had it is no longer on the ladder: the first on duty who has not been told of it,
    as somebody who was put in further down; where all have been, the highest.
    """
    place = _place(rungs, asked)
    if place is not None and place < _on_duty(rungs)[-1]:
        return _from(rungs, place + 1)
    untold = (each for each in _on_duty(rungs) if _named(rungs[each]) not in asked.told)
    return _from(rungs, next(untold, len(rungs)))


def _on_duty(rungs: Sequence[Rung]) -> Sequence[int]:
    return [place for place, each in enumerate(rungs) if each.is_open] or [0]


def _place(rungs: Sequence[Rung], asked: Asked) -> int | None:
    """Where on a ladder the one stands who has the request; None where they are no longer on it."""
    return next((place for place, each in enumerate(rungs) if _named(each) == asked.has), None)


def _present(rungs: Sequence[Rung], asked: Asked) -> Rung:
    """Who has the request, also where they are no longer on the ladder."""
    place = _place(rungs, asked)
    if place is None and asked.has:
        return Rung(team=asked.has.team, contact=asked.has.contact, is_open=False, until_at=None)
    return rungs[place or 0]


def _named(rung: Rung) -> Told:
    return Told(team=rung.team, contact=rung.contact)


def _asked(handover: Handover, team: str) -> Asked:
    return next(asked for asked in handover.asked if asked.team == team)


def _is_same(rung: Rung, duty: OnDuty) -> bool:
    return (rung.team, rung.contact) == (duty.team, duty.contact)


def _tell(
    recorder: Recorder, handover: Handover, team: str, rung: int, passed_over: tuple[str, ...], kind: NoticeKind
) -> None:
    told = recorder.context.rota.ladder(team, recorder.context.now)[rung]
    recorder.record(
        HandoverAddressed(
            handover=handover.reference,
            receiver=team,
            rung=rung,
            team=told.team,
            contact=told.contact,
            passed_over=passed_over,
        )
    )
    _owe(recorder, handover, told, kind)


def _owe(recorder: Recorder, handover: Handover, rung: Rung, kind: NoticeKind) -> None:
    answer = recorder.episode.clocks.get(handover_key(handover.reference, ClockKind.ANSWER))
    due_at = answer.due_at if answer else None
    recorder.owe_contact(kind, rung.team, rung.contact, handover=handover.reference, due_at=due_at)
