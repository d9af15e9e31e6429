"""Coming back: the same loop with the parts reversed, within its time, with the cause as both sides see it."""

from datetime import timedelta

import pytest
from care_stories import E, H, Story, person, told, with_handover
from care_worlds import NETWORK, PATHWAY, PERSON_NAME, SPRING

from pathways.care.actors import Actor
from pathways.care.commands import ComeBack, PauseEpisode, RecordReturnCause
from pathways.care.episodes import ClockKind, Standing
from pathways.care.notice_kinds import NoticeKind
from pathways.care.recording import Context, Decision
from pathways.care.states import Action, HandoverStatus
from pathways.care.waits import WaitKind, waits
from pathways.definition.models import Side
from pathways.errors import NotFound, Refused

B = "H555-5555"
S, R = "home-north", "ward-east"
CAUSE = f"{B}/handover.return-cause"


def come_back(
    story: Story, cause: str = "too-soon", *, returns: str = H, by: Actor | None = None, reference: str = B
) -> Decision:
    actor = by or person(story.episode.stay.team)
    return story.perform(ComeBack(actor=actor, reference=reference, returns=returns, cause=cause))


def say(story: Story, team: str, cause: str, reference: str = B) -> Decision:
    return story.perform(RecordReturnCause(actor=person(team), handover=reference, cause=cause))


def back(story: Story) -> Decision:
    """The patient comes back all the way."""
    come_back(story)
    story.change(Action.ACCEPT, S, reference=B)
    story.change(Action.DEPART, R, reference=B)
    return story.change(Action.ARRIVE, S, reference=B)


def test_the_same_loop_runs_with_the_parts_reversed() -> None:
    story = with_handover(HandoverStatus.COMPLETED)
    decision = come_back(story)
    made = story.handover(B).plan
    assert (made.from_level, made.from_team, made.from_unit) == ("bed", R, "east-bed")
    assert (made.to_level, made.to_team, made.to_unit) == ("home", S, None)
    assert (made.move, made.urgency, made.reason, made.returns) == ("admit", "return", "too-soon", H)
    assert (made.travels, dict(made.items), made.standing) == (True, {}, Standing.UNKNOWN)
    assert story.handover(B).status is HandoverStatus.REQUESTED
    assert told(decision) == {(NoticeKind.REQUESTED, S)}
    assert story.episode.responsible_team == R  # until the other side has taken it


def test_its_limits_are_those_of_coming_back() -> None:
    story = with_handover(HandoverStatus.COMPLETED)
    come_back(story)
    limits = {clock.kind: clock.due_at - story.now for clock in story.episode.clocks.values()}
    assert limits == {ClockKind.ANSWER: timedelta(minutes=20), ClockKind.ARRIVE: timedelta(hours=3)}
    assert {str(clock.repeat) for clock in story.episode.clocks.values()} == {"10 min"}


def test_nothing_has_to_be_made_ready_and_services_are_restored() -> None:
    story = with_handover(HandoverStatus.COMPLETED)
    assert story.episode.paused_services == ("pump",)
    decision = back(story)
    assert story.episode.responsible_team == S
    assert (story.episode.level, story.episode.stay.unit) == ("home", None)
    assert not story.episode.paused_services
    assert (NoticeKind.SERVICES_RESUMED, "experts") in told(decision)


def test_a_patient_comes_back_to_the_unit_that_they_left() -> None:
    story = Story("bed", team=None, unit="west-annex")
    story.plan("discharge", "planned")
    story.change(Action.ACCEPT, S)
    story.change(Action.DEPART, "ward-west")
    story.change(Action.ARRIVE, S)
    come_back(story)
    assert (story.handover(B).plan.to_team, story.handover(B).plan.to_unit) == ("ward-west", "west-annex")


def test_where_nobody_travelled_only_responsibility_goes_back() -> None:
    story = with_handover(HandoverStatus.COMPLETED, travels=False)
    come_back(story)
    story.change(Action.ACCEPT, S, reference=B)
    story.change(Action.ARRIVE, S, reference=B)
    assert (story.episode.responsible_team, story.episode.level) == (S, "home")


