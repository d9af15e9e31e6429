"""Models as text and back, and pathways with shorter limits."""

from datetime import date, timedelta
from pathlib import Path
from typing import get_args

import pytest
from condition_strategies import conditions
from hypothesis import given, settings
from hypothesis import strategies as st
from safe_definitions import SAFE, models_in
from small_definitions import NETWORK, PATHWAY, changed

from handslag.demo import LIMITS_DIVIDED_BY
from pathways.definition.checks import check_pathway
from pathways.definition.conditions import Condition, Phase
from pathways.definition.durations import Duration
from pathways.definition.faults import DefinitionError, Fault
from pathways.definition.frozen import Frozen
from pathways.definition.limits import with_limits_divided_by
from pathways.definition.models import (
    DeclaredClock,
    Pathway,
    PauseKind,
    PhaseRules,
    SummaryField,
    TimeCounted,
    UrgencyRules,
)
from pathways.definition.reading import network_of, pathway_of, read_pathway
from pathways.definition.writing import stored_network, stored_pathway, text_of

CATALOGUE = Path(__file__).parents[3] / "pathways/catalogue"
SMALL = pathway_of(PATHWAY, "small.yaml")
FULL = pathway_of(SAFE, "safe.yaml")


def is_sound(condition: Condition) -> bool:
    """Whether the condition can be used in a pathway."""
    move = FULL.moves["to-rest"].model_copy(update={"suggested_when": condition})
    return check_pathway(FULL.model_copy(update={"moves": {**FULL.moves, "to-rest": move}})) == []


def faults_of(text: str) -> tuple[Fault, ...]:
    try:
        pathway_of(text, "damaged")
    except DefinitionError as error:
        return error.faults
    return ()


_sayable = st.characters(exclude_categories=("Cc", "Cf", "Cs", "Cn", "Zl", "Zp"))
_letter = st.characters(categories=("Lu", "Ll", "Lo"))
lines = st.tuples(st.text(_sayable, max_size=14), _letter, st.text(_sayable, max_size=14)).map("".join)
minutes = st.integers(1, 500).map(lambda amount: Duration.of(f"{amount} min"))


names = st.from_regex("[a-z]{1,8}(-[0-9]{1,3})?", fullmatch=True)


@st.composite
def rules(draw: st.DrawFn) -> UrgencyRules:
    """Sound rules for what is acute in the pathway that uses every key."""
    seen = draw(st.none() | st.integers(5, 15).map(lambda amount: Duration.of(f"{amount} min")))
    return UrgencyRules(
        title=draw(st.fixed_dictionaries({"sv": lines, "en": lines})),
        is_urgent=True,
        summary=tuple(draw(st.lists(st.sampled_from(SummaryField), unique=True))),
        read_back=draw(st.booleans()),
        delivered=Duration.of("5 min"),
        seen=seen,
        unwatched_because=None if seen else draw(lines),
        answer_counts=draw(st.sampled_from(TimeCounted)),
        hold=draw(st.none() | st.integers(1, 4).map(lambda amount: Duration.of(f"{amount} h"))),
        question=draw(minutes),
        question_stops_answer=draw(st.booleans()),
        stale=draw(st.none() | st.integers(9, 90).map(lambda amount: Duration.of(f"{amount} h"))),
    )


@st.composite
def pathways(draw: st.DrawFn) -> Pathway:
    """Sound pathways: the one that uses every key, with other texts, limits, dates, lists and conditions."""
    titles = st.fixed_dictionaries({"sv": lines, "en": lines})
    move = FULL.moves["to-rest"]
    urgency = move.urgencies["acute"].model_copy(
        update={
            "answer": Duration.of(f"{draw(st.integers(15, 500))} min"),
            "arrive": Duration.of(f"{draw(st.integers(9, 100))} h"),
            "remind": None,
            "repeat": draw(minutes),
            "ready": draw(st.sampled_from([None, (), ("named",), ("listed", "named")])),
        }
    )
    changes = {
        "title": draw(titles),
        "urgencies": {**move.urgencies, "acute": urgency},
        "travels": draw(st.booleans()),
        "suggested_when": draw(st.none() | conditions().filter(is_sound)),
    }
    begins = draw(st.dates(date(1990, 1, 1), date(2026, 2, 1)))
    agreed = {"parties": tuple(draw(st.sets(lines, min_size=1))), "review": begins + timedelta(days=1)}
    return FULL.model_copy(
        update={
            "title": draw(titles),
            "in_force_from": begins,
            "in_force_until": draw(st.none() | st.dates(date(2027, 12, 31), date(2099, 12, 31))),
            "agreement": FULL.agreement.model_copy(update=agreed),
            "urgencies": {**FULL.urgencies, "acute": draw(rules())},
            "moves": {**FULL.moves, "to-rest": move.model_copy(update=changes)},
            "draft_limit": draw(minutes),
            "phases": {
                Phase.STABLE: PhaseRules(change_within=draw(minutes), repeat=draw(minutes)),
                Phase.TERMINAL: PhaseRules(answer=Duration.of("20 min"), holds_back=draw(st.booleans())),
            },
            "coming_back": draw(st.none() | st.just(FULL.coming_back)),
            "swaps": draw(st.none() | st.just(FULL.swaps)),
            "pauses": {draw(names): PauseKind(title=draw(titles), review=draw(minutes))},
        }
    )


