"""Whatever many clerks and the time do in whatever order: the cap is never passed, and nobody is lost or overtaken."""

from collections.abc import Callable, Mapping
from contextlib import suppress
from types import SimpleNamespace

from care_invariants import ALWAYS
from hypothesis import given, settings
from hypothesis import strategies as st
from programme_worlds import Programme, programme

from pathways.care.episodes import ClockKind
from pathways.care.states import EpisodeStatus
from pathways.errors import Refused

NAMES = tuple(f"E222-22{letter}2" for letter in "23456789")
STEPS = st.lists(
    st.tuples(
        st.sampled_from(["begin", "enrol", "end", "finish", "die", "back", "keep", "offer", "pass", "wait", "measure"]),
        st.sampled_from(NAMES),
        st.integers(0, 30),
    ),
    max_size=40,
)


def enrol_in_turn(world: Programme, name: str, number: int) -> None:
    """Enrol; who succeeds was first in line for a place that was free, or had been passed on."""
    waiting = world.occupancy.waiting
    in_turn = [entry.episode for entry in waiting if entry.passed_on_at is None][: 2 - len(world.occupancy.taken)]
    passed_on = [entry.episode for entry in waiting if entry.passed_on_at]
    world.enrol(name)
    assert name in in_turn + passed_on


def pass_all(world: Programme, name: str, number: int) -> None:
    for key in tuple(world.episodes[name].clocks):
        world.pass_clock(name, key)


WAYS: Mapping[str, Callable[[Programme, str, int], object]] = {
    "enrol": enrol_in_turn,
    "end": lambda world, name, number: world.end(name, "moved"),
    "finish": lambda world, name, number: world.end(name, "finished"),
    "die": lambda world, name, number: world.end(name, "deceased"),
    "back": lambda world, name, number: world.take_back(name),
    "keep": lambda world, name, number: world.keep_waiting(name),
    "measure": lambda world, name, number: world.measure(name, "ability", number * 5 % 105, team="experts"),
    "pass": pass_all,
    "offer": lambda world, name, number: world.offer(),
    "wait": lambda world, name, number: world.wait(days=number),
    "begin": lambda world, name, number: None,
}


def step(world: Programme, what: str, name: str, number: int) -> None:
    if name not in world.episodes:
        world.begin(name)
    else:
        WAYS[what](world, name, number)


@settings(max_examples=150, deadline=None)
@given(STEPS)
def test_the_cap_is_never_passed_and_every_wait_has_its_clock_and_its_team(
    steps: list[tuple[str, str, int]],
) -> None:
    world = Programme(pathway=programme(cap=2))
    for each in steps:
        with suppress(Refused):
            step(world, *each)
        assert len(world.occupancy.taken) <= 2
        for episode in world.episodes.values():
            for claim in ALWAYS:
                claim(SimpleNamespace(episode=episode, context=world.context))
        for episode in world.episodes.values():
            clocks = {clock.kind: clock for clock in episode.clocks.values()}
            waits = episode.status is EpisodeStatus.WAITLIST
            assert (ClockKind.WAIT in clocks) is waits
            assert waits or ClockKind.OFFER not in clocks
            assert episode.has_ended or episode.responsible_team == "home-north"
            if waits and episode.enrolment and episode.enrolment.offered_at:
                assert clocks[ClockKind.OFFER].owner == "home-north"
            if episode.status is EpisodeStatus.ACTIVE:
                assert episode.enrolment
                assert episode.enrolment.place_of == 2
