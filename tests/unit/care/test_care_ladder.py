"""The ladder by cover: no step ends at a closed desk, and what is unanswered is told before a desk closes."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from care_stories import WORDS, H, Story, change, person, told
from care_worlds import NETWORK, PATHWAY, ZONE

from pathways.care.actors import SYSTEM
from pathways.care.commands import AnswerQuestion, AskQuestion
from pathways.care.events_of_handovers import HandoverAddressed, HandoverEscalated
from pathways.care.ladder import ladders
from pathways.care.notice_kinds import NoticeKind
from pathways.care.recording import Context, Decision, Recorder
from pathways.care.states import Action, HandoverStatus
from pathways.definition.models import Pathway, UrgencyRules
from pathways.definition.networks import Network

ANSWER, CLOSING, DELIVERED, SEEN, STALE = (
    f"{H}/handover.{kind}" for kind in ("answer", "closing", "delivered", "seen", "stale")
)
OFFICE = {"hours": [{"days": ["mon", "tue", "wed", "thu", "fri"], "from": "08:00", "until": "16:30"}]}
EVENING = {"hours": [{"days": ["mon", "tue", "wed", "thu", "fri"], "from": "16:30", "until": "22:00"}]}
ALWAYS = {"always": True}


def at(hour: int, minute: int = 0, day: int = 6) -> datetime:
    """A local time on Friday 6 March 2026, an ordinary week, or on another day of that month."""
    return datetime(2026, 3, day, hour, minute, tzinfo=ZONE).astimezone(UTC)


def network(first: Any = OFFICE, second: Any = OFFICE, third: Any = OFFICE, **team: Any) -> Network:
    """The network in which ward-east's three contacts have these hours; the last resort is always open."""
    plain = NETWORK.model_dump(mode="json", by_alias=True)
    ward = plain["teams"]["ward-east"]
    for contact, cover in zip(ward["contacts"], (first, second, third), strict=True):
        contact["cover"] = cover
    plain["teams"]["ward-east"] = ward | team
    return Network.model_validate(plain)


def pathway(**rules: Any) -> Pathway:
    """The pathway in which the urgency `acute` asks for this besides."""
    acute = UrgencyRules.model_validate({"title": {"en": "Acute"}, **rules})
    return PATHWAY.model_copy(update={"urgencies": {"acute": acute}})


def requested(
    now: datetime, cover: Network, rules: Pathway = PATHWAY, urgency: str = "acute"
) -> tuple[Story, Decision]:
    story = Story(context=Context(rules, cover, now))
    return story, story.plan("admit", urgency)


def asked(decision: Decision, kind: NoticeKind) -> list[str]:
    """Team and contact of the notices of one kind."""
    return [f"{owed.team}/{owed.contact}" for owed in decision.notices if owed.kind is kind]


def test_a_request_goes_to_the_first_contact_who_is_on_duty() -> None:
    _story, decision = requested(at(17), network(OFFICE, EVENING, ALWAYS))
    assert asked(decision, NoticeKind.REQUESTED) == ["ward-east/second"]
    (told_to,) = [recorded.event for recorded in decision.events if isinstance(recorded.event, HandoverAddressed)]
    assert (told_to.rung, told_to.passed_over) == (1, ("ward-east/first",))


def test_a_request_to_a_closed_team_goes_to_the_last_resort() -> None:
    _story, decision = requested(at(23), network())
    assert asked(decision, NoticeKind.REQUESTED) == ["experts/third"]


def test_a_request_to_a_closed_team_goes_to_the_team_that_covers_it_before_the_last_resort() -> None:
    _story, decision = requested(at(23), network(covered_by="home-south"))
    assert asked(decision, NoticeKind.REQUESTED) == ["home-south/first"]


def test_a_step_of_the_ladder_passes_over_a_closed_desk() -> None:
    story, _ = requested(at(10), network(OFFICE, EVENING, ALWAYS))
    story.wait(minutes=30)
    decision = story.pass_clock(ANSWER)
    assert asked(decision, NoticeKind.ESCALATED) == ["ward-east/third"]
    (step,) = [recorded.event for recorded in decision.events if isinstance(recorded.event, HandoverEscalated)]
    assert step.passed_over == ("ward-east/second",)


def test_with_every_further_desk_closed_the_last_resort_is_used() -> None:
    story, _ = requested(at(10), network(OFFICE, EVENING, EVENING))
    story.wait(minutes=30)
    decision = story.pass_clock(ANSWER)
    assert asked(decision, NoticeKind.ESCALATED) == ["experts/third"]


