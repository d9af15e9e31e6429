"""The whole table: every state × every action × everyone who might try, held against the table written by hand."""

from itertools import product

import pytest
from care_stories import E, H, Story, asked_for, change, person, told, with_handover
from care_worlds import NETWORK, PERSON_NAME
from handover_oracle import (
    ASKED_TO_CANCEL,
    CLOCK,
    CLOSED,
    INFORMED,
    OPEN,
    OTHER,
    PARTIES,
    RECEIVER,
    SEEN_ALREADY,
    SEEN_BY_ANOTHER,
    SENDER,
    SERVING,
    STAYING,
    STRANGER,
    SYSTEM,
    TRAVELLING,
    Row,
)
from pydantic import ValidationError

from pathways.care import actors, episodes
from pathways.care.actors import Actor
from pathways.care.commands import ChangeHandover, Command, EndEpisode
from pathways.care.episodes import Handover
from pathways.care.events_of_handovers import HandoverChanged
from pathways.care.notice_kinds import NoticeKind
from pathways.care.recording import Decision
from pathways.care.states import STEPS, TERMINAL, Action, EpisodeStatus, HandoverStatus, MarkKind, Party, Step
from pathways.errors import Refused

SAID = [action for action in Action if action is not Action.WITHDRAW]
"""What somebody may ask for. Withdrawing follows from the end of an episode."""

CASES = [
    pytest.param(travels, status, action, party, id=f"{'travels' if travels else 'stays'}-{status}-{action}-{party}")
    for travels, status, action, party in product((True, False), HandoverStatus, SAID, PARTIES)
    if travels or status is not HandoverStatus.IN_PROGRESS
]


def actor_of(party: str, story: Story) -> Actor:
    plan = story.handover().plan
    persons = {SENDER: plan.from_team, RECEIVER: plan.to_team, STRANGER: "ward-west"}
    return {SYSTEM: actors.SYSTEM, CLOCK: actors.CLOCK}.get(party) or person(persons[party])


def command_of(action: Action, actor: Actor) -> Command:
    return asked_for(action, actor, "no-place" if action is Action.REJECT else f"{PERSON_NAME} said so")


def come_to(status: HandoverStatus, travels: bool, action: Action) -> Story:
    """A story in which there is something to review or to answer, where the action does so and the state allows it."""
    story = with_handover(status, travels=travels)
    first = {
        Action.CORRECT: Action.READ_BACK,
        Action.CONFIRM_READ_BACK: Action.READ_BACK,
        Action.REPLY: Action.ASK,
    }.get(action)
    if first and (status, first) in TRAVELLING:
        story.do(first, story.handover().plan.to_team)
    return story


def recipients(row: Row, party: str, plan: episodes.Plan) -> set[tuple[NoticeKind, str]]:
    teams = {SENDER: [plan.from_team], RECEIVER: [plan.to_team], INFORMED: ["clinic-one", "clinic-two"]}
    teams[SERVING] = ["experts"] if plan.travels else []
    if plan.travels:
        teams[INFORMED].append("home-north")
    teams[OTHER] = teams[RECEIVER] if party == SENDER else teams[SENDER]
    return {(kind, team) for recipient, kind in row.told.items() for team in teams[recipient]}


@pytest.mark.parametrize(("travels", "status", "action", "party"), CASES)
def test_what_the_table_permits_happens_and_all_else_is_refused(
    travels: bool, status: HandoverStatus, action: Action, party: str
) -> None:
    story = come_to(status, travels, action)
    row = (TRAVELLING if travels else STAYING).get((status, action))
    command = command_of(action, actor_of(party, story))
    if is_no_news(status, action):
        assert story.decide(command) == Decision(episode=story.episode)
    elif row and party in row.by:
        happens(story, command, row, party)
    elif row and action is Action.CONFIRM and party == RECEIVER:
        assert story.decide(command) == Decision(episode=story.episode)  # a side without items has none to confirm
    else:
        is_refused(story, command, row)


