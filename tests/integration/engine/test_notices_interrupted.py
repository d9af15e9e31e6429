"""Sending that breaks off: nothing is lost, a repeat says that it may be one, and what happened is what is recorded."""

from pathlib import Path

import pytest
from pydantic import SecretStr
from sqlalchemy import Engine

from engine.kills import REPEAT
from engine.world import MUNICIPAL, Day, Post, a_day, settings
from handslag.inbox import Inbox
from pathways.care.states import Action
from pathways.notices.outcomes import NotSent, NotSentCode, Outcome, Sent
from pathways.notices.sending import AppriseSender
from pathways.notices.words import Words
from pathways.store.outbox import Outbox
from pathways.store.tables import NoticeRow, NoticeStatus
from pathways.store.unit_of_work import UnitOfWork

CLAIM_SECONDS = 5 + 30


class PowerCut(BaseException):
    """What no code can prepare for."""


class CutAfterSending(AppriseSender):
    """Sends, and is then cut off, as long as `is_cut`."""

    is_cut = True

    def send(self, words: Words, address: SecretStr, notice_key: str) -> Outcome:
        outcome = super().send(words, address, notice_key)
        if self.is_cut:
            raise PowerCut
        return outcome


@pytest.fixture
def day(engine: Engine, tmp_path: Path) -> Day:
    return a_day(engine, settings(tmp_path))


def last(day: Day) -> NoticeRow:
    return day.operations.views.notices()[0]


def bodies(day: Day) -> list[str]:
    return [words.body for _, words in day.post.sent]


def says_repeat(body: str) -> bool:
    return REPEAT in body


def deliver_after(day: Day, seconds: float) -> None:
    day.clock.forward(seconds=seconds)
    day.operations.delivery.deliver()


def test_a_notice_whose_sender_died_after_sending_is_sent_again_once_the_claim_has_run_out(
    engine: Engine, tmp_path: Path
) -> None:
    with Inbox() as inbox:
        sender = CutAfterSending(10)
        day = a_day(engine, settings(tmp_path, lambda name: inbox.address(f"{name.lower()}@example.org")), sender)
        episode = day.begun()
        with pytest.raises(PowerCut):
            day.requested(episode)
        sender.is_cut = False
        deliver_after(day, CLAIM_SECONDS)
        assert len(inbox.letters) == 1

        deliver_after(day, 1)

        first, again = inbox.letters
        assert first.message["Message-ID"] == again.message["Message-ID"]
        assert not says_repeat(first.text)
        assert says_repeat(again.text)
        assert last(day).status == NoticeStatus.SENT
        deliver_after(day, 3600)
        assert len(inbox.letters) == 2


def test_that_it_may_be_a_repeat_is_not_forgotten_by_an_attempt_that_fails_in_between(day: Day) -> None:
    answers: list[Outcome | BaseException] = [PowerCut(), NotSent(NotSentCode.REFUSED, permanent=False), Sent()]

    def answer(key: str) -> Outcome:
        outcome = answers.pop(0)
        if isinstance(outcome, BaseException):
            raise outcome
        return outcome

    day.post.answer = answer
    episode = day.begun()
    with pytest.raises(PowerCut):
        day.requested(episode)
    for _ in range(2):
        deliver_after(day, CLAIM_SECONDS + 1)

    assert [says_repeat(body) for body in bodies(day)] == [True]


@pytest.mark.parametrize(
    ("code", "may_have_arrived"),
    [(NotSentCode.TOO_SLOW, True), (NotSentCode.NOT_TAKEN, True), (NotSentCode.REFUSED, False)],
)
def test_after_an_attempt_that_may_have_arrived_the_next_says_so(
    day: Day, code: NotSentCode, may_have_arrived: bool
) -> None:
    answers: list[Outcome] = [NotSent(code, permanent=False), Sent()]
    day.post.answer = lambda key: answers.pop(0)
    day.requested(day.begun())

    deliver_after(day, 10)

    assert [says_repeat(body) for body in bodies(day)] == [may_have_arrived]


def test_a_sender_that_breaks_its_word_and_raises_costs_an_attempt_and_nothing_else(day: Day) -> None:
    def answer(key: str) -> Outcome:
        raise ValueError("mailto://user:password@example.org")

    day.post.answer = answer
    handover = day.requested(day.begun())

    assert day.woken == [handover]
    assert (last(day).status, last(day).error) == (NoticeStatus.WAITING, "not-taken")


def claimed(outbox: Outbox, day: Day) -> NoticeRow:
    (number,) = outbox.waiting(day.clock(), 10)
    notice = outbox.claim(number, day.clock(), CLAIM_SECONDS)
    assert notice is not None
    assert outbox.claim(number, day.clock(), CLAIM_SECONDS) is None
    return notice


def test_whoever_comes_back_after_the_claim_ran_out_does_not_undo_what_the_next_one_did(day: Day) -> None:
    day.post.answer = lambda key: NotSent(NotSentCode.NOT_REACHED, permanent=False)
    day.requested(day.begun())
    day.clock.forward(seconds=10)
    with UnitOfWork(day.operations.engine) as work:
        slow = claimed(work.outbox, day)
        work.commit()
    day.post.answer = lambda key: Sent()
    deliver_after(day, CLAIM_SECONDS + 1)
    assert last(day).status == NoticeStatus.SENT

    with UnitOfWork(day.operations.engine) as work:
        work.outbox.not_sent(slow, day.clock(), "too-slow", gives_up=False)
        work.commit()

    assert last(day).status == NoticeStatus.SENT


@pytest.mark.parametrize(
    ("outcome", "status"),
    [(Sent(), NoticeStatus.SENT), (NotSent(NotSentCode.REFUSED, permanent=False), NoticeStatus.WITHDRAWN)],
)
def test_a_notice_withdrawn_while_it_is_being_sent_stands_as_what_happened(
    day: Day, outcome: Outcome, status: NoticeStatus
) -> None:
    def answer(key: str) -> Outcome:
        if "requested" in key:
            handover = next(iter(day.operations.views.show(episode).episode.handovers))
            day.do(handover, Action.CANCEL, MUNICIPAL, "a mistake")
            return outcome
        return Sent()

    day.post.answer = answer
    episode = day.begun()
    day.requested(episode)

    found = {notice.kind: notice.status for notice in day.operations.views.notices()}
    assert found == {"requested": status, "cancelled": NoticeStatus.SENT}


def test_what_somebody_else_is_sending_is_left_alone(day: Day) -> None:
    day.post.answer = lambda key: NotSent(NotSentCode.NOT_REACHED, permanent=False)
    day.requested(day.begun())
    number = last(day).id
    assert number is not None
    day.clock.forward(seconds=10)
    with UnitOfWork(day.operations.engine) as work:
        claimed(work.outbox, day)
        work.commit()

    assert day.operations.delivery.deliver_one(number) is None
    assert isinstance(day.post, Post)
    assert not day.post.sent
