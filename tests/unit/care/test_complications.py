"""A complication moves the patient back at once: the receiver is asked in the same decision, and the visits stop."""

from dataclasses import replace

import pytest
from care_stories import H, person, told
from care_worlds import PERSON_NAME
from order_worlds import Ordered, visit_key
from place_worlds import EMPTY, occupied, others

from pathways.care.commands import PauseEpisode
from pathways.care.communication import Summary
from pathways.care.notice_kinds import NoticeKind
from pathways.care.orders.commands import RecordComplication
from pathways.care.orders.values import OrderStatus, StopReason
from pathways.care.patient import PhaseOfIllness, PlaceOf, Preference, SaidBy
from pathways.care.places import units_to_look_at
from pathways.care.states import Action, HandoverStatus
from pathways.definition.conditions import Phase
from pathways.errors import NotFound, Refused

C = "H777-7777"
BEDS = ("east-bed", "west-bed", "west-annex")


def ordered() -> Ordered:
    story = Ordered()
    story.place("11:00", "14:00")
    return story


def test_in_one_decision_it_is_recorded_the_hospital_is_asked_and_the_visits_stop() -> None:
    story = ordered()
    decision = story.complicate(f"{PERSON_NAME} has a rash")
    types = [recorded.event.type for recorded in decision.events]
    assert types.index("complication-recorded") < types.index("handover-drafted") < types.index("order-stopped")
    handover = story.handover(C)
    assert handover.status is HandoverStatus.REQUESTED
    assert (handover.plan.move, handover.plan.urgency, handover.plan.reason) == ("admit", "acute", "worse")
    assert story.order().stopped_because is StopReason.COMPLICATION
    assert story.running == set()
    assert {(NoticeKind.REQUESTED, "ward-east"), (NoticeKind.REQUESTED, "ward-west")} <= told(decision)
    assert (NoticeKind.ORDER_CHANGED, "clinic-one") in told(decision)


def test_every_unit_that_can_take_the_patient_is_asked_and_first_where_the_patient_came_from() -> None:
    story = ordered()
    story.complicate()
    assert tuple(asked.unit for asked in story.handover(C).asked) == BEDS
    story = Ordered(level="bed", team="ward-west", unit="west-annex")
    story.place("14:00", by="ward-west")
    story.plan("discharge", "planned")
    story.change(Action.ACCEPT, "home-north")
    story.change(Action.DEPART, "ward-west")
    story.change(Action.ARRIVE, "home-north")
    story.complicate()
    assert [asked.unit for asked in story.handover(C).asked] == ["west-annex", "east-bed", "west-bed"]
    assert story.handover(C).plan.to_unit == "west-annex"


def test_where_all_are_full_the_request_waits_for_a_place_everywhere() -> None:
    story = ordered()
    story.others_are(occupied((*others("east-bed", 2), *others("west-bed", 2), *others("west-annex", 1))))
    story.complicate()
    assert story.handover(C).awaited_units == BEDS


def test_the_units_are_those_that_are_looked_at_before_the_decision() -> None:
    story = ordered()
    command = RecordComplication(actor=person("home-north"), order=1, words="w", reference=C)
    context = story.context
    assert units_to_look_at(context.pathway, context.network, story.episode, command) == tuple(sorted(BEDS))
    unknown = command.model_copy(update={"order": 7})
    assert units_to_look_at(context.pathway, context.network, story.episode, unknown) == ()
    story.others_are(EMPTY)
    story.complicate()


def test_neither_a_wish_nor_the_phase_of_illness_holds_it_back() -> None:
    story = ordered()
    today = story.context.today
    wish = Preference(place_of=PlaceOf.CARE, first="home", second=None, said_by=SaidBy.PATIENT, said_on=today)
    story.note(wish)
    story.note(PhaseOfIllness(phase=Phase.TERMINAL))
    story.complicate()
    assert story.handover(C).plan.departs_because == "worse"


