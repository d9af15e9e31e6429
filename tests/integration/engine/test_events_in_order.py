"""Events of an episode are dated in order, whatever clocks do and whoever waits for whom; the database holds it."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import DBAPIError

from engine.together import at_once
from engine.world import MUNICIPAL, SSIH, START, Day, a_day, settings
from pathways.care.commands import EndEpisode, WriteSummary
from pathways.care.communication import Summary
from pathways.care.states import Action, MarkKind
from pathways.notices.outcomes import NotSent, NotSentCode, Outcome, Sent
from pathways.operations.service import Operations


@pytest.fixture
def day(engine: Engine, tmp_path: Path) -> Day:
    return a_day(engine, settings(tmp_path))


def times(day: Day, reference: str) -> Sequence[datetime]:
    return [recorded.at for recorded in day.operations.views.show(reference).history]


def test_a_clock_that_goes_back_dates_nothing_before_what_has_happened(day: Day) -> None:
    handover = day.requested(day.begun())
    day.clock.forward(hours=-2)
    day.do(handover, Action.SEE, SSIH)
    day.do(handover, Action.ACCEPT)
    day.operations.perform(handover, EndEpisode(actor=MUNICIPAL, end="discharged"))

    assert times(day, handover) == sorted(times(day, handover))
    assert times(day, handover)[-1] == START
    day.clock.forward(hours=3)
    assert day.operations.pass_due_clocks() >= 0


def test_a_mark_of_delivery_is_dated_when_it_is_its_turn_and_not_before_what_it_waited_for(day: Day) -> None:
    episode = day.begun()

    def answer(key: str) -> Outcome:
        if "/requested/" in key:
            day.clock.forward(minutes=1)
            day.operations.perform(episode, WriteSummary(actor=MUNICIPAL, summary=Summary(situation="stable")))
            day.clock.forward(seconds=-30)  # as that of another machine, which is behind
        return Sent()

    day.post.answer = answer
    handover = day.requested(episode)

    delivered = day.operations.views.show(handover).handover(handover).mark(MarkKind.DELIVERED)
    assert delivered
    assert delivered.at > day.clock()
    assert times(day, handover) == sorted(times(day, handover))


def test_the_database_refuses_an_event_that_is_dated_before_the_one_before_it(day: Day) -> None:
    episode = day.begun()
    columns = "episode, number, type, at, actor, data"
    copied = f"INSERT INTO event ({columns}) SELECT episode, number + 1, type, :at, actor, data FROM event"  # noqa: S608
    latest = " WHERE number = (SELECT max(number) FROM event)"
    with pytest.raises(DBAPIError, match="not dated before"), day.operations.engine.begin() as connection:
        connection.execute(text(copied + latest), {"at": "2026-03-10 08:59:59.000000"})
    with day.operations.engine.begin() as connection:
        connection.execute(text(copied + latest), {"at": "2026-03-10 09:00:00.000000"})
    assert len(times(day, episode)) > 1


@pytest.mark.parametrize("round_", range(5))
def test_many_who_act_at_once_leave_their_events_in_order(engine: Engine, tmp_path: Path, round_: int) -> None:
    day = a_day(engine, settings(tmp_path))
    day.operations = Operations(settings(tmp_path), engine, day.post)
    day.post.answer = lambda key: NotSent(NotSentCode.NO_ADDRESS, permanent=True)
    handover = day.requested(day.begun())
    (number,) = [notice.id for notice in day.operations.views.notices(only_dead=True)]
    day.post.answer = lambda key: Sent()

    at_once(
        *(lambda: day.do(handover, Action.SEE, SSIH) for _ in range(3)),
        lambda: day.operations.given_up.resend(number or 0),
        lambda: day.do(handover, Action.ACCEPT),
    )

    assert times(day, handover) == sorted(times(day, handover))
