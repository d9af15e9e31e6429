"""What a page or a form offers for a handover: each is permitted to its team, and what nobody may do is not offered."""

import pytest
from care_stories import person, with_handover
from care_worlds import START
from strict_stories import accepted, ready

from pathways.care.communication import IllnessSeverity, Question, ReadBack
from pathways.care.episodes import Handover, Waiver
from pathways.care.permissions import permitted
from pathways.care.possible import possible
from pathways.care.states import STEPS, TERMINAL, Action, HandoverStatus, MarkKind, Party

WITH_WORDS = frozenset({Action.ASK, Action.REPLY, Action.READ_BACK, Action.CORRECT, Action.CONFIRM_READ_BACK})


def _handover(status: HandoverStatus, *, travels: bool = True) -> Handover:
    found = with_handover(status, travels=travels).episode.handovers
    return next(iter(found.values()))


def _actions(handover: Handover) -> set[Action]:
    return {each.action for each in possible(handover)}


def _read_back() -> ReadBack:
    giver = person("ward")
    return ReadBack(
        severity=IllnessSeverity.STABLE, next_action="rest", contingency="ring", given_at=START, given_by=giver
    )


def _ways(status: HandoverStatus) -> tuple[bool, ...]:
    """Whether the patient travels: who stays is never under way."""
    return (True,) if status is HandoverStatus.IN_PROGRESS else (True, False)


@pytest.mark.parametrize(("status", "travels"), [(status, way) for status in HandoverStatus for way in _ways(status)])
def test_what_is_offered_is_permitted_to_the_team_that_it_is_offered_to(status: HandoverStatus, travels: bool) -> None:
    handover = _handover(status, travels=travels)
    for each in possible(handover):
        assert permitted(handover, each.action, person(each.team))


@pytest.mark.parametrize("status", [status for status in HandoverStatus if status not in TERMINAL])
def test_all_that_people_may_do_is_offered_in_one_way_of_moving_or_the_other(status: HandoverStatus) -> None:
    handovers = [_handover(status, travels=travels) for travels in _ways(status)]
    asked = Question(text="which?", asked_at=START, asked_by=person("ward"))
    handovers += [
        each.model_copy(update={"cancel_asked": "why", "questions": (asked,), "read_backs": (_read_back(),)})
        for each in handovers
    ]
    by_people = {action for action, step in STEPS[status].items() if step.by - {Party.SYSTEM}}
    done_already = {HandoverStatus.RECEIVED: {Action.SEE}, HandoverStatus.READY: {Action.CONFIRM}}
    assert set.union(*map(_actions, handovers)) >= by_people - done_already.get(status, set())


@pytest.mark.parametrize("status", sorted(TERMINAL))
def test_a_handover_that_has_ended_offers_nothing(status: HandoverStatus) -> None:
    assert possible(_handover(status)) == ()


def test_a_read_back_is_offered_until_one_waits_for_its_review_and_then_its_review_is() -> None:
    handover = next(iter(accepted().episode.handovers.values()))
    assert Action.READ_BACK in _actions(handover)
    assert not {Action.CORRECT, Action.CONFIRM_READ_BACK} & _actions(handover)
    waits = handover.model_copy(update={"read_backs": (_read_back(),)})
    assert Action.READ_BACK not in _actions(waits)
    assert {Action.CORRECT, Action.CONFIRM_READ_BACK} <= _actions(waits)


def test_one_question_at_a_time_is_asked() -> None:
    handover = next(iter(accepted().episode.handovers.values()))
    assert Action.ASK in _actions(handover)
    assert Action.REPLY not in _actions(handover)
    asked = handover.model_copy(
        update={"questions": (Question(text="which?", asked_at=START, asked_by=person("ward")),)}
    )
    assert Action.REPLY in _actions(asked)
    assert Action.ASK not in _actions(asked)


def test_going_ahead_is_offered_only_while_something_is_missing() -> None:
    handover = next(iter(ready().episode.handovers.values()))
    assert Action.WAIVE in _actions(handover), "the read-back has not been given"
    waiver = Waiver(at=START, actor=person("ward"), reason="urgent", words="by telephone")
    assert Action.WAIVE not in _actions(handover.model_copy(update={"read_back_waiver": waiver}))


def test_a_read_back_that_was_confirmed_needs_no_other() -> None:
    handover = next(iter(accepted().episode.handovers.values()))
    given = _read_back().model_copy(update={"is_confirmed": True, "reviewed_at": START})
    confirmed = handover.model_copy(
        update={
            "read_backs": (given,),
            "marks": (*handover.marks, handover.marks[0].model_copy(update={"kind": MarkKind.READ_BACK})),
        }
    )
    assert Action.READ_BACK not in _actions(confirmed)
