"""What codes of the patient's state, of services and of treatments are called on the pages, in English to translate."""

from desk.words import N_
from pathways.care.grants.values import GrantStatus
from pathways.care.orders.covering import WhyUncovered
from pathways.care.orders.values import OrderStatus, StopReason, VisitOutcome
from pathways.care.patient import PlaceOf, SaidBy, TreatmentLimit, WordOf
from pathways.definition.conditions import Fact, Instrument

FACTS = {
    "phase": N_("Phase of illness"),
    "score": N_("Score"),
    "treatment-limits": N_("Treatment limits"),
    "kit": N_("Kit of medicines"),
    "preference": N_("Preferred place"),
    "carer": N_("The carer at home"),
    "consent": N_("Consent to share"),
    "view-limit": N_("Who may see this"),
}
"""What is known of the patient, by the type of fact."""

INSTRUMENTS = {
    Instrument.AKPS: "AKPS",
    Instrument.IPOS: "IPOS",
    Instrument.ESAS_R: "ESAS-r",
    Instrument.NRS: "NRS",
    Instrument.ABBEY: "Abbey",
    Instrument.ROAG: "ROAG",
    Instrument.NEWS2: "NEWS2",
}
"""The names of instruments, the same in every language."""

TREATMENT_LIMITS = {
    TreatmentLimit.NO_CPR: N_("no resuscitation (CPR)"),
    TreatmentLimit.NO_VENTILATION: N_("no ventilator"),
    TreatmentLimit.NO_INTENSIVE_CARE: N_("no intensive care"),
    TreatmentLimit.NO_HOSPITAL: N_("no admission to hospital"),
    TreatmentLimit.NO_INTRAVENOUS: N_("no intravenous treatment"),
    TreatmentLimit.NONE: N_("no limits: full treatment"),
}

PLACES_OF = {
    PlaceOf.CARE: N_("Preferred place of care"),
    PlaceOf.DEATH: N_("Preferred place of death"),
}

SAID_BY = {
    SaidBy.PATIENT: N_("the patient"),
    SaidBy.RELATIVE: N_("a relative"),
    SaidBy.RECORD: N_("the patient's record"),
}

CONSENTS = {
    True: N_("given"),
    False: N_("withdrawn"),
}

WORDS_OF = {
    WordOf.PATIENT: N_("the patient"),
    WordOf.REPRESENTATIVE: N_("who represents the patient"),
}

VIEW_LIMITS = {
    True: N_("may not see this"),
    False: N_("may see this again"),
}

SPEAKS_FOR = {
    Fact.KIT_IN_PLACE: N_("the kit of medicines is in place"),
    Fact.TREATMENT_LIMITS_DECIDED: N_("treatment limits are decided"),
    Fact.CARER_AVAILABLE: N_("the carer at home is available"),
    Fact.CONSENT_GIVEN: N_("consent to share is given"),
    Fact.AWAY_FROM_PREFERRED_PLACE: N_("the patient is not where the patient prefers to be"),
}
"""What is known that speaks for a move."""

GRANT_STATUSES = {
    GrantStatus.IN_FORCE: N_("granted"),
    GrantStatus.ENDED: N_("ended"),
    GrantStatus.WITHDRAWN: N_("withdrawn"),
}

ORDER_STATUSES = {
    OrderStatus.DRAFT: N_("waits until the patient is where it is given"),
    OrderStatus.ACTIVE: N_("is given"),
    OrderStatus.ON_HOLD: N_("rests"),
    OrderStatus.STOPPED: N_("stopped"),
    OrderStatus.COMPLETED: N_("completed"),
}

STOP_REASONS = {
    StopReason.BY_PERSON: N_("somebody stopped it"),
    StopReason.COMPLICATION: N_("because of a complication"),
    StopReason.MOVED: N_("the patient left where it is given"),
}

VISIT_OUTCOMES = {
    VisitOutcome.DONE: N_("carried out"),
    VisitOutcome.MISSED: N_("missed"),
    VisitOutcome.REFUSED: N_("refused by the citizen"),
}

UNCOVERED = {
    WhyUncovered.CLOSED: N_("the unit is closed then"),
    WhyUncovered.NO_COMPETENCE: N_("nobody on duty can do it then"),
}
