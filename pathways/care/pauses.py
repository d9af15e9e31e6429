"""Pausing an episode, as while the patient is admitted elsewhere, and going on with it: for the responsible team.

While it pauses its team stays responsible, all services pause, and no handover is asked for or carried on. What is
known of the patient may still be recorded, and the episode may end. A request that the pause cancels is named before,
and the sender says what follows as soon as the episode goes on.
"""

from collections.abc import Iterator

from pathways.care.actors import Actor
from pathways.care.clocks import handover_key, started
from pathways.care.commands import PauseEpisode, ResumeEpisode
from pathways.care.concerned import teams_to_tell
from pathways.care.episodes import ClockKind, Episode, Handover, RunningClock
from pathways.care.events import EpisodePaused, EpisodeResumed
from pathways.care.next_steps import PAUSED, ask_again_after_the_pause
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
_UNANSWERED = (HandoverStatus.DRAFT, HandoverStatus.REQUESTED, HandoverStatus.RECEIVED)


def pause(recorder: Recorder, command: PauseEpisode) -> None:
    """Pause an episode. Raises Refused.

    A handover that nobody has answered is cancelled, if the command names it; one that was accepted goes on hold, and
    its limit rests. While the patient is on the way there is no pausing: the arrival, or failure, is recorded first.
    """
    context, episode = recorder.context, recorder.episode
    _require_responsible(recorder, Phrase("pause"))
    if episode.status is EpisodeStatus.ON_HOLD:
        raise Refused(
            "Cannot pause episode {episode}: it pauses already.", "Nothing needs to be done.", episode=episode.reference
        )
    _require_kind(recorder, command)
    _require_named(episode, command)
    concerned = teams_to_tell(context, episode)
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

    For a request that the pause cancelled the sender's clock runs from now on, and whoever is on duty there is told.
    Raises Refused.
    """
    episode = recorder.episode
    _require_responsible(recorder, Phrase("resume"))
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
    _tell(recorder, NoticeKind.EPISODE_RESUMED, teams_to_tell(recorder.context, recorder.episode))
    for reference in _cancelled_by_the_pause(episode):
        ask_again_after_the_pause(recorder, reference)


def cancelled_by_a_pause(episode: Episode) -> Handover | None:
    """The open handover that a pause would cancel: one that nobody has answered yet. None where there is none."""
    handover = episode.open_handover
    return handover if handover and handover.status in _UNANSWERED else None


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


def _require_responsible(recorder: Recorder, verb: Phrase) -> None:
    episode = recorder.episode
    if episode.has_ended:
        raise Refused(
            "Cannot {verb} episode {episode}: it has ended.",
            "If that is wrong, take the end back.",
            command="handslag take-back-end",
            verb=verb,
            episode=episode.reference,
        )
    if recorder.actor.team != episode.stay.team:
        raise Refused(
            "Cannot {verb} episode {episode}: your team is not responsible for it.",
            "Ask {team}, which is.",
            verb=verb,
            episode=episode.reference,
            team=episode.stay.team,
        )


def _require_named(episode: Episode, command: PauseEpisode) -> None:
    """Whoever pauses knows which request that cancels: it is not what they believed where another is open now."""
    handover = cancelled_by_a_pause(episode)
    if handover is not None and command.cancels != handover.reference:
        raise Refused(
            "Cannot pause episode {episode}: that would cancel handover {handover} ({urgency}), which nobody has "
            "answered yet.",
            "Wait for the answer of {team}, or say when you pause that {handover} is to be cancelled.",
            command=f"--cancels {handover.reference}",
            episode=episode.reference,
            handover=handover.reference,
            urgency=handover.plan.urgency,
            team=handover.plan.to_team,
        )


def _cancelled_by_the_pause(episode: Episode) -> Iterator[str]:
    """The handovers that the pause has cancelled in which the episode still is."""
    for handover in episode.handovers.values():
        if episode.pause and handover.closing_reason == PAUSED and handover.changed_at >= episode.pause.at:
            yield handover.reference


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
    rest = recorder.context.occurred_at - pause.at
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
    if handover.status in _UNANSWERED:
        go_to(recorder, handover, HandoverStatus.CANCELLED, PAUSED)
        return None
    key = handover_key(handover.reference, ClockKind.ARRIVE)
    arrive = recorder.episode.clocks.get(key)
    recorder.stop(key, withdrawn=True)
    recorder.withdraw_notices(handover.reference, kinds=(NoticeKind.OVERDUE,))
    if handover.status in _PROMISED:
        go_to(recorder, handover, HandoverStatus.ON_HOLD, PAUSED)
    return arrive


def _tell(recorder: Recorder, kind: NoticeKind, concerned: tuple[str, ...]) -> None:
    told = {recorder.actor.team, *adjust_services(recorder)}
    for team in concerned:
        if team not in told:
            recorder.owe(kind, team, subject=PAUSE_KEY)
