"""Coming into a programme: criteria, places that are never more than the cap, and the wait for one."""

from datetime import UTC, date, datetime, timedelta

import pytest
from care_stories import person, told
from care_worlds import NETWORK, PERSON_NAME
from programme_worlds import CRITERIA, PROGRAMME, Programme, programme

from pathways.care.actors import CLOCK, SYSTEM
from pathways.care.commands import (
    PassClock,
    PauseEpisode,
    PlanHandover,
    RecordFact,
    RecordMilestone,
    ResumeEpisode,
    WriteSummary,
)
from pathways.care.communication import Summary
from pathways.care.episodes import ClockKind
from pathways.care.evolution import evolved
from pathways.care.notice_kinds import NoticeKind
from pathways.care.occupancy import Claim, UnitOccupancy, claims_of
from pathways.care.patient import Consent
from pathways.care.places import units_to_look_at
from pathways.care.programme.admission import OFFER_KEY, WAIT_KEY, looks_at_places
from pathways.care.programme.commands import Enrol, KeepWaiting, OfferEnrolment
from pathways.care.programme.events import EnrolmentAwaited
from pathways.care.states import EpisodeStatus
from pathways.care.waits import WaitKind, waits
from pathways.definition.models import Pathway
from pathways.errors import Refused

A, B, C, D = "E222-2222", "E222-3333", "E222-4444", "E222-5555"
PLACE_FREE = NoticeKind.PROGRAMME_PLACE_FREE


def full() -> Programme:
    """A and B have the two places; C waits, and an hour later D."""
    world = Programme()
    for reference in (A, B, C):
        world.begin(reference)
    world.wait(hours=1)
    world.begin(D, team="home-south")
    return world


def kinds(world: Programme, reference: str) -> set[ClockKind]:
    return {clock.kind for clock in world.episodes[reference].clocks.values()}


def refusal(call: object, *arguments: object) -> Refused:
    with pytest.raises(Refused) as caught:
        call(*arguments)  # type: ignore[operator]
    assert PERSON_NAME not in str(caught.value)
    return caught.value


def test_each_criterion_is_confirmed_and_who_did_it_and_when_is_kept() -> None:
    world = Programme()
    world.begin(A, criteria=(*CRITERIA, *CRITERIA))
    enrolment = world.episodes[A].enrolment
    assert enrolment is not None
    assert enrolment.criteria == CRITERIA
    assert (enrolment.confirmed_by, enrolment.confirmed_at) == (person("home-north"), world.now)
    assert enrolment.enrolled_at == world.now


@pytest.mark.parametrize("missing", CRITERIA)
def test_a_criterion_that_is_not_met_refuses_with_one_sentence(missing: str) -> None:
    world = Programme()
    said = refusal(lambda: world.begin(A, criteria=tuple(each for each in CRITERIA if each != missing)))
    assert missing in said.sentence
    assert world.episodes == {}


def test_a_criterion_that_the_programme_does_not_have_is_refused() -> None:
    assert "leaving, had-help" in refusal(lambda: Programme().begin(A, criteria=("rich",))).mend
    without = Programme(pathway=PROGRAMME.model_copy(update={"enrolment": None, "evaluation": None}))
    assert "Leave the criteria out" in refusal(lambda: without.begin(A)).mend


def test_a_pathway_without_a_programme_enrols_nobody() -> None:
    world = Programme(pathway=PROGRAMME.model_copy(update={"enrolment": None, "evaluation": None}))
    world.begin(A, criteria=())
    assert world.episodes[A].enrolment is None


def test_a_programme_without_a_cap_has_room_for_everybody() -> None:
    world = Programme(pathway=programme(cap=None, frees=None, waiting_list=None))
    for reference in (A, B, C):
        world.begin(reference)
    assert world.occupancy.taken == ()
    assert all(each.status is EpisodeStatus.ACTIVE for each in world.episodes.values())
    world.end(A)
    world.take_back(A)
    assert world.episodes[A].enrolment == world.episodes[B].enrolment


def test_who_finds_no_place_waits_and_its_team_is_responsible_for_the_wait() -> None:
    world = full()
    waiting = world.episodes[C]
    assert waiting.status is EpisodeStatus.WAITLIST
    assert waiting.responsible_team == "home-north"
    assert [(each.kind, each.teams) for each in waits(waiting) if each.kind is WaitKind.WAIT_REVIEW] == [
        (WaitKind.WAIT_REVIEW, ("home-north",))
    ]
    assert world.occupancy.taken == (A, B)
    assert [entry.episode for entry in world.occupancy.waiting] == [C, D]


