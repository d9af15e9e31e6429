"""Relatives: a name, a relation, and a number that somebody can ring."""

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pathways.errors import Refused
from pathways.people.identifiers import Country
from pathways.people.relatives import new_relative, read_key, read_phone

SE, DK = Country.SWEDEN, Country.DENMARK


@pytest.mark.parametrize(
    ("written", "country", "read"),
    [
        ("070-174 06 05", SE, "+46701740605"),  # PTS keeps 070-1740605 to 699 for made-up people
        ("+46 (0)70-174 06 05", SE, "+46701740605"),
        ("0046 70 174 06 05", SE, "+46701740605"),
        ("036 – 10 50 00", SE, "+4636105000"),
        ("08-465 004 00", SE, "+46846500400"),
        ("20 00 00 00", DK, "+4520000000"),
        ("+45 20 00 00 00", SE, "+4520000000"),
        ("0701740605", SE, "+46701740605"),
        ("+46701740605", DK, "+46701740605"),
    ],
)
def test_a_number_is_kept_as_it_is_rung_from_abroad(written: str, country: Country, read: str) -> None:
    assert read_phone(written, country) == read
    assert read_phone(read, country) == read


@pytest.mark.parametrize(
    ("written", "country"),
    [
        ("", SE),
        ("112", SE),
        ("1740605", SE),
        ("0701740605", DK),
        ("2000000", DK),
        ("ask the neighbour", SE),
        ("+0701740605", SE),
        ("+46 70 174 06 05 99 99 99", SE),
        ("070-174 06 05, or 06", SE),
        ("٠٧٠١٧٤٠٦٠٥", SE),
    ],
)
def test_what_cannot_be_rung_is_refused_and_not_repeated(written: str, country: Country) -> None:
    with pytest.raises(Refused, match="no phone number") as refusal:
        read_phone(written, country)
    assert not written or written not in str(refusal.value)


@given(st.text())
def test_any_text_is_a_number_to_ring_or_refused(text: str) -> None:
    try:
        number = read_phone(text, SE)
    except Refused:
        return
    assert number[0] == "+"
    assert number[1:].isascii()
    assert number[1:].isdecimal()
    assert len(number) <= 16


@pytest.mark.parametrize(("name", "relation"), [("", "daughter"), (" ", "daughter"), ("Siv", ""), ("Siv", " ")])
def test_a_relative_has_a_name_and_a_relation(name: str, relation: str) -> None:
    with pytest.raises(Refused, match="a name and a relation"):
        new_relative(name, relation, "070-174 06 05", SE)


def test_a_new_relative_gets_a_key_that_is_not_taken() -> None:
    one, same = (Random(1) for _ in range(2))  # noqa: S311 - repeatable chance is what is wanted
    first = new_relative(" Siv ", " daughter ", "070-174 06 05", SE, random=one)
    again = new_relative("Ole", "son", "070-174 06 06", SE, [first.key], random=same)
    assert (first.name, first.relation) == ("Siv", "daughter")
    assert first.key != again.key
    assert read_key(f" {first.key.lower()} ") == first.key
