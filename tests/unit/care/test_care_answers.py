"""From answer to arrival: reasons, readiness by side, hold and resume, notices withdrawn, and who takes over."""

from datetime import timedelta

import pytest
from care_stories import E, H, Story, change, person, told, with_handover
from care_worlds import PERSON_NAME

from pathways.care.actors import SYSTEM
from pathways.care.commands import ConfirmReadiness
from pathways.care.episodes import ClockOutcome
from pathways.care.events import ClockStopped
from pathways.care.notice_kinds import NoticeKind
from pathways.care.recording import Decision
from pathways.care.states import Action, HandoverStatus, MarkKind
from pathways.errors import NotFound, Refused

ANSWER, ARRIVE, NEXT_STEP = (f"{H}/handover.{kind}" for kind in ("answer", "arrive", "next-step"))


def outcomes(decision: Decision) -> dict[str, ClockOutcome]:
    events = [recorded.event for recorded in decision.events]
    return {event.key: event.outcome for event in events if isinstance(event, ClockStopped)}


@pytest.mark.parametrize("reason", [None, "", "no bed tonight", PERSON_NAME])
def test_a_rejection_gives_one_of_the_pathways_reasons(reason: str | None) -> None:
    story = with_handover(HandoverStatus.RECEIVED)
    sentence = (
        f"Cannot reject handover {H}: it is received, and none of this pathway's reasons was given. Choose one of: "
    )
    with pytest.raises(Refused, match=sentence + r"no-place, wrong-level\.") as refusal:
        story.change(Action.REJECT, "ward-east", reason)
    assert PERSON_NAME not in str(refusal.value)


@pytest.mark.parametrize("action", [Action.CANCEL, Action.FAIL, Action.HOLD, Action.ENTER_IN_ERROR])
@pytest.mark.parametrize("reason", [None, "", " \n"])
def test_what_stops_or_holds_a_handover_says_why(action: Action, reason: str | None) -> None:
    story = with_handover(HandoverStatus.ACCEPTED)
    with pytest.raises(Refused, match=rf"{H}: it is accepted, and no reason was given\. Say why in a few words\."):
        story.change(action, "home-north", reason)


@pytest.mark.parametrize(
    ("action", "team", "reason"),
    [
        (Action.REJECT, "ward-east", "no-place"),
        (Action.CANCEL, "home-north", "better at home"),
        (Action.ENTER_IN_ERROR, "home-north", "wrong patient"),
    ],
)
def test_a_closed_handover_keeps_its_reason_and_leaves_the_sender_responsible(
    action: Action, team: str, reason: str
) -> None:
    story = with_handover(HandoverStatus.REQUESTED)
    story.change(action, team, reason)
    assert story.handover().closing_reason == reason
    assert story.episode.responsible_team == "home-north"
    assert set(story.episode.clocks) == ({NEXT_STEP} if action is Action.REJECT else set())


def test_accepting_withdraws_the_unsent_questions_and_tells_the_sender_by_when_it_is_to_be_done() -> None:
    story = with_handover(HandoverStatus.REQUESTED)
    asked_at = story.now
    story.wait(minutes=20)
    story.pass_clock(ANSWER)
    story.wait(minutes=10)
    story.pass_clock(ANSWER)
    kinds = [owed.kind for owed in story.outbox]
    assert kinds == [NoticeKind.REQUESTED, NoticeKind.REMINDER, NoticeKind.ESCALATED, NoticeKind.OVERDUE]
    story.change(Action.ACCEPT, "ward-east")
    (left,) = story.outbox
    assert (left.kind, left.team, left.due_at) == (NoticeKind.ACCEPTED, "home-north", asked_at + timedelta(hours=4))


def test_accepting_leaves_what_is_still_to_be_said() -> None:
    story = with_handover(HandoverStatus.REQUESTED)
    story.do(Action.ASK, "ward-east")
    story.change(Action.ACCEPT, "ward-east")
    assert {owed.kind for owed in story.outbox} == {NoticeKind.QUESTION_ASKED, NoticeKind.ACCEPTED}


@pytest.mark.parametrize("action", [Action.REJECT, Action.CANCEL, Action.ENTER_IN_ERROR])
def test_closing_withdraws_all_unsent_notices_but_the_one_that_tells_of_it(action: Action) -> None:
    story = with_handover(HandoverStatus.REQUESTED)
    decision = story.change(action, "ward-east" if action is Action.REJECT else "home-north", "no-place")
    assert story.outbox == decision.notices
    assert [owed.due_at for owed in story.outbox] == [None]


