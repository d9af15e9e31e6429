"""What is entered late: with the time at which it happened, in one place for every door."""

import pkgutil
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from importlib import import_module
from typing import get_args

import pytest
from care_stories import E, H, Story, change, person, told, with_handover
from care_worlds import NETWORK, PATHWAY, START, WORLDS

import pathways.care
from pathways.care import events_of_then
from pathways.care.actors import SYSTEM
from pathways.care.clocks import handover_key
from pathways.care.commands import (
    BeginEpisode,
    ChangeHandover,
    ComeBack,
    Command,
    ConfirmReadiness,
    EndEpisode,
    GiveReadBack,
    PauseEpisode,
    PlanHandover,
    RecordFact,
    ResumeEpisode,
    Waive,
)
from pathways.care.communication import IllnessSeverity
from pathways.care.decisions import begin
from pathways.care.episodes import ClockKind, ClockOutcome, Waiver
from pathways.care.events import ClockStopped, Event, Recorded, in_true_order
from pathways.care.events_of_handovers import HandoverAddressed, HandoverEscalated
from pathways.care.late_entries import ACTIONS, KINDS, LONGEST_AGO, may_be_late, require_kinds
from pathways.care.notice_kinds import NoticeKind
from pathways.care.patient import PhaseOfIllness
from pathways.care.recording import Context, Decision
from pathways.care.states import Action, HandoverStatus, MarkKind
from pathways.definition.conditions import Phase
from pathways.definition.models import TimeCounted
from pathways.errors import Refused


def kinds(of: type[Command] = Command) -> Iterator[type[Command]]:
    for kind in of.__subclasses__():
        yield kind
        yield from kinds(kind)


def late(story: Story, action: Action, team: str, at: datetime, reason: str | None = None) -> Decision:
    return story.perform(change(action, person(team), reason).model_copy(update={"occurred_at": at}))


def outcomes(decision: Decision) -> dict[str, ClockOutcome]:
    return {each.event.key: each.event.outcome for each in decision.events if isinstance(each.event, ClockStopped)}


def refused(story: Story, command: Command) -> str:
    with pytest.raises(Refused) as caught:
        story.decide(command)
    return str(caught.value)


def test_each_kind_of_command_says_whether_it_may_be_entered_late() -> None:
    for module in pkgutil.walk_packages(pathways.care.__path__, "pathways.care."):
        import_module(module.name)
    assert set(KINDS) == set(kinds())
    assert set(ACTIONS) == set(Action)
    assert all(why is None or why for why in (*KINDS.values(), *ACTIONS.values()))


def test_a_kind_that_says_nothing_is_an_error_at_once() -> None:
    with pytest.raises(TypeError, match="entered late: Command"):
        require_kinds([Command, PlanHandover])


def test_a_kind_of_event_that_has_no_time_is_an_error_at_once() -> None:
    events_of_then.require_kinds(get_args(get_args(Event)[0]))
    with pytest.raises(TypeError, match="entered late: Recorded"):
        events_of_then.require_kinds([Recorded, HandoverAddressed])


@pytest.mark.parametrize("kind", [kind for kind, why in KINDS.items() if why])
def test_what_is_never_entered_late_says_why(kind: type[Command]) -> None:
    story = Story()
    command = kind.model_construct(actor=person("home-north"), occurred_at=START)
    story.wait(hours=1)
    with pytest.raises(Refused, match=r"cannot be entered late: .+ Leave out when it happened"):
        pathways.care.late_entries.judged(story.context, command, story.episode)
    assert not may_be_late(kind)


@pytest.mark.parametrize("action", get_args(ChangeHandover.model_fields["action"].annotation))
def test_of_what_is_done_to_a_handover_each_action_says_it(action: Action) -> None:
    story = with_handover(HandoverStatus.RECEIVED)
    story.wait(hours=1)
    command = change(action, person("ward-east"), "no-place").model_copy(update={"occurred_at": story.now})
    if ACTIONS[action]:
        assert "cannot be entered late" in refused(story, command)
    assert may_be_late(ChangeHandover, action) == (ACTIONS[action] is None)


