"""How a handover is planned: by whom, where to, how soon, why; as a draft or at once; in place of another."""

from datetime import timedelta

import pytest
from care_stories import E, H, Story, person, told, with_handover
from care_worlds import PERSON_NAME

from pathways.care.actors import CLOCK, SYSTEM, Actor
from pathways.care.commands import PlanHandover
from pathways.care.notice_kinds import NoticeKind
from pathways.care.states import Action, HandoverStatus
from pathways.definition.models import Side
from pathways.errors import NotFound, Refused

OTHER = "H333-3333"


def plan(actor: Actor, **different: object) -> PlanHandover:
    values = {"reference": H, "move": "admit", "urgency": "acute", "reason": "worse", "to_units": ("east-bed",)}
    return PlanHandover.model_validate({"actor": actor, **values, **different})


def test_a_plan_says_everything_that_the_handover_is_to_do() -> None:
    story = Story()
    story.plan("admit", "acute", unit="west-annex", reason="relief")
    made = story.handover().plan
    assert (made.move, made.urgency, made.reason, made.travels) == ("admit", "acute", "relief", True)
    assert (made.from_level, made.from_team, made.from_unit) == ("home", "home-north", None)
    assert (made.to_level, made.to_team, made.to_unit) == ("bed", "ward-west", "west-annex")
    assert made.items == {"named": Side.RECEIVER, "listed": Side.SENDER}


def test_an_urgency_without_readiness_items_of_its_own_has_those_of_the_move() -> None:
    story = Story()
    story.plan("admit", "planned")
    assert list(story.handover().plan.items) == ["named", "listed", "booked", "told"]


def test_a_plan_is_requested_at_once_and_the_receivers_first_contact_is_asked_with_the_limit() -> None:
    story = Story()
    decision = story.plan("admit", "acute")
    assert story.handover().status is HandoverStatus.REQUESTED
    assert story.handover().requested_at == story.now
    (asked,) = decision.notices
    assert (asked.kind, asked.team, asked.contact) == (NoticeKind.REQUESTED, "ward-east", "first")
    assert (asked.handover, asked.due_at) == (H, story.now + timedelta(minutes=30))


def test_a_draft_asks_nobody_until_it_is_requested() -> None:
    story = Story()
    assert not story.plan(draft=True).notices
    assert story.handover().status is HandoverStatus.DRAFT
    assert story.handover().requested_at is None
    story.wait(hours=2)
    decision = story.change(Action.REQUEST, "home-north")
    assert told(decision) == {(NoticeKind.REQUESTED, "ward-east")}
    assert story.handover().requested_at == story.now
    assert story.episode.clocks[f"{H}/handover.answer"].due_at == story.now + timedelta(minutes=30)
    assert set(story.episode.clocks) == {f"{H}/handover.answer", f"{H}/handover.arrive"}


def test_requesting_a_draft_withdraws_the_word_that_it_still_waits() -> None:
    story = Story()
    story.plan(draft=True)
    story.wait(days=1)
    story.pass_clock(f"{H}/handover.draft")
    assert [owed.kind for owed in story.outbox] == [NoticeKind.DRAFT_WAITING]
    story.change(Action.REQUEST, "home-north")
    assert [owed.kind for owed in story.outbox] == [NoticeKind.REQUESTED]


@pytest.mark.parametrize("actor", [person("ward-east"), person("home-south"), person(None), CLOCK, SYSTEM])
def test_only_the_responsible_team_plans(actor: Actor) -> None:
    with pytest.raises(Refused, match=f"episode {E}: your team is not responsible for it. Ask home-north, which is."):
        Story().perform(plan(actor))


@pytest.mark.parametrize("status", [status for status in HandoverStatus if status not in ("completed",)])
def test_only_one_handover_is_open_at_a_time(status: HandoverStatus) -> None:
    story = with_handover(status)
    command = plan(person("home-north"), reference=OTHER)
    if story.handover().is_open:
        with pytest.raises(Refused, match=rf"already has an open handover, {H} \({status}\)\. Complete or cancel"):
            story.perform(command)
    else:
        story.perform(command)
        assert story.handover(OTHER).status is HandoverStatus.REQUESTED


