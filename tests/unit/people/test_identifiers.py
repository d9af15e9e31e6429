"""Identifiers: what is understood, what is refused, and that no number leaks."""

import pickle
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from made_up_numbers import (
    A_PERSONNUMMER,
    RESERVE,
    TODAY,
    births,
    identifier_of,
    made_up_personnummer,
    serials,
)
from stdnum import luhn

from pathways.errors import Refused
from pathways.people.identifiers import Country, Identifier, IdentifierSystem, masked, read_identifier, system_uri
from pathways.people.reserve_forms import RESERVE_FORMS, ReserveForm


def refusal_of(text: str, country: Country = Country.SWEDEN) -> str | None:
    try:
        read_identifier(text, country, TODAY)
    except Refused as refusal:
        return str(refusal)
    return None


def cpr_with(modulus_rest: int, start: str = "0102034") -> str:
    weights = (4, 3, 2, 7, 6, 5, 4, 3, 2, 1)
    numbers = (f"{start}{end:03}" for end in range(1000))
    return next(n for n in numbers if sum(w * int(d) for w, d in zip(weights, n, strict=True)) % 11 == modulus_rest)


@given(births, serials)
def test_a_personnummer_reads_back_as_twelve_digits_however_it_is_written(born: date, serial: str) -> None:
    number = made_up_personnummer(born, serial)
    expected = Identifier(IdentifierSystem.PERSONNUMMER, number)
    sign = "+" if TODAY.year - born.year >= 100 else "-"
    short = f"{number[2:8]}{sign}{number[8:]}"
    for text in (
        number,
        f"{number[:8]}-{number[8:]}",
        f" {number[:8]} {number[8:]} ",
        short,
        f"{number[:8]}\u2013{number[8:]}",
    ):
        assert read_identifier(text, Country.SWEDEN, TODAY)[0] == expected


@given(births, serials, st.integers(0, 11))
def test_every_single_wrong_digit_of_a_personnummer_is_caught(born: date, serial: str, at: int) -> None:
    number = made_up_personnummer(born, serial)
    for digit in "0123456789".replace(number[at], ""):
        mistyped = number[:at] + digit + number[at + 1 :]
        is_caught = refusal_of(mistyped) is not None or read_identifier(mistyped, Country.SWEDEN, TODAY)[1] != ()
        assert is_caught or at < 2  # the century is outside the check digit


@given(births, serials)
def test_a_samordningsnummer_has_sixty_added_to_its_day(born: date, serial: str) -> None:
    number = made_up_personnummer(born, serial, added_to_day=60)
    assert identifier_of(number) == Identifier(IdentifierSystem.SAMORDNINGSNUMMER, number)
    wrong = number[:-1] + str((int(number[-1]) + 1) % 10)
    assert "last digit" in (refusal_of(wrong) or "")


UNKNOWN_BIRTHS = st.one_of(
    st.tuples(st.just(0), st.integers(60, 91)),
    st.tuples(st.integers(0, 12), st.just(60)),
)
"""Month and day of coordination numbers whose month, day or both nobody knows."""


def with_check_digit(body: str) -> str:
    return body + luhn.calc_check_digit(body[2:])


@given(st.integers(1890, 2025), UNKNOWN_BIRTHS, serials)
def test_a_samordningsnummer_may_leave_month_and_day_of_birth_open(
    year: int, unknown: tuple[int, int], serial: str
) -> None:
    month, day = unknown
    number = with_check_digit(f"{year}{month:02}{day:02}{serial}")
    expected = Identifier(IdentifierSystem.SAMORDNINGSNUMMER, number)
    sign = "+" if TODAY.year - year >= 100 else "-"
    for text in (number, f"{number[:8]}-{number[8:]}", f"{number[2:8]}{sign}{number[8:]}"):
        assert read_identifier(text, Country.SWEDEN, TODAY)[0] == expected
    assert masked(expected) == f"{number[:8]}-****"
    for digit in "0123456789".replace(number[-1], ""):
        assert "last digit" in (refusal_of(number[:-1] + digit) or "")


@pytest.mark.parametrize("number", ["191500722390", "191500882392", "191711602399", "193100602394", "194300912385"])
def test_test_numbers_of_the_authority_with_an_unknown_birth_are_read(number: str) -> None:
    assert identifier_of(number) == Identifier(IdentifierSystem.SAMORDNINGSNUMMER, number)