def test_all_orders_that_run_stop_with_it() -> None:
    story = ordered()
    for _each in range(2):
        story.place("12:00", treatment="lamp")
    story.stop(order=3)
    story.complicate()
    assert {order.status for order in story.episode.orders.values()} == {OrderStatus.STOPPED}
    assert story.order(3).stopped_because is StopReason.BY_PERSON


def test_what_was_not_recorded_before_it_is_still_asked_for() -> None:
    story = ordered()
    story.wait(hours=2)
    story.complicate()
    assert story.running == {visit_key("2026-03-02T11:00")}


def test_a_handover_elsewhere_makes_way_and_the_new_one_replaces_it() -> None:
    for accepted in (False, True):
        story = ordered()
        story.plan("strengthen", "planned")
        if accepted:
            story.change(Action.ACCEPT, "experts")
        story.complicate()
        assert story.handover(H).status is HandoverStatus.CANCELLED
        assert (story.handover(C).status, story.handover(C).plan.replaces) == (HandoverStatus.REQUESTED, H)


def test_where_the_same_has_been_asked_already_nothing_is_asked_twice() -> None:
    story = ordered()
    story.plan("admit", "acute")
    story.complicate()
    assert list(story.episode.handovers) == [H]
    assert story.handover(H).status is HandoverStatus.REQUESTED
    assert story.order().stopped_because is StopReason.COMPLICATION


def test_a_draft_of_the_same_is_no_request_and_makes_way() -> None:
    story = ordered()
    story.plan("admit", "acute", draft=True)
    story.complicate()
    assert story.handover(C).plan.replaces == H


def test_under_way_elsewhere_it_is_refused_until_that_is_settled() -> None:
    story = ordered()
    story.plan("relieve", "acute", unit="east-rest")
    story.change(Action.ACCEPT, "ward-east")
    story.confirm("ward-east")
    story.change(Action.DEPART, "home-north")
    with pytest.raises(Refused, match="on the way on handover H222-2222"):
        story.complicate()


def test_a_consulted_team_may_record_it_and_the_responsible_one_is_told_now() -> None:
    decision = ordered().complicate(by="clinic-two")
    assert (NoticeKind.ORDER_CHANGED, "home-north") in told(decision)


def test_it_needs_an_order_that_runs_words_a_part_and_a_way_back() -> None:
    story = ordered()
    with pytest.raises(NotFound, match="no order of that number"):
        story.complicate(order=2)
    with pytest.raises(Refused, match="nothing says what has happened"):
        story.complicate(" ")
    with pytest.raises(Refused, match="your team has no part in it"):
        story.complicate(by="ward-west")
    story.place("12:00", treatment="lamp")
    with pytest.raises(Refused, match="names no way back"):
        story.complicate(order=2)
    story.stop(order=2)
    with pytest.raises(Refused, match="order 2 is stopped"):
        story.complicate(order=2)
    story.perform(PauseEpisode(actor=person("home-north"), kind="elsewhere"))
    with pytest.raises(Refused, match="the episode pauses"):
        story.complicate()


def test_no_unit_in_the_network_is_said_plainly() -> None:
    story = ordered()
    beds = {key: unit for key, unit in story.context.network.units.items() if unit.level != "bed"}
    story.units_are(beds)
    with pytest.raises(Refused, match="This network has no unit for bed"):
        story.complicate()


def test_at_a_level_without_places_the_patients_own_team_is_asked_or_all_with_the_role() -> None:
    story = ordered()
    moves = story.context.pathway.moves
    stays = moves["strengthen"].model_copy(update={"from_levels": ("home",), "urgencies": moves["admit"].urgencies})
    drip = story.context.pathway.treatments["drip"]
    back = drip.model_copy(
        update={"complication": drip.complication and drip.complication.model_copy(update={"move": "strengthen"})}
    )
    changed = {"moves": {**moves, "strengthen": stays}, "treatments": {"drip": back}}
    story.context = replace(story.context, pathway=story.context.pathway.model_copy(update=changed))
    story.complicate()
    assert [asked.team for asked in story.handover(C).asked] == ["experts"]
    assert story.handover(C).summary in (None, Summary())
