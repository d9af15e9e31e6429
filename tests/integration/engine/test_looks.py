"""What somebody has seen of an episode is kept, and which episodes have something new for them is asked at once."""

from pathlib import Path

import pytest

from engine.databases import Database
from engine.made_up_users import hired, viewer
from engine.together import at_once
from engine.world import SSIH, Day, a_day, settings
from pathways.access.looks import VISIT
from pathways.care.commands import RecordFact
from pathways.care.patient import Consent

KINDS = ("fact-recorded",)


@pytest.fixture
def day(database: Database, tmp_path: Path) -> Day:
    day = a_day(database.engine, settings(tmp_path))
    hired(day.operations)
    return day


def look(day: Day, episode: str, name: str = "municipal") -> tuple[int, int]:
    """Somebody looks at an episode; up to which event they have seen it, and what is new after."""
    found = day.operations.looks.looked(viewer(name), episode, day.operations.views.show(episode).episode.number)
    return found.seen, found.new_after


def test_what_was_seen_is_kept_for_each_person_and_each_episode(day: Day) -> None:
    first, second = day.begun(), day.begun()
    number = day.operations.views.show(first).episode.number
    assert look(day, first) == (number, number)
    day.operations.perform(first, RecordFact(actor=SSIH, fact=Consent(is_given=True)))
    day.clock.forward(minutes=VISIT.total_seconds() / 60)
    assert look(day, first) == (number + 1, number)
    assert day.operations.looks.latest(viewer("ryhov"), first) is None
    assert day.operations.looks.latest(viewer("municipal"), second) is None
    kept = day.operations.looks.latest(viewer("municipal"), first)
    assert kept is not None
    assert kept.new_since == day.clock.now - VISIT


def test_only_episodes_looked_at_in_which_others_did_something_since_have_news(day: Day) -> None:
    seen, unseen, own, other = (day.begun() for _each in range(4))
    for episode in (seen, own, other):
        look(day, episode)
    nurse = viewer("municipal")
    for episode, actor in ((seen, SSIH), (unseen, SSIH), (own, nurse.actor)):
        day.operations.perform(episode, RecordFact(actor=actor, fact=Consent(is_given=True)))
    everything = (seen, unseen, own, other)
    assert day.operations.looks.with_news(nurse, everything, KINDS) == {seen}
    assert day.operations.looks.with_news(nurse, everything, ("episode-ended",)) == frozenset()
    assert day.operations.looks.with_news(nurse, (), KINDS) == frozenset()
    look(day, seen)
    assert day.operations.looks.with_news(nurse, everything, KINDS) == frozenset()


def test_two_pages_that_are_opened_together_are_both_shown(day: Day) -> None:
    episode = day.begun()
    found = at_once(*[lambda: look(day, episode)] * 4)
    number = day.operations.views.show(episode).episode.number
    assert found == [(number, number)] * 4


def test_pages_that_follow_each_other_at_once_are_written_down_once(day: Day) -> None:
    episode = day.begun()
    look(day, episode)
    before = day.operations.looks.latest(viewer("municipal"), episode)
    look(day, episode)
    assert day.operations.looks.latest(viewer("municipal"), episode) == before
