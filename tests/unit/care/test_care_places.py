"""A request to a unit holds a place or waits for one, in an order that can be explained; nobody jumps the queue."""

from dataclasses import replace
from datetime import timedelta
from itertools import permutations

import pytest
from care_stories import E, H, Story, person, told
from care_worlds import NETWORK, START
from place_worlds import EMPTY, HOLD, HOLDING, holding, in_line, occupied, others

from pathways.care.actors import SYSTEM
from pathways.care.clocks import handover_key, hold_key
from pathways.care.commands import (
    BeginEpisode,
    ChangeHandover,
    ComeBack,
    Command,
    ConfirmReadiness,
    OfferPlace,
    PassClock,
    PlanHandover,
    TakeBackEnd,
)
from pathways.care.decisions import begin
from pathways.care.episodes import ClockKind, Episode, PlaceStanding, Standing, Stopped
from pathways.care.notice_kinds import NoticeKind
from pathways.care.occupancy import Claim, UnitOccupancy, claims_of, sorted_line
from pathways.care.places import units_to_look_at
from pathways.care.recording import Decision
from pathways.care.states import Action, HandoverStatus
from pathways.care.waits import WaitKind, waits
from pathways.errors import Refused

ANSWER, PLACE, STALE = (handover_key(H, kind) for kind in (ClockKind.ANSWER, ClockKind.PLACE, ClockKind.STALE))
FULL_EAST = occupied(others("east-bed", 2))


def standing(story: Story, unit: str = "east-bed") -> PlaceStanding | None:
    return next(asked.place for asked in story.handover().asked if asked.unit == unit)


def waiting(unit: str | tuple[str, ...] = "east-bed", urgency: str = "acute") -> Story:
    """A request to units that are all full."""
    story = Story(context=holding())
    story.others_are(occupied(others("east-bed", 2) + others("west-bed", 2) + others("west-annex", 1)))
    story.plan("admit", urgency, unit=unit)
    return story


def test_a_request_to_a_unit_holds_one_of_its_places() -> None:
    story = Story(context=holding())
    story.others_are(occupied(others("east-bed", 1)))

    decision = story.plan(unit="east-bed")

    assert standing(story) is PlaceStanding.HELD
    assert claims_of(story.episode) == {Claim(unit="east-bed", episode=E, handover=H)}
    assert {ANSWER, hold_key(H, "east-bed")} <= set(story.episode.clocks)
    assert told(decision) == {(NoticeKind.REQUESTED, "ward-east")}


@pytest.mark.parametrize("occupancy", [FULL_EAST, occupied(others("east-bed", 1), closed={"east-bed": 1})])
def test_a_request_to_a_full_unit_waits_and_only_the_wait_for_a_place_is_timed(
    occupancy: dict[str, UnitOccupancy],
) -> None:
    story = Story(context=holding())
    story.others_are(occupancy)

    decision = story.plan(unit="east-bed")

    assert standing(story) is PlaceStanding.AWAITED
    assert not claims_of(story.episode)
    assert {clock.kind for clock in story.episode.clocks.values()} == {ClockKind.PLACE, ClockKind.ARRIVE}
    assert told(decision) == {(NoticeKind.PLACE_AWAITED, "ward-east")}
    assert [(wait.kind, wait.teams) for wait in waits(story.episode)] == [(WaitKind.PLACE, ("home-north",))]


def test_a_draft_neither_holds_a_place_nor_waits_for_one_until_it_is_sent() -> None:
    story = Story(context=holding())
    story.plan(unit="east-bed", draft=True)
    assert standing(story) is None

    story.change(Action.REQUEST, "home-north")
    assert standing(story) is PlaceStanding.HELD


def test_a_move_that_needs_no_place_asks_for_none() -> None:
    story = Story(context=holding())
    story.others_are(FULL_EAST)

    story.plan("strengthen", "planned")

    assert not claims_of(story.episode)
    assert ANSWER in story.episode.clocks


