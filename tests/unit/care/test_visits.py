"""Visits: done, missed or refused, by whom and when; those that nobody recorded or nobody can make are noticed."""

from datetime import datetime, timedelta

import pytest
from care_stories import told
from care_worlds import PERSON_NAME, ZONE
from order_worlds import MONDAY, Ordered, acted_key, visit_key

from pathways.care.actors import CLOCK
from pathways.care.commands import PassClock
from pathways.care.episodes import ClockKind, ClockOutcome
from pathways.care.events import ClockStopped
from pathways.care.notice_kinds import NoticeKind
from pathways.care.orders.covering import WhyUncovered, uncovered
from pathways.care.orders.values import VisitOutcome
from pathways.care.recording import Decision
from pathways.care.states import Action
from pathways.care.waits import WaitKind, waits
from pathways.definition.covers import Cover
from pathways.errors import NotFound, Refused

DONE, MISSED, REFUSED = VisitOutcome.DONE, VisitOutcome.MISSED, VisitOutcome.REFUSED
FIRST, SECOND, THIRD = (f"2026-03-02T{hour}:00" for hour in (11, 14, 15))
SATURDAY = MONDAY + timedelta(days=5)


def ordered() -> Ordered:
    """Visits at eleven, two and three; it is ten."""
    story = Ordered()
    story.place("11:00", "14:00", "15:00")
    return story


def pass_due(story: Ordered) -> list[Decision]:
    """Act on all that is due, as `watch` does each minute."""
    due = [key for key, clock in story.episode.clocks.items() if clock.next_at <= story.now]
    return [story.perform(PassClock(actor=CLOCK, key=key)) for key in due]


# Recording


@pytest.mark.parametrize("outcome", VisitOutcome)
def test_what_became_of_a_visit_is_kept_with_who_said_so_and_when(outcome: VisitOutcome) -> None:
    story = ordered()
    story.wait(hours=1, minutes=20)
    story.say(outcome, FIRST, words=f" {PERSON_NAME} slept ")
    said = story.order().visits[FIRST]
    assert (said.outcome, said.at, said.actor.name) == (outcome, story.now, PERSON_NAME)
    assert said.words == f"{PERSON_NAME} slept"
    assert visit_key(FIRST) not in story.episode.clocks
    assert visit_key(SECOND) in story.episode.clocks


def test_without_a_name_it_is_the_first_that_nobody_has_said_anything_of() -> None:
    story = ordered()
    story.wait(hours=4, minutes=30)
    story.say(DONE)
    story.say(MISSED)
    assert {key: said.outcome for key, said in story.order().visits.items()} == {FIRST: DONE, SECOND: MISSED}


def test_the_next_visit_may_be_made_early_and_later_ones_not() -> None:
    story = ordered()
    story.say(DONE, FIRST)
    with pytest.raises(Refused, match="none whose time has come, nor the next one") as caught:
        story.say(DONE, THIRD)
    assert FIRST in str(caught.value)
    with pytest.raises(Refused, match="none whose time"):
        story.say(DONE, PERSON_NAME)


def test_after_the_last_visit_none_waits() -> None:
    story = ordered()
    story.wait(hours=6)
    for _each in range(3):
        story.say(DONE)
    with pytest.raises(Refused, match="none waits for it"):
        story.say(DONE)


def test_where_visits_have_not_begun_none_can_be_recorded() -> None:
    story = Ordered(level="bed", team="ward-east", unit="east-bed")
    story.place("11:00", by="ward-east")
    with pytest.raises(Refused, match="It has none yet"):
        story.say(DONE, FIRST, by="ward-east")


def test_of_an_order_that_is_not_there_nothing_is_recorded() -> None:
    with pytest.raises(NotFound, match="Place one first"):
        Ordered().say(DONE)


def test_the_same_again_is_nothing_and_another_word_corrects_it() -> None:
    story = ordered()
    story.wait(hours=2)
    story.say(MISSED, FIRST)
    assert story.say(MISSED, FIRST).events == ()
    assert acted_key(FIRST) in story.episode.clocks
    story.say(DONE, FIRST)
    assert story.order().visits[FIRST].outcome is DONE
    assert acted_key(FIRST) not in story.episode.clocks


@pytest.mark.parametrize("team", ["home-north", "clinic-one", "experts"])
def test_the_team_those_consulted_and_the_team_that_covers_may_record(team: str) -> None:
    ordered().say(DONE, by=team)


def test_others_may_not_record() -> None:
    with pytest.raises(Refused, match="your team has no part in it"):
        ordered().say(DONE, by="ward-west")


# What nobody recorded