def test_a_reminder_goes_to_whoever_has_the_request_and_is_on_duty() -> None:
    story, _ = requested(at(16, 15), network(OFFICE, EVENING, ALWAYS))
    story.wait(minutes=20)  # 16:35: the first desk has closed
    decision = story.pass_clock(ANSWER)
    assert asked(decision, NoticeKind.REMINDER) == ["ward-east/second"]


def test_before_a_desk_closes_what_it_has_not_answered_is_told_to_those_who_take_over() -> None:
    story, _ = requested(at(15), network(OFFICE, OFFICE, OFFICE, covered_by="home-south"), urgency="planned")
    clock = story.episode.clocks[CLOSING]
    assert (clock.next_at, clock.due_at) == (at(16), at(16, 30))
    story.wait(hours=1)
    decision = story.pass_clock(CLOSING)
    assert asked(decision, NoticeKind.HANDED_ON) == ["home-south/first"]
    assert CLOSING in story.episode.clocks  # on Monday morning the ward takes over again


def test_those_who_take_over_and_are_not_on_duty_yet_are_told_when_they_are() -> None:
    story, _ = requested(at(15), network(OFFICE, EVENING, ALWAYS), urgency="planned")
    assert story.episode.clocks[CLOSING].next_at == at(16, 30)
    story.wait(hours=1, minutes=30)
    decision = story.pass_clock(CLOSING)
    assert asked(decision, NoticeKind.HANDED_ON) == ["ward-east/second"]
    assert story.episode.clocks[CLOSING].due_at == at(22)


def test_a_request_within_the_lead_time_is_told_to_those_who_take_over_at_once() -> None:
    story, _ = requested(at(16, 20), network(OFFICE, OFFICE, ALWAYS), urgency="planned")
    assert story.episode.clocks[CLOSING].next_at == story.now
    assert asked(story.pass_clock(CLOSING), NoticeKind.HANDED_ON) == ["ward-east/third"]


def test_whoever_has_the_request_already_is_not_told_again_when_a_desk_closes() -> None:
    story, _ = requested(at(15, 55), network(OFFICE, OFFICE, ALWAYS))
    story.wait(minutes=30)  # 16:25, and nobody has answered
    story.pass_clock(ANSWER)  # to the second
    story.wait(minutes=6)  # 16:31
    story.pass_clock(ANSWER)  # not due: each ten minutes
    story.wait(minutes=4)
    assert asked(story.pass_clock(ANSWER), NoticeKind.ESCALATED) == ["ward-east/third"]
    assert not asked(story.pass_clock(CLOSING), NoticeKind.HANDED_ON)


def test_where_the_next_desk_closes_within_the_lead_time_as_well_those_after_it_are_told_at_once() -> None:
    briefly = {"hours": [{"days": ["fri"], "from": "16:30", "until": "16:40"}]}
    story, _ = requested(at(15), network(OFFICE, briefly, ALWAYS), urgency="planned")
    story.wait(hours=1, minutes=30)  # the second desk opens, for ten minutes
    assert asked(story.pass_clock(CLOSING), NoticeKind.HANDED_ON) == ["ward-east/second", "ward-east/third"]


def test_desks_that_never_close_need_no_clock() -> None:
    story, _ = requested(at(10), network(ALWAYS, ALWAYS, ALWAYS))
    assert CLOSING not in story.episode.clocks


@pytest.mark.parametrize("action", [Action.ACCEPT, Action.REJECT])
def test_an_answer_stops_at_once_all_that_urges_to_answer(action: Action) -> None:
    rules = pathway(delivered="5 min", seen="10 min", stale="3 days")
    story, _ = requested(at(10), network(), rules)
    assert {ANSWER, CLOSING, DELIVERED, SEEN, STALE} <= set(story.episode.clocks)
    story.change(action, "ward-east", "no-place")
    assert not {ANSWER, CLOSING, DELIVERED, SEEN, STALE} & set(story.episode.clocks)
    assert all(owed.kind in (NoticeKind.ACCEPTED, NoticeKind.REJECTED) for owed in story.outbox)


def test_what_no_channel_took_is_told_to_the_next_contact_and_to_the_sender() -> None:
    story, _ = requested(at(10), network(ALWAYS, ALWAYS, ALWAYS), pathway(delivered="5 min", seen="10 min"))
    story.wait(minutes=5)
    decision = story.pass_clock(DELIVERED)
    assert asked(decision, NoticeKind.ESCALATED) == ["ward-east/second"]
    assert told(decision) >= {(NoticeKind.NOT_DELIVERED, "home-north")}
    story.wait(minutes=5)
    assert not story.pass_clock(SEEN).notices  # first the delivery, then the opening, then the answer


