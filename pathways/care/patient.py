"""What is known of the patient's state and wishes: scores and codes, dates, and who said so. No form text, no names.

A fact that is recorded replaces the one before it in its place (`slot`); what was known earlier stays in the events.
"""

from datetime import date, datetime
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import Field

from pathways.care.actors import Actor
from pathways.definition.conditions import Instrument, Phase
from pathways.definition.frozen import Frozen


class PhaseOfIllness(Frozen):
    """The phase of illness (PCOC)."""

    type: Literal["phase"] = "phase"
    phase: Phase

    @property
    def slot(self) -> str:
        """The place that this fact takes."""
        return self.type


class Score(Frozen):
    """A score of an instrument. Only the score is kept."""

    type: Literal["score"] = "score"
    instrument: Instrument
    score: int

    @property
    def slot(self) -> str:
        """The place that this fact takes: one for each instrument."""
        return f"{self.type}/{self.instrument}"


class TreatmentLimit(StrEnum):
    """A treatment that has been decided against."""

    NO_CPR = "no-cpr"
    NO_VENTILATION = "no-ventilation"
    NO_INTENSIVE_CARE = "no-intensive-care"
    NO_HOSPITAL = "no-hospital"
    NO_INTRAVENOUS = "no-intravenous"
    NONE = "none"


class TreatmentLimits(Frozen):
    """Treatment limits: which, decided when, to be reviewed when, and the reference of the document."""

    type: Literal["treatment-limits"] = "treatment-limits"
    limits: tuple[TreatmentLimit, ...]
    decided_on: date
    review_on: date | None = None
    document: str = ""

    @property
    def slot(self) -> str:
        """The place that this fact takes."""
        return self.type


class KitItem(Frozen):
    """A medicine or another thing in a kit: `name` as on its package, and how many the last check counted.

    `expires_on`: the day from which it may no longer be used. `returned`: how many came back when the kit was fetched.
    """

    name: str
    count: int
    expires_on: date | None = None
    returned: int | None = None

    @property
    def differs(self) -> bool:
        """Whether another number came back than the last check counted."""
        return self.returned is not None and self.returned != self.count


class Kit(Frozen):
    """The anticipatory kit: where it is kept, who checked it and when, what was counted, and when it was retrieved.

    `items` is empty only in what was recorded before the content of kits was counted. `expires_on`: a day for the kit
    as a whole, earlier than those of its items; see `expires_first`. `differs_because`: why other counts came back.
    """

    type: Literal["kit"] = "kit"
    where: str
    checked_by: str
    checked_on: date
    expires_on: date | None = None
    retrieved_on: date | None = None
    items: tuple[KitItem, ...] = ()
    differs_because: str = ""

    @property
    def slot(self) -> str:
        """The place that this fact takes."""
        return self.type

    @property
    def expires_first(self) -> date | None:
        """The day on which the kit, or the first thing in it, expires; what is used up expires no more."""
        days = (self.expires_on, *(item.expires_on for item in self.items if item.count))
        return min((day for day in days if day), default=None)

    @property
    def is_used_up(self) -> bool:
        """Whether its items were counted, and nothing is left of any."""
        return bool(self.items) and not any(item.count for item in self.items)


class PlaceOf(StrEnum):
    """What a preferred place is for."""

    CARE = "care"
    DEATH = "death"


class SaidBy(StrEnum):
    """Who told a wish."""

    PATIENT = "patient"
    RELATIVE = "relative"
    RECORD = "record"


class Preference(Frozen):
    """The preferred place of care or of death, by level of care: first and second choice, who said so and when."""

    type: Literal["preference"] = "preference"
    place_of: PlaceOf
    first: str
    second: str | None = None
    said_by: SaidBy
    said_on: date

    @property
    def slot(self) -> str:
        """The place that this fact takes: one for care, one for death."""
        return f"{self.type}/{self.place_of}"


class Carer(Frozen):
    """The carer at home: available, aware of how it stands, and whether they may be called at night. Names: vault."""

    type: Literal["carer"] = "carer"
    is_available: bool
    is_aware: bool
    may_be_called_at_night: bool

    @property
    def slot(self) -> str:
        """The place that this fact takes."""
        return self.type


class Consent(Frozen):
    """Consent to share what is known between the organisations, or its withdrawal."""

    type: Literal["consent"] = "consent"
    is_given: bool

    @property
    def slot(self) -> str:
        """The place that this fact takes."""
        return self.type


class WordOf(StrEnum):
    """Whose word it is who may see what is recorded: nobody else says so for a patient."""

    PATIENT = "patient"
    REPRESENTATIVE = "representative"


class ViewLimit(Frozen):
    """That an organisation may not see the episode, or that it may again: on whose word, and when that was said."""

    type: Literal["view-limit"] = "view-limit"
    organisation: str
    is_limited: bool
    said_by: WordOf
    said_on: date

    @property
    def slot(self) -> str:
        """The place that this fact takes: one for each organisation."""
        return f"{self.type}/{self.organisation}"


PatientFact = Annotated[
    PhaseOfIllness | Score | TreatmentLimits | Kit | Preference | Carer | Consent | ViewLimit,
    Field(discriminator="type"),
]


class KnownFact(Frozen):
    """A fact with who recorded it and when."""

    fact: PatientFact
    at: datetime
    entered_at: datetime | None = None
    actor: Actor
