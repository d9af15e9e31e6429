"""A catalogue definition from which one thing is taken away is refused with a fault, or is still proved sound.

A pathway is proved with a network of its own; a network with its own pathways. What is taken away: a move, a level, an
urgency, a limit, an item, a role, a clock, an end, hours of cover, a fallback, a contact point, a team, a unit.
"""

import json
from collections.abc import Iterator
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from pathways.care.proof.proving import Prover
from pathways.definition.checks import check_network, check_pathway
from pathways.definition.faults import Code
from pathways.definition.models import Pathway
from pathways.definition.networks import Network
from pathways.definition.reading import network_of, read_definitions
from pathways.definition.starters import network_to_begin_with
from pathways.definition.writing import stored_network, stored_pathway, text_of

pytestmark = pytest.mark.exhaustive

ROOT = Path(__file__).parents[3]
BEGIN = date(2026, 11, 22)
FILES = sorted([*ROOT.glob("pathways/catalogue/*.yaml"), *ROOT.glob("pathways/networks/*.yaml")])
SECTIONS = ("moves", "levels", "readiness", "roles", "clocks", "ends", "reasons", "follow_ups", "milestones", "pauses")
PARTS_OF_NETWORKS = ("teams", "units", "organisations")


@cache
def catalogue() -> tuple[dict[str, Pathway], dict[str, Network]]:
    pathways, networks = read_definitions(FILES)
    last = {each.pathway: each for each in sorted(pathways, key=lambda each: each.in_force_from)}
    return last, {each.network: each for each in networks}


PATHWAYS, NETWORKS = (sorted(each) for each in catalogue())


def less(model: Pathway | Network, way: tuple[str, ...], name: str) -> Any:
    """The model as data without one entry."""
    data = model.model_dump(mode="json", by_alias=True)
    holder = data
    for step in way:
        holder = holder[step]
    del holder[name]
    return data


def mutations_of(pathway: Pathway) -> Iterator[tuple[str, Any]]:
    for section in SECTIONS:
        for name in getattr(pathway, section):
            yield f"{section}/{name}", less(pathway, (section,), name)
    for name, move in pathway.moves.items():
        for urgency in move.urgencies:
            yield f"moves/{name}/{urgency}", less(pathway, ("moves", name, "urgencies"), urgency)
        if move.if_no_place:
            yield f"moves/{name}/if_no_place", less(pathway, ("moves", name), "if_no_place")
    if "no-place" in pathway.rejections:
        yield "rejections/no-place", less(pathway, ("rejections",), "no-place")


@pytest.mark.parametrize("name", PATHWAYS)
def test_a_pathway_that_lacks_one_thing_is_refused_or_still_sound(name: str) -> None:
    pathway, prover, refused = catalogue()[0][name], Prover(BEGIN), 0
    for what, data in mutations_of(pathway):
        changed = stored_pathway(json.dumps(data))
        findings = check_pathway(changed)
        if findings:
            refused += 1
            assert all(each.sentence and each.mend for each in findings)
            if what.startswith("roles/"):
                assert Code.UNKNOWN_ROLE in {each.code for each in findings}, what
            continue
        network = network_of(network_to_begin_with("alone", changed), "x", {name: changed})
        assert list(prover.findings(network, {name: changed})) == [], what
    assert refused >= len(pathway.roles) + len(pathway.levels)


def mutations_of_network(network: Network) -> Iterator[tuple[str, Any]]:
    for section in PARTS_OF_NETWORKS:
        for name in getattr(network, section):
            yield f"{section}/{name}", less(network, (section,), name)
    yield "last_resort", less(network, (), "last_resort")
    for name, team in network.teams.items():
        if team.covered_by:
            yield f"teams/{name}/covered_by", less(network, ("teams", name), "covered_by")
        for place in range(len(team.contacts)):
            data = network.model_dump(mode="json", by_alias=True)
            del data["teams"][name]["contacts"][place]
            yield f"teams/{name}/contacts/{place}", data
        for place in range(len(team.cover.hours or ())):
            data = network.model_dump(mode="json", by_alias=True)
            del data["teams"][name]["cover"]["hours"][place]
            yield f"teams/{name}/cover/{place}", data


@pytest.mark.parametrize("name", NETWORKS)
def test_a_network_that_lacks_one_thing_is_refused_or_somebody_still_answers_at_every_hour(name: str) -> None:
    pathways, networks = catalogue()
    prover, refused = Prover(BEGIN), {}
    for what, data in mutations_of_network(networks[name]):
        changed = stored_network(json.dumps(data))
        findings = check_network(changed, pathways) or list(prover.findings(changed, pathways))
        if findings:
            refused[what] = {each.code for each in findings}
            assert all(each.sentence and each.mend for each in findings)
    assert Code.NO_LAST_RESORT in refused["last_resort"]
    assert all(Code.UNKNOWN_ORGANISATION in refused[what] for what in refused if what.startswith("organisations/"))


def test_the_mutations_of_a_text_that_changed_nothing_are_the_text_itself() -> None:
    pathway = catalogue()[0][PATHWAYS[0]]
    assert stored_pathway(text_of(pathway)) == pathway