def test_an_ended_episode_plans_nothing_more() -> None:
    story = Story()
    story.end()
    with pytest.raises(Refused, match=f"episode {E}: it has ended. Begin a new episode"):
        story.plan()


@pytest.mark.parametrize(
    ("different", "sentence"),
    [
        ({"move": "ease"}, r"not a move from home\. Choose one of: strengthen, admit, relieve\."),
        ({"move": PERSON_NAME}, r"not a move from home\."),
        ({"urgency": PERSON_NAME}, r"not an urgency of this move\. Choose one of: acute, planned\."),
        ({"reason": "better"}, r"not a reason for this move\. Choose one of: worse, relief\."),
        ({"reason": PERSON_NAME}, r"not a reason for this move\."),
        ({"reason": ""}, r"not a reason for this move\."),
    ],
)
def test_a_plan_that_the_pathway_does_not_have_is_refused_with_the_choices(
    different: dict[str, str], sentence: str
) -> None:
    with pytest.raises(Refused, match=f"episode {E}: that is {sentence}") as refusal:
        Story().perform(plan(person("home-north"), **different))
    assert PERSON_NAME not in str(refusal.value)


def test_the_receiver_is_found_and_refused_as_at_the_beginning() -> None:
    story = Story()
    with pytest.raises(Refused, match="several choices of unit for bed"):
        story.perform(plan(person("home-north"), to_units=()))
    with pytest.raises(Refused, match="not a team for bed"):
        story.perform(plan(person("home-north"), to_units=(), to_team="clinic-one"))
    with pytest.raises(Refused, match="The level home-plus has no units"):
        story.perform(plan(person("home-north"), move="strengthen", urgency="planned"))


def test_home_again_goes_to_the_patients_own_team() -> None:
    story = with_handover(HandoverStatus.COMPLETED)
    values = {"move": "discharge", "urgency": "planned", "reason": "better", "to_units": (), "reference": OTHER}
    story.perform(plan(person("ward-east"), **values))
    assert story.handover(OTHER).plan.to_team == "home-north"


def test_a_team_that_has_left_the_network_is_no_longer_the_patients_own() -> None:
    story = with_handover(HandoverStatus.COMPLETED)
    teams = {key: team for key, team in story.context.network.teams.items() if key != "home-north"}
    story.context = story.context.__class__(
        story.context.pathway, story.context.network.model_copy(update={"teams": teams}), story.now
    )
    values = {"move": "discharge", "urgency": "planned", "reason": "better", "to_units": (), "reference": OTHER}
    story.perform(plan(person("ward-east"), **values))
    assert story.handover(OTHER).plan.to_team == "home-south"


def test_a_new_handover_replaces_a_closed_one_and_leaves_it_as_it_is() -> None:
    story = with_handover(HandoverStatus.REJECTED)
    rejected = story.handover()
    story.plan("relieve", "acute", reference=OTHER, replaces=H)
    assert story.handover(OTHER).plan.replaces == H
    assert story.handover() == rejected


def test_what_is_replaced_must_be_of_this_episode() -> None:
    with pytest.raises(NotFound, match=f"Episode {E} has no such handover to replace") as refusal:
        Story().plan(replaces=PERSON_NAME)
    assert PERSON_NAME not in str(refusal.value)


def test_a_reference_names_one_handover_for_ever() -> None:
    story = with_handover(HandoverStatus.REJECTED)
    with pytest.raises(Refused, match=f"Episode {E} already has a handover {H}"):
        story.plan("relieve", "acute")


def test_a_team_may_hand_over_to_itself_from_one_of_its_units_to_another() -> None:
    story = Story("bed", team=None, unit="east-bed")
    story.plan("relieve", "acute", unit="east-rest")
    story.change(Action.ACCEPT, "ward-east")
    story.confirm("ward-east")
    story.change(Action.DEPART, "ward-east")
    assert not story.change(Action.ARRIVE, "ward-east").notices
    assert [(stay.team, stay.unit) for stay in story.episode.stays] == [
        ("ward-east", "east-bed"),
        ("ward-east", "east-rest"),
    ]
