"""Histories: replayed they give the state, read back they are the same, and each notice has a key for ever."""

from datetime import UTC, datetime
from typing import cast

import pytest
from care_stories import E, Story, person, with_handover
from care_worlds import PERSON_NAME, START, jonkoping

from pathways.care.commands import Command
from pathways.care.decisions import decide
from pathways.care.events import EpisodeEnded, Event, Recorded
from pathways.care.evolution import evolved, replayed
from pathways.care.recording import Context, Recorder
from pathways.care.states import Action, EpisodeStatus, HandoverStatus
from pathways.definition.frozen import Frozen

SENDER = "home-north"


class Unheard(Frozen):
    """An event that nobody has a rule for."""


def recorded(event: object) -> Recorded:
    """The second event of a history, whatever it is."""
    return Recorded.model_construct(number=2, at=START, actor=person(SENDER), event=cast(Event, event))


@pytest.mark.parametrize("status", HandoverStatus)
def test_a_history_replays_to_the_state_from_any_point_on(status: HandoverStatus) -> None:
    story = with_handover(status)
    for cut in range(1, len(story.history) + 1):
        episode = replayed(story.history[:cut])
        for event in story.history[cut:]:
            episode = evolved(episode, event)
        assert episode == story.episode
    assert story.episode.number == len(story.history)


def test_an_empty_history_is_no_episode() -> None:
    assert replayed(()) is None


def test_a_history_opens_with_its_beginning() -> None:
    with pytest.raises(ValueError, match="opens with its beginning"):
        evolved(None, recorded(EpisodeEnded(end="deceased")))
    with pytest.raises(ValueError, match="record the beginning first"):
        _ = Recorder(Story().context, None, person(SENDER)).episode


def test_an_event_without_a_rule_is_a_fault_of_the_program() -> None:
    with pytest.raises(TypeError, match="no rule for the event Unheard"):
        evolved(Story().episode, recorded(Unheard()))


def test_a_command_without_a_rule_is_a_fault_of_the_program() -> None:
    story = Story()
    with pytest.raises(TypeError, match="no rule for the command Command"):
        decide(story.context, story.episode, Command(actor=person(SENDER)))


def test_a_decision_leaves_the_state_that_it_was_made_from() -> None:
    story = with_handover(HandoverStatus.REQUESTED)
    before = story.episode.model_dump_json()
    story.change(Action.ACCEPT, "ward-east")
    assert with_handover(HandoverStatus.REQUESTED).episode.model_dump_json() == before


def test_stopping_what_runs_for_one_subject_leaves_the_rest_running() -> None:
    story = with_handover(HandoverStatus.REQUESTED)
    recorder = Recorder(story.context, story.episode, person(SENDER))
    answer = story.episode.clocks["H222-2222/handover.answer"]
    recorder.start(answer.model_copy(update={"key": "another", "subject": E}))
    recorder.stop_all("H222-2222")
    assert set(recorder.episode.clocks) == {"another"}


def test_each_event_says_when_and_who() -> None:
    story = Story()
    story.wait(minutes=3)
    decision = story.plan()
    assert {event.at for event in decision.events} == {story.now}
    assert {event.actor for event in decision.events} == {person(SENDER)}


def test_a_notices_key_tells_episode_event_kind_team_and_contact_and_no_person() -> None:
    story = Story()
    (asked,) = story.plan().notices
    assert asked.key == f"{E}/{story.episode.number}/requested/ward-east/first"
    assert PERSON_NAME not in asked.model_dump_json()


def test_the_same_decision_made_again_owes_the_same_keys() -> None:
    first, second = with_handover(HandoverStatus.READY), with_handover(HandoverStatus.READY)
    for story in (first, second):
        story.change(Action.CANCEL, SENDER, "better at home")
    assert [owed.key for owed in first.owed] == [owed.key for owed in second.owed]
    assert len({owed.key for owed in first.owed}) == len(first.owed)


def test_the_catalogues_story_is_told_from_home_to_hospital_and_home_again() -> None:
    """The story of the demonstration: refused for want of a place, unanswered in time, home again, and a death."""
    pathway, network = jonkoping()
    story = Story("home", team=None, context=Context(pathway, network, datetime(2026, 10, 24, 20, 0, tzinfo=UTC)))
    municipality, ssih = "municipal-palliative-team", "ssih-jonkoping"
    hand_over(story, "H222-2222", "home-to-home-specialised", "planned", ssih)
    story.plan("home-to-short-term", "acute", reason="relief", unit="korttids-norr", reference="H222-3333")
    story.change(Action.REJECT, "short-term-north", "no-place", "H222-3333")
    hand_over(story, "H222-4444", "home-to-short-term", "acute", "short-term-south", replaces="H222-3333")
    hand_over(story, "H222-5555", "short-term-to-hospital", "acute", "ward-ryhov", unit="ryhov", late=True)
    hand_over(story, "H222-6666", "hospital-to-home-specialised", "planned", ssih)
    assert [stay.team for stay in story.episode.stays] == [
        municipality,
        ssih,
        "short-term-south",
        "ward-ryhov",
        ssih,
    ]
    assert story.handover("H222-5555").escalations == 1
    story.end("deceased", ssih)
    assert story.episode.status is EpisodeStatus.FINISHED
    assert {clock.owner for clock in story.episode.clocks.values()} == {municipality}
    assert len({owed.key for owed in story.owed}) == len(story.owed)


def hand_over(
    story: Story,
    reference: str,
    move: str,
    urgency: str,
    receiver: str,
    *,
    unit: str | None = None,
    replaces: str | None = None,
    late: bool = False,
) -> None:
    sender = str(story.episode.responsible_team)
    to_unit = "korttids-soder" if receiver == "short-term-south" else unit
    story.plan(move, urgency, unit=to_unit, reference=reference, replaces=replaces)
    if late:
        story.wait(hours=1)
        story.pass_clock(f"{reference}/handover.answer")
    story.change(Action.SEE, receiver, reference=reference)
    story.change(Action.ACCEPT, receiver, reference=reference)
    story.confirm(receiver, reference=reference, evidence="document 7")
    story.confirm(sender, reference=reference, evidence="document 7")
    story.wait(minutes=40)
    if story.handover(reference).plan.travels:
        story.change(Action.DEPART, sender, reference=reference)
    story.change(Action.ARRIVE, receiver, reference=reference)
    assert story.handover(reference).status is HandoverStatus.COMPLETED
    assert story.episode.responsible_team == receiver
