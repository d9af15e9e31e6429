"""How the state of the fixed contact follows from the events. Dumb on purpose, as `pathways.care.evolution`."""

from pathways.care.continuity.events import FixedContactKept, FixedContactLost, FixedContactNamed
from pathways.care.continuity.values import Break, BreakReason, FixedContact
from pathways.care.episodes import Episode
from pathways.care.events import Recorded
from pathways.care.evolution_of_handovers import after


@after.register
def _(event: FixedContactNamed, episode: Episode, recorded: Recorded) -> Episode:
    before = episode.continuity
    breaks = before.breaks
    if before.contact is not None:
        breaks = (*breaks, Break(at=recorded.at, because=BreakReason.CHANGED))
    contact = FixedContact(name=event.name, team=event.team, since=recorded.at)
    return _with(episode, contact=contact, breaks=breaks)


@after.register
def _(event: FixedContactKept, episode: Episode, recorded: Recorded) -> Episode:
    return _with(episode, kept=episode.continuity.kept + 1)


@after.register
def _(event: FixedContactLost, episode: Episode, recorded: Recorded) -> Episode:
    gone = Break(at=recorded.at, because=BreakReason.HANDOVER, handover=event.handover)
    return _with(episode, contact=None, breaks=(*episode.continuity.breaks, gone))


def _with(episode: Episode, **update: object) -> Episode:
    return episode.model_copy(update={"continuity": episode.continuity.model_copy(update=update)})
