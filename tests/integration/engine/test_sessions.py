"""Sessions: they begin for who may sign in, end in time, and nobody makes one from what the database holds."""

from pathlib import Path

import pytest

from engine.databases import Database, Server
from engine.made_up_users import PEOPLE, hired, membership
from engine.programs import started
from engine.world import HASH_KEY, NETWORK, Day, HandClock, Post, a_day, settings
from pathways.access.table import Role
from pathways.access.users import User
from pathways.definition.texts import Language
from pathways.errors import Refused
from pathways.operations.service import Operations
from pathways.store.database import open_engine
from pathways.store.unit_of_work import UnitOfWork

SSIH = PEOPLE["ssih"]


@pytest.fixture
def day(database: Database, tmp_path: Path) -> Day:
    day = a_day(database.engine, settings(tmp_path))
    hired(day.operations)
    return day


def test_who_signs_in_acts_in_their_first_membership(day: Day) -> None:
    sessions = day.operations.sessions
    session = sessions.viewer_of(sessions.sign_in(SSIH.login.upper()))
    assert session is not None
    assert (session.viewer.user, session.viewer.membership) == (SSIH, SSIH.memberships[0])


@pytest.mark.parametrize("kind", ["unknown", "ended", "program", "without-a-role"])
def test_who_may_not_sign_in_is_told_the_same_whoever_they_are(day: Day, kind: str) -> None:
    login = "siv@region.example"
    users = day.operations.users
    if kind != "unknown":
        users.add(User(login=login, name="Siv", is_system=kind == "program", memberships=(SSIH.memberships[0],)))
    if kind == "ended":
        users.end(login)
    if kind == "without-a-role":
        users.take(login, SSIH.memberships[0])
    with pytest.raises(Refused) as refusal:
        day.operations.sessions.sign_in(login)
    assert str(refusal.value) == (
        "You may not use Handslag here, or no longer. Ask whoever administers the users of your network."
    )


def test_a_session_ends_when_nobody_presses_anything_and_a_page_that_asks_by_itself_is_no_press(day: Day) -> None:
    sessions = day.operations.sessions
    token = sessions.sign_in(SSIH.login)
    for _ in range(7):
        day.clock.forward(minutes=2)
        assert sessions.viewer_of(token, is_press=False)
    day.clock.forward(minutes=1)
    assert sessions.viewer_of(token) is None


def test_a_session_that_is_used_ends_after_ten_hours_all_the_same(day: Day) -> None:
    sessions = day.operations.sessions
    token = sessions.sign_in(SSIH.login)
    for _ in range(59):
        day.clock.forward(minutes=10)
        session = sessions.viewer_of(token)
        assert session
    assert session
    assert (session.ends_at - day.clock.now).total_seconds() == 600
    day.clock.forward(minutes=10)
    assert sessions.viewer_of(token) is None


def test_signing_out_ends_one_session_or_all_of_the_user_and_nobody_elses(day: Day) -> None:
    sessions = day.operations.sessions
    one, two, three = (sessions.sign_in(SSIH.login) for _ in range(3))
    others = sessions.sign_in(PEOPLE["north"].login)
    sessions.sign_out(one)
    sessions.sign_out(one)
    assert [sessions.viewer_of(each) is not None for each in (one, two, three, others)] == [False, True, True, True]
    sessions.sign_out_everywhere(two)
    assert [sessions.viewer_of(each) is not None for each in (one, two, three, others)] == [False, False, False, True]
    with pytest.raises(Refused, match="not signed in"):
        sessions.sign_out_everywhere(two)


def test_a_user_goes_on_in_another_of_their_own_memberships_and_in_no_other(day: Day) -> None:
    sessions, ryhov = day.operations.sessions, PEOPLE["ryhov"]
    token = sessions.sign_in(ryhov.login)
    sessions.act_as(token, ryhov.memberships[1])
    session = sessions.viewer_of(token)
    assert session is not None
    assert session.viewer.role is Role.COORDINATOR
    for other in (SSIH.memberships[0], membership("ward-ryhov", Role.CARE_MANAGER), membership(None, Role.IT)):
        with pytest.raises(Refused):
            sessions.act_as(token, other)
    with pytest.raises(Refused):
        sessions.act_as("made-up", ryhov.memberships[0])


def test_who_is_ended_or_loses_the_role_is_out_at_once(day: Day) -> None:
    operations, ryhov = day.operations, PEOPLE["ryhov"]
    first, second = (operations.sessions.sign_in(ryhov.login) for _ in range(2))
    operations.sessions.act_as(second, ryhov.memberships[1])
    operations.users.take(ryhov.login, ryhov.memberships[0])
    assert operations.sessions.viewer_of(first) is None
    assert operations.sessions.viewer_of(second)
    operations.users.end(ryhov.login)
    assert operations.sessions.viewer_of(second) is None
    operations.users.add(ryhov)
    assert operations.sessions.viewer_of(second) is None
    assert operations.sessions.viewer_of(first) is None


def test_a_thief_of_the_database_has_no_token_and_no_form_gives_one(
    day: Day, database: Database, server: Server
) -> None:
    token = day.operations.sessions.sign_in(SSIH.login)
    session = day.operations.sessions.viewer_of(token)
    assert session is not None
    stolen = server.raw(database).decode(errors="replace")
    assert token not in stolen
    assert session.csrf not in stolen
    assert token not in repr(session)
    assert session.csrf not in repr(session)
    for guess in ("", session.csrf, token[:-1], token.swapcase(), HASH_KEY, "x" * 10_000, "å\x00"):
        assert day.operations.sessions.viewer_of(guess) is None
    assert day.operations.sessions.viewer_of(token)


def test_sessions_long_over_are_forgotten_when_somebody_signs_in(day: Day, database: Database) -> None:
    for _ in range(3):
        day.operations.sessions.sign_in(SSIH.login)
    day.clock.forward(hours=11)
    day.operations.sessions.sign_in(PEOPLE["north"].login)
    with database.engine.connect() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM desk_session").scalar() == 1


def test_signing_in_and_out_is_in_the_log(day: Day) -> None:
    token = day.operations.sessions.sign_in(SSIH.login)
    day.operations.sessions.sign_out(token)
    assert [each[0] for each in noted(day) if each[1] == SSIH.login] == ["sign-in", "sign-out"]


def noted(day: Day) -> list[tuple[str, str]]:
    with UnitOfWork(day.operations.engine, writes=False) as work:
        return [(each.entry["what"], each.entry["login"]) for each in work.audit.sealed(NETWORK)]


def test_another_process_knows_the_session_and_that_it_is_over(day: Day, database: Database, tmp_path: Path) -> None:
    token = day.operations.sessions.sign_in(SSIH.login)
    answers = tmp_path / "answers"
    for expected in ("yes", "no"):
        program = started(ask, database.url, str(tmp_path), token, str(answers))
        program.join()
        assert answers.read_text() == expected
        day.operations.sessions.sign_out(token)


def ask(url: str, folder: str, token: str, answers: str) -> None:
    """Ask another process's operations who the token belongs to."""
    operations = Operations(settings(Path(folder)), open_engine(url), Post(), clock=HandClock())
    Path(answers).write_text("yes" if operations.sessions.viewer_of(token) else "no")


def test_the_language_and_the_name_of_a_user_can_be_changed(day: Day) -> None:
    day.operations.users.rename(SSIH.login, "Siv Made-up", Language.DANISH)
    found = day.operations.users.get(SSIH.login)
    assert (found.name, found.language, found.memberships) == ("Siv Made-up", Language.DANISH, SSIH.memberships)
