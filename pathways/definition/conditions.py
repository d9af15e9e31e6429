"""What must be known of a patient for a move to be suggested: structured data, never an expression that is evaluated.

Instruments and phases are those that palliative care uses (domain: palliative content). Names and ranges only.
"""

from enum import StrEnum

from pydantic import Field

from pathways.definition.frozen import Frozen


class Phase(StrEnum):
    """Phases of illness (PCOC)."""

    STABLE = "stable"
    UNSTABLE = "unstable"
    DETERIORATING = "deteriorating"
    TERMINAL = "terminal"


class Instrument(StrEnum):
    """Instruments whose scores are kept. IPOS, ESAS-r and ROAG by their sums; the others give one number."""

    AKPS = "akps"
    IPOS = "ipos"
    ESAS_R = "esas-r"
    NRS = "nrs"
    ABBEY = "abbey"
    ROAG = "roag"
    NEWS2 = "news2"


SCORES: dict[Instrument, range] = {
    Instrument.AKPS: range(0, 101, 10),
    Instrument.IPOS: range(69),
    Instrument.ESAS_R: range(91),
    Instrument.NRS: range(11),
    Instrument.ABBEY: range(19),
    Instrument.ROAG: range(9, 28),
    Instrument.NEWS2: range(21),
}
"""The scores that each instrument can give."""


class Fact(StrEnum):
    """What may be known of a patient besides scores and phase."""

    KIT_IN_PLACE = "kit-in-place"
    TREATMENT_LIMITS_DECIDED = "treatment-limits-decided"
    CARER_AVAILABLE = "carer-available"
    CONSENT_GIVEN = "consent-given"
    AWAY_FROM_PREFERRED_PLACE = "away-from-preferred-place"


class Condition(Frozen):
    """Exactly one of: `any` or `all` of further conditions, a `phase`, an `assessment` within bounds, a `fact`.

    At most three conditions lie inside each other, with at most twelve tests in all.
    """

    any_of: tuple["Condition", ...] = Field(default=(), alias="any")
    all_of: tuple["Condition", ...] = Field(default=(), alias="all")
    phase: tuple[Phase, ...] = ()
    assessment: Instrument | None = None
    at_least: int | None = None
    at_most: int | None = None
    fact: Fact | None = None
