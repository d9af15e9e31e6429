"""Random commands about grants, swaps, meetings and joint visits, from anybody, at any time: what must hold, holds."""

from datetime import timedelta

import pytest
from care_invariants import ALWAYS
from care_stories import Story, person
from care_worlds import PERSON_NAME
from grant_worlds import ASSESSOR, HOME, PLANNER, begun
from hypothesis import given, settings
from hypothesis import strategies as st

from pathways.care.actors import CLOCK
from pathways.care.commands import Command, EndEpisode, PassClock, PauseEpisode, ResumeEpisode, TakeBackEnd
from pathways.care.grants.commands import (
    GrantPackage,
    LeaveToLapse,
    MoveToDistrict,
    RenewGrant,
    SwapServices,
    UndoSwap,
    WithdrawGrant,
)
from pathways.care.grants.rules import decision_key, end_key, grants_in_force, weekly_minutes
from pathways.care.joint_visits.commands import (
    AnswerJointVisit,
    CancelJointVisit,
    ProposeJointVisit,
    RecordJointVisit,
)
from pathways.care.joint_visits.rules import answer_key, record_key
from pathways.care.joint_visits.values import JointVisitStatus
from pathways.care.meetings.commands import DecideMatter, RaiseMatter
from pathways.care.meetings.rules import matter_key
from pathways.errors import Refused

pytestmark = pytest.mark.exhaustive

_actors = st.sampled_from([person(team) for team in (ASSESSOR, HOME, PLANNER, "ward-east", None)])
_grants = st.sampled_from(["household-1", "household-2", "infection-1", PERSON_NAME])
_services = st.sampled_from(["bath", "cleaning", "walk", "cooking", "nursing", PERSON_NAME])
_minutes = st.sampled_from([-1, 0, 1, 15, 30, 45, 60, 121])
_visits = st.sampled_from(["joint-visit-1", "joint-visit-2", PERSON_NAME])


@st.composite
def _commands(draw: st.DrawFn) -> Command:
    actor = draw(_actors)
    grant = draw(_grants)
    kinds: list[type[Command]] = [
        *(GrantPackage, GrantPackage, SwapServices, SwapServices, UndoSwap, RenewGrant, LeaveToLapse, WithdrawGrant),
        *(RaiseMatter, DecideMatter, ProposeJointVisit, AnswerJointVisit, CancelJointVisit, RecordJointVisit),
        *(PauseEpisode, ResumeEpisode, EndEpisode, TakeBackEnd, MoveToDistrict),
    ]
    given_: dict[type[Command], dict[str, object]] = {
        GrantPackage: {"package": draw(st.sampled_from(["household", "infection", PERSON_NAME]))},
        SwapServices: {"grant": grant, "give": draw(_services), "get": draw(_services), "minutes": draw(_minutes)},
        UndoSwap: {"grant": grant, "swap": draw(st.sampled_from([None, 1, 2, 9]))},
        RenewGrant: {"grant": grant},
        LeaveToLapse: {"grant": grant},
        WithdrawGrant: {"grant": grant, "reason": PERSON_NAME},
        RaiseMatter: {"meeting": draw(st.sampled_from(["triage", PERSON_NAME]))},
        DecideMatter: {"meeting": "triage", "decision": draw(st.sampled_from(["kept", PERSON_NAME]))},
        ProposeJointVisit: {
            "with_team": draw(st.sampled_from([HOME, PLANNER, PERSON_NAME])),
            "at": begun().now + timedelta(days=draw(st.integers(-1, 90))),
        },
        AnswerJointVisit: {"visit": draw(_visits), "is_accepted": draw(st.booleans())},
        CancelJointVisit: {"visit": draw(_visits)},
        RecordJointVisit: {"visit": draw(_visits), "was_held": draw(st.booleans())},
        MoveToDistrict: {"district": draw(st.sampled_from(["rural", "town", PERSON_NAME]))},
        PauseEpisode: {"kind": "elsewhere"},
        EndEpisode: {"end": draw(st.sampled_from(["deceased", "moved"]))},
    }
    kind = draw(st.sampled_from(kinds))
    return kind(actor=actor, **given_.get(kind, {}))


_hours = st.sampled_from([0, 1, 30, 24 * 3, 24 * 20])


@given(st.lists(st.one_of(_commands(), _hours), max_size=25), st.sampled_from(["rural", "town"]))
@settings(max_examples=60, deadline=None)
def test_whatever_is_asked_is_decided_or_refused_and_nothing_is_lost(asked: list[Command | int], district: str) -> None:
    story = begun(district)
    for each in asked:
        if isinstance(each, int):
            story.wait(hours=each)
            _pass_what_is_due(story)
        else:
            _ask(story, each)
        _every_grant_has_its_clocks(story)
        _time_is_never_made(story)
        _every_open_visit_and_matter_has_a_clock(story)
        for claim in ALWAYS:
            claim(story)


def _ask(story: Story, command: Command) -> None:
    before = story.episode
    try:
        story.perform(command)
    except Refused as refused:
        said = str(refused)
    else:
        return
    assert PERSON_NAME not in said
    assert story.episode == before


def _pass_what_is_due(story: Story) -> None:
    due = [key for key, clock in story.episode.clocks.items() if clock.next_at <= story.now]
    for key in due:
        story.perform(PassClock(actor=CLOCK, key=key))
    assert not [clock for clock in story.episode.clocks.values() if clock.next_at < story.now - timedelta(days=30)]


def _every_grant_has_its_clocks(story: Story) -> None:
    held = grants_in_force(story.episode)
    assert len({grant.package for grant in held}) == len(held)
    for grant in story.episode.grants.values():
        assert (end_key(grant.name) in story.episode.clocks) == (grant in held)
        assert (decision_key(grant.name) in story.episode.clocks) == (grant in held and not grant.lapses)


def _time_is_never_made(story: Story) -> None:
    for grant in story.episode.grants.values():
        assert sum(grant.minutes.values()) <= sum(grant.granted.values())
        assert all(minutes > 0 for minutes in grant.minutes.values())
        undone = grant.model_copy(update={"swaps": ()})
        assert undone.minutes == grant.granted
    resting = set(story.episode.paused_services)
    assert not resting & set(weekly_minutes(story.episode))


def _every_open_visit_and_matter_has_a_clock(story: Story) -> None:
    episode = story.episode
    is_on = not episode.has_ended
    for visit in episode.joint_visits.values():
        is_asked, is_booked = (visit.status is each for each in (JointVisitStatus.PROPOSED, JointVisitStatus.BOOKED))
        assert (answer_key(visit.name) in episode.clocks) == (is_asked and is_on)
        assert (record_key(visit.name) in episode.clocks) == (is_booked and is_on)
    raised = "triage" in episode.meetings and episode.meetings["triage"].raised_at is not None
    assert (matter_key("triage") in episode.clocks) == (raised and is_on)
