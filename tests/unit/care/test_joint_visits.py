"""Joint visits: proposed by one side, booked when both have said yes, recorded after; every wait has its clock."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from care_stories import E, Story, person, told
from care_worlds import PERSON_NAME
from grant_worlds import ASSESSOR, HOME, PLAIN, PLANNER, begun

from pathways.care.commands import Command, EndEpisode, PauseEpisode, ResumeEpisode, TakeBackEnd
from pathways.care.joint_visits.commands import (
    AnswerJointVisit,
    CancelJointVisit,
    ProposeJointVisit,
    RecordJointVisit,
)
from pathways.care.joint_visits.rules import answer_key, record_key
from pathways.care.joint_visits.values import JointVisitStatus
from pathways.care.notice_kinds import NoticeKind
from pathways.care.recording import Decision
from pathways.care.waits import WaitKind, waits
from pathways.definition.models import Pathway
from pathways.errors import Refused

VISIT = "joint-visit-1"
FRIDAY = datetime(2026, 3, 6, 9, tzinfo=UTC)


def propose(story: Story, team: str = ASSESSOR, to: str = HOME, at: datetime = FRIDAY) -> Decision:
    return story.perform(ProposeJointVisit(actor=person(team), with_team=to, at=at))


def answer(story: Story, *, yes: bool = True, team: str = HOME, name: str = VISIT) -> Decision:
    return story.perform(AnswerJointVisit(actor=person(team), visit=name, is_accepted=yes))


def cancel(story: Story, team: str = ASSESSOR) -> Decision:
    return story.perform(CancelJointVisit(actor=person(team), visit=VISIT))


def record(story: Story, team: str = ASSESSOR, *, was_held: bool = True) -> Decision:
    return story.perform(RecordJointVisit(actor=person(team), visit=VISIT, was_held=was_held))


def proposed() -> Story:
    story = begun()
    propose(story)
    return story


def booked() -> Story:
    story = proposed()
    answer(story)
    return story


def status(story: Story) -> JointVisitStatus:
    return story.episode.joint_visits[VISIT].status


def test_the_other_side_is_asked_and_has_a_limit_to_answer() -> None:
    story = begun()
    assert told(propose(story)) == {(NoticeKind.JOINT_VISIT_PROPOSED, HOME)}
    (wait,) = waits(story.episode)
    assert (wait.kind, wait.subject, wait.teams) == (WaitKind.JOINT_VISIT_ANSWER, VISIT, (HOME,))
    assert wait.due_at == story.now + timedelta(days=2)


def test_it_is_booked_when_both_sides_have_said_yes_and_whoever_proposed_it_is_told() -> None:
    story = proposed()
    assert told(answer(story)) == {(NoticeKind.JOINT_VISIT_BOOKED, ASSESSOR)}
    assert status(story) is JointVisitStatus.BOOKED
    (wait,) = waits(story.episode)
    assert (wait.kind, wait.teams) == (WaitKind.JOINT_VISIT_RECORD, (ASSESSOR,))
    assert wait.due_at == FRIDAY + timedelta(days=1)


def test_a_no_ends_it_and_another_time_may_be_proposed() -> None:
    story = proposed()
    assert told(answer(story, yes=False)) == {(NoticeKind.JOINT_VISIT_OFF, ASSESSOR)}
    assert status(story) is JointVisitStatus.DECLINED
    assert not story.episode.clocks
    propose(story, HOME, PLANNER, FRIDAY + timedelta(days=3))
    assert list(story.episode.joint_visits) == [VISIT, "joint-visit-2"]


def test_an_answer_that_does_not_come_is_asked_for_again_until_the_time_of_the_visit_when_it_lapses() -> None:
    story = proposed()
    story.wait(days=2)
    for _time in range(3):
        (owed,) = story.pass_clock(answer_key(VISIT)).notices
        assert owed.kind is NoticeKind.JOINT_VISIT_PROPOSED
        story.now = story.episode.clocks[answer_key(VISIT)].next_at
    story.now = FRIDAY
    with pytest.raises(Refused, match=r"its time has been\. Propose another time"):
        answer(story)
    both = {(NoticeKind.JOINT_VISIT_OFF, ASSESSOR), (NoticeKind.JOINT_VISIT_OFF, HOME)}
    assert told(story.pass_clock(answer_key(VISIT))) == both
    assert status(story) is JointVisitStatus.LAPSED
    assert not story.episode.clocks
    assert {owed.kind for owed in story.outbox} == {NoticeKind.JOINT_VISIT_OFF}


def test_a_visit_soon_is_answered_before_its_time() -> None:
    story = begun()
    propose(story, at=story.now + timedelta(hours=3))
    assert story.episode.clocks[answer_key(VISIT)].due_at == story.now + timedelta(hours=3)


@pytest.mark.parametrize(("was_held", "after"), [(True, JointVisitStatus.HELD), (False, JointVisitStatus.NOT_HELD)])
def test_either_side_records_whether_it_was_held_and_not_before_its_time(
    was_held: bool, after: JointVisitStatus
) -> None:
    story = booked()
    with pytest.raises(Refused, match="its time has not come"):
        record(story)
    story.now = FRIDAY
    record(story, HOME, was_held=was_held)
    assert status(story) is after
    assert not story.episode.clocks


def test_what_nobody_recorded_is_asked_for_again() -> None:
    story = booked()
    story.now = FRIDAY + timedelta(days=1)
    assert told(story.pass_clock(record_key(VISIT))) == {(NoticeKind.JOINT_VISIT_DUE, ASSESSOR)}
    record(story)
    assert NoticeKind.JOINT_VISIT_DUE not in {owed.kind for owed in story.outbox}


@pytest.mark.parametrize(("team", "other"), [(ASSESSOR, HOME), (HOME, ASSESSOR)])
def test_either_side_calls_it_off_and_the_other_is_told(team: str, other: str) -> None:
    for story in (proposed(), booked()):
        assert told(cancel(story, team)) == {(NoticeKind.JOINT_VISIT_OFF, other)}
        assert status(story) is JointVisitStatus.CANCELLED
        with pytest.raises(Refused, match=r"none of that name waits for it\. Nothing needs"):
            cancel(story, team)


def test_only_the_teams_of_the_roles_around_this_patient_propose_and_are_asked() -> None:
    with pytest.raises(Refused, match=f"Cannot propose a joint visit in episode {E}"):
        propose(begun(), "ward-east")
    for other in (ASSESSOR, "clinic-two", "ward-east", PERSON_NAME):
        with pytest.raises(Refused, match="not a team to visit with") as refusal:
            propose(begun(), to=other)
        assert PERSON_NAME not in str(refusal.value)


def test_only_those_who_were_asked_answer_and_only_the_two_sides_do_the_rest() -> None:
    story = proposed()
    with pytest.raises(Refused, match=rf"your team was not asked\. Ask {HOME}"):
        answer(story, team=ASSESSOR)
    with pytest.raises(Refused, match=f"Choose one of: {VISIT}"):
        answer(story, name=PERSON_NAME)
    with pytest.raises(Refused, match=rf"no part in it\. Ask {ASSESSOR} or {HOME}"):
        cancel(story, PLANNER)


def test_it_is_for_a_time_to_come_and_while_the_episode_goes_on() -> None:
    with pytest.raises(Refused, match="its time has been"):
        propose(begun(), at=begun().now)
    story = begun()
    story.perform(PauseEpisode(actor=person(HOME), kind="elsewhere"))
    with pytest.raises(Refused, match="pauses"):
        propose(story)


def test_outside_the_roll_out_each_side_visits_on_its_own() -> None:
    with pytest.raises(Refused, match="tried out elsewhere, or no longer"):
        propose(begun("town"))
    with pytest.raises(Refused, match="knows no joint visits"):
        propose(begun(district=None, pathway=Pathway.model_validate(PLAIN)))


def test_a_death_stops_the_waits_and_an_end_taken_back_brings_them_again() -> None:
    story = booked()
    story.end()
    assert record_key(VISIT) not in story.episode.clocks
    with pytest.raises(Refused, match="it has ended"):
        cancel(story)
    story.perform(TakeBackEnd(actor=person(HOME)))
    assert record_key(VISIT) in story.episode.clocks
    assert story.episode.joint_visits[VISIT].is_open


def test_a_side_that_has_left_the_network_meanwhile_is_told_nothing() -> None:
    story = proposed()
    teams = {key: team for key, team in story.context.network.teams.items() if key != ASSESSOR}
    story.context = replace(story.context, network=story.context.network.model_copy(update={"teams": teams}))
    assert told(answer(story, yes=False)) == set()


def with_a_team_that_has_no_other_part() -> Story:
    """At home in a network where the experts neither have services nor are consulted."""
    visits = {"roles": ["home-care", "expert-care"], "answer": "2 days", "record": "1 day", "repeat": "6 h"}
    return begun(pathway=Pathway.model_validate({**PLAIN, "services": {}, "joint_visits": visits}))


@pytest.mark.parametrize("is_booked", [False, True], ids=["proposed", "booked"])
@pytest.mark.parametrize("sides", [(HOME, PLANNER), (PLANNER, HOME)], ids=["asked", "asking"])
def test_whoever_is_one_side_of_a_visit_hears_what_happens_to_the_episode_until_the_visit_is_over(
    sides: tuple[str, str], is_booked: bool
) -> None:
    story = with_a_team_that_has_no_other_part()
    propose(story, *sides)
    if is_booked:
        answer(story, team=sides[1])
    home = person(HOME)
    end = next(iter(story.context.pathway.ends))
    pause = next(iter(story.context.pathway.pauses))
    happens: list[tuple[Command, NoticeKind]] = [
        (PauseEpisode(actor=home, kind=pause), NoticeKind.EPISODE_PAUSED),
        (ResumeEpisode(actor=home), NoticeKind.EPISODE_RESUMED),
        (EndEpisode(actor=home, end=end), NoticeKind.LOOK_FIRST),
        (TakeBackEnd(actor=home), NoticeKind.END_TAKEN_BACK),
    ]
    for command, kind in happens:
        assert (kind, PLANNER) in told(story.perform(command))
    cancel(story, HOME)
    for command, kind in happens[:2]:
        assert (kind, PLANNER) not in told(story.perform(command))
