"""Soundness of a network: its teams, contact points and units, alone and against the pathways that it serves."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from importlib.resources import files

from pathways.definition.checks_of_texts import (
    check_language,
    check_line,
    check_lists,
    check_names,
    check_not_empty,
    check_phone,
    check_secret,
)
from pathways.definition.checks_of_treatments import check_competences
from pathways.definition.faults import Code, Finding, KeyPath
from pathways.definition.models import Pathway
from pathways.definition.networks import Network, Team
from pathways.definition.structure import meant


def check_teams(network: Network) -> Iterator[Finding]:
    """Every team belongs to an organisation, can be reached, and speaks a language of Handslag."""
    used = {team.organisation for team in network.teams.values()}
    for key, organisation in network.organisations.items():
        yield from check_line(organisation.name, ("organisations", key, "name"))
        if key not in used:
            sentence, mend = f"No team belongs to the organisation `{key}`.", "Remove it, or name it at a team."
            yield Finding(Code.UNUSED_ORGANISATION, ("organisations", key), key, sentence, mend, at_key=True)
    for key, team in network.teams.items():
        path: KeyPath = ("teams", key)
        yield from check_line(team.name, (*path, "name"))
        yield from check_language(team.language, (*path, "language"))
        yield from check_phone(team.phone, (*path, "phone"))
        yield from check_not_empty([((*path, "contacts"), team.contacts)])
        if team.organisation not in network.organisations:
            mend = meant(team.organisation, list(network.organisations))
            sentence = f"The organisation `{team.organisation}` is not declared."
            yield Finding(Code.UNKNOWN_ORGANISATION, (*path, "organisation"), team.organisation, sentence, mend)
        yield from _check_contacts(team, path)


def check_places(network: Network) -> Iterator[Finding]:
    """Country and time zone are real, and every unit has a team of the network and a number of places."""
    if network.country not in _countries():
        mend = "Write the two capital letters of ISO 3166, such as SE or DK."
        sentence = f"`{network.country}` is not a country."
        yield Finding(Code.UNKNOWN_COUNTRY, ("country",), network.country, sentence, mend)
    if network.time_zone not in _time_zones():
        mend = meant(network.time_zone, _time_zones(), "Write a name such as Europe/Stockholm.")
        sentence = f"`{network.time_zone}` is not a time zone."
        yield Finding(Code.UNKNOWN_TIME_ZONE, ("time_zone",), network.time_zone, sentence, mend)
    for key, unit in network.units.items():
        path: KeyPath = ("units", key)
        yield from check_line(unit.name, (*path, "name"))
        if unit.team not in network.teams:
            sentence, mend = f"The team `{unit.team}` is not declared.", meant(unit.team, list(network.teams))
            yield Finding(Code.UNKNOWN_TEAM, (*path, "team"), unit.team, sentence, mend)
        if unit.places < 0:
            sentence, mend = "A unit cannot have fewer than no places.", "Write 0 or more."
            yield Finding(Code.NEGATIVE_PLACES, (*path, "places"), str(unit.places), sentence, mend)


def check_against(
    network: Network, pathways: Mapping[str, Pathway], versions: Iterable[Pathway] = ()
) -> Iterator[Finding]:
    """The network has whom and what its pathways ask for. Roles and levels are judged if all pathways are there.

    `versions`: others of the same pathways, for which it may have teams and units as well.
    """
    served = {name: pathways[name] for name in network.pathways if name in pathways}
    for place, name in enumerate(network.pathways):
        if name not in pathways:
            sentence = f"The pathway `{name}` is neither given nor published."
            mend = meant(name, list(pathways), "Give its file as well, or publish it first.")
            yield Finding(Code.UNKNOWN_PATHWAY, ("pathways", place), name, sentence, mend)
        else:
            yield from _check_served(network, pathways[name], ("pathways", place))
    for key, team in network.teams.items():
        yield from _check_languages(team, ("teams", key, "language"), served)
    if len(served) == len(network.pathways):
        all_served = (*served.values(), *(each for each in versions if each.pathway in served))
        yield from _check_roles(network, all_served)
        yield from _check_levels(network, all_served)
        yield from check_competences(network, served, all_served)


def _check_contacts(team: Team, path: KeyPath) -> Iterator[Finding]:
    names = [contact.name for contact in team.contacts]
    for place, contact in enumerate(team.contacts):
        here: KeyPath = (*path, "contacts", place)
        yield from check_names([((*here, "name"), contact.name)], at_key=False)
        if contact.name in names[:place]:
            sentence, mend = f"Two contact points are called `{contact.name}`.", "Give one of them another name."
            yield Finding(Code.REPEATED_CONTACT, (*here, "name"), contact.name, sentence, mend)
        yield from check_phone(contact.phone, (*here, "phone"))
        yield from check_secret(contact.secret, (*here, "secret"))
        yield from check_lists([((*here, "competences"), contact.competences)])


def _check_served(network: Network, pathway: Pathway, path: KeyPath) -> Iterator[Finding]:
    for role in pathway.roles:
        if not network.teams_in(role):
            sentence, mend = f"No team has the role `{role}` of this pathway.", f"Add a team with `role: {role}`."
            yield Finding(Code.ROLE_WITHOUT_TEAM, path, role, sentence, mend)
    offered = {unit.level for unit in network.units.values()}
    for name, level in pathway.levels.items():
        if level.places and name not in offered:
            sentence, mend = f"No unit offers places at the level `{name}`.", f"Add a unit with `level: {name}`."
            yield Finding(Code.LEVEL_WITHOUT_UNIT, path, name, sentence, mend)


def _check_languages(team: Team, path: KeyPath, served: Mapping[str, Pathway]) -> Iterator[Finding]:
    for name, pathway in served.items():
        if team.language not in pathway.languages:
            sentence = f"The pathway `{name}` has no texts in `{team.language}`."
            mend = f"Choose from: {', '.join(pathway.languages)}; or translate the pathway."
            yield Finding(Code.UNDECLARED_LANGUAGE, path, team.language, sentence, mend)


def _check_roles(network: Network, served: Sequence[Pathway]) -> Iterator[Finding]:
    roles = list(dict.fromkeys(role for pathway in served for role in pathway.roles))
    for key, team in network.teams.items():
        if team.role not in roles:
            sentence, mend = f"No pathway of this network has the role `{team.role}`.", meant(team.role, roles)
            yield Finding(Code.UNKNOWN_ROLE, ("teams", key, "role"), team.role, sentence, mend)


def _check_levels(network: Network, served: Sequence[Pathway]) -> Iterator[Finding]:
    levels = [(name, level) for pathway in served for name, level in pathway.levels.items()]
    for key, unit in network.units.items():
        path: KeyPath = ("units", key)
        meanings = [level for name, level in levels if name == unit.level]
        places = [level for level in meanings if level.places]
        if not places:
            choices = list(dict.fromkeys(name for name, level in levels if level.places))
            code = Code.LEVEL_WITHOUT_PLACES if meanings else Code.UNKNOWN_LEVEL
            sentence = f"No pathway of this network has places at the level `{unit.level}`."
            yield Finding(code, (*path, "level"), unit.level, sentence, meant(unit.level, choices))
        elif unit.team in network.teams and network.teams[unit.team].role not in [
            level.responsible for level in places
        ]:
            sentence = f"The team `{unit.team}` does not have the role that is responsible at `{unit.level}`."
            mend = f"Name a team with `role: {places[0].responsible}`."
            yield Finding(Code.WRONG_TEAM_FOR_LEVEL, (*path, "team"), unit.team, sentence, mend)


@cache
def _countries() -> frozenset[str]:
    lines = (files("tzdata.zoneinfo") / "iso3166.tab").read_text("utf-8").splitlines()
    return frozenset(line[:2] for line in lines if not line.startswith("#"))


@cache
def _time_zones() -> tuple[str, ...]:
    return tuple((files("tzdata") / "zones").read_text("utf-8").split())
