"""References of other episodes of a patient, in what is shown of one: those alone that the reader may see.

That a patient has another episode is the patient's to keep from an organisation: no history of one gives it away.
"""

from collections.abc import Callable
from dataclasses import replace
from functools import cache

from pathways.care.episodes import Stopped
from pathways.care.events import EpisodeEnded, Event, PatientChanged, Recorded
from pathways.care.patient_records import ELSEWHERE
from pathways.operations.views import EpisodeView

Sees = Callable[[str], bool]
"""Whether whoever reads may see the episode with this reference."""


def without_others(view: EpisodeView, sees: Sees) -> EpisodeView:
    """The same, without the references of episodes that the reader may not see."""
    episode = view.episode
    is_own_or_seen = cache(lambda reference: reference == episode.reference or sees(reference))
    history = tuple(_recorded(each, is_own_or_seen) for each in view.history)
    stopped = episode.stopped and _stopped(episode.stopped, is_own_or_seen)
    if stopped != episode.stopped:
        episode = episode.model_copy(update={"stopped": stopped})
    return replace(view, episode=episode, history=history)


def _recorded(recorded: Recorded, sees: Sees) -> Recorded:
    shown = _shown(recorded.event, sees)
    return recorded if shown == recorded.event else recorded.model_copy(update={"event": shown})


def _shown(event: Event, sees: Sees) -> Event:
    if isinstance(event, EpisodeEnded) and event.stopped:
        return event.model_copy(update={"stopped": _stopped(event.stopped, sees)})
    if isinstance(event, PatientChanged):
        joined = tuple(each for each in event.joined if sees(each))
        is_named = event.told_in != ELSEWHERE and sees(event.told_in)
        return event.model_copy(update={"told_in": event.told_in if is_named else ELSEWHERE, "joined": joined})
    return event


def _stopped(stopped: Stopped, sees: Sees) -> Stopped:
    told_in = stopped.told_in if stopped.told_in and sees(stopped.told_in) else None
    earlier = stopped.earlier and _stopped(stopped.earlier, sees)
    if (told_in, earlier) == (stopped.told_in, stopped.earlier):
        return stopped
    return stopped.model_copy(update={"told_in": told_in, "earlier": earlier})
