"""Places in the database: a row for each that is taken, the free one to who waits first, closings, what is shown."""

from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine, event, insert, text
from sqlalchemy.exc import IntegrityError

from engine.scarce_places import (
    NORTH_UNIT,
    SOUTH_UNIT,
    a_scarce_day,
    answer,
    asks,
    begun_at,
    claims,
    handover,
    held,
    waits,
    with_places,
)
from engine.world import MUNICIPAL, NETWORK, NORTH, PATHWAY, RYHOV, SSIH, Day, demonstration, person
from pathways.care.actors import Actor
from pathways.care.commands import ChangeHandover, ConfirmReadiness, EndEpisode, TakeBackEnd
from pathways.care.decisions import decide
from pathways.care.evolution import replayed
from pathways.care.recording import Context
from pathways.care.states import Action, HandoverStatus, MarkKind
from pathways.errors import NotFound, Refused
from pathways.notices.outcomes import NotSent, NotSentCode, Sent
from pathways.operations.beginning import Begin
from pathways.store.place_tables import CLAIM
from pathways.store.tables import NoticeStatus
from pathways.store.unit_of_work import UnitOfWork

SOUTH = person("short-term-south")


@pytest.fixture
def day(engine: Engine, tmp_path: Path) -> Day:
    """Two places in the north, one in the south."""
    return a_scarce_day(engine, tmp_path, korttids_norr=2, korttids_soder=1, ryhov=1)


def arrive(day: Day, reference: str, actor: Actor) -> None:
    day.do(reference, Action.DEPART, MUNICIPAL)
    day.do(reference, Action.ARRIVE, actor)


def test_each_hold_is_one_numbered_place_and_the_lowest_free_number_is_taken(day: Day) -> None:
    first, second, third = (asks(day, NORTH_UNIT) for _ in range(3))
    assert [(unit, number, of) for unit, number, _, of in claims(day)] == [
        (NORTH_UNIT, 1, first),
        (NORTH_UNIT, 2, second),
    ]
    assert waits(day) == [(NORTH_UNIT, third)]

    day.do(first, Action.CANCEL, MUNICIPAL, "no longer needed")

    assert [(number, of) for _, number, _, of in claims(day)] == [(1, third), (2, second)]
    assert waits(day) == []


def test_the_place_that_was_held_is_the_one_that_is_occupied_and_the_end_frees_it(day: Day) -> None:
    first, second, third = (asks(day, NORTH_UNIT) for _ in range(3))
    answer(day, second, Action.ACCEPT, NORTH)
    day.operations.perform(second, ConfirmReadiness(actor=NORTH, handover=second, evidence="seen"))
    day.operations.perform(second, ConfirmReadiness(actor=MUNICIPAL, handover=second, evidence="seen"))
    episode = day.operations.views.show(second).episode.reference
    arrive(day, second, NORTH)
    assert claims(day)[1] == (NORTH_UNIT, 2, episode, None)
    assert held(day, third) == ()

    day.operations.perform(episode, EndEpisode(actor=NORTH, end="deceased"))

    assert {of for _, _, _, of in claims(day)} == {first, third}


def test_what_is_written_is_what_the_history_tells(day: Day) -> None:
    asks(day, NORTH_UNIT, SOUTH_UNIT)
    last = asks(day, SOUTH_UNIT)

    view = day.operations.views.show(last)

    assert replayed(view.history) == view.episode
    assert [entry.handover for entry in view.lines[SOUTH_UNIT]] == [last]
    assert view.number_in_line(last, SOUTH_UNIT) == 1
    assert view.offered_instead(last) == "home-to-hospital"


def test_a_free_place_goes_to_the_urgent_one_first_then_to_the_one_who_waits_longest(day: Day) -> None:
    taken = [asks(day, NORTH_UNIT), asks(day, NORTH_UNIT)]
    day.clock.forward(minutes=1)
    longest = asks(day, NORTH_UNIT)
    day.clock.forward(minutes=1)
    later, urgent = asks(day, NORTH_UNIT), asks(day, NORTH_UNIT, urgency="acute")
    shown = day.operations.places.shown(NORTH_UNIT)[0]
    assert [entry.handover for entry in shown.waiting] == [urgent, longest, later]

    day.do(taken[0], Action.CANCEL, MUNICIPAL, "x")
    assert (held(day, urgent), held(day, longest)) == ((NORTH_UNIT,), ())
    day.do(taken[1], Action.CANCEL, MUNICIPAL, "x")
    assert (held(day, longest), held(day, later)) == ((NORTH_UNIT,), ())


