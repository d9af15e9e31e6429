"""Ends and their taking back, in the database: rows and replay tell the same, and one patient has one episode."""

from pathlib import Path

import pytest
from sqlalchemy import Engine, select

from engine.world import MUNICIPAL, NAME, NUMBER, SSIH, Day, a_day, person, settings
from pathways.care.commands import CompleteFollowUp, ConfirmResponsibility, EndEpisode, TakeBackEnd
from pathways.care.episodes import ClockKind, Episode
from pathways.care.evolution import replayed
from pathways.care.states import Action, EpisodeStatus, HandoverStatus
from pathways.errors import Refused
from pathways.notices.outcomes import NotSent, NotSentCode
from pathways.operations.people import Patient
from pathways.store.tables import HANDOVER, NoticeStatus
from pathways.store.unit_of_work import UnitOfWork


@pytest.fixture
def day(engine: Engine, tmp_path: Path) -> Day:
    return a_day(engine, settings(tmp_path))


def kept(day: Day, reference: str) -> Episode:
    """The episode as rows tell it, after a look that replay tells the same."""
    view = day.operations.views.show(reference)
    assert replayed(view.history) == view.episode
    return view.episode


def end(day: Day, episode: str, how: str = "deceased") -> None:
    day.operations.perform(episode, EndEpisode(actor=SSIH, end=how))


def take_back(day: Day, episode: str) -> None:
    day.operations.perform(episode, TakeBackEnd(actor=SSIH))


def test_what_an_end_stopped_comes_back_as_it_was(day: Day) -> None:
    episode = day.begun()
    handover = day.requested(episode)
    day.do(handover, Action.ACCEPT)
    before = kept(day, episode)
    end(day, episode)
    ended = kept(day, episode)
    assert ended.status is EpisodeStatus.FINISHED
    assert ended.handovers[handover].status is HandoverStatus.CANCELLED
    day.clock.forward(hours=5)
    take_back(day, episode)
    assert ClockKind.RESPONSIBLE_AGAIN in kept(day, episode).clocks
    day.operations.perform(episode, ConfirmResponsibility(actor=MUNICIPAL))
    after = kept(day, episode)
    assert after.model_copy(update={"number": 0}) == before.model_copy(update={"number": 0})
    assert day.operations.pass_due_clocks() == 1  # the arrival, which was due meanwhile


def test_the_run_of_the_handover_that_comes_back_is_woken_and_has_news(day: Day) -> None:
    episode = day.begun()
    handover = day.requested(episode)
    end(day, episode)
    with UnitOfWork(day.operations.engine) as work:
        work.runs.seen(handover, kept(day, episode).number)
        work.commit()
    day.woken.clear()
    take_back(day, episode)
    assert day.woken == [handover]
    with day.operations.engine.connect() as connection:
        query = select(HANDOVER.c.is_unseen).where(HANDOVER.c.reference == handover)
        assert connection.execute(query).scalar_one()


def test_a_new_episode_of_the_same_patient_keeps_the_ended_one_from_coming_back(day: Day) -> None:
    episode = day.begun(Patient(NUMBER, NAME))
    end(day, episode, "discharged")
    new = day.begun(Patient(NUMBER, NAME))
    with pytest.raises(Refused, match=rf"the same patient has a new one, {new}\. Go on with that one\.") as refusal:
        take_back(day, episode)
    assert NAME not in str(refusal.value)
    assert kept(day, episode).has_ended
    end(day, new, "discharged")
    take_back(day, episode)
    assert kept(day, episode).responsible_team == MUNICIPAL.team


def test_an_episode_that_nobody_has_identified_comes_back_beside_others(day: Day) -> None:
    episode, _other = day.begun(), day.begun()
    end(day, episode)
    take_back(day, episode)
    assert not kept(day, episode).has_ended


def test_a_follow_up_that_is_done_leaves_no_notice_of_it_unsent(day: Day) -> None:
    episode = day.begun()
    end(day, episode)
    day.clock.forward(weeks=30)
    day.post.answer = lambda key: NotSent(NotSentCode.TOO_SLOW, permanent=False)
    assert day.operations.pass_due_clocks() == 3
    notices = [n for n in day.operations.views.show(episode).notices if n.kind == "follow-up-due"]
    assert {notice.status for notice in notices} == {NoticeStatus.WAITING}
    owner = kept(day, episode).clocks["follow-up/bereavement-follow-up"].owner
    command = CompleteFollowUp(actor=person(owner), follow_up="bereavement-follow-up")
    day.operations.perform(episode, command)
    left = {n.subject: n.status for n in day.operations.views.show(episode).notices if n.kind == "follow-up-due"}
    assert left["follow-up/bereavement-follow-up"] == NoticeStatus.WITHDRAWN
    assert left["follow-up/death-questionnaire"] == NoticeStatus.WAITING
    assert left["follow-up/kit-retrieval"] == NoticeStatus.WAITING