@pytest.mark.parametrize(("action", "party"), [(a, p) for (_, a) in ASKED_TO_CANCEL for p in PARTIES])
def test_when_the_sender_has_asked_to_cancel_the_receiver_settles_it(action: Action, party: str) -> None:
    story = with_handover(HandoverStatus.IN_PROGRESS)
    story.change(Action.CANCEL, "home-north", "better at home")
    row = ASKED_TO_CANCEL[HandoverStatus.IN_PROGRESS, action]
    command = command_of(action, actor_of(party, story))
    if party in row.by:
        happens(story, command, row, party)
    else:
        is_refused(story, command, row)


def is_no_news(status: HandoverStatus, action: Action) -> bool:
    return (action is Action.SEE and status in SEEN_ALREADY) or (action is Action.DELIVER and status in CLOSED)


def happens(story: Story, command: Command, row: Row, party: str) -> None:
    before = story.handover()
    decision = story.perform(command)
    after = story.handover()
    assert after.status == row.to
    assert {mark.kind for mark in after.marks} - {mark.kind for mark in before.marks} == ({row.mark} - {None})
    if row.mark:
        mark = after.mark(row.mark)
        assert mark is not None
        assert (mark.at, mark.actor) == (story.now, command.actor)
    assert told(decision) == recipients(row, party, before.plan)
    assert all(owed.handover == (None if owed.kind is row.told.get(SERVING) else H) for owed in decision.notices)
    is_responsible = before.plan.to_team if row.to is HandoverStatus.COMPLETED else before.plan.from_team
    assert story.episode.responsible_team == is_responsible
    is_a_no = row.to in (HandoverStatus.REJECTED, HandoverStatus.FAILED) and party == RECEIVER
    assert bool(story.episode.clocks) == (row.to not in CLOSED or is_a_no)


def is_refused(story: Story, command: Command, row: Row | None) -> None:
    before = story.handover()
    with pytest.raises(Refused) as refusal:
        story.decide(command)
    assert H in refusal.value.sentence
    assert f"it is {before.status}" in refusal.value.sentence
    reads_well(refusal.value)
    if row:
        for party in row.by:
            assert named(party, before) in refusal.value.sentence


def named(party: str, handover: Handover) -> str:
    return {SENDER: handover.plan.from_team, RECEIVER: handover.plan.to_team}.get(party, "Handslag itself")


def reads_well(refused: Refused) -> None:
    assert PERSON_NAME not in str(refused)
    for part in (refused.sentence, refused.mend):
        assert part[0].isupper()
        assert part.endswith(".")
        assert ": ." not in part
    assert str(refused) == f"{refused.sentence} {refused.mend}"


def test_the_table_in_the_code_is_the_table_that_is_meant() -> None:
    meant = {**ASKED_TO_CANCEL, **TRAVELLING, **STAYING}
    withdrawn = {(status, Action.WITHDRAW) for status in OPEN}
    steps_of = {(status, action) for status, steps in STEPS.items() for action in steps}
    assert steps_of == set(meant) | withdrawn | {SEEN_BY_ANOTHER}
    assert set(CLOSED) == TERMINAL == set(HandoverStatus) - set(STEPS)
    for (status, action), row in meant.items():
        step = STEPS[status][action]
        assert row.to in step.to
        assert step.mark == row.mark
    for status, steps in STEPS.items():
        step = steps[Action.WITHDRAW]
        assert step == Step(to=(HandoverStatus.CANCELLED,), by=frozenset({Party.SYSTEM})), status


OF_THEIR_OWN = [
    Action.CONFIRM, Action.WAIVE, Action.READ_BACK, Action.CORRECT, Action.ASK, Action.REPLY, Action.WITHDRAW,
]  # fmt: skip


@pytest.mark.parametrize("action", OF_THEIR_OWN)
def test_nobody_asks_bare_for_what_says_more_or_follows_from_something_else(action: Action) -> None:
    with pytest.raises(ValidationError):
        ChangeHandover.model_validate({"actor": person("experts"), "handover": H, "action": action})