def test_without_a_waiting_list_a_full_programme_refuses() -> None:
    world = Programme(pathway=programme(waiting_list=None).model_copy(update={"evaluation": None}))
    world.begin(A)
    world.begin(B)
    said = refusal(lambda: world.begin(C))
    assert "all 2 are taken" in said.sentence


def test_nothing_is_done_for_who_waits_but_what_belongs_to_waiting() -> None:
    world = full()
    actor = person("home-north")
    for command in (
        PlanHandover(actor=actor, reference="H222-2222", move="admit", urgency="acute", reason="worse"),
        PauseEpisode(actor=actor, kind="elsewhere"),
        ResumeEpisode(actor=actor),
        WriteSummary(actor=actor, summary=Summary()),
        RecordMilestone(actor=actor, milestone="any"),
    ):
        said = refusal(world.do, C, command)
        assert "it waits for a place" in said.sentence
        assert "handslag enrol" in said.mend
    world.do(C, RecordFact(actor=actor, fact=Consent(is_given=True)))
    assert "consent" in world.episodes[C].known


def test_services_begin_with_the_enrolment_and_not_with_the_wait() -> None:
    world = full()
    assert world.episodes[A].paused_services == ()
    assert world.episodes[C].paused_services == ("pump",)
    world.end(A)
    world.enrol(C)
    assert world.episodes[C].paused_services == ()


def test_who_waits_takes_no_place_at_a_unit_before_the_enrolment() -> None:
    world = Programme(pathway=programme(cap=1))
    world.begin(A)
    world.begin(B, level="bed", unit="west-annex", team="ward-west")
    assert claims_of(world.episodes[B]) == frozenset()
    world.end(A)
    world.units = {"west-annex": UnitOccupancy(closed=1)}
    assert "No place is free at west-annex" in refusal(world.enrol, B, person("ward-west")).sentence
    world.units = None
    world.enrol(B, person("ward-west"))
    assert {claim.unit for claim in claims_of(world.episodes[B])} == {"west-annex"}


def test_a_wait_at_a_full_unit_begins_and_comes_back_all_the_same() -> None:
    somebody = Claim(unit="west-annex", episode="E222-9999")
    world = Programme(pathway=programme(cap=1), units={"west-annex": UnitOccupancy(claims=(somebody,))})
    world.begin(A)
    world.begin(B, level="bed", unit="west-annex", team="ward-west")
    world.end(B, team="ward-west")
    world.take_back(B, "ward-west")
    assert world.episodes[B].status is EpisodeStatus.WAITLIST


def test_when_a_place_comes_free_the_team_that_waits_first_is_told_and_nobody_is_enrolled() -> None:
    world = full()
    assert world.offer() == ()
    world.end(A)
    assert world.offer() == (C,)
    assert {(owed.kind, owed.team) for owed in world.outboxes[C] if owed.kind is PLACE_FREE} == {
        (PLACE_FREE, "home-north")
    }
    assert world.episodes[C].status is EpisodeStatus.WAITLIST
    assert OFFER_KEY in world.episodes[C].clocks
    assert world.offer() == ()


def test_only_as_many_are_told_as_places_are_free() -> None:
    world = full()
    world.end(A)
    world.end(B)
    assert world.offer() == (C, D)


def test_enrolling_stops_the_wait_and_withdraws_what_was_told_of_it() -> None:
    world = full()
    world.end(A)
    world.offer()
    world.wait(hours=2)
    world.enrol(C)
    enrolled = world.episodes[C]
    assert enrolled.status is EpisodeStatus.ACTIVE
    assert not kinds(world, C) & {ClockKind.WAIT, ClockKind.OFFER}
    assert PLACE_FREE not in {owed.kind for owed in world.outboxes[C]}
    assert enrolled.enrolment is not None
    assert (enrolled.enrolment.enrolled_at, enrolled.enrolment.place_of) == (world.now, 2)
    assert enrolled.enrolment.waits_since is not None


def test_nobody_is_enrolled_while_no_place_is_free() -> None:
    assert "no place is free" in refusal(full().enrol, C).sentence


def test_nobody_takes_a_place_that_somebody_before_them_waits_for() -> None:
    world = full()
    world.end(A)
    assert "1 wait before it" in refusal(world.enrol, D, person("home-south")).sentence
    world.begin("E222-6666")
    assert world.episodes["E222-6666"].status is EpisodeStatus.WAITLIST


