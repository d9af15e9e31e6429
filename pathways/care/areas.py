"""Where a patient lives and who gives the care there: which of the network's teams come into question. Pure."""

from dataclasses import replace

from pathways.care.recording import Context
from pathways.errors import Refused
from pathways.phrases import Phrase, one_of


def context_of_area(context: Context, district: str | None, provider: str | None) -> Context:
    """The context with the teams alone that work in a district and, where a role has several, for a provider.

    A team of another organisation stays where the provider has none with its role. Raises Refused for a district or
    provider that the network does not have, and where one is needed and none was named.
    """
    network = context.network
    if district is None and context.pathway.roll_outs and network.districts:
        raise Refused(
            "The pathway has rules that hold in some districts only, and no district was named.",
            "Name one of: {choices}.",
            choices=tuple(network.districts),
        )
    if district is not None and district not in network.districts:
        known = one_of(network.districts, Phrase("Leave it out."))
        raise Refused("That is not a district of this network.", known)
    if provider is not None and provider not in network.organisations:
        raise Refused(
            "That is not an organisation of this network.",
            "Choose one of: {choices}.",
            choices=tuple(network.organisations),
        )
    there = {key: team for key, team in network.teams.items() if network.works_in(key, district)}
    theirs = {team.role for team in there.values() if team.organisation == provider}
    chosen = {key: team for key, team in there.items() if team.role not in theirs or team.organisation == provider}
    return replace(context, network=network.model_copy(update={"teams": chosen}))
