"""Orders of treatments: who orders what, which visits follow, and how an order runs, pauses, changes and ends."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from care_stories import H, person, told
from care_worlds import PERSON_NAME, ZONE
from hypothesis import given, settings
from hypothesis import strategies as st
from order_worlds import DRUG, MONDAY, Ordered, schedule, visit_key

from pathways.care.actors import CLOCK
from pathways.care.commands import ChangeHandover, PauseEpisode, ResumeEpisode, TakeBackEnd
from pathways.care.concerned import teams_to_tell
from pathways.care.episodes import ClockKind
from pathways.care.notice_kinds import NoticeKind
from pathways.care.orders.commands import PlaceOrder
from pathways.care.orders.schedules import MOST_VISITS, times_of, visits_of
from pathways.care.orders.values import OrderStatus, StopReason, VisitOutcome
from pathways.care.patient import PhaseOfIllness
from pathways.care.states import Action
from pathways.care.waits import WaitKind, waits
from pathways.definition.conditions import Phase
from pathways.errors import NotFound, Refused

DONE, MISSED, REFUSED = VisitOutcome.DONE, VisitOutcome.MISSED, VisitOutcome.REFUSED
TUESDAY, SUNDAY = MONDAY + timedelta(days=1), MONDAY + timedelta(days=6)


def keys(story: Ordered, number: int = 1) -> list[str]:
    return [visit.key for visit in visits_of(story.order(number), ZONE)]


def at(hour: int, minute: int = 0, day: int = 2) -> datetime:
    return datetime(2026, 3, day, hour, minute, tzinfo=ZONE).astimezone(UTC)


# What follows from an order


def test_visits_follow_from_the_times_and_the_days() -> None:
    story = Ordered()
    story.place("08:00", "14:00", "20:00", until_day=TUESDAY)
    assert keys(story) == [
        "2026-03-02T14:00",
        "2026-03-02T20:00",
        "2026-03-03T08:00",
        "2026-03-03T14:00",
        "2026-03-03T20:00",
    ]  # it is ten o'clock: what was earlier that day was not ordered for the future


def test_a_visit_at_the_very_minute_of_the_order_is_due() -> None:
    story = Ordered(now=at(10) + timedelta(seconds=42))
    story.place("10:00")
    assert keys(story) == ["2026-03-02T10:00"]


def test_every_other_day_and_weekdays_are_kept() -> None:
    story = Ordered()
    story.place("12:00", until_day=SUNDAY, every=2)
    story.place("12:00", until_day=SUNDAY, weekdays=("tue", "sat"))
    assert keys(story) == [f"2026-03-0{day}T12:00" for day in (2, 4, 6, 8)]
    assert keys(story, 2) == ["2026-03-03T12:00", "2026-03-07T12:00"]


def test_visits_keep_their_time_on_the_wall_when_clocks_change() -> None:
    spring = schedule("02:30", "08:00", from_day=date(2026, 3, 28), until_day=date(2026, 3, 29))
    assert [f"{instant:%d %H:%M}" for _key, instant in times_of(spring, ZONE)] == [
        "28 01:30",
        "28 07:00",
        "29 01:00",  # half past two does not exist: the moment of the change
        "29 06:00",
    ]
    autumn = schedule("02:30", from_day=date(2026, 10, 24), until_day=date(2026, 10, 26))
    assert [f"{instant:%d %H:%M}" for _key, instant in times_of(autumn, ZONE)] == ["24 00:30", "25 00:30", "26 01:30"]


@settings(deadline=None)
@given(
    first=st.dates(date(2025, 1, 1), date(2030, 12, 31)),
    days=st.integers(0, 60),
    times=st.lists(st.times().map(lambda t: f"{t:%H:%M}"), min_size=1, max_size=5, unique=True),
    every=st.integers(1, 9),
)
def test_each_time_comes_once_on_each_day_meant(first: date, days: int, times: list[str], every: int) -> None:
    last = first + timedelta(days=days)
    found = times_of(schedule(*times, from_day=first, until_day=last, every=every), ZONE)
    wanted = [
        f"{first + timedelta(days=number)}T{each}" for number in range(0, days + 1, every) for each in sorted(times)
    ]
    assert [key for key, _at in found] == wanted
    assert [instant for _key, instant in found] == sorted(instant for _key, instant in found)


# Who orders, and what


def test_an_order_runs_at_once_where_the_patient_is_and_those_responsible_are_told() -> None:
    story = Ordered()
    assert told(story.place("14:00")) == {(NoticeKind.ORDER_CHANGED, "home-north")}
    order = story.order()
    assert (order.status, order.drug, order.ordered_by.team) == (OrderStatus.ACTIVE, DRUG, "clinic-one")
    assert [(run.team, run.unit) for run in order.runs] == [("home-north", None)]


def test_an_order_placed_in_hospital_waits_for_the_patient_to_come_home() -> None:
    story = Ordered(level="bed", team="ward-east", unit="east-bed")
    story.place("14:00", until_day=SUNDAY, by="ward-east")
    assert story.order().status is OrderStatus.DRAFT
    assert keys(story) == []
    assert {clock.kind for clock in story.episode.clocks.values()} == {ClockKind.ORDER_END, ClockKind.FIXED_CONTACT}
    story.plan("discharge", "planned")
    story.change(Action.ACCEPT, "home-north")
    story.change(Action.DEPART, "ward-east")
    story.wait(days=1)
    decision = story.change(Action.ARRIVE, "home-north")
    assert story.order().status is OrderStatus.ACTIVE
    assert keys(story)[0] == "2026-03-03T14:00"
    assert "order-runs" in [recorded.event.type for recorded in decision.events]


def test_visits_between_a_coming_home_and_its_late_entry_are_to_be_recorded() -> None:
    story = Ordered(level="bed", team="ward-east", unit="east-bed")
    story.place("14:00", until_day=SUNDAY, by="ward-east")
    story.plan("discharge", "planned")
    story.change(Action.ACCEPT, "home-north")
    story.change(Action.DEPART, "ward-east")
    came_home = story.now + timedelta(hours=2)
    story.wait(days=1)
    arrive = ChangeHandover(actor=person("home-north"), handover=H, action=Action.ARRIVE, occurred_at=came_home)
    story.perform(arrive)
    (run,) = story.order().runs
    assert run.since == came_home
    assert keys(story)[0] == "2026-03-02T14:00"
    assert (WaitKind.VISIT, "1/2026-03-02T14:00") in {(each.kind, each.subject) for each in waits(story.episode)}
    story.say(DONE, "2026-03-02T14:00")
    assert story.order().visits["2026-03-02T14:00"].outcome is DONE


@pytest.mark.parametrize("team", ["home-north", "experts", "ward-west", None])
def test_only_the_roles_that_the_pathway_names_and_have_a_part_order(team: str | None) -> None:
    with pytest.raises(Refused, match="your team does not order this treatment") as caught:
        Ordered().place("14:00", by=team)
    assert "clinic-one" in str(caught.value)


@pytest.mark.parametrize(
    ("given_so", "why"),
    [
        ({"drug": "  "}, "nothing says what is to be given"),
        ({"times": ()}, "the times of day are missing"),
        ({"times": ("08:00", "08:00")}, "one stands twice"),
        ({"weekdays": ("mon", "mon")}, "a weekday stands twice"),
        ({"until_day": MONDAY - timedelta(days=1)}, "end before it begins"),
        ({"every": 0}, "number of days between visits"),
        ({"until_day": MONDAY + timedelta(days=42)}, "run longer than 42 days"),
        ({"from_day": MONDAY - timedelta(days=9), "until_day": MONDAY - timedelta(days=1)}, "no visit would be left"),
        ({"weekdays": ("sun",)}, "no visit would be left"),
        ({"treatment": "leeches"}, "no treatment of that name"),
        (
            {"treatment": "lamp", "times": tuple(f"{h:02}:00" for h in range(24)), "until_day": date(2026, 6, 1)},
            f"more than {MOST_VISITS} visits",
        ),
    ],
)
def test_what_cannot_be_ordered_is_refused_with_the_reason_and_without_what_was_typed(
    given_so: dict[str, Any], why: str
) -> None:
    story = Ordered()
    asked = {"times": ("14:00",), "drug": DRUG, "treatment": "drip", **given_so}
    with pytest.raises(Refused, match=why) as caught:
        story.place(*asked.pop("times"), **asked)
    assert PERSON_NAME not in str(caught.value)
    assert caught.value.mend
    assert not story.episode.orders


def test_an_order_may_run_for_just_as_long_as_the_pathway_says() -> None:
    story = Ordered()
    story.place("14:00", until_day=MONDAY + timedelta(days=41))
    assert len(keys(story)) == 42


def test_where_a_pathway_has_no_treatments_none_can_be_ordered() -> None:
    story = Ordered()
    story.context = story.context.__class__(
        story.context.pathway.model_copy(update={"treatments": {}}), story.context.network, story.now
    )
    with pytest.raises(Refused, match="no treatment of that name"):
        story.place("14:00")


# Changing and stopping


def test_a_change_holds_from_now_on_and_keeps_what_was() -> None:
    story = Ordered()
    story.place("11:00", "14:00", "20:00")
    story.now = at(11, 30)
    decision = story.alter("12:00", "22:00", drug=" half the dose ")
    assert keys(story) == ["2026-03-02T11:00", "2026-03-02T12:00", "2026-03-02T22:00"]
    assert story.order().drug == "half the dose"
    assert (NoticeKind.ORDER_CHANGED, "home-north") in told(decision)
    assert visit_key("2026-03-02T11:00") in story.running  # nobody has said what became of it
    assert visit_key("2026-03-02T14:00") not in story.episode.clocks


def test_the_same_again_is_no_change() -> None:
    story = Ordered()
    story.place("14:00")
    assert story.alter("14:00", drug=DRUG).events == ()


def test_a_new_drug_alone_leaves_the_visits_as_they_are() -> None:
    story = Ordered()
    story.place("14:00", "20:00")
    before = keys(story)
    story.alter(drug="another")
    assert keys(story) == before


def test_who_orders_and_who_is_responsible_may_stop_and_say_why() -> None:
    for team in ("clinic-two", "home-north"):
        story = Ordered()
        story.place("14:00", "20:00")
        story.wait(hours=5)
        decision = story.stop(by=team)
        assert (story.order().status, story.order().stopped_because) == (OrderStatus.STOPPED, StopReason.BY_PERSON)
        assert keys(story) == ["2026-03-02T14:00"]
        assert {kind for kind, _team in told(decision)} == {NoticeKind.ORDER_CHANGED}


def test_nobody_else_stops_and_nobody_without_a_reason() -> None:
    story = Ordered()
    story.place("14:00")
    with pytest.raises(Refused, match="your team does not order"):
        story.stop(by="ward-west")
    with pytest.raises(Refused, match="nothing says why"):
        story.stop(" ")


def test_what_is_over_is_not_changed_and_what_never_was_is_not_found() -> None:
    story = Ordered()
    with pytest.raises(NotFound, match="no order of that number"):
        story.stop()
    story.place("14:00")
    with pytest.raises(NotFound, match="Its orders are: 1"):
        story.stop(order=2)
    story.stop()
    with pytest.raises(Refused, match="it is stopped"):
        story.alter("15:00")


def test_an_order_whose_treatment_the_pathway_no_longer_has_is_refused_and_stops_by_itself() -> None:
    story = Ordered()
    story.place("14:00")
    without = story.context.pathway.model_copy(update={"treatments": {}})
    story.context = story.context.__class__(without, story.context.network, story.now)
    with pytest.raises(Refused, match="no longer has the treatment"):
        story.alter("15:00")
    story.perform(PauseEpisode(actor=person("home-north"), kind="elsewhere"))
    assert story.order().stopped_because is StopReason.MOVED
    assert story.running == set()


# By themselves


def test_an_order_ends_by_itself_with_its_last_day_and_both_sides_are_told() -> None:
    story = Ordered()
    story.place("14:00")
    story.wait(hours=5)
    story.say(DONE)
    story.now = datetime(2026, 3, 2, 23, 0, tzinfo=UTC)
    decision = story.pass_clock("order.end/1")
    assert story.order().status is OrderStatus.COMPLETED
    assert told(decision) == {(NoticeKind.ORDER_ENDED, "home-north"), (NoticeKind.ORDER_ENDED, "clinic-one")}
    assert "order.end/1" not in story.episode.clocks


def test_an_order_that_never_ran_ends_as_well() -> None:
    story = Ordered(level="bed", team="ward-east", unit="east-bed")
    story.place("14:00", by="ward-east")
    story.wait(days=2)
    story.pass_clock("order.end/1")
    assert story.order().status is OrderStatus.COMPLETED


def test_what_is_not_yet_recorded_is_still_asked_for_after_the_last_day() -> None:
    story = Ordered()
    story.place("14:00")
    story.now = datetime(2026, 3, 2, 23, 0, tzinfo=UTC)
    story.pass_clock("order.end/1")
    assert story.running == {visit_key("2026-03-02T14:00")}


def test_a_pause_suspends_the_visits_and_going_on_brings_back_only_those_to_come() -> None:
    story = Ordered()
    story.place("14:00", until_day=SUNDAY)
    story.perform(PauseEpisode(actor=person("home-north"), kind="elsewhere"))
    assert story.order().status is OrderStatus.ON_HOLD
    assert story.running == set()
    story.wait(days=2)
    story.note(PhaseOfIllness(phase=Phase.STABLE))
    assert story.order().status is OrderStatus.ON_HOLD
    story.perform(ResumeEpisode(actor=person("home-north")))
    assert story.order().status is OrderStatus.ACTIVE
    assert keys(story)[0] == "2026-03-04T14:00"


def test_while_it_pauses_nothing_is_ordered() -> None:
    story = Ordered()
    story.perform(PauseEpisode(actor=person("home-north"), kind="elsewhere"))
    with pytest.raises(Refused, match="the episode pauses"):
        story.place("14:00")


@pytest.mark.parametrize("end", ["deceased", "moved"])
def test_an_end_stops_every_visit_and_taking_it_back_lets_them_go_on(end: str) -> None:
    story = Ordered()
    story.place("14:00", until_day=TUESDAY)
    story.end(end)
    assert story.running == set()
    with pytest.raises(Refused, match="it has ended"):
        story.say(DONE)
    with pytest.raises(Refused, match="the episode has ended"):
        story.stop()
    story.wait(days=1)
    story.perform(TakeBackEnd(actor=person("home-north")))
    assert story.order().status is OrderStatus.ACTIVE
    assert story.running == {visit_key("2026-03-02T14:00"), visit_key("2026-03-03T14:00")}


def test_moving_to_where_it_is_given_too_makes_the_visits_those_of_the_new_team() -> None:
    story = Ordered()
    story.place("14:00", "20:00", until_day=TUESDAY)
    story.plan("strengthen", "planned")
    story.change(Action.ACCEPT, "experts")
    story.confirm("home-north")
    story.wait(hours=5)
    story.change(Action.ARRIVE, "experts")
    teams = {visit.key: visit.team for visit in visits_of(story.order(), ZONE)}
    assert teams["2026-03-02T14:00"] == "home-north"
    assert teams["2026-03-02T20:00"] == "experts"
    assert {clock.owner for key, clock in story.episode.clocks.items() if key.endswith("T14:00")} == {"home-north"}


def test_leaving_for_where_it_is_not_given_stops_it() -> None:
    story = Ordered()
    story.place("14:00", until_day=SUNDAY)
    story.plan("admit", "acute")
    story.change(Action.ACCEPT, "ward-east")
    story.confirm("ward-east")
    story.confirm("home-north")
    story.change(Action.DEPART, "home-north")
    decision = story.change(Action.ARRIVE, "ward-east")
    assert story.order().stopped_because is StopReason.MOVED
    assert (NoticeKind.ORDER_CHANGED, "clinic-one") in told(decision)
    assert story.handover(H).is_open is False
    assert story.running == set()


# What is waited for


def test_the_next_visit_is_what_is_waited_for_and_the_end_of_the_order_is_not() -> None:
    story = Ordered()
    story.place("14:00", "20:00")
    found = [(wait.kind, wait.subject, wait.teams) for wait in waits(story.episode)]
    assert (WaitKind.VISIT, "1/2026-03-02T14:00", ("home-north",)) in found
    assert {kind for kind, _subject, _teams in found} == {WaitKind.VISIT, WaitKind.FIXED_CONTACT}


def test_a_clock_cannot_order() -> None:
    command = PlaceOrder(actor=CLOCK, treatment="drip", drug=DRUG, schedule=schedule("14:00"))
    with pytest.raises(Refused, match="your team does not order"):
        Ordered().perform(command)


def test_whoever_ordered_a_treatment_hears_what_happens_to_the_episode_until_the_treatment_is_over() -> None:
    story = Ordered()
    story.place("14:00")
    order = story.episode.orders[1]
    of_the_ward = order.model_copy(update={"ordered_by": person("ward-west")})
    over = of_the_ward.model_copy(update={"status": OrderStatus.COMPLETED})
    for known, is_told in ((of_the_ward, True), (over, False)):
        episode = story.episode.model_copy(update={"orders": {1: known}})
        assert ("ward-west" in teams_to_tell(story.context, episode)) is is_told