def test_an_arrival_entered_in_the_morning_stops_its_limit_as_of_the_night() -> None:
    story = with_handover(HandoverStatus.IN_PROGRESS)
    arrive = story.episode.clocks[handover_key(H, ClockKind.ARRIVE)]
    true_at = arrive.due_at - timedelta(minutes=10)
    story.now = arrive.due_at + timedelta(hours=5)
    story.pass_clock(arrive.key)
    decision = late(story, Action.ARRIVE, "ward-east", true_at)
    mark = story.handover().mark(MarkKind.ARRIVED)
    assert mark
    assert (mark.at, mark.entered_at) == (true_at, story.now)
    assert outcomes(decision)[arrive.key] is ClockOutcome.MET
    assert [stay.from_at for stay in story.episode.stays][1:] == [true_at]
    assert story.episode.stays[0].until_at == true_at
    assert {each.at for each in decision.events} == {story.now}
    assert (NoticeKind.COMPLETED, "home-north") in told(decision)
    assert in_true_order(story.history)[-1].true_at >= true_at


def test_an_arrival_that_was_late_stays_late() -> None:
    story = with_handover(HandoverStatus.IN_PROGRESS)
    arrive = story.episode.clocks[handover_key(H, ClockKind.ARRIVE)]
    story.now = arrive.due_at + timedelta(hours=5)
    decision = late(story, Action.ARRIVE, "ward-east", arrive.due_at + timedelta(minutes=1))
    assert outcomes(decision)[arrive.key] is ClockOutcome.LATE


def test_a_request_entered_late_is_told_now_and_its_overdue_limit_once() -> None:
    story = Story()
    story.wait(hours=8)
    at = story.now - timedelta(hours=5)
    plan = PlanHandover(
        actor=person("home-north"),
        reference=H,
        move="admit",
        urgency="acute",
        reason=PATHWAY.moves["admit"].reasons[0],
        to_units=("east-bed",),
        occurred_at=at,
    )
    decision = story.perform(plan)
    answer = story.episode.clocks[handover_key(H, ClockKind.ANSWER)]
    assert answer.started_at == at
    assert answer.due_at < story.now
    assert story.handover().requested_at == at
    addressed = [each for each in decision.events if isinstance(each.event, HandoverAddressed)]
    assert [each.occurred_at for each in addressed] == [None]
    story.wait(seconds=20)
    passed = [story.pass_clock(key) for key in tuple(story.episode.clocks) if key in story.episode.clocks]
    assert not [each for one in passed for each in one.events if isinstance(each.event, HandoverEscalated)]
    overdue = [owed for one in passed for owed in one.notices if owed.due_at == answer.due_at]
    assert [(owed.kind, owed.team) for owed in overdue] == [(NoticeKind.OVERDUE, "home-north")]
    assert all(clock.next_at > story.now for clock in story.episode.clocks.values())


def test_nothing_has_happened_later_than_now() -> None:
    story = with_handover(HandoverStatus.IN_PROGRESS)
    command = change(Action.ARRIVE, person("ward-east"))
    said = refused(story, command.model_copy(update={"occurred_at": story.now + timedelta(seconds=1)}))
    assert said == "Nothing can have happened later than now. Give the time at which it happened."


def test_what_is_entered_as_of_now_is_not_late() -> None:
    story = with_handover(HandoverStatus.IN_PROGRESS)
    decision = late(story, Action.ARRIVE, "ward-east", story.now)
    assert {each.occurred_at for each in decision.events} == {None}


def test_nothing_is_entered_late_from_longer_ago_than_a_week() -> None:
    story = Story()
    story.now += timedelta(days=30)
    command = EndEpisode(actor=person("home-north"), end="deceased")
    at = story.now - LONGEST_AGO
    assert "more than 7 days ago" in refused(
        story, command.model_copy(update={"occurred_at": at - timedelta(seconds=1)})
    )
    decision = story.perform(command.model_copy(update={"occurred_at": at}))
    assert decision.episode.ended_at == at


def test_an_answer_is_not_before_its_request() -> None:
    story = Story()
    story.wait(hours=2)
    story.plan()
    story.wait(hours=2)
    command = change(Action.ACCEPT, person("ward-east")).model_copy(update={"occurred_at": START + timedelta(hours=1)})
    said = refused(story, command)
    assert "cannot have happened at 2026-03-02 11:00" in said
    assert "the handover was requested, or planned at 2026-03-02 12:00" in said
    assert said.endswith("Give a later time, or have that corrected first.")


