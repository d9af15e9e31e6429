"""How a planned handover is requested: who is asked, what must be there first, and which clocks run from then on."""

from pathways.care.clocks import handover_key, started
from pathways.care.episodes import ClockKind, Handover
from pathways.care.events import HandoverChanged
from pathways.care.notice_kinds import NoticeKind
from pathways.care.phases import answer_limit
from pathways.care.recording import Recorder
from pathways.care.states import HandoverStatus
from pathways.definition.durations import Duration


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
    move = recorder.context.pathway.moves[made.move]
    urgency = move.urgencies[made.urgency]
    answer = answer_limit(recorder.context, recorder.episode, move, made.urgency)
    recorder.record(HandoverChanged(handover=reference, before=handover.status, after=HandoverStatus.REQUESTED))
    recorder.stop(handover_key(reference, ClockKind.DRAFT))
    for kind, owner, limit, remind in (
        (ClockKind.ANSWER, made.to_team, answer, _reminded(urgency.remind, answer)),
        (ClockKind.ARRIVE, made.to_team, urgency.arrive, None),
    ):
        recorder.start(
            started(
                recorder.context,
                key=handover_key(reference, kind),
                kind=kind,
                subject=reference,
                owner=owner,
                limit=limit,
                repeat=urgency.repeat,
                remind=remind,
            )
        )
    due_at = recorder.episode.clocks[handover_key(reference, ClockKind.ANSWER)].due_at
    recorder.owe(NoticeKind.REQUESTED, made.to_team, handover=reference, due_at=due_at)


def _reminded(remind: Duration | None, answer: Duration) -> Duration | None:
    """How long before the limit to remind: not at all where a phase of illness has made the limit as short as that."""
    return remind if remind and remind.approximate_seconds < answer.approximate_seconds else None
