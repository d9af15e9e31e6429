"""An end recorded in error is taken back: all that it stopped comes back as it was, and everyone learns of it."""

from copy import copy
from datetime import timedelta

import pytest
from care_stories import E, H, Story, person, told, with_handover
from care_worlds import NETWORK, PATHWAY
from place_worlds import in_line, occupied, others

from pathways.care.actors import CLOCK, SYSTEM, Actor, ActorKind
from pathways.care.commands import ConfirmResponsibility, PauseEpisode, RecordFact, TakeBackEnd
from pathways.care.episodes import ClockKind, ClockOutcome, Episode, Standing
from pathways.care.events import ClockStopped, EndTakenBack, EpisodeEnded, ResponsibilityConfirmed
from pathways.care.evolution import evolved, replayed
from pathways.care.notice_kinds import NoticeKind
from pathways.care.patient import PhaseOfIllness
from pathways.care.recording import Context, Decision
from pathways.care.states import Action, HandoverStatus
from pathways.care.waits import WaitKind, waits
from pathways.definition.conditions import Phase
from pathways.errors import Refused

ANSWER, ARRIVE = f"{H}/handover.answer", f"{H}/handover.arrive"
OPEN = ["draft", "requested", "received", "accepted", "ready", "on-hold", "in-progress"]


def take_back(story: Story, team: str = "home-north") -> Decision:
    return story.perform(TakeBackEnd(actor=person(team)))


def but_for_its_number(episode: Episode) -> Episode:
    return episode.model_copy(update={"number": 0})


@pytest.mark.parametrize("end", ["deceased", "moved"])
@pytest.mark.parametrize("status", [*OPEN, "completed", "rejected"])
def test_an_end_taken_back_at_once_leaves_everything_as_it_was(status: str, end: str) -> None:
    story = with_handover(HandoverStatus(status))
    before = story.episode
    story.end(end)
    take_back(story, before.stay.team)
    assert but_for_its_number(story.episode) == but_for_its_number(before)


def test_a_pause_comes_back_too() -> None:
    story = with_handover(HandoverStatus.READY)
    story.perform(PauseEpisode(actor=person("home-north"), kind="elsewhere"))
    before = story.episode
    story.end()
    take_back(story)
    assert but_for_its_number(story.episode) == but_for_its_number(before)


def test_those_who_were_told_of_the_end_are_told_that_it_was_an_error() -> None:
    story = with_handover(HandoverStatus.REQUESTED)
    ended = {owed.team for owed in story.end().notices}
    assert told(take_back(story)) == {(NoticeKind.END_TAKEN_BACK, team) for team in ended}
    assert {owed.kind for owed in story.outbox} == {NoticeKind.END_TAKEN_BACK}  # of what has not been sent


def test_the_follow_ups_of_the_end_are_withdrawn() -> None:
    story = Story()
    story.end()
    follow_ups = set(story.episode.clocks)
    story.wait(weeks=7)
    story.pass_clock("follow-up/talk")
    decision = take_back(story)
    events = [recorded.event for recorded in decision.events]
    stopped = {(event.key, event.outcome) for event in events if isinstance(event, ClockStopped)}
    assert stopped == {(key, ClockOutcome.WITHDRAWN) for key in follow_ups}
    assert not story.episode.clocks
    assert NoticeKind.FOLLOW_UP_DUE not in {owed.kind for owed in story.outbox}


def test_clocks_whose_limit_went_by_meanwhile_are_marked_as_late_and_are_acted_on_at_once() -> None:
    story = with_handover(HandoverStatus.REQUESTED)
    before = story.episode.clocks
    story.end()
    story.wait(hours=1)
    (event,) = [each.event for each in take_back(story).events if isinstance(each.event, EndTakenBack)]
    assert event.late == (ANSWER,)
    assert story.episode.clocks == before
    assert (NoticeKind.ESCALATED, "ward-east") in told(story.pass_clock(ANSWER))
    assert not story.pass_clock(ARRIVE).events


def test_a_limit_that_had_gone_by_before_the_end_is_no_news() -> None:
    story = with_handover(HandoverStatus.REQUESTED)
    story.wait(hours=1)
    story.pass_clock(ANSWER)
    story.end()
    story.wait(minutes=1)
    (event,) = [each.event for each in take_back(story).events if isinstance(each.event, EndTakenBack)]
    assert event.late == ()


def test_the_handover_goes_on_and_the_episode_can_end_again() -> None:
    story = with_handover(HandoverStatus.IN_PROGRESS)
    story.end()
    take_back(story)
    story.change(Action.ARRIVE, "ward-east")
    assert story.episode.responsible_team == "ward-east"
    story.end("moved", "ward-east")
    assert story.episode.end == "moved"
    take_back(story, "ward-east")
    assert story.episode.responsible_team == "ward-east"


