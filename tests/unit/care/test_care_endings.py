"""How an episode ends: everything stops in one decision, follow-ups start, and nothing else is left to wait."""

from copy import copy
from datetime import timedelta

import pytest
from care_stories import E, H, Story, person, with_handover
from care_worlds import NETWORK, PATHWAY, PERSON_NAME, START, ZONE, jonkoping

from pathways.care.actors import CLOCK, SYSTEM, Actor
from pathways.care.commands import EndEpisode, TakeBackEnd
from pathways.care.endings import death_of
from pathways.care.episodes import ClockKind, ClockOutcome
from pathways.care.events import ClockStopped, EpisodeEnded, FollowUpCompleted, NoticesWithdrawn
from pathways.care.notice_kinds import NoticeKind
from pathways.care.recording import Context
from pathways.care.states import Action, EpisodeStatus, HandoverStatus
from pathways.care.waits import WaitKind, waits
from pathways.errors import Refused

TALK, FORM = "follow-up/talk", "follow-up/form"


def outcomes(story: Story) -> list[tuple[str, ClockOutcome]]:
    events = [recorded.event for recorded in story.history if isinstance(recorded.event, ClockStopped)]
    return [(event.key, event.outcome) for event in events]


@pytest.mark.parametrize("status", ["draft", "requested", "received", "accepted", "ready", "on-hold", "in-progress"])
def test_at_a_death_everything_that_waits_stops_and_the_follow_ups_start(status: str) -> None:
    story = with_handover(HandoverStatus(status))
    waiting = set(story.episode.clocks)
    story.wait(minutes=1)
    story.end("deceased")
    assert (story.episode.status, story.episode.end, story.episode.ended_at) == (
        EpisodeStatus.FINISHED,
        "deceased",
        story.now,
    )
    assert story.episode.responsible_team is None
    assert story.episode.stay.until_at == story.now
    assert story.episode.open_handover is None
    assert {(key, ClockOutcome.WITHDRAWN) for key in waiting} <= set(outcomes(story))
    assert set(story.episode.clocks) == {TALK, FORM}
    assert {owed.kind for owed in story.outbox} == {NoticeKind.LOOK_FIRST}
    assert {wait.kind for wait in waits(story.episode)} == {WaitKind.FOLLOW_UP}


def test_an_end_without_follow_ups_leaves_nothing_to_wait_for() -> None:
    story = Story()
    story.end("moved")
    assert not story.episode.clocks
    assert not waits(story.episode)


def test_every_team_with_a_part_in_it_is_told_once() -> None:
    story = with_handover(HandoverStatus.REQUESTED)
    decision = story.end("moved")
    teams = ["home-north", "ward-east", "clinic-one", "clinic-two", "experts"]
    assert [owed.team for owed in decision.notices] == teams
    assert all((owed.kind, owed.handover) == (NoticeKind.ENDED, None) for owed in decision.notices)


def test_at_a_death_they_are_told_to_read_before_they_ring_anyone() -> None:
    story = with_handover(HandoverStatus.REQUESTED)
    decision = story.end("deceased")
    assert {owed.kind for owed in decision.notices} == {NoticeKind.LOOK_FIRST}
    assert {owed.team for owed in decision.notices} == {
        "home-north",
        "ward-east",
        "clinic-one",
        "clinic-two",
        "experts",
    }


def test_those_who_had_a_part_in_it_earlier_may_record_how_it_ended() -> None:
    story = with_handover(HandoverStatus.COMPLETED)
    story.plan("discharge", "planned", reference="H333-3333")
    story.change(Action.REJECT, "home-north", "no-place", "H333-3333")
    story.plan("relieve", "planned", reference="H444-4444")
    for team in ("home-north", "clinic-one", "experts"):
        assert copy(story).end("deceased", team).events
    with pytest.raises(Refused, match="your team has had no part in it"):
        story.end("deceased", "home-south")


@pytest.mark.parametrize("team", ["home-north", "clinic-one", "clinic-two", "ward-east", "experts"])
def test_the_responsible_the_consulted_the_asked_and_those_with_a_service_may_end_it(team: str) -> None:
    story = with_handover(HandoverStatus.REQUESTED)
    story.end("moved", team)
    assert isinstance(story.history[-1].event, EpisodeEnded)


