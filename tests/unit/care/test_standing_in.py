"""Who answers for a team that is closed: told of a request in its stead, it has a part, and is told of every close."""

from copy import copy
from datetime import timedelta

import pytest
from care_stories import Story, person, told
from care_worlds import NETWORK, START, WORLDS

from pathways.care.commands import EndEpisode, NoteNightSheet, TakeBackEnd
from pathways.care.concerned import teams_concerned, teams_standing_in
from pathways.care.notice_kinds import NoticeKind
from pathways.care.patient_records import require_part
from pathways.care.recording import Context, Decision
from pathways.care.states import Action
from pathways.definition.networks import Network
from pathways.errors import Refused

NIGHT = START + timedelta(hours=11)
"""Eight in the evening in Sweden: every desk is closed but for the last resort, the third contact of the experts."""


def covered_by_the_clinic() -> Network:
    """The network whose wards are covered by a clinic that is open at night."""
    network = WORLDS[1][1].model_dump(mode="json", by_alias=True)
    for ward in ("ward-east", "ward-west"):
        network["teams"][ward]["covered_by"] = "clinic-two"
    network["teams"]["clinic-two"]["cover"] = {"always": True}
    return Network.model_validate(network)


def at_night(*units: str, urgency: str = "acute") -> Story:
    """A request to units of closed wards, told to the clinic that covers them."""
    pathway = WORLDS[1][0]
    services = {"services": {}, "levels": _without_consulted(pathway.levels)}
    story = Story(context=Context(pathway.model_copy(update=services), covered_by_the_clinic(), NIGHT))
    decision = story.plan("admit", urgency, unit=units or ("east-bed",))
    assert told(decision) == {(NoticeKind.REQUESTED, "clinic-two")}
    return story


def _without_consulted(levels: object) -> dict[str, object]:
    assert isinstance(levels, dict)
    return {name: level.model_copy(update={"consulted": ()}) for name, level in levels.items()}


def to_the_clinic(decision: Decision) -> list[tuple[NoticeKind, str]]:
    return [(owed.kind, owed.contact) for owed in decision.notices if owed.team == "clinic-two"]


def test_who_was_told_in_anothers_stead_is_told_of_every_close() -> None:
    story = at_night()
    for decision, kind in (
        (copy(story).change(Action.CANCEL, "home-north", "better"), NoticeKind.CANCELLED),
        (copy(story).change(Action.ENTER_IN_ERROR, "home-north", "wrong"), NoticeKind.CANCELLED),
        (copy(story).change(Action.REJECT, "ward-east", "no-place"), NoticeKind.REJECTED),
        (copy(story).end("deceased"), NoticeKind.LOOK_FIRST),
        (copy(story).end("moved"), NoticeKind.ENDED),
    ):
        assert to_the_clinic(decision) == [(kind, "first")]
    closed = story.run_until(story.episode.clocks["H222-2222/handover.stale"].due_at)
    assert to_the_clinic(closed) == [(NoticeKind.CANCELLED, "first")]


def test_who_was_told_in_anothers_stead_has_a_part_in_it_until_it_closes_and_may_say_how_it_ended() -> None:
    story = at_night()
    assert "clinic-two" in teams_concerned(story.context, story.episode)
    require_part(story.context, story.episode, person("clinic-two"))
    story.change(Action.CANCEL, "home-north", "better")
    assert "clinic-two" not in teams_concerned(story.context, story.episode)
    assert story.end("moved", "clinic-two").events


def test_when_another_takes_it_those_who_were_asked_in_a_receivers_stead_are_told() -> None:
    story = at_night("east-bed", "west-bed")
    network = story.context.network.model_dump(mode="json", by_alias=True)
    network["teams"]["ward-west"]["covered_by"] = None
    apart = at_night("east-bed", "west-bed")
    decision = story.change(Action.ACCEPT, "ward-east", unit="east-bed")
    assert [kind for kind, _contact in to_the_clinic(decision)] == [NoticeKind.ACCEPTED]  # it covers this one too
    lone = Story(context=Context(apart.context.pathway, Network.model_validate(network), NIGHT))
    assert told(lone.plan(unit=("east-bed", "west-bed"))) == {
        (NoticeKind.REQUESTED, "clinic-two"),
        (NoticeKind.REQUESTED, "experts"),
    }
    decision = lone.change(Action.ACCEPT, "ward-east", unit="east-bed")
    assert (NoticeKind.WITHDRAWN, "experts") in told(decision)
    assert [kind for kind, _contact in to_the_clinic(decision)] == [NoticeKind.ACCEPTED]