@pytest.mark.parametrize("first", [DELIVERED, SEEN, ANSWER])
def test_past_the_limit_of_the_answer_only_that_is_acted_upon(first: str) -> None:
    """After a stop of the program all clocks are due at once, and nobody is to be told three times."""
    story, _ = requested(at(10), network(ALWAYS, ALWAYS, ALWAYS), pathway(delivered="5 min", seen="10 min"))
    story.wait(minutes=30)
    assert asked(story.pass_clock(first), NoticeKind.ESCALATED) == ["ward-east/second"]
    assert not any(story.pass_clock(key).notices for key in (DELIVERED, SEEN, ANSWER))


def test_who_stands_in_for_both_sides_is_told_of_a_late_arrival_once() -> None:
    plain = network().model_dump(mode="json", by_alias=True)
    plain["teams"]["home-north"]["cover"] = OFFICE
    story, _ = requested(at(23), Network.model_validate(plain))
    story.change(Action.ACCEPT, "ward-east")
    story.wait(hours=4)
    assert asked(story.pass_clock(f"{H}/handover.arrive"), NoticeKind.OVERDUE) == ["experts/third"]


def test_what_was_delivered_and_nobody_opened_is_told_to_the_next_contact_and_to_the_sender() -> None:
    story, _ = requested(at(10), network(ALWAYS, ALWAYS, ALWAYS), pathway(delivered="5 min", seen="10 min"))
    story.perform(change(Action.DELIVER, SYSTEM))
    assert DELIVERED not in story.episode.clocks
    story.wait(minutes=10)
    decision = story.pass_clock(SEEN)
    assert asked(decision, NoticeKind.ESCALATED) == ["ward-east/second"]
    assert told(decision) >= {(NoticeKind.NOT_SEEN, "home-north")}


def test_opening_a_request_stops_the_clocks_of_delivery_and_opening_and_not_the_answers() -> None:
    story, _ = requested(at(10), network(), pathway(delivered="5 min", seen="10 min"))
    story.change(Action.SEE, "ward-east")
    assert not {DELIVERED, SEEN} & set(story.episode.clocks)
    assert ANSWER in story.episode.clocks


def test_a_request_that_nobody_answers_for_long_closes_itself_and_both_sides_are_told() -> None:
    story, _ = requested(at(10), network(), pathway(stale="3 days"))
    decision = story.run_until(at(10, day=9))
    assert story.handover().status is HandoverStatus.CANCELLED
    assert story.handover().closing_reason == "stale"
    assert told(decision) >= {(NoticeKind.CANCELLED, "home-north"), (NoticeKind.CANCELLED, "ward-east")}
    assert set(story.episode.clocks) == {f"{H}/handover.next-step"}


def test_a_limit_in_cover_time_counts_only_the_time_in_which_the_receiver_is_open() -> None:
    story, _ = requested(at(16, 20), network(), pathway(answer_counts="cover"))
    clock = story.episode.clocks[ANSWER]
    assert clock.due_at == at(8, 20, day=9)  # 10 minutes on Friday, 20 on Monday
    assert clock.next_at == at(8, 10, day=9)


def test_a_reminder_of_a_limit_in_cover_time_waits_until_the_receiver_opens() -> None:
    story, _ = requested(at(16, 25), network(), pathway(answer_counts="cover"))
    assert story.episode.clocks[ANSWER].due_at == at(8, 25, day=9)
    story, _ = requested(at(16, 29), network(), pathway(answer_counts="cover"))
    assert story.episode.clocks[ANSWER].due_at == at(8, 29, day=9)
    assert story.episode.clocks[ANSWER].next_at == at(8, 19, day=9)
    story, _ = requested(at(16, 8), network(), pathway(answer_counts="cover"))
    assert story.episode.clocks[ANSWER].due_at == at(8, 8, day=9)
    assert story.episode.clocks[ANSWER].next_at == at(8, 0, day=9)  # 07:58 would find the desk closed


def test_what_a_question_leaves_of_a_limit_in_cover_time_counts_in_cover_time_too() -> None:
    """The desk closes at 16:30 on Friday: 10 of the 30 minutes are used by then, and 5 more on Monday."""
    stopping = pathway(answer_counts="cover", question_stops_answer=True)
    story, _ = requested(at(16, 15), network(), stopping)
    story.now = at(16, 25)
    story.perform(AskQuestion(actor=person("ward-east"), handover=H, text=WORDS))
    assert story.handover().answer_left_seconds == timedelta(minutes=20).total_seconds()
    story.now = at(16, 26)
    story.perform(AnswerQuestion(actor=person("home-north"), handover=H, answer=WORDS))
    clock = story.episode.clocks[ANSWER]
    assert (clock.due_at, clock.next_at) == (at(8, 16, day=9), at(8, 6, day=9))