@pytest.mark.parametrize("actor", [person("ward-west"), person("home-south"), person(None), CLOCK, SYSTEM])
def test_nobody_else_ends_it(actor: Actor) -> None:
    story = with_handover(HandoverStatus.REQUESTED)
    with pytest.raises(Refused, match=f"Cannot end episode {E}: your team has had no part in it. Ask home-north"):
        story.perform(EndEpisode(actor=actor, end="deceased"))


def test_who_has_not_been_asked_yet_has_no_part_in_it() -> None:
    story = with_handover(HandoverStatus.DRAFT)
    with pytest.raises(Refused, match="your team has had no part in it"):
        story.end(team="ward-east")


def test_only_the_ways_of_the_pathway_end_it() -> None:
    with pytest.raises(Refused, match=rf"Cannot end episode {E}: .* Choose one of: deceased, moved\.") as refusal:
        Story().end(PERSON_NAME)
    assert PERSON_NAME not in str(refusal.value)


def test_an_episode_ends_once() -> None:
    story = Story()
    story.end()
    with pytest.raises(Refused, match=f"Cannot end episode {E}: it has ended already. Nothing needs to be done."):
        story.end()


def test_a_follow_up_belongs_to_the_patients_own_team_and_keeps_its_local_time_of_day() -> None:
    story = Story("home", team="home-south")
    story.end(team="home-south")
    talk, form = story.episode.clocks[TALK], story.episode.clocks[FORM]
    assert (talk.owner, form.owner) == ("home-south", "experts")
    assert (talk.kind, talk.subject) == (ClockKind.FOLLOW_UP, E)
    assert talk.due_at.astimezone(ZONE) == START.astimezone(ZONE) + timedelta(weeks=6)
    assert form.due_at.astimezone(ZONE).month == START.month + 6


def test_a_follow_up_that_is_left_climbs_contact_by_contact_until_it_is_done() -> None:
    story = Story()
    story.end()
    story.wait(weeks=7)
    reached = []
    for _ in range(4):
        (due,) = story.pass_clock(TALK).notices
        assert (due.kind, due.team, due.handover) == (NoticeKind.FOLLOW_UP_DUE, "home-north", None)
        reached.append(due.contact)
        story.wait(weeks=1)
    assert reached == ["first", "second", "third", "third"]
    story.complete("talk")
    assert TALK not in story.episode.clocks
    assert outcomes(story)[-1] == (TALK, ClockOutcome.LATE)


def test_a_follow_up_done_in_time_meets_its_limit() -> None:
    story = Story()
    story.end()
    story.wait(weeks=5)
    decision = story.complete("talk")
    assert [type(recorded.event) for recorded in decision.events] == [
        FollowUpCompleted,
        ClockStopped,
        NoticesWithdrawn,
    ]
    assert not decision.notices
    assert outcomes(story)[-1] == (TALK, ClockOutcome.MET)


def test_what_was_not_yet_sent_about_a_follow_up_that_is_done_is_withdrawn_and_the_others_stay() -> None:
    story = Story("home-plus", team=None)
    ended = story.end(team="experts").notices
    story.wait(weeks=30)
    for key in (TALK, FORM):
        story.pass_clock(key)
    story.complete("talk", story.episode.clocks[TALK].owner)
    assert [owed.subject for owed in story.outbox if owed not in ended] == [FORM]


def test_a_follow_up_is_done_by_the_team_that_owns_it_and_once() -> None:
    story = Story()
    story.end()
    with pytest.raises(Refused, match=r"Cannot complete talk: it belongs to home-north\. Ask that team"):
        story.complete("talk", "experts")
    story.complete("talk")
    with pytest.raises(Refused, match=rf"episode {E}: none of that name is waiting\. Choose one of: form\."):
        story.complete("talk")


def test_no_follow_up_waits_before_the_end_and_none_is_repeated_in_the_refusal() -> None:
    story = with_handover(HandoverStatus.REQUESTED)
    with pytest.raises(Refused, match=r"none of that name is waiting\. Nothing needs to be done\.") as refusal:
        story.complete(PERSON_NAME)
    assert PERSON_NAME not in str(refusal.value)


