"""The proof of a network tries what goes on beside handovers too, and finds out rules of care that forget somebody."""

from datetime import date
from functools import cache
from pathlib import Path

import pytest

from pathways.care.commands import Command, RecordFact
from pathways.care.decisions import decide
from pathways.care.episodes import ClockKind, Episode
from pathways.care.orders.commands import RecordComplication
from pathways.care.programme.commands import KeepWaiting
from pathways.care.proof.proving import Prover
from pathways.care.recording import Context, Decision
from pathways.definition.faults import Code, Finding
from pathways.definition.models import Pathway
from pathways.definition.networks import Network
from pathways.definition.reading import read_definitions

ROOT = Path(__file__).parents[3]
BEGIN = date(2026, 11, 22)
FLEXIBLE, CITIZEN, DRIPS, SAFE_RETURN = (
    *("jonkoping-palliative", "vesthimmerland-borger-foer-opgave", "jammerbugt-iv", "jammerbugt-tryg-hjemkomst"),
)


@cache
def catalogue() -> tuple[tuple[Pathway, ...], tuple[Network, ...]]:
    return read_definitions([*ROOT.glob("pathways/catalogue/*.yaml"), *ROOT.glob("pathways/networks/*.yaml")])


def served(name: str) -> tuple[Network, dict[str, Pathway]]:
    """A network of the catalogue with this one of its pathways."""
    pathways, networks = catalogue()
    network = next(each for each in networks if name in each.pathways).model_copy(update={"pathways": (name,)})
    return network, {name: next(each for each in pathways if each.pathway == name)}


def found_where_clocks_are_nobodys(name: str, kind: ClockKind) -> Finding:
    def rules(context: Context, episode: Episode, command: Command) -> Decision:
        decision = decide(context, episode, command)
        clocks = {
            key: clock.model_copy(update={"owner": "nobody"}) if clock.kind is kind else clock
            for key, clock in decision.episode.clocks.items()
        }
        return decision.model_copy(update={"episode": decision.episode.model_copy(update={"clocks": clocks})})

    (found,) = Prover(BEGIN, rules).findings(*served(name))
    assert found.code is Code.UNWATCHED
    return found


@pytest.mark.parametrize(
    ("name", "kind", "words"),
    [
        (FLEXIBLE, ClockKind.PHASE, "records the phase unstable."),
        (FLEXIBLE, ClockKind.RETURN_CAUSE, "The patient comes back:"),
        (CITIZEN, ClockKind.GRANT_DECISION, "grants personal-care."),
        (CITIZEN, ClockKind.GRANT_END, "grants personal-care."),
        (DRIPS, ClockKind.VISIT, "orders iv-antibiotics, once, tomorrow at 08:00."),
        (DRIPS, ClockKind.MISSED, "records that the visit was missed."),
        (SAFE_RETURN, ClockKind.WAIT, "No place is free in the programme: the patient waits."),
        (SAFE_RETURN, ClockKind.OFFER, "A place in the programme comes free."),
    ],
)
def test_a_clock_that_is_nobodys_is_found_beside_handovers_too(name: str, kind: ClockKind, words: str) -> None:
    story = found_where_clocks_are_nobodys(name, kind).example
    assert story.startswith("A patient begins at")
    assert words in story


def test_what_follows_on_a_complication_is_gone_through_as_every_handover() -> None:
    def rules(context: Context, episode: Episode, command: Command) -> Decision:
        decision = decide(context, episode, command)
        if not isinstance(command, RecordComplication):
            return decision
        clocks = {key: each for key, each in decision.episode.clocks.items() if each.kind is not ClockKind.ANSWER}
        return decision.model_copy(update={"episode": decision.episode.model_copy(update={"clocks": clocks})})

    (found,) = Prover(BEGIN, rules).findings(*served(DRIPS))
    assert found.example.endswith("records a complication. Then the handover waits, and no clock runs for it.")


def test_each_thing_is_tried_alone_and_what_is_alike_once() -> None:
    tried = []

    def rules(context: Context, episode: Episode, command: Command) -> Decision:
        decision = decide(context, episode, command)
        tried.append(command)
        return decision

    assert not list(Prover(BEGIN, rules).findings(*served(FLEXIBLE)))
    phases = [each.fact for each in tried if isinstance(each, RecordFact)]
    assert len(phases) == 2 * len(served(FLEXIBLE)[1][FLEXIBLE].levels)
    tried.clear()
    assert not list(Prover(BEGIN, rules).findings(*served(SAFE_RETURN)))
    assert 0 < sum(isinstance(each, KeepWaiting) for each in tried) < 20
