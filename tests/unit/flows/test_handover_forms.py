"""The forms of the Prefect UI: every choice that they offer is a command that the handover takes, and no other is."""

from dataclasses import replace
from typing import Any, get_args

import pytest
from flow_worlds import START, H, Tale, definitions, handover_in, page_of, person, view_in
from prefect.utilities.schema_tools import validate

from flows.forms import NO_REASON, choices, command_for, form
from flows.people import LONGEST_NAME, NAME, NOTHING, OCCURRED_AT, WAKE, given_name
from pathways.care.actors import Actor, ActorKind
from pathways.care.commands import ChangeHandover, ConfirmReadiness
from pathways.care.communication import IllnessSeverity, ReadBack
from pathways.care.episodes import Asked, Handover, PlaceStanding
from pathways.care.occupancy import Claim, UnitOccupancy, in_line, sorted_line
from pathways.care.states import STEPS, TERMINAL, Action, HandoverStatus, Party
from pathways.errors import Refused

PATHWAY = definitions()[0]
WITH_WORDS = {
    Action.WAIVE,
    Action.READ_BACK,
    Action.CORRECT,
    Action.CONFIRM_READ_BACK,  # here none waits
    Action.ASK,
    Action.REPLY,
}
OPEN = [status for status in HandoverStatus if status not in TERMINAL]
CHOICES = [(status, words) for status in OPEN for words in choices(handover_in(status), PATHWAY)]


WHO = "Nils Påhittad"


def who(team: str) -> Actor:
    return Actor(kind=ActorKind.PERSON, team=team, name=WHO, via="prefect")


@pytest.mark.parametrize(("status", "words"), CHOICES)
def test_every_choice_is_the_command_of_its_team_that_nobody_has_identified(status: HandoverStatus, words: str) -> None:
    handover = handover_in(status)
    action, team, _unit = choices(handover, PATHWAY)[words]
    command = command_for(handover, PATHWAY, {"answer": words, "reason": "no-place"}, who)
    assert isinstance(command, ChangeHandover | ConfirmReadiness)
    assert command.handover == H
    assert command.actor.model_dump(exclude={"kind"}) == {
        "team": team,
        "name": WHO,
        "via": "prefect",
        "is_identified": False,
    }
    expected = ConfirmReadiness if action is Action.CONFIRM else ChangeHandover
    assert type(command) is expected
    assert getattr(command, "action", Action.CONFIRM) is action


@pytest.mark.parametrize("status", OPEN)
def test_all_that_people_may_do_without_words_of_their_own_is_offered_and_no_more(
    status: HandoverStatus,
) -> None:
    by_people = {action for action, step in STEPS[status].items() if step.by - {Party.SYSTEM}}
    handovers = [handover_in(status, travels) for travels in (True, False)]
    handovers += [handover.model_copy(update={"cancel_asked": "why"}) for handover in handovers]
    offered = {action for handover in handovers for action, *_ in choices(handover, PATHWAY).values()}
    assert offered == by_people - WITH_WORDS


def test_the_answers_to_a_question_to_cancel_are_offered_only_when_it_was_asked() -> None:
    handover = handover_in(HandoverStatus.IN_PROGRESS)
    asked = handover.model_copy(update={"cancel_asked": "why"})
    answers = {Action.AGREE_TO_CANCEL, Action.REFUSE_TO_CANCEL}
    assert not answers & {action for action, *_ in choices(handover, PATHWAY).values()}
    assert answers <= {action for action, *_ in choices(asked, PATHWAY).values()}
    assert any("ask the receiver to agree to cancel" in words for words in choices(handover, PATHWAY))


@pytest.mark.parametrize("status", sorted(TERMINAL))
def test_a_handover_that_has_ended_offers_nothing(status: HandoverStatus) -> None:
    assert not choices(handover_in(status), PATHWAY)


@pytest.mark.parametrize(("travels", "action"), [(True, Action.DEPART), (False, Action.ARRIVE)])
def test_a_ready_handover_offers_departure_or_arrival_as_the_patient_travels_or_not(
    travels: bool, action: Action
) -> None:
    offered = {offered for offered, *_ in choices(handover_in(HandoverStatus.READY, travels), PATHWAY).values()}
    assert offered & {Action.DEPART, Action.ARRIVE} == {action}


