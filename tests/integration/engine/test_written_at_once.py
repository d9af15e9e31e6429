"""What is written where nothing was yet, by many at once: the database decides, and nothing is lost."""

from pathlib import Path

import pytest
from sqlmodel import Session, select

from engine.databases import Database
from engine.made_up_users import PEOPLE, hired, membership, user, viewer
from engine.test_cover_copies import ROUND_THE_CLOCK, TEAM, with_calendar
from engine.test_meeting_lists import Day as MeetingDay
from engine.test_publishing import PLACES, PRESENT
from engine.together import at_once, refused
from engine.world import MUNICIPAL, NETWORK, Day, a_day, settings
from pathways.access.table import Right, Role
from pathways.operations.publishing import Outcome
from pathways.store.place_tables import PlaceClosingRow
from pathways.store.unit_of_work import UnitOfWork

STORE = Path(__file__).parents[3] / "pathways" / "store"
SIV = user("siv", membership("gp-practice"))


@pytest.fixture
def day(database: Database, tmp_path: Path) -> Day:
    return a_day(database.engine, settings(tmp_path))


def test_somebody_who_is_added_and_comes_back_at_once_is_one_user(day: Day) -> None:
    users = day.operations.users
    users.add(SIV)
    users.end(SIV.login)
    outcomes = at_once(*[lambda: users.add(SIV)] * 4)
    assert len(refused(outcomes)) == 3
    assert users.get(SIV.login) == SIV


def test_roles_that_are_given_at_once_are_all_kept(day: Day) -> None:
    users = day.operations.users
    users.add(SIV)
    given = [membership(team, Role.TEAM_MEMBER) for team in ("ssih-jonkoping", "short-term-north", "ward-ryhov")]
    outcomes = at_once(*[lambda each=each: users.give(SIV.login, each) for each in given])
    assert refused(outcomes) == []
    assert set(users.get(SIV.login).memberships) == {*SIV.memberships, *given}


def test_no_token_outlives_a_role_that_is_taken_as_it_is_made(day: Day) -> None:
    hired(day.operations)
    users, tokens = day.operations.users, day.operations.tokens
    journal = user("journal", membership("ssih-jonkoping"), membership("gp-practice"), is_system=True)
    users.add(journal)
    taken = journal.memberships[0]
    outcomes = at_once(
        lambda: tokens.make(journal.login, taken, {Right.SEE_EPISODE}, 30, viewer("admin")),
        lambda: users.take(journal.login, taken),
    )
    assert len(refused(outcomes)) <= 1
    assert users.get(journal.login).memberships == journal.memberships[1:]
    assert all(each.ended_at is not None for each in tokens.of(journal.login))


def test_a_calendar_that_is_fetched_at_once_for_the_first_time_is_one_copy(database: Database, tmp_path: Path) -> None:
    rota = tmp_path / "rota.ics"
    rota.write_text(ROUND_THE_CLOCK, encoding="utf-8")
    given = settings(tmp_path)
    assert given.contacts_file is not None
    with given.contacts_file.open("a", encoding="utf-8") as contacts:
        contacts.write(f'ROTA = "{rota.as_uri()}"\n')
    day = a_day(database.engine, given)
    day.operations.publishing.apply([], [with_calendar()])
    outcomes = at_once(*[lambda: day.operations.cover.refresh(NETWORK)] * 4)
    assert refused(outcomes) == []
    (copy,) = day.operations.cover.copies(with_calendar())
    assert (copy.team, copy.error, copy.is_old) == (TEAM, None, False)


def test_of_many_who_publish_the_same_at_once_one_does_and_the_others_find_it(day: Day) -> None:
    network = PLACES.model_copy(update={"network": "another"})
    pathway = PRESENT.model_copy(update={"pathway": "another-pathway"})
    outcomes = at_once(*[lambda: day.operations.publishing.apply([pathway], [network])] * 4)
    assert refused(outcomes) == []
    done = [[each.outcome for each in outcome] for outcome in outcomes if isinstance(outcome, tuple)]
    assert sorted(done) == [[Outcome.NEW] * 2, *[[Outcome.UNCHANGED] * 2] * 3]


def test_of_many_who_make_the_list_of_a_meeting_at_once_one_does(database: Database, tmp_path: Path) -> None:
    day = MeetingDay(database.engine, tmp_path)
    day.raised()
    team = day.listed().team
    outcomes = at_once(*[lambda: day.operations.meetings.make("triage", team)] * 4)
    assert len(refused(outcomes)) == 3


def test_closings_of_a_unit_at_once_are_all_in_its_history(day: Day) -> None:
    places, unit = day.operations.places, "korttids-norr"
    north = MUNICIPAL.model_copy(update={"team": PLACES.units[unit].team})
    outcomes = at_once(*[lambda n=n: places.close(unit, n, north, reason=f"reason {n}") for n in (1, 2, 3)])
    assert refused(outcomes) == []
    with Session(day.operations.engine) as session:
        rows = session.exec(select(PlaceClosingRow)).all()
    assert {row.number for row in rows} == {1, 2, 3}
    assert {row.places for row in rows} == {1, 2, 3}


def test_a_reader_of_a_protected_identity_who_is_named_at_once_is_named_once(day: Day) -> None:
    episode = day.begun()
    hired(day.operations)
    login = PEOPLE["north"].login
    with UnitOfWork(day.operations.engine) as work:
        person = work.people.add(NETWORK, b"sealed", "a fingerprint")
        work.people.connect(episode, person)
        work.commit()

    def name() -> None:
        with UnitOfWork(day.operations.engine) as work:
            work.people.name_reader(person, login)
            work.commit()

    assert refused(at_once(*[name] * 4)) == []
    with UnitOfWork(day.operations.engine, writes=False) as work:
        assert work.people.readers(person) == [login]


def test_a_scheduled_flow_that_ends_twice_at_once_is_recorded(day: Day) -> None:
    assert refused(at_once(*[lambda: day.operations.measuring.ran("watch")] * 4)) == []


def test_the_store_never_reads_that_a_row_is_absent_to_write_it() -> None:
    """`merge` of SQLAlchemy looks first, then writes: of two who found nothing one is refused, or overwrites."""
    assert [file.name for file in STORE.glob("*.py") if ".merge(" in file.read_text(encoding="utf-8")] == []
