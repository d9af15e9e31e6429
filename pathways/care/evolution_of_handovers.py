"""How the state of the handovers follows from the events. Dumb on purpose, as `evolution.py`, of which it is a part."""

from collections.abc import Iterable
from functools import singledispatch

from pathways.care.communication import Question, ReadBack
from pathways.care.episodes import Asked, Episode, Handover, Held, Mark, PlaceStanding, Tick, Told, Waiver
from pathways.care.events import Event, Recorded
from pathways.care.events_of_handovers import (
    CancelAsked,
    CancelRefused,
    HandoverAddressed,
    HandoverChanged,
    HandoverDrafted,
    HandoverEscalated,
    HandoverMarked,
    PlaceAwaited,
    PlaceHeld,
    PlaceReleased,
    QuestionAnswered,
    QuestionAsked,
    ReadBackConfirmed,
    ReadBackCorrected,
    ReadBackGiven,
    ReadBackWaived,
    ReadinessConfirmed,
    ReadinessExpired,
    ReadinessWaived,
    ReceiverChosen,
    ReceiverDeclined,
    ReturnCauseRecorded,
    SummaryAttached,
)
from pathways.care.states import HandoverStatus, MarkKind


@singledispatch
def after(event: Event, episode: Episode, recorded: Recorded) -> Episode:
    """The state after an event."""
    raise TypeError(f"no rule for the event {type(event).__name__}")


def with_handover(episode: Episode, handover: Handover) -> Episode:
    """The episode with this state of a handover."""
    return episode.model_copy(update={"handovers": {**episode.handovers, handover.reference: handover}})


def _changed(episode: Episode, reference: str, **update: object) -> Episode:
    return with_handover(episode, episode.handovers[reference].model_copy(update=update))


@after.register
def _(event: HandoverDrafted, episode: Episode, recorded: Recorded) -> Episode:
    drafted = Handover(
        reference=event.handover,
        plan=event.plan,
        status=HandoverStatus.DRAFT,
        drafted_at=recorded.true_at,
        changed_at=recorded.true_at,
        asked=event.asked or (Asked(team=event.plan.to_team, unit=event.plan.to_unit),),
    )
    return with_handover(episode, drafted)


@after.register
def _(event: HandoverChanged, episode: Episode, recorded: Recorded) -> Episode:
    update: dict[str, object] = {
        "status": event.after,
        "held_from": event.before if event.after is HandoverStatus.ON_HOLD else None,
    }
    has_expired = (event.before, event.after) == (HandoverStatus.READY, HandoverStatus.ACCEPTED)
    if not has_expired:  # time does that, and nobody: what happened before it may still be entered
        update["changed_at"] = recorded.true_at
    if event.after is HandoverStatus.REQUESTED:
        update["requested_at"] = recorded.true_at
    changed = episode.handovers[event.handover].model_copy(update=update)
    if not changed.is_open:
        changed = changed.model_copy(update={"closing_reason": event.reason, "cancel_asked": None})
    return with_handover(episode, changed)


@after.register
def _(event: HandoverMarked, episode: Episode, recorded: Recorded) -> Episode:
    handover = episode.handovers[event.handover]
    mark = Mark(kind=event.mark, at=recorded.true_at, entered_at=recorded.entered_at, actor=recorded.actor)
    marks = handover.marks if handover.mark(event.mark) else (*handover.marks, mark)
    has = {MarkKind.DELIVERED: ["is_delivered"], MarkKind.SEEN: ["is_delivered", "is_seen"]}.get(event.mark, [])
    return _changed(
        episode,
        event.handover,
        marks=marks,
        asked=_reached(handover.asked, event.receivers or [each.team for each in handover.asked], has, event.told),
    )


def _reached(
    asked: tuple[Asked, ...], teams: Iterable[str], has: Iterable[str], told: Told | None = None
) -> tuple[Asked, ...]:
    update: dict[str, object] = dict.fromkeys(has, True)
    return tuple(
        each.model_copy(update=update | ({"told": tuple(dict.fromkeys((*each.told, told)))} if told else {}))
        if each.team in teams
        else each
        for each in asked
    )


@after.register
def _(event: SummaryAttached, episode: Episode, recorded: Recorded) -> Episode:
    return _changed(episode, event.handover, summary=event.summary)


@after.register
def _(event: ReadinessConfirmed, episode: Episode, recorded: Recorded) -> Episode:
    fresh = {
        item: Tick(
            at=recorded.true_at,
            actor=recorded.actor,
            evidence=event.evidence,
            checked_at=event.checked_at or recorded.true_at,
            expires_at=event.expires.get(item),
        )
        for item in event.items
    }
    return _changed(episode, event.handover, ticks={**episode.handovers[event.handover].ticks, **fresh})


@after.register
def _(event: ReadinessWaived, episode: Episode, recorded: Recorded) -> Episode:
    fresh = dict.fromkeys(event.items, _waiver(event, recorded))
    return _changed(episode, event.handover, waivers={**episode.handovers[event.handover].waivers, **fresh})


@after.register
def _(event: ReadinessExpired, episode: Episode, recorded: Recorded) -> Episode:
    handover = episode.handovers[event.handover]
    ticks = {name: tick for name, tick in handover.ticks.items() if name not in event.items}
    gone = {
        name: Held(from_at=tick.checked_at, until_at=tick.expires_at or recorded.true_at)
        for name, tick in handover.ticks.items()
        if name in event.items
    }
    return _changed(episode, event.handover, ticks=ticks, expired={**handover.expired, **gone})


