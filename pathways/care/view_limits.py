"""How it is recorded that an organisation may not see an episode, or may again: by whom, and when it cannot be so.

Nobody is cut off who still has something to do: what is to be handed over or closed first is said.
"""

from collections.abc import Collection, Iterator, Set

from pathways.care.episodes import Episode
from pathways.care.notice_parts import NOT_CLOSING
from pathways.care.patient import ViewLimit
from pathways.care.recording import Context, Recorder
from pathways.care.viewing import hidden_from, hidden_teams
from pathways.definition.networks import Network
from pathways.phrases import Phrase, one_of

Fault = tuple[Phrase, Phrase]
"""Why it cannot be so, and what to do."""


def fault_of(context: Context, episode: Episode, team: str | None, fact: ViewLimit) -> Fault | None:
    """Why this cannot be recorded by a team; None where it can."""
    whole = context.whole or context.network
    if team != episode.stay.team:
        return Phrase("only the responsible team says who may see it"), Phrase(
            "Ask {team} to record it.", team=episode.stay.team
        )
    limited = hidden_from(episode)
    if not fact.is_limited and fact.organisation in limited:  # also its own, where a network file has moved the team
        return None
    own = whole.teams[episode.stay.team].organisation
    others = [key for key in whole.organisations if key != own]
    if fact.organisation not in others:
        return Phrase("that is no other organisation of the network"), one_of(
            others, Phrase("Nothing needs to be done.")
        )
    if not fact.is_limited:
        return Phrase("it may see it already"), Phrase("Nothing needs to be done.")
    theirs = {key for key, each in whole.teams.items() if each.organisation == fact.organisation}
    return next(_what_they_hold(context, episode, theirs), None)


def _what_they_hold(context: Context, episode: Episode, theirs: Set[str]) -> Iterator[Fault]:
    """What the teams of an organisation still have to do in an episode, what is to be done about it first."""
    handover, contact = episode.open_handover, episode.continuity.contact
    if handover:
        plan, asked = handover.plan, [each.team for each in handover.asked]
        if not theirs.isdisjoint((plan.to_team, *asked, *(told.team for told in handover.stand_ins))):
            yield (
                Phrase("a team of it has a part in handover {handover}", handover=handover.reference),
                Phrase("Complete or cancel that handover first."),
            )
    for visit in episode.joint_visits.values():
        if visit.is_open and not episode.has_ended and not theirs.isdisjoint((visit.team, visit.with_team)):
            yield Phrase("a joint visit with a team of it is to come"), Phrase("Hold or cancel that visit first.")
    if owners := sorted({clock.owner for clock in episode.clocks.values()} & theirs):
        yield (
            Phrase("{team} still has something to do in it", team=owners[0]),
            Phrase("Have that done, or taken over by another team, first."),
        )
    if contact and contact.team in theirs and not episode.has_ended:
        yield Phrase("the fixed contact is of that organisation"), Phrase("Name another fixed contact first.")
    if not somebody_remains(context.network, context.pathway.roles, theirs):
        yield (
            Phrase("at some hours nobody else answers than that organisation, the network's last resort"),
            Phrase("Have another organisation named as last resort in the network file first."),
        )


def somebody_remains(network: Network, roles: Collection[str], theirs: Collection[str]) -> bool:
    """Whether somebody answers at every hour for each team of these roles, without those of some organisations."""
    if network.last_resort and network.last_resort.team not in theirs:
        return True
    left = {key: team for key, team in network.teams.items() if key not in theirs}
    always = {key for key, team in left.items() if any((each.cover or team.cover).always for each in team.contacts)}
    return all(key in always or team.covered_by in always for key, team in left.items() if team.role in roles)


def follow(recorder: Recorder) -> None:
    """Withdraw what is unsent to teams that may not see the episode any more, but for what closes a matter for them."""
    context = recorder.context
    for team in sorted(hidden_teams(context.whole or context.network, recorder.episode)):
        recorder.withdraw_notices(kinds=NOT_CLOSING, team=team)
