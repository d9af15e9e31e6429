"""The forms of Swedish reserve numbers, as data: every region gives patients without a personal number its own kind.

Forms overlap between regions, so the first one that fits wins: whoever runs Handslag puts the own region's form first.
"""

import re
from dataclasses import dataclass
from functools import cached_property

_DATE = r"(1[89]|2[01])\d{2}(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])"


@dataclass(frozen=True)
class ReserveForm:
    """One issuer's reserve numbers: `pattern` fits the whole number in capitals, without spaces and hyphens.

    `issuer` becomes part of the identifier: equal numbers of two issuers are two patients. `uri` is the FHIR system.
    `has_check_digit`: the last ten digits hold Luhn, so that a mistyped personnummer is not taken for one unnoticed.
    """

    issuer: str
    pattern: str
    uri: str | None = None
    has_check_digit: bool = False

    @cached_property
    def _compiled(self) -> re.Pattern[str]:
        return re.compile(self.pattern, re.ASCII)

    def fits(self, characters: str) -> bool:
        """Whether the number, in capitals and without spaces and hyphens, has this form."""
        return self._compiled.fullmatch(characters) is not None


_LETTERS = "A-HJ-NPR-UX-Z"

RESERVE_FORMS: tuple[ReserveForm, ...] = (
    ReserveForm("national", rf"\d{{8}}[{_LETTERS}]{{2}}[{_LETTERS}\d]\d", "urn:oid:1.2.752.74.9.1"),
    ReserveForm("stockholm", r"99\d{10}", "urn:oid:1.2.752.97.3.1.3"),
    ReserveForm("vastra-gotaland", r"\d{8}[KMX](0[6-9]|[1-8]\d)\d", "urn:oid:1.2.752.113.11.0.2.1.1.1"),
    ReserveForm("varmland", r"\d{8}S[FUXPL]\d[A-UW-Z1-9]", "urn:oid:1.2.752.74.9.2"),
    ReserveForm(
        "carelink",
        r"(1[7-9]|20)\d{2}(0[1-9]|1[0-2])(3[2-9]|[45]\d)\d{4}",
        "urn:oid:1.2.752.129.2.1.3.2",
        has_check_digit=True,
    ),
    ReserveForm("orebro", rf"{_DATE}T[A-Z]\d[A-J]", "urn:oid:1.2.752.74.9.3"),
    ReserveForm("skane", r"(\d{6}|\d{8})[DEF][A-Z][01][A-Z]", "urn:oid:1.2.752.219.1.10.10.1"),
    ReserveForm("vasternorrland", rf"{_DATE}\d{{3}}R", "urn:oid:1.2.752.269.1.1"),
    ReserveForm("sormland", r"18[56]00101[MNKP]\d{3}", "urn:oid:1.2.752.266.1.1.2"),
)
"""The national reserve identity (NRID) and the regional forms that HL7 Sweden's base profiles give, with their OIDs."""