def test_up_to_the_very_instant_of_the_limit_and_not_a_second_later() -> None:
    story = with_handover(HandoverStatus.COMPLETED)
    story.wait(hours=72)
    assert story.decide(ComeBack(actor=person(R), reference=B, returns=H, cause="too-soon")).events
    story.wait(seconds=1)
    with pytest.raises(
        Refused,
        match=rf"from handover {H}: it was completed longer than 72 h ago\. Request an ordinary move: discharge\.",
    ):
        come_back(story)


def test_the_limit_is_elapsed_time_also_when_clocks_go_forward() -> None:
    story = Story(context=Context(PATHWAY, NETWORK, SPRING))
    story.plan()
    for action, team in ((Action.ACCEPT, R), (Action.CONFIRM, R), (Action.CONFIRM, S), (Action.DEPART, S)):
        story.confirm(team) if action is Action.CONFIRM else story.change(action, team)
    story.change(Action.ARRIVE, R)
    story.wait(hours=72)
    assert come_back(story).events


def test_the_cause_is_said_by_both_sides_and_the_receiver_is_waited_for() -> None:
    story = with_handover(HandoverStatus.COMPLETED)
    back(story)
    assert story.handover(B).causes == {Side.SENDER: "too-soon"}
    (wait,) = waits(story.episode)
    assert (wait.kind, wait.subject, wait.teams) == (WaitKind.RETURN_CAUSE, B, (S,))
    assert wait.due_at == story.now + timedelta(days=1)
    for contact in ("first", "second"):
        story.wait(days=1)
        (due,) = story.pass_clock(CAUSE).notices
        assert (due.kind, due.team, due.contact, due.handover) == (NoticeKind.CAUSE_WANTED, S, contact, B)
    say(story, S, "no-medicine")
    assert story.handover(B).causes == {Side.SENDER: "too-soon", Side.RECEIVER: "no-medicine"}
    assert not story.episode.clocks
    assert NoticeKind.CAUSE_WANTED not in {owed.kind for owed in story.outbox}


def test_who_has_said_why_before_the_arrival_is_not_asked() -> None:
    story = with_handover(HandoverStatus.COMPLETED)
    come_back(story)
    say(story, S, "no-medicine")
    story.change(Action.ACCEPT, S, reference=B)
    story.change(Action.DEPART, R, reference=B)
    story.change(Action.ARRIVE, S, reference=B)
    assert not story.episode.clocks


def test_each_side_says_it_once() -> None:
    story = with_handover(HandoverStatus.COMPLETED)
    back(story)
    say(story, S, "no-medicine")
    assert not say(story, S, "no-medicine").events
    with pytest.raises(Refused, match=rf"on handover {B}: your side has said another cause already\. That one stays\."):
        say(story, S, "too-soon")
    with pytest.raises(Refused, match="your side has said another cause already"):
        say(story, R, "no-medicine")


def test_a_team_that_is_both_sides_says_it_for_both() -> None:
    story = Story("bed", team=None, unit="east-bed")
    story.plan("relieve", "acute", unit="east-rest")
    story.change(Action.ACCEPT, R)
    story.confirm(R)
    story.change(Action.DEPART, R)
    story.change(Action.ARRIVE, R)
    come_back(story)
    assert story.handover(B).causes == {Side.SENDER: "too-soon", Side.RECEIVER: "too-soon"}


def test_only_a_coming_back_has_a_cause_that_its_own_sides_say() -> None:
    story = with_handover(HandoverStatus.COMPLETED)
    with pytest.raises(Refused, match=f"Cannot record a cause on handover {H}: nobody comes back by it"):
        say(story, R, "too-soon", H)
    come_back(story)
    with pytest.raises(Refused, match=f"handover {B}: your team is neither its sender nor its receiver"):
        say(story, "ward-west", "too-soon")
    with pytest.raises(
        Refused, match=r"none of the causes of coming back .* Choose one of: too-soon, no-medicine\."
    ) as no:
        say(story, S, PERSON_NAME)
    assert PERSON_NAME not in str(no.value)
    story.change(Action.REJECT, S, "no-place", B)
    with pytest.raises(Refused, match=f"handover {B}: it is rejected, and the patient did not come back"):
        say(story, S, "too-soon")