def test_nobody_says_yes_without_a_place_and_learns_the_number_in_line_and_why() -> None:
    story = waiting(urgency="planned")
    first = in_line("east-bed", is_urgent=True, since=START + timedelta(hours=1))
    story.others_are(occupied(others("east-bed", 2), (first,)))

    with pytest.raises(Refused) as refused:
        story.change(Action.ACCEPT, "ward-east")

    assert str(refused.value) == (
        f"Cannot accept handover {H}: it is requested, and no place at east-bed is held for it: "
        "number 2 on its waiting list (not urgent, no preferred place is known, since 2026-03-02 10:00). "
        "Handslag tells you as soon as a place is held for it."
    )


def test_who_waits_for_a_place_may_be_turned_down() -> None:
    story = waiting()

    decision = story.change(Action.REJECT, "ward-east", "no-place")

    assert story.handover().status is HandoverStatus.REJECTED
    assert standing(story) is None
    assert set(story.episode.clocks) == {f"{H}/handover.next-step"}
    assert told(decision) == {(NoticeKind.REJECTED, "home-north")}


def test_no_place_in_time_is_told_to_the_sender_again_and_again_and_nothing_is_chosen_for_them() -> None:
    story = waiting()
    story.wait(minutes=30)

    assert told(story.pass_clock(PLACE)) == {(NoticeKind.NO_PLACE_YET, "home-north")}
    story.wait(minutes=10)
    assert told(story.pass_clock(PLACE)) == {(NoticeKind.NO_PLACE_YET, "home-north")}
    assert story.handover().status is HandoverStatus.REQUESTED
    assert len(story.episode.handovers) == 1


def test_a_place_that_becomes_free_is_held_and_from_then_on_the_receiver_has_time_to_answer() -> None:
    story = waiting()
    story.wait(hours=3)
    story.others_are(occupied(others("east-bed", 1)))

    decision = story.offer("east-bed")

    assert standing(story) is PlaceStanding.HELD
    assert PLACE not in story.episode.clocks
    assert story.episode.clocks[ANSWER].due_at == story.now + timedelta(minutes=30)
    assert told(decision) == {(NoticeKind.REQUESTED, "ward-east")}
    assert story.change(Action.ACCEPT, "ward-east")


@pytest.mark.parametrize(
    ("free", "ahead", "is_held"), [(0, 0, False), (1, 0, True), (1, 1, False), (2, 1, True), (2, 2, False)]
)
def test_a_place_is_offered_only_to_whom_nobody_who_waits_is_before(free: int, ahead: int, is_held: bool) -> None:
    story = waiting(urgency="planned")
    before = tuple(in_line("east-bed", is_urgent=True, number=number) for number in range(ahead))
    behind = (in_line("east-bed", since=START + timedelta(days=1), number=7),)
    story.others_are(occupied(others("east-bed", 2 - free), before + behind))

    assert bool(story.offer("east-bed").events) == is_held


def test_a_new_request_does_not_take_a_place_that_is_about_to_go_to_who_waits_before_it() -> None:
    story = Story(context=holding())
    story.others_are(occupied(others("east-bed", 1), (in_line("east-bed", is_urgent=True),)))

    story.plan("admit", "planned", unit="east-bed")

    assert standing(story) is PlaceStanding.AWAITED


@pytest.mark.parametrize("status", ["held", "declined", "unknown", "elsewhere", "draft"])
def test_an_offer_that_is_no_longer_wanted_does_nothing(status: str) -> None:
    story = waiting() if status != "held" else Story(context=holding())
    command = OfferPlace(actor=SYSTEM, handover=H, unit="east-bed")
    match status:
        case "held":
            story.plan(unit="east-bed")
        case "declined":
            story.change(Action.REJECT, "ward-east", "no-place")
        case "unknown":
            command = command.model_copy(update={"handover": "H999-9999"})
        case "elsewhere":
            command = command.model_copy(update={"unit": "west-bed"})
        case _:
            story = Story()
            story.plan(unit="east-bed", draft=True)
    story.others_are(EMPTY)

    assert not story.perform(command).events


