"""Evidence, expiry, waivers, summaries, read-backs and questions, kept in rows: replay tells the same."""

from dataclasses import replace
from pathlib import Path
from random import Random

import pytest
from sqlalchemy import Engine, select

from engine.random_walks import walk
from engine.world import MUNICIPAL, SSIH, Day, a_day, demonstration, settings
from pathways.care.actors import Actor
from pathways.care.commands import (
    AnswerQuestion,
    AskQuestion,
    ConfirmReadiness,
    CorrectReadBack,
    GiveReadBack,
    Waive,
    WriteSummary,
)
from pathways.care.communication import IllnessSeverity, Summary
from pathways.care.episodes import Handover
from pathways.care.evolution import replayed
from pathways.care.states import Action, HandoverStatus
from pathways.definition.durations import Duration
from pathways.definition.models import Pathway, Side, SummaryField, Waiving
from pathways.errors import Refused
from pathways.store.tables import CLOCK, NOTICE
from pathways.store.unit_of_work import UnitOfWork

WORDS = "he told me on the phone"


def strict() -> Pathway:
    """The pathway of the demonstration, with more asked for when it is acute."""
    pathway, _ = demonstration()
    both = Waiving(by=tuple(Side))
    rules = pathway.rules_for("acute").model_copy(
        update={
            "summary": (SummaryField.SITUATION,),
            "read_back": True,
            "waive_read_back": both,
            "question_stops_answer": True,
        }
    )
    items = {
        name: item.model_copy(update={"evidence": True, "valid_for": Duration.of("2 h"), "waive": both})
        for name, item in pathway.readiness.items()
    }
    return pathway.model_copy(update={"urgencies": {**pathway.urgencies, "acute": rules}, "readiness": items})


@pytest.fixture
def day(engine: Engine, tmp_path: Path) -> Day:
    made = a_day(engine, settings(tmp_path), is_published=True)
    made.operations.publishing.apply([strict()], [demonstration()[1]])
    return made


def requested(day: Day) -> str:
    episode = day.begun()
    with pytest.raises(Refused, match="its summary lacks situation"):
        day.requested(episode)
    day.operations.perform(episode, WriteSummary(actor=MUNICIPAL, summary=Summary(situation=WORDS)))
    return day.requested(episode)


def kept(day: Day, reference: str) -> Handover:
    """The handover as rows tell it, after a look that replay tells the same."""
    view = day.operations.views.show(reference)
    assert replayed(view.history) == view.episode
    return view.handover(reference)


def running(day: Day, reference: str) -> dict[str, str]:
    """The kinds of the clocks that run for a handover, each with its owner."""
    with UnitOfWork(day.operations.engine, writes=False) as work:
        rows = work.episodes.waiting(None)
    return {clock.kind: clock.owner for _episode, clock, _handover in rows if clock.subject == reference}


def confirm(day: Day, handover: str, actor: Actor) -> None:
    day.operations.perform(handover, ConfirmReadiness(actor=actor, handover=handover, evidence=WORDS))


def read_back(day: Day, handover: str) -> None:
    command = GiveReadBack(
        actor=SSIH, handover=handover, severity=IllnessSeverity.STABLE, next_action=WORDS, contingency=WORDS
    )
    day.operations.perform(handover, command)


def test_a_clock_that_changes_hands_runs_on_for_the_other_side(day: Day) -> None:
    handover = requested(day)
    day.do(handover, Action.ACCEPT)
    read_back(day, handover)
    assert running(day, handover)["handover.read-back"] == MUNICIPAL.team
    day.operations.perform(handover, CorrectReadBack(actor=MUNICIPAL, handover=handover, correction=WORDS))
    assert running(day, handover)["handover.read-back"] == SSIH.team
    read_back(day, handover)
    day.do(handover, Action.CONFIRM_READ_BACK, MUNICIPAL)
    assert "handover.read-back" not in running(day, handover)
    assert [each.is_confirmed for each in kept(day, handover).read_backs] == [False, True]


def test_the_answers_clock_stops_for_a_question_and_goes_on_after_it(day: Day) -> None:
    handover = requested(day)
    day.clock.forward(minutes=3)
    day.operations.perform(handover, AskQuestion(actor=SSIH, handover=handover, text=WORDS))
    assert "handover.answer" not in running(day, handover)
    day.clock.forward(minutes=9)
    day.operations.perform(handover, AnswerQuestion(actor=MUNICIPAL, handover=handover, answer=WORDS))
    assert "handover.answer" in running(day, handover)
    assert kept(day, handover).questions[0].answer == WORDS


def test_what_expires_is_noticed_by_the_watcher_and_can_be_renewed(day: Day) -> None:
    handover = requested(day)
    day.do(handover, Action.ACCEPT)
    for actor in (SSIH, MUNICIPAL):
        confirm(day, handover, actor)
    assert kept(day, handover).status is HandoverStatus.READY
    day.clock.forward(hours=2)
    with pytest.raises(Refused, match="and this is not in place"):
        day.do(handover, Action.ARRIVE)
    day.operations.pass_due_clocks()
    assert kept(day, handover).status is HandoverStatus.ACCEPTED
    assert "readiness.expiry" not in running(day, handover)
    confirm(day, handover, SSIH)
    day.operations.perform(
        handover,
        Waive(
            actor=MUNICIPAL,
            handover=handover,
            items=("medicines-listed",),
            read_back=True,
            reason="cannot-wait",
            words=WORDS,
        ),
    )
    day.do(handover, Action.ARRIVE)
    assert kept(day, handover).status is HandoverStatus.COMPLETED
    assert kept(day, handover).waived_count == 2
    assert not running(day, handover)


def test_a_renewed_item_moves_its_clock_and_starts_no_second(day: Day) -> None:
    handover = requested(day)
    day.do(handover, Action.ACCEPT)
    for _ in range(3):
        command = ConfirmReadiness(
            actor=MUNICIPAL, handover=handover, items=("medicines-listed",), evidence=WORDS, checked_at=day.clock()
        )
        day.operations.perform(handover, command)
        day.clock.forward(minutes=30)
    with day.operations.engine.connect() as connection:
        rows = connection.execute(select(CLOCK).where(CLOCK.c.kind == "readiness.expiry")).all()
    assert [(row.stopped_at, row.due_at > day.clock()) for row in rows] == [(None, True)]


def test_what_people_write_leaves_in_no_notice(day: Day) -> None:
    test_a_clock_that_changes_hands_runs_on_for_the_other_side(day)
    sent = [words for _key, words in day.post.sent]
    assert sent
    assert not any(WORDS in words.subject + words.body for words in sent)
    with day.operations.engine.connect() as connection:
        assert not any(WORDS in str(row) for row in connection.execute(select(NOTICE)))


@pytest.mark.parametrize("seed", range(3))
def test_a_random_walk_in_a_strict_world_is_kept_as_it_was_walked(day: Day, seed: int) -> None:
    for decision in walk(replace(day), Random(seed), steps=40):  # noqa: S311 - repeatable chance is what is wanted
        for reference in decision.episode.handovers:
            kept(day, reference)
