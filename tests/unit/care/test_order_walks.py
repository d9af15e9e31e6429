"""Whatever is tried with orders, in whichever order: no visit is forgotten, and nothing waits that is settled."""

from datetime import timedelta
from itertools import pairwise
from typing import Any

from care_invariants import ALWAYS
from care_stories import person, told
from care_worlds import PERSON_NAME, ZONE
from hypothesis import given, settings
from hypothesis import strategies as st
from order_worlds import MONDAY, Ordered, acted_key, visit_key

from pathways.care.actors import CLOCK
from pathways.care.commands import Command, EndEpisode, PassClock, PauseEpisode, ResumeEpisode, TakeBackEnd
from pathways.care.continuity.commands import NameFixedContact
from pathways.care.orders.commands import (
    ActOnMissedVisit,
    ChangeOrder,
    PlaceOrder,
    RecordComplication,
    RecordVisit,
    StopOrder,
)
from pathways.care.orders.schedules import visits_of
from pathways.care.orders.values import OrderStatus, VisitOutcome
from pathways.care.states import HandoverStatus
from pathways.errors import Refused

_TEAMS = st.sampled_from(["home-north", "clinic-one", "experts", "ward-east"])
_ORDERS = st.sampled_from([1, 1, 1, 2, 3])
_WORDS = st.sampled_from([PERSON_NAME, " "])
_TIMES = st.lists(st.sampled_from(["02:30", "10:00", "12:00", "18:30"]), min_size=0, max_size=3).map(tuple)
_SCHEDULES = st.builds(
    lambda times, first, days, every: {
        "times": times,
        "from_day": MONDAY + timedelta(days=first),
        "until_day": MONDAY + timedelta(days=first + days),
        "every": every,
    },
    _TIMES,
    st.integers(-2, 3),
    st.integers(-1, 5),
    st.integers(0, 3),
)


def _command(asked: type[Command], /, **given_so: Any) -> st.SearchStrategy[Command]:
    return st.builds(lambda team, **values: asked.model_validate({"actor": person(team), **values}), _TEAMS, **given_so)


_COMMANDS = st.one_of(
    _command(PlaceOrder, treatment=st.sampled_from(["drip", "lamp", "none"]), drug=_WORDS, schedule=_SCHEDULES),
    _command(ChangeOrder, order=_ORDERS, schedule=_SCHEDULES),
    _command(StopOrder, order=_ORDERS, words=_WORDS),
    _command(RecordVisit, order=_ORDERS, outcome=st.sampled_from(VisitOutcome)),
    _command(ActOnMissedVisit, order=_ORDERS, visit=st.just("2026-03-02T12:00"), words=_WORDS),
    _command(RecordComplication, order=_ORDERS, words=_WORDS, reference=st.sampled_from(["H777-7777", "H888-8888"])),
    _command(PauseEpisode, kind=st.just("elsewhere")),
    _command(ResumeEpisode),
    _command(EndEpisode, end=st.just("deceased")),
    _command(TakeBackEnd),
    _command(NameFixedContact, name=_WORDS),
)
_STEPS = st.lists(st.one_of(_COMMANDS, st.integers(1, 60 * 30)), max_size=14)


@settings(deadline=None)
@given(_STEPS)
def test_no_visit_is_forgotten_whatever_is_tried(steps: list[Command | int]) -> None:
    story = Ordered()
    story.place("12:00", "18:30", until_day=MONDAY + timedelta(days=2))
    for step in steps:
        if isinstance(step, int):
            story.wait(minutes=step)
            _watch(story)
        else:
            _try(story, step)
        _holds(story)
        for claim in ALWAYS:
            claim(story)


def _try(story: Ordered, command: Command) -> None:
    before, refusals = story.episode, []
    try:
        assert PERSON_NAME not in str(told(story.perform(command)))
    except Refused as refused:
        refusals = [refused]
    if refusals:
        assert PERSON_NAME not in str(refusals[0])
        assert refusals[0].mend
        assert story.episode == before


def _watch(story: Ordered) -> None:
    for _round in range(3):
        for key, clock in tuple(story.episode.clocks.items()):
            if clock.next_at <= story.now:
                story.perform(PassClock(actor=CLOCK, key=key))


def _holds(story: Ordered) -> None:
    episode = story.episode
    running = {key for key in episode.clocks if key.startswith("order.")}
    if episode.has_ended:
        assert not running
        return
    for order in episode.orders.values():
        begun = [visit for visit in visits_of(order, ZONE) if visit.at <= story.now]
        for visit in begun:
            assert (visit_key(visit.key, order.number) in running) == (visit.key not in order.visits)
        for key, said in order.visits.items():
            wants = said.outcome is VisitOutcome.MISSED and said.acted_at is None and order.stopped_because is None
            assert (acted_key(key, order.number) in running) == wants
        assert (f"order.end/{order.number}" in running) == order.is_open
        assert (order.status is OrderStatus.ACTIVE) == bool(order.runs and order.runs[-1].until is None)
        spans = [(run.since, run.until) for run in order.runs]
        assert all(until is not None and until <= later for (_s, until), (later, _u) in pairwise(spans))
    assert len([each for each in episode.handovers.values() if each.status is not HandoverStatus.CANCELLED]) <= 1
    assert all(clock.owner in story.context.network.teams for clock in episode.clocks.values())
