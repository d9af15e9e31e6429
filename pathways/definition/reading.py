"""From text to a sound model: reads pathway and network files, and refuses them with every fault at once."""

import json
from pathlib import Path

from ruamel.yaml import YAML

from pathways.definition.models import Network, Pathway


def read_pathway(path: Path) -> Pathway:
    """The pathway in the file."""
    return pathway_of(path.read_text("utf-8"), str(path))


def read_network(path: Path) -> Network:
    """The network in the file."""
    return network_of(path.read_text("utf-8"), str(path))


def pathway_of(text: str, name: str) -> Pathway:
    """The pathway in the text."""
    data = YAML(typ="safe", pure=True).load(text)
    return Pathway.model_validate_json(json.dumps(data, default=str))


def network_of(text: str, name: str) -> Network:
    """The network in the text."""
    data = YAML(typ="safe", pure=True).load(text)
    return Network.model_validate_json(json.dumps(data, default=str))
