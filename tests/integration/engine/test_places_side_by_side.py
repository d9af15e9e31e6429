"""Many clients and few places: never two patients on one, nobody waits in a circle, and no place stands empty."""

from collections import Counter
from functools import partial
from pathlib import Path
from random import Random

import pytest
from sqlalchemy import Engine

from engine.scarce_places import NORTH_UNIT, SOUTH_UNIT, a_scarce_day, answer, asks, begun_at, claims, held, waits
from engine.together import at_once, refused
from engine.world import MUNICIPAL, NORTH, RYHOV, Day, demonstration, person
from pathways.care.actors import Actor
from pathways.care.commands import ConfirmReadiness, EndEpisode, WantedHandover
from pathways.care.evolution import replayed
from pathways.care.states import Action
from pathways.errors import Refused

SOUTH = person("short-term-south")
PLACES = {NORTH_UNIT: 2, SOUTH_UNIT: 1}


@pytest.fixture
def day(engine: Engine, tmp_path: Path) -> Day:
    return a_scarce_day(engine, tmp_path, korttids_norr=2, korttids_soder=1, ryhov=2)


def requires_sound_places(day: Day) -> None:
    """No place has two patients and none is taken that there is not; what is written is what the histories tell."""
    taken = Counter(unit for unit, *_ in claims(day))
    assert all(taken[unit] <= places for unit, places in PLACES.items())
    assert all(number <= PLACES[unit] for unit, number, *_ in claims(day) if unit in PLACES)
    for episode in {episode for _, _, episode, _ in claims(day)}:
        view = day.operations.views.show(episode)
        assert replayed(view.history) == view.episode


def test_of_many_who_ask_for_few_places_as_many_get_one_as_there_are_and_the_others_wait(day: Day) -> None:
    episodes = [day.begun() for _ in range(10)]

    outcomes = at_once(*[partial(asks, day, NORTH_UNIT, episode=episode) for episode in episodes])

    assert not refused(outcomes)
    assert [number for unit, number, *_ in claims(day)] == [1, 2]
    assert len(waits(day)) == 8
    requires_sound_places(day)


def test_of_many_who_begin_at_a_unit_as_many_do_as_there_are_places(day: Day) -> None:
    outcomes = at_once(*[lambda: begun_at(day, "hospital-bed", "ryhov")] * 6)

    assert len(refused(outcomes)) == 4
    assert [(unit, number) for unit, number, *_ in claims(day)] == [("ryhov", 1), ("ryhov", 2)]


def test_two_who_answer_for_one_patient_at_once_do_not_both_get_them(day: Day) -> None:
    for _ in range(5):
        reference = asks(day, NORTH_UNIT, SOUTH_UNIT)

        outcomes = at_once(
            partial(answer, day, reference, Action.ACCEPT, NORTH),
            partial(answer, day, reference, Action.ACCEPT, SOUTH),
        )

        assert len(refused(outcomes)) == 1
        assert len(held(day, reference)) == 1
        day.do(reference, Action.CANCEL, MUNICIPAL, "x")
    assert claims(day) == []


def test_many_stories_at_once_over_few_places_leave_no_place_empty_and_nobody_stuck(day: Day) -> None:
    """Each client asks both units, in either order, lets it be taken and cancels it or ends it; six at a time."""

    def client(seed: int) -> int:
        chance, done = Random(seed), 0  # noqa: S311 - a repeatable choice of steps
        for _ in range(5):
            units = chance.sample(list(PLACES), chance.choice((1, 2)))
            reference = asks(day, *units, urgency=chance.choice(("acute", "planned")))
            for unit in held(day, reference)[:1]:
                try:
                    answer(day, reference, Action.ACCEPT, NORTH if unit == NORTH_UNIT else SOUTH)
                except Refused:  # it has passed on, or somebody else was faster
                    continue
            if chance.random() < 0.5:
                day.do(reference, Action.CANCEL, MUNICIPAL, "x")
            else:
                episode = day.operations.views.show(reference).episode.reference
                day.operations.perform(episode, EndEpisode(actor=MUNICIPAL, end="moved-away"))
            done += 1
        return done

    def ask_and_stay(seed: int) -> int:
        return len(held(day, asks(day, *PLACES, urgency="planned")))

    def offer() -> int:
        return sum(day.operations.places.offer() for _ in range(10))

    works = [partial(client, seed) for seed in range(6)] + [partial(ask_and_stay, seed) for seed in range(6)]

    outcomes = at_once(*works, offer)

    assert not refused(outcomes)
    day.operations.places.offer()  # what a minute's watch makes good
    requires_sound_places(day)
    assert Counter(unit for unit, *_ in claims(day)) == PLACES
    assert waits(day)


def test_two_patients_who_swap_their_places_at_once_never_wait_for_each_other_in_a_circle(day: Day) -> None:
    """Each moves to the unit that the other leaves, which has one place to spare."""
    pathway, _ = demonstration()

    def moved(name: str, episode: str, sender: Actor, receiver: Actor, unit: str) -> None:
        move = pathway.moves[name]
        urgency = next(iter(move.urgencies))
        wanted = WantedHandover(move=name, urgency=urgency, reason=move.reasons[0], to_units=(unit,))
        reference = day.operations.plan_handover(episode, sender, wanted)
        answer(day, reference, Action.ACCEPT, receiver)
        for actor in (sender, receiver):
            day.operations.perform(reference, ConfirmReadiness(actor=actor, handover=reference, evidence="seen"))
        day.do(reference, Action.DEPART, sender)
        day.do(reference, Action.ARRIVE, receiver)

    here, there = begun_at(day, "hospital-bed", "ryhov"), begun_at_rest(day)
    outcomes = at_once(
        lambda: moved("hospital-to-short-term", here, RYHOV, NORTH, NORTH_UNIT),
        lambda: moved("short-term-to-hospital", there, NORTH, RYHOV, "ryhov"),
    )

    assert not refused(outcomes)
    assert {(unit, episode) for unit, _, episode, _ in claims(day)} == {(NORTH_UNIT, here), ("ryhov", there)}


def begun_at_rest(day: Day) -> str:
    """The reference of an episode that has come to the short-term unit in the north."""
    reference = asks(day, NORTH_UNIT)
    answer(day, reference, Action.ACCEPT, NORTH)
    for actor in (NORTH, MUNICIPAL):
        day.operations.perform(reference, ConfirmReadiness(actor=actor, handover=reference, evidence="seen"))
    day.do(reference, Action.DEPART, MUNICIPAL)
    day.do(reference, Action.ARRIVE, NORTH)
    return day.operations.views.show(reference).episode.reference