@pytest.mark.parametrize("party", PARTIES)
@pytest.mark.parametrize("status", HandoverStatus)
def test_the_end_of_an_episode_withdraws_whatever_is_open(status: HandoverStatus, party: str) -> None:
    story = with_handover(status)
    before = story.handover()
    command = EndEpisode(actor=actor_of(party, story), end="deceased")
    concerned = {story.episode.responsible_team, "clinic-one", "clinic-two", "experts"}
    concerned -= {"clinic-one", "clinic-two"} if status is HandoverStatus.COMPLETED else set()
    if status in OPEN and status is not HandoverStatus.DRAFT:
        concerned.add("ward-east")
    may = {SENDER} if status is HandoverStatus.DRAFT else {SENDER, RECEIVER}
    if party not in may:
        with pytest.raises(Refused) as refusal:
            story.decide(command)
        assert E in refusal.value.sentence
        reads_well(refusal.value)
        return
    decision = story.perform(command)
    assert told(decision) == {(NoticeKind.LOOK_FIRST, team) for team in concerned}
    assert story.episode.status is EpisodeStatus.FINISHED
    if status in CLOSED:
        assert story.handover() == before
    else:
        assert story.handover().status is HandoverStatus.CANCELLED
        assert story.handover().closing_reason == "episode-ended"


@pytest.mark.parametrize("status", [status for status in OPEN if status is not HandoverStatus.DRAFT])
def test_delivered_is_marked_once_and_telling_it_again_is_nothing(status: HandoverStatus) -> None:
    story = with_handover(status)
    assert story.perform(change(Action.DELIVER, actors.SYSTEM)).events
    for actor in (actors.SYSTEM, actors.CLOCK):
        assert story.decide(change(Action.DELIVER, actor)) == Decision(episode=story.episode)


def test_a_second_read_back_that_is_confirmed_keeps_the_first_mark() -> None:
    story = with_handover(HandoverStatus.READY)
    marks = []
    for _ in range(2):
        story.do(Action.READ_BACK, "ward-east")
        story.change(Action.CONFIRM_READ_BACK, "home-north")
        marks.append(story.handover().mark(MarkKind.READ_BACK))
        story.wait(minutes=5)
    assert marks[0] == marks[1]
    assert len(story.handover().read_backs) == 2


def test_a_request_may_be_accepted_without_having_been_marked_as_seen_and_is_then_no_longer_to_be_opened() -> None:
    story = with_handover(HandoverStatus.REQUESTED)
    story.change(Action.ACCEPT, "ward-east")
    assert story.handover().mark(MarkKind.SEEN) is None
    with pytest.raises(Refused, match=f"Cannot open handover {H}: it is accepted"):
        story.change(Action.SEE, "ward-east")


@pytest.mark.parametrize("status", OPEN)
def test_a_refusal_names_only_what_is_possible_now(status: HandoverStatus) -> None:
    for travels, table in ((True, TRAVELLING), (False, STAYING)):
        if not travels and status is HandoverStatus.IN_PROGRESS:
            continue
        story = with_handover(status, travels=travels)
        wrong = Action.RESUME if status is not HandoverStatus.ON_HOLD else Action.ACCEPT
        with pytest.raises(Refused) as refusal:
            story.decide(change(wrong, person("home-north"), "why"))
        possible = [action for at, action in table if at is status and action is not Action.DELIVER]
        said = refusal.value.mend.removeprefix("Possible now: ").partition(".")[0].split(", ")
        assert sorted(said) == sorted(possible)


@pytest.mark.parametrize("action", [Action.DEPART, Action.ARRIVE])
def test_what_is_still_missing_is_said_with_whose_it_is(action: Action) -> None:
    story = with_handover(HandoverStatus.ACCEPTED)
    said = r"it is accepted, and this is not in place: named \(receiver\), listed \(sender\)\."
    with pytest.raises(Refused, match=said):
        story.change(action, "home-north")


def test_every_step_is_recorded_from_the_state_it_left() -> None:
    story = with_handover(HandoverStatus.COMPLETED)
    changes = [recorded.event for recorded in story.history if isinstance(recorded.event, HandoverChanged)]
    assert [(one.before, one.after) for one in changes] == [
        ("draft", "requested"),
        ("requested", "received"),
        ("received", "accepted"),
        ("accepted", "ready"),
        ("ready", "in-progress"),
        ("in-progress", "completed"),
    ]


def test_the_teams_of_these_tables_exist() -> None:
    assert {"home-north", "ward-east", "experts", "ward-west", "clinic-one", "clinic-two"} <= set(NETWORK.teams)