def test_who_stands_in_for_both_sides_is_told_once() -> None:
    network = covered_by_the_clinic().model_dump(mode="json", by_alias=True)
    network["teams"]["home-north"]["covered_by"] = "clinic-two"
    pathway = WORLDS[1][0]
    acute = pathway.rules_for("acute").model_copy(update={"is_urgent": True})
    pathway = pathway.model_copy(update={"urgencies": {**pathway.urgencies, "acute": acute}})
    story = Story(context=Context(pathway, Network.model_validate(network), NIGHT))
    assert (NoticeKind.REQUESTED, "clinic-two") in told(story.plan())
    for decision in (
        copy(story).change(Action.ACCEPT, "ward-east"),
        copy(story).change(Action.REJECT, "ward-east", "no-place"),
    ):
        kinds = [kind for kind, _contact in to_the_clinic(decision)]
        assert len(kinds) == len(set(kinds)) == 1


@pytest.mark.parametrize("team", ["ward-east", "ward-west"])
def test_after_a_no_nobody_who_was_asked_for_that_team_alone_is_asked_again(team: str) -> None:
    story = Story()
    story.plan(unit=("east-bed", "west-bed", "west-annex"))
    left = {"ward-east": {"ward-west"}, "ward-west": {"ward-east"}}[team]
    story.change(Action.REJECT, team, "no-place")
    assert {owed.team for owed in story.outbox if owed.kind is NoticeKind.REQUESTED} == left


def test_after_a_no_for_one_of_its_units_a_team_is_still_asked_for_the_other() -> None:
    story = Story()
    story.plan(unit=("east-bed", "west-bed", "west-annex"))
    story.change(Action.REJECT, "ward-west", "no-place", unit="west-bed")
    assert {owed.team for owed in story.outbox if owed.kind is NoticeKind.REQUESTED} == {"ward-east", "ward-west"}


def test_who_answers_for_a_closed_team_reads_the_sheet_and_records_a_death_that_can_be_taken_back() -> None:
    pathway, _network = WORLDS[1]
    story = Story(context=Context(pathway, covered_by_the_clinic(), NIGHT))
    story.plan("relieve", "planned", unit="east-rest")
    clinic = person("clinic-two")
    assert "clinic-two" in teams_standing_in(story.context, story.episode)
    assert story.perform(NoteNightSheet(actor=clinic, mark="K7QM-2F4T", number=1)).events
    assert story.perform(EndEpisode(actor=clinic, end="deceased")).events
    assert story.perform(TakeBackEnd(actor=clinic)).events


def test_who_stands_in_for_nobody_of_it_does_neither_and_by_day_nobody_stands_in() -> None:
    story = Story(context=Context(*WORLDS[1], NIGHT))
    for team in ("ward-west", "home-south"):
        with pytest.raises(Refused, match="your team has had no part in it"):
            story.end("deceased", team)
    assert teams_standing_in(Story().context, story.episode) == ()


def test_who_stands_in_records_no_other_end() -> None:
    network = NETWORK.model_dump(mode="json", by_alias=True)
    network["teams"]["home-north"] |= {
        "cover": WORLDS[1][1].teams["home-north"].cover.model_dump(mode="json", by_alias=True),
        "covered_by": "ward-west",
    }
    story = Story(context=Context(WORLDS[0][0], Network.model_validate(network), NIGHT))
    with pytest.raises(Refused, match="your team has had no part in it"):
        story.end("moved", "ward-west")
    assert story.end("deceased", "ward-west").events


def test_who_was_told_in_anothers_stead_and_left_the_network_since_is_told_nothing() -> None:
    story = at_night()
    teams = {name: team for name, team in story.context.network.teams.items() if name != "clinic-two"}
    left = story.context.network.model_copy(update={"teams": teams})
    story.context = Context(story.context.pathway, left, NIGHT)
    assert to_the_clinic(story.change(Action.CANCEL, "home-north", "better")) == []


def test_a_decision_says_whom_the_episode_concerns_and_nobody_once_it_is_over() -> None:
    story = at_night()
    closed = copy(story).change(Action.CANCEL, "home-north", "better")
    assert closed.concerned == ("home-north",)
    assert set(copy(story).change(Action.SEE, "ward-east").concerned) == {"home-north", "ward-east", "clinic-two"}
    assert copy(story).end("moved").concerned == ()