def test_a_visit_that_goes_by_unrecorded_is_noticed_and_told_again_until_somebody_says() -> None:
    story = ordered()
    story.wait(hours=1, minutes=59)
    assert pass_due(story) == []
    story.wait(minutes=1)
    (decision,) = pass_due(story)
    assert told(decision) == {(NoticeKind.VISIT_UNRECORDED, "home-north")}
    story.wait(minutes=30)
    assert len(pass_due(story)) == 1
    decision = story.say(DONE)
    assert NoticeKind.VISIT_UNRECORDED not in {owed.kind for owed in story.outbox}
    stopped = [each.event for each in decision.events if isinstance(each.event, ClockStopped)]
    assert [(each.key, each.outcome) for each in stopped] == [(visit_key(FIRST), ClockOutcome.LATE)]


def test_each_visit_has_its_clock_also_when_the_one_before_is_forgotten() -> None:
    story = ordered()
    for hours in (2, 3, 1):
        story.wait(hours=hours)
        pass_due(story)
    assert story.running == {visit_key(FIRST), visit_key(SECOND), visit_key(THIRD)}
    story.wait(hours=1)
    pass_due(story)
    assert all(story.episode.clocks[key].passed for key in story.running)


def test_after_a_long_stop_of_the_program_every_forgotten_visit_is_told_of() -> None:
    story = ordered()
    story.wait(days=1)
    for _minute in range(2):
        pass_due(story)
        story.wait(minutes=1)
    assert {key for key in story.running if story.episode.clocks[key].passed} == {
        visit_key(FIRST),
        visit_key(SECOND),
        visit_key(THIRD),
    }


# What was missed or refused


def test_a_missed_visit_waits_until_somebody_has_acted() -> None:
    story = ordered()
    story.wait(hours=2)
    decision = story.say(MISSED, FIRST, by="clinic-one", words="nobody was free")
    assert (NoticeKind.VISIT_MISSED, "home-north") in told(decision)
    clock = story.episode.clocks[acted_key(FIRST)]
    assert (clock.kind, clock.owner, clock.due_at) == (ClockKind.MISSED, "home-north", story.now + timedelta(hours=2))
    assert WaitKind.MISSED_VISIT in {wait.kind for wait in waits(story.episode)}
    story.wait(hours=2)
    assert (NoticeKind.VISIT_MISSED, "home-north") in {pair for each in pass_due(story) for pair in told(each)}
    story.act_on(FIRST, f"rang {PERSON_NAME}")
    said = story.order().visits[FIRST]
    assert (said.acted_at, said.acted_words) == (story.now, f"rang {PERSON_NAME}")
    assert acted_key(FIRST) not in story.episode.clocks
    assert NoticeKind.VISIT_MISSED not in {owed.kind for owed in story.outbox}


def test_who_misses_it_themselves_is_not_told_at_once() -> None:
    story = ordered()
    story.wait(hours=2)
    assert told(story.say(MISSED, FIRST)) == set()


def test_acting_twice_is_once_and_those_who_ordered_may_act() -> None:
    story = ordered()
    story.wait(hours=2)
    story.say(MISSED, FIRST)
    story.act_on(FIRST, by="clinic-one")
    assert story.act_on(FIRST, "again").events == ()


def test_acting_needs_words_a_part_and_a_visit_that_was_missed() -> None:
    story = ordered()
    story.wait(hours=2)
    with pytest.raises(Refused, match="Nothing needs to be done"):
        story.act_on(FIRST)
    story.say(MISSED, FIRST)
    with pytest.raises(Refused, match=f"Missed are: {FIRST}"):
        story.act_on(SECOND)
    with pytest.raises(Refused, match="nothing says what was done"):
        story.act_on(FIRST, " ")
    with pytest.raises(Refused, match="your team has no part"):
        story.act_on(FIRST, by="ward-west")


def test_stopping_the_order_is_acting_too() -> None:
    story = ordered()
    story.wait(hours=2)
    story.say(MISSED, FIRST)
    story.stop()
    assert acted_key(FIRST) not in story.episode.clocks


def test_a_missed_visit_becomes_the_matter_of_whoever_takes_over() -> None:
    story = ordered()
    story.wait(hours=2)
    story.say(MISSED, FIRST)
    story.plan("strengthen", "planned")
    story.change(Action.ACCEPT, "experts")
    story.confirm("home-north")
    story.change(Action.ARRIVE, "experts")
    assert story.episode.clocks[acted_key(FIRST)].owner == "experts"


def test_what_the_citizen_refused_is_told_to_those_who_ordered_and_waits_for_nobody() -> None:
    story = ordered()
    story.wait(hours=2)
    assert told(story.say(REFUSED, FIRST)) == {(NoticeKind.VISIT_REFUSED, "clinic-one")}
    assert acted_key(FIRST) not in story.episode.clocks
    assert told(story.say(REFUSED, SECOND, by="clinic-one")) == set()


# Who can make it


