"""What happens when a clock is due. A clock that is due always tells someone, or acts.

Each kind of clock has its one rule here, in `_RULES`; the rules that are long stand with what they are about.
"""

from collections.abc import Callable, Mapping

from pathways.care.actors import ActorKind
from pathways.care.answer_limits import ANSWER_LIMITS, pass_answer_limit
from pathways.care.commands import PassClock
from pathways.care.episodes import ClockKind, RunningClock
from pathways.care.events import ClockPassed
from pathways.care.expiry import expire
from pathways.care.grants.rules import end_grant, pass_decision
from pathways.care.joint_visits.rules import pass_answer
from pathways.care.ladder import hand_on
from pathways.care.notice_kinds import NoticeKind
from pathways.care.orders.following import complete as complete_order
from pathways.care.places import pass_hold
from pathways.care.programme.admission import pass_offer
from pathways.care.programme.measuring import pass_measure
from pathways.care.recording import Recorder
from pathways.care.repeats import record_passing
from pathways.care.tables import complete
from pathways.errors import Refused

_TOLD_TO_ITS_OWNER: Mapping[ClockKind, NoticeKind] = {
    ClockKind.DRAFT: NoticeKind.DRAFT_WAITING,
    ClockKind.PLACE: NoticeKind.NO_PLACE_YET,
    ClockKind.QUESTION: NoticeKind.QUESTION_WAITING,
    ClockKind.READ_BACK: NoticeKind.READ_BACK_WAITING,
    ClockKind.CANCEL: NoticeKind.CANCEL_ASKED,
    ClockKind.RETURN_CAUSE: NoticeKind.CAUSE_WANTED,
    ClockKind.NEXT_STEP: NoticeKind.NEXT_STEP_WANTED,
    ClockKind.PHASE: NoticeKind.PHASE_DUE,
    ClockKind.REVIEW: NoticeKind.REVIEW_DUE,
    ClockKind.KIT: NoticeKind.KIT_EXPIRED,
    ClockKind.PAUSE: NoticeKind.PAUSE_DUE,
    ClockKind.RESPONSIBLE_AGAIN: NoticeKind.RESPONSIBLE_AGAIN,
    ClockKind.WAIT: NoticeKind.WAIT_DUE,
    ClockKind.FOLLOW_UP: NoticeKind.FOLLOW_UP_DUE,
    ClockKind.DECLARED: NoticeKind.LIMIT_PASSED,
    ClockKind.VISIT: NoticeKind.VISIT_UNRECORDED,
    ClockKind.MISSED: NoticeKind.VISIT_MISSED,
    ClockKind.UNCOVERED: NoticeKind.ORDER_UNCOVERED,
    ClockKind.FIXED_CONTACT: NoticeKind.CONTACT_WANTED,
    ClockKind.MATTER: NoticeKind.MATTER_UNDECIDED,
    ClockKind.JOINT_VISIT_RECORD: NoticeKind.JOINT_VISIT_DUE,
    ClockKind.DEATH_REPORTED: NoticeKind.DEATH_REPORTED,
    ClockKind.LIFE_REPORTED: NoticeKind.LIFE_REPORTED,
}
"""Clocks of which their owner is told, each time a further contact, and what it is told."""


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
    if clock is not None and context.now >= clock.next_at:
        _RULES[clock.kind](recorder, clock)


def _tell_its_owner(recorder: Recorder, clock: RunningClock) -> None:
    kind = _TOLD_TO_ITS_OWNER[clock.kind]
    record_passing(recorder, clock, kind)
    handover = clock.subject if clock.subject in recorder.episode.handovers else None
    times = clock.passed + 1
    recorder.owe(kind, clock.owner, handover=handover, subject=clock.key, due_at=clock.due_at, times=times)


def _pass_hold(recorder: Recorder, clock: RunningClock) -> None:
    _record_repeat(recorder, clock)
    pass_hold(recorder, clock)


def _pass_arrive(recorder: Recorder, clock: RunningClock) -> None:
    made = recorder.episode.handovers[clock.subject].plan
    record_passing(recorder, clock, NoticeKind.OVERDUE)
    for team in dict.fromkeys((made.from_team, made.to_team)):
        recorder.owe(NoticeKind.OVERDUE, team, handover=clock.subject, due_at=clock.due_at, times=clock.passed + 1)


def _record_repeat(recorder: Recorder, clock: RunningClock) -> None:
    next_at = clock.repeat.after(recorder.context.now, recorder.context.zone)
    recorder.record(ClockPassed(key=clock.key, times=clock.passed + 1, next_at=next_at))


_RULES: Mapping[ClockKind, Callable[[Recorder, RunningClock], None]] = complete(
    ClockKind,
    {
        **dict.fromkeys(_TOLD_TO_ITS_OWNER, _tell_its_owner),
        **dict.fromkeys(ANSWER_LIMITS, pass_answer_limit),
        ClockKind.CLOSING: lambda recorder, clock: hand_on(recorder, recorder.episode.handovers[clock.subject], clock),
        ClockKind.ARRIVE: _pass_arrive,
        ClockKind.EXPIRY: lambda recorder, clock: expire(recorder, clock.subject),
        ClockKind.HOLD: _pass_hold,
        ClockKind.OFFER: pass_offer,
        ClockKind.MEASURE: pass_measure,
        ClockKind.GRANT_DECISION: pass_decision,
        ClockKind.GRANT_END: lambda recorder, clock: end_grant(recorder, clock.subject),
        ClockKind.ORDER_END: lambda recorder, clock: complete_order(recorder, int(clock.subject)),
        ClockKind.JOINT_VISIT_ANSWER: pass_answer,
    },
)
"""The rule of every kind of clock."""