def test_that_somebody_looked_before_they_entered_it_contradicts_nothing() -> None:
    story = Story()
    story.plan()
    story.wait(hours=4)
    story.change(Action.SEE, "ward-east")
    at = story.now - timedelta(hours=3)
    late(story, Action.ACCEPT, "ward-east", at)
    assert story.handover().changed_at == at


def test_an_arrival_is_not_before_the_departure_nor_a_departure_before_the_acceptance() -> None:
    story = with_handover(HandoverStatus.IN_PROGRESS)
    story.wait(hours=1)
    departed = story.handover().mark(MarkKind.DEPARTED)
    assert departed
    command = change(Action.ARRIVE, person("ward-east"))
    at = departed.at - timedelta(minutes=1)
    assert "the patient departed" in refused(story, command.model_copy(update={"occurred_at": at})) or at < START
    resumed = with_handover(HandoverStatus.ON_HOLD)
    resumed.wait(hours=1)
    command = change(Action.RESUME, person("ward-east"))
    held = resumed.handover().changed_at
    wrong = command.model_copy(update={"occurred_at": held - timedelta(seconds=1)})
    assert "as is recorded" in refused(resumed, wrong)


def test_a_read_back_is_not_before_the_one_before_it() -> None:
    story = with_handover(HandoverStatus.ACCEPTED)
    story.wait(hours=2)
    given = {"actor": person("ward-east"), "handover": H, "severity": IllnessSeverity.WATCHER}
    back = GiveReadBack(**given, next_action="see", contingency="ring")
    story.perform(back)
    story.wait(hours=1)
    wrong = back.model_copy(update={"occurred_at": story.now - timedelta(hours=2)})
    assert "read back" in refused(story, wrong)


def test_nothing_is_before_the_episode_and_what_turned_its_course() -> None:
    story = Story()
    pause = PauseEpisode(actor=person("home-north"), kind="elsewhere")
    assert "the episode began" in refused(
        Story(), pause.model_copy(update={"occurred_at": START - timedelta(minutes=1)})
    )
    story.wait(hours=4)
    story.perform(pause.model_copy(update={"occurred_at": START + timedelta(hours=1)}))
    assert story.episode.pause
    assert story.episode.pause.at == START + timedelta(hours=1)
    resume = ResumeEpisode(actor=person("home-north"))
    assert "was paused" in refused(story, resume.model_copy(update={"occurred_at": START}))
    story.perform(resume.model_copy(update={"occurred_at": START + timedelta(hours=2)}))
    assert story.episode.resumed_at == START + timedelta(hours=2)
    assert "went on after a pause" in refused(story, pause.model_copy(update={"occurred_at": START}))
    story.end()
    assert "the episode ended" in refused(
        story, EndEpisode(actor=SYSTEM, end="deceased", occurred_at=START + timedelta(hours=3))
    )


def test_a_pause_is_not_before_what_it_puts_on_hold() -> None:
    story = with_handover(HandoverStatus.ACCEPTED)
    story.wait(hours=1)
    accepted = story.handover().changed_at
    pause = PauseEpisode(actor=person("home-north"), kind="elsewhere", occurred_at=accepted - timedelta(seconds=1))
    assert "as is recorded" in refused(story, pause)


def test_an_end_closes_nothing_in_silence_that_was_asked_after_it_but_a_death_is_a_death() -> None:
    story = Story()
    story.wait(hours=2)
    story.plan()
    story.wait(hours=1)
    at = START + timedelta(hours=1)
    moved = EndEpisode(actor=person("home-north"), end="moved", occurred_at=at)
    assert "the handover was requested, or planned" in refused(story, moved)
    unknown = moved.model_copy(update={"end": "no-such-end"})
    assert "the handover was requested, or planned" in refused(story, unknown)
    decision = story.perform(moved.model_copy(update={"end": "deceased"}))
    assert (NoticeKind.LOOK_FIRST, "ward-east") in told(decision)
    assert story.episode.ended_at == at


def test_nobody_died_before_they_departed() -> None:
    story = with_handover(HandoverStatus.READY)
    story.wait(hours=1)
    story.change(Action.DEPART, "home-north")
    story.wait(hours=1)
    death = EndEpisode(actor=person("home-north"), end="deceased", occurred_at=START + timedelta(minutes=30))
    assert "the patient departed" in refused(story, death)


