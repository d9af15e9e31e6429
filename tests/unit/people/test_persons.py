"""A patient's record: numbers, names and protection, and how two records of one patient become one."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from made_up_numbers import A_PERSONNUMMER, RESERVE, identifier_of, made_up_personnummer

from pathways.errors import Refused
from pathways.people.identifiers import Country, Identifier, IdentifierSystem
from pathways.people.persons import Person, are_same_name
from pathways.people.relatives import Relative
from pathways.people.statements import UNKNOWN, Agreement, Statement

REAL, UNSURE = identifier_of(A_PERSONNUMMER), identifier_of(RESERVE)
COORDINATION = identifier_of(made_up_personnummer(date(1948, 2, 29), added_to_day=60))
SIV = Relative("K7QM", "Siv Påhittad", "daughter", "+46701740605")
OLE = Relative("K7QM", "Ole Påhittad", "son", "+4520000000")


def weakness(identifier: Identifier) -> int:
    return -identifier.strength


names = st.sampled_from(["", "Åsa Påhittad", "Okänd", "Astrid Exempelsson"])
identifiers = st.builds(Identifier, st.sampled_from(IdentifierSystem), st.sampled_from("abcd"))
relatives = st.builds(Relative, st.sampled_from(["AAAA", "BBBB"]), names, st.just("friend"), st.sampled_from("12"))
people = st.builds(
    Person,
    st.lists(identifiers, min_size=1, max_size=3, unique=True).map(lambda found: tuple(sorted(found, key=weakness))),
    names,
    is_protected=st.booleans(),
    address=st.sampled_from(["", "Hittepågatan 1"]),
    relatives=st.lists(relatives, max_size=2, unique_by=lambda each: each.key).map(tuple),
)


def told(relatives: tuple[Relative, ...]) -> set[tuple[str, str]]:
    return {(relative.name, relative.phone) for relative in relatives}


def test_a_reserve_number_that_is_identified_stays_as_an_earlier_one() -> None:
    person = Person((UNSURE,), "Okänd").identified_as(REAL)
    assert person.identifiers == (REAL, UNSURE)
    assert person.current == REAL
    assert person.identified_as(REAL) == person


def test_a_weaker_number_never_takes_the_place_of_a_stronger_one() -> None:
    person = Person((REAL,), "Åsa Påhittad").identified_as(UNSURE).identified_as(COORDINATION)
    assert person.identifiers == (REAL, COORDINATION, UNSURE)


def test_of_two_equally_strong_numbers_the_later_one_holds() -> None:
    new = identifier_of(made_up_personnummer(date(1950, 1, 1)))
    assert Person((REAL, UNSURE), "Åsa Påhittad").identified_as(new).identifiers == (new, REAL, UNSURE)


@pytest.mark.parametrize("chosen", [(), (REAL, REAL)])
def test_a_person_has_each_identifier_once_and_one_at_least(chosen: tuple[Identifier, ...]) -> None:
    with pytest.raises(Refused, match="one current identifier"):
        Person(chosen, "Åsa Påhittad")


def test_two_relatives_never_share_a_key() -> None:
    with pytest.raises(Refused, match="same key"):
        Person((REAL,), "Åsa Påhittad", relatives=(SIV, OLE))


def test_a_protected_identity_shows_neither_name_nor_address_nor_a_name_that_tells_it() -> None:
    person = Person((REAL,), "Åsa Påhittad", address="Hittepågatan 1", relatives=(SIV,))
    protected = Person((REAL,), "Åsa Påhittad", is_protected=True, address="Hittepågatan 1", relatives=(SIV,))
    assert (person.open_name, person.open_address) == ("Åsa Påhittad", "Hittepågatan 1")
    assert person.open_relatives == (SIV,)
    assert (protected.open_name, protected.open_address) == (None, None)
    assert protected.open_relatives == ()


def test_another_name_may_be_kept_from_notices_without_being_shown() -> None:
    person = Person((REAL,), "Åsa Påhittad")
    assert person.also_called("Åsa Påhittad") == person
    assert person.also_called("Okänd").name == "Åsa Påhittad"
    assert "Okänd" in person.also_called("Okänd").names


def test_every_word_of_every_name_ever_known_is_kept_from_notices() -> None:
    person = Person((REAL,), "Okänd Kvinna", relatives=(SIV,)).named("Åsa Påhittad").named("")
    assert person.name == "Åsa Påhittad"
    assert person.named("Åsa Påhittad") == person
    assert person.names == {"Okänd", "Kvinna", "Åsa", "Påhittad", "Siv"}


@given(people, people)
def test_of_two_records_nothing_is_lost_and_joining_again_changes_nothing(one: Person, other: Person) -> None:
    joined = one.joined(other)
    assert set(joined.identifiers) == {*one.identifiers, *other.identifiers}
    assert joined.current.strength == max(one.current.strength, other.current.strength)
    assert joined.is_protected == (one.is_protected or other.is_protected)
    assert joined.names == one.names | other.names
    assert told(joined.relatives) == told(one.relatives) | told(other.relatives)
    assert bool(joined.name) == bool(one.name or other.name)
    assert bool(joined.address) == bool(one.address or other.address)
    assert joined.joined(other) == joined


@pytest.mark.parametrize("reserve_first", [True, False])
def test_the_name_and_address_of_the_stronger_number_win(reserve_first: bool) -> None:
    unsure = Person((UNSURE,), "Okänd", address="?")
    sure = Person((REAL,), "Åsa Påhittad", address="Hittepågatan 1")
    joined = unsure.joined(sure) if reserve_first else sure.joined(unsure)
    assert (joined.name, joined.address, joined.earlier_names) == ("Åsa Påhittad", "Hittepågatan 1", ("Okänd",))
    assert joined.identifiers == (REAL, UNSURE)


def test_relatives_of_two_records_who_have_one_key_both_stay() -> None:
    joined = Person((REAL,), "", relatives=(SIV,)).joined(Person((UNSURE,), "", relatives=(OLE,)))
    assert joined.relatives[0] == SIV
    assert joined.relatives[1].key != SIV.key
    assert joined.relatives[1].name == OLE.name


def test_a_relative_is_added_once_and_removed_by_key() -> None:
    person = Person((REAL,), "Åsa Påhittad").with_relative(SIV)
    with pytest.raises(Refused, match="there already") as refusal:
        person.with_relative(Relative("AAAA", SIV.name, "child", SIV.phone))
    assert "Siv" not in str(refusal.value)
    with pytest.raises(Refused, match="No relative has that key"):
        person.without_relative("AAAA")
    assert person.without_relative("K7QM").relatives == ()


@pytest.mark.parametrize(
    ("one", "other", "are_same"),
    [
        ("Åsa Påhittad", "Påhittad, ÅSA", True),
        ("A\u030asa Påhittad", "Åsa Påhittad", True),
        ("Åsa Påhittad", "Asa Påhittad", False),
        ("Åsa Påhittad", "Åsa Maria Påhittad", False),
        ("Åsa Påhittad", "", False),
        ("", "", False),
    ],
)
def test_names_are_compared_strictly_but_for_order_case_and_punctuation(one: str, other: str, are_same: bool) -> None:
    assert are_same_name(one, other) is are_same


def test_a_danish_number_is_as_strong_as_a_swedish_one_and_its_replacement_is_weak() -> None:
    danish, replacement = (identifier_of(text, Country.DENMARK) for text in ("0107481111", "0102031AB4"))
    assert danish.is_own
    assert danish.strength == REAL.strength > COORDINATION.strength > replacement.strength == UNSURE.strength
    assert not COORDINATION.is_own


def test_before_it_was_kept_who_said_what_nobody_known_said_all_of_it_in_every_episode() -> None:
    person = Person((REAL,), "Åsa Påhittad", is_protected=True)
    assert person.stated(["E1", "E2"]).statements == (
        Statement(UNKNOWN, (REAL,), "Åsa Påhittad", is_protected=True, told_in=("E1", "E2")),
    )
    assert person.stated(["E1"]).stated(["E9"]) == person.stated(["E1"])


def test_each_organisation_has_one_statement_and_the_strongest_number_leads() -> None:
    own = Statement("north").told(UNSURE, "Okänd", "E1").told(REAL, "", "E2").told(UNSURE, "", None)
    assert own == Statement("north", (REAL, UNSURE), "Okänd", told_in=("E1", "E2"))
    person = Person((REAL,), "").with_statement(Statement("south")).with_statement(own)
    assert person.with_statement(own).statement_of("north") == own
    assert person.statement_of("west") == Statement("west")
    assert len(person.with_statement(own.told(REAL, "Åsa", "E3")).statements) == 2


@pytest.mark.parametrize("is_swapped", [False, True])
def test_two_records_joined_have_what_each_organisation_said_of_both(is_swapped: bool) -> None:
    unsure = Statement("north").told(UNSURE, "Okänd", "E1")
    sure = replace(Statement("north").told(REAL, "Åsa Påhittad", "E2"), is_protected=True)
    other = Statement("south").told(UNSURE, "Någon", "E3")
    one, two = Person((UNSURE,), "", statements=(unsure,)), Person((REAL,), "", statements=(sure, other))
    joined = two.joined(one) if is_swapped else one.joined(two)
    own = joined.statement_of("north")
    assert (own.numbers, own.name, own.is_protected) == ((REAL, UNSURE), "Åsa Påhittad", True)
    assert set(own.told_in) == {"E1", "E2"}
    assert joined.statement_of("south") == other


def test_what_was_said_in_an_erased_episode_alone_is_gone_and_a_protection_stays() -> None:
    both = Statement("north").told(REAL, "Åsa", "E1").told(REAL, "", "E2")
    here = Statement("south").told(REAL, "Åsa", "E1")
    protecting = replace(here, organisation="west", is_protected=True)
    nowhere = Statement("east", is_protected=True)
    person = Person((REAL,), "Åsa", statements=(both, here, protecting, nowhere))
    assert person.without_episode("E1").statements == (
        replace(both, told_in=("E2",)),
        Statement("west", is_protected=True),
        nowhere,
    )
    assert person.without_episode("E3") == person


def test_who_is_written_down_by_two_organisations_is_kept_for_each() -> None:
    theirs = replace(SIV, key="AAAA", told_by="south")
    assert len(Person((REAL,), "", relatives=(SIV,)).with_relative(theirs, ()).relatives) == 2
    assert len(Person((REAL,), "", relatives=(SIV,)).joined(Person((UNSURE,), "", relatives=(theirs,))).relatives) == 2
    with pytest.raises(Refused, match="No relative has that key"):
        Person((REAL,), "", relatives=(SIV,)).without_relative(SIV.key, ())


def test_an_agreement_to_merge_holds_for_a_week_and_for_that_number() -> None:
    now = datetime(2026, 3, 10, tzinfo=UTC)
    agreed = Agreement("north", REAL, now)
    assert agreed.holds((UNSURE, REAL), now + timedelta(days=6))
    assert not agreed.holds((UNSURE,), now)
    assert not agreed.holds((REAL,), now + timedelta(days=7))
    assert REAL.value not in repr((agreed, Statement("north").told(REAL, "Åsa", "E1")))
