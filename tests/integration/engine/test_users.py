"""Users: whoever administers them does so within bounds, nobody for themselves, and the log tells of each change."""

from collections.abc import Callable
from pathlib import Path

import pytest

from engine.databases import Database, Server
from engine.made_up_users import JUST_NOW, PEOPLE, hired, membership, user, viewer
from engine.together import at_once, refused
from engine.world import NETWORK, Day, a_day, settings
from pathways.access.table import Relation, Right, Role
from pathways.access.users import Viewer, Way
from pathways.definition.texts import Language
from pathways.errors import NotFound, Refused
from pathways.store.unit_of_work import UnitOfWork

SECOND = Viewer(
    user=user("second", membership(None, Role.NETWORK_ADMIN)),
    membership=membership(None, Role.NETWORK_ADMIN),
    proved_at=JUST_NOW,
)
OF_THE_MUNICIPALITY = membership("municipal-palliative-team", Role.NETWORK_ADMIN)
NURSE = membership("municipal-palliative-team")
SIV = user("siv", NURSE)
JOURNAL = user("journal", membership("ssih-jonkoping"), is_system=True)


@pytest.fixture
def day(database: Database, tmp_path: Path) -> Day:
    day = a_day(database.engine, settings(tmp_path))
    hired(day.operations)
    day.operations.users.add(SECOND.user)
    return day


def confirmed(day: Day) -> None:
    """Another administrator confirms all that waits."""
    for each in day.operations.users.waiting(SECOND):
        day.operations.users.confirm(each.request.number, SECOND)


def local(day: Day) -> Viewer:
    """Who administers the users of the municipality alone."""
    admin = user("local", OF_THE_MUNICIPALITY)
    day.operations.users.add(admin)
    return Viewer(user=admin, membership=OF_THE_MUNICIPALITY, proved_at=JUST_NOW)


def noted(day: Day) -> list[tuple[str, str, str]]:
    with UnitOfWork(day.operations.engine, writes=False) as work:
        entries = [sealed.entry for sealed in work.audit.sealed(NETWORK)]
    return [(each["login"].partition("@")[0], each["what"], each["why"]) for each in entries]


def test_users_are_added_given_roles_and_listed_and_each_change_is_in_the_log(day: Day) -> None:
    users, admin = day.operations.users, viewer("admin")
    assert not users.add(SIV, admin)
    further = membership("ssih-jonkoping", Role.CARE_MANAGER)
    assert not users.give(SIV.login, further, admin)
    assert not users.give(SIV.login, further, admin)
    assert users.get(SIV.login).memberships == ()
    confirmed(day)
    assert users.give(SIV.login, further, admin)
    assert users.get(SIV.login.upper()).memberships == (NURSE, further)
    assert SIV.login in {each.login for each in users.listed(NETWORK)}
    assert users.listed("elsewhere") == ()
    users.take(SIV.login, NURSE, admin)
    users.rename(SIV.login, "Siv Påhittad", Language.ENGLISH, admin)
    users.end(SIV.login, admin)
    found = users.get(SIV.login)
    assert (found.name, found.ended_at, found.memberships) == ("Siv Påhittad", day.clock.now, (further,))
    assert [each for each in noted(day) if each[0] == "admin"] == [
        ("admin", "ask-for-role", "siv@region.example: team-member, municipal-palliative-team"),
        ("admin", "ask-for-role", "siv@region.example: care-manager, ssih-jonkoping"),
        ("admin", "take-role", "siv@region.example: team-member, municipal-palliative-team"),
        ("admin", "rename-user", "siv@region.example: care-manager, ssih-jonkoping"),
        ("admin", "end-user", "siv@region.example: care-manager, ssih-jonkoping"),
    ]
    assert [each for each in noted(day) if each[0] == "second"] == [
        ("second", "confirm-role", "siv@region.example: team-member, municipal-palliative-team"),
        ("second", "confirm-role", "siv@region.example: care-manager, ssih-jonkoping"),
    ]


