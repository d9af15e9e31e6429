"""Pauses, services, coming back and cancelling under way, in the database: rows and replay tell the same."""

from pathlib import Path

import pytest
from sqlalchemy import Engine

from engine.world import MUNICIPAL, NORTH, SSIH, Day, a_day, settings
from pathways.care.commands import ConfirmReadiness, PauseEpisode, RecordReturnCause, ResumeEpisode, WantedHandover
from pathways.care.episodes import Episode
from pathways.care.evolution import replayed
from pathways.care.states import Action, EpisodeStatus, HandoverStatus
from pathways.care.waits import WaitKind
from pathways.errors import Refused
from pathways.store.tables import NoticeStatus

TO_NORTH = WantedHandover(move="home-to-short-term", urgency="acute", reason="relief", to_units=("korttids-norr",))


@pytest.fixture
def day(engine: Engine, tmp_path: Path) -> Day:
    return a_day(engine, settings(tmp_path))


def kept(day: Day, reference: str) -> Episode:
    """The episode as rows tell it, after a look that replay tells the same."""
    view = day.operations.views.show(reference)
    assert replayed(view.history) == view.episode
    return view.episode


def moved(day: Day, episode: str) -> str:
    """The patient has come from the municipal team to SSIH, by this handover."""
    handover = day.requested(episode)
    day.made_ready(handover)
    day.do(handover, Action.ARRIVE)
    return handover


def test_an_episode_pauses_and_goes_on_with_its_services(day: Day) -> None:
    episode = day.begun()
    assert kept(day, episode).paused_services == ("specialised-visits",)
    day.operations.perform(episode, PauseEpisode(actor=MUNICIPAL, kind="admitted-elsewhere"))
    paused = kept(day, episode)
    assert paused.status is EpisodeStatus.ON_HOLD
    assert paused.paused_services == ("home-visits", "specialised-visits")
    assert [wait.kind for wait in day.operations.views.waiting()] == [WaitKind.PAUSE_REVIEW]
    with pytest.raises(Refused, match="the episode pauses"):
        day.requested(episode)
    day.clock.forward(days=3)
    assert day.operations.pass_due_clocks() == 1
    day.operations.perform(episode, ResumeEpisode(actor=MUNICIPAL))
    assert kept(day, episode).paused_services == ("specialised-visits",)
    assert not day.operations.views.waiting()


def test_a_patient_who_comes_back_is_asked_for_and_counted_and_both_sides_say_why(day: Day) -> None:
    episode = day.begun()
    handover = moved(day, episode)
    assert kept(day, episode).responsible_team == SSIH.team
    back = day.operations.come_back(handover, SSIH, "medicines-missing")
    day.do(back, Action.ACCEPT, MUNICIPAL)
    day.do(back, Action.ARRIVE, MUNICIPAL)
    after = kept(day, episode)
    assert (after.responsible_team, after.bounced) == (MUNICIPAL.team, (handover,))
    assert [wait.kind for wait in day.operations.views.waiting()] == [WaitKind.RETURN_CAUSE]
    command = RecordReturnCause(actor=MUNICIPAL, handover=back, cause="information-missing")
    day.operations.perform(back, command)
    assert set(kept(day, episode).handovers[back].causes.values()) == {"medicines-missing", "information-missing"}
    assert not day.operations.views.waiting()


def test_a_handover_under_way_is_cancelled_with_the_receivers_yes_alone(day: Day) -> None:
    episode = day.begun()
    handover = day.operations.plan_handover(episode, MUNICIPAL, TO_NORTH)
    day.do(handover, Action.ACCEPT, NORTH)
    for actor in (NORTH, MUNICIPAL):
        day.operations.perform(handover, ConfirmReadiness(actor=actor, handover=handover, evidence="seen"))
    day.do(handover, Action.DEPART, MUNICIPAL)
    day.do(handover, Action.CANCEL, MUNICIPAL, "better at home")
    assert kept(day, episode).handovers[handover].status is HandoverStatus.IN_PROGRESS
    assert WaitKind.ANSWER_TO_CANCEL in {wait.kind for wait in day.operations.views.waiting()}
    day.do(handover, Action.AGREE_TO_CANCEL, NORTH)
    cancelled = kept(day, episode).handovers[handover]
    assert (cancelled.status, cancelled.closing_reason) == (HandoverStatus.CANCELLED, "better at home")
    assert not day.operations.views.waiting()
    assert {n.status for n in day.operations.views.show(episode).notices} <= {NoticeStatus.SENT}