@pytest.mark.parametrize(("minutes", "outcome"), [(30, ClockOutcome.MET), (31, ClockOutcome.LATE)])
@pytest.mark.parametrize("action", [Action.ACCEPT, Action.REJECT])
def test_an_answer_meets_its_limit_or_is_late(minutes: int, outcome: ClockOutcome, action: Action) -> None:
    story = with_handover(HandoverStatus.REQUESTED)
    story.wait(minutes=minutes)
    stopped = outcomes(story.change(action, "ward-east", "no-place"))
    assert stopped.pop(ANSWER) is outcome
    assert stopped == ({} if action is Action.ACCEPT else {ARRIVE: ClockOutcome.WITHDRAWN})


@pytest.mark.parametrize(("hours", "outcome"), [(4, ClockOutcome.MET), (5, ClockOutcome.LATE)])
def test_an_arrival_meets_its_limit_or_is_late(hours: int, outcome: ClockOutcome) -> None:
    story = with_handover(HandoverStatus.IN_PROGRESS)
    story.wait(hours=hours)
    assert outcomes(story.change(Action.ARRIVE, "ward-east")) == {ARRIVE: outcome}


def test_each_side_confirms_its_own_items_and_the_last_one_makes_it_ready() -> None:
    story = Story()
    story.plan("admit", "planned")
    story.change(Action.ACCEPT, "ward-east")
    assert not story.confirm("home-north").notices
    assert story.handover().missing == ("named", "booked")
    story.confirm("ward-east", "booked")
    assert story.handover().status is HandoverStatus.ACCEPTED
    decision = story.confirm("ward-east", "named")
    assert story.handover().status is HandoverStatus.READY
    assert told(decision) == {(NoticeKind.READY, "home-north")}
    assert [owed.due_at for owed in decision.notices] == [story.episode.clocks[ARRIVE].due_at]


def test_an_item_is_confirmed_once_however_often_it_is_said() -> None:
    story = Story()
    story.plan("admit", "planned")
    story.change(Action.ACCEPT, "ward-east")
    story.confirm("ward-east", "booked", "booked")
    assert tuple(story.handover().ticks) == ("booked",)
    assert not story.confirm("ward-east", "booked").events


@pytest.mark.parametrize("item", ["listed", "told", PERSON_NAME])
def test_nobody_confirms_the_other_sides_items(item: str) -> None:
    story = Story()
    story.plan("admit", "planned")
    story.change(Action.ACCEPT, "ward-east")
    sentence = rf"{H}: it is accepted, and that is no readiness item of your side\. Choose one of: named, booked\."
    with pytest.raises(Refused, match=sentence) as refusal:
        story.confirm("ward-east", "named", item)
    assert PERSON_NAME not in str(refusal.value)


def test_a_side_without_items_has_none_to_confirm() -> None:
    story = with_handover(HandoverStatus.ACCEPTED, travels=False)
    assert not story.confirm("experts").events
    with pytest.raises(Refused, match=r"no readiness item of your side\. Leave it to the other side: yours has none\."):
        story.confirm("experts", "listed")


def test_a_move_without_items_is_ready_when_it_is_accepted_and_the_sender_is_told_both() -> None:
    story = Story("home-plus", team=None)
    story.plan("ease", "planned")
    decision = story.change(Action.ACCEPT, "home-north")
    assert story.handover().status is HandoverStatus.READY
    assert told(decision) == {(NoticeKind.ACCEPTED, "experts"), (NoticeKind.READY, "experts")}
    assert {owed.kind for owed in story.outbox} == {NoticeKind.ACCEPTED, NoticeKind.READY}


@pytest.mark.parametrize("status", [HandoverStatus.ACCEPTED, HandoverStatus.READY])
@pytest.mark.parametrize("held_by", ["home-north", "ward-east"])
@pytest.mark.parametrize("resumed_by", ["home-north", "ward-east"])
def test_a_handover_on_hold_resumes_where_it_was_and_its_clock_goes_on(
    status: HandoverStatus, held_by: str, resumed_by: str
) -> None:
    story = with_handover(status)
    clocks = story.episode.clocks
    held = story.change(Action.HOLD, held_by, "awaits an answer")
    assert story.handover().held_from is status
    assert story.episode.clocks == clocks
    story.wait(hours=1)
    resumed = story.change(Action.RESUME, resumed_by)
    assert story.handover().status is status
    assert story.handover().held_from is None
    assert story.episode.clocks == clocks
    other = {"home-north": "ward-east", "ward-east": "home-north"}
    assert told(held) == {(NoticeKind.HELD, other[held_by])}
    assert told(resumed) == {(NoticeKind.RESUMED, other[resumed_by])}
    due_at = clocks[ARRIVE].due_at
    assert [owed.due_at for owed in (*held.notices, *resumed.notices)] == [due_at, due_at]


