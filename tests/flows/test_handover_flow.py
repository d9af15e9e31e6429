"""One handover on a real server: asked for and answered as the Prefect UI does, woken from the command line, ended."""

import json
from typing import Any
from uuid import uuid4

import pytest
from installations import ANSWERS, FREE_TEXT, NAME, NETWORK, PATHWAY, RECEIVER, SENDER, Installation, form_key
from prefect_on_test import wait_until

from flows.forms import NO_REASON
from flows.people import NOTHING
from pathways.care.references import ReferenceKind, new_reference
from pathways.care.states import Action
from pathways.logs import during

pytestmark = pytest.mark.flows

BEGINNING = {"pathway": PATHWAY, "network": NETWORK, "level": "home", "team": SENDER}
UNKNOWN = new_reference(ReferenceKind.EPISODE)
REQUEST = {"team": SENDER, "move": "home-to-home-specialised", "urgency": "acute", "reason": "worsening"}


def test_a_handover_is_begun_requested_accepted_in_its_form_and_taken_over(handslag: Installation) -> None:
    said = handslag.flow("begin-episode", beginning=BEGINNING)
    episode = said.split()[1]
    said = handslag.flow("request-handover", request={"episode": episode, **REQUEST})
    (handover,) = handslag.episode(episode).handovers
    assert said == f"Handover {handover} of {episode} is requested."

    run = handslag.waits(handover, "requested")
    assert run.name == f"{handover} home → home-specialised"
    assert set(run.tags) >= {episode, handover, f"pathway:{PATHWAY}", "level:home-specialised", "state:requested"}
    fields = handslag.form(run)["properties"]
    assert fields["answer"]["enum"][0] == fields["answer"]["default"] == NOTHING
    assert f"{RECEIVER}: accept: we take over" in fields["answer"]["enum"]
    assert "no-place" in fields["reason"]["enum"]
    assert all(field["title"] and field["description"] for field in fields.values())
    assert handover in handslag.description(run)

    assert handslag.answer(run, "accept: we take over")["status"] == "ACCEPT"
    accepted = handslag.waits(handover, "accepted", after=form_key(run))
    assert accepted.id == run.id
    history = handslag.service.views.show(episode).history
    (by,) = {each.actor for each in history if getattr(each.event, "mark", None) == "accepted"}
    assert (by.team, by.via, by.is_identified, by.name) == (RECEIVER, "prefect", False, ANSWERS)

    handslag.make_ready(handover)
    ready = handslag.waits(handover, "ready")
    assert handslag.answer(ready, "arrived: we are responsible now")["status"] == "ACCEPT"
    ended = handslag.end_of(run.id)
    assert (ended.state_name, ended.state and ended.state.message) == ("Completed", f"{handover} is completed.")
    assert handslag.episode(episode).responsible_team == RECEIVER


def test_another_team_is_asked_to_take_over_what_is_begun_for_it(handslag: Installation) -> None:
    said = handslag.flow("begin-episode", beginning={**BEGINNING, "level": "home-specialised", "responsible": RECEIVER})
    episode = said.split()[1]
    (handover,) = handslag.episode(episode).handovers
    assert f"{RECEIVER} is asked to take over, by {handover}; until it has, {SENDER} is responsible." in said
    run = handslag.waits(handover, "requested")
    assert handslag.answer(run, "accept: we take over")["status"] == "ACCEPT"
    ready = handslag.waits(handover, "ready", after=form_key(run))
    assert handslag.answer(ready, "arrived: we are responsible now")["status"] == "ACCEPT"
    handslag.end_of(run.id)
    assert handslag.episode(episode).responsible_team == RECEIVER


@pytest.mark.parametrize(
    ("flow", "parameters", "sentence"),
    [
        ("begin-episode", {"beginning": {**BEGINNING, "responsible": "gp-practice"}}, "That is not a team for home"),
        ("request-handover", {"request": {"episode": UNKNOWN, **REQUEST}}, f"There is no episode {UNKNOWN}."),
        ("end-episode", {"ending": {"episode": "nonsense", "team": SENDER, "end": "deceased"}}, "reference"),
    ],
    ids=["begin-episode", "request-handover", "end-episode"],
)
def test_what_care_refuses_ends_the_run_with_its_sentence_and_is_not_tried_again(
    flow: str, parameters: dict[str, Any], sentence: str, handslag: Installation
) -> None:
    ended = handslag.end_of(handslag.start(flow, **parameters))
    assert (ended.state_type, ended.state_name, ended.run_count) == ("CANCELLED", "Refused", 1)
    assert ended.state is not None
    assert sentence in (ended.state.message or "")


def test_a_form_with_an_answer_that_is_none_of_its_choices_or_without_a_name_is_not_taken(
    handslag: Installation,
) -> None:
    handover = handslag.request(handslag.begin())
    run = handslag.waits(handover, "requested")
    verdict = handslag.resume(run.id, {"answer": "whatever", "answered_by": ANSWERS})
    assert verdict["status"] == "REJECT"
    assert "answer" in verdict["details"]["reason"]
    for nameless in ({"answer": NOTHING}, {"answer": NOTHING, "answered_by": "19640823-3234"}):
        assert handslag.resume(run.id, nameless)["status"] == "REJECT"
    assert handslag.pools.state(run.id) == "Suspended"