def in_a_network_without(story: Story, *teams: str) -> None:
    """The network after its file was changed, as far as publishing allows it: these teams are gone."""
    kept = {key: team for key, team in NETWORK.teams.items() if key not in teams}
    story.context = Context(PATHWAY, NETWORK.model_copy(update={"teams": kept}), story.now)


def test_an_episode_ends_though_the_patients_own_team_for_a_follow_up_has_left_the_network() -> None:
    story = Story("home", team="home-south")
    story.plan("admit", "acute")
    story.change(Action.ACCEPT, "ward-east")
    story.confirm("ward-east")
    story.confirm("home-south")
    story.change(Action.DEPART, "home-south")
    story.change(Action.ARRIVE, "ward-east")
    in_a_network_without(story, "home-south")
    assert {owed.team for owed in story.end(team="ward-east").notices} == {"ward-east", "experts"}
    assert story.episode.clocks[TALK].owner == "home-north"


def test_an_arrival_informs_the_other_teams_of_a_role_when_the_patients_own_has_left_the_network() -> None:
    pathway, network = jonkoping()
    story = Story("home", team=None, context=Context(pathway, network, START))
    story.plan("home-to-home-specialised", "acute", reason="worsening")
    story.change(Action.ACCEPT, "ssih-jonkoping")
    story.confirm("ssih-jonkoping")
    story.confirm("municipal-palliative-team")
    teams = {("new-practice" if key == "gp-practice" else key): team for key, team in network.teams.items()}
    story.context = Context(pathway, network.model_copy(update={"teams": teams}), story.now)
    decision = story.change(Action.ARRIVE, "ssih-jonkoping")
    assert {owed.team for owed in decision.notices} == {"municipal-palliative-team", "new-practice"}


def test_where_no_team_has_a_follow_ups_role_the_team_that_was_responsible_owns_it() -> None:
    story = Story()
    in_a_network_without(story, "experts")
    story.end()
    assert story.episode.clocks[FORM].owner == "home-north"


def test_a_second_handovers_end_leaves_the_first_one_as_it_was() -> None:
    story = with_handover(HandoverStatus.FAILED)
    failed = story.handover()
    story.plan("relieve", "acute", reference="H333-3333")
    story.end()
    assert story.handover(H) == failed
    assert story.handover("H333-3333").status is HandoverStatus.CANCELLED


def test_a_death_follows_another_end_and_only_a_death_does() -> None:
    story = Story()
    story.end("moved")
    before = story.episode
    story.wait(days=2)
    with pytest.raises(Refused, match="it has ended already"):
        story.end("moved")
    decision = story.end("deceased")
    assert {owed.kind for owed in decision.notices} == {NoticeKind.LOOK_FIRST}
    assert set(story.episode.clocks) == {TALK, FORM}
    assert (story.episode.end, story.episode.ended_at) == ("deceased", story.now)
    assert story.episode.stays == before.stays
    story.perform(TakeBackEnd(actor=person("home-north")))
    assert story.episode.model_copy(update={"number": before.number}) == before
    story.perform(TakeBackEnd(actor=person("home-north")))
    assert story.episode.responsible_team == "home-north"


def test_a_death_told_in_another_episode_ends_this_one_whoever_told_it() -> None:
    story = with_handover(HandoverStatus.REQUESTED)
    told_elsewhere = EndEpisode(actor=person("home-south"), end="moved", told_in="E222-3333")
    assert {owed.kind for owed in story.perform(told_elsewhere).notices} == {NoticeKind.LOOK_FIRST}
    story.perform(TakeBackEnd(actor=person("home-south"), told_in="E222-3333"))
    assert not story.episode.has_ended


def test_a_pathway_that_names_no_death_ends_at_one_in_its_first_way() -> None:
    without = PATHWAY.model_copy(update={"ends": {"moved": PATHWAY.ends["moved"]}})
    assert (death_of(PATHWAY), death_of(without)) == ("deceased", "moved")
