"""Where a patient can be while a proof goes through all that can happen: the state, the time, and how it came about."""

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from datetime import datetime

from pathways.care.actors import Actor, ActorKind
from pathways.care.episodes import Episode, Handover
from pathways.care.occupancy import Claim, UnitOccupancy
from pathways.care.recording import Context
from pathways.care.waits import waits
from pathways.definition.networks import Network

EPISODE, HANDOVER, BACK = "E222-2222", "H222-2222", "H333-3333"
"""The references of a proof: one episode, one handover at a time, and one by which the patient comes back."""

WORDS = "as agreed"
"""What somebody says where the rules ask for words. Nothing in a proof is about a real patient."""


@dataclass(frozen=True)
class Situation:
    """A state that can be reached, when, and the shortest story of how, one sentence for each step."""

    episode: Episode
    now: datetime
    story: tuple[str, ...]

    @property
    def handover(self) -> Handover | None:
        """The handover that is under way."""
        return self.episode.open_handover

    def key(self) -> Hashable:
        """What must be alike in two situations for the same to be possible in both."""
        handover = self.handover
        if handover is None:
            latest = [each.status for each in self.episode.handovers.values()][-1:]
            return self.episode.status, self.episode.level, *latest
        return (
            self.episode.status,
            handover.status,
            frozenset(handover.plan.items[item] for item in handover.missing),
            handover.open_question is not None,
            (bool(handover.read_backs), handover.is_read_back),
            handover.cancel_asked is not None,
            bool(handover.able_to_accept),
        )


def person_of(team: str) -> Actor:
    """Somebody of a team."""
    return Actor(kind=ActorKind.PERSON, team=team, name=WORDS, via="proof")


def full(network: Network) -> Mapping[str, UnitOccupancy]:
    """Every place of every unit taken by others."""
    return {
        key: UnitOccupancy(claims=tuple(Claim(unit=key, episode=f"E333-{n:04}") for n in range(unit.places)))
        for key, unit in network.units.items()
    }


def unwatched(context: Context, situation: Situation) -> str:
    """What is not watched over in a situation, as a sentence; empty where all is."""
    episode, teams = situation.episode, context.network.teams
    if episode.has_ended:
        return ""
    if episode.responsible_team not in teams:
        return "Then no team is responsible for the patient."
    found = waits(episode)
    if any(not wait.teams or not set(wait.teams) <= set(teams) for wait in found):
        return "Then something is waited for, and no team is the one to do it."
    handover = situation.handover
    if handover and handover.reference not in {wait.subject for wait in found}:
        return "Then the handover waits, and no clock runs for it."
    if any(clock.owner not in teams for clock in episode.clocks.values()):
        return "Then a clock runs that is no team's."
    return ""