def test_only_the_team_that_is_responsible_enrols_and_keeps_waiting() -> None:
    world = full()
    world.end(A)
    for command in (Enrol(actor=person("home-south")), KeepWaiting(actor=person("home-south"))):
        assert "Ask home-north" in refusal(world.do, C, command).mend
    for command in (Enrol(actor=person("home-north")), KeepWaiting(actor=person("home-north"))):
        assert "it does not wait" in refusal(world.do, B, command).sentence
    assert "for Handslag itself" in refusal(world.do, C, OfferEnrolment(actor=person("home-north"))).sentence


def test_a_place_that_is_not_taken_in_time_is_told_to_the_next_and_the_first_may_still_take_it() -> None:
    world = full()
    world.end(A)
    world.offer()
    world.wait(days=3)
    passed = world.pass_clock(C, OFFER_KEY)
    assert told(passed) == {(PLACE_FREE, "home-north")}
    assert world.offer() == (D,)
    world.wait(days=3)
    assert told(world.pass_clock(C, OFFER_KEY)) == {(PLACE_FREE, "home-north")}
    world.enrol(C)
    assert "no place is free" in refusal(world.enrol, D, person("home-south")).sentence


def test_an_offer_of_a_place_that_is_gone_is_withdrawn_and_the_wait_goes_on() -> None:
    world = full()
    world.end(A)
    world.offer()
    world.take_back(A)
    world.wait(days=3)
    assert told(world.pass_clock(C, OFFER_KEY)) == set()
    assert OFFER_KEY not in world.episodes[C].clocks
    assert WAIT_KEY in world.episodes[C].clocks
    assert PLACE_FREE not in {owed.kind for owed in world.outboxes[C]}
    world.end(A)
    assert world.offer() == (C,)


def test_it_is_asked_again_whether_somebody_still_waits_until_the_team_says_so() -> None:
    world = full()
    world.wait(weeks=2)
    assert told(world.pass_clock(C, WAIT_KEY)) == {(NoticeKind.WAIT_DUE, "home-north")}
    world.keep_waiting(C)
    assert NoticeKind.WAIT_DUE not in {owed.kind for owed in world.outboxes[C]}
    assert world.episodes[C].clocks[WAIT_KEY].passed == 0
    assert [entry.episode for entry in world.occupancy.waiting] == [C, D]


def test_an_end_that_frees_no_place_uses_it_up() -> None:
    world = full()
    world.end(A, "finished")
    assert world.occupancy.taken == (A, B)
    assert world.offer() == ()
    world.take_back(A)
    assert world.occupancy.taken == (A, B)


def test_where_nothing_is_said_of_it_every_end_frees_the_place() -> None:
    world = Programme(pathway=programme(frees=None))
    world.begin(A)
    world.end(A, "finished")
    assert world.occupancy.taken == ()


def test_an_end_taken_back_takes_its_place_again_while_it_is_free() -> None:
    world = full()
    world.end(A)
    world.take_back(A)
    assert world.occupancy.taken == (A, B)
    enrolment = world.episodes[A].enrolment
    assert enrolment is not None
    assert enrolment.place_of == 2


def test_an_end_is_not_taken_back_when_the_place_has_gone_to_another() -> None:
    world = full()
    world.end(A)
    world.enrol(C)
    said = refusal(world.take_back, A)
    assert "its place in the programme has gone to another" in said.sentence
    assert said.mend


def test_who_waits_may_end_is_followed_up_by_nobody_and_only_its_team_is_told() -> None:
    world = full()
    ended = world.end(C, "deceased")
    assert {team for _kind, team in told(ended)} == {"home-north"}
    assert world.episodes[C].clocks == {}
    assert world.episodes[C].has_ended
    world.take_back(C)
    assert world.episodes[C].status is EpisodeStatus.WAITLIST
    assert WAIT_KEY in world.episodes[C].clocks
    assert [entry.episode for entry in world.occupancy.waiting] == [C, D]


