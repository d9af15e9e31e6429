"""Models as text and back, and pathways with shorter limits."""

from hypothesis import given, settings
from hypothesis import strategies as st
from small_definitions import NETWORK, PATHWAY, changed

from pathways.definition.durations import Duration
from pathways.definition.faults import DefinitionError, Fault
from pathways.definition.limits import with_limits_divided_by
from pathways.definition.models import Pathway
from pathways.definition.reading import network_of, pathway_of
from pathways.definition.writing import stored_network, stored_pathway, text_of

SMALL = pathway_of(PATHWAY, "small.yaml")


def faults_of(text: str) -> tuple[Fault, ...]:
    try:
        pathway_of(text, "damaged")
    except DefinitionError as error:
        return error.faults
    return ()


_sayable = st.characters(exclude_categories=("Cc", "Cs", "Cn", "Zl", "Zp"))
_letter = st.characters(categories=("Lu", "Ll", "Lo"))
lines = st.tuples(st.text(_sayable, max_size=14), _letter, st.text(_sayable, max_size=14)).map("".join)
minutes = st.integers(1, 500).map(lambda amount: Duration.of(f"{amount} min"))


@st.composite
def pathways(draw: st.DrawFn) -> Pathway:
    """Sound pathways: the small one with other texts, limits, dates and lists."""
    titles = st.fixed_dictionaries({"sv": lines, "en": lines})
    move = SMALL.moves["to-rest"]
    urgency = move.urgencies["acute"].model_copy(
        update={
            "answer": draw(minutes),
            "arrive": Duration.of(f"{draw(st.integers(9, 100))} h"),
            "remind": None,
            "repeat": draw(minutes),
            "ready": draw(st.sampled_from([None, (), ("named",), ("listed", "named")])),
        }
    )
    changes = {"title": draw(titles), "urgencies": {"acute": urgency}, "travels": draw(st.booleans())}
    return SMALL.model_copy(
        update={
            "title": draw(titles),
            "in_force_from": draw(st.dates()),
            "agreement": SMALL.agreement.model_copy(update={"parties": tuple(draw(st.sets(lines, min_size=1)))}),
            "moves": {**SMALL.moves, "to-rest": move.model_copy(update=changes)},
            "draft_limit": draw(minutes),
        }
    )


@given(pathways())
@settings(deadline=None, max_examples=50)
def test_a_pathway_reads_back_as_it_was_written(pathway: Pathway) -> None:
    assert pathway_of(text_of(pathway), "written") == pathway
    assert stored_pathway(text_of(pathway)) == pathway


def test_a_network_reads_back_as_it_was_written() -> None:
    network = network_of(NETWORK, "x", {"small": SMALL})
    assert network_of(text_of(network), "written") == network
    assert stored_network(text_of(network)) == network


@given(st.integers(0, len(PATHWAY) - 1), st.integers(0, 20), st.text(max_size=6))
@settings(deadline=None)
def test_a_text_damaged_anywhere_is_read_or_refused_as_a_definition(start: int, length: int, inserted: str) -> None:
    assert all(fault.mend for fault in faults_of(PATHWAY[:start] + inserted + PATHWAY[start + length :]))


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
