"""How a planned handover is requested: who is asked, what must be there first, and which clocks run from then on."""

from pathways.care.clocks import handover_key, limits_of, started
from pathways.care.episodes import ClockKind, Handover
from pathways.care.events_of_handovers import HandoverChanged
from pathways.care.next_steps import take_next_step
from pathways.care.places import hold_or_wait
from pathways.care.recording import Recorder
from pathways.care.states import HandoverStatus
from pathways.care.summaries import attach
from pathways.definition.durations import Duration


def start_draft(recorder: Recorder, reference: str) -> None:
    """Let the clock run within which a draft is to be sent."""
    limit = recorder.context.pathway.draft_limit
    take_next_step(recorder)
    recorder.start(
        started(
            recorder.context,
            key=handover_key(reference, ClockKind.DRAFT),
            kind=ClockKind.DRAFT,
            subject=reference,
            owner=recorder.episode.stay.team,
            limit=limit,
            repeat=limit,
        )
    )


def request(recorder: Recorder, handover: Handover) -> None:
    """Ask the receivers, and let the clocks run. Raises Refused."""
    reference, made = handover.reference, handover.plan
    attach(recorder, handover)
    take_next_step(recorder)
    recorder.record(HandoverChanged(handover=reference, before=handover.status, after=HandoverStatus.REQUESTED))
    recorder.stop(handover_key(reference, ClockKind.DRAFT))
    urgency = limits_of(recorder.context, made)
    _start(recorder, reference, ClockKind.ARRIVE, made.to_team, urgency.arrive, urgency.repeat)
    hold_or_wait(recorder, reference)


def _start(recorder: Recorder, reference: str, kind: ClockKind, owner: str, limit: Duration, repeat: Duration) -> None:
    key = handover_key(reference, kind)
    recorder.start(
        started(recorder.context, key=key, kind=kind, subject=reference, owner=owner, limit=limit, repeat=repeat)
    )
