"""Conditions in words: in pictures, in what changes between two versions, and wherever a suggestion is explained."""

from collections.abc import Mapping

from pathways.definition.conditions import Condition, Fact, Instrument, Phase

INSTRUMENT_NAMES: Mapping[Instrument, str] = {
    Instrument.AKPS: "AKPS",
    Instrument.IPOS: "IPOS",
    Instrument.ESAS_R: "ESAS-r",
    Instrument.NRS: "NRS",
    Instrument.ABBEY: "Abbey",
    Instrument.ROAG: "ROAG",
    Instrument.NEWS2: "NEWS2",
}
"""The instruments as people write them, in every language."""

CONDITION_WORDS: Mapping[str, Mapping[str, str]] = {
    "sv": {
        "any": "eller",
        "all": "och",
        "phase": "fas",
        "at_least": "minst",
        "at_most": "högst",
        Phase.STABLE: "stabil",
        Phase.UNSTABLE: "instabil",
        Phase.DETERIORATING: "försämring",
        Phase.TERMINAL: "terminal",
        Fact.KIT_IN_PLACE: "trygghetsläkemedel finns på plats",
        Fact.TREATMENT_LIMITS_DECIDED: "behandlingsbegränsningar är beslutade",
        Fact.CARER_AVAILABLE: "närstående kan vårda",
        Fact.CONSENT_GIVEN: "samtycke finns",
        Fact.AWAY_FROM_PREFERRED_PLACE: "vårdas inte på önskad plats",
    },
    "da": {
        "any": "eller",
        "all": "og",
        "phase": "fase",
        "at_least": "mindst",
        "at_most": "højst",
        Phase.STABLE: "stabil",
        Phase.UNSTABLE: "ustabil",
        Phase.DETERIORATING: "forværring",
        Phase.TERMINAL: "terminal",
        Fact.KIT_IN_PLACE: "tryghedskassen er på plads",
        Fact.TREATMENT_LIMITS_DECIDED: "behandlingsbegrænsninger er besluttet",
        Fact.CARER_AVAILABLE: "pårørende kan pleje",
        Fact.CONSENT_GIVEN: "samtykke er givet",
        Fact.AWAY_FROM_PREFERRED_PLACE: "er ikke på det ønskede sted",
    },
    "en": {
        "any": "or",
        "all": "and",
        "phase": "phase",
        "at_least": "at least",
        "at_most": "at most",
        Phase.STABLE: "stable",
        Phase.UNSTABLE: "unstable",
        Phase.DETERIORATING: "deteriorating",
        Phase.TERMINAL: "terminal",
        Fact.KIT_IN_PLACE: "the medicine kit is in place",
        Fact.TREATMENT_LIMITS_DECIDED: "treatment limits are decided",
        Fact.CARER_AVAILABLE: "a carer is available",
        Fact.CONSENT_GIVEN: "consent is given",
        Fact.AWAY_FROM_PREFERRED_PLACE: "away from the preferred place",
    },
}


def condition_in(language: str, condition: Condition) -> str:
    """A sound condition in words of this language, such as `phase unstable or NRS at least 7`."""
    words = CONDITION_WORDS[language]
    if condition.any_of or condition.all_of:
        joint = _joint(condition)
        inner = (_inside(language, joint, each) for each in (*condition.any_of, *condition.all_of))
        return f" {words[joint]} ".join(inner)
    if condition.fact is not None:
        return words[condition.fact]
    if condition.assessment is None:
        return f"{words['phase']} " + f" {words['any']} ".join(words[phase] for phase in condition.phase)
    return f"{INSTRUMENT_NAMES[condition.assessment]} {_bounds(condition, words)}"


def _bounds(condition: Condition, words: Mapping[str, str]) -> str:
    if condition.at_most is None:
        return f"{words['at_least']} {condition.at_least}"
    if condition.at_least is None:
        return f"{words['at_most']} {condition.at_most}"
    return f"{condition.at_least}–{condition.at_most}"


def _joint(condition: Condition) -> str:
    """What joins the parts of a condition: `any` or `all`."""
    return "all" if condition.all_of else "any"


def _inside(language: str, joint: str, condition: Condition) -> str:
    """A condition inside another, in brackets where its own joint is not the other's."""
    said = condition_in(language, condition)
    parts = len(condition.any_of) + len(condition.all_of) + len(condition.phase)
    return f"({said})" if parts > 1 and _joint(condition) != joint else said
