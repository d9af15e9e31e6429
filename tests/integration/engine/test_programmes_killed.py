"""Processes that are killed while they enrol or make the list of a meeting: all of it holds or nothing."""

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from engine.databases import Database
from engine.kills import Place, Point, killed_at, place_of
from engine.programmes_at_once import BEGINNING, CLERK, ended
from engine.test_killed_in_the_middle import all_is_quiet
from engine.test_meeting_lists import HOME
from engine.test_meeting_lists import Day as MeetingDay
from engine.test_programmes_side_by_side import CAP, begun_one_after_another, day, requires_rows_as_told, taken
from engine.world import START, Day
from pathways.care.programme.commands import Enrol
from pathways.errors import Refused

__all__ = ["day"]
POINTS = [
    *(Point.AFTER_DECIDING, Point.AFTER_HISTORY, Point.AT_COMMIT, Point.COMMIT_UNANSWERED, Point.AFTER_COMMIT),
]


def enrol(day: Day, episode: str) -> None:
    day.operations.perform(episode, Enrol(actor=CLERK))


def begin(day: Day) -> None:
    day.operations.begin_episode(BEGINNING, CLERK)


def make_lists(day: Day) -> None:
    day.operations.meetings.make_due()


@pytest.mark.parametrize("point", POINTS)
def test_whoever_is_killed_while_enrolling_has_taken_a_place_or_none(
    point: Point, day: Day, database: Database
) -> None:
    begun = begun_one_after_another(day, CAP + 1)
    ended(day.operations, begun[0])

    killed_at(point, place_of(day, database.url), enrol, begun[-1])

    all_is_quiet(database)
    requires_rows_as_told(day)
    is_done = begun[-1] in [episode for _number, episode in taken(day)]
    assert point.is_committed in (is_done, None)
    if is_done:
        with pytest.raises(Refused, match="it does not wait"):
            enrol(day, begun[-1])
    else:
        enrol(day, begun[-1])
    assert [number for number, _episode in taken(day)] == list(range(1, CAP + 1))
    requires_rows_as_told(day)


@pytest.mark.parametrize("point", POINTS)
def test_whoever_is_killed_while_an_episode_begins_leaves_no_place_taken_by_nobody(
    point: Point, day: Day, database: Database
) -> None:
    killed_at(point, place_of(day, database.url), begin)

    all_is_quiet(database)
    requires_rows_as_told(day)
    assert point.is_committed in (len(taken(day)) == 1, None)
    begun_one_after_another(day, CAP + 1 - len(taken(day)))
    assert len(taken(day)) == CAP
    requires_rows_as_told(day)


@pytest.mark.parametrize("point", [Point.AFTER_DECIDING, Point.AFTER_NOTICES, Point.AT_COMMIT, Point.AFTER_COMMIT])
def test_a_list_is_made_once_and_sent_to_each_whoever_is_killed_while_making_it(
    point: Point, database: Database, tmp_path: Path
) -> None:
    meeting = MeetingDay(database.engine, tmp_path)
    episode = meeting.raised()
    meeting.clock.forward(days=3)
    place = Place(database.url, meeting.operations.settings, (meeting.clock.now - START) / timedelta(seconds=1))

    killed_at(point, place, make_lists)
    all_is_quiet(database)
    made = meeting.operations.meetings.make_due()
    meeting.operations.delivery.deliver()

    assert (HOME in [each.team for each in made]) is (point is not Point.AFTER_COMMIT)
    assert [entry.episode for entry in meeting.listed().entries] == [episode]
    with database.engine.connect() as connection:
        sent = connection.execute(text("SELECT team, status FROM notice WHERE kind = 'meeting-list'")).all()
    assert len(sent) == len({team for team, _status in sent}) == 3
    assert {status for _team, status in sent} == {"sent"}
