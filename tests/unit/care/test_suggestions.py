"""Which moves are suggested, and why: every form of condition when it is true, false and unknown."""

from datetime import date, timedelta
from typing import Any

import pytest
from care_stories import Story
from care_worlds import NETWORK, PATHWAY, START
from hypothesis import given, settings
from hypothesis import strategies as st
from made_up_facts import (
    AGREED,
    CARER,
    KIT,
    LIMITS,
    STABLE,
    TERMINAL,
    TODAY,
    TOMORROW,
    UNSTABLE,
    WITHDRAWN,
    prefers,
    retrieved,
    score,
)

from pathways.care.episodes import Standing
from pathways.care.patient import PatientFact
from pathways.care.recording import Context
from pathways.care.states import EpisodeStatus
from pathways.care.suggestions import Ground, holds, suggested_moves
from pathways.definition.conditions import SCORES, Condition, Fact, Instrument, Phase
from pathways.definition.models import Pathway

NRS, AKPS = Instrument.NRS, Instrument.AKPS
TRUE, FALSE, UNKNOWN = {"fact": "carer-available"}, {"fact": "consent-given"}, {"phase": ["stable"]}
"""As `knowing_some` knows them."""


def knowing(*facts: PatientFact, pathway: Pathway = PATHWAY) -> Story:
    story = Story(context=Context(pathway, NETWORK, START))
    for fact in facts:
        story.note(fact)
    return story


def knowing_some() -> Story:
    return knowing(CARER, WITHDRAWN)


def answer(story: Story, condition: dict[str, Any]) -> bool | None:
    return holds(story.context, story.episode, Condition.model_validate(condition))


@pytest.mark.parametrize(
    ("condition", "facts", "expected"),
    [
        ({"phase": ["unstable", "terminal"]}, (UNSTABLE,), True),
        ({"phase": ["unstable", "terminal"]}, (TERMINAL,), True),
        ({"phase": ["unstable", "terminal"]}, (STABLE,), False),
        ({"phase": ["unstable", "terminal"]}, (), None),
        #
        ({"assessment": "nrs", "at_least": 7}, (score(NRS, 7),), True),
        ({"assessment": "nrs", "at_least": 7}, (score(NRS, 6),), False),
        ({"assessment": "nrs", "at_least": 7}, (score(AKPS, 70),), None),
        ({"assessment": "nrs", "at_least": 0}, (score(NRS, 0),), True),
        ({"assessment": "akps", "at_most": 30}, (score(AKPS, 30),), True),
        ({"assessment": "akps", "at_most": 30}, (score(AKPS, 40),), False),
        ({"assessment": "akps", "at_most": 0}, (score(AKPS, 0),), True),
        ({"assessment": "nrs", "at_least": 4, "at_most": 6}, (score(NRS, 4),), True),
        ({"assessment": "nrs", "at_least": 4, "at_most": 6}, (score(NRS, 6),), True),
        ({"assessment": "nrs", "at_least": 4, "at_most": 6}, (score(NRS, 3),), False),
        ({"assessment": "nrs", "at_least": 4, "at_most": 6}, (score(NRS, 7),), False),
        ({"assessment": "nrs"}, (score(NRS, 7),), True),
        ({"assessment": "nrs"}, (), None),
        #
        ({"fact": "kit-in-place"}, (KIT,), True),
        ({"fact": "kit-in-place"}, (KIT.model_copy(update={"expires_on": None}),), True),
        ({"fact": "kit-in-place"}, (KIT.model_copy(update={"expires_on": TOMORROW}),), True),
        ({"fact": "kit-in-place"}, (KIT.model_copy(update={"expires_on": TODAY}),), False),
        ({"fact": "kit-in-place"}, (KIT, retrieved()), False),
        ({"fact": "kit-in-place"}, (), None),
        ({"fact": "treatment-limits-decided"}, (LIMITS,), True),
        ({"fact": "treatment-limits-decided"}, (), None),
        ({"fact": "carer-available"}, (CARER,), True),
        ({"fact": "carer-available"}, (CARER.model_copy(update={"is_available": False}),), False),
        ({"fact": "carer-available"}, (), None),
        ({"fact": "consent-given"}, (AGREED,), True),
        ({"fact": "consent-given"}, (WITHDRAWN,), False),
        ({"fact": "consent-given"}, (), None),
        ({"fact": "away-from-preferred-place"}, (prefers("bed"),), True),
        ({"fact": "away-from-preferred-place"}, (prefers("home"),), False),
        ({"fact": "away-from-preferred-place"}, (prefers("home-plus"),), False),
        ({"fact": "away-from-preferred-place"}, (prefers("bed", "home"),), False),
        ({"fact": "away-from-preferred-place"}, (), None),
        #
        ({}, (UNSTABLE, CARER), None),
        ({"phase": ["unstable"], "fact": "carer-available"}, (UNSTABLE, CARER), True),
        ({"phase": ["unstable"], "fact": "carer-available"}, (STABLE,), False),
        ({"phase": ["unstable"], "fact": "carer-available"}, (UNSTABLE,), None),
    ],
)
def test_each_form_of_condition_is_true_false_or_unknown(
    condition: dict[str, Any], facts: tuple[PatientFact, ...], expected: bool | None
) -> None:
    assert answer(knowing(*facts), condition) is expected


