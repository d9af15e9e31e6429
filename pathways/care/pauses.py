"""Pausing an episode, as while the patient is admitted elsewhere, and going on with it.

While it pauses its team stays responsible, all services pause, and no handover is asked for or carried on. What is
known of the patient may still be recorded, and the episode may end.
"""

from pathways.care.actors import Actor
from pathways.care.clocks import handover_key, started
from pathways.care.commands import PauseEpisode, ResumeEpisode
from pathways.care.concerned import teams_concerned
from pathways.care.episodes import ClockKind, Episode, RunningClock
from pathways.care.events import EpisodePaused, EpisodeResumed
from pathways.care.notice_kinds import NoticeKind
from pathways.care.recording import Recorder
from pathways.care.services import adjust_services
from pathways.care.states import EpisodeStatus, HandoverStatus
from pathways.care.steps import go_to
from pathways.errors import Refused
from pathways.phrases import Phrase, one_of

PAUSE_KEY = ClockKind.PAUSE.value
"""The key of the clock by which a pause is looked at again."""

_PROMISED = (HandoverStatus.ACCEPTED, HandoverStatus.READY)


def pause(recorder: Recorder, command: PauseEpisode) -> None:
    """Pause an episode. Raises Refused.

    A handover that nobody has answered is cancelled, one that was accepted goes on hold, and its limit rests. While the
    patient is on the way there is no pausing: the arrival, or its failure, is recorded first.
    """
    context, episode = recorder.context, recorder.episode
    _require_part(recorder, Phrase("pause"))
    if episode.status is EpisodeStatus.ON_HOLD:
        raise Refused(
            "Cannot pause episode {episode}: it pauses already.", "Nothing needs to be done.", episode=episode.reference
        )
    _require_kind(recorder, command)
    concerned = teams_concerned(context, episode)
    arrive = _put_aside_what_is_open(recorder)
    recorder.record(EpisodePaused(kind=command.kind, arrive=arrive))
    review = context.pathway.pauses[command.kind].review
    recorder.start(
        started(
            context,
            key=PAUSE_KEY,
            kind=ClockKind.PAUSE,
            subject=episode.reference,
            owner=episode.stay.team,
            limit=review,
            repeat=review,
        )
    )
    _tell(recorder, NoticeKind.EPISODE_PAUSED, concerned)


def resume(recorder: Recorder, command: ResumeEpisode) -> None:
    """Go on with an episode that pauses. A handover on hold waits until its teams take it up, and has what was left.

    Raises Refused.
    """
    episode = recorder.episode
    _require_part(recorder, Phrase("resume"))
    if episode.status is not EpisodeStatus.ON_HOLD:
        raise Refused(
            "Cannot resume episode {episode}: it does not pause.",
            "Nothing needs to be done.",
            episode=episode.reference,
        )
    arrive = _gone_on(recorder, episode)
    recorder.record(EpisodeResumed())
    if arrive:
        recorder.start(arrive)
    recorder.stop(PAUSE_KEY)
    recorder.withdraw_notices(subject=PAUSE_KEY)
    _tell(recorder, NoticeKind.EPISODE_RESUMED, teams_concerned(recorder.context, recorder.episode))


def require_going_on(episode: Episode, what: Phrase) -> None:
    """Handovers need an episode that goes on, and neither pauses nor has ended. `what` is asked for. Raises Refused."""
    if episode.has_ended:
        raise Refused(
            "Cannot {what} of episode {episode}: it has ended.",
            "Begin a new episode, or take the end back if it was recorded in error.",
            command="handslag take-back-end",
            what=what,
            episode=episode.reference,
        )
    if episode.status is EpisodeStatus.ON_HOLD:
        raise Refused(
            "Cannot {what} of episode {episode}: the episode pauses.",
            "Go on with it first.",
            command=f"handslag resume-episode {episode.reference}",
            what=what,
            episode=episode.reference,
        )


def require_free_to_hand_over(episode: Episode, actor: Actor, what: Phrase) -> None:
    """The responsible team hands over, and one at a time. `what` is asked for. Raises Refused."""
    require_going_on(episode, what)
    if actor.team != episode.stay.team:
        raise Refused(
            "Cannot {what} of episode {episode}: your team is not responsible for it.",
            "Ask {team}, which is.",
            what=what,
            episode=episode.reference,
            team=episode.stay.team,
        )
    if waiting := episode.open_handover:
        raise Refused(
            "Episode {episode} already has an open handover, {handover} ({status}).",
            "Complete or cancel that one first.",
            episode=episode.reference,
            handover=waiting.reference,
            status=waiting.status,
        )


def _require_part(recorder: Recorder, verb: Phrase) -> None:
    episode = recorder.episode
    if episode.has_ended:
        raise Refused(
            "Cannot {verb} episode {episode}: it has ended.",
            "If that is wrong, take the end back.",
            command="handslag take-back-end",
            verb=verb,
            episode=episode.reference,
        )
    if recorder.actor.team not in teams_concerned(recorder.context, episode):
        raise Refused(
            "Cannot {verb} episode {episode}: your team has no part in it.",
            "Ask {team}, which is responsible.",
            verb=verb,
            episode=episode.reference,
            team=episode.stay.team,
        )


def _require_kind(recorder: Recorder, command: PauseEpisode) -> None:
    pauses = recorder.context.pathway.pauses
    if command.kind not in pauses:
        known = one_of(pauses, Phrase("Ask those who keep the pathway to name one."))
        raise Refused(
            "Cannot pause episode {episode}: that is no reason of its pathway to pause.",
            known,
            episode=recorder.episode.reference,
        )


def _gone_on(recorder: Recorder, before: Episode) -> RunningClock | None:
    """The clock of the arrival, later by as long as the episode paused; None where nothing is to arrive any more."""
    pause, handover = before.pause, before.open_handover
    if pause is None or pause.arrive is None or handover is None:
        return None
    rest = recorder.context.now - pause.at
    return pause.arrive.model_copy(
        update={"due_at": pause.arrive.due_at + rest, "next_at": pause.arrive.next_at + rest}
    )


def _put_aside_what_is_open(recorder: Recorder) -> RunningClock | None:
    """Cancel what nobody has answered, put on hold what was accepted; gives the clock that rests. Raises Refused."""
    handover = recorder.episode.open_handover
    if handover is None:
        return None
    if handover.status is HandoverStatus.IN_PROGRESS:
        raise Refused(
            "Cannot pause episode {episode}: the patient is on the way on handover {handover}.",
            "Ask {team} to record the arrival, or record that the handover failed.",
            episode=recorder.episode.reference,
            handover=handover.reference,
            team=handover.plan.to_team,
        )
    if handover.status not in (*_PROMISED, HandoverStatus.ON_HOLD):
        go_to(recorder, handover, HandoverStatus.CANCELLED, "episode-paused")
        return None
    key = handover_key(handover.reference, ClockKind.ARRIVE)
    arrive = recorder.episode.clocks.get(key)
    recorder.stop(key, withdrawn=True)
    recorder.withdraw_notices(handover.reference, kinds=(NoticeKind.OVERDUE,))
    if handover.status in _PROMISED:
        go_to(recorder, handover, HandoverStatus.ON_HOLD, "episode-paused")
    return arrive


def _tell(recorder: Recorder, kind: NoticeKind, concerned: tuple[str, ...]) -> None:
    told = {recorder.actor.team, *adjust_services(recorder)}
    for team in concerned:
        if team not in told:
            recorder.owe(kind, team, subject=PAUSE_KEY)