@pytest.mark.parametrize("team", ["home-north", "ward-east", "clinic-one", "experts"])
def test_whoever_had_a_part_in_it_may_take_it_back(team: str) -> None:
    story = with_handover(HandoverStatus.REQUESTED)
    story.end()
    assert take_back(story, team).events


@pytest.mark.parametrize("actor", [person("ward-west"), person("home-south"), person(None), CLOCK, SYSTEM])
def test_nobody_else_may(actor: Actor) -> None:
    story = with_handover(HandoverStatus.REQUESTED)
    story.end()
    with pytest.raises(Refused, match=f"the end of episode {E}: your team has had no part in it. Ask home-north, wh"):
        story.perform(TakeBackEnd(actor=actor))


def test_only_an_end_is_taken_back_and_only_once() -> None:
    story = Story()
    for _ in range(2):
        with pytest.raises(Refused, match=f"the end of episode {E}: it has not ended. Nothing needs to be done."):
            take_back(story)
        story.end()
        take_back(story)


def test_an_end_of_which_nothing_was_kept_stays() -> None:
    story = Story()
    ended = story.end().episode
    old = [each for each in story.history if not isinstance(each.event, EpisodeEnded)]
    story.episode = ended.model_copy(update={"stopped": None})
    with pytest.raises(Refused, match=r"what it stopped was not kept then\. Begin a new episode\."):
        take_back(story)
    episode = replayed(old)
    assert episode
    with pytest.raises(ValueError, match="only an end can be taken back"):
        evolved(episode, story.history[0].model_copy(update={"event": EndTakenBack()}))


@pytest.mark.parametrize(("gone", "left"), [("ward-east", "teams"), ("east-bed", "units"), ("home-north", "teams")])
def test_what_comes_back_needs_its_teams_and_units(gone: str, left: str) -> None:
    story = with_handover(HandoverStatus.REQUESTED)
    story.end()
    rest = {key: each for key, each in getattr(NETWORK, left).items() if key != gone}
    story.context = Context(PATHWAY, NETWORK.model_copy(update={left: rest}), story.now)
    before = copy(story)
    with pytest.raises(
        Refused, match=rf"episode {E}: {gone} left the network meanwhile, or may not see it\. Begin a new episode\."
    ):
        take_back(story, "clinic-one")
    assert story.episode == before.episode


def test_a_patient_at_a_unit_is_there_again() -> None:
    story = Story("bed", team=None, unit="east-bed")
    story.end("moved", "ward-east")
    take_back(story, "ward-east")
    assert (story.episode.stay.unit, story.episode.stay.until_at) == ("east-bed", None)


def test_a_place_that_others_have_taken_meanwhile_is_not_taken_twice() -> None:
    story = Story("bed", team=None, unit="east-bed")
    story.end("moved", "ward-east")
    story.others_are(occupied(others("east-bed", 2)))
    with pytest.raises(Refused, match=r"the place at east-bed has gone to another patient\. Make room there first"):
        take_back(story, "ward-east")
    story.others_are(occupied(others("east-bed", 1), (), {"east-bed": 1}))
    take_back(story, "ward-east")  # a place that was closed meanwhile is still the patient's
    assert story.episode.stay.unit == "east-bed"


def test_where_the_place_that_was_held_has_gone_to_another_patient_the_handover_waits_for_one() -> None:
    story = with_handover(HandoverStatus.REQUESTED)
    story.end()
    story.others_are(occupied(others("east-bed", 2)))
    take_back(story)
    assert not story.handover().held_units
    assert story.handover().awaited_units == ("east-bed",)


def on_the_way_without_a_place() -> Story:
    """The end of a patient under way was an error; meanwhile others have come to every place at east-bed."""
    story = with_handover(HandoverStatus.IN_PROGRESS)
    story.end()
    story.others_are(occupied(others("east-bed", 2)))
    decision = take_back(story)
    assert story.handover().awaited_units == ("east-bed",)
    assert (NoticeKind.NO_PLACE_YET, "home-north") in told(decision)
    return story


def test_nobody_arrives_on_a_place_that_another_patient_has_got() -> None:
    story = on_the_way_without_a_place()
    with pytest.raises(
        Refused, match=r"no place at east-bed is held for it: number 1 .*Until then .*open-places east-bed"
    ):
        story.change(Action.ARRIVE, "ward-east")
    assert story.episode.responsible_team == "home-north"


