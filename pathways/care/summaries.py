"""The summary: who writes it, what it must hold before a handover can be requested, and who is told when it changes.

A request takes the summary as it is then. What is written later, while the handover is open, replaces it there, and
the receiver is told: an earlier read-back stands, and the receiver may read back anew.
"""

from collections.abc import Sequence

from pathways.care.commands import WriteSummary
from pathways.care.communication import Summary
from pathways.care.concerned import teams_for_role
from pathways.care.episodes import Episode, Handover
from pathways.care.events import SummaryWritten
from pathways.care.events_of_handovers import SummaryAttached
from pathways.care.notice_kinds import NoticeKind
from pathways.care.parties import tell
from pathways.care.recording import Context, Recorder
from pathways.care.states import HandoverStatus
from pathways.definition.models import Side, SummaryField
from pathways.errors import Refused
from pathways.phrases import Phrase


def write(recorder: Recorder, command: WriteSummary) -> None:
    """Write the summary anew, as the responsible or a consulted team. The same once more is nothing. Raises Refused."""
    context, episode = recorder.context, recorder.episode
    _require_writer(context, episode, command.actor.team)
    if len(command.summary.missing(tuple(SummaryField))) == len(SummaryField):
        raise _refused(episode, Phrase("it says nothing"), Phrase("Write at least one of its parts."))
    if episode.summary and episode.summary.summary == command.summary:
        return
    handover = _asked_for(episode)
    if handover and (lacking := _lacking(context, command.summary, handover.plan.urgency)):
        why = Phrase(
            "handover {handover} is open and needs {parts} in it", handover=handover.reference, parts=tuple(lacking)
        )
        raise _refused(episode, why, Phrase("Write these parts as well."))
    recorder.record(SummaryWritten(summary=command.summary))
    if handover:
        recorder.record(SummaryAttached(handover=handover.reference, summary=command.summary))
        tell(recorder, NoticeKind.SUMMARY_UPDATED, handover, Side.RECEIVER)


def attach(recorder: Recorder, handover: Handover) -> None:
    """Give a request the summary as it is now. Raises Refused when that lacks what the urgency asks for."""
    episode = recorder.episode
    summary = episode.summary.summary if episode.summary else Summary()
    if lacking := _lacking(recorder.context, summary, handover.plan.urgency):
        options = " ".join(f"--{'action' if field is SummaryField.ACTIONS else field} …" for field in lacking)
        raise Refused(
            "Cannot request a handover of episode {episode}: its summary lacks {parts}.",
            "Write these parts.",
            command=f"handslag summary {episode.reference} {options}",
            episode=episode.reference,
            parts=tuple(lacking),
        )
    if episode.summary:
        recorder.record(SummaryAttached(handover=handover.reference, summary=summary))


def _lacking(context: Context, summary: Summary, urgency: str) -> Sequence[SummaryField]:
    return summary.missing(context.pathway.rules_for(urgency).summary)


def _asked_for(episode: Episode) -> Handover | None:
    handover = episode.open_handover
    return None if handover is None or handover.status is HandoverStatus.DRAFT else handover


def _require_writer(context: Context, episode: Episode, team: str | None) -> None:
    if episode.has_ended:
        raise _refused(episode, Phrase("the episode has ended"), Phrase("Nothing needs to be done."))
    writers = [episode.stay.team]
    for role in context.pathway.levels[episode.level].consulted:
        writers += teams_for_role(context, episode, role)
    if team not in writers:
        why = Phrase("your team is neither responsible nor consulted")
        raise _refused(episode, why, Phrase("Ask one of: {choices}.", choices=tuple(dict.fromkeys(writers))))


def _refused(episode: Episode, why: Phrase, mend: Phrase) -> Refused:
    return Refused("Cannot write the summary of episode {episode}: {why}.", mend, episode=episode.reference, why=why)
