"""Clocks that are due are all acted on, whatever happens to one; and what can be seen of it all."""

from pathlib import Path

import pytest
from sqlalchemy import Engine, text

from engine.world import MUNICIPAL, NETWORK, NUMBER, SSIH, Day, a_day, settings
from pathways.care.commands import ConfirmReadiness, EndEpisode, PlanHandover
from pathways.care.references import ALPHABET, ReferenceKind, new_reference
from pathways.care.states import Action, HandoverStatus
from pathways.errors import NotFound, Refused

DUE_AFTER_HALF_AN_HOUR = 2
"""Clocks of an acute request that was delivered: that of its opening, and that of the answer."""


@pytest.fixture
def day(engine: Engine, tmp_path: Path) -> Day:
    return a_day(engine, settings(tmp_path))


def without_version(day: Day, episode: str) -> None:
    """Damage an episode: its pathway version is gone, as after a restore that missed a table."""
    with day.operations.engine.begin() as connection:
        connection.execute(text("UPDATE episode SET version = '2001-01-01' WHERE reference = :e"), {"e": episode})


def test_every_clock_that_is_due_is_acted_on_once(day: Day) -> None:
    handovers = [day.requested(day.begun()) for _ in range(3)]
    day.clock.forward(minutes=31)

    assert day.operations.pass_due_clocks() == 3 * DUE_AFTER_HALF_AN_HOUR
    assert day.operations.pass_due_clocks() == 0
    assert {day.operations.views.show(handover).handover(handover).escalations for handover in handovers} == {1}


@pytest.mark.parametrize("damage", ["refused", "broken"])
def test_a_clock_that_cannot_be_acted_on_stops_no_other(
    day: Day, damage: str, caplog: pytest.LogCaptureFixture
) -> None:
    oldest, others = day.begun(), [day.begun() for _ in range(2)]
    handovers = [day.requested(episode) for episode in (oldest, *others)]
    if damage == "refused":
        without_version(day, oldest)
    else:
        with day.operations.engine.begin() as connection:
            connection.execute(text("UPDATE clock SET repeat = 'x' WHERE episode = :e"), {"e": oldest})
    day.clock.forward(minutes=31)

    assert day.operations.pass_due_clocks() == 2 * DUE_AFTER_HALF_AN_HOUR
    assert all(day.operations.views.show(handover).handover(handover).escalations for handover in handovers[1:])
    assert f"{handovers[0]}/handover.answer of episode {oldest} could not be acted on" in caplog.text


def test_acting_late_acts_once_and_not_for_every_repeat_that_went_by(day: Day) -> None:
    handover = day.requested(day.begun())
    day.clock.forward(days=2)

    assert day.operations.pass_due_clocks() == DUE_AFTER_HALF_AN_HOUR + 2  # to arrive; and it was stale by then
    assert day.operations.views.show(handover).handover(handover).escalations == 1


def test_after_a_night_of_downtime_an_acute_request_is_asked_again_of_one_and_the_sender_hears_of_it(day: Day) -> None:
    handover = day.requested(day.begun())
    day.clock.forward(hours=13)
    before = len(day.post.sent)

    day.operations.pass_due_clocks()
    assert day.operations.pass_due_clocks() == 0

    shown = day.operations.views.show(handover).handover(handover)
    assert (shown.status, shown.escalations) == (HandoverStatus.REQUESTED, 1)
    said = [subject for subject, *_rest in day.post.sent[before:]]
    assert len([each for each in said if "escalated" in each]) == 1
    assert len([each for each in said if "stood-still" in each]) == 1


def test_a_draft_waits_until_it_is_sent_and_its_clock_reminds_the_sender(day: Day) -> None:
    draft = day.requested(day.begun(), is_draft=True)
    assert not day.post.sent
    assert [wait.kind.value for wait in day.operations.views.waiting()] == ["request"]
    day.clock.forward(days=1)
    assert day.operations.pass_due_clocks() == 1
    assert "draft-waiting" in day.post.sent[0][0]

    day.do(draft, Action.REQUEST, MUNICIPAL)

    assert day.operations.views.show(draft).handover(draft).status is HandoverStatus.REQUESTED
    assert [wait.kind.value for wait in day.operations.views.waiting()] == ["answer"]


def test_a_handover_goes_all_the_way_and_responsibility_with_it(day: Day) -> None:
    handover = day.requested(day.begun())
    day.made_ready(handover)
    view = day.operations.views.show(handover)
    assert view.episode.responsible_team == "municipal-palliative-team"
    assert [wait.kind.value for wait in view.waits] == ["taking-over"]

    day.do(handover, Action.ARRIVE)

    episode = day.operations.views.show(handover).episode
    assert episode.responsible_team == "ssih-jonkoping"
    assert [stay.team for stay in episode.stays] == ["municipal-palliative-team", "ssih-jonkoping"]
    assert day.operations.views.network_of(episode.reference).network == NETWORK
    replaced = PlanHandover(
        actor=SSIH,
        reference=new_reference(ReferenceKind.HANDOVER),
        move="home-specialised-to-home",
        urgency="planned",
        reason="improved",
        replaces=handover,
    )
    assert day.operations.perform(episode.reference, replaced).events


def test_what_care_refuses_changes_nothing_and_wakes_nobody(day: Day) -> None:
    handover = day.requested(day.begun())
    before = day.operations.views.show(handover)
    woken = list(day.woken)

    with pytest.raises(Refused, match="Cannot"):
        day.operations.perform(handover, ConfirmReadiness(actor=SSIH, handover=handover, evidence="document 7"))
    with pytest.raises(Refused):
        day.operations.perform(handover, EndEpisode(actor=MUNICIPAL, end="vanished"))

    assert day.operations.views.show(handover) == before
    assert day.woken == woken


def test_a_mistyped_reference_is_refused_with_the_one_that_was_meant(day: Day) -> None:
    handover = day.requested(day.begun())
    wrong_end = handover[:-1] + next(sign for sign in ALPHABET if sign != handover[-1])
    swapped = handover[:5] + handover[6] + handover[5] + handover[7:]

    assert day.operations.views.reference(f" {handover.lower().replace('-', '')} ") == handover
    for mistyped in {wrong_end, swapped} - {handover}:
        with pytest.raises(NotFound, match=f"Did you mean {handover}"):
            day.operations.views.reference(mistyped)


def test_a_reference_that_is_nobodys_or_no_reference_is_refused_without_being_repeated(day: Day) -> None:
    episode = day.begun()
    unknown = new_reference(ReferenceKind.HANDOVER)

    with pytest.raises(NotFound, match=f"There is no handover {unknown}"):
        day.operations.views.reference(unknown)
    with pytest.raises(Refused, match="not of a handover"):
        day.operations.views.reference(episode, ReferenceKind.HANDOVER)
    for typed in (NUMBER, f"{NUMBER[:8]}-{NUMBER[8:]}", "Astrid"):
        with pytest.raises(Refused) as refusal:
            day.operations.views.reference(typed)
        assert typed not in str(refusal.value)
