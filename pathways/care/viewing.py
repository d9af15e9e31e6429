"""Which teams may see an episode: all of its network, but those of organisations that the patient has named.

To the rest of `care`, a team that may not see an episode is not in its network: it is not asked, told, or named,
answers for nobody and is no one's cover. So what follows here is all that says so, and every door asks it.

Sources: lag (2022:913) om sammanhållen vård- och omsorgsdokumentation; sundhedsloven § 41, stk. 3, and § 42.
"""

from collections.abc import Sequence

from pathways.care.episodes import Episode
from pathways.care.patient import ViewLimit
from pathways.definition.networks import Network, Team
from pathways.errors import NotFound, Withheld
from pathways.phrases import Phrase, one_of

_KEPT = 64
_kept: dict[tuple[int, frozenset[str]], tuple[Network, Network]] = {}


def hidden_from(episode: Episode) -> frozenset[str]:
    """The organisations that may not see an episode."""
    facts = (known.fact for known in episode.known.values())
    return frozenset(fact.organisation for fact in facts if isinstance(fact, ViewLimit) and fact.is_limited)


def holding(episode: Episode) -> frozenset[str]:
    """The teams that see an episode whatever was said: responsible, in the open handover, with a clock, or to visit.

    They are none of a limited organisation: that is refused when it is said. Only a network file that gives a team to
    another organisation afterwards could make one so, and then the patient's care comes first.
    """
    found = {episode.stay.team, *(clock.owner for clock in episode.clocks.values())}
    to_come = (each for each in episode.joint_visits.values() if each.is_open and not episode.has_ended)
    found |= {team for each in to_come for team in (each.team, each.with_team)}
    if handover := episode.open_handover:
        plan = handover.plan
        found |= {plan.from_team, plan.to_team, *(asked.team for asked in handover.asked)}
        found |= {told.team for told in handover.stand_ins}
    return frozenset(found)


def hidden_teams(network: Network, episode: Episode) -> frozenset[str]:
    """The teams of a network that may not see an episode."""
    organisations = hidden_from(episode)
    if not organisations:
        return frozenset()
    theirs = (key for key, team in network.teams.items() if team.organisation in organisations)
    return frozenset(theirs) - holding(episode)


def may_see(network: Network, episode: Episode, team: str | None) -> bool:
    """Whether the patient lets a team see the episode. Whether it has a part in it is another question."""
    return team not in hidden_teams(network, episode)


def network_that_sees(network: Network, episode: Episode) -> Network:
    """A network without the teams that may not see an episode, and without their units. The last made are kept."""
    hidden = hidden_teams(network, episode)
    if not hidden:
        return network
    key = (id(network), hidden)
    found = _kept.get(key)
    if found is not None and found[0] is network:
        return found[1]
    made = without(network, hidden)
    while len(_kept) >= _KEPT:
        _kept.pop(next(iter(_kept)), None)
    _kept[key] = (network, made)
    return made


def without(network: Network, hidden: frozenset[str]) -> Network:
    """A network without some teams: nor do they cover others there, or answer last."""

    def alone(team: Team) -> Team:
        return team.model_copy(update={"covered_by": None}) if team.covered_by in hidden else team

    last = network.last_resort
    return network.model_copy(
        update={
            "teams": {key: alone(team) for key, team in network.teams.items() if key not in hidden},
            "units": {key: unit for key, unit in network.units.items() if unit.team not in hidden},
            "last_resort": None if last and last.team in hidden else last,
        }
    )


def require_in_sight(whole: Network | None, seen: Network, episode: str, team: str | None) -> None:
    """Whoever may not see an episode is told that there is none. Raises NotFound."""
    if team is not None and whole is not None and team in whole.teams and team not in seen.teams:
        raise NotFound(
            "There is no {noun} {reference}.",
            "Check the reference, or look it up.",
            command="handslag waiting",
            noun=Phrase("episode"),
            reference=episode,
        )


def require_seen_by(whole: Network | None, seen: Network, team: str | None, choices: Sequence[str]) -> None:
    """A team may be asked: the patient lets it see the episode. Raises Withheld. `choices`: who may be asked instead.

    `whole`: the network with those as well that may not see the episode; `seen`: without them.
    """
    if team is not None and whole is not None and team in whole.teams and team not in seen.teams:
        raise Withheld(
            "{team} cannot be asked: the patient has said that its organisation may not see this.",
            one_of(choices, Phrase("Record first that it may see this again, if the patient says so.")),
            team=team,
        )
