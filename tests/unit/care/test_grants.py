"""Packages that are granted: by whom, how much, until when, renewed by whom and how often, and what stops them."""

from datetime import datetime, timedelta

import pytest
from care_stories import E, Story, person, told
from care_worlds import PERSON_NAME, ZONE
from grant_worlds import (
    AREA,
    ASSESSOR,
    GRANTING,
    HOME,
    PACKAGES,
    PLAIN,
    PLANNER,
    begun,
    grant,
    held,
    leave,
    renew,
    withdraw,
)

from pathways.care.commands import PauseEpisode, ResumeEpisode, TakeBackEnd
from pathways.care.episodes import ClockKind
from pathways.care.grants.commands import GrantPackage
from pathways.care.grants.rules import decision_key, end_key, grant_package, grants_in_force, weekly_minutes
from pathways.care.grants.values import GrantStatus
from pathways.care.notice_kinds import NoticeKind
from pathways.care.recording import Recorder
from pathways.care.states import Action
from pathways.care.waits import WaitKind, waits
from pathways.definition.models import Pathway
from pathways.errors import Refused

DECISION, END = decision_key("household-1"), end_key("household-1")


def local(year: int, month: int, day: int) -> datetime:
    """The midnight that begins a day where the network is."""
    return datetime(year, month, day, tzinfo=ZONE)


def test_a_package_grants_its_minutes_a_week_until_the_midnight_after_its_last_day() -> None:
    story = begun()
    grant(story)
    assert held(story).granted == {"cleaning": 60, "bath": 45}
    assert weekly_minutes(story.episode) == {"cleaning": 60, "bath": 45}
    assert held(story).ends_at == local(2026, 4, 27)  # eight weeks from Monday 2 March, over the change of the clocks


def test_the_team_that_serves_is_told_and_the_one_that_grants_is_not() -> None:
    assert told(grant(begun())) == {(NoticeKind.GRANT_MADE, HOME)}
    assert told(grant(begun(), "infection")) == {(NoticeKind.GRANT_MADE, "experts")}


def test_the_one_who_grants_chooses_within_the_bounds_of_the_package() -> None:
    story = begun()
    grant(story, cleaning=120)
    assert held(story).granted == {"cleaning": 120, "bath": 45}
    with pytest.raises(Refused, match="of cleaning it grants from 30 to 120 minutes a week"):
        grant(begun(), cleaning=121)
    with pytest.raises(Refused, match="of bath it grants exactly 45 minutes a week"):
        grant(begun(), bath=46)
    with pytest.raises(Refused, match=r"it holds no service of that name\. Choose among: cleaning, bath"):
        grant(begun(), walk=10)


def test_a_package_that_the_pathway_does_not_have_is_refused_without_repeating_it() -> None:
    with pytest.raises(Refused, match=r"no package of that name\. Choose one of: household, infection") as refusal:
        grant(begun(), PERSON_NAME)
    assert PERSON_NAME not in str(refusal.value)
    without = Pathway.model_validate(PLAIN)
    with pytest.raises(Refused, match="Ask those who keep the pathway"):
        grant(begun(district=None, pathway=without))


@pytest.mark.parametrize("team", [HOME, PLANNER, "clinic-two", None])
def test_only_the_patients_own_team_with_the_role_grants(team: str | None) -> None:
    with pytest.raises(Refused, match=f"Cannot grant household in episode {E}: .* Ask {ASSESSOR}"):
        begun().perform(GrantPackage(actor=person(team), package="household"))


def test_inside_the_roll_out_the_planner_grants_the_named_package() -> None:
    story = begun("rural")
    grant(story, "infection", PLANNER)
    assert held(story, "infection-1").granted_by.team == PLANNER


@pytest.mark.parametrize(
    ("district", "team", "day"),
    [
        ("town", HOME, "2026-03-02"),  # not in this district yet
        ("rural", HOME, "2026-02-28"),  # not from this day yet
        ("rural", HOME, "2027-01-01"),  # no longer
    ],
)
def test_outside_the_roll_out_the_ordinary_rules_hold(district: str, team: str, day: str) -> None:
    story = begun(district, team, now=datetime.fromisoformat(f"{day}T09:00+00:00"))
    with pytest.raises(Refused, match=f"Ask {ASSESSOR}"):
        grant(story, "infection", PLANNER)
    grant(story, "infection", ASSESSOR)


def test_a_later_stage_brings_the_roll_out_to_further_districts_and_providers() -> None:
    story = begun("town", now=datetime.fromisoformat("2026-06-01T09:00+00:00"))
    grant(story, "infection", PLANNER)