def test_who_is_on_the_way_comes_before_all_who_wait_and_both_sides_are_told_of_a_place() -> None:
    story = on_the_way_without_a_place()
    story.others_are(occupied(others("east-bed", 1), (in_line("east-bed"),)))
    assert told(story.offer("east-bed")) == {
        (NoticeKind.PLACE_HELD, "home-north"),
        (NoticeKind.PLACE_HELD, "ward-east"),
    }
    story.change(Action.ARRIVE, "ward-east")
    assert story.episode.stay.unit == "east-bed"


def test_who_stands_at_the_door_takes_a_free_place_before_it_was_offered() -> None:
    story = on_the_way_without_a_place()
    story.others_are(occupied(others("east-bed", 1), (in_line("east-bed", is_urgent=True, standing=Standing.FIRST),)))
    story.change(Action.ARRIVE, "ward-east")
    assert story.episode.stay.unit == "east-bed"


def test_nobody_departs_for_a_place_that_another_patient_has_got() -> None:
    story = with_handover(HandoverStatus.READY)
    story.end()
    story.others_are(occupied(others("east-bed", 2)))
    take_back(story)
    with pytest.raises(Refused, match="no place at east-bed is held for it"):
        story.change(Action.DEPART, "home-north")


AGAIN = ClockKind.RESPONSIBLE_AGAIN.value


def taken_back_by_another() -> Story:
    """At home under `home-north`; the clinic ended it and takes the end back."""
    story = Story()
    story.end(team="clinic-one")
    take_back(story, "clinic-one")
    return story


def test_a_team_whose_patient_another_team_gives_back_has_an_hour_to_say_that_it_knows_and_is_told_on() -> None:
    story = taken_back_by_another()
    clock = story.episode.clocks[AGAIN]
    assert (clock.owner, clock.due_at - story.now) == ("home-north", timedelta(hours=1))
    (wait,) = [each for each in waits(story.episode) if each.kind is WaitKind.RESPONSIBLE_AGAIN]
    assert wait.teams == ("home-north",)
    story.wait(hours=1)
    assert told(story.pass_clock(AGAIN)) == {(NoticeKind.RESPONSIBLE_AGAIN, "home-north")}
    assert AGAIN in story.episode.clocks
    confirmed = story.perform(ConfirmResponsibility(actor=person("home-north")))
    assert confirmed.events[0].event == ResponsibilityConfirmed()
    assert NoticeKind.RESPONSIBLE_AGAIN not in {owed.kind for owed in story.outbox}
    assert AGAIN not in story.episode.clocks


def test_whatever_a_person_of_the_responsible_team_records_says_that_it_knows_and_nothing_else_does() -> None:
    story = taken_back_by_another()
    for actor in (person("clinic-one"), Actor(kind=ActorKind.PERSON, team="home-north", via="api", is_identified=True)):
        story.perform(RecordFact(actor=actor, fact=PhaseOfIllness(phase=Phase.STABLE)))
        assert AGAIN in story.episode.clocks
    story.note(PhaseOfIllness(phase=Phase.UNSTABLE))
    assert AGAIN not in story.episode.clocks


@pytest.mark.parametrize(
    "actor", [person("clinic-one"), Actor(kind=ActorKind.PERSON, team="home-north", via="api", is_identified=True)]
)
def test_only_a_person_of_the_responsible_team_confirms_it(actor: Actor) -> None:
    story = taken_back_by_another()
    with pytest.raises(Refused, match="a person of home-north does"):
        story.perform(ConfirmResponsibility(actor=actor))


def test_nobody_confirms_what_does_not_wait() -> None:
    story = Story()
    with pytest.raises(Refused, match="no other team has taken back its end"):
        story.perform(ConfirmResponsibility(actor=person("home-north")))
    story.end()
    take_back(story)
    assert AGAIN not in story.episode.clocks


def test_it_begins_anew_each_time_and_stops_where_responsibility_passes() -> None:
    story = taken_back_by_another()
    story.wait(minutes=30)
    story.end(team="clinic-one")
    assert AGAIN not in story.episode.clocks
    take_back(story, "clinic-one")
    assert story.episode.clocks[AGAIN].due_at == story.now + timedelta(hours=1)
    clock = story.episode.clocks[AGAIN].model_copy(update={"owner": "home-south"})
    story.episode = story.replayed = story.episode.model_copy(update={"clocks": {AGAIN: clock}})
    story.perform(RecordFact(actor=person("clinic-one"), fact=PhaseOfIllness(phase=Phase.STABLE)))
    assert AGAIN not in story.episode.clocks


def test_a_death_taken_back_after_another_end_leaves_nobody_responsible_and_waits_for_nobody() -> None:
    story = Story()
    story.end("moved")
    story.end("deceased", team="clinic-one")
    take_back(story, "clinic-one")
    assert story.episode.has_ended
    assert AGAIN not in story.episode.clocks
