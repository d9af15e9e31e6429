"""How an episode's standing to its meetings follows from the events. Dumb on purpose, as `evolution.py`."""

from pathways.care.episodes import Episode
from pathways.care.events import Recorded
from pathways.care.evolution_of_handovers import after
from pathways.care.meetings.events import MatterDecided, MatterRaised
from pathways.care.meetings.values import AtMeeting


def _changed(episode: Episode, meeting: str, **update: object) -> Episode:
    standing = episode.meetings.get(meeting, AtMeeting()).model_copy(update=update)
    return episode.model_copy(update={"meetings": {**episode.meetings, meeting: standing}})


@after.register
def _(event: MatterRaised, episode: Episode, recorded: Recorded) -> Episode:
    return _changed(episode, event.meeting, raised_at=recorded.at)


@after.register
def _(event: MatterDecided, episode: Episode, recorded: Recorded) -> Episode:
    return _changed(episode, event.meeting, raised_at=None, decided_at=recorded.at, decision=event.decision)