def test_a_municipality_administers_its_own_users_and_no_others(day: Day) -> None:
    users, admin = day.operations.users, local(day)
    users.add(SIV, admin)
    users.give(SIV.login, membership("municipal-palliative-team", Role.COORDINATOR), admin)
    for other in (
        membership("ssih-jonkoping"),
        membership(None, Role.IT),
        membership(None, Role.NETWORK_ADMIN),
        membership("municipal-palliative-team", network="elsewhere"),
    ):
        with pytest.raises(Refused, match="not for you to administer"):
            users.give(SIV.login, other, admin)
        with pytest.raises(Refused, match="not for you to administer"):
            users.add(user("new", NURSE, other), admin)
    listed = {each.login.partition("@")[0] for each in users.listed(by=admin)}
    assert {"siv", "local", "municipal"} <= listed
    assert {"ssih", "ryhov", "admin", "it"}.isdisjoint(listed)
    teams = users.teams(admin)
    assert "municipal-palliative-team" in teams
    assert {None, "ssih-jonkoping", "ward-ryhov"}.isdisjoint(teams)
    assert {None, "ssih-jonkoping", *teams} <= set(users.teams(viewer("admin")))
    assert users.teams(viewer("north")) == ()


def test_a_user_who_also_works_elsewhere_is_ended_and_renamed_by_who_administers_all_of_it(day: Day) -> None:
    users, admin = day.operations.users, local(day)
    users.add(user("siv", NURSE, membership("ssih-jonkoping")))
    attempts: list[Callable[[], object]] = [
        lambda: users.end(SIV.login, admin),
        lambda: users.rename(SIV.login, "S", Language.DANISH, admin),
    ]
    for attempt in attempts:
        with pytest.raises(Refused, match="not for you"):
            attempt()
    users.take(SIV.login, NURSE, admin)
    users.end(SIV.login, viewer("admin"))


@pytest.mark.parametrize("name", ["municipal", "ssih", "it", "reviewer"])
def test_who_is_no_administrator_changes_and_lists_nobody(day: Day, name: str) -> None:
    users, by = day.operations.users, viewer(name)
    attempts: list[Callable[[], object]] = [
        lambda: users.add(SIV, by),
        lambda: users.give(PEOPLE["north"].login, NURSE, by),
        lambda: users.take(PEOPLE["north"].login, PEOPLE["north"].memberships[0], by),
        lambda: users.rename(PEOPLE["north"].login, "N", Language.DANISH, by),
        lambda: users.end(PEOPLE["north"].login, by),
    ]
    for attempt in attempts:
        with pytest.raises(Refused, match="not for you"):
            attempt()
    assert users.listed(by=by) == ()


def test_nobody_changes_what_they_themselves_may_do(day: Day) -> None:
    admin, users = viewer("admin"), day.operations.users
    attempts: list[Callable[[], object]] = [
        lambda: users.give(admin.user.login, NURSE, admin),
        lambda: users.end(admin.user.login, admin),
        lambda: users.take(admin.user.login, admin.membership, admin),
    ]
    for attempt in attempts:
        with pytest.raises(Refused, match="Nobody changes"):
            attempt()


def test_what_cannot_be_is_refused(day: Day) -> None:
    users = day.operations.users
    users.add(SIV)
    attempts: list[tuple[Callable[[], object], str]] = [
        (lambda: users.add(SIV), "already"),
        (lambda: users.add(user("none")), "needs a role"),
        (lambda: users.add(user("odd", membership("no-team"))), "no such team"),
        (lambda: users.add(user("odd", membership("ward-ryhov", network="nowhere"))), "nowhere|network"),
        (lambda: users.give("nobody@region.example", NURSE), "no user"),
        (lambda: users.take(SIV.login, membership("ward-ryhov")), "does not have that role"),
        (lambda: users.end("nobody@region.example"), "no user"),
        (lambda: users.get("no login"), "neither an HSA-id"),
    ]
    for attempt, said in attempts:
        with pytest.raises(Refused, match=said):
            attempt()


def test_the_same_user_added_twice_at_once_is_one_user(day: Day) -> None:
    outcomes = at_once(*(lambda: day.operations.users.add(SIV) for _ in range(3)))
    assert len(refused(outcomes)) == 2
    assert day.operations.users.get(SIV.login) == SIV