def test_it_is_counted_how_many_came_back() -> None:
    story = with_handover(HandoverStatus.COMPLETED)
    come_back(story)
    assert not story.episode.bounced
    story.change(Action.ACCEPT, S, reference=B)
    story.change(Action.DEPART, R, reference=B)
    story.change(Action.ARRIVE, S, reference=B)
    assert story.episode.bounced == (H,)


def test_who_is_responsible_asks_and_nobody_else() -> None:
    story = with_handover(HandoverStatus.COMPLETED)
    with pytest.raises(Refused, match=f"of episode {E}: your team is not responsible for it. Ask {R}, which is"):
        come_back(story, by=person(S))


def test_not_while_another_handover_is_open_nor_while_it_pauses_nor_after_the_end() -> None:
    story = with_handover(HandoverStatus.COMPLETED)
    story.plan("discharge", "planned", reference="H333-3333")
    with pytest.raises(Refused, match="already has an open handover"):
        come_back(story)
    story.perform(PauseEpisode(actor=person(R), kind="elsewhere", cancels="H333-3333"))
    with pytest.raises(Refused, match="the episode pauses"):
        come_back(story)
    story.end("moved", R)
    with pytest.raises(Refused, match="it has ended"):
        come_back(story)


def test_only_from_the_handover_that_brought_the_patient_here() -> None:
    story = with_handover(HandoverStatus.REJECTED)
    with pytest.raises(
        Refused, match=rf"from handover {H}: the patient is not where that handover led\. Request an ord"
    ):
        come_back(story)
    story = with_handover(HandoverStatus.COMPLETED)
    back(story)
    with pytest.raises(Refused, match=f"handover {H}: the patient is not where that handover led"):
        come_back(story, reference="H666-6666")
    with pytest.raises(
        Refused, match=rf"{B}: that handover was a coming back itself\. Request an ordinary move: admit\."
    ):
        come_back(story, returns=B, reference="H666-6666")
    with pytest.raises(NotFound):
        come_back(story, returns="H777-7777", reference="H666-6666")


def test_it_needs_a_cause_of_the_pathway_and_a_reference_of_its_own() -> None:
    story = with_handover(HandoverStatus.COMPLETED)
    with pytest.raises(Refused, match=r"Choose one of: too-soon, no-medicine\.") as refusal:
        come_back(story, PERSON_NAME)
    assert PERSON_NAME not in str(refusal.value)
    with pytest.raises(Refused, match=f"already has a handover {H}"):
        come_back(story, reference=H)


def test_a_pathway_that_says_nothing_of_it_leaves_the_ordinary_moves() -> None:
    story = with_handover(HandoverStatus.COMPLETED)
    story.context = Context(PATHWAY.model_copy(update={"coming_back": None}), NETWORK, story.now)
    with pytest.raises(
        Refused, match=r"its pathway does not say what holds then\. Request an ordinary move: discharge"
    ):
        come_back(story)


def test_a_team_that_has_left_the_network_takes_nobody_back() -> None:
    story = with_handover(HandoverStatus.COMPLETED)
    teams = {key: team for key, team in NETWORK.teams.items() if key != S}
    story.context = Context(PATHWAY, NETWORK.model_copy(update={"teams": teams}), story.now)
    with pytest.raises(Refused, match=rf"{S} does not give the care of that level\. Request an ordinary move"):
        come_back(story)


@pytest.mark.parametrize(
    ("level", "unit", "by"), [("home", None, "experts"), ("bed", "west-bed", "ward-east")], ids=["home", "bed"]
)
def test_nobody_comes_back_to_whoever_began_the_episode_for_another_team(level: str, unit: str | None, by: str) -> None:
    story = Story(level, team=None if unit else S, unit=unit, by=by)
    story.change(Action.CANCEL, by, reason="sooner", reference=H)
    story.plan("relieve", unit="east-rest", reference="H333-3333", by=by)
    receiver = story.handover("H333-3333").plan.to_team
    story.change(Action.ACCEPT, receiver, reference="H333-3333")
    story.confirm(receiver, "booked", reference="H333-3333")
    story.change(Action.DEPART, by, reference="H333-3333")
    story.change(Action.ARRIVE, receiver, reference="H333-3333")
    with pytest.raises(Refused, match=f"{by} does not give the care of that level"):
        come_back(story, returns="H333-3333")
