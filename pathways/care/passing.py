"""What happens when a clock is due. A clock that is due always tells someone, or acts.

Each kind of clock has its one rule here, in `_tell`; the rules that are long stand with what they are about.
"""

from collections.abc import Callable, Mapping, Sequence

from pathways.care.actors import ActorKind
from pathways.care.clocks import handover_key
from pathways.care.commands import PassClock
from pathways.care.episodes import ClockKind, Handover, RunningClock
from pathways.care.events import ClockPassed, ClockReminded
from pathways.care.expiry import expire
from pathways.care.grants.rules import end_grant, pass_decision
from pathways.care.joint_visits.rules import pass_answer
from pathways.care.ladder import climb, hand_on, receivers, remind
from pathways.care.next_steps import STALE
from pathways.care.notice_kinds import NoticeKind
from pathways.care.orders.following import complete
from pathways.care.places import pass_hold
from pathways.care.programme.admission import pass_offer
from pathways.care.programme.measuring import pass_measure
from pathways.care.reaching import lacking
from pathways.care.recording import Recorder
from pathways.care.states import HandoverStatus
from pathways.care.steps import go_to
from pathways.errors import Refused

_TOLD_TO_THE_OWNER = {
    ClockKind.PAUSE: NoticeKind.PAUSE_DUE,
    ClockKind.RETURN_CAUSE: NoticeKind.CAUSE_WANTED,
    ClockKind.NEXT_STEP: NoticeKind.NEXT_STEP_WANTED,
    ClockKind.PHASE: NoticeKind.PHASE_DUE,
    ClockKind.REVIEW: NoticeKind.REVIEW_DUE,
    ClockKind.KIT: NoticeKind.KIT_EXPIRED,
    ClockKind.DECLARED: NoticeKind.LIMIT_PASSED,
    ClockKind.WAIT: NoticeKind.WAIT_DUE,
    ClockKind.FIXED_CONTACT: NoticeKind.CONTACT_WANTED,
    ClockKind.MATTER: NoticeKind.MATTER_UNDECIDED,
    ClockKind.JOINT_VISIT_RECORD: NoticeKind.JOINT_VISIT_DUE,
}
_WAITING = {
    ClockKind.READ_BACK: NoticeKind.READ_BACK_WAITING,
    ClockKind.QUESTION: NoticeKind.QUESTION_WAITING,
    ClockKind.CANCEL: NoticeKind.CANCEL_ASKED,
    ClockKind.VISIT: NoticeKind.VISIT_UNRECORDED,
    ClockKind.MISSED: NoticeKind.VISIT_MISSED,
    ClockKind.UNCOVERED: NoticeKind.ORDER_UNCOVERED,
}
"""Those whose owner is told at once, and not when a desk opens."""
_OWN_RULES: Mapping[ClockKind, Callable[[Recorder, RunningClock], None]] = {
    ClockKind.GRANT_DECISION: pass_decision,
    ClockKind.JOINT_VISIT_ANSWER: pass_answer,
    ClockKind.GRANT_END: lambda recorder, clock: end_grant(recorder, clock.subject),
    ClockKind.ORDER_END: lambda recorder, clock: complete(recorder, int(clock.subject)),
}
"""What has a rule of its own for all that happens to its clock."""


def pass_clock(recorder: Recorder, command: PassClock) -> None:
    """Act on a clock that is due: remind, or tell that it has passed. Nothing if it is not due or does not run.

    Acting late, after a stop of the whole program, acts once and not once for every repeat that went by.
    Raises Refused for a person: time passes clocks, nobody else does.
    """
    context = recorder.context
    if recorder.actor.kind is ActorKind.PERSON:
        raise Refused(
            "Cannot pass a clock of episode {episode}: that is for Handslag itself to do.",
            "Nothing needs to be done.",
            episode=recorder.episode.reference,
        )
    clock = recorder.episode.clocks.get(command.key)
    if clock is None or context.now < clock.next_at:
        return
    if clock.kind in _OWN_RULES:
        _OWN_RULES[clock.kind](recorder, clock)
    elif clock.kind is ClockKind.EXPIRY:
        expire(recorder, clock.subject)
    elif clock.kind is ClockKind.CLOSING:
        hand_on(recorder, recorder.episode.handovers[clock.subject], clock)
    elif clock.kind is ClockKind.OFFER:
        pass_offer(recorder, clock)
    elif clock.kind is ClockKind.MEASURE:
        pass_measure(recorder, clock)
    elif clock.passed == 0 and clock.next_at < clock.due_at and context.now < clock.due_at:
        _remind(recorder, clock)
    else:
        _tell(recorder, clock)