def test_a_programs_token_acts_for_its_team_within_its_scope_until_it_expires(day: Day) -> None:
    tokens = day.operations.tokens
    day.operations.users.add(JOURNAL)
    token = tokens.make(JOURNAL.login, JOURNAL.memberships[0], {Right.SEE_EPISODE}, 30, viewer("admin"))
    assert tokens.viewer_of(token) is None
    for by in (viewer("admin"), viewer("ssih"), SECOND.model_copy(update={"via": Way.API})):
        with pytest.raises(Refused):
            tokens.confirm(tokens.of(JOURNAL.login)[0].number, by)
    tokens.confirm(tokens.of(JOURNAL.login)[0].number, SECOND)
    found = tokens.viewer_of(token)
    assert found is not None
    assert (found.user.login, found.team, found.via, found.actor.name) == (
        JOURNAL.login,
        "ssih-jonkoping",
        Way.API,
        None,
    )
    responsible = frozenset({Relation.RESPONSIBLE})
    assert (found.may(Right.SEE_EPISODE, responsible), found.may(Right.WRITE, responsible)) == (True, False)
    day.clock.forward(days=30, seconds=-1)
    assert tokens.viewer_of(token)
    day.clock.forward(seconds=1)
    assert tokens.viewer_of(token) is None


def test_a_token_is_told_once_and_nothing_in_the_database_makes_one(
    day: Day, database: Database, server: Server
) -> None:
    day.operations.users.add(JOURNAL)
    token = day.operations.tokens.make(JOURNAL.login, JOURNAL.memberships[0], {Right.SEE_EPISODE}, 30)
    assert token not in server.raw(database).decode(errors="replace")
    (known,) = day.operations.tokens.of(JOURNAL.login)
    assert token not in repr(known)
    session = day.operations.sessions.sign_in(PEOPLE["ssih"].login)
    for guess in ("", token[:-1], token.upper(), session):
        assert day.operations.tokens.viewer_of(guess) is None
    assert day.operations.sessions.viewer_of(token) is None


def test_a_token_ends_with_itself_its_user_or_its_role_and_does_not_come_back(day: Day) -> None:
    users, tokens = day.operations.users, day.operations.tokens
    role = JOURNAL.memberships[0]
    users.add(JOURNAL)
    first, second, third = (tokens.make(JOURNAL.login, role, {Right.SEE_EPISODE}, 30) for _ in range(3))
    number = {each.number for each in tokens.of(JOURNAL.login)}
    tokens.end(min(number))
    tokens.end(min(number))
    assert [tokens.viewer_of(each) is not None for each in (first, second, third)] == [False, True, True]
    users.take(JOURNAL.login, role)
    users.give(JOURNAL.login, role)
    assert tokens.viewer_of(second) is None
    fourth = tokens.make(JOURNAL.login, role, {Right.SEE_EPISODE}, 30)
    users.end(JOURNAL.login)
    users.add(JOURNAL)
    assert tokens.viewer_of(fourth) is None
    with pytest.raises(NotFound):
        tokens.end(10_000)


def test_a_persons_token_is_made_and_ended_by_that_person(day: Day) -> None:
    tokens, ssih = day.operations.tokens, viewer("ssih")
    role, login = ssih.membership, ssih.user.login
    token = tokens.make(login, role, {Right.SEE_EPISODE, Right.ACT_ON_HANDOVER}, 1, ssih)
    found = tokens.viewer_of(token)
    assert found is not None
    assert found.actor.name == ssih.user.name
    for by in (None, viewer("admin"), viewer("north"), found):
        with pytest.raises(Refused, match="made by that person"):
            tokens.make(login, role, {Right.SEE_EPISODE}, 1, by)
    with pytest.raises(NotFound, match="no token of that number"):
        tokens.end(tokens.of(login)[0].number, viewer("north"))
    assert tokens.end(tokens.of(login)[0].number, ssih).ended_at is not None
    assert tokens.viewer_of(token) is None


@pytest.mark.parametrize(("scope", "days"), [((), 30), ((Right.WRITE,), 0), ((Right.WRITE,), 366)])
def test_a_token_has_rights_and_an_end(day: Day, scope: tuple[Right, ...], days: int) -> None:
    day.operations.users.add(JOURNAL)
    with pytest.raises(Refused):
        day.operations.tokens.make(JOURNAL.login, JOURNAL.memberships[0], scope, days)
    with pytest.raises(NotFound):
        day.operations.tokens.make(JOURNAL.login, NURSE, {Right.WRITE}, 30)