@pytest.mark.parametrize(
    ("parts", "any_of_them", "all_of_them"),
    [
        ((TRUE,), True, True),
        ((FALSE,), False, False),
        ((UNKNOWN,), None, None),
        ((TRUE, TRUE), True, True),
        ((TRUE, FALSE), True, False),
        ((TRUE, UNKNOWN), True, None),
        ((FALSE, FALSE), False, False),
        ((FALSE, UNKNOWN), None, False),
        ((UNKNOWN, UNKNOWN), None, None),
        ((FALSE, UNKNOWN, TRUE), True, False),
    ],
)
def test_conditions_are_joined_as_kleene_says(
    parts: tuple[dict[str, Any], ...], any_of_them: bool | None, all_of_them: bool | None
) -> None:
    story = knowing_some()
    for order in (parts, parts[::-1]):
        assert answer(story, {"any": list(order)}) is any_of_them
        assert answer(story, {"all": list(order)}) is all_of_them


def test_conditions_may_lie_in_conditions() -> None:
    story = knowing_some()
    assert answer(story, {"all": [TRUE, {"any": [FALSE, TRUE]}]}) is True
    assert answer(story, {"any": [FALSE, {"all": [TRUE, UNKNOWN]}]}) is None
    assert answer(story, {"any": [TRUE], "all": [FALSE]}) is False


_leaves = st.one_of(
    st.builds(Condition, phase=st.lists(st.sampled_from(Phase), max_size=3, unique=True).map(tuple)),
    st.builds(Condition, fact=st.sampled_from(Fact)),
    st.builds(
        Condition,
        assessment=st.sampled_from(Instrument),
        at_least=st.none() | st.integers(-1, 100),
        at_most=st.none() | st.integers(-1, 100),
    ),
)
_conditions = st.recursive(
    _leaves,
    lambda inner: st.builds(
        Condition,
        any_of=st.lists(inner, max_size=3).map(tuple),
        all_of=st.lists(inner, max_size=3).map(tuple),
    ),
    max_leaves=8,
)
_scores = st.sampled_from(Instrument).flatmap(
    lambda instrument: st.builds(score, st.just(instrument), st.sampled_from(SCORES[instrument]))
)
_facts = st.lists(
    st.sampled_from([UNSTABLE, TERMINAL, KIT, LIMITS, CARER, AGREED, WITHDRAWN, prefers("bed")]) | _scores, max_size=4
)


@settings(deadline=None)
@given(condition=_conditions, facts=_facts)
def test_any_condition_has_an_answer_and_a_move_is_suggested_only_if_it_is_true_with_grounds(
    condition: Condition, facts: list[PatientFact]
) -> None:
    story = knowing(*facts, pathway=suggesting(condition))
    suggested = suggested_moves(story.context, story.episode)
    assert bool(suggested) == (holds(story.context, story.episode, condition) is True)
    for suggestion in suggested:
        assert suggestion.because
        assert all(ground.at == START for ground in suggestion.because)


@settings(deadline=None)
@given(condition=_conditions, facts=_facts, more=_scores)
def test_learning_more_never_changes_what_was_certain(
    condition: Condition, facts: list[PatientFact], more: PatientFact
) -> None:
    """An answer that does not hang on a score stays when that score becomes known."""
    story = knowing(*facts)
    before = holds(story.context, story.episode, condition)
    if more.slot in story.episode.known:
        return
    story.note(more)
    assert before is None or holds(story.context, story.episode, condition) is before


