"""The history of an episode, page by page: in the order in which things happened, and none of it is left out."""

from datetime import UTC, datetime, timedelta
from random import Random

import pytest

from desk.histories import shown
from handslag.playground import JONKOPING
from pathways.care.actors import Actor, ActorKind
from pathways.care.episodes import Episode, Stay
from pathways.care.events import FactRecorded, Recorded
from pathways.care.patient import PhaseOfIllness
from pathways.care.recording import Context
from pathways.care.states import EpisodeStatus
from pathways.definition.conditions import Phase
from pathways.definition.reading import read_definitions
from pathways.operations.views import EpisodeView

(PATHWAY, *_), (NETWORK,) = read_definitions(JONKOPING)
START = datetime(2026, 3, 2, 9, tzinfo=UTC)
TEAM = "municipal-palliative-team"
NURSE = Actor(kind=ActorKind.PERSON, team=TEAM, via="desk")
A_PAGE = 7


def view(chance: Random) -> EpisodeView:
    """An episode of which every third event was entered late, some hours after it happened."""
    fact = FactRecorded(fact=PhaseOfIllness(phase=Phase.STABLE))
    history = tuple(
        Recorded(
            number=number,
            at=START + timedelta(hours=number),
            occurred_at=START + timedelta(hours=chance.randrange(number)) if number % 3 == 0 else None,
            actor=NURSE,
            event=fact,
        )
        for number in range(1, 40)
    )
    stay = Stay(level="home", team=TEAM, unit=None, from_at=START)
    episode = Episode(
        reference="E222-2222",
        pathway=PATHWAY.pathway,
        version=PATHWAY.in_force_from,
        network=NETWORK.network,
        status=EpisodeStatus.ACTIVE,
        began_at=START,
        stays=(stay,),
        care_team={},
    )
    return EpisodeView(episode, PATHWAY, NETWORK, history, (), Context(PATHWAY, NETWORK, history[-1].at))


@pytest.mark.parametrize("seed", range(5))
def test_going_back_page_by_page_shows_each_event_once_also_those_entered_late(seed: int) -> None:
    looked_at = view(Random(seed))  # noqa: S311 - it hides nothing
    seen: list[Recorded] = []
    page = shown(looked_at)[-A_PAGE:]
    while page:
        seen = [*page, *seen]
        page = shown(looked_at, before=page[0].number)[-A_PAGE:]
    assert seen == sorted(looked_at.history, key=lambda each: (each.true_at, each.number))


def test_before_an_event_that_is_not_there_is_all_of_it() -> None:
    looked_at = view(Random(0))  # noqa: S311
    assert shown(looked_at, before=99) == shown(looked_at)
