"""How teams stand to an episode, step by step: before, during and after each part that they have in it."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from care_stories import Story, with_handover
from care_worlds import NETWORK, PATHWAY, ROOT, START, TEAMS, WORLDS

from pathways.access.relations import relations_of, roles_with_a_task
from pathways.access.table import Relation, Role
from pathways.access.users import Membership
from pathways.care.concerned import teams_concerned
from pathways.care.recording import Context
from pathways.care.states import Action, HandoverStatus
from pathways.definition.models import Pathway
from pathways.definition.reading import read_pathway

AFTER = timedelta(days=30)
R = Relation


def relations(story: Story, *, days: float = 0, acted_at: datetime | None = None) -> dict[str, set[Relation]]:
    """What each team is, so many days later; without those that have no part."""
    context = replace(story.context, now=story.now + timedelta(days=days))
    found = {
        team: {*relations_of(context, story.episode, of(team), AFTER, acted_at if team == "ward-west" else None)}
        for team in TEAMS
    }
    return {team: each for team, each in found.items() if each != {R.UNRELATED}}


def of(team: str | None, network: str = "shores", role: Role = Role.TEAM_MEMBER) -> Membership:
    return Membership(network=network, team=team, role=role)


AT_HOME = {
    "home-north": {R.RESPONSIBLE},
    "experts": {R.CONSULTED},
    "clinic-one": {R.CONSULTED},
    "clinic-two": {R.CONSULTED},
}
"""Who has a part in an episode at home: the experts have a service, the clinics are consulted."""


def test_of_an_episode_at_home_others_than_those_with_a_part_know_nothing() -> None:
    assert relations(Story()) == AT_HOME


def test_a_team_of_that_name_in_another_network_is_another_team() -> None:
    story = Story()
    assert relations_of(story.context, story.episode, of("home-north", "islands"), AFTER) == {R.UNRELATED}


def test_who_belongs_to_no_team_or_to_one_that_is_gone_has_no_part() -> None:
    story = Story()
    teams = {key: team for key, team in NETWORK.teams.items() if key != "home-north"}
    gone = replace(story.context, network=NETWORK.model_copy(update={"teams": teams}))
    assert relations_of(gone, story.episode, of("home-north"), AFTER) == {R.UNRELATED}
    assert relations_of(story.context, story.episode, of(None, role=Role.IT), AFTER) == {R.UNRELATED}


@pytest.mark.parametrize(
    ("status", "sender", "receiver"),
    [
        (HandoverStatus.DRAFT, {R.RESPONSIBLE, R.SENDER}, None),
        (HandoverStatus.REQUESTED, {R.RESPONSIBLE, R.SENDER}, {R.RECEIVER}),
        (HandoverStatus.ACCEPTED, {R.RESPONSIBLE, R.SENDER}, {R.RECEIVER}),
        (HandoverStatus.ON_HOLD, {R.RESPONSIBLE, R.SENDER}, {R.RECEIVER}),
        (HandoverStatus.IN_PROGRESS, {R.RESPONSIBLE, R.SENDER}, {R.RECEIVER}),
        (HandoverStatus.REJECTED, {R.RESPONSIBLE}, {R.ENDED}),
        (HandoverStatus.CANCELLED, {R.RESPONSIBLE}, {R.ENDED}),
        (HandoverStatus.FAILED, {R.RESPONSIBLE}, {R.ENDED}),
        (HandoverStatus.ENTERED_IN_ERROR, {R.RESPONSIBLE}, {R.ENDED}),
        (HandoverStatus.COMPLETED, {R.INFORMED}, {R.RESPONSIBLE}),
    ],
)
def test_the_parties_of_a_handover_know_of_it_from_the_request_until_a_while_after_its_end(
    status: HandoverStatus, sender: set[Relation], receiver: set[Relation] | None
) -> None:
    found = relations(with_handover(status))
    assert found.get("home-north") == sender
    assert found.get("ward-east") == receiver


def test_what_has_ended_is_known_for_a_definable_time_and_no_longer() -> None:
    story = with_handover(HandoverStatus.REJECTED)
    just_before = relations(story, days=AFTER.days - 1 / 86400)
    assert just_before["ward-east"] == {R.ENDED}
    assert "ward-east" not in relations(story, days=AFTER.days)


def test_who_did_something_for_a_team_without_a_part_any_more_sees_what_became_of_it() -> None:
    story = Story()
    assert relations(story, acted_at=story.now)["ward-west"] == {R.ENDED}
    assert "ward-west" not in relations(story, days=AFTER.days, acted_at=story.now)


def test_of_several_that_were_asked_one_that_said_no_is_no_receiver_any_more() -> None:
    story = Story()
    story.plan("admit", "acute", unit=("east-bed", "west-bed"))
    assert relations(story)["ward-west"] == {R.RECEIVER}
    story.change(Action.REJECT, "ward-west", "no-place")
    assert R.RECEIVER not in relations(story, acted_at=story.now)["ward-west"]


def test_who_is_told_that_a_handover_is_complete_is_informed_until_a_while_after_the_next() -> None:
    story = with_handover(HandoverStatus.COMPLETED)
    assert relations(story)["clinic-one"] == {R.INFORMED}
    story.plan("relieve", "planned", reference="H333-3333")
    for action in (Action.ACCEPT, Action.DEPART, Action.ARRIVE):
        if action is Action.DEPART:
            story.confirm("ward-east", reference="H333-3333")
        story.change(action, "ward-east", reference="H333-3333")
    assert relations(story)["clinic-one"] == {R.ENDED}
    assert relations(story, days=29)["clinic-one"] == {R.ENDED}
    assert "clinic-one" not in relations(story, days=30)


def test_the_patients_own_teams_are_informed_wherever_the_patient_is() -> None:
    story = Story(care_team={"ward": "ward-west", "clinic": "clinic-two"})
    assert relations(story)["ward-west"] == {R.INFORMED}
    assert relations(story)["clinic-two"] == {R.CONSULTED}
    assert "clinic-one" not in relations(story)


def test_who_covers_a_closed_team_has_a_part_while_it_is_closed() -> None:
    pathway = PATHWAY.model_copy(update={"services": {}})
    story = Story(context=Context(pathway, WORLDS[1][1], START))
    assert relations(story)["experts"] == {R.INFORMED}
    assert relations(story, days=11 / 24)["experts"] == {R.COVERING}


def test_after_the_end_who_follows_up_has_a_part_and_all_others_had_one() -> None:
    story = Story()
    story.end("deceased")
    ended = relations(story)
    assert ended["home-north"] == ended["experts"] == {R.CONSULTED}
    assert ended["clinic-one"] == {R.ENDED}
    assert {"ward-east", "ward-west"}.isdisjoint(ended)
    assert {*relations(story, days=30)} == {"home-north", "experts"}
    story.complete("talk")
    assert {*relations(story, days=30)} == {"experts"}


@pytest.mark.parametrize("status", HandoverStatus)
def test_whomever_an_episode_concerns_or_a_clock_waits_for_has_a_part_in_it(status: HandoverStatus) -> None:
    story = with_handover(status)
    owners = {clock.owner for clock in story.episode.clocks.values()}
    live = {team for team, found in relations(story).items() if R.ENDED not in found}
    assert owners.union(teams_concerned(story.context, story.episode)) <= live


def test_whoever_the_pathway_gives_something_to_do_has_a_part_in_the_districts_where_it_works() -> None:
    """Every part of a pathway that names roles, in the catalogue and in what is built here."""
    for file in sorted((ROOT / "pathways/catalogue").glob("*.yaml")):
        pathway = read_pathway(file)
        for role in roles_named_in(pathway.model_dump(mode="json", by_alias=True)) & {*pathway.roles}:
            assert role in {*roles_with_a_task(pathway), *others_of(pathway)}, (file.name, role)


def roles_named_in(found: object, key: str = "") -> set[str]:
    """Every text under a key by which a pathway file names roles."""
    if isinstance(found, dict):
        return set().union(*(roles_named_in(each, str(name)) for name, each in found.items()))
    if isinstance(found, list):
        return set().union(*(roles_named_in(each, key) for each in found))
    return {str(found)} if key in ("role", "roles", "by", "decides", "ordered_by", "sits_in") else set()


def others_of(pathway: Pathway) -> set[str]:
    """The roles that have a part by other means: a level, a service, a follow-up's clock."""
    levels = {role for level in pathway.levels.values() for role in (level.responsible, *level.consulted)}
    services = {service.role for service in pathway.services.values()}
    return levels | services | {follow_up.role for follow_up in pathway.follow_ups.values()}


def test_of_an_episode_that_ended_nobody_is_responsible_or_covers() -> None:
    story = Story(context=Context(*WORLDS[1], START))
    story.end("moved")
    found = {relation for each in relations(story, days=11 / 24).values() for relation in each}
    assert found == {R.ENDED}