@pytest.mark.exhaustive
@given(pathways())
@settings(deadline=None, max_examples=25)
def test_a_pathway_reads_back_as_it_was_written(pathway: Pathway) -> None:
    assert pathway_of(text_of(pathway), "written") == pathway
    assert stored_pathway(text_of(pathway)) == pathway


def test_a_network_reads_back_as_it_was_written() -> None:
    network = network_of(NETWORK, "x", {"small": SMALL})
    assert network_of(text_of(network), "written") == network
    assert stored_network(text_of(network)) == network


@pytest.mark.exhaustive
@given(st.integers(0, len(SAFE) - 1), st.integers(0, 20), st.text(max_size=6))
@settings(deadline=None, max_examples=100)
def test_a_text_damaged_anywhere_is_read_or_refused_as_a_definition(start: int, length: int, inserted: str) -> None:
    assert all(fault.mend for fault in faults_of(SAFE[:start] + inserted + SAFE[start + length :]))


def test_every_limit_that_a_pathway_can_have_is_shortened() -> None:
    """Every limit of every model, so that a new one cannot be forgotten; the definition for this uses all of them."""
    before, after = models_in(FULL), models_in(with_limits_divided_by(FULL, 7))
    seen = 0
    for kind, models in before.items():
        for name in limits_of(kind):
            for long, short in zip(models, after[kind], strict=True):
                limit = getattr(long, name)
                if (kind, name) == (DeclaredClock, "limit") and limit is None:
                    continue  # it ends with a day: see the next test
                assert getattr(short, name) == (None if limit is None else limit.divided_by(7))
            assert any(getattr(model, name) for model in models), f"give {kind.__name__}.{name} in safe_definitions.py"
            seen += 1
    assert seen >= 20


def test_a_clock_that_ends_with_a_day_ends_after_as_many_shortened_days() -> None:
    clock = with_limits_divided_by(FULL, 7).clocks["law.report"]
    assert (clock.end_of_day, clock.limit) == (None, Duration.of("2 days").divided_by(7))


def limits_of(kind: type[Frozen]) -> list[str]:
    """The names of a model's fields that are limits."""
    return [name for name, field in kind.model_fields.items() if _is_limit(field.annotation)]


def _is_limit(annotation: object) -> bool:
    return annotation is Duration or any(_is_limit(each) for each in get_args(annotation))


def test_the_catalogue_stays_sound_with_the_limits_of_the_demonstration() -> None:
    for path in CATALOGUE.glob("*.yaml"):
        assert check_pathway(with_limits_divided_by(read_pathway(path), LIMITS_DIVIDED_BY)) == []


def test_limits_are_shortened_everywhere_and_nothing_else_changes() -> None:
    short = with_limits_divided_by(SMALL, 60)
    acute = short.moves["to-bed"].urgencies["acute"]
    assert [str(each) for each in (acute.answer, acute.remind, acute.arrive, acute.repeat)] == [
        "30 s",
        "10 s",
        "240 s",
        "10 s",
    ]
    assert short.moves["to-rest"].urgencies["acute"].remind is None
    assert str(short.draft_limit) == "1440 s"
    assert str(short.follow_ups["talk"].within) == "60480 s"
    assert pathway_of(text_of(short), "short") == short
    assert with_limits_divided_by(SMALL, 1).levels == SMALL.levels


def test_defaults_are_written_out() -> None:
    assert '"travels": true' in text_of(pathway_of(changed(PATHWAY, "2026", "2027"), "x"))


def test_a_model_is_made_from_python_values_as_well() -> None:
    assert Pathway.model_validate(SMALL.model_dump()) == SMALL
