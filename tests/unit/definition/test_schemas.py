"""The schemas that editors use say of a file's form what the loader says: they accept and refuse the same."""

import copy
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from jsonschema.validators import validator_for
from safe_definitions import SAFE
from small_definitions import NETWORK

from pathways.definition.documents import document_of
from pathways.definition.durations import Duration, Unit
from pathways.definition.faults import Code, DefinitionError
from pathways.definition.reading import definition_of
from pathways.definition.schemas import KINDS, schema_of

ROOT = Path(__file__).parents[3]
OF_FORM = {
    *(Code.UNKNOWN_KEY, Code.MISSING_KEY, Code.WRONG_TYPE, Code.WRONG_CHOICE),
    *(Code.WRONG_DATE, Code.WRONG_TIME, Code.IMPOSSIBLE_DURATION),
}
"""What a schema can see: everything else is what the parts of a file say of each other."""

SCHEMAS = {
    kind: Draft202012Validator(schema_of(kind), format_checker=Draft202012Validator.FORMAT_CHECKER) for kind in KINDS
}
LIMIT = schema_of("pathway")["$defs"]["Duration"]["pattern"]
SOUND: dict[str, Any] = {"pathway": document_of(SAFE, "x").value, "network": document_of(NETWORK, "x").value}
FILES = sorted([*ROOT.glob("pathways/catalogue/*.yaml"), *ROOT.glob("pathways/networks/*.yaml")])


def refused_by_the_loader(value: Any) -> set[Code]:
    try:
        definition_of(json.dumps(value), "x")
    except DefinitionError as error:
        return {fault.code for fault in error.faults}
    return set()


def kind_of(path: Path) -> str:
    return "pathway" if path.parent.name == "catalogue" else "network"


def places(value: Any, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    yield path
    pairs = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for step, each in pairs:
        yield from places(each, (*path, step))


PLACES = {kind: [path for path in places(value) if path] for kind, value in SOUND.items()}
durations = st.builds(
    "{}{}{}{}".format,
    st.integers(0, 400_000_000) | st.integers(0, 12),
    st.sampled_from(["", " ", "  "]),
    st.sampled_from([*Unit, "year", ""]),
    st.sampled_from(["", "s"]),
)
odd: st.SearchStrategy[Any] = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-3, 12),
    durations,
    st.sampled_from(
        ["", "sv", "acute", "24:00", "07:30", "7:30", "2026-02-30", "2026-13-01", "0000-01-01", "2028-02-29"]
    ),
    st.text(alphabet="ab é", max_size=3),
    st.just([]),
    st.just({}),
    st.just({"amount": 1, "unit": "h"}),
    st.just([{}]),
    st.just({"en": "x"}),
)


@st.composite
def changed_definitions(draw: st.DrawFn) -> tuple[str, Any]:
    """A sound definition, but for a value here and there: replaced, taken out, or with a key beside it."""
    kind = draw(st.sampled_from(sorted(KINDS)))
    value = copy.deepcopy(SOUND[kind])
    for _ in range(draw(st.integers(1, 2))):
        *way, last = draw(st.sampled_from(PLACES[kind]))
        holder = value
        try:
            for step in way:
                holder = holder[step]
            what = draw(st.sampled_from(["replace", "remove", "add"]))
            if what == "replace":
                holder[last] = copy.deepcopy(draw(odd))  # or one could come to stand within itself
            elif what == "remove" and last not in ("pathway", "network"):
                del holder[last]
            elif isinstance(holder, dict):
                holder[draw(st.sampled_from(["sv", "answer", "title", "at_least", "from", "days"]))] = copy.deepcopy(
                    draw(odd)
                )
        except (KeyError, IndexError, TypeError):
            continue  # the change before took this place away
    return kind, value


@pytest.mark.exhaustive
@settings(deadline=None)
@given(changed_definitions())
def test_what_the_schema_refuses_the_loader_refuses_and_the_other_way_round_in_what_is_form(
    case: tuple[str, Any],
) -> None:
    kind, value = case
    codes = refused_by_the_loader(value)
    is_refused = not SCHEMAS[kind].is_valid(value)
    assert codes or not is_refused
    assert is_refused or not codes & OF_FORM


@given(durations)
def test_the_schema_knows_a_limit_when_it_sees_one(text: str) -> None:
    try:
        Duration.of(text)
    except ValueError:
        is_limit = False
    else:
        is_limit = True
    assert bool(re.search(LIMIT, text)) == is_limit


@pytest.mark.parametrize("unit", Unit)
def test_the_longest_limit_of_each_unit_is_the_last_that_the_schema_takes(unit: Unit) -> None:
    most = Duration.most_of(unit)
    assert re.search(LIMIT, f"{most} {unit}")
    assert not re.search(LIMIT, f"{most + 1} {unit}")
    assert Duration.of(f"{most} {unit}").amount == most


def test_a_limit_in_a_file_is_written_as_text_and_in_no_other_way() -> None:
    value = copy.deepcopy(SOUND["pathway"]) | {"draft_limit": {"amount": 1, "unit": "h"}}
    assert refused_by_the_loader(value) == {Code.IMPOSSIBLE_DURATION}


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_file_that_comes_with_handslag_fits_its_schema_and_says_where_it_is(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert not list(SCHEMAS[kind_of(path)].iter_errors(document_of(text, path.name).value))
    first = text.splitlines()[0]
    assert first.startswith("# yaml-language-server: $schema="), f"begin with the line that editors read: {first}"
    assert (path.parent / first.partition("=")[2]).resolve() == ROOT / f"docs/reference/{kind_of(path)}.schema.json"


@pytest.mark.parametrize("kind", KINDS)
def test_a_schema_is_one_and_explains_every_key(kind: str) -> None:
    schema = schema_of(kind)
    validator_for(schema).check_schema(schema)
    for part in (schema, *schema["$defs"].values()):
        for key, value in part.get("properties", {}).items():
            assert len(value["description"]) > 5, key
            assert "title" not in value


def test_the_urgencies_of_a_move_and_the_texts_of_a_title_are_explained_where_they_are_written() -> None:
    move = schema_of("pathway")["$defs"]["Move"]["properties"]
    assert move["travels"]["description"].startswith("`travels` is false where the patient stays")
    assert move["title"]["propertyNames"] == {"enum": ["sv", "da", "en"]}
    assert schema_of("network")["properties"]["closing_lead"]["default"] == "30 min"
    assert schema_of("network")["properties"]["patient_records"]["default"] == "per-organisation"