def test_no_person_hands_out_places() -> None:
    story = waiting()
    with pytest.raises(Refused, match="Handslag itself does that"):
        story.perform(OfferPlace(actor=person("ward-east"), handover=H, unit="east-bed"))


def test_a_hold_that_lasts_goes_on_as_long_as_nobody_else_waits() -> None:
    story = Story(context=holding())
    story.plan(unit="east-bed")
    story.wait(hours=2)

    decision = story.pass_clock(hold_key(H, "east-bed"))

    assert standing(story) is PlaceStanding.HELD
    assert not decision.notices
    assert story.episode.clocks[hold_key(H, "east-bed")].next_at == story.now + timedelta(hours=2)


def test_a_hold_that_lasts_passes_to_who_waits_and_the_request_joins_the_list_anew() -> None:
    story = Story(context=holding())
    story.plan(unit="east-bed")
    story.wait(hours=2)
    story.others_are(occupied(others("east-bed", 1), (in_line("east-bed", is_urgent=True),)))

    decision = story.pass_clock(hold_key(H, "east-bed"))

    assert standing(story) is PlaceStanding.AWAITED
    assert story.handover().asked[0].since == story.now
    assert {clock.kind for clock in story.episode.clocks.values()} == {ClockKind.PLACE, ClockKind.ARRIVE}
    assert told(decision) == {(NoticeKind.PLACE_AWAITED, "ward-east"), (NoticeKind.NO_PLACE_YET, "home-north")}
    assert not [owed for owed in story.outbox if owed.kind is NoticeKind.REQUESTED]


def test_a_hold_that_lasts_is_not_given_up_for_somebody_who_would_come_after_it() -> None:
    story = Story(context=holding())
    story.plan(unit="east-bed")
    story.wait(hours=2)
    story.others_are(occupied(others("east-bed", 1), (in_line("east-bed"),)))

    story.pass_clock(hold_key(H, "east-bed"))

    assert standing(story) is PlaceStanding.HELD


def test_only_a_request_that_somebody_could_answer_becomes_stale() -> None:
    rules = {name: rule.model_copy(update={"stale": HOLD}) for name, rule in HOLDING.urgencies.items()}
    story = Story(context=replace(holding(), pathway=HOLDING.model_copy(update={"urgencies": rules})))
    story.others_are(FULL_EAST)
    story.plan(unit="east-bed")
    assert STALE not in story.episode.clocks
    story.wait(days=2)
    story.others_are(EMPTY)
    story.offer("east-bed")
    assert story.episode.clocks[STALE].due_at == story.now + timedelta(hours=2)

    story.wait(hours=2)
    story.others_are(occupied(others("east-bed", 1), (in_line("east-bed", is_urgent=True),)))
    story.pass_clock(hold_key(H, "east-bed"))

    assert STALE not in story.episode.clocks


def test_a_yes_makes_the_hold_firm() -> None:
    story = Story(context=holding())
    story.plan(unit="east-bed")
    story.change(Action.ACCEPT, "ward-east")

    assert standing(story) is PlaceStanding.HELD
    assert {clock.kind for clock in story.episode.clocks.values()} == {ClockKind.ARRIVE}


def test_arriving_takes_the_place_that_was_held_and_frees_the_one_before() -> None:
    story = Story("bed", unit="west-bed", team=None, context=holding())
    assert claims_of(story.episode) == {Claim(unit="west-bed", episode=E)}
    story.plan("relieve", "acute")
    assert claims_of(story.episode) == {
        Claim(unit="west-bed", episode=E),
        Claim(unit="east-rest", episode=E, handover=H),
    }
    story.change(Action.ACCEPT, "ward-east")
    story.confirm("ward-east")
    story.change(Action.DEPART, "ward-west")

    story.change(Action.ARRIVE, "ward-east")

    assert claims_of(story.episode) == {Claim(unit="east-rest", episode=E)}