def test_the_last_resort_is_told_once_of_a_request_whose_two_receivers_are_closed() -> None:
    story, _ = requested(at(10), network())
    recorder = Recorder(story.context, story.episode, person("home-north"))
    for receiver in ("ward-east", "ward-west"):
        recorder.record(HandoverAddressed(handover=H, receiver=receiver, rung=2, team="experts", contact="third"))
        recorder.owe_contact(NoticeKind.REQUESTED, "experts", "third", handover=H)
    assert len(recorder.decided().notices) == 1


def test_a_limit_in_all_time_runs_through_closed_hours() -> None:
    story, _ = requested(at(16, 20), network())
    assert story.episode.clocks[ANSWER].due_at == at(16, 50)


def test_a_sender_who_must_know_is_told_where_somebody_is_on_duty() -> None:
    closed = network(ALWAYS, ALWAYS, ALWAYS).model_dump(mode="json", by_alias=True)
    closed["teams"]["home-north"]["cover"] = OFFICE
    story, _ = requested(at(23), Network.model_validate(closed))
    story.wait(minutes=30)
    assert asked(story.pass_clock(ANSWER), NoticeKind.OVERDUE) == ["experts/third"]


@pytest.mark.parametrize(("urgency", "told_to"), [("acute", "experts/third"), ("planned", "home-north/first")])
def test_what_is_said_of_an_urgent_handover_does_not_wait_for_a_desk_to_open(urgency: str, told_to: str) -> None:
    closed = network(ALWAYS, ALWAYS, ALWAYS).model_dump(mode="json", by_alias=True)
    closed["teams"]["home-north"]["cover"] = OFFICE
    night = Network.model_validate(closed)
    for command, kind in (
        (AskQuestion(actor=person("ward-east"), handover=H, text=WORDS), NoticeKind.QUESTION_ASKED),
        (change(Action.REJECT, person("ward-east"), "no-place"), NoticeKind.REJECTED),
        (change(Action.ACCEPT, person("ward-east")), NoticeKind.ACCEPTED),
    ):
        story, _ = requested(at(23), night, urgency=urgency)
        assert asked(story.perform(command), kind) == [told_to]


def test_where_nobody_is_on_duty_at_all_the_first_contact_is_told_all_the_same() -> None:
    """No sound network is like that; but nothing may be lost in one that has become so."""
    unsound = network().model_copy(update={"last_resort": None})
    story, decision = requested(at(23), unsound)
    assert asked(decision, NoticeKind.REQUESTED) == ["ward-east/first"]
    story.wait(minutes=30)
    assert asked(story.pass_clock(ANSWER), NoticeKind.ESCALATED) == ["ward-east/first"]


def test_the_ladder_shows_who_has_a_request_and_who_is_next_and_when() -> None:
    story, _ = requested(at(10), network(OFFICE, EVENING, ALWAYS))
    (seen,) = ladders(story.context, story.episode, story.handover())
    assert (seen.receiver, seen.present.contact, seen.following.contact) == ("ward-east", "first", "third")
    assert seen.next_at == at(10, 30)
    story.wait(minutes=30)
    story.pass_clock(ANSWER)
    (seen,) = ladders(story.context, story.episode, story.handover())
    assert (seen.present.contact, seen.following.team) == ("third", "experts")
    assert seen.next_at == at(10, 40)
    story.change(Action.ACCEPT, "ward-east")
    assert ladders(story.context, story.episode, story.handover()) == ()


def test_a_request_whose_answer_a_question_stops_has_no_time_for_the_next() -> None:
    story, _ = requested(at(10), network())
    stopped = story.episode.model_copy(update={"clocks": {}})
    (seen,) = ladders(story.context, stopped, story.handover())
    assert seen.next_at is None


def test_what_a_damaged_network_names_and_no_longer_has_is_left_out_of_the_ladder() -> None:
    gone = network(covered_by="nobody-there").model_copy(
        update={"last_resort": NETWORK.last_resort and NETWORK.last_resort.model_copy(update={"team": "gone"})}
    )
    story, decision = requested(at(10), gone)
    assert asked(decision, NoticeKind.REQUESTED) == ["ward-east/first"]
    assert {rung.team for rung in story.context.rota.ladder("ward-east", at(10))} == {"ward-east"}


def test_whoever_was_asked_hears_that_it_is_over_though_their_team_is_closed_by_then() -> None:
    story, _ = requested(at(10), network())
    story.wait(hours=13)
    decision = story.change(Action.CANCEL, "home-north", "better")
    assert set(asked(decision, NoticeKind.CANCELLED)) == {"experts/third", "ward-east/first"}
