"""Whether a definition is sound: all that must hold before a pathway or network may be used. Finds, and raises nothing.

Findings stand at key paths; `reading.py` says on which line of a file that is.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date

from pathways.definition.checks_of_agreements import agreement_lists_in, check_agreement, check_tasks
from pathways.definition.checks_of_choices import check_choices
from pathways.definition.checks_of_clocks import check_clocks
from pathways.definition.checks_of_conditions import check_conditions
from pathways.definition.checks_of_cover import check_covers, check_last_resort, check_unit_hours
from pathways.definition.checks_of_grants import check_grants, lists_in_grants, names_in_grants, needed_in_grants
from pathways.definition.checks_of_limits import check_limits
from pathways.definition.checks_of_meetings import check_meetings, lists_in_meetings, needed_in_meetings
from pathways.definition.checks_of_moves import check_moves, check_ways
from pathways.definition.checks_of_networks import check_against, check_places, check_teams
from pathways.definition.checks_of_programmes import check_programme
from pathways.definition.checks_of_references import check_references
from pathways.definition.checks_of_retention import check_retention
from pathways.definition.checks_of_roll_outs import check_areas, check_districts, check_roll_outs
from pathways.definition.checks_of_texts import (
    check_clock_names,
    check_lists,
    check_names,
    check_not_empty,
    check_reserved_names,
    check_texts,
)
from pathways.definition.checks_of_treatments import check_treatments
from pathways.definition.checks_of_versions import check_replacements
from pathways.definition.checks_of_waiving import check_waiving, waivings_in
from pathways.definition.faults import Code, Finding, KeyPath
from pathways.definition.models import Pathway
from pathways.definition.networks import Network
from pathways.definition.versions import not_yet_over

_NAMED_SECTIONS = (
    *("roles", "levels", "reasons", "rejections", "urgencies", "readiness", "waivers"),
    *("moves", "follow_ups", "ends", "services", "pauses", "milestones"),
    *("competences", "treatments", "packages", "roll_outs", "meetings"),
    "tasks",
)
_NEEDED_SECTIONS = ("languages", "roles", "levels", "begin_at", "reasons", "rejections", "moves", "ends")

_ASKED_BY_OTHER_VERSIONS = frozenset({Code.UNKNOWN_ROLE, Code.UNKNOWN_LEVEL, Code.UNKNOWN_COMPETENCE})
"""What a network may have although a version knows nothing of it: another version may ask for it."""


def check_pathway(pathway: Pathway) -> list[Finding]:
    """Everything that keeps this pathway from being used; an empty list if it is sound."""
    return [
        *check_names([(("pathway",), pathway.pathway)], at_key=False),
        *check_names(_names_in(pathway)),
        *check_reserved_names(pathway),
        *check_clock_names(pathway),
        *check_texts(pathway),
        *check_not_empty(_needed_in(pathway)),
        *check_lists(_lists_in(pathway)),
        *check_references(pathway),
        *check_ways(pathway),
        *check_moves(pathway),
        *check_choices(pathway),
        *check_limits(pathway),
        *check_waiving(pathway),
        *check_conditions(pathway),
        *check_clocks(pathway),
        *check_treatments(pathway),
        *check_agreement(pathway),
        *check_tasks(pathway),
        *check_grants(pathway),
        *check_roll_outs(pathway),
        *check_programme(pathway),
        *check_meetings(pathway),
    ]


def check_network(network: Network, pathways: Mapping[str, Pathway], versions: Sequence[Pathway] = ()) -> list[Finding]:
    """Everything that keeps this network from carrying out its pathways (given by name); empty if it is sound.

    `versions`: every version of every pathway that is known, to judge how they follow on and replace each other.
    """
    return [
        *check_network_alone(network),
        *check_against(network, pathways, versions),
        *check_areas(network, pathways),
        *check_replacements(network, versions),
    ]


def check_version(network: Network, version: Pathway, versions: Sequence[Pathway]) -> list[Finding]:
    """What a network lacks to carry out this very version of a pathway, with the last ones of the others."""
    pathways = {**{each.pathway: each for each in versions}, version.pathway: version}
    found = (*check_against(network, pathways, versions), *check_areas(network, pathways))
    return [finding for finding in found if finding.code not in _ASKED_BY_OTHER_VERSIONS]


def check_versions_from(network: Network, versions: Sequence[Pathway], day: date) -> Iterator[Finding]:
    """What a network lacks for the versions that are in force on a local day or later, but are not the last."""
    last = {each.pathway: each for each in versions}
    judged = [
        finding for name in network.pathways if name in last for finding in check_version(network, last[name], versions)
    ]
    for version in not_yet_over(network.pathways, versions, day):
        for finding in check_version(network, version, versions):
            if finding not in judged:
                judged.append(finding)
                said = f"{finding.sentence} The version of {version.version} asks for it, which is not over yet."
                yield replace(finding, sentence=said)


def check_network_alone(network: Network) -> list[Finding]:
    """Everything that is wrong with this network whatever its pathways say."""
    names = [
        ((section, key), key)
        for section in ("organisations", "teams", "units", "districts")
        for key in getattr(network, section)
    ]
    needed = [((section,), getattr(network, section)) for section in ("pathways", "organisations", "teams")]
    return [
        *check_names([(("network",), network.network)], at_key=False),
        *check_names(names),
        *check_not_empty(needed),
        *check_lists([(("pathways",), network.pathways)]),
        *check_teams(network),
        *check_covers(network),
        *check_unit_hours(network),
        *check_last_resort(network),
        *check_places(network),
        *check_retention(network),
        *check_districts(network),
    ]


def _names_in(pathway: Pathway) -> Iterator[tuple[KeyPath, str]]:
    for section in _NAMED_SECTIONS:
        yield from (((section, key), key) for key in getattr(pathway, section))
    for key, move in pathway.moves.items():
        yield from ((("moves", key, "urgencies", name), name) for name in move.urgencies)
    if pathway.coming_back is not None:
        yield from ((("coming_back", "causes", key), key) for key in pathway.coming_back.causes)
    yield from ((("agreement", "annexes", key), key) for key in pathway.agreement.annexes)
    yield from names_in_grants(pathway)
    for key, meeting in pathway.meetings.items():
        yield from ((("meetings", key, "decisions", name), name) for name in meeting.decisions)


def _needed_in(pathway: Pathway) -> Iterator[tuple[KeyPath, Sequence[object] | Mapping[str, object]]]:
    yield from (((section,), getattr(pathway, section)) for section in _NEEDED_SECTIONS)
    yield ("agreement", "parties"), pathway.agreement.parties
    for key, move in pathway.moves.items():
        yield ("moves", key, "from"), move.from_levels
        yield ("moves", key, "reasons"), move.reasons
        yield ("moves", key, "urgencies"), move.urgencies
    yield from (((*path, "by"), waiving.by) for path, waiving in waivings_in(pathway))
    yield from ((("services", key, "levels"), service.levels) for key, service in pathway.services.items())
    for key, treatment in pathway.treatments.items():
        yield ("treatments", key, "levels"), treatment.levels
        yield ("treatments", key, "ordered_by"), treatment.ordered_by
    if pathway.fixed_contact is not None:
        yield ("fixed_contact", "roles"), pathway.fixed_contact.roles
    for key, clock in pathway.clocks.items():
        yield ("clocks", key, "starts"), clock.starts
        yield ("clocks", key, "stops"), clock.stops
    if pathway.coming_back is not None:
        yield ("coming_back", "causes"), pathway.coming_back.causes
    yield from ((("tasks", key, "levels"), task.levels) for key, task in pathway.tasks.items())
    yield from needed_in_grants(pathway)
    yield from needed_in_meetings(pathway)


def _lists_in(pathway: Pathway) -> Iterator[tuple[KeyPath, Sequence[str]]]:
    yield ("languages",), pathway.languages
    yield ("begin_at",), pathway.begin_at
    yield from agreement_lists_in(pathway)
    for key, level in pathway.levels.items():
        yield ("levels", key, "consulted"), level.consulted
    for key, move in pathway.moves.items():
        yield ("moves", key, "from"), move.from_levels
        yield from (((("moves", key, section)), getattr(move, section)) for section in ("reasons", "ready", "informs"))
        yield from (
            (("moves", key, "urgencies", name, "ready"), each.ready or ()) for name, each in move.urgencies.items()
        )
    for key, end in pathway.ends.items():
        yield ("ends", key, "then"), end.then
    yield from ((("urgencies", key, "summary"), rules.summary) for key, rules in pathway.urgencies.items())
    yield from (((*path, "by"), waiving.by) for path, waiving in waivings_in(pathway))
    yield from (((*path, "urgencies"), waiving.urgencies) for path, waiving in waivings_in(pathway))
    yield from ((("services", key, "levels"), service.levels) for key, service in pathway.services.items())
    for key, treatment in pathway.treatments.items():
        for section in ("levels", "ordered_by", "competences"):
            yield ("treatments", key, section), getattr(treatment, section)
    if pathway.fixed_contact is not None:
        yield ("fixed_contact", "roles"), pathway.fixed_contact.roles
    yield from lists_in_grants(pathway)
    yield from lists_in_meetings(pathway)