@pytest.mark.parametrize("action", [Action.CANCEL, Action.ENTER_IN_ERROR])
@pytest.mark.parametrize("is_full", [True, False])
def test_what_closes_a_request_gives_up_its_place_or_its_wait(action: Action, is_full: bool) -> None:
    story = waiting() if is_full else Story(context=holding())
    if not is_full:
        story.plan(unit="east-bed")

    story.change(action, "home-north", "it was wrong")

    assert standing(story) is None
    assert not claims_of(story.episode)


def test_an_end_frees_the_place_of_the_patient_and_all_that_is_held_for_them() -> None:
    story = Story("bed", unit="west-bed", team=None, context=holding())
    story.plan("relieve", "acute")

    story.end(team="ward-west")

    assert not claims_of(story.episode)
    assert story.handover().asked[0].place is None
    assert story.episode.stopped
    assert story.episode.stopped.handover
    assert story.episode.stopped.handover.held_units == ("east-rest",)


def test_an_episode_does_not_begin_at_a_full_unit() -> None:
    context = replace(holding(), occupancy=FULL_EAST)
    command = BeginEpisode(actor=person("ward-east"), reference=E, level="bed", unit="east-bed")

    with pytest.raises(Refused, match="No place is free at east-bed"):
        begin(context, command)
    elsewhere = command.model_copy(update={"unit": "west-bed", "actor": person("ward-west")})
    assert begin(context, elsewhere).episode.stay.unit == "west-bed"


def test_a_unit_that_has_left_the_network_has_no_places() -> None:
    story = waiting()
    units = {key: unit for key, unit in NETWORK.units.items() if key != "east-bed"}
    story.units_are(units)

    assert not story.offer("east-bed").events


def test_the_waiting_list_goes_by_urgency_then_by_preference_then_by_time() -> None:
    later = START + timedelta(hours=1)
    meant = (
        in_line("east-bed", is_urgent=True, since=later, number=1),
        in_line("east-bed", standing=Standing.FIRST, since=later, number=2),
        in_line("east-bed", standing=Standing.SECOND, since=later, number=3),
        in_line("east-bed", number=4),
        in_line("east-bed", number=5),
        in_line("east-bed", since=later, number=0),
        in_line("east-bed", wish=2, number=6),
        in_line("east-bed", standing=Standing.DEPARTS, number=7),
    )
    for shuffled in list(permutations(meant))[::997]:
        assert sorted_line(shuffled) == meant
    assert meant[0].why == "urgent, no preferred place is known"
    assert meant[1].why == "not urgent, the patient's first choice"
    assert meant[6].why == "not urgent, no preferred place is known, unit number 2 of those asked"


def ended_and_taken_back(story: Story, occupancy: dict[str, UnitOccupancy]) -> Decision:
    """End it, let others move on meanwhile, and take the end back."""
    story.end()
    story.others_are(occupancy)
    return story.perform(TakeBackEnd(actor=person("home-north")))


def test_after_an_end_was_taken_back_a_place_that_another_has_got_is_waited_for() -> None:
    story = Story(context=holding())
    story.plan(unit="east-bed")

    ended_and_taken_back(story, FULL_EAST)

    assert story.handover().awaited_units == ("east-bed",)
    assert story.handover().asked[0].since == START
    assert {clock.kind for clock in story.episode.clocks.values()} == {ClockKind.PLACE, ClockKind.ARRIVE}


def test_after_an_end_was_taken_back_a_place_that_is_still_free_is_held() -> None:
    story = Story(context=holding())
    story.plan(unit="east-bed")
    before = story.handover(), story.episode.clocks

    ended_and_taken_back(story, occupied(others("east-bed", 1)))

    assert (story.handover(), story.episode.clocks) == before


