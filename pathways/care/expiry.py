"""What is in place and does not last: a readiness item that was checked too long ago is missing again."""

from pathways.care.clocks import handover_key, until
from pathways.care.episodes import ClockKind, Handover
from pathways.care.events_of_handovers import HandoverChanged, ReadinessExpired
from pathways.care.notice_kinds import NoticeKind
from pathways.care.parties import teams_on, tell
from pathways.care.recording import Recorder
from pathways.care.states import Action, HandoverStatus
from pathways.definition.models import Side


def expire(recorder: Recorder, reference: str) -> None:
    """Record what has expired by now, tell those who see to it, and let the clock run to what expires next.

    A ready handover from which something expires is accepted again, and then both sides are told. On the way nothing
    expires.
    """
    handover = recorder.episode.handovers[reference]
    if handover.status is HandoverStatus.IN_PROGRESS:
        return
    gone = handover.expired_at(recorder.context.occurred_at)
    if gone:
        recorder.record(ReadinessExpired(handover=reference, items=gone))
        sides = {handover.plan.items[item] for item in gone}
        if handover.status is HandoverStatus.READY:
            recorder.record(
                HandoverChanged(handover=reference, before=HandoverStatus.READY, after=HandoverStatus.ACCEPTED)
            )
            sides = set(Side)
        tell(recorder, NoticeKind.READINESS_EXPIRED, handover, *sorted(sides))
    _let_run(recorder, recorder.episode.handovers[reference])


def ready_again_as_of_then(recorder: Recorder, handover: Handover, action: Action) -> Handover:
    """The handover as it was when the patient left, entered late: ready, where what expired since held then."""
    held = handover.held_at(recorder.context.occurred_at)
    goes_ahead = action in (Action.DEPART, Action.ARRIVE) and handover.status is HandoverStatus.ACCEPTED
    if not (goes_ahead and held):
        return handover
    reference = handover.reference
    recorder.record(HandoverChanged(handover=reference, before=HandoverStatus.ACCEPTED, after=HandoverStatus.READY))
    return recorder.episode.handovers[reference]


def _let_run(recorder: Recorder, handover: Handover) -> None:
    key = handover_key(handover.reference, ClockKind.EXPIRY)
    if not handover.expiries:
        recorder.stop(key, withdrawn=True)
        return
    item, due_at = min(handover.expiries.items(), key=lambda each: (each[1], each[0]))
    running = recorder.episode.clocks.get(key)
    owner = teams_on(handover, handover.plan.items[item])[0]
    if running and (running.due_at, running.owner) == (due_at, owner):
        return
    recorder.start(
        until(
            recorder.context,
            key=key,
            kind=ClockKind.EXPIRY,
            subject=handover.reference,
            owner=owner,
            due_at=due_at,
            repeat=recorder.context.pathway.rules_for(handover.plan.urgency).question,
        )
    )