def test_a_read_back_is_confirmed_in_the_form_while_one_waits_for_that() -> None:
    handover = handover_in(HandoverStatus.ACCEPTED)
    given = ReadBack(
        severity=IllnessSeverity.STABLE,
        next_action="visit",
        contingency="ring",
        given_at=START,
        given_by=person("ward-east"),
    )
    waiting = handover.model_copy(update={"read_backs": (given,)})
    said = {words: action for words, (action, *_) in choices(waiting, PATHWAY).items()}
    assert said.items() - {words: action for words, (action, *_) in choices(handover, PATHWAY).items()}.items() == {
        ("home-north: what was read back to us is right", Action.CONFIRM_READ_BACK)
    }


def test_a_side_whose_items_ask_for_evidence_confirms_them_elsewhere() -> None:
    item = PATHWAY.readiness["medicines-listed"].model_copy(update={"evidence": True})
    asking = PATHWAY.model_copy(update={"readiness": {**PATHWAY.readiness, "medicines-listed": item}})
    confirming = [
        team
        for action, team, _unit in choices(handover_in(HandoverStatus.ACCEPTED), asking).values()
        if action is Action.CONFIRM
    ]
    assert confirming == ["ward-east"]


def test_a_side_to_whom_nothing_is_left_to_confirm_is_not_asked_to() -> None:
    view = view_in(HandoverStatus.READY)
    offered = {action for action, *_ in choices(view.handover(H), view.pathway).values()}
    assert Action.CONFIRM not in offered


@pytest.mark.parametrize(
    "answer",
    [{}, {"answer": NOTHING}, {"answer": "ward-east: arrived: we are responsible now"}, {"answer": "nonsense"}],
)
def test_an_answer_that_says_nothing_or_is_no_longer_offered_means_no_command(answer: dict[str, Any]) -> None:
    assert command_for(handover_in(HandoverStatus.REQUESTED), PATHWAY, answer, who) is None


@pytest.mark.parametrize(("given", "reason"), [({}, None), ({"reason": NO_REASON}, None), ({"reason": "x"}, "x")])
def test_a_rejection_carries_the_reason_that_was_chosen_and_none_if_none_was(
    given: dict[str, str], reason: str | None
) -> None:
    handover = handover_in(HandoverStatus.REQUESTED)
    words = next(words for words, (action, *_) in choices(handover, PATHWAY).items() if action is Action.REJECT)
    command = command_for(handover, PATHWAY, {"answer": words, **given}, who)
    assert isinstance(command, ChangeHandover)
    assert command.reason == reason


def test_an_acceptance_carries_no_reason_even_if_one_was_chosen() -> None:
    handover = handover_in(HandoverStatus.REQUESTED)
    words = next(words for words, (action, *_) in choices(handover, PATHWAY).items() if action is Action.ACCEPT)
    command = command_for(handover, PATHWAY, {"answer": words, "reason": "no-place"}, who)
    assert isinstance(command, ChangeHandover)
    assert command.reason is None


def test_the_form_has_choices_and_a_name_each_with_title_and_description_and_first_of_all_to_change_nothing() -> None:
    view = view_in(HandoverStatus.REQUESTED)
    fields = form(view, H, None, page_of).model_fields
    assert list(fields) == ["answer", "reason", OCCURRED_AT, NAME]
    assert get_args(fields["answer"].annotation) == (NOTHING, *choices(view.handover(H), PATHWAY))
    assert get_args(fields["reason"].annotation) == (NO_REASON, *view.pathway.rejections)
    assert all(field.title and field.description for field in fields.values())
    assert (fields["answer"].default, fields["reason"].default) == (NOTHING, NO_REASON)


@pytest.mark.parametrize("status", [HandoverStatus.REQUESTED, HandoverStatus.ACCEPTED, HandoverStatus.READY])
def test_no_answer_is_taken_without_a_name_that_could_be_one(status: HandoverStatus) -> None:
    """By what the server itself looks at before it resumes a run."""
    schema = form(view_in(status), H, None, page_of).model_json_schema()
    assert not validate(dict(WAKE), schema), "it is woken all the same"
    assert schema["required"] == [NAME]
    assert validate({"answer": NOTHING}, schema)
    for name in ("", " ", "19640823-3234", "Nils 7", "N" * (LONGEST_NAME + 1)):
        assert validate({**WAKE, NAME: name}, schema), name


def test_where_no_answers_are_taken_the_form_asks_nothing_and_says_where_to_answer() -> None:
    closed = form(view_in(HandoverStatus.REQUESTED), H, None, page_of, is_open=False)
    assert closed.model_fields == {}
    assert not validate({}, closed.model_json_schema()), "it is woken all the same"
    assert validate(dict(WAKE), closed.model_json_schema()), "whatever is answered there, the server refuses"
    assert f"**Nobody answers here.** Answer at the desk: [{H}]" in (closed._description or "")


