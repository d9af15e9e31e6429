"""Made-up numbers for the tests, computed and never taken from a person."""

from datetime import date

from hypothesis import strategies as st
from stdnum import luhn

from pathways.people.identifiers import Country, Identifier, read_identifier

TODAY = date(2026, 3, 10)

births = st.dates(date(1890, 1, 1), date(2025, 12, 31))
serials = st.integers(980, 999).map(str)
"""Skatteverket keeps serials from 980 for made-up numbers."""


def made_up_personnummer(born: date, serial: str = "980", added_to_day: int = 0) -> str:
    """Twelve digits with a check digit that fits; 60 added to the day makes a samordningsnummer."""
    body = f"{born:%y%m}{born.day + added_to_day:02}{serial}"
    return f"{born.year // 100:02}{body}{luhn.calc_check_digit(body)}"


def identifier_of(text: str, country: Country = Country.SWEDEN) -> Identifier:
    return read_identifier(text, country, TODAY)[0]


A_PERSONNUMMER = made_up_personnummer(date(1948, 2, 29))
"""Belongs to nobody."""

RESERVE = "991948000010"