def test_who_administers_only_some_users_is_told_of_no_others(day: Day) -> None:
    users, admin = day.operations.users, local(day)
    users.add(SIV, admin)
    assert users.administered(f" {SIV.login.upper()}", admin).login == SIV.login
    confirmed(day)
    assert users.administered(f" {SIV.login.upper()}", admin) == SIV
    for login in (PEOPLE["ssih"].login, "nobody@region.example", "no login at all"):
        with pytest.raises(NotFound, match="no user with that login"):
            users.administered(login, admin)


@pytest.mark.parametrize("role", Role)
def test_no_administrator_alone_gives_anybody_a_role_that_opens_something(day: Day, role: Role) -> None:
    """Not by adding a friend, not by giving a role, and not by a program's token."""
    users, tokens, admin = day.operations.users, day.operations.tokens, viewer("admin")
    given = membership("ssih-jonkoping", role)
    alone = role is Role.IT
    assert users.add(user("friend", given), admin) == alone
    assert users.give("north@region.example", given, admin) == alone
    held = {login: given in users.get(f"{login}@region.example").memberships for login in ("friend", "north")}
    assert held == {"friend": alone, "north": alone}
    with pytest.raises(Refused):
        users.give(PEOPLE["admin"].login, given, admin)
    program = user("robot", given, is_system=True)
    if role in (Role.NETWORK_ADMIN, Role.LOG_REVIEWER):
        for by in (admin, None):
            with pytest.raises(Refused, match="A program neither"):
                users.add(program, by)
        return
    users.add(program)
    token = tokens.make(program.login, given, set(Right), 30, admin)
    assert (tokens.viewer_of(token) is not None) == alone


def test_who_asked_for_a_role_and_whoever_it_is_for_confirm_it_not_and_another_may_decline(day: Day) -> None:
    users, admin = day.operations.users, viewer("admin")
    users.add(user("siv", NURSE), admin)
    users.give("second@region.example", NURSE, admin)
    numbers = {each.user.login: each.request.number for each in users.waiting()}
    attempts: list[tuple[str, Viewer]] = [
        (SIV.login, admin),
        (SECOND.user.login, admin),
        (SECOND.user.login, SECOND),
        (SIV.login, viewer("it")),
        (SIV.login, viewer("municipal")),
    ]
    for login, by in attempts:
        with pytest.raises(Refused):
            users.confirm(numbers[login], by)
    assert [each.is_to_confirm for each in users.waiting(admin)] == [False, False]
    assert [(each.user.login, each.is_to_confirm) for each in users.waiting(SECOND)] == [(SIV.login, True)]
    users.decline(numbers[SIV.login], SECOND)
    with pytest.raises(NotFound, match="No role waits"):
        users.confirm(numbers[SIV.login], SECOND)
    assert users.confirm(numbers[SECOND.user.login]).login == SECOND.user.login
    assert users.get(SIV.login).memberships == ()
    users.end(SECOND.user.login, None)
    assert users.waiting() == []


def test_another_networks_administrator_touches_no_login(day: Day) -> None:
    """Neither one who works there, nor one who has left, nor one who has no role left, nor a program's."""
    users = day.operations.users
    mine = membership(None, Role.NETWORK_ADMIN)
    admin = viewer("admin")
    users.add(user("elsewhere", membership(None, Role.IT)))
    users.add(JOURNAL)
    for each in (user("gone", membership(None, Role.IT)), user("bare", membership(None, Role.IT))):
        users.add(each)
    users.end("gone@region.example")
    users.take("bare@region.example", membership(None, Role.IT))
    local_admin = local(day)
    attempts: list[Callable[[], object]] = [
        lambda: users.add(user("gone", NURSE), local_admin),
        lambda: users.end("bare@region.example", admin),
        lambda: users.rename("bare@region.example", "Taken", Language.DANISH, admin),
        lambda: users.give(JOURNAL.login, NURSE, local_admin),
        lambda: users.add(user("gone", mine, is_system=True), None),
    ]
    for attempt in attempts:
        with pytest.raises(Refused):
            attempt()
    assert users.get("gone@region.example").ended_at is not None
    assert users.get("bare@region.example").name == "Made-up bare"