def test_the_roll_out_counts_days_where_the_network_is() -> None:
    evening = datetime.fromisoformat("2026-12-31T22:59+00:00")
    grant(begun(now=evening), "infection", PLANNER)
    with pytest.raises(Refused):
        grant(begun(now=evening + timedelta(minutes=1)), "infection", PLANNER)


def test_another_provider_is_outside_of_a_stage_that_names_one() -> None:
    teams = dict(AREA.teams)
    teams["home-south"] = teams["home-south"].model_copy(update={"organisation": "south-shore"})
    network = AREA.model_copy(update={"teams": teams})
    with pytest.raises(Refused, match=f"Ask {ASSESSOR}"):
        grant(begun(team="home-south", network=network), "infection", PLANNER)
    grant(begun(team="home-north", network=network), "infection", PLANNER)


def test_a_package_is_in_force_once_and_a_second_grant_of_it_has_a_number_of_its_own() -> None:
    story = begun()
    grant(story)
    with pytest.raises(Refused, match="it is in force as household-1"):
        grant(story)
    withdraw(story)
    grant(story)
    assert list(story.episode.grants) == ["household-1", "household-2"]


def test_whoever_decides_is_asked_in_good_time_and_again_until_it_is_decided() -> None:
    story = begun()
    grant(story)
    (wait,) = waits(story.episode)
    assert (wait.kind, wait.subject, wait.teams) == (WaitKind.GRANT_DECISION, "household-1", (ASSESSOR,))
    assert wait.due_at == held(story).ends_at
    story.now = held(story).ends_at - timedelta(days=14, minutes=1)
    assert not story.pass_clock(DECISION).events
    for _time in range(4):
        story.now = story.episode.clocks[DECISION].next_at
        (owed,) = story.pass_clock(DECISION).notices
        assert (owed.kind, owed.team, owed.due_at) == (NoticeKind.GRANT_ENDING, ASSESSOR, held(story).ends_at)
    renew(story)
    assert not [owed for owed in story.outbox if owed.kind is NoticeKind.GRANT_ENDING]


def test_a_renewal_counts_from_the_end_and_only_so_many_are_allowed() -> None:
    story = begun()
    grant(story)
    story.wait(days=50)
    assert told(renew(story)) == {(NoticeKind.GRANT_CHANGED, HOME)}
    assert held(story).ends_at == local(2026, 6, 22)
    with pytest.raises(Refused, match=r"may be renewed 1 time\. Leave it to lapse, and grant household anew from 2026"):
        renew(story)
    with pytest.raises(Refused, match=f"Ask {ASSESSOR}"):
        renew(story, team=HOME)
    grant(story, "infection")
    with pytest.raises(Refused, match="may be renewed 0 times"):
        renew(story, "infection-1")


def test_what_is_left_to_lapse_holds_until_its_end_and_nobody_is_asked_again() -> None:
    story = begun()
    grant(story)
    leave(story)
    assert held(story).lapses
    assert not waits(story.episode)
    with pytest.raises(Refused, match="decided already"):
        leave(story)
    story.now = held(story).ends_at
    assert told(story.pass_clock(END)) == {(NoticeKind.GRANT_ENDED, HOME)}
    assert not story.episode.clocks


def test_what_is_left_to_lapse_may_still_be_renewed_and_then_it_is_asked_about_again() -> None:
    story = begun()
    grant(story)
    leave(story)
    renew(story)
    assert not held(story).lapses
    assert {clock.kind for clock in story.episode.clocks.values()} == {ClockKind.GRANT_DECISION, ClockKind.GRANT_END}


@pytest.mark.parametrize("key", [DECISION, END])
def test_nobody_decided_and_the_grant_ends_whichever_clock_is_looked_at_first(key: str) -> None:
    story = begun()
    grant(story)
    story.now = held(story).ends_at - timedelta(seconds=1)
    assert held(story) in grants_in_force(story.episode)
    story.now = held(story).ends_at
    assert told(story.pass_clock(key)) == {(NoticeKind.GRANT_ENDED, HOME), (NoticeKind.GRANT_ENDED, ASSESSOR)}
    assert held(story).status is GrantStatus.ENDED
    assert not story.episode.clocks
    assert not weekly_minutes(story.episode)
    with pytest.raises(Refused, match="Nothing is granted now"):
        renew(story)


def test_a_withdrawal_stops_it_at_once_and_says_why() -> None:
    story = begun()
    grant(story, "infection", PLANNER)
    grant(story)
    with pytest.raises(Refused, match="no reason was given"):
        withdraw(story, reason=" ")
    with pytest.raises(Refused, match="Choose one of: infection-1, household-1"):
        withdraw(story, "household-9")
    assert told(withdraw(story)) == {(NoticeKind.GRANT_ENDED, HOME)}
    assert held(story).status is GrantStatus.WITHDRAWN
    withdraw(story, "infection-1", PLANNER)
    assert not story.episode.clocks
    assert {owed.kind for owed in story.outbox} == {NoticeKind.GRANT_ENDED}


