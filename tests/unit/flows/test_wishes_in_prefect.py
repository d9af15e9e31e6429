"""What Prefect is told of the patient's state and wishes: how a move stands to them, as a code, and nothing else."""

from datetime import date

import pytest
from flow_worlds import FREE_TEXT, NAME, SENDER, E, H, Tale, page_of, person

from flows.announcing import name_of
from flows.forms import form
from flows.reports import timeline
from flows.request_handover import DepartsBecause, GoesAheadBecause, Request
from pathways.care.commands import PlanHandover, RecordFact
from pathways.care.events import FactRecorded
from pathways.care.patient import (
    Consent,
    Kit,
    KitItem,
    PatientFact,
    PhaseOfIllness,
    PlaceOf,
    Preference,
    SaidBy,
    Score,
    TreatmentLimit,
    TreatmentLimits,
)
from pathways.definition.conditions import Instrument, Phase

DAY = date(2026, 3, 1)
FACTS: tuple[PatientFact, ...] = (
    PhaseOfIllness(phase=Phase.UNSTABLE),
    Score(instrument=Instrument.AKPS, score=40),
    TreatmentLimits(limits=(TreatmentLimit.NO_CPR,), decided_on=DAY, review_on=date(2026, 5, 1), document=FREE_TEXT),
    Kit(
        where=FREE_TEXT,
        checked_by=NAME,
        checked_on=DAY,
        expires_on=date(2026, 5, 1),
        items=(KitItem(name=FREE_TEXT, count=5),),
    ),
    Preference(place_of=PlaceOf.CARE, first="home", said_by=SaidBy.PATIENT, said_on=DAY),
    Consent(is_given=False),
)
UNTOLD = (FREE_TEXT, NAME, "unstable", "akps", "40", "no-cpr", "withdrawn", "because")


def a_tale() -> Tale:
    tale = Tale()
    for fact in FACTS:
        tale.tell(RecordFact(actor=person(SENDER), fact=fact))
    tale.tell(
        PlanHandover(
            actor=person(SENDER),
            reference=H,
            move="home-to-short-term",
            urgency="acute",
            reason="relief",
            to_units=("korttids-norr",),
            departs_because=FREE_TEXT,
            goes_ahead_because=FREE_TEXT,
        )
    )
    return tale


def test_the_timeline_tells_no_fact_no_score_and_no_reason() -> None:
    text = timeline(a_tale().view(), page_of)
    assert H in text
    assert [word for word in UNTOLD if word in text] == []


@pytest.mark.parametrize("fact", FACTS, ids=lambda fact: fact.slot)
def test_no_fact_is_announced(fact: PatientFact) -> None:
    assert name_of(FactRecorded(fact=fact)) == (None, None)


def test_the_form_tells_how_the_move_stands_to_the_preferred_place_as_a_code_only() -> None:
    described = str(form(a_tale().view(), H, None, page_of)._description)
    assert "To the preferred place it stands as: **departs**." in described
    assert [word for word in UNTOLD if word in described] == []


def test_the_form_says_nothing_where_no_preference_is_known() -> None:
    tale = Tale()
    tale.request()
    assert "preferred place" not in str(form(tale.view(), H, None, page_of)._description)


@pytest.mark.parametrize(
    ("field", "choices"), [("departs_because", DepartsBecause), ("goes_ahead_because", GoesAheadBecause)]
)
def test_the_form_of_a_request_takes_reasons_from_a_list_and_no_free_text(
    field: str, choices: type[DepartsBecause | GoesAheadBecause]
) -> None:
    values = {"episode": E, "team": SENDER, "move": "home-to-short-term", "reason": "relief"}
    assert getattr(Request(**values), field) is None
    for choice in choices:
        assert getattr(Request.model_validate({**values, field: choice.value}), field) == choice
    with pytest.raises(ValueError, match="Input should be"):
        Request.model_validate({**values, field: FREE_TEXT})
