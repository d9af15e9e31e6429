"""Soundness of roll-outs: each stage can begin, what it names is in the network, and somebody answers in a district."""

from collections.abc import Iterator, Mapping

from pathways.definition.checks_of_texts import check_line, check_lists
from pathways.definition.faults import Code, Finding, KeyPath
from pathways.definition.models import Pathway
from pathways.definition.networks import Network
from pathways.definition.structure import meant


def check_roll_outs(pathway: Pathway) -> Iterator[Finding]:
    """Every stage begins before its roll-out ends, and that is not after the pathway itself."""
    last = pathway.in_force_until
    for key, roll_out in pathway.roll_outs.items():
        if last is not None and roll_out.until is not None and roll_out.until > last:
            until: KeyPath = ("roll_outs", key, "until")
            sentence, mend = f"The pathway is in force until {last} only.", "Let the roll-out end no later."
            both = (until, ("in_force_until",))
            yield Finding(Code.ROLL_OUT_OUTLASTS, until, str(roll_out.until), sentence, mend, compares=both)
        for name, stage in roll_out.stages.items():
            path: KeyPath = ("roll_outs", key, "stages", name, "from")
            if roll_out.until is not None and stage.from_day > roll_out.until:
                until = ("roll_outs", key, "until")
                sentence = f"The stage begins after the roll-out ends ({roll_out.until})."
                mend = "Let it begin earlier, or the roll-out end later."
                words = stage.from_day.isoformat()
                yield Finding(Code.STAGE_AFTER_END, path, words, sentence, mend, compares=(path, until))


def check_districts(network: Network) -> Iterator[Finding]:
    """Every district has a name and teams of the network."""
    for key, district in network.districts.items():
        yield from check_line(district.name, ("districts", key, "name"))
        yield from check_lists([(("districts", key, "teams"), district.teams)])
        for place, team in enumerate(district.teams):
            if team not in network.teams:
                sentence, mend = f"The team `{team}` is not declared.", meant(team, list(network.teams))
                yield Finding(Code.UNKNOWN_TEAM, ("districts", key, "teams", place), team, sentence, mend)


def check_areas(network: Network, served: Mapping[str, Pathway]) -> Iterator[Finding]:
    """Roll-outs name districts and providers that the network has, and every role has a team in every district."""
    for place, name in enumerate(network.pathways):
        if name in served:
            yield from _check_stages(network, served[name], ("pathways", place))
    for key in network.districts:
        for role in dict.fromkeys(role for pathway in served.values() for role in pathway.roles):
            teams = network.teams_in(role)
            if teams and not any(network.works_in(team, key) for team in teams):
                sentence = f"No team with the role `{role}` works in the district `{key}`."
                mend = "Name one under its `teams`, or let one be named by no district: then it works in all."
                yield Finding(Code.DISTRICT_WITHOUT_TEAM, ("districts", key), key, sentence, mend, at_key=True)


def _check_stages(network: Network, pathway: Pathway, path: KeyPath) -> Iterator[Finding]:
    for key, roll_out in pathway.roll_outs.items():
        providers = [network.teams[team].organisation for team in network.teams_in(roll_out.provider)]
        for name, stage in roll_out.stages.items():
            where = f"stage `{name}` of the roll-out `{key}` of `{pathway.pathway}`"
            for district in stage.districts:
                if district not in network.districts:
                    sentence = f"The {where} names the district `{district}`, and the network has none of that name."
                    mend = meant(district, list(network.districts), "Add it under `districts`.")
                    yield Finding(Code.UNKNOWN_DISTRICT, path, district, sentence, mend)
            for provider in stage.providers:
                if provider not in providers:
                    sentence = f"The {where} names the provider `{provider}`, which has no team with the role."
                    mend = meant(provider, providers, f"Add a team with `role: {roll_out.provider}` of it.")
                    yield Finding(Code.UNKNOWN_PROVIDER, path, provider, sentence, mend)
