"""The numbers by which Sweden and Denmark know a patient: reads them, checks them, writes each one way. Pure.

Rules: `domain.md` section 8. A number is never part of an error, a warning or a `repr`.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from stdnum import luhn
from stdnum.dk import cpr
from stdnum.exceptions import ValidationError

from pathways.errors import Refused
from pathways.people.reserve_forms import RESERVE_FORMS, ReserveForm
from pathways.phrases import Phrase


class Country(StrEnum):
    """Whose numbers are read."""

    SWEDEN = "SE"
    DENMARK = "DK"


class IdentifierSystem(StrEnum):
    """What kind of number it is."""

    PERSONNUMMER = "se-personnummer"
    SAMORDNINGSNUMMER = "se-samordningsnummer"
    INTERIM = "se-interim"
    RESERVE = "se-reserve"
    CPR = "dk-cpr"
    REPLACEMENT_CPR = "dk-replacement-cpr"


_OWN = 2
_STRENGTHS = {IdentifierSystem.PERSONNUMMER: _OWN, IdentifierSystem.CPR: _OWN, IdentifierSystem.SAMORDNINGSNUMMER: 1}


@dataclass(frozen=True)
class Identifier:
    """One number of one patient. Equal numbers of the same kind and issuer are equal, however they were written.

    `value` is in capitals without spaces and hyphens: 12 characters for the dated Swedish kinds, 10 for the Danish.
    `issuer` is empty but for reserve numbers. Made by `read_identifier`.
    """

    system: IdentifierSystem
    value: str = field(repr=False)
    issuer: str = ""

    @property
    def canonical(self) -> str:
        """All that tells this identifier from every other, in one text. Personal data."""
        return "|".join((self.system, self.issuer, self.value))

    @property
    def strength(self) -> int:
        """How surely it tells who somebody is: a personal number more than a coordination number, that more than any
        number given until the right one is known. The stronger one is the current one.
        """
        return _STRENGTHS.get(self.system, 0)

    @property
    def is_own(self) -> bool:
        """Whether it is a personal number: nobody has two of them at a time."""
        return self.strength == _OWN


Reading = tuple[Identifier, tuple[str, ...]]
"""An identifier and the warnings about it: sentences for the person who wrote it."""

_SPACES = re.compile(r"[\s.]+")
_DASHES = re.compile(r"[\u2010-\u2015\u2212]")
_SWEDISH = re.compile(r"(?P<century>\d{2})?(?P<date>\d{6})(?P<sign>[-+]?)(?P<end>[A-Z\d]\d{3})", re.ASCII)
_INTERIM_LETTERS = frozenset("JKLMNRSTUWX")
_OTHER_RESERVE = re.compile(r"\d{8}(?=\d*[A-Z])[A-Z\d]{4}", re.ASCII)
_REPLACEMENT_CPR = re.compile(r"\d{6}(?=\d*[A-Z])[A-Z\d]{4}", re.ASCII)
_NATIONAL_REPLACEMENT = re.compile(r"\d{6}[17][A-Z]{2}\d", re.ASCII)
_REGIONAL_REPLACEMENT = re.compile(r"\d{6}[056][A-Z]{2}\d", re.ASCII)
_ADDED_TO_DAY = 60  # in a coordination number
_HIGHEST_AGE = 115  # years; a two-digit year is doubtful when this much can be added to it

_COMPARE = Phrase("Compare it with the source and write it again.")
_WRITE_SWEDISH = Phrase("Write twelve digits, year first, or the reserve number as it stands in the record.")
_WRITE_DANISH = Phrase("Write ten digits, day first, or the replacement number as it stands in the record.")


def read_identifier(
    text: str, country: Country, today: date, reserve_forms: Iterable[ReserveForm] = RESERVE_FORMS
) -> Reading:
    """The identifier that `text` means, and warnings about it. `today` decides the century of a two-digit year.

    Raises Refused, never repeating the text, when it has no known form, no real date, a date after `today` or a check
    digit that does not fit. Modulus 11 of a CPR number is a warning only: it has not held for all since 2007.
    """
    written = _DASHES.sub("-", _SPACES.sub("", text)).upper()
    if country == Country.DENMARK:
        return _read_danish(written.replace("-", ""), today)
    return _read_swedish(written, today, reserve_forms)


def masked(identifier: Identifier) -> str:
    """The identifier with its last four characters hidden, for the pages of those who may see the person.

    What is left still holds a date of birth: it never goes into notices, logs or Prefect.
    """
    return f"{identifier.value[:-4]}-****"


def system_uri(identifier: Identifier, reserve_forms: Iterable[ReserveForm] = RESERVE_FORMS) -> str | None:
    """The FHIR `Identifier.system` of this number, or None where no authority has registered one.

    Sources: Inera's list of OIDs, HL7 Sweden's base profiles, HL7 Denmark's dk-core.
    """
    if identifier.system is IdentifierSystem.RESERVE:
        return next((form.uri for form in reserve_forms if form.issuer == identifier.issuer), None)
    if identifier.system is IdentifierSystem.REPLACEMENT_CPR:
        if _NATIONAL_REPLACEMENT.fullmatch(identifier.value):
            return "urn:oid:1.2.208.176.1.6.1.1"
        return "urn:oid:1.2.208.176.1.6.1.3" if _REGIONAL_REPLACEMENT.fullmatch(identifier.value) else None
    return {
        IdentifierSystem.PERSONNUMMER: "urn:oid:1.2.752.129.2.1.3.1",
        IdentifierSystem.SAMORDNINGSNUMMER: "urn:oid:1.2.752.129.2.1.3.3",
        IdentifierSystem.CPR: "urn:oid:1.2.208.176.1.2",
    }.get(identifier.system)


def _read_swedish(written: str, today: date, reserve_forms: Iterable[ReserveForm]) -> Reading:
    characters = written.replace("-", "")
    form = next((form for form in reserve_forms if form.fits(characters)), None)
    if form is not None:
        is_doubtful = form.has_check_digit and not luhn.is_valid(characters[-10:])
        warning = Phrase(
            "The last digit of that reserve number does not fit: check that it is no mistyped personnummer."
        )
        return Identifier(IdentifierSystem.RESERVE, characters, form.issuer), (warning,) if is_doubtful else ()
    parts = _SWEDISH.fullmatch(written)
    if parts is not None and (parts["end"].isdecimal() or parts["end"][0] in _INTERIM_LETTERS):
        return _read_dated(parts, today)
    if _OTHER_RESERVE.fullmatch(characters):
        warning = Phrase("No region's form of reserve numbers fits this one: check that it is complete.")
        return Identifier(IdentifierSystem.RESERVE, characters), (warning,)
    raise Refused("That is no Swedish personal number, coordination number or reserve number.", _WRITE_SWEDISH)


def _read_dated(parts: re.Match[str], today: date) -> Reading:
    """A personal, coordination or interim number.

    A coordination number has 60 added to its day, and 00 as month, 60 as day, or both, where Skatteverket could not
    establish them; a day that its month does not have is none. Serials are 001 to 999, digits only. Sources:
    folkbokföringslagen (1991:481) 18 and 18 a §§, SKV M 2010:3 section 2, Skatteverket's published test numbers
    (Testsamordningsnummer) and its answers on them in ActiveLogin.Identity, issue 126.
    """
    year_digits, month, day = (int(parts["date"][at : at + 2]) for at in (0, 2, 4))
    is_coordination = day >= _ADDED_TO_DAY
    if is_coordination:
        day -= _ADDED_TO_DAY
        if parts["end"].isdecimal():
            month, day = month or 1, day or 1  # the earliest day it can be: January has every day of a month
    warnings: tuple[str, ...] = ()
    if parts["century"]:
        year = int(parts["century"]) * 100 + year_digits
    else:
        year, warnings = _with_century(year_digits, parts["sign"], {"month": month, "day": day}, today)
    born = _date(year, month=month, day=day)
    if not date(1800, 1, 1) <= born <= today:
        raise Refused("The date in that number lies in the future or too far back.", _COMPARE)
    value = f"{year:04}{parts['date'][2:]}{parts['end']}"
    return Identifier(_dated_system(value, is_coordination=is_coordination), value), warnings


def _dated_system(value: str, *, is_coordination: bool) -> IdentifierSystem:
    if not value.isdecimal():
        return IdentifierSystem.INTERIM
    if value[8:11] == "000":
        raise Refused("No personal number or coordination number has 000 before its last digit.", _COMPARE)
    try:
        luhn.validate(value[2:])
    except ValidationError:
        raise Refused("The last digit of that number does not fit the others.", _COMPARE) from None
    return IdentifierSystem.SAMORDNINGSNUMMER if is_coordination else IdentifierSystem.PERSONNUMMER


def _with_century(digits: int, sign: str, born_on: dict[str, int], today: date) -> tuple[int, tuple[str, ...]]:
    """The full year. A plus stands from the year in which the person turns 100 (folkbokföringslagen, section 18)."""
    years = (today.year - digits) % 100
    if sign == "+":
        return today.year - years - 100, ()
    if years == 0 and (born_on["month"], born_on["day"]) > (today.month, today.day):
        years = 100  # a hyphen where a plus was due: nobody is born later than today
    is_doubtful = years == 100 or years + 100 <= _HIGHEST_AGE
    warning = Phrase("The number has no century and its year fits two: write all twelve digits to be sure.")
    return today.year - years, (warning,) if is_doubtful else ()


def _read_danish(characters: str, today: date) -> Reading:
    if _REPLACEMENT_CPR.fullmatch(characters):
        _date(
            2000, month=int(characters[2:4]), day=int(characters[:2])
        )  # the century is not in it: a leap year fits all
        return Identifier(IdentifierSystem.REPLACEMENT_CPR, characters), ()
    if not (len(characters) == 10 and characters.isascii() and characters.isdecimal()):
        raise Refused("That is no Danish CPR number or replacement CPR number.", _WRITE_DANISH)
    try:
        born = cpr.get_birth_date(characters)
    except ValidationError:
        raise _no_date() from None
    if born > today:
        raise Refused("The date in that number lies in the future or too far back.", _COMPARE)
    is_doubtful = cpr.checksum(characters) != 0
    warning = Phrase(
        "Modulus 11 does not hold for this CPR number, which is so for some true ones: check it once more."
    )
    return Identifier(IdentifierSystem.CPR, characters), (warning,) if is_doubtful else ()


def _date(year: int, *, month: int, day: int) -> date:
    try:
        return date(year, month, day)
    except ValueError:
        raise _no_date() from None


def _no_date() -> Refused:
    return Refused("The first part of that number is not a date.", _COMPARE)
