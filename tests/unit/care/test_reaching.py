"""Where several are asked, a request reaches each for itself: what one has, says nothing of the others."""

from collections.abc import Sequence

from care_stories import H, Story, change, person, told
from care_worlds import NETWORK, PATHWAY, START, WORLDS

from pathways.care.actors import SYSTEM
from pathways.care.commands import ChangeHandover
from pathways.care.episodes import ClockOutcome, Told
from pathways.care.events import ClockStopped
from pathways.care.notice_kinds import NoticeKind
from pathways.care.recording import Context, Decision
from pathways.care.states import Action, HandoverStatus, MarkKind

# Ward-west has one contact: who is next on its ladder is the last resort, of the experts.
DELIVERED, SEEN = f"{H}/handover.delivered", f"{H}/handover.seen"
EAST, WEST = Told(team="ward-east", contact="first"), Told(team="ward-west", contact="first")


def asked(*units: str) -> Story:
    """An acute request to two wards, which is to be delivered within 5 minutes and opened within 10."""
    acute = (
        WORLDS[1][0].urgencies["acute"].model_copy(update={"answer_counts": PATHWAY.urgencies["acute"].answer_counts})
    )
    pathway = PATHWAY.model_copy(update={"urgencies": {**PATHWAY.urgencies, "acute": acute}})
    story = Story(context=Context(pathway, NETWORK, START))
    story.plan(unit=units or ("east-bed", "west-bed"))
    return story


def deliver(story: Story, to: Told) -> Decision:
    command = ChangeHandover(actor=SYSTEM, handover=H, action=Action.DELIVER, told_to=to)
    return story.perform(command)


def outcomes(decision: Decision) -> Sequence[tuple[str, ClockOutcome]]:
    events = [recorded.event for recorded in decision.events]
    return [(event.key, event.outcome) for event in events if isinstance(event, ClockStopped)]


def test_the_clock_of_the_delivery_runs_until_all_who_can_answer_have_the_request() -> None:
    story = asked()
    assert outcomes(deliver(story, EAST)) == []
    assert not deliver(story, EAST).events
    assert outcomes(deliver(story, WEST)) == [(DELIVERED, ClockOutcome.MET)]
    assert [mark.kind for mark in story.handover().marks] == [MarkKind.DELIVERED]
    assert SEEN in story.episode.clocks


def test_whoever_has_not_got_it_is_asked_again_and_nobody_else() -> None:
    story = asked()
    deliver(story, EAST)
    story.wait(minutes=5)
    assert told(story.pass_clock(DELIVERED)) == {
        (NoticeKind.ESCALATED, "experts"),
        (NoticeKind.NOT_DELIVERED, "home-north"),
    }


def test_the_clock_of_the_opening_runs_until_all_who_can_answer_have_opened_it_and_is_theirs_who_have_not() -> None:
    story = asked()
    for to in (EAST, WEST):
        deliver(story, to)
    assert story.episode.clocks[SEEN].owner == "ward-east"
    story.change(Action.SEE, "ward-east")
    assert story.episode.clocks[SEEN].owner == "ward-west"
    assert not story.change(Action.SEE, "ward-east").events
    story.wait(minutes=10)
    assert told(story.pass_clock(SEEN)) == {(NoticeKind.ESCALATED, "experts"), (NoticeKind.NOT_SEEN, "home-north")}
    story.wait(minutes=1)
    decision = story.change(Action.SEE, "ward-west")
    assert outcomes(decision) == [(SEEN, ClockOutcome.LATE)]
    assert story.handover().status is HandoverStatus.RECEIVED
    assert len(story.handover().marks) == 2


def test_what_one_has_opened_was_delivered_to_that_one_only() -> None:
    story = asked()
    story.change(Action.SEE, "ward-east")
    assert DELIVERED in story.episode.clocks
    assert outcomes(deliver(story, WEST)) == [(DELIVERED, ClockOutcome.MET)]


def test_whoever_asks_something_has_opened_it_and_the_others_have_not() -> None:
    story = asked()
    story.do(Action.ASK, "ward-east")
    assert {DELIVERED, SEEN} <= set(story.episode.clocks)
    story.change(Action.SEE, "ward-west")
    assert not {DELIVERED, SEEN} & set(story.episode.clocks)


def test_after_a_no_the_clocks_wait_for_those_who_are_left() -> None:
    story = asked()
    story.change(Action.SEE, "ward-east")
    story.change(Action.REJECT, "ward-west", "no-place")
    assert not {DELIVERED, SEEN} & set(story.episode.clocks)


def test_a_team_that_is_asked_for_two_units_has_it_for_both() -> None:
    story = asked("west-bed", "west-annex")
    assert outcomes(deliver(story, WEST)) == [(DELIVERED, ClockOutcome.MET)]
    assert outcomes(story.change(Action.SEE, "ward-west")) == [(SEEN, ClockOutcome.MET)]


def test_a_delivery_to_whom_nobody_asks_any_more_is_no_news() -> None:
    story = asked()
    story.change(Action.REJECT, "ward-west", "no-place")
    assert not deliver(story, WEST).events
    assert story.handover().mark(MarkKind.DELIVERED) is None


def test_a_channel_that_does_not_say_to_whom_has_reached_all() -> None:
    story = asked()
    assert outcomes(story.perform(change(Action.DELIVER, SYSTEM))) == [(DELIVERED, ClockOutcome.MET)]


def test_a_stranger_has_opened_nothing() -> None:
    story = asked()
    story.change(Action.SEE, "ward-east")
    assert not story.perform(change(Action.SEE, person("clinic-one"))).events


def test_who_gets_it_instead_makes_it_delivered_and_may_answer_and_hears_how_it_ends() -> None:
    story, stand_in = asked(), Told(team="experts", contact="first")
    instead = ChangeHandover(actor=SYSTEM, handover=H, action=Action.DELIVER, told_to=WEST, instead=stand_in)
    deliver(story, EAST)
    assert outcomes(story.perform(instead)) == [(DELIVERED, ClockOutcome.MET)]
    assert stand_in in story.handover().stand_ins
    assert not story.perform(instead).events
    ended = story.change(Action.CANCEL, "home-north", reason="a mistake")
    assert (NoticeKind.CANCELLED, "experts") in told(ended)


def test_who_gets_it_instead_after_another_had_it_is_known_as_well() -> None:
    story, stand_in = asked(), Told(team="experts", contact="first")
    for to in (EAST, WEST):
        deliver(story, to)
    assert stand_in not in story.handover().stand_ins
    later = ChangeHandover(actor=SYSTEM, handover=H, action=Action.DELIVER, told_to=WEST, instead=stand_in)
    assert story.perform(later).events
    assert stand_in in story.handover().stand_ins


def test_who_was_asked_in_the_stead_of_a_receiver_hears_that_the_receiver_has_answered() -> None:
    for action, kind in ((Action.ACCEPT, NoticeKind.ACCEPTED), (Action.REJECT, NoticeKind.REJECTED)):
        story = asked("west-bed")
        deliver(story, WEST)
        instead = Told(team="experts", contact="first")
        story.perform(ChangeHandover(actor=SYSTEM, handover=H, action=Action.DELIVER, told_to=WEST, instead=instead))
        answered = story.change(action, "ward-west", "no-place" if action is Action.REJECT else None)
        assert (kind, "experts") in told(answered)
