"""The chart of an episode: what was when, each thing once, inside the drawing, with few points as with many."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from desk.charts import Chart, chart_of
from handslag.playground import JONKOPING
from pathways.care.actors import Actor, ActorKind
from pathways.care.episodes import Episode, Stay
from pathways.care.events import FactRecorded, Recorded
from pathways.care.patient import PatientFact, PhaseOfIllness, Score
from pathways.care.recording import Context
from pathways.care.states import EpisodeStatus
from pathways.definition.conditions import SCORES, Instrument, Phase
from pathways.definition.reading import read_definitions
from pathways.operations.views import EpisodeView

(PATHWAY, *_), (NETWORK,) = read_definitions(JONKOPING)
START = datetime(2026, 3, 2, 9, tzinfo=UTC)
TEAM = "municipal-palliative-team"
NURSE = Actor(kind=ActorKind.PERSON, team=TEAM, via="desk")

Fact = tuple[float, PatientFact]
"""A fact, and after how many hours it was recorded."""


def chart(
    hours: float, facts: Sequence[Fact] = (), *, levels: Sequence[tuple[float, str]] = ((0, "home"),), end: float = 0
) -> Chart:
    """The chart after so many hours. `levels`: each with when it began. `end`: when the episode ended, if it did."""
    ended_at = after(end) if end else None
    until = [*(after(each) for each, _level in levels[1:]), ended_at]
    stays = tuple(
        Stay(level=level, team=TEAM, unit=None, from_at=after(since), until_at=at)
        for (since, level), at in zip(levels, until, strict=True)
    )
    episode = Episode(
        reference="E222-2222",
        pathway=PATHWAY.pathway,
        version=PATHWAY.in_force_from,
        network=NETWORK.network,
        status=EpisodeStatus.FINISHED if end else EpisodeStatus.ACTIVE,
        began_at=START,
        stays=stays,
        care_team={},
        ended_at=ended_at,
    )
    history = tuple(
        Recorded(number=number, at=after(at), actor=NURSE, event=FactRecorded(fact=fact))
        for number, (at, fact) in enumerate(facts, 2)
    )
    return chart_of(
        EpisodeView(episode, PATHWAY, NETWORK, history, (), Context(PATHWAY, NETWORK, after(hours))), after(hours)
    )


def after(hours: float) -> datetime:
    return START + timedelta(hours=hours)


def akps(score: int) -> Score:
    return Score(instrument=Instrument.AKPS, score=score)


def phase(phase: Phase) -> PhaseOfIllness:
    return PhaseOfIllness(phase=phase)


def test_an_episode_that_has_just_begun_has_its_level_and_nothing_else() -> None:
    found = chart(0)
    assert [(lane.key, len(lane.spans)) for lane in found.levels] == [("home", 1)]
    assert (found.phases, found.scores) == ((), ())
    assert found.levels[0].spans[0].width > 0, "it is seen, however short"
    assert [(row.what, row.value) for row in found.rows] == [("level", "home")]


def test_one_score_is_a_point_and_two_are_joined() -> None:
    (one,) = chart(10, [(10, akps(70))]).scores
    assert [(point.score, point.x) for point in one.points] == [(70, 1000)]
    (two,) = chart(20, [(10, akps(70)), (20, akps(100))]).scores
    assert [point.x for point in two.points] == [500, 1000]
    assert two.points[1].y < two.points[0].y, "a higher score stands higher"
    assert two.line == f"M500 {two.points[0].y} L1000 {two.points[1].y}"
    assert two.dots.count("M") == 2


def test_phases_follow_each_other_until_the_end() -> None:
    facts = [(10, phase(Phase.STABLE)), (20, phase(Phase.STABLE)), (30, phase(Phase.UNSTABLE))]
    found = chart(1000, facts, end=40)
    assert found.until_at == after(40)
    stable, unstable = found.phases
    assert [(span.x, span.width) for span in stable.spans] == [(250, 500)], "the same again goes on"
    assert [(span.x, span.width) for span in unstable.spans] == [(750, 250)]
    assert [row.what for row in found.rows] == ["phase", "phase", "level"], "the latest first"


def test_a_phase_that_comes_back_has_one_lane_with_two_stretches() -> None:
    facts = [(0, phase(Phase.STABLE)), (10, phase(Phase.TERMINAL)), (20, phase(Phase.STABLE))]
    stable, terminal = chart(40, facts).phases
    assert [(span.x, span.width) for span in stable.spans] == [(0, 250), (500, 500)]
    assert [lane.key for lane in (stable, terminal)] == [Phase.STABLE, Phase.TERMINAL]


def test_a_patient_who_moved_has_a_lane_for_each_level_in_the_order_of_the_pathway() -> None:
    moved = chart(40, levels=((0, "hospital-bed"), (10, "home"), (20, "of-an-earlier-version")))
    assert [lane.key for lane in moved.levels] == ["home", "hospital-bed", "of-an-earlier-version"]
    assert [(span.x, span.width) for lane in moved.levels for span in lane.spans] == [(250, 250), (0, 250), (500, 500)]


def test_the_table_holds_the_latest_and_says_how_much_there_is() -> None:
    nrs = [(hour, Score(instrument=Instrument.NRS, score=hour % 11)) for hour in range(70)]
    found = chart(70, nrs)
    assert (len(found.rows), found.rows_count) == (60, 71)
    assert len(found.scores[0].points) == 70
    assert found.rows[0].at == after(69)


SCORED = st.sampled_from(list(Instrument)).flatmap(
    lambda each: st.builds(Score, instrument=st.just(each), score=st.sampled_from(list(SCORES[each])))
)
FACTS = st.lists(
    st.tuples(st.floats(0, 2000), SCORED | st.builds(PhaseOfIllness, phase=st.sampled_from(Phase))), max_size=12
).map(lambda found: sorted(found, key=lambda each: each[0]))


@given(FACTS, st.floats(0, 100))
def test_everything_is_drawn_inside_and_in_order(facts: list[Fact], more: float) -> None:
    found = chart((facts[-1][0] if facts else 0) + more, facts)
    spans = [span for lane in (*found.levels, *found.phases) for span in lane.spans]
    assert all(span.x >= 0 and span.width > 0 and span.x + span.width <= 1000 for span in spans)
    for each in found.scores:
        assert all(0 <= point.x <= 1000 and 0 < point.y < 100 for point in each.points)
        assert [point.x for point in each.points] == sorted(point.x for point in each.points)
    told = [fact for _hours, fact in facts if isinstance(fact, Score)]
    assert sum(len(each.points) for each in found.scores) == len(told)
