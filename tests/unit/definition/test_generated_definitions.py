"""Sound pathways made up at random pass every check and the proof; whatever is tried on a patient, it can end."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from generated_definitions import sound_pathways
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pathways.care.commands import CompleteFollowUp, EndEpisode, PlanHandover
from pathways.care.decisions import decide
from pathways.care.episodes import ClockKind
from pathways.care.proof.choices import Choice, choices
from pathways.care.proof.exploring import Explorer
from pathways.care.proof.proving import Prover
from pathways.care.proof.situations import HANDOVER, WORDS, Situation, person_of, unwatched
from pathways.care.recording import Context
from pathways.definition.checks import check_pathway
from pathways.definition.models import Pathway
from pathways.definition.reading import network_of, pathway_of
from pathways.definition.starters import network_to_begin_with
from pathways.definition.writing import text_of
from pathways.errors import Refused

pytestmark = pytest.mark.exhaustive

BEGIN = date(2026, 11, 22)
NOON = datetime(2026, 11, 22, 11, tzinfo=UTC)
FEW = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def context_of(pathway: Pathway) -> Context:
    network = network_of(network_to_begin_with("alone", pathway), "x", {pathway.pathway: pathway})
    return Context(pathway, network, NOON)


@FEW
@given(sound_pathways())
def test_a_made_up_pathway_passes_every_check_and_is_proved(pathway: Pathway) -> None:
    assert check_pathway(pathway) == []
    assert pathway_of(text_of(pathway), "x") == pathway
    network = context_of(pathway).network
    assert list(Prover(BEGIN).findings(network, {pathway.pathway: pathway})) == []


def _step(context: Context, here: Situation, choice: Choice) -> Situation:
    now = max(here.now, here.episode.clocks[getattr(choice.command, "key", "")].next_at) if choice.waits else here.now
    decision = decide(replace(context, now=now), here.episode, choice.command)
    return Situation(decision.episode, now, (*here.story, choice.words))


def _request(context: Context, here: Situation, number: int) -> Choice:
    moves = [name for name, move in context.pathway.moves.items() if here.episode.level in move.from_levels]
    name = moves[number % len(moves)]
    move = context.pathway.moves[name]
    units = [key for key, unit in context.network.units.items() if unit.level == move.to]
    command = PlanHandover(
        actor=person_of(here.episode.stay.team),
        reference=f"{HANDOVER[:-4]}{len(here.episode.handovers) + 2222}",
        move=name,
        urgency=list(move.urgencies)[number % len(move.urgencies)],
        reason="need",
        to_units=(units[0],) if units else (),
    )
    return Choice(command, WORDS)


@FEW
@given(sound_pathways(), st.lists(st.integers(0, 1_000), min_size=5, max_size=40))
def test_whatever_is_tried_on_a_patient_somebody_watches_and_it_can_end(pathway: Pathway, numbers: list[int]) -> None:
    context = context_of(pathway)
    here = Explorer().explore(context).reached[pathway.begin_at[0]]
    for number in numbers:
        possible = list(choices(pathway, here)) or [_request(context, here, number)]
        try:
            here = _step(context, here, possible[number % len(possible)])
        except Refused:
            continue
        assert unwatched(context, here) == "", here.story
    actor = person_of(here.episode.stay.team)
    here = _step(context, here, Choice(EndEpisode(actor=actor, end="over"), "The end."))
    assert here.episode.has_ended
    assert {clock.kind for clock in here.episode.clocks.values()} == {ClockKind.FOLLOW_UP}
    (clock,) = here.episode.clocks.values()
    here = _step(context, here, Choice(CompleteFollowUp(actor=person_of(clock.owner), follow_up="talk"), "Done."))
    assert not here.episode.clocks