def test_the_first_yes_of_several_frees_the_place_elsewhere_for_who_waits_there(day: Day) -> None:
    both = asks(day, NORTH_UNIT, SOUTH_UNIT)
    waiting = asks(day, SOUTH_UNIT)
    assert held(day, waiting) == ()

    answer(day, both, Action.ACCEPT, NORTH)

    assert held(day, both) == (NORTH_UNIT,)
    assert held(day, waiting) == (SOUTH_UNIT,)
    assert handover(day, both).plan.to_unit == NORTH_UNIT


def test_a_hold_that_nobody_answers_passes_to_who_waits_before_it(day: Day) -> None:
    planned = asks(day, SOUTH_UNIT)
    hold = next(place.until for place in day.operations.places.shown(SOUTH_UNIT)[0].taken)
    assert hold is not None
    day.clock.now = hold - timedelta(minutes=1)
    urgent = asks(day, SOUTH_UNIT, urgency="acute")
    assert held(day, planned) == (SOUTH_UNIT,)

    day.clock.now = hold
    day.operations.pass_due_clocks()

    assert held(day, urgent) == (SOUTH_UNIT,)
    assert handover(day, planned).awaited_units == (SOUTH_UNIT,)


def test_an_episode_does_not_begin_at_a_full_unit(day: Day) -> None:
    begun_at(day, "hospital-bed", "ryhov")

    with pytest.raises(Refused, match="No place is free at ryhov"):
        begun_at(day, "hospital-bed", "ryhov")


def test_an_episode_begun_for_a_full_unit_waits_for_a_place_there_until_its_team_takes_over(day: Day) -> None:
    there = begun_at(day, "hospital-bed", "ryhov")
    wanted = Begin(PATHWAY, NETWORK, "hospital-bed", unit="ryhov")
    reference = day.operations.begin_episode(wanted, MUNICIPAL)[0].reference
    (asked,) = day.operations.views.show(reference).episode.handovers
    assert asked in day.woken
    assert handover(day, asked).awaited_units == ("ryhov",)
    day.operations.perform(there, EndEpisode(actor=RYHOV, end="deceased"))
    assert held(day, asked) == ("ryhov",)
    for action in (Action.ACCEPT, Action.ARRIVE):
        answer(day, asked, action, RYHOV)
    assert day.operations.views.show(reference).episode.responsible_team == RYHOV.team


def cancel_and_die(day: Day, reference: str) -> None:
    """What a program leaves behind that dies right after the commit."""
    view = day.operations.views.show(reference)
    command = ChangeHandover(actor=MUNICIPAL, handover=reference, action=Action.CANCEL, reason="x")
    decision = decide(Context(view.pathway, view.network, day.clock()), view.episode, command)
    with UnitOfWork(day.operations.engine) as work:
        work.episodes.write(view.episode, decision)
        work.commit()


def test_a_place_that_became_free_while_the_program_was_down_is_offered_by_watch(day: Day) -> None:
    taken = asks(day, SOUTH_UNIT)
    waiting = asks(day, SOUTH_UNIT)
    cancel_and_die(day, taken)
    assert held(day, waiting) == ()

    assert day.operations.places.offer() == 1

    assert held(day, waiting) == (SOUTH_UNIT,)
    assert day.operations.places.offer() == 0


def test_an_end_taken_back_finds_its_place_or_waits_for_one_again(day: Day) -> None:
    first = asks(day, SOUTH_UNIT)
    episode = day.operations.views.show(first).episode.reference
    second = asks(day, SOUTH_UNIT)
    day.operations.perform(episode, EndEpisode(actor=MUNICIPAL, end="deceased"))
    assert held(day, second) == (SOUTH_UNIT,)

    day.operations.perform(episode, TakeBackEnd(actor=MUNICIPAL))

    assert handover(day, first).awaited_units == (SOUTH_UNIT,)
    assert waits(day) == [(SOUTH_UNIT, first)]


def test_closed_places_are_not_taken_and_opening_them_serves_who_waits(day: Day) -> None:
    first = asks(day, NORTH_UNIT)
    over = day.operations.places.close(NORTH_UNIT, 1, NORTH, reason="too few at night")
    assert over == ()
    second = asks(day, NORTH_UNIT)
    assert (held(day, first), held(day, second)) == ((NORTH_UNIT,), ())
    shown = day.operations.places.shown(NORTH_UNIT)[0]
    assert (shown.closed, shown.free) == (1, 0)
    assert shown.closing
    assert (shown.closing.reason, shown.closing.team) == ("too few at night", "short-term-north")

    day.operations.places.close(NORTH_UNIT, 0, NORTH)

    assert held(day, second) == (NORTH_UNIT,)
    assert day.operations.places.shown(NORTH_UNIT)[0].closing is None