def test_a_grant_rests_while_the_episode_pauses_and_its_end_stays() -> None:
    story = begun()
    grant(story)
    ends_at = held(story).ends_at
    story.perform(PauseEpisode(actor=person(HOME), kind="elsewhere"))
    assert weekly_minutes(story.episode) == {}
    with pytest.raises(Refused, match="the episode pauses"):
        grant(story, "infection")
    story.wait(days=3)
    story.perform(ResumeEpisode(actor=person(HOME)))
    assert weekly_minutes(story.episode) == {"cleaning": 60, "bath": 45}
    assert held(story).ends_at == ends_at


def test_at_a_level_where_a_service_pauses_its_time_rests_and_the_others_go_on() -> None:
    story = begun()
    grant(story)
    story.episode = story.episode.model_copy(update={"paused_services": ("cleaning",)})
    assert weekly_minutes(story.episode) == {"bath": 45}


def test_only_those_who_do_something_granted_are_told_that_it_pauses() -> None:
    story = begun()
    grant(story)
    kinds = told(story.perform(PauseEpisode(actor=person(HOME), kind="elsewhere")))
    assert (NoticeKind.SERVICES_PAUSED, "experts") not in kinds


def test_a_death_stops_all_that_is_granted_and_an_end_taken_back_restores_it() -> None:
    story = begun()
    grant(story)
    before = held(story)
    story.end()
    assert grants_in_force(story.episode) == ()
    assert not weekly_minutes(story.episode)
    assert DECISION not in story.episode.clocks
    with pytest.raises(Refused, match="Nothing is granted now"):
        withdraw(story)
    with pytest.raises(Refused, match="it has ended"):
        grant(story)
    story.perform(TakeBackEnd(actor=person(HOME)))
    assert grants_in_force(story.episode) == (before,)
    assert {DECISION, END} <= set(story.episode.clocks)


def test_a_grant_whose_time_ran_out_meanwhile_ends_when_the_end_is_taken_back() -> None:
    story = begun()
    grant(story)
    story.end()
    story.wait(days=100)
    story.perform(TakeBackEnd(actor=person(HOME)))
    story.pass_clock(END)
    assert held(story).status is GrantStatus.ENDED


@pytest.mark.parametrize("was_asked", [True, False])
def test_the_decision_goes_along_when_the_patient_gets_another_team_for_its_role(was_asked: bool) -> None:
    packages = {**PACKAGES, "household": {**PACKAGES["household"], "decides": "home-care"}}
    pathway = Pathway.model_validate({**GRANTING.model_dump(mode="json", by_alias=True), "packages": packages})
    story = begun(pathway=pathway)
    grant(story)
    assert story.episode.clocks[DECISION].owner == HOME
    if was_asked:
        story.now = story.episode.clocks[DECISION].next_at
        story.pass_clock(DECISION)
    _to_the_experts_and_home_again(story, "home-south")
    assert story.episode.clocks[DECISION].owner == "home-south"
    assert NoticeKind.GRANT_ENDING not in {owed.kind for owed in story.outbox}
    assert renew(story, team="home-south").events


def _to_the_experts_and_home_again(story: Story, to_team: str) -> None:
    story.plan("strengthen", "planned", reference="H333-3333")
    story.change(Action.ACCEPT, "experts", reference="H333-3333")
    story.confirm(HOME, reference="H333-3333")
    story.change(Action.ARRIVE, "experts", reference="H333-3333")
    story.plan("ease", "planned", to_team=to_team, reference="H444-4444")
    story.change(Action.ACCEPT, to_team, reference="H444-4444")
    story.change(Action.ARRIVE, to_team, reference="H444-4444")


def test_a_package_may_last_hours_and_then_ends_to_the_minute() -> None:
    packages = {**PACKAGES, "infection": {**PACKAGES["infection"], "lasts": "36 h", "ask": "1 h"}}
    pathway = Pathway.model_validate({**GRANTING.model_dump(mode="json", by_alias=True), "packages": packages})
    story = begun(pathway=pathway)
    grant(story, "infection")
    assert held(story, "infection-1").ends_at == story.now + timedelta(hours=36)


def test_another_part_of_the_program_grants_a_package_whoever_asks() -> None:
    story = begun()
    recorder = Recorder(story.context, story.episode, person(HOME))
    grant_package(recorder, "household", {"cleaning": 30})
    story.apply(recorder.decided())
    assert weekly_minutes(story.episode) == {"cleaning": 30, "bath": 45}
