"""How an episode ends: everything that waits stops in the same decision, and the follow-ups start."""

from pathways.care.clocks import follow_up_key, started
from pathways.care.commands import CompleteFollowUp, EndEpisode
from pathways.care.concerned import teams_ever_concerned, teams_for_role, teams_standing_in, teams_to_tell
from pathways.care.episodes import ClockKind, Episode, Handover, Stopped
from pathways.care.events import EpisodeEnded, FollowUpCompleted
from pathways.care.events_of_handovers import HandoverChanged
from pathways.care.notice_kinds import NoticeKind
from pathways.care.places import release_all
from pathways.care.programme.admission import leave
from pathways.care.recording import Context, Recorder
from pathways.care.states import EpisodeStatus, HandoverStatus
from pathways.definition.models import Pathway
from pathways.errors import Refused
from pathways.phrases import Phrase, one_of


def end(recorder: Recorder, command: EndEpisode) -> None:
    """Record the end of an episode. Raises Refused.

    How a life ends may become known to anyone: every team that has, or has had, a part in the episode may record it.
    Whoever answers for a team that is closed may record a death. All who have a part now, or of whom something is
    wanted, are told; at a death in words that keep them from ringing anyone before they have looked.
    A death may follow another end: what that one started stops, and what is done after a death starts.
    """
    context, episode = recorder.context, recorder.episode
    _require_end_of_the_pathway(context, episode, command.end)
    is_death = is_death_by(context.pathway, command.end) or command.told_in is not None
    if episode.has_ended and not (is_death and not is_death_by(context.pathway, episode.end)):
        raise Refused(
            "Cannot end episode {episode}: it has ended already.",
            "Nothing needs to be done.",
            episode=episode.reference,
        )
    if command.told_in is None and not _may_end(recorder, is_death=is_death):
        raise Refused(
            "Cannot end episode {episode}: your team has had no part in it.",
            "Ask {team}, which is responsible, to end it.",
            episode=episode.reference,
            team=episode.stay.team,
        )
    waits = episode.status is EpisodeStatus.WAITLIST  # nobody but its team knows of it, and nothing is to follow
    concerned = (episode.stay.team,) if waits else teams_to_tell(context, episode)
    stopped = Stopped(
        status=episode.status,
        handover=episode.open_handover,
        clocks=tuple(episode.clocks.values()),
        pause=episode.pause,
        end=episode.end,
        ended_at=episode.ended_at,
        earlier=episode.stopped,
        told_in=command.told_in,
    )
    _stop_everything(recorder)
    recorder.record(EpisodeEnded(end=command.end, stopped=stopped))
    leave(recorder, command.end)
    _tell(recorder, NoticeKind.LOOK_FIRST if is_death else NoticeKind.ENDED, concerned, stopped.handover)
    if not waits:
        _start_follow_ups(recorder, command.end)


def _may_end(recorder: Recorder, *, is_death: bool) -> bool:
    context, episode, team = recorder.context, recorder.episode, recorder.actor.team
    return team in teams_ever_concerned(context, episode) or (is_death and team in teams_standing_in(context, episode))


def _tell(recorder: Recorder, kind: NoticeKind, concerned: tuple[str, ...], handover: Handover | None) -> None:
    """Tell all with a part in it; of those who were told of a request in another's stead, the very contact."""
    stand_ins = handover.stand_ins if handover else ()
    for team in concerned:
        contacts = [told.contact for told in stand_ins if told.team == team]
        for contact in contacts:
            recorder.owe_contact(kind, team, contact)
        if not contacts:
            recorder.owe(kind, team)


def is_death_by(pathway: Pathway, end: str | None) -> bool:
    """Whether this way for an episode of the pathway to end is a death."""
    return end is not None and pathway.ends[end].is_death


def death_of(pathway: Pathway) -> str:
    """The way in which an episode of this pathway ends with the patient's death; where it names none, its first."""
    return next((name for name, end in pathway.ends.items() if end.is_death), next(iter(pathway.ends)))


def _require_end_of_the_pathway(context: Context, episode: Episode, end: str) -> None:
    if end not in context.pathway.ends:
        raise Refused(
            "Cannot end episode {episode}: that is not a way for one of {pathway} to end.",
            "Choose one of: {choices}.",
            episode=episode.reference,
            pathway=episode.pathway,
            choices=tuple(context.pathway.ends),
        )


def _stop_everything(recorder: Recorder) -> None:
    release_all(recorder)
    if handover := recorder.episode.open_handover:
        recorder.record(
            HandoverChanged(
                handover=handover.reference,
                before=handover.status,
                after=HandoverStatus.CANCELLED,
                reason="episode-ended",
            )
        )
    for key in tuple(recorder.episode.clocks):
        recorder.stop(key, withdrawn=True)
    recorder.withdraw_notices()


def _start_follow_ups(recorder: Recorder, ending: str) -> None:
    context, episode = recorder.context, recorder.episode
    for name in context.pathway.ends[ending].then:
        follow_up = context.pathway.follow_ups[name]
        recorder.start(
            started(
                context,
                key=follow_up_key(name),
                kind=ClockKind.FOLLOW_UP,
                subject=episode.reference,
                owner=(*teams_for_role(context, episode, follow_up.role), episode.stay.team)[0],
                limit=follow_up.within,
                repeat=follow_up.repeat,
            )
        )


def complete_follow_up(recorder: Recorder, command: CompleteFollowUp) -> None:
    """Record that a follow-up has been done by the team that owns it. Raises Refused."""
    episode = recorder.episode
    key = follow_up_key(command.follow_up)
    clock = episode.clocks.get(key)
    if clock is None:
        waiting = [each.key.partition("/")[2] for each in episode.clocks.values() if each.kind is ClockKind.FOLLOW_UP]
        raise Refused(
            "Cannot complete a follow-up of episode {episode}: none of that name is waiting.",
            one_of(waiting, Phrase("Nothing needs to be done.")),
            episode=episode.reference,
        )
    if command.actor.team != clock.owner:
        raise Refused(
            "Cannot complete {follow_up}: it belongs to {team}.",
            "Ask that team to complete it.",
            follow_up=command.follow_up,
            team=clock.owner,
        )
    recorder.record(FollowUpCompleted(follow_up=command.follow_up))
    recorder.stop(key)
    recorder.withdraw_notices(subject=key)