def test_clocks_of_the_pathway_that_begin_with_the_episode_begin_with_the_enrolment() -> None:
    raw = PROGRAMME.model_dump(mode="json", by_alias=True)
    first = {"title": {"en": "First"}, "role": "home-care", "limit": "2 days", "repeat": "1 day"}
    raw["milestones"] = {"visited": {"title": {"en": "Visited"}}}
    stops = [{"milestone": "visited"}]
    raw["clocks"] = {
        "first-visit": {**first, "starts": [{"begins": True}], "stops": stops},
        "home-visit": {**first, "starts": [{"level": "home"}], "stops": stops},
    }
    world = Programme(pathway=Pathway.model_validate(raw))
    for reference in (A, B, C):
        world.begin(reference)
    declared = {"declared/first-visit", "declared/home-visit"}
    assert declared <= set(world.episodes[A].clocks)
    assert not declared & set(world.episodes[C].clocks)
    world.end(A)
    world.wait(days=9)
    world.enrol(C)
    assert {world.episodes[C].clocks[key].started_at for key in declared} == {world.now}


def test_to_enrol_looks_at_the_unit_where_the_patient_waits() -> None:
    world = full()
    waiting = world.episodes[C]
    at_a_bed = waiting.model_copy(update={"stays": (waiting.stay.model_copy(update={"unit": "east-bed"}),)})
    enrol = Enrol(actor=person("home-north"))
    assert units_to_look_at(world.pathway, NETWORK, waiting, enrol) == ()
    assert units_to_look_at(world.pathway, NETWORK, at_a_bed, enrol) == ("east-bed",)


def test_a_decision_looks_at_the_programme_only_where_a_place_may_change_hands() -> None:
    world = full()
    world.end(A)
    world.offer()
    waiting = world.episodes[C]
    assert looks_at_places(waiting, Enrol(actor=person("home-north")))
    assert looks_at_places(waiting, OfferEnrolment(actor=SYSTEM))
    assert looks_at_places(waiting, PassClock(actor=CLOCK, key=OFFER_KEY))
    assert not looks_at_places(waiting, PassClock(actor=CLOCK, key=WAIT_KEY))
    assert not looks_at_places(waiting, PassClock(actor=CLOCK, key="gone"))
    assert not looks_at_places(waiting, KeepWaiting(actor=person("home-north")))


def test_a_history_in_which_nobody_confirmed_criteria_holds_no_enrolment() -> None:
    world = Programme(pathway=PROGRAMME.model_copy(update={"enrolment": None, "evaluation": None}))
    world.begin(A, criteria=())
    (began, *_) = world.histories[A]
    awaited = began.model_copy(update={"number": 9, "event": EnrolmentAwaited()})
    with pytest.raises(ValueError, match="criteria are confirmed first"):
        evolved(world.episodes[A], awaited)


def test_after_the_last_day_of_the_programme_nobody_is_enrolled_and_the_team_of_a_wait_is_told_at_midnight() -> None:
    last = date(2026, 3, 9)
    world = Programme(pathway=PROGRAMME.model_copy(update={"in_force_until": last}))
    for reference in (A, B, C):
        world.begin(reference)
    midnight = datetime(2026, 3, 9, 23, tzinfo=UTC)
    assert world.episodes[C].clocks[WAIT_KEY].due_at == midnight
    world.end(A)
    world.now = midnight - timedelta(seconds=1)
    assert world.offer() == (C,)
    world.now = midnight
    assert told(world.pass_clock(C, WAIT_KEY)) == {(NoticeKind.WAIT_DUE, "home-north")}
    said = refusal(world.enrol, C)
    assert "its programme ended on 2026-03-09" in said.sentence
    world.wait(days=3)
    world.pass_clock(C, OFFER_KEY)
    assert OFFER_KEY not in world.episodes[C].clocks
    assert world.offer() == ()
    world.keep_waiting(C)
    assert world.episodes[C].clocks[WAIT_KEY].due_at > world.now


def test_the_package_of_the_programme_is_granted_in_the_moment_of_the_enrolment_and_not_before() -> None:
    raw = programme(package="start").model_dump(mode="json", by_alias=True)
    granted = {"services": {"pump": {"minutes": 60}}, "by": ["clinic"], "decides": "home-care"}
    raw["packages"] = {"start": {"title": {"en": "Start"}, "lasts": "8 weeks", "ask": "2 weeks", **granted}}
    world = Programme(pathway=Pathway.model_validate(raw))
    for reference in (A, B, C):
        world.begin(reference)
    assert list(world.episodes[A].grants) == ["start-1"]
    assert world.episodes[C].grants == {}
    assert NoticeKind.GRANT_MADE in {owed.kind for owed in world.outboxes[A]}
    world.end(A)
    world.enrol(C)
    assert list(world.episodes[C].grants) == ["start-1"]
