"""Which fields hold texts of care: said of every field of every event and state, and found wherever they are."""

from collections.abc import Mapping
from typing import Annotated, Any, Literal

import pytest
from annotated_types import Len

from pathways.care import texts_of_care
from pathways.care.episodes import Stopped
from pathways.care.events import FactRecorded, event_adapter
from pathways.care.texts_of_care import (
    CLEAR_IN,
    IN_EPISODE,
    IN_EVENTS,
    IN_HANDOVER,
    SEALED,
    Places,
    is_sealed,
    places_in,
)
from pathways.definition.frozen import Frozen


def marked(places: Places, value: Any) -> Any:
    return places.changed(value, lambda field, words: f"<{field}: {words}>")


def test_every_kind_of_event_is_looked_through() -> None:
    schema = event_adapter.json_schema()

    assert set(IN_EVENTS) == set(schema["discriminator"]["mapping"])


def test_every_declared_field_is_there_and_of_no_two_minds() -> None:
    for table in (SEALED, CLEAR_IN):
        for model, fields in table.items():
            assert set(fields) <= set(model.model_fields), model
    assert all(not set(SEALED.get(model, ())) & set(fields) for model, fields in CLEAR_IN.items())


def test_every_declared_text_is_found_from_an_event_or_a_state() -> None:
    reached: set[int] = set()

    def walk(places: Places) -> None:
        if id(places) not in reached:
            reached.add(id(places))
            for inside in (*places.fields.values(), *([places.each] if places.each else ())):
                walk(inside)

    for each in (*IN_EVENTS.values(), IN_EPISODE, IN_HANDOVER):
        walk(each)
    found = {model for model, places in texts_of_care._KNOWN.items() if id(places) in reached and places.fields}
    facts = {fact for fact in SEALED if fact.__module__.endswith("care.patient")}
    assert set(SEALED) - found <= facts, "the facts are joined in the event that records one"
    of_facts = places_in(FactRecorded).fields["fact"].fields
    assert set(of_facts) == {"document", "where", "checked_by", "differs_because", "items"}
    assert of_facts["items"].each
    assert set(of_facts["items"].each.fields) == {"name"}


def test_a_new_field_of_which_nothing_is_said_is_an_error() -> None:
    class Remarked(Frozen):
        type: Literal["remarked"] = "remarked"
        remark: str

    class Remarks(Frozen):
        remarks: Mapping[str, tuple[Remarked, ...]]

    with pytest.raises(TypeError, match=r"whether Remarked\.remark holds a text"):
        places_in(Remarked)
    with pytest.raises(TypeError, match="say in texts_of_care"):
        is_sealed(Remarks, "remarks")


def test_a_field_that_is_declared_may_be_of_any_shape(monkeypatch: pytest.MonkeyPatch) -> None:
    class Said(Frozen):
        words: Annotated[str, Len(1)] | None = None
        lines: tuple[str, ...] = ()
        by_day: Mapping[str, str] = {}
        pair: tuple[int, str] = (1, "")
        count: int = 0

    monkeypatch.setattr(texts_of_care, "SEALED", {Said: frozenset({"words", "lines", "by_day", "pair"})})

    found = marked(
        places_in(Said),
        {"words": "a", "lines": ["b", ""], "by_day": {"monday": "c"}, "pair": [1, "d"], "count": 2, "older": "e"},
    )

    assert found == {
        "words": "<words: a>",
        "lines": ["<lines: b>", ""],
        "by_day": {"monday": "<by_day: c>"},
        "pair": [1, "<pair: d>"],
        "count": 2,
        "older": "e",
    }


def test_what_is_empty_or_not_shaped_as_expected_stays_as_it_is() -> None:
    assert marked(IN_HANDOVER, {"summary": None, "questions": [], "closing_reason": "", "ticks": 3}) == {
        "summary": None,
        "questions": [],
        "closing_reason": "",
        "ticks": 3,
    }
    assert marked(IN_HANDOVER, {"read_backs": "odd", "asked": [{"team": "t"}]}) == {
        "read_backs": "odd",
        "asked": [{"team": "t"}],
    }
    assert marked(Places(), ["a"]) == ["a"]


def test_an_end_that_followed_another_is_looked_through_to_the_first() -> None:
    first = {"handover": {"cancel_asked": "moved"}}

    found = marked(places_in(Stopped), {"earlier": {"earlier": first}})

    assert found == {"earlier": {"earlier": {"handover": {"cancel_asked": "<cancel_asked: moved>"}}}}
