"""The choices of the forms that start a flow: what is published, in the fields that it belongs to."""

from typing import Any

import pytest
from flow_worlds import definitions

from flows.choices import choices, with_choices
from pathways.definition.programmes import Enrolment

PATHWAY, NETWORK = definitions()


@pytest.mark.parametrize(
    ("field", "values"),
    [
        ("pathway", ["jonkoping-palliative"]),
        ("network", ["jonkoping-demo"]),
        ("level", list(PATHWAY.begin_at)),
        ("team", list(NETWORK.teams)),
        ("to_team", list(NETWORK.teams)),
        ("unit", list(NETWORK.units)),
        ("to_unit", list(NETWORK.units)),
        ("move", list(PATHWAY.moves)),
        ("urgency", ["acute", "planned"]),
        ("end", list(PATHWAY.ends)),
    ],
)
def test_each_field_offers_what_is_published(field: str, values: list[str]) -> None:
    assert choices([PATHWAY], [NETWORK])[field] == values


def test_nothing_is_offered_twice() -> None:
    offered = choices([PATHWAY, PATHWAY], [NETWORK, NETWORK])
    assert offered == choices([PATHWAY], [NETWORK])
    assert len(set(offered["reason"])) == len(offered["reason"])


def test_a_required_field_and_an_optional_one_get_their_choices_and_others_stay() -> None:
    fields: dict[str, Any] = {
        "move": {"type": "string"},
        "to_unit": {"anyOf": [{"type": "string"}, {"type": "null"}]},
        "episode": {"type": "string"},
    }
    with_choices({"definitions": {"Request": {"properties": fields}}}, [PATHWAY], [NETWORK])
    assert fields["move"]["enum"] == list(PATHWAY.moves)
    assert fields["to_unit"]["anyOf"] == [{"type": "string", "enum": list(NETWORK.units)}, {"type": "null"}]
    assert fields["episode"] == {"type": "string"}


def test_nothing_is_offered_where_nothing_is_published() -> None:
    fields: dict[str, Any] = {"move": {"type": "string"}}
    schema = {"definitions": {"Request": {"properties": fields}}}
    assert with_choices(schema, [], []) == {"definitions": {"Request": {"properties": {"move": {"type": "string"}}}}}


def test_a_list_offers_its_choices_for_each_of_its_entries() -> None:
    fields: dict[str, Any] = {"criteria": {"type": "array", "items": {"type": "string"}}}
    criteria = {"leaving": {"en": "Leaving"}, "had-help": {"en": "Had help"}}
    asking = PATHWAY.model_copy(update={"enrolment": Enrolment(criteria=criteria)})
    with_choices({"definitions": {"Beginning": {"properties": fields}}}, [asking, PATHWAY], [NETWORK])
    assert fields["criteria"] == {"type": "array", "items": {"type": "string", "enum": ["leaving", "had-help"]}}
