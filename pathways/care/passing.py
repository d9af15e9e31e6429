"""What happens when a clock is due. A clock that is due always tells someone, or acts.

Each kind of clock has its one rule here, in `_tell`; the rules that are long stand with what they are about.
"""

from pathways.care.actors import ActorKind
from pathways.care.commands import PassClock
from pathways.care.episodes import ClockKind, Handover, RunningClock
from pathways.care.events import ClockPassed, ClockReminded, HandoverEscalated
from pathways.care.notice_kinds import NoticeKind
from pathways.care.places import pass_hold
from pathways.care.recording import Recorder
from pathways.errors import Refused

_TOLD_TO_THE_OWNER = {
    ClockKind.PAUSE: NoticeKind.PAUSE_DUE,
    ClockKind.PHASE: NoticeKind.PHASE_DUE,
    ClockKind.REVIEW: NoticeKind.REVIEW_DUE,
    ClockKind.KIT: NoticeKind.KIT_EXPIRED,
}


def pass_clock(recorder: Recorder, command: PassClock) -> None:
    """Act on a clock that is due: remind, or tell that it has passed. Nothing if it is not due or does not run.

    Acting late, after a stop of the whole program, acts once and not once for every repeat that went by.
    Raises Refused for a person: time passes clocks, nobody else does.
    """
    context = recorder.context
    if recorder.actor.kind is ActorKind.PERSON:
        raise Refused(
            f"Cannot pass a clock of episode {recorder.episode.reference}: that is for Handslag itself to do.",
            "Nothing needs to be done.",
        )
    clock = recorder.episode.clocks.get(command.key)
    if clock is None or context.now < clock.next_at:
        return
    if clock.passed == 0 and clock.next_at < clock.due_at and context.now < clock.due_at:
        _remind(recorder, clock)
    else:
        _tell(recorder, clock)


def _remind(recorder: Recorder, clock: RunningClock) -> None:
    handover = recorder.episode.handovers[clock.subject]
    recorder.record(ClockReminded(key=clock.key, next_at=clock.due_at))
    recorder.owe(
        NoticeKind.REMINDER,
        clock.owner,
        handover=handover.reference,
        due_at=clock.due_at,
        step=handover.escalations,
    )


def _tell(recorder: Recorder, clock: RunningClock) -> None:
    context = recorder.context
    next_at = clock.repeat.after(context.now, context.zone)
    recorder.record(ClockPassed(key=clock.key, times=clock.passed + 1, next_at=next_at))
    match clock.kind:
        case ClockKind.ANSWER:
            _escalate(recorder, clock, recorder.episode.handovers[clock.subject])
        case ClockKind.ARRIVE:
            plan = recorder.episode.handovers[clock.subject].plan
            for team in dict.fromkeys((plan.from_team, plan.to_team)):
                recorder.owe(NoticeKind.OVERDUE, team, handover=clock.subject, due_at=clock.due_at)
        case ClockKind.DRAFT:
            recorder.owe(NoticeKind.DRAFT_WAITING, clock.owner, handover=clock.subject, due_at=clock.due_at)
        case ClockKind.PLACE:
            recorder.owe(NoticeKind.NO_PLACE_YET, clock.owner, handover=clock.subject, due_at=clock.due_at)
        case ClockKind.HOLD:
            pass_hold(recorder, clock)
        case _:  # its owner is told, each time a further contact
            kind = _TOLD_TO_THE_OWNER.get(clock.kind, NoticeKind.FOLLOW_UP_DUE)
            recorder.owe(kind, clock.owner, subject=clock.key, due_at=clock.due_at, step=clock.passed)


def _escalate(recorder: Recorder, clock: RunningClock, handover: Handover) -> None:
    step = handover.escalations + 1
    contacts = recorder.context.network.teams[handover.plan.to_team].contacts
    contact = contacts[min(step, len(contacts) - 1)].name
    recorder.record(
        HandoverEscalated(
            handover=handover.reference,
            step=step,
            receiver=handover.plan.to_team,
            rung=step,
            team=handover.plan.to_team,
            contact=contact,
        )
    )
    recorder.owe(
        NoticeKind.ESCALATED, handover.plan.to_team, step=step, handover=handover.reference, due_at=clock.due_at
    )
    if handover.plan.from_team != handover.plan.to_team:
        recorder.owe(NoticeKind.OVERDUE, handover.plan.from_team, handover=handover.reference, due_at=clock.due_at)
