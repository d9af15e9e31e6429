"""The moment from which a request can be answered: its clock starts, and its receivers are told."""

from collections.abc import Iterable

from pathways.care.clocks import handover_key, started
from pathways.care.episodes import ClockKind
from pathways.care.notice_kinds import NoticeKind
from pathways.care.phases import answer_limit
from pathways.care.recording import Recorder
from pathways.definition.durations import Duration


def start_answering(recorder: Recorder, reference: str, teams: Iterable[str]) -> None:
    """Let the clock of the answer run, unless it runs or a question stopped it, and tell these teams of the request."""
    key = handover_key(reference, ClockKind.ANSWER)
    handover = recorder.episode.handovers[reference]
    asked = tuple(dict.fromkeys(teams))
    if key not in recorder.episode.clocks and handover.answer_left_seconds is None:
        move = recorder.context.pathway.moves[handover.plan.move]
        urgency = move.urgencies[handover.plan.urgency]
        limit = answer_limit(recorder.context, recorder.episode, move, handover.plan.urgency)
        recorder.start(
            started(
                recorder.context,
                key=key,
                kind=ClockKind.ANSWER,
                subject=reference,
                owner=asked[0],
                limit=limit,
                repeat=urgency.repeat,
                remind=_reminded(urgency.remind, limit),
            )
        )
    clock = recorder.episode.clocks.get(key)
    for team in asked:
        recorder.owe(NoticeKind.REQUESTED, team, handover=reference, due_at=clock.due_at if clock else None)


def _reminded(remind: Duration | None, answer: Duration) -> Duration | None:
    """How long before the limit to remind: not at all where a phase of illness has made the limit as short as that."""
    return remind if remind and remind.approximate_seconds < answer.approximate_seconds else None