def test_closing_under_those_who_are_there_names_them_and_throws_nobody_out(day: Day) -> None:
    first, second = asks(day, NORTH_UNIT), asks(day, NORTH_UNIT)

    over = day.operations.places.close(NORTH_UNIT, 1, NORTH, reason="moved out for repairs")

    assert {claim.handover for claim in over} == {first, second}
    assert held(day, first) == held(day, second) == (NORTH_UNIT,)
    assert day.operations.places.shown(NORTH_UNIT)[0].free == -1
    day.do(first, Action.CANCEL, MUNICIPAL, "x")
    assert day.operations.places.shown(NORTH_UNIT)[0].free == 0


def test_a_closing_for_a_time_ends_by_itself_and_watch_serves_who_waits(day: Day) -> None:
    until = day.clock.now + timedelta(hours=8)
    day.operations.places.close(SOUTH_UNIT, 1, SOUTH, reason="cleaning", until=until)
    waiting = asks(day, SOUTH_UNIT)
    assert day.operations.places.offer() == 0

    day.clock.now = until

    assert day.operations.places.offer() == 1
    assert held(day, waiting) == (SOUTH_UNIT,)


def test_closing_twice_the_same_writes_it_once(day: Day) -> None:
    for _ in range(2):
        day.operations.places.close(NORTH_UNIT, 0, NORTH)
        day.operations.places.close(NORTH_UNIT, 2, NORTH, reason="holiday")
        day.operations.places.close(NORTH_UNIT, 2, NORTH, reason="holiday")
    with day.operations.engine.connect() as connection:
        kept = connection.execute(text("SELECT places FROM place_closing ORDER BY number")).scalars().all()
    assert kept == [2, 0, 2]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"actor": SSIH}, "it belongs to short-term-north"),
        ({"places": 3}, "it has 2"),
        ({"places": -1}, "it has 2"),
        ({"reason": " "}, "no reason was given"),
        ({"until": timedelta(0)}, "that is past"),
    ],
)
def test_a_closing_that_makes_no_sense_is_refused(day: Day, change: Mapping[str, object], said: str) -> None:
    given = {"places": 1, "actor": NORTH, "reason": "why", **change}
    if isinstance(span := given.get("until"), timedelta):
        given["until"] = day.clock.now + span

    with pytest.raises(Refused, match=said):
        day.operations.places.close(NORTH_UNIT, **given)  # type: ignore[arg-type]  # one of many

    assert day.operations.places.shown(NORTH_UNIT)[0].closed == 0


def test_units_are_found_by_name_and_in_several_networks_by_the_network_too(day: Day) -> None:
    with pytest.raises(NotFound, match="no unit of that name"):
        day.operations.places.shown("nowhere")
    _, network = demonstration()
    other = network.model_copy(update={"network": "another"})
    day.operations.publishing.apply([], [other])

    with pytest.raises(Refused, match=f"Name the network: another, {NETWORK}"):
        day.operations.places.shown(NORTH_UNIT)
    assert [view.unit.places for view in day.operations.places.shown(NORTH_UNIT, "another")] == [4]
    assert {view.network.network for view in day.operations.places.shown()} == {"another", NETWORK}
    assert len(day.operations.places.shown(network=NETWORK)) == len(network.units)


def test_a_network_with_fewer_places_than_are_taken_says_so_and_goes_on(day: Day) -> None:
    first, second = asks(day, NORTH_UNIT), asks(day, NORTH_UNIT)

    published = day.operations.publishing.apply([], [with_places({NORTH_UNIT: 1, SOUTH_UNIT: 1, "ryhov": 1})])

    (warning,) = published[0].warnings
    assert warning.startswith(f"{NORTH_UNIT} has 1 open places, and 2 are taken: ")
    assert first in warning
    assert second in warning
    assert handover(day, first).status is HandoverStatus.REQUESTED
    assert held(day, asks(day, NORTH_UNIT)) == ()


def test_a_network_keeps_every_unit_and_team_that_is_asked(day: Day) -> None:
    asks(day, NORTH_UNIT, SOUTH_UNIT)
    network = with_places({})
    units = {key: unit for key, unit in network.units.items() if key != SOUTH_UNIT}

    with pytest.raises(Refused, match=SOUTH_UNIT):
        day.operations.publishing.apply([], [network.model_copy(update={"units": units})])


def test_more_places_in_the_network_serve_who_waits_at_the_next_watch(day: Day) -> None:
    asks(day, SOUTH_UNIT)
    waiting = asks(day, SOUTH_UNIT)
    day.operations.publishing.apply([], [with_places({NORTH_UNIT: 2, SOUTH_UNIT: 2})])

    assert day.operations.places.offer() == 1
    assert held(day, waiting) == (SOUTH_UNIT,)


def test_the_database_itself_refuses_a_second_patient_on_a_place_and_a_second_place(day: Day) -> None:
    here, other = begun_at(day, "hospital-bed", "ryhov"), day.begun()
    asking = asks(day, SOUTH_UNIT)
    a_place = {"network": NETWORK, "unit": "ryhov", "number": 9, "handover": None, "since": day.clock()}
    for refused in (
        {"number": 1, "episode": other},  # a second patient on a place
        {"episode": here},  # a second place for a patient
        {"unit": SOUTH_UNIT, "episode": other, "handover": asking},  # a second place for a handover
    ):
        with pytest.raises(IntegrityError), day.operations.engine.begin() as connection:
            connection.execute(insert(CLAIM), {**a_place, **refused})