def suggesting(condition: Condition | dict[str, Any], move: str = "admit") -> Pathway:
    asked = condition if isinstance(condition, Condition) else Condition.model_validate(condition)
    suggested = PATHWAY.moves[move].model_copy(update={"suggested_when": asked})
    return PATHWAY.model_copy(update={"moves": {**PATHWAY.moves, move: suggested}})


ADMIT = {
    "any": [
        {"phase": ["unstable"]},
        {"assessment": "nrs", "at_least": 7},
        {"all": [{"fact": "kit-in-place"}, {"fact": "away-from-preferred-place"}]},
        {"fact": "consent-given"},
    ]
}


def test_a_suggestion_tells_everything_known_that_speaks_for_the_move_and_when_it_was_recorded() -> None:
    story = knowing(UNSTABLE, pathway=suggesting(ADMIT))
    story.wait(hours=1)
    for fact in (score(NRS, 8), KIT, prefers("bed"), WITHDRAWN):
        story.note(fact)
    (suggestion,) = suggested_moves(story.context, story.episode)
    later = START + timedelta(hours=1)
    assert suggestion.move == "admit"
    assert suggestion.standing is Standing.FIRST
    assert suggestion.because == (
        Ground(what="phase", value="unstable", at=START),
        Ground(what="nrs", value="8", at=later),
        Ground(what="kit-in-place", value="yes", at=later),
        Ground(what="away-from-preferred-place", value="yes", at=later),
    )


@pytest.mark.parametrize(
    ("fact", "what"),
    [(LIMITS, "treatment-limits-decided"), (CARER, "carer-available"), (AGREED, "consent-given")],
)
def test_each_fact_is_a_ground_with_the_time_at_which_it_was_recorded(fact: PatientFact, what: str) -> None:
    story = knowing(fact, pathway=suggesting({"fact": what}))
    (suggestion,) = suggested_moves(story.context, story.episode)
    assert suggestion.because == (Ground(what=what, value="yes", at=START),)


def test_the_same_ground_is_told_once() -> None:
    story = knowing(UNSTABLE, pathway=suggesting({"any": [{"phase": ["unstable"]}, {"phase": ["unstable", "stable"]}]}))
    assert len(suggested_moves(story.context, story.episode)[0].because) == 1


@pytest.mark.parametrize("facts", [(), (STABLE,)])
def test_what_is_not_known_to_be_true_suggests_nothing(facts: tuple[PatientFact, ...]) -> None:
    story = knowing(*facts, pathway=suggesting(ADMIT))
    assert not suggested_moves(story.context, story.episode)


def test_only_moves_from_the_present_level_are_suggested() -> None:
    story = knowing(UNSTABLE, pathway=suggesting(ADMIT, "discharge"))
    assert not suggested_moves(story.context, story.episode)


def test_nothing_is_suggested_while_a_handover_is_under_way_or_when_the_episode_is_not_active() -> None:
    story = knowing(UNSTABLE, pathway=suggesting(ADMIT))
    paused = story.episode.model_copy(update={"status": EpisodeStatus.ON_HOLD})
    assert not suggested_moves(story.context, paused)
    story.plan("relieve", "acute")
    assert not suggested_moves(story.context, story.episode)
    story.end()
    assert not suggested_moves(story.context, story.episode)


def test_a_suggestion_does_nothing_by_itself() -> None:
    story = knowing(pathway=suggesting(ADMIT))
    assert [recorded.event.type for recorded in story.note(UNSTABLE).events] == ["fact-recorded", "clock-started"]
    assert not story.episode.handovers


def test_a_kit_stops_being_in_place_on_the_day_on_which_it_expires() -> None:
    story = knowing(KIT.model_copy(update={"expires_on": date(2026, 3, 4)}))
    for hours, expected in ((37, True), (38, False)):  # midnight in Sweden is 23:00 UTC
        context = Context(PATHWAY, NETWORK, START + timedelta(hours=hours))
        assert holds(context, story.episode, Condition(fact=Fact.KIT_IN_PLACE)) is expected
