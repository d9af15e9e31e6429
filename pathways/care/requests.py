"""How a planned handover is requested: who is asked, what must be there first, and which clocks run from then on."""

from pathways.care.clocks import handover_key, started
from pathways.care.episodes import ClockKind, Handover
from pathways.care.events import HandoverChanged
from pathways.care.places import hold_or_wait
from pathways.care.recording import Recorder
from pathways.care.states import HandoverStatus


def start_draft(recorder: Recorder, reference: str) -> None:
    """Let the clock run within which a draft is to be sent."""
    limit = recorder.context.pathway.draft_limit
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
    urgency = recorder.context.pathway.moves[made.move].urgencies[made.urgency]
    recorder.record(HandoverChanged(handover=reference, before=handover.status, after=HandoverStatus.REQUESTED))
    recorder.stop(handover_key(reference, ClockKind.DRAFT))
    recorder.start(
        started(
            recorder.context,
            key=handover_key(reference, ClockKind.ARRIVE),
            kind=ClockKind.ARRIVE,
            subject=reference,
            owner=made.to_team,
            limit=urgency.arrive,
            repeat=urgency.repeat,
        )
    )
    hold_or_wait(recorder, reference)