def test_a_request_is_not_before_the_closing_of_the_one_before_it() -> None:
    story = with_handover(HandoverStatus.RECEIVED)
    story.wait(hours=1)
    story.change(Action.REJECT, "ward-east", "no-place")
    closed_at = story.now
    story.wait(hours=1)
    plan = PlanHandover(
        actor=person("home-north"),
        reference="H222-0001",
        move="admit",
        urgency="acute",
        reason=PATHWAY.moves["admit"].reasons[0],
        to_units=("east-bed",),
    )
    wrong = plan.model_copy(update={"occurred_at": closed_at - timedelta(minutes=1)})
    assert f"handover {H} was closed" in refused(story, wrong)
    assert "as is recorded" not in refused(story, plan.model_copy(update={"is_draft": True, "occurred_at": closed_at}))
    story.perform(plan.model_copy(update={"occurred_at": closed_at}))


def test_a_fact_is_not_before_a_newer_one_of_its_kind_and_its_limit_counts_from_then() -> None:
    story = Story()
    story.wait(hours=10)
    at = story.now - timedelta(hours=5)
    unstable = RecordFact(actor=person("home-north"), fact=PhaseOfIllness(phase=Phase.UNSTABLE), occurred_at=at)
    story.perform(unstable)
    assert story.episode.known["phase"].at == at
    assert story.episode.known["phase"].entered_at == story.now
    assert story.episode.clocks[ClockKind.PHASE].started_at == at
    wrong = unstable.model_copy(update={"occurred_at": at - timedelta(minutes=1)})
    assert "something newer of the same kind was found" in refused(story, wrong)


def test_a_death_that_became_known_in_another_episode_is_never_refused_for_its_time() -> None:
    story = with_handover(HandoverStatus.IN_PROGRESS)
    story.wait(hours=1)
    story.change(Action.ARRIVE, "ward-east")
    arrived = story.episode.stay.from_at
    story.wait(hours=1)
    at = arrived - timedelta(minutes=30)
    death = EndEpisode(actor=person("home-north"), end="deceased", occurred_at=at)
    assert "the responsibility passed" in refused(story, death)
    story.perform(death.model_copy(update={"told_in": "E222-3333"}))
    assert story.episode.ended_at == arrived


def test_an_episode_begins_late_but_not_before_its_pathway() -> None:
    context = Context(PATHWAY, NETWORK, START)
    command = BeginEpisode(actor=person("home-north"), reference=E, level="home", team="home-north")
    at = START - timedelta(hours=5)
    decision = begin(context, command.model_copy(update={"occurred_at": at}))
    assert decision.episode.began_at == at
    assert decision.episode.stay.from_at == at
    young = PATHWAY.model_copy(update={"in_force_from": START.date()})
    early = command.model_copy(update={"occurred_at": datetime(2026, 3, 1, 12, tzinfo=UTC)})
    with pytest.raises(Refused, match="this version of the pathway came into force at 2026-03-02 00:00"):
        begin(Context(young, NETWORK, START), early)


def test_what_is_not_there_contradicts_nothing() -> None:
    story = Story()
    story.wait(hours=1)
    at = START + timedelta(minutes=30)
    waive = Waive(actor=person("home-north"), handover=H, reason="in-a-hurry", words="x", occurred_at=at)
    assert "no such handover" in refused(story, waive)
    back = ComeBack(actor=person("home-north"), reference=H, returns="H222-0009", cause="too-soon", occurred_at=at)
    assert "no such handover" in refused(story, back)


def test_a_departure_is_not_before_what_had_to_be_in_place_but_that_is_entered_late_too() -> None:
    story = with_handover(HandoverStatus.ACCEPTED)
    accepted = story.handover().changed_at
    story.wait(hours=5)
    confirm = ConfirmReadiness(actor=person("ward-east"), handover=H, occurred_at=accepted + timedelta(minutes=10))
    story.perform(confirm)
    story.confirm("home-north")
    depart = change(Action.DEPART, person("home-north"))
    wrong = depart.model_copy(update={"occurred_at": accepted + timedelta(minutes=30)})
    assert "the last that had to be in place was" in refused(story, wrong)
    other = with_handover(HandoverStatus.ACCEPTED)
    other.wait(hours=5)
    for team in ("ward-east", "home-north"):
        other.perform(confirm.model_copy(update={"actor": person(team)}))
    other.perform(wrong)
    assert {tick.at for tick in other.handover().ticks.values()} == {accepted + timedelta(minutes=10)}
    departed = other.handover().mark(MarkKind.DEPARTED)
    assert departed
    assert departed.at == accepted + timedelta(minutes=30)