def test_an_answer_that_care_refuses_changes_nothing_and_the_form_comes_back_saying_why(handslag: Installation) -> None:
    handover = handslag.request(handslag.begin())
    run = handslag.waits(handover, "requested")
    before = handslag.episode(handover)
    assert handslag.answer(run, "reject", reason=NO_REASON)["status"] == "ACCEPT"
    again = handslag.waits(handover, "requested", after=form_key(run))
    assert handslag.description(again).startswith("> ")
    assert "reason" in handslag.description(again).splitlines()[0]
    assert handslag.episode(handover) == before
    assert handslag.answer(again, "reject", reason="no-place")["status"] == "ACCEPT"
    assert handslag.end_of(run.id).state_name == "Completed"
    assert handslag.status(handover) == "rejected"


def test_a_wake_from_the_command_line_brings_a_new_form_and_new_tags(handslag: Installation) -> None:
    handover = handslag.request(handslag.begin())
    run = handslag.waits(handover, "requested")
    handslag.do(handover, Action.ACCEPT)
    accepted = handslag.waits(handover, "accepted", after=form_key(run))
    assert accepted.id == run.id
    assert "state:requested" not in accepted.tags
    assert not any(
        "accept: we take over" in choice for choice in handslag.form(accepted)["properties"]["answer"]["enum"]
    )


def test_an_answer_to_a_form_that_went_out_of_date_is_told_so_and_changes_nothing(handslag: Installation) -> None:
    handover = handslag.request(handslag.begin())
    run = handslag.waits(handover, "requested")
    handslag.do(handover, Action.ACCEPT, wakes=False)
    before = handslag.episode(handover)
    assert handslag.answer(run, "reject", reason="no-place")["status"] == "ACCEPT"
    again = handslag.waits(handover, "accepted", after=form_key(run))
    assert f"Your answer came too late: {handover} is accepted already." in handslag.description(again)
    assert handslag.episode(handover) == before


def test_nothing_that_happens_while_a_run_is_at_work_is_lost(handslag: Installation) -> None:
    handover = handslag.request(handslag.begin())
    run = handslag.waits(handover, "requested")
    handslag.do(handover, Action.SEE)  # each step wakes the run while it still acts upon the one before
    handslag.do(handover, Action.ACCEPT)
    handslag.make_ready(handover)
    ready = handslag.waits(handover, "ready")
    assert ready.id == run.id
    assert any("arrived" in choice for choice in handslag.form(ready)["properties"]["answer"]["enum"])


def test_a_handover_cancelled_at_the_command_line_ends_its_run(handslag: Installation) -> None:
    handover = handslag.request(handslag.begin())
    run = handslag.waits(handover, "requested")
    handslag.do(handover, Action.CANCEL, SENDER, FREE_TEXT)
    ended = handslag.end_of(run.id)
    assert ended.state is not None
    assert (ended.state.name, ended.state.message) == ("Completed", f"{handover} is cancelled.")


def test_ending_an_episode_ends_what_waits_and_starts_its_follow_ups(handslag: Installation) -> None:
    episode = handslag.begin()
    handover = handslag.request(episode)
    run = handslag.waits(handover, "requested")
    said = handslag.flow("end-episode", ending={"episode": episode, "team": SENDER, "end": "deceased"})
    assert said == f"Episode {episode} has ended."
    assert handslag.end_of(run.id).state_name == "Completed"
    assert handslag.status(handover) == "cancelled"
    subjects = {wait.subject for wait in handslag.service.views.waiting() if wait.episode == episode}
    assert subjects == {"bereavement-follow-up", "death-questionnaire", "kit-retrieval"}


def test_what_happened_is_an_event_on_the_server_each_once_with_references_only(handslag: Installation) -> None:
    episode = handslag.begin()
    handover = handslag.request(episode)
    run = handslag.waits(handover, "requested")
    handslag.do(handover, Action.CANCEL, SENDER, FREE_TEXT)
    handslag.end_of(run.id)
    found = wait_until(lambda: _events(handslag, handover, "cancelled"), "the events are on the server")
    names = [event["event"] for event in found]
    assert names.count("handslag.handover.requested") == names.count("handslag.handover.cancelled") == 1
    for event in found:
        episodes = [each for each in event["related"] if each["prefect.resource.role"] == "episode"]
        assert [each["prefect.resource.id"] for each in episodes] == [f"handslag.episode.{episode}"]
    assert NAME not in str(found)
    assert FREE_TEXT not in str(found)


def _events(handslag: Installation, handover: str, last: str) -> list[dict[str, Any]]:
    """What the server was told of a handover, once it was told of this last event."""
    wanted = {"filter": {"resource": {"id": [f"handslag.handover.{handover}"]}}}
    found: list[dict[str, Any]] = handslag.pools.ask("/events/filter", wanted)["events"]
    return found if any(event["event"].endswith(last) for event in found) else []


def test_a_press_at_the_desk_is_followed_into_the_log_of_its_flow_run(handslag: Installation) -> None:
    request = uuid4().hex
    with during(request=request):  # as the desk does
        handover = handslag.request(handslag.begin())
    run = handslag.waits(handover, "requested")

    assert handslag.worker_log
    written = handslag.worker_log.read_text(encoding="utf-8").splitlines()
    lines = [json.loads(line) for line in written if line.startswith("{")]
    (told,) = [line for line in lines if line.get("handover") == handover and line["event"].endswith("requested.")]
    assert (told["request"], told["run"], told["flow"]) == (request, str(run.id), "handover")
