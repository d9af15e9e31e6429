"""The lists of weekly meetings: made once in time, sent to those who sit in them, and following from what is so."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from alembic import command as alembic
from pydantic import SecretStr
from sqlalchemy import Engine

from engine.unsealing import in_clear
from engine.world import HASH_KEY, KEY, HandClock, Post, person, sealing
from flows.upkeep import Upkeep
from flows.waking import Waker
from handslag.playground import definitions_of
from pathways.care.grants.commands import GrantPackage
from pathways.care.meetings.commands import DecideMatter, RaiseMatter
from pathways.definition.meetings import Ground
from pathways.errors import NotFound, Refused
from pathways.operations.beginning import Begin
from pathways.operations.measuring import WATCH
from pathways.operations.meetings import MeetingList
from pathways.operations.service import Operations
from pathways.settings import Settings
from pathways.store.database import WRITES
from pathways.store.schema import configuration, upgrade
from pathways.store.unit_of_work import UnitOfWork

PATHWAY, NETWORK = "vesthimmerland-borger-foer-opgave", "vesthimmerland-demo"
HOME, PLANNER, ASSESSOR = "hjemmepleje-loegstoer", "planlaegning-loegstoer", "bevilling"
MONDAY = datetime(2023, 3, 6, 9, tzinfo=UTC)
TUESDAY = datetime(2023, 3, 7, 8, tzinfo=UTC)
"""Nine o'clock in Denmark: the meeting begins."""


class Day:
    """Operations on one database, on a Monday in Løgstør."""

    def __init__(self, engine: Engine, folder: Path) -> None:
        pathways, networks = definitions_of([NETWORK])
        names = [contact.secret for team in networks[0].teams.values() for contact in team.contacts]
        file = folder / "contacts.toml"
        file.write_text("[contacts]\n" + "".join(f'{name} = "json://localhost/{name}"\n' for name in names), "utf-8")
        settings = Settings(
            data_folder=folder,
            contacts_file=file,
            keys=SecretStr(KEY),
            hash_key=SecretStr(HASH_KEY),
            prefect_api_url="http://127.0.0.1:9/api",
        )
        self.engine = engine
        self.clock = HandClock(MONDAY - timedelta(days=3))
        self.post = Post()
        self.operations = Operations(settings, engine, self.post, clock=self.clock)
        self.operations.publishing.apply(pathways, networks)

    def begun(self, district: str = "loegstoer-land", team: str = HOME) -> str:
        wanted = Begin(PATHWAY, NETWORK, "home", district=district, provider="vesthimmerlands-kommune")
        return self.operations.begin_episode(wanted, person(team))[0].reference

    def raised(self) -> str:
        episode = self.begun()
        self.operations.perform(episode, RaiseMatter(actor=person(HOME), meeting="triage"))
        return episode

    def upkept(self) -> None:
        """Look once, as every process does that lives."""
        waker = Waker(self.operations.settings, self.engine, patience_seconds=1, clock=self.clock)
        Upkeep(lambda: (self.operations, waker)).look()

    def listed(self, team: str = HOME) -> MeetingList:
        (found,) = self.operations.meetings.lists("triage", team)
        return found


@pytest.fixture
def day(engine: Engine, tmp_path: Path) -> Day:
    return Day(engine, tmp_path)


def references(found: MeetingList) -> list[str]:
    return [entry.episode for entry in found.entries]


def test_the_list_is_made_a_day_before_once_and_sent_to_all_who_sit_in_the_meeting(day: Day) -> None:
    episode = day.raised()
    day.post.sent.clear()
    day.clock.now = TUESDAY - timedelta(days=1, seconds=1)
    assert day.operations.meetings.make_due() == ()
    day.clock.now = TUESDAY - timedelta(days=1)
    made = {each.team: each for each in day.operations.meetings.make_due()}
    assert references(made[HOME]) == [episode]
    assert made[HOME].begins_at == TUESDAY
    assert made[HOME].sits_in == (ASSESSOR, PLANNER)
    assert made["hjemmepleje-aars"].entries == ()
    assert {key.split("/")[2] for key, _words in day.post.sent} == {HOME, ASSESSOR, PLANNER}  # nothing for empty lists
    assert all(str(made[HOME].reference) in words.body for _key, words in day.post.sent)
    assert not any(episode in words.subject + words.body for _key, words in day.post.sent)
    assert day.operations.meetings.make_due() == ()


def test_with_no_prefect_at_all_whatever_process_lives_makes_the_list(day: Day) -> None:
    day.raised()
    day.post.sent.clear()
    day.clock.now = TUESDAY - timedelta(days=1)
    day.operations.measuring.ran(WATCH)
    day.upkept()
    assert day.post.sent == []
    day.clock.forward(seconds=76)
    for _ in range(2):
        day.upkept()
        assert [key.split("/")[2] for key, _words in day.post.sent].count(HOME) == 1