def test_a_whole_minute_that_a_person_writes_is_the_minute_of_what_it_follows() -> None:
    story = Story()
    story.wait(seconds=25)
    story.plan()
    requested_at = story.now
    story.wait(hours=4)
    late(story, Action.ACCEPT, "ward-east", requested_at.replace(second=0))
    assert story.handover().changed_at == requested_at


def test_a_request_entered_late_was_not_delivered_late_nor_seen_late() -> None:
    acute = WORLDS[1][0].urgencies["acute"].model_copy(update={"answer_counts": TimeCounted.WALL})
    pathway = PATHWAY.model_copy(update={"urgencies": {**PATHWAY.urgencies, "acute": acute}})
    story = Story(context=Context(pathway, NETWORK, START))
    story.wait(hours=4)
    plan = PlanHandover(
        actor=person("home-north"),
        reference=H,
        move="admit",
        urgency="acute",
        reason=PATHWAY.moves["admit"].reasons[0],
        to_units=("east-bed",),
        occurred_at=story.now - timedelta(minutes=20),
    )
    story.perform(plan)
    of_the_telling = [
        clock for clock in story.episode.clocks.values() if clock.kind in (ClockKind.DELIVERED, ClockKind.SEEN)
    ]
    assert of_the_telling
    assert {clock.started_at for clock in of_the_telling} == {story.now}


def test_an_answer_to_the_question_to_cancel_is_not_before_it() -> None:
    story = with_handover(HandoverStatus.IN_PROGRESS)
    story.wait(hours=2)
    story.change(Action.CANCEL, "home-north", "better at home")
    asked_at = story.now
    story.wait(hours=1)
    for action in (Action.AGREE_TO_CANCEL, Action.REFUSE_TO_CANCEL):
        command = change(action, person("ward-east")).model_copy(
            update={"occurred_at": asked_at - timedelta(minutes=5)}
        )
        assert "it was asked to cancel the handover" in refused(story, command)
    late(story, Action.AGREE_TO_CANCEL, "ward-east", asked_at)


def test_an_arrival_is_not_before_somebody_went_ahead_without_the_read_back() -> None:
    story = with_handover(HandoverStatus.IN_PROGRESS)
    story.wait(hours=2)
    waiver = Waiver(reason="in-a-hurry", words="x", actor=person("ward-east"), at=story.now)
    handover = story.handover().model_copy(update={"read_back_waiver": waiver})
    handovers = {**story.episode.handovers, H: handover}
    story.episode = story.replayed = story.episode.model_copy(update={"handovers": handovers})
    story.wait(hours=1)
    command = change(Action.ARRIVE, person("ward-east"))
    wrong = command.model_copy(update={"occurred_at": waiver.at - timedelta(minutes=5)})
    assert "went ahead without the read-back" in refused(story, wrong)


def test_a_handover_that_was_entered_in_error_keeps_nobody_from_entering_the_real_one() -> None:
    story = Story()
    story.wait(hours=3)
    story.plan()
    story.change(Action.ENTER_IN_ERROR, "home-north", "typed twice")
    story.wait(hours=1)
    real = PlanHandover(
        actor=person("home-north"),
        reference="H222-0001",
        move="admit",
        urgency="acute",
        reason=PATHWAY.moves["admit"].reasons[0],
        to_units=("east-bed",),
        occurred_at=START + timedelta(hours=1),
    )
    story.perform(real)
    assert story.handover("H222-0001").is_open


def test_a_fact_of_the_night_may_be_typed_after_what_came_later_but_not_after_the_end() -> None:
    story = with_handover(HandoverStatus.IN_PROGRESS)
    story.wait(hours=5)
    arrived_at = story.now - timedelta(hours=1)
    late(story, Action.ARRIVE, "ward-east", arrived_at)
    found = RecordFact(actor=person("ward-east"), fact=PhaseOfIllness(phase=Phase.UNSTABLE))
    story.perform(found.model_copy(update={"occurred_at": arrived_at - timedelta(minutes=30)}))
    story.end(team="ward-east")
    ended_at = story.now
    story.wait(hours=1)
    after = found.model_copy(update={"occurred_at": ended_at - timedelta(minutes=1)})
    assert "the episode ended" in refused(story, after)
