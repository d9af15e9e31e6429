"""What an episode's history tells of its patient's record: that it changed, how, and through whom. Never who it is.

Also who may change or read that record, and what must hold before two records become one.
"""

from collections.abc import Sequence
from itertools import product

from pathways.care.actors import Actor
from pathways.care.commands import NotePatientChange
from pathways.care.concerned import teams_concerned
from pathways.care.endings import is_death_by
from pathways.care.episodes import Episode
from pathways.care.events import PatientChanged
from pathways.care.notice_kinds import NoticeKind
from pathways.care.recording import Context, Recorder
from pathways.care.states import EpisodeStatus, PatientChange
from pathways.care.viewing import require_in_sight
from pathways.definition.models import Pathway
from pathways.errors import Refused

ELSEWHERE = ""
"""Through which episode a record has changed, where that is one of another organisation: it is not named."""


_TOLD_AS = {
    PatientChange.LIFTING_ASKED: NoticeKind.PROTECTION_CHANGED,
    PatientChange.UNPROTECTED: NoticeKind.PROTECTION_CHANGED,
    PatientChange.MERGE_ASKED: NoticeKind.MERGE_ASKED,
}
"""As what those are told of a change who are to know of it at once."""


def note_change(recorder: Recorder, command: NotePatientChange) -> None:
    """Record a change of the patient's record. Raises Refused where it was told by a team without a part in it."""
    if command.told_in == recorder.episode.reference:
        require_part(recorder.context, recorder.episode, command.actor)
    others = tuple(reference for reference in command.joined if reference != recorder.episode.reference)
    recorder.record(PatientChanged(what=command.what, told_in=command.told_in, joined=others))
    for team in command.tell:
        if team in recorder.context.network.teams:
            recorder.owe(_TOLD_AS[command.what], team)


def require_part(context: Context, episode: Episode, actor: Actor) -> None:
    """Only a team with a part in the episode knows its patient: now, or by a follow-up that waits. Raises Refused."""
    require_in_sight(context.whole, context.network, episode.reference, actor.team)
    owners = {clock.owner for clock in episode.clocks.values()}
    if actor.team not in owners.union(teams_concerned(context, episode)):
        raise Refused(
            "Your team has no part in episode {episode}: its patient's record is not for it.",
            "Ask the responsible team.",
            episode=episode.reference,
        )


def require_mergeable(ours: Sequence[Episode], theirs: Sequence[Episode]) -> None:
    """One patient has one running episode on a pathway: two records that would break this stay two. Raises Refused."""
    for one, other in product(ours, theirs):
        if one.pathway == other.pathway and EpisodeStatus.FINISHED not in (one.status, other.status):
            raise Refused(
                "Cannot merge the two records: neither {one} nor {other} has ended, and both are on {pathway}.",
                "Before they are merged, end the one that is not to go on.",
                command="handslag end",
                one=one.reference,
                other=other.reference,
                pathway=one.pathway,
            )


def is_of_the_dead(pathway: Pathway, episode: Episode) -> bool:
    """Whether the episode ended with the patient's death."""
    return is_death_by(pathway, episode.end)
