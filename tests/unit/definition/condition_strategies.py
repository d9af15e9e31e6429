"""Conditions of every well-formed kind, for property tests, and what they mean, worked out the long way."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product

from hypothesis import strategies as st

from pathways.definition.conditions import SCORES, Condition, Fact, Instrument, Phase

INSTRUMENTS = (Instrument.NRS, Instrument.AKPS)
FACTS = (Fact.CONSENT_GIVEN, Fact.CARER_AVAILABLE)


@dataclass(frozen=True)
class Patient:
    """All that is known of a made-up patient."""

    phase: Phase
    scores: dict[Instrument, int]
    facts: frozenset[Fact]


def patients() -> Iterator[Patient]:
    """Every patient that differs in what the conditions here can ask for."""
    scores = product(*(SCORES[each] for each in INSTRUMENTS))
    for phase, given, *facts in product(Phase, scores, (True, False), (True, False)):
        held = frozenset(fact for fact, holds in zip(FACTS, facts, strict=True) if holds)
        yield Patient(phase, dict(zip(INSTRUMENTS, given, strict=True)), held)


def holds(condition: Condition, patient: Patient) -> bool:
    """Whether a well-formed condition is true of a patient."""
    if condition.any_of:
        return any(holds(each, patient) for each in condition.any_of)
    if condition.all_of:
        return all(holds(each, patient) for each in condition.all_of)
    if condition.fact is not None:
        return condition.fact in patient.facts
    if condition.assessment is None:
        return patient.phase in condition.phase
    score = patient.scores[condition.assessment]
    is_enough = condition.at_least is None or score >= condition.at_least
    return is_enough and (condition.at_most is None or score <= condition.at_most)


@st.composite
def assessments(draw: st.DrawFn) -> Condition:
    """An assessment within bounds that its instrument can give."""
    instrument = draw(st.sampled_from(INSTRUMENTS))
    bounds = st.none() | st.sampled_from(SCORES[instrument])
    return Condition(assessment=instrument, at_least=draw(bounds), at_most=draw(bounds))


tests = st.one_of(
    assessments(),
    st.sampled_from(FACTS).map(lambda fact: Condition(fact=fact)),
    st.lists(st.sampled_from(Phase), min_size=1, max_size=3, unique=True).map(
        lambda phases: Condition(phase=tuple(phases))
    ),
)


def _joined(inner: st.SearchStrategy[Condition]) -> st.SearchStrategy[Condition]:
    several = st.lists(inner, min_size=1, max_size=3, unique_by=str).map(tuple)
    return st.one_of(
        several.map(lambda found: Condition(any_of=found)), several.map(lambda found: Condition(all_of=found))
    )


def conditions() -> st.SearchStrategy[Condition]:
    """Conditions as deep as a pathway may have them."""
    return tests | _joined(tests) | _joined(tests | _joined(tests))