@pytest.mark.parametrize("name", [None, 7, "", "   ", "19640823-3234", "Nils 7", "N" * (LONGEST_NAME + 1), "Ni\tls"])
def test_what_is_no_name_is_none(name: object) -> None:
    with pytest.raises(Refused):
        given_name(name)
    assert given_name(f" {WHO} ") == WHO


def test_the_form_asks_for_a_reason_only_where_one_may_reject() -> None:
    assert "reason" not in form(view_in(HandoverStatus.ACCEPTED), H, None, page_of).model_fields


def test_the_form_says_first_why_the_answer_before_was_not_taken() -> None:
    described = form(view_in(HandoverStatus.REQUESTED), H, "A reason is missing.", page_of)._description
    assert described is not None
    assert described.startswith("> A reason is missing.")


def test_the_form_names_what_is_not_yet_in_place_and_whom_it_waits_for() -> None:
    view = view_in(HandoverStatus.ACCEPTED)
    described = form(view, H, None, page_of)._description or ""
    assert all(f"- {item} (" in described for item in view.handover(H).missing)
    assert all(team in described for wait in view.waits for team in wait.teams)


def asked_of(*units: tuple[str, str, PlaceStanding]) -> Handover:
    """A request to several units: team, unit, and how it stands there."""
    asked = tuple(Asked(team=team, unit=unit, place=place, since=START) for team, unit, place in units)
    return handover_in(HandoverStatus.REQUESTED).model_copy(update={"asked": asked})


def test_of_several_that_are_asked_each_says_yes_or_no_and_none_says_yes_without_a_place() -> None:
    held, awaited = PlaceStanding.HELD, PlaceStanding.AWAITED
    handover = asked_of(("west", "annex", held), ("west", "hall", awaited), ("east", "loft", held))

    offered = [(choice.action, choice.team, choice.unit) for choice in choices(handover, PATHWAY).values()]

    assert [each for each in offered if each[0] is Action.ACCEPT] == [
        (Action.ACCEPT, "west", "annex"),
        (Action.ACCEPT, "east", "loft"),
    ]
    assert [each for each in offered if each[0] is Action.REJECT] == [
        (Action.REJECT, "west", "annex"),
        (Action.REJECT, "west", "hall"),
        (Action.REJECT, "east", "loft"),
    ]
    assert [each for each in offered if each[0] is Action.SEE] == [
        (Action.SEE, "west", None),
        (Action.SEE, "east", None),
    ]


def test_a_yes_of_several_is_the_command_for_its_unit() -> None:
    handover = asked_of(("west", "annex", PlaceStanding.HELD), ("east", "loft", PlaceStanding.HELD))

    command = command_for(handover, PATHWAY, {"answer": "east: accept: we take over (loft)"}, who)

    assert isinstance(command, ChangeHandover)
    assert (command.action, command.actor.team, command.unit) == (Action.ACCEPT, "east", "loft")


def test_the_form_of_a_request_without_a_place_tells_its_number_in_line_and_what_is_offered_instead() -> None:
    tale = Tale()
    tale.occupancy = {"korttids-norr": UnitOccupancy(claims=tuple(taken(4)))}
    tale.request()
    line = sorted_line(in_line(tale.episode))
    view = replace(tale.view(), lines={"korttids-norr": line})

    described = form(view, H, None, page_of)._description or ""

    assert "waits for a place at **korttids-norr**: number 1 of 1." in described
    assert "The pathway offers **home-to-hospital** instead. To choose it, cancel this one" in described
    assert not any(choice.action is Action.ACCEPT for choice in choices(view.handover(H), PATHWAY).values())


def test_the_form_tells_that_a_place_is_held() -> None:
    described = form(view_in(HandoverStatus.REQUESTED), H, None, page_of)._description or ""
    assert "A place at **korttids-norr** is held for it." in described


def taken(count: int) -> list[Claim]:
    return [Claim(unit="korttids-norr", episode=f"E333-{number:04}") for number in range(count)]


def test_the_form_leads_to_the_page_of_the_handover_at_the_desk() -> None:
    described = form(view_in(HandoverStatus.REQUESTED), H, None, page_of)._description or ""
    assert f"at the desk: [{H}](https://desk.example/to/{H})." in described