def test_a_decision_that_concerns_no_unit_reads_no_place(day: Day) -> None:
    asks(day, NORTH_UNIT)
    handed = day.requested(day.begun())
    said: list[str] = []

    @event.listens_for(day.operations.engine, "before_cursor_execute")
    def keep(_connection: object, _cursor: object, statement: str, *_more: object) -> None:
        said.append(statement)

    day.do(handed, Action.SEE)

    assert said
    assert not [statement for statement in said if "place_" in statement]


def on_the_way(day: Day, episode: str, unit: str, receiver: Actor) -> str:
    """A handover whose patient has departed for a unit."""
    reference = asks(day, unit, episode=episode)
    answer(day, reference, Action.ACCEPT, receiver)
    for actor in (receiver, MUNICIPAL):
        day.operations.perform(reference, ConfirmReadiness(actor=actor, handover=reference, evidence="seen"))
    day.do(reference, Action.DEPART, MUNICIPAL)
    return reference


def test_who_comes_back_to_life_under_way_does_not_arrive_on_the_place_that_another_has_got(day: Day) -> None:
    episode, other = day.begun(), day.begun()
    lost = on_the_way(day, episode, SOUTH_UNIT, SOUTH)
    day.operations.perform(episode, EndEpisode(actor=MUNICIPAL, end="deceased"))
    day.do(on_the_way(day, other, SOUTH_UNIT, SOUTH), Action.ARRIVE, SOUTH)
    day.operations.perform(episode, TakeBackEnd(actor=MUNICIPAL))

    with pytest.raises(Refused, match="no place at korttids-soder is held for it"):
        day.do(lost, Action.ARRIVE, SOUTH)
    assert claims(day) == [(SOUTH_UNIT, 1, other, None)]

    day.operations.perform(other, EndEpisode(actor=SOUTH, end="discharged"))

    assert claims(day) == [(SOUTH_UNIT, 1, episode, lost)]
    day.do(lost, Action.ARRIVE, SOUTH)
    assert claims(day) == [(SOUTH_UNIT, 1, episode, None)]


def test_after_a_no_what_has_not_left_yet_is_withdrawn_for_that_team_only(day: Day) -> None:
    day.post.answer = lambda key: NotSent(NotSentCode.TOO_SLOW, permanent=False)
    both = asks(day, NORTH_UNIT, SOUTH_UNIT)
    answer(day, both, Action.REJECT, NORTH)
    unsent = {notice.team: notice.status for notice in day.operations.views.show(both).notices}
    assert (unsent["short-term-north"], unsent["short-term-south"]) == (NoticeStatus.WITHDRAWN, NoticeStatus.WAITING)


def test_who_covers_a_closed_team_reads_the_sheet_and_records_a_death_at_night(day: Day) -> None:
    day.clock.now = day.clock.now.replace(hour=22)
    episode = day.begun()
    reference = asks(day, NORTH_UNIT, episode=episode, urgency="acute")
    (told,) = {notice.team for notice in day.operations.views.show(reference).notices if notice.kind == "requested"}
    assert told != "short-term-north"
    assert day.operations.night_sheets.read(episode, person(told)).mark
    day.operations.perform(episode, EndEpisode(actor=person(told), end="deceased"))
    assert told in {
        notice.team for notice in day.operations.views.show(reference).notices if notice.kind == "look-first"
    }


def test_a_request_that_was_handed_on_was_delivered_when_that_notice_was(day: Day) -> None:
    later = NotSent(NotSentCode.TOO_SLOW, permanent=False)
    day.post.answer = lambda key: Sent() if "/handed-on/" in key else later
    reference = asks(day, NORTH_UNIT)
    while not [key for key, _words in day.post.sent if "/handed-on/" in key]:
        assert handover(day, reference).mark(MarkKind.DELIVERED) is None
        day.clock.forward(minutes=10)
        day.operations.pass_due_clocks()
    assert handover(day, reference).mark(MarkKind.DELIVERED)


def test_of_two_who_are_asked_the_one_whose_notice_does_not_leave_has_it_not(day: Day) -> None:
    later = NotSent(NotSentCode.TOO_SLOW, permanent=False)
    day.post.answer = lambda key: later if "/short-term-south/" in key else Sent()
    reference = asks(day, NORTH_UNIT, SOUTH_UNIT)
    reached = {asked.team: asked.is_delivered for asked in handover(day, reference).asked}
    assert reached == {"short-term-north": True, "short-term-south": False}