@pytest.mark.parametrize(
    ("body", "told"),
    [
        ("19480092980", "not a date"),  # no month has 32 days
        ("19480290980", "not a date"),  # nor has February 30
        ("19481360980", "not a date"),
        ("19480029980", "not a date"),  # a personnummer leaves nothing open
        ("19480200980", "not a date"),
        ("20260460980", "future"),  # April of 2026 has not begun
        ("20260071980", "future"),  # no month's 11th can be later than January's
    ],
)
def test_what_cannot_be_the_birth_of_a_coordination_number_is_refused(body: str, told: str) -> None:
    today = date(2026, 1, 10) if body == "20260071980" else TODAY
    with pytest.raises(Refused, match=told):
        read_identifier(with_check_digit(body), Country.SWEDEN, today)


@given(births, st.sampled_from([0, 60]))
def test_no_number_has_the_serial_000(born: date, added_to_day: int) -> None:
    assert "000" in (refusal_of(made_up_personnummer(born, "000", added_to_day)) or "")


@pytest.mark.parametrize("text", ["19480060T123", "19480260T123", "19480089T123"])
def test_an_interim_number_leaves_no_part_of_the_birth_open(text: str) -> None:
    assert "not a date" in (refusal_of(text) or "")


def test_an_interim_number_has_a_letter_and_no_check_digit() -> None:
    expected = Identifier(IdentifierSystem.INTERIM, "19480229T123")
    assert read_identifier("19480229-t123", Country.SWEDEN, TODAY) == (expected, ())
    assert read_identifier("480229-T123", Country.SWEDEN, TODAY)[0] == expected


@pytest.mark.parametrize(
    ("text", "issuer", "value"),
    [
        ("22950606-FH20", "national", "22950606FH20"),
        ("25780404-KHD5", "national", "25780404KHD5"),
        ("99 1948 000010", "stockholm", "991948000010"),
        ("19480229-M071", "vastra-gotaland", "19480229M071"),
        ("19480229SU3A", "varmland", "19480229SU3A"),
        ("198108320014", "carelink", "198108320014"),
        ("19480229TB1F", "orebro", "19480229TB1F"),
        ("480229-DA1B", "skane", "480229DA1B"),
        ("19480229014R", "vasternorrland", "19480229014R"),
        ("18500101N123", "sormland", "18500101N123"),
    ],
)
def test_reserve_numbers_of_every_known_region_are_understood(text: str, issuer: str, value: str) -> None:
    identifier, warnings = read_identifier(text, Country.SWEDEN, TODAY)
    assert identifier == Identifier(IdentifierSystem.RESERVE, value, issuer)
    assert warnings == ()
    assert (system_uri(identifier) or "").startswith("urn:oid:1.2.752.")


@pytest.mark.parametrize("text", ["19480229-AA8A", "19480229I123"])
def test_a_reserve_number_of_an_unknown_form_is_taken_with_a_warning(text: str) -> None:
    identifier, warnings = read_identifier(text, Country.SWEDEN, TODAY)
    assert identifier == Identifier(IdentifierSystem.RESERVE, text.replace("-", ""))
    assert len(warnings) == 1
    assert system_uri(identifier) is None


def test_the_first_form_that_fits_wins_so_that_a_region_may_put_its_own_first() -> None:
    own = ReserveForm("blekinge", r"\d{8}[A-Z]{2}\d[A-Z]", "urn:oid:1.2.752.74.9.5")
    forms = (own, *RESERVE_FORMS)
    identifier, warnings = read_identifier("19480229TB1F", Country.SWEDEN, TODAY, forms)
    assert (identifier.issuer, warnings) == ("blekinge", ())
    assert system_uri(identifier, forms) == own.uri


def test_the_year_of_a_short_number_is_the_latest_that_is_not_in_the_future() -> None:
    assert identifier_of(made_up_personnummer(date(2026, 3, 10))[2:]).value.startswith("20260310")
    assert identifier_of(made_up_personnummer(date(1926, 3, 11))[2:]).value.startswith("19260311")


@pytest.mark.parametrize(
    ("born", "sign", "is_doubtful"),
    [
        (date(1948, 2, 29), "-", False),
        (date(2011, 1, 1), "-", True),
        (date(2010, 1, 1), "-", False),
        (date(1926, 12, 1), "-", True),
        (date(1926, 1, 1), "+", False),
        (date(1926, 12, 1), "+", False),
    ],
)
def test_a_year_that_fits_two_centuries_is_warned_of(born: date, sign: str, is_doubtful: bool) -> None:
    number = made_up_personnummer(born)
    identifier, warnings = read_identifier(f"{number[2:8]}{sign}{number[8:]}", Country.SWEDEN, TODAY)
    assert identifier.value == number
    assert bool(warnings) is is_doubtful


