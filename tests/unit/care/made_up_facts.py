"""Facts about a made-up patient, as they may be recorded on the day on which the stories begin: 2 March 2026."""

from datetime import date

from care_worlds import START, ZONE

from pathways.care import kits
from pathways.care.patient import (
    Carer,
    Consent,
    Kit,
    KitItem,
    PhaseOfIllness,
    PlaceOf,
    Preference,
    SaidBy,
    Score,
    TreatmentLimit,
    TreatmentLimits,
)
from pathways.definition.conditions import Instrument, Phase

TODAY = START.astimezone(ZONE).date()
TOMORROW = date(2026, 3, 3)
YESTERDAY = date(2026, 3, 1)

UNSTABLE = PhaseOfIllness(phase=Phase.UNSTABLE)
DETERIORATING = PhaseOfIllness(phase=Phase.DETERIORATING)
TERMINAL = PhaseOfIllness(phase=Phase.TERMINAL)
STABLE = PhaseOfIllness(phase=Phase.STABLE)

CARER = Carer(is_available=True, is_aware=True, may_be_called_at_night=False)
AGREED = Consent(is_given=True)
WITHDRAWN = Consent(is_given=False)
LIMITS = TreatmentLimits(
    limits=(TreatmentLimit.NO_CPR, TreatmentLimit.NO_HOSPITAL),
    decided_on=YESTERDAY,
    review_on=date(2026, 3, 29),
    document="J-4711",
)
COUNTED = (KitItem(name="Made-up drops 1 mg/ml", count=5), KitItem(name="Made-up swabs", count=12))
KIT = Kit(
    where="in the fridge door",
    checked_by="Bo Exempel",
    checked_on=TODAY,
    expires_on=date(2026, 10, 25),
    items=COUNTED,
)


def retrieved(on: date = TODAY, **update: object) -> Kit:
    """The kit as it came back, with all that was counted in it."""
    back = kits.retrieved(KIT, on, [(item.name, item.count) for item in COUNTED])
    return back.model_copy(update=update)


def score(instrument: Instrument, value: int) -> Score:
    return Score(instrument=instrument, score=value)


def prefers(first: str, second: str | None = None, place_of: PlaceOf = PlaceOf.CARE) -> Preference:
    return Preference(place_of=place_of, first=first, second=second, said_by=SaidBy.PATIENT, said_on=TODAY)