def _remind(recorder: Recorder, clock: RunningClock) -> None:
    recorder.record(ClockReminded(key=clock.key, next_at=clock.due_at))
    remind(recorder, recorder.episode.handovers[clock.subject])


def _tell(recorder: Recorder, clock: RunningClock) -> None:
    context = recorder.context
    next_at = clock.repeat.after(context.now, context.zone)
    recorder.record(ClockPassed(key=clock.key, times=clock.passed + 1, next_at=next_at))
    handover = recorder.episode.handovers.get(clock.subject)
    match clock.kind, handover:
        case ClockKind.DELIVERED | ClockKind.SEEN, Handover():
            _act_on_missing_mark(recorder, clock, handover)
        case ClockKind.ANSWER, Handover():
            _climb(recorder, clock, handover, NoticeKind.OVERDUE, receivers(handover))
        case ClockKind.STALE, Handover():
            go_to(recorder, handover, HandoverStatus.CANCELLED, STALE)
        case ClockKind.ARRIVE, Handover():
            for team in dict.fromkeys((handover.plan.from_team, handover.plan.to_team)):
                recorder.owe_on_duty(
                    NoticeKind.OVERDUE, team, handover=clock.subject, due_at=clock.due_at, step=clock.passed
                )
        case ClockKind.DRAFT, Handover():
            recorder.owe(
                NoticeKind.DRAFT_WAITING, clock.owner, handover=clock.subject, due_at=clock.due_at, step=clock.passed
            )
        case ClockKind.PLACE, Handover():
            recorder.owe_on_duty(NoticeKind.NO_PLACE_YET, clock.owner, handover=clock.subject, due_at=clock.due_at)
        case ClockKind.HOLD, Handover():
            pass_hold(recorder, clock)
        case waiting, _ if waiting in _WAITING:
            recorder.owe_on_duty(
                _WAITING[waiting],
                clock.owner,
                handover=handover.reference if handover else None,
                subject=clock.key,
                due_at=clock.due_at,
                step=clock.passed,
            )
        case _:  # its owner is told, each time a further contact
            kind = _TOLD_TO_THE_OWNER.get(clock.kind, NoticeKind.FOLLOW_UP_DUE)
            recorder.owe(
                kind,
                clock.owner,
                handover=handover.reference if handover else None,
                subject=clock.key,
                due_at=clock.due_at,
                step=clock.passed,
            )


def _climb(
    recorder: Recorder, clock: RunningClock, handover: Handover, told_to_sender: NoticeKind, teams: Sequence[str]
) -> None:
    """Tell the request to the next on duty for these receivers, and the sender what is missing."""
    climb(recorder, handover, teams)
    sender = handover.plan.from_team
    if sender not in receivers(handover):
        recorder.owe_on_duty(told_to_sender, sender, handover=handover.reference, due_at=clock.due_at)


def _act_on_missing_mark(recorder: Recorder, clock: RunningClock, handover: Handover) -> None:
    """What is missing first is acted upon first: the delivery, then the opening. Past its limit, the answer is all."""
    answer, delivery = (
        recorder.episode.clocks.get(handover_key(handover.reference, kind))
        for kind in (ClockKind.ANSWER, ClockKind.DELIVERED)
    )
    if answer and answer.due_at <= recorder.context.now:
        recorder.stop(clock.key, withdrawn=True)
        return
    if clock.kind is ClockKind.DELIVERED:
        _climb(recorder, clock, handover, NoticeKind.NOT_DELIVERED, lacking(handover, clock.kind))
    elif delivery is None or not delivery.passed:
        _climb(recorder, clock, handover, NoticeKind.NOT_SEEN, lacking(handover, clock.kind))
