"""The choices that the Prefect UI offers when a person starts a flow: what is published, so that nobody guesses."""

from collections.abc import Iterable, Mapping
from typing import Any

from pathways.definition.models import Pathway
from pathways.definition.networks import Network


def choices(pathways: Iterable[Pathway], networks: Iterable[Network]) -> Mapping[str, list[str]]:
    """The values that each field of a form may take, by the field's name."""
    pathways, networks = list(pathways), list(networks)
    moves = [(name, move) for pathway in pathways for name, move in pathway.moves.items()]
    teams = [team for network in networks for team in network.teams]
    units = [unit for network in networks for unit in network.units]
    found = {
        "pathway": [pathway.pathway for pathway in pathways],
        "network": [network.network for network in networks],
        "level": [level for pathway in pathways for level in pathway.begin_at],
        "team": teams,
        "to_team": teams,
        "responsible": teams,
        "unit": units,
        "to_unit": units,
        "also_unit": units,
        "move": [name for name, _move in moves],
        "urgency": [urgency for _name, move in moves for urgency in move.urgencies],
        "reason": [reason for _name, move in moves for reason in move.reasons],
        "meeting": [meeting for pathway in pathways for meeting in pathway.meetings],
        "district": [district for network in networks for district in network.districts],
        "provider": [organisation for network in networks for organisation in network.organisations],
        "criteria": [name for pathway in pathways if pathway.enrolment for name in pathway.enrolment.criteria],
        "end": [end for pathway in pathways for end in pathway.ends],
    }
    return {field: list(dict.fromkeys(values)) for field, values in found.items()}


def with_choices(schema: dict[str, Any], pathways: Iterable[Pathway], networks: Iterable[Network]) -> dict[str, Any]:
    """A flow's parameter schema (OpenAPI) with these choices in the fields that have some."""
    offered = choices(pathways, networks)
    for definition in schema.get("definitions", {}).values():
        for field, described in definition.get("properties", {}).items():
            if values := offered.get(field):
                _offer(described, values)
    return schema


def _offer(described: dict[str, Any], values: list[str]) -> None:
    if described.get("type") == "array":
        described["items"]["enum"] = values
        return
    alternatives = described.get("anyOf")
    if alternatives is None:
        described["enum"] = values
        return
    for alternative in alternatives:
        if alternative.get("type") == "string":
            alternative["enum"] = values