def test_nobody_departs_for_a_place_that_is_no_longer_held_until_one_is_again() -> None:
    story = Story(context=holding())
    story.plan(unit="east-bed")
    story.change(Action.ACCEPT, "ward-east")
    story.confirm("ward-east")
    story.confirm("home-north")
    ended_and_taken_back(story, FULL_EAST)
    assert story.handover().awaited_units == ("east-bed",)

    with pytest.raises(Refused, match="no place at east-bed is held for it: number 1 on its waiting list"):
        story.change(Action.DEPART, "home-north")

    story.others_are(EMPTY)
    assert told(story.offer("east-bed")) == {
        (NoticeKind.PLACE_HELD, "home-north"),
        (NoticeKind.PLACE_HELD, "ward-east"),
    }
    story.change(Action.DEPART, "home-north")
    assert story.handover().status is HandoverStatus.IN_PROGRESS


def looked_at(episode: Episode | None, command: Command) -> tuple[str, ...]:
    return units_to_look_at(holding().pathway, NETWORK, episode, command)


def test_a_decision_looks_only_at_the_units_that_it_may_concern() -> None:
    by = person("home-north")
    begin = BeginEpisode(actor=by, reference=E, level="bed")
    assert looked_at(None, begin) == ("east-bed", "west-annex", "west-bed")
    assert looked_at(None, begin.model_copy(update={"unit": "west-bed"})) == ("west-bed",)
    assert looked_at(None, begin.model_copy(update={"unit": "of no network"})) == ()
    home = Story(context=holding()).episode
    plan = PlanHandover(actor=by, reference=H, move="admit", urgency="acute", reason="worse")
    assert looked_at(home, plan) == ("east-bed", "west-annex", "west-bed")
    assert looked_at(home, plan.model_copy(update={"to_units": ("west-bed", "east-bed")})) == ("east-bed", "west-bed")
    assert looked_at(home, plan.model_copy(update={"move": "of no pathway"})) == ()
    assert looked_at(home, plan.model_copy(update={"is_draft": True})) == ()
    assert looked_at(home, OfferPlace(actor=SYSTEM, handover=H, unit="east-bed")) == ("east-bed",)
    assert looked_at(home, ConfirmReadiness(actor=by, handover=H)) == ()


def test_a_decision_on_a_request_looks_at_its_own_units() -> None:
    held = Story(context=holding())
    held.plan(unit=("east-bed", "west-annex"))
    request = ChangeHandover(actor=person("home-north"), handover=H, action=Action.REQUEST)
    accept = ChangeHandover(actor=person("ward-east"), handover=H, action=Action.ACCEPT)
    lost = {"handover": "H999-9999"}
    assert looked_at(held.episode, request) == ("east-bed", "west-annex")
    assert looked_at(held.episode, request.model_copy(update=lost)) == ()
    assert looked_at(held.episode, accept) == ()
    assert looked_at(held.episode, accept.model_copy(update=lost)) == ()
    assert looked_at(waiting().episode, accept) == ("east-bed",)
    assert looked_at(waiting().episode, accept.model_copy(update={"action": Action.ARRIVE})) == ("east-bed",)
    assert looked_at(held.episode, accept.model_copy(update={"action": Action.SEE})) == ()
    assert looked_at(held.episode, PassClock(actor=SYSTEM, key=hold_key(H, "west-annex"))) == ("west-annex",)
    assert looked_at(held.episode, PassClock(actor=SYSTEM, key=ANSWER)) == ()
    assert looked_at(held.episode, PassClock(actor=SYSTEM, key="unknown")) == ()


def test_what_brings_something_back_looks_at_where_it_was() -> None:
    held = Story(context=holding())
    held.plan(unit="east-bed")
    back = TakeBackEnd(actor=person("home-north"))
    assert looked_at(held.episode, back) == ()
    stopped = held.episode.model_copy(update={"stopped": Stopped()})
    assert looked_at(stopped, back) == ()
    held.end()
    assert looked_at(held.episode, back) == ("east-bed",)
    come = ComeBack(actor=person("ward-west"), reference="H333-3333", returns=H, cause="worse")
    away = Story("bed", unit="west-bed", team=None, context=holding())
    assert looked_at(away.episode, come) == ()
    away.plan("relieve", "acute")
    assert looked_at(away.episode, come) == ("west-bed",)