@pytest.mark.parametrize(
    ("text", "country", "told"),
    [
        ("", Country.SWEDEN, "no Swedish"),
        ("1234", Country.SWEDEN, "no Swedish"),
        ("Åsa Exempel", Country.SWEDEN, "no Swedish"),
        ("194813019801", Country.SWEDEN, "not a date"),
        ("194902299801", Country.SWEDEN, "not a date"),
        (made_up_personnummer(date(2026, 3, 11)), Country.SWEDEN, "future"),
        (made_up_personnummer(date(1799, 12, 31)), Country.SWEDEN, "too far back"),
        ("19480229980X", Country.DENMARK, "no Danish"),
        ("\u0661102034567", Country.DENMARK, "no Danish"),
        ("310203-4567", Country.DENMARK, "not a date"),
        ("3102031AB4", Country.DENMARK, "not a date"),
        ("110326-4000", Country.DENMARK, "future"),
    ],
)
def test_what_cannot_be_a_number_is_refused_without_repeating_it(text: str, country: Country, told: str) -> None:
    sentence = refusal_of(text, country) or ""
    assert told in sentence
    assert sentence.endswith(".")
    assert not text or text not in sentence


@given(st.text(max_size=16), st.sampled_from(Country))
def test_any_text_is_read_or_refused(text: str, country: Country) -> None:
    sentence = refusal_of(text, country)
    assert sentence is None or not any(character.isdecimal() for character in sentence)


def test_a_cpr_number_is_written_without_its_hyphen() -> None:
    number = cpr_with(0)
    assert read_identifier(f"{number[:6]}-{number[6:]}", Country.DENMARK, TODAY) == (
        Identifier(IdentifierSystem.CPR, number),
        (),
    )


@pytest.mark.parametrize("rest", range(1, 11))
def test_a_cpr_number_without_modulus_11_is_taken_with_a_warning(rest: int) -> None:
    number = cpr_with(rest)
    identifier, warnings = read_identifier(number, Country.DENMARK, TODAY)
    assert identifier.value == number
    assert len(warnings) == 1
    assert number not in warnings[0]


@pytest.mark.parametrize(
    ("text", "uri"),
    [
        ("070392-1VJ4", "urn:oid:1.2.208.176.1.6.1.1"),
        ("070392-0VJ4", "urn:oid:1.2.208.176.1.6.1.3"),
        ("290292-ABC1", None),
    ],
)
def test_a_replacement_cpr_number_has_letters(text: str, uri: str | None) -> None:
    identifier, warnings = read_identifier(text, Country.DENMARK, TODAY)
    assert identifier == Identifier(IdentifierSystem.REPLACEMENT_CPR, text.replace("-", ""))
    assert warnings == ()
    assert system_uri(identifier) == uri


def test_registered_systems_have_their_oid_and_others_none() -> None:
    assert system_uri(identifier_of(A_PERSONNUMMER)) == "urn:oid:1.2.752.129.2.1.3.1"
    assert (
        system_uri(identifier_of(made_up_personnummer(date(1948, 2, 29), "980", 60))) == "urn:oid:1.2.752.129.2.1.3.3"
    )
    assert system_uri(identifier_of("19480229T123")) is None
    assert system_uri(identifier_of(cpr_with(0), Country.DENMARK)) == "urn:oid:1.2.208.176.1.2"


def test_the_same_number_of_two_issuers_is_two_identifiers() -> None:
    ours, theirs = (Identifier(IdentifierSystem.RESERVE, RESERVE, issuer) for issuer in ("stockholm", "elsewhere"))
    assert ours != theirs
    assert ours.canonical != theirs.canonical


def test_a_masked_number_hides_its_last_four() -> None:
    assert masked(identifier_of(A_PERSONNUMMER)) == "19480229-****"
    assert masked(identifier_of(cpr_with(0), Country.DENMARK)) == "010203-****"


def test_the_repr_of_an_identifier_shows_its_kind_only() -> None:
    identifier = identifier_of(A_PERSONNUMMER)
    assert A_PERSONNUMMER not in repr(identifier)
    assert "se-personnummer" in repr(identifier)
    assert pickle.loads(pickle.dumps(identifier)) == identifier  # noqa: S301  # our own bytes
