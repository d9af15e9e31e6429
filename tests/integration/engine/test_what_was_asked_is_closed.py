"""What has been asked of a team by a notice that was sent is closed by one that is sent, whatever happened between."""

from pathlib import Path
from random import Random

import pytest
from sqlalchemy import Engine

from engine.random_walks import walk
from engine.world import MUNICIPAL, RYHOV, SSIH, Day, a_day, settings
from pathways.care.commands import EndEpisode, PauseEpisode, TakeBackEnd, WantedHandover
from pathways.care.notice_parts import ASKING, CLOSING
from pathways.care.states import Action
from pathways.notices.outcomes import NotSent, NotSentCode, Outcome, Sent
from pathways.store.tables import NoticeRow, NoticeStatus

_AWAY = NotSent(NotSentCode.REFUSED, permanent=False)


@pytest.fixture
def day(engine: Engine, tmp_path: Path) -> Day:
    return a_day(engine, settings(tmp_path))


def of(day: Day, team: str) -> list[tuple[str, str]]:
    """The kinds of notice to a team and what became of them, the oldest first."""
    return [(each.kind, each.status) for each in reversed(day.operations.views.notices()) if each.team == team]


def everything_leaves(day: Day) -> None:
    day.post.answer = lambda key: Sent()
    day.clock.forward(hours=2)
    while day.operations.delivery.deliver().sent:
        pass


def asked_of_a_ward(day: Day) -> tuple[str, str]:
    """An episode and a request that a ward was asked by mail. After that no mail leaves."""
    episode = day.begun()
    wanted = WantedHandover(move="home-to-hospital", urgency="acute", reason="acute-need", to_units=("ryhov",))
    handover = day.operations.plan_handover(episode, MUNICIPAL, wanted)
    day.post.answer = lambda key: _AWAY
    return episode, handover


@pytest.mark.parametrize("end", ["deceased", "discharged"])
def test_a_cancelled_request_is_closed_for_those_asked_though_the_episode_ends_before_the_mail_goes(
    day: Day, end: str
) -> None:
    episode, handover = asked_of_a_ward(day)
    day.do(handover, Action.CANCEL, MUNICIPAL, "a mistake")
    day.operations.perform(episode, EndEpisode(actor=MUNICIPAL, end=end))
    everything_leaves(day)

    assert of(day, RYHOV.team or "")[:2] == [("requested", NoticeStatus.SENT), ("cancelled", NoticeStatus.SENT)]


def test_a_request_that_a_pause_cancelled_is_closed_though_the_episode_ends_and_the_end_is_taken_back(day: Day) -> None:
    episode, handover = asked_of_a_ward(day)
    day.operations.perform(episode, PauseEpisode(actor=MUNICIPAL, kind=_a_pause(day, episode), cancels=handover))
    day.operations.perform(episode, EndEpisode(actor=MUNICIPAL, end="discharged"))
    day.operations.perform(episode, TakeBackEnd(actor=MUNICIPAL))
    everything_leaves(day)

    assert ("cancelled", NoticeStatus.SENT) in of(day, RYHOV.team or "")


def _a_pause(day: Day, episode: str) -> str:
    return next(iter(day.operations.views.show(episode).pathway.pauses))


def test_an_end_that_is_taken_back_before_anybody_heard_of_it_is_not_told(day: Day) -> None:
    episode, _handover = asked_of_a_ward(day)
    day.operations.perform(episode, EndEpisode(actor=MUNICIPAL, end="deceased"))
    day.operations.perform(episode, TakeBackEnd(actor=MUNICIPAL))
    everything_leaves(day)

    notices = day.operations.views.notices()
    assert {each.status for each in notices if each.kind == "look-first"} == {NoticeStatus.WITHDRAWN}
    assert {each.status for each in notices if each.kind == "end-taken-back"} == {NoticeStatus.SENT}


def test_what_closes_a_request_does_not_overtake_it(day: Day) -> None:
    episode = day.begun()
    order: list[str] = []

    def answer(key: str) -> Outcome:
        kind = key.split("/")[2]
        if kind == "requested" and not order:
            order.append(kind)
            handover = next(iter(day.operations.views.show(episode).episode.handovers))
            day.do(handover, Action.CANCEL, MUNICIPAL, "a mistake")  # delivers as well, in the middle of the request
            assert order == ["requested"]
            return Sent()
        order.append(kind)
        return Sent()

    day.post.answer = answer
    day.requested(episode)
    day.operations.delivery.deliver()

    assert order == ["requested", "cancelled"]


def test_a_request_that_could_not_be_sent_holds_nothing_up_after_it_was_withdrawn(day: Day) -> None:
    episode = day.begun()

    def answer(key: str) -> Outcome:
        if "/requested/" in key:
            handover = next(iter(day.operations.views.show(episode).episode.handovers))
            day.do(handover, Action.CANCEL, MUNICIPAL, "a mistake")
            return NotSent(NotSentCode.TOO_SLOW, permanent=False)
        return Sent()

    day.post.answer = answer
    day.requested(episode)
    day.clock.forward(seconds=5)  # after so long it is tried whether the channel is back
    day.operations.delivery.deliver()

    assert of(day, SSIH.team or "") == [("requested", NoticeStatus.WITHDRAWN), ("cancelled", NoticeStatus.SENT)]


def never_closed(day: Day, episode: str) -> list[str]:
    """Teams that were asked for an answer by mail and never told that it is over, though it is; by kind."""
    view = day.operations.views.show(episode)
    notices = sorted(day.operations.views.notices(), key=lambda each: each.id or 0)
    acted = {(str(each.actor.team), getattr(each.event, "handover", None)) for each in view.history}
    return [
        f"{asked.kind} to {asked.team}"
        for asked in notices
        if asked.kind in ASKING
        and asked.status == NoticeStatus.SENT
        and asked.handover is not None
        and not view.episode.handovers[asked.handover].is_open
        and (asked.team, asked.handover) not in acted
        and not any(_closes(each, asked) for each in notices)
    ]


def _closes(later: NoticeRow, asked: NoticeRow) -> bool:
    is_of_it = later.team == asked.team and later.handover in (None, asked.handover)
    return (
        is_of_it and later.kind in CLOSING and later.status == NoticeStatus.SENT and (later.id or 0) > (asked.id or 0)
    )


@pytest.mark.parametrize("seed", range(8))
def test_whatever_happens_while_the_mail_comes_and_goes_nobody_is_left_waiting(day: Day, seed: int) -> None:
    chance = Random(seed)  # noqa: S311 - it hides nothing
    day.post.answer = lambda key: Sent() if chance.random() < 0.5 else _AWAY
    decisions = list(walk(day, chance, 40))
    episode = decisions[0].episode.reference
    if not decisions[-1].episode.has_ended:
        day.operations.perform(episode, EndEpisode(actor=MUNICIPAL, end="deceased"))
    everything_leaves(day)

    assert never_closed(day, episode) == []
