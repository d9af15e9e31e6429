"""How the state of an episode follows from its move to another version. Dumb on purpose, as `care/evolution.py`."""

from pathways.care.episodes import Episode
from pathways.care.events import Recorded
from pathways.care.evolution_of_handovers import after, with_handover
from pathways.care.migrations.events import EpisodeMigrated


@after.register
def _(event: EpisodeMigrated, episode: Episode, recorded: Recorded) -> Episode:
    present = episode.stay.model_copy(update={"level": event.level})
    moved = episode.model_copy(
        update={
            "pathway": event.pathway,
            "version": event.version,
            "care_team": event.care_team,
            "stays": (*episode.stays[:-1], present),
        }
    )
    if event.handover is None or event.renamed is None:
        return moved
    handover = moved.handovers[event.handover]
    plan = handover.plan.model_copy(update=event.renamed.model_dump())
    return with_handover(moved, handover.model_copy(update={"plan": plan}))
