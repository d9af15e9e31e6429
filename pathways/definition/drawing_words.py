"""The few words that a drawing of a pathway adds to the pathway's own, in the languages of Handslag."""

from collections.abc import Mapping

from babel.units import format_unit

from pathways.definition.durations import Duration, Unit

WORDS: Mapping[str, Mapping[str, str]] = {
    "sv": {
        "begins": "Kan börja här",
        "responsible": "Ansvarig",
        "with_places": "enhet med platser",
        "limits": "svar inom → övertaget inom",
        "no_place": "vid platsbrist",
        "suggested": "föreslås när",
        "ends": "Kan avslutas på varje vårdnivå",
        "within": "inom",
        "stays": "streckad: patienten är kvar, ansvaret övergår",
        "in_force": "gäller från",
    },
    "da": {
        "begins": "Kan begynde her",
        "responsible": "Ansvarlig",
        "with_places": "enhed med pladser",
        "limits": "svar inden → overtaget inden",
        "no_place": "ved pladsmangel",
        "suggested": "foreslås når",
        "ends": "Kan afsluttes på hvert plejeniveau",
        "within": "inden",
        "stays": "stiplet: patienten bliver, ansvaret går over",
        "in_force": "gælder fra",
    },
    "en": {
        "begins": "Can begin here",
        "responsible": "Responsible",
        "with_places": "unit with places",
        "limits": "answer within → taken over within",
        "no_place": "with no place",
        "suggested": "suggested when",
        "ends": "Can end at every level of care",
        "within": "within",
        "stays": "dashed: the patient stays, responsibility passes",
        "in_force": "in force from",
    },
}


def duration_in(language: str, duration: Duration) -> str:
    """A duration as people of this language write it: `30 min`, `4 h`, `1 dygn`."""
    if duration.unit in (Unit.SECOND, Unit.MINUTE, Unit.HOUR):
        return str(duration)
    return format_unit(duration.amount, f"duration-{duration.unit.value}", locale=language)