def test_resuming_withdraws_nothing_that_is_still_wanted() -> None:
    story = with_handover(HandoverStatus.ACCEPTED)
    before = story.outbox
    story.change(Action.HOLD, "ward-east", "awaits an answer")
    story.change(Action.RESUME, "ward-east")
    assert story.outbox[: len(before)] == before


def test_a_patient_who_travels_departs_before_arriving() -> None:
    story = with_handover(HandoverStatus.READY)
    sentence = rf"{H}: it is ready, and the patient has not departed\. Ask home-north to record the departure first\."
    with pytest.raises(Refused, match=sentence):
        story.change(Action.ARRIVE, "ward-east")
    decision = story.change(Action.DEPART, "home-north")
    assert [owed.due_at for owed in decision.notices] == [story.episode.clocks[ARRIVE].due_at]
    assert story.episode.responsible_team == "home-north"


def test_where_the_patient_stays_nobody_departs_and_arriving_takes_over() -> None:
    story = with_handover(HandoverStatus.READY, travels=False)
    sentence = rf"{H}: it is ready, and the patient stays: only responsibility passes\. Ask experts to take over"
    with pytest.raises(Refused, match=sentence):
        story.change(Action.DEPART, "home-north")
    story.change(Action.ARRIVE, "experts")
    assert story.handover().mark(MarkKind.DEPARTED) is None
    assert story.handover().mark(MarkKind.ARRIVED)
    assert story.episode.responsible_team == "experts"


def test_responsibility_passes_with_the_stay_the_unit_and_the_patients_own_team_when_the_receiver_has_taken_it() -> (
    None
):
    story = with_handover(HandoverStatus.IN_PROGRESS)
    story.wait(hours=1)
    decision = story.change(Action.ARRIVE, "ward-east")
    home, bed = story.episode.stays
    assert (home.team, home.until_at) == ("home-north", story.now)
    assert (bed.level, bed.team, bed.unit, bed.from_at, bed.until_at) == (
        "bed",
        "ward-east",
        "east-bed",
        story.now,
        None,
    )
    assert story.episode.care_team["ward"] == "ward-east"
    informed = {(NoticeKind.COMPLETED, team) for team in ("home-north", "clinic-one", "clinic-two")}
    assert told(decision) == informed | {(NoticeKind.SERVICES_PAUSED, "experts")}
    assert story.outbox == decision.notices


@pytest.mark.parametrize("team", ["home-north", "ward-east"])
def test_a_failed_handover_leaves_the_sender_responsible_even_under_way(team: str) -> None:
    story = with_handover(HandoverStatus.IN_PROGRESS)
    story.change(Action.FAIL, team, "the road is closed")
    assert story.episode.responsible_team == "home-north"
    assert story.episode.level == "home"
    assert len(story.episode.stays) == 1


def test_a_handover_that_the_episode_does_not_have_is_not_found_and_not_repeated() -> None:
    story = with_handover(HandoverStatus.REQUESTED)
    for command in (
        change(Action.SEE, person("ward-east"), reference=PERSON_NAME),
        change(Action.DELIVER, SYSTEM, reference=PERSON_NAME),
        ConfirmReadiness(actor=person("ward-east"), handover=PERSON_NAME),
    ):
        with pytest.raises(NotFound, match=f"Episode {E} has no such handover") as refusal:
            story.decide(command)
        assert PERSON_NAME not in str(refusal.value)


def test_a_closed_handover_is_answered_with_whom_to_ask() -> None:
    story = with_handover(HandoverStatus.CANCELLED)
    sentence = rf"Cannot accept handover {H}: it is cancelled\. Ask the responsible team for a new handover\."
    with pytest.raises(Refused, match=sentence):
        story.change(Action.ACCEPT, "ward-east")


@pytest.mark.parametrize(
    ("status", "action"),
    [
        (HandoverStatus.REQUESTED, Action.SEE),
        (HandoverStatus.RECEIVED, Action.ACCEPT),
        (HandoverStatus.IN_PROGRESS, Action.ARRIVE),
    ],
)
def test_a_program_opens_accepts_and_takes_over_nothing_unless_it_names_the_person_who_does(
    status: HandoverStatus, action: Action
) -> None:
    """A named person took responsibility: that is what a handover promises."""
    story = with_handover(status)
    program = person("ward-east").model_copy(update={"name": None, "is_identified": True})
    with pytest.raises(Refused, match=rf"{H}: it is {status}, and a program cannot promise that for a person\."):
        story.perform(change(action, program))
    story.perform(change(action, program.model_copy(update={"name": PERSON_NAME, "is_identified": False})))


def test_a_program_by_itself_may_say_no() -> None:
    story = with_handover(HandoverStatus.RECEIVED)
    program = person("ward-east").model_copy(update={"name": None, "is_identified": True})
    story.perform(change(Action.REJECT, program, "no-place"))
    assert story.handover().status is HandoverStatus.REJECTED
