"""A model as canonical text and back: what the database keeps of a published pathway or network."""

from pathways.definition.frozen import Frozen
from pathways.definition.models import Pathway
from pathways.definition.networks import Network


def text_of(model: Frozen) -> str:
    """The model as JSON, which is YAML too. Defaults are written out, so that a later default changes nothing."""
    return model.model_dump_json(by_alias=True, indent=1) + "\n"


def stored_pathway(text: str) -> Pathway:
    """The pathway in a text that `text_of` wrote. It was sound when it was published: it is not checked again."""
    return Pathway.model_validate_json(text, by_alias=True, by_name=False)


def stored_network(text: str) -> Network:
    """The network in a text that `text_of` wrote. It was sound when it was published: it is not checked again."""
    return Network.model_validate_json(text, by_alias=True, by_name=False)