def test_a_visit_for_which_nobody_has_the_competence_is_said_at_once_with_who_and_when() -> None:
    story = Ordered()
    decision = story.place("18:00")
    assert (NoticeKind.ORDER_UNCOVERED, "home-north") in told(decision)
    (found,) = uncovered(story.context, story.episode, story.order())
    assert (found.visit.key, found.why, found.wanted) == ("2026-03-02T18:00", WhyUncovered.NO_COMPETENCE, ("drips",))
    assert found.next_able
    assert (found.next_able.team, found.next_able.contact) == ("experts", "first")
    assert found.next_able.from_at == datetime(2026, 3, 2, 20, 0, tzinfo=ZONE)
    assert [(duty.team, duty.contact) for duty in found.elsewhere] == [("ward-west", "first")]
    assert WaitKind.UNCOVERED_VISIT in {wait.kind for wait in waits(story.episode)}


def test_the_one_who_covers_for_the_team_counts_and_the_first_visit_that_lacks_somebody_is_waited_for() -> None:
    story = Ordered()
    story.place("12:00", "21:00", until_day=SATURDAY)
    (found,) = uncovered(story.context, story.episode, story.order())
    assert found.visit.key == "2026-03-07T12:00"  # a Saturday at noon
    clock = story.episode.clocks["order.uncovered/1"]
    assert clock.due_at == datetime(2026, 3, 7, 12, 0, tzinfo=ZONE)


def test_it_is_told_again_when_the_time_of_the_visit_comes_and_rests_once_the_order_is_changed() -> None:
    story = Ordered()
    story.place("18:00")
    story.wait(hours=8)
    assert (NoticeKind.ORDER_UNCOVERED, "home-north") in {pair for each in pass_due(story) for pair in told(each)}
    story.alter("21:00")
    assert "order.uncovered/1" not in story.episode.clocks
    assert NoticeKind.ORDER_UNCOVERED not in {owed.kind for owed in story.outbox}


def test_who_orders_for_themselves_sees_it_and_is_not_told() -> None:
    story = Ordered(level="bed", team="ward-east", unit="east-bed")
    story.plan("relieve", "planned", unit="east-rest")
    story.change(Action.ACCEPT, "ward-east")
    story.confirm("ward-east")
    story.change(Action.DEPART, "ward-east")
    story.change(Action.ARRIVE, "ward-east")
    decision = story.place("14:00", by="ward-east", treatment="lamp")
    assert told(decision) == set()
    assert uncovered(story.context, story.episode, story.order()) == ()


def test_a_visit_in_a_unit_lies_in_its_hours() -> None:
    story = Ordered(level="bed", team="ward-east", unit="east-bed")
    story.plan("relieve", "planned", unit="east-rest")
    story.change(Action.ACCEPT, "ward-east")
    story.confirm("ward-east")
    story.change(Action.DEPART, "ward-east")
    story.change(Action.ARRIVE, "ward-east")
    with pytest.raises(Refused) as caught:
        story.place("14:00", "16:00", by="ward-east", treatment="lamp")
    assert str(caught.value) == (
        f"Cannot order this in episode {story.episode.reference}: east-rest is closed at the time of the visit "
        "Mon 2026-03-02 16:00. Choose times and days in its opening hours; it opens next Tue 2026-03-03 07:00."
    )
    story.place("14:00", "15:59", by="ward-east", treatment="lamp")


def test_a_unit_that_never_opens_is_said_too() -> None:
    story = Ordered(level="bed", team="ward-east", unit="east-bed")
    story.plan("relieve", "planned", unit="east-rest")
    story.change(Action.ACCEPT, "ward-east")
    story.confirm("ward-east")
    story.change(Action.DEPART, "ward-east")
    story.change(Action.ARRIVE, "ward-east")
    rest = story.context.network.units["east-rest"].model_copy(update={"hours": Cover(hours=())})
    story.units_are({**story.context.network.units, "east-rest": rest})
    with pytest.raises(Refused, match="Ask those who keep the network file for its hours"):
        story.place("14:00", by="ward-east", treatment="lamp")


def test_an_order_that_comes_along_to_a_unit_says_which_visits_find_it_closed() -> None:
    story = Ordered()
    story.place("12:00", "18:00", treatment="lamp", until_day=MONDAY + timedelta(days=1))
    story.plan("relieve", "planned", unit="east-rest")
    story.change(Action.ACCEPT, "ward-east")
    story.confirm("ward-east")
    story.change(Action.DEPART, "home-north")
    story.change(Action.ARRIVE, "ward-east")
    found = uncovered(story.context, story.episode, story.order())
    assert [(each.visit.key, each.why) for each in found] == [
        ("2026-03-02T18:00", WhyUncovered.CLOSED),
        ("2026-03-03T18:00", WhyUncovered.CLOSED),
    ]
    assert found[0].opens_at == datetime(2026, 3, 3, 7, 0, tzinfo=ZONE)
    assert story.episode.clocks["order.uncovered/1"].owner == "ward-east"


def test_only_what_runs_has_visits_that_nobody_can_make() -> None:
    story = Ordered()
    story.place("18:00")
    story.stop()
    assert uncovered(story.context, story.episode, story.order()) == ()