def test_what_is_not_decided_comes_back_the_next_week_and_what_is_decided_does_not(day: Day) -> None:
    decided, left = day.raised(), day.raised()
    day.clock.now = TUESDAY
    day.operations.meetings.make_due()
    day.operations.perform(decided, DecideMatter(actor=person(ASSESSOR), meeting="triage", decision="as-it-is"))
    day.clock.now = TUESDAY + timedelta(days=6)
    made = {each.team: each for each in day.operations.meetings.make_due()}
    assert references(made[HOME]) == [left]
    assert made[HOME].begins_at == TUESDAY + timedelta(days=7)


def test_a_list_that_could_not_be_made_in_time_is_made_on_the_day_and_not_after_it(day: Day) -> None:
    day.raised()
    day.clock.now = TUESDAY + timedelta(hours=3)
    assert HOME in {each.team for each in day.operations.meetings.make_due()}
    other = day.raised()
    day.clock.now = TUESDAY + timedelta(days=1)
    assert day.operations.meetings.make_due() == ()
    assert other in references(day.listed())


def test_the_list_as_of_now_says_why_each_stands_there(day: Day) -> None:
    episode = day.begun()
    day.operations.perform(episode, GrantPackage(actor=person(PLANNER), package="infection-package"))
    (entry,) = day.listed().entries
    assert [(each.ground, each.subject) for each in entry.matters] == [(Ground.GRANTED, "infection-package-1")]
    assert day.listed("hjemmepleje-aars").entries == ()
    assert day.listed().begins_at == TUESDAY


def test_during_the_meeting_the_next_is_that_of_the_week_after(day: Day) -> None:
    day.clock.now = TUESDAY
    assert day.listed().begins_at == TUESDAY + timedelta(days=7)


def test_a_list_is_made_before_its_time_when_somebody_asks_and_then_not_again(day: Day) -> None:
    episode = day.raised()
    made = day.operations.meetings.make("triage", HOME)
    assert references(made) == [episode]
    with pytest.raises(Refused, match="made and sent already"):
        day.operations.meetings.make("triage", HOME)
    day.clock.now = TUESDAY - timedelta(days=1)
    assert HOME not in {each.team for each in day.operations.meetings.make_due()}


def test_a_list_has_a_reference_of_its_own(day: Day) -> None:
    day.raised()
    made = day.operations.meetings.make("triage", HOME)
    assert str(made.reference).startswith("M")
    with UnitOfWork(day.engine, writes=False) as work:
        assert work.meetings.made(NETWORK, PATHWAY, "triage", HOME, TUESDAY) is not None
        notices = [notice for notice in work.outbox.listed() if notice.about == made.reference]
    assert {notice.episode for notice in notices} == {None}
    with pytest.raises(Refused, match="is the reference of the list of a meeting, not of an episode"):
        day.operations.views.reference(str(made.reference))


def test_there_is_no_list_of_a_meeting_that_nobody_holds(day: Day) -> None:
    for attempt in (
        lambda: day.operations.meetings.lists("tea"),
        lambda: day.operations.meetings.make("triage", ASSESSOR),
    ):
        _is_not_found(attempt)
    day.clock.now = datetime(2030, 1, 1, tzinfo=UTC)
    with pytest.raises(NotFound, match="No pathway that is in force now holds meetings"):
        day.operations.meetings.lists()


def _is_not_found(attempt: Callable[[], object]) -> None:
    with pytest.raises(NotFound, match="no such meeting"):
        attempt()


def test_a_meeting_on_a_holiday_is_held_on_the_next_working_day(day: Day) -> None:
    day.clock.now = datetime(2024, 12, 20, 9, tzinfo=UTC)
    assert day.listed().begins_at.date() == date(2024, 12, 27)  # 24, 25 and 26 December are holidays


def test_a_list_is_read_in_parts_of_which_the_last_says_that_there_is_no_more(day: Day) -> None:
    there = []
    for _ in range(5):
        there.append(day.raised())
        day.clock.forward(minutes=1)
    meetings = day.operations.meetings
    parts = [meetings.lists("triage", HOME, skip=skip, limit=2)[0] for skip in (0, 2, 4)]
    assert [references(part) for part in parts] == [there[:2], there[2:4], there[4:]]  # the longest there first
    assert [part.has_more for part in parts] == [True, True, False]
    assert not day.listed().has_more


def test_what_comes_onto_lists_is_found_again_in_a_database_from_before(day: Day) -> None:
    on_it, _not_on_it = day.raised(), day.begun()
    in_clear(day.engine)
    config = configuration()
    with day.engine.execution_options(**WRITES).connect() as connection:
        config.attributes["connection"] = connection
        alembic.downgrade(config, "0010")
        connection.commit()
    upgrade(sealing(day.engine))
    assert references(day.listed()) == [on_it]


def test_an_episode_with_another_home_care_of_its_own_costs_a_team_nothing(day: Day) -> None:
    ours = day.raised()
    with UnitOfWork(day.engine, writes=False) as work:
        network = work.definitions.network(NETWORK)
        role = network.teams[HOME].role
        assert work.meetings.episodes(network, PATHWAY, role, HOME, day.clock()) == [ours]
        assert work.meetings.episodes(network, PATHWAY, role, "hjemmepleje-aars", day.clock()) == []
        assert work.meetings.episodes(network, PATHWAY, role, HOME, day.clock() - timedelta(days=1)) == []
