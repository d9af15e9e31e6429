"""What conditions mean: never and always true are told of those, and of no others; and the words for them."""

import pytest
from condition_strategies import conditions, holds, patients
from hypothesis import given, settings
from small_definitions import PATHWAY

from pathways.definition.checks_of_conditions import check_conditions
from pathways.definition.condition_words import CONDITION_WORDS, INSTRUMENT_NAMES, condition_in
from pathways.definition.conditions import SCORES, Condition, Fact, Instrument, Phase
from pathways.definition.faults import Code, KeyPath
from pathways.definition.models import Pathway
from pathways.definition.reading import pathway_of
from pathways.definition.texts import LANGUAGES

SMALL = pathway_of(PATHWAY, "small.yaml")
PATIENTS = tuple(patients())


def suggesting(condition: Condition) -> Pathway:
    move = SMALL.moves["to-bed"].model_copy(update={"suggested_when": condition})
    return SMALL.model_copy(update={"moves": {"to-bed": move}})


def at(condition: Condition, path: KeyPath) -> Condition:
    """The condition inside another to which the rest of a path leads."""
    if not path:
        return condition
    kind, place, *rest = path
    inner = condition.any_of if kind == "any" else condition.all_of
    return at(inner[int(place)], tuple(rest))


@given(conditions())
@settings(deadline=None, max_examples=150)
def test_never_and_always_true_are_told_of_exactly_those_conditions(condition: Condition) -> None:
    found = list(check_conditions(suggesting(condition)))
    for finding in found:
        verdicts = {holds(at(condition, finding.path[3:]), patient) for patient in PATIENTS}
        assert verdicts == {finding.code is Code.ALWAYS_TRUE}
        assert finding.code in (Code.ALWAYS_TRUE, Code.NEVER_TRUE)
    if not found:
        assert {holds(condition, patient) for patient in PATIENTS} == {True, False}


NRS = Condition(assessment=Instrument.NRS, at_least=7)
KNOWN = Condition(assessment=Instrument.AKPS, at_least=20, at_most=40)
ILL = Condition(phase=(Phase.UNSTABLE, Phase.TERMINAL))


@pytest.mark.parametrize(
    ("language", "condition", "words"),
    [
        ("en", NRS, "NRS at least 7"),
        ("sv", Condition(assessment=Instrument.AKPS, at_most=30), "AKPS högst 30"),
        ("da", ILL, "fase ustabil eller terminal"),
        ("en", Condition(any_of=(ILL, NRS)), "phase unstable or terminal or NRS at least 7"),
        (
            "en",
            Condition(any_of=(NRS, Condition(all_of=(ILL, KNOWN)))),
            "NRS at least 7 or ((phase unstable or terminal) and AKPS 20–40)",
        ),
        ("sv", Condition(all_of=(Condition(phase=(Phase.STABLE,)), NRS)), "fas stabil och NRS minst 7"),
        (
            "en",
            Condition(all_of=(NRS, Condition(any_of=(KNOWN, NRS)))),
            "NRS at least 7 and (AKPS 20–40 or NRS at least 7)",
        ),
        ("en", Condition(fact=Fact.CARER_AVAILABLE), "a carer is available"),
    ],
)
def test_a_condition_is_said_in_words(language: str, condition: Condition, words: str) -> None:
    assert condition_in(language, condition) == words


def test_conditions_have_words_in_every_language() -> None:
    assert set(CONDITION_WORDS) == set(LANGUAGES)
    assert all(set(words) == set(CONDITION_WORDS["sv"]) for words in CONDITION_WORDS.values())
    assert set(CONDITION_WORDS["sv"]) >= {*Phase, *Fact}
    assert set(INSTRUMENT_NAMES) == set(SCORES) == set(Instrument)