@after.register
def _(event: ReadBackGiven, episode: Episode, recorded: Recorded) -> Episode:
    given = ReadBack(
        severity=event.severity,
        next_action=event.next_action,
        contingency=event.contingency,
        given_at=recorded.true_at,
        given_by=recorded.actor,
    )
    return _changed(episode, event.handover, read_backs=(*episode.handovers[event.handover].read_backs, given))


@after.register
def _(event: ReadBackCorrected, episode: Episode, recorded: Recorded) -> Episode:
    return _reviewed(episode, event.handover, recorded, correction=event.correction)


@after.register
def _(event: ReadBackConfirmed, episode: Episode, recorded: Recorded) -> Episode:
    return _reviewed(episode, event.handover, recorded, is_confirmed=True)


def _reviewed(episode: Episode, reference: str, recorded: Recorded, **update: object) -> Episode:
    *earlier, latest = episode.handovers[reference].read_backs
    reviewed = latest.model_copy(update={**update, "reviewed_at": recorded.true_at})
    return _changed(episode, reference, read_backs=(*earlier, reviewed))


@after.register
def _(event: ReadBackWaived, episode: Episode, recorded: Recorded) -> Episode:
    return _changed(episode, event.handover, read_back_waiver=_waiver(event, recorded))


def _waiver(event: ReadinessWaived | ReadBackWaived, recorded: Recorded) -> Waiver:
    return Waiver(at=recorded.true_at, actor=recorded.actor, reason=event.reason, words=event.words)


@after.register
def _(event: QuestionAsked, episode: Episode, recorded: Recorded) -> Episode:
    asked = Question(text=event.text, asked_at=recorded.true_at, asked_by=recorded.actor)
    handover = episode.handovers[event.handover]
    return _changed(
        episode,
        event.handover,
        questions=(*handover.questions, asked),
        answer_left_seconds=event.answer_left_seconds,
        asked=_reached(handover.asked, [recorded.actor.team or ""], ["is_delivered", "is_seen"]),
    )


@after.register
def _(event: QuestionAnswered, episode: Episode, recorded: Recorded) -> Episode:
    *earlier, latest = episode.handovers[event.handover].questions
    answer = {"answer": event.answer, "answered_at": recorded.true_at, "answered_by": recorded.actor}
    questions = (*earlier, latest.model_copy(update=answer))
    return _changed(episode, event.handover, questions=questions, answer_left_seconds=None)


@after.register(HandoverAddressed)
@after.register(HandoverEscalated)
def _(event: HandoverAddressed | HandoverEscalated, episode: Episode, recorded: Recorded) -> Episode:
    handover = episode.handovers[event.handover]
    told = Told(team=event.team, contact=event.contact)
    now_at = {"has": told, "told_at": recorded.true_at}
    asked = tuple(
        each.model_copy(update={**now_at, "told": tuple(dict.fromkeys((*each.told, told)))})
        if each.team == event.receiver
        else each
        for each in handover.asked
    )
    escalations = event.step if isinstance(event, HandoverEscalated) else handover.escalations
    return _changed(episode, event.handover, asked=asked, escalations=escalations)


@after.register
def _(event: PlaceHeld, episode: Episode, recorded: Recorded) -> Episode:
    return _asked(
        episode, event.handover, event.unit, place=PlaceStanding.HELD, since=recorded.true_at, is_urgent=False
    )


@after.register
def _(event: PlaceAwaited, episode: Episode, recorded: Recorded) -> Episode:
    standing = {"place": PlaceStanding.AWAITED, "since": event.since, "is_urgent": event.is_urgent}
    return _asked(episode, event.handover, event.unit, **standing)


@after.register
def _(event: PlaceReleased, episode: Episode, recorded: Recorded) -> Episode:
    return _asked(episode, event.handover, event.unit, place=None, since=None, is_urgent=False)


def _asked(episode: Episode, reference: str, unit: str, **update: object) -> Episode:
    asked = tuple(
        each.model_copy(update=update) if each.unit == unit else each for each in episode.handovers[reference].asked
    )
    return _changed(episode, reference, asked=asked)


@after.register
def _(event: ReceiverDeclined, episode: Episode, recorded: Recorded) -> Episode:
    handover = episode.handovers[event.handover]
    left = tuple(each for each in handover.asked if (each.team, each.unit) != (event.team, event.unit))
    return _with_asked(episode, handover, left)


@after.register
def _(event: ReceiverChosen, episode: Episode, recorded: Recorded) -> Episode:
    handover = episode.handovers[event.handover]
    left = tuple(each for each in handover.asked if (each.team, each.unit) == (event.team, event.unit))
    return _with_asked(episode, handover, left)


def _with_asked(episode: Episode, handover: Handover, asked: tuple[Asked, ...]) -> Episode:
    """The handover with these receivers still asked; the plan names the first of them."""
    plan = handover.plan.model_copy(update={"to_team": asked[0].team, "to_unit": asked[0].unit})
    return _changed(episode, handover.reference, asked=asked, plan=plan)


@after.register
def _(event: CancelAsked, episode: Episode, recorded: Recorded) -> Episode:
    return _changed(episode, event.handover, cancel_asked=event.reason)


@after.register
def _(event: CancelRefused, episode: Episode, recorded: Recorded) -> Episode:
    return _changed(episode, event.handover, cancel_asked=None)


@after.register
def _(event: ReturnCauseRecorded, episode: Episode, recorded: Recorded) -> Episode:
    causes = {**episode.handovers[event.handover].causes, event.side: event.cause}
    return _changed(episode, event.handover, causes=causes)
