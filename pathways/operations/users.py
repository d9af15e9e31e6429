"""Users: who may sign in, and as what. Whoever administers them does so for one network, or for one organisation in it.

Nobody changes what they themselves may do, and what opens patients, users or the log is given by two: see
`pathways.access.administration`. Without an administrator it is the installation that asks: the command line.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import Engine

from pathways.access import administration
from pathways.access.freshness import Step, require_fresh
from pathways.access.table import Role
from pathways.access.users import Membership, User, Viewer, read_login
from pathways.clock import Clock
from pathways.definition.texts import Language
from pathways.errors import NotFound, Refused
from pathways.operations.noting import note_user
from pathways.store.role_requests import RoleRequest
from pathways.store.unit_of_work import UnitOfWork


@dataclass(frozen=True)
class Waiting:
    """A role that waits for a second administrator, whose it is to be, and whether the one who looks may confirm it."""

    request: RoleRequest
    user: User
    is_to_confirm: bool


class Users:
    """Adds, changes, ends and lists users. `by`: who administers; None, the installation itself."""

    def __init__(self, engine: Engine, clock: Clock, fresh: timedelta) -> None:
        self._engine = engine
        self._fresh = fresh
        self._clock = clock

    def add(self, user: User, by: Viewer | None = None) -> bool:
        """Let somebody sign in, as each of their memberships says; also who has left and is back.

        Gives whether all of it holds at once: what needs a second administrator waits for one. Raises Refused; Stale
        where somebody else adds the same login at the same moment.
        """
        with UnitOfWork(self._engine) as work:
            known = work.users.get(user.login, for_writing=True)
            if known is not None and known.ended_at is None:
                raise Refused("There is a user with that login already.", "Give that user the further role instead.")
            if not user.memberships:
                raise Refused("A user needs a role in a network.", "Name a network, a role and, in care, a team.")
            former = known.memberships if known else ()
            require_administers(work, by, user.login, *user.memberships, *former)
            _require_same_kind(known, user)
            administration.require_may_have(user, *user.memberships)
            _require_possible(work, *user.memberships)
            require_fresh(by, Step.GIVE_ROLE, self._clock(), self._fresh)
            waits = [each for each in user.memberships if administration.needs_second(by, each)]
            held = tuple(each for each in user.memberships if each not in waits)
            keep = work.users.add if known is None else work.users.change
            keep(user.model_copy(update={"memberships": held}))
            self._note(work, by, "add-user", user.login, *held)
            for each in waits:
                self._ask(work, by, user.login, each)
            work.commit()
        return not waits

    def give(self, login: str, membership: Membership, by: Viewer | None = None) -> bool:
        """Give a user one more membership; a second time changes nothing.

        Gives whether it holds: where it needs a second administrator, it waits for one. Raises NotFound, Refused.
        """
        with UnitOfWork(self._engine) as work:
            user = known_user(work, login)
            own = user.memberships if user.is_system else ()  # a program is of those who administer all that it may
            require_administers(work, by, user.login, membership, *own)
            administration.require_may_have(user, membership)
            _require_possible(work, membership)
            if membership in user.memberships:
                return True
            require_fresh(by, Step.GIVE_ROLE, self._clock(), self._fresh)
            if administration.needs_second(by, membership):
                if all(each.membership != membership for each in work.role_requests.of(user.login)):
                    self._ask(work, by, user.login, membership)
                    work.commit()
                return False
            self._give(work, by, user, membership, "give-role")
            work.commit()
        return True

    def confirm(self, number: int, by: Viewer | None = None) -> User:
        """Let a role hold that another administrator asked for; gives whose it is. Raises NotFound, Refused."""
        with UnitOfWork(self._engine) as work:
            request, user = self._waiting(work, number, by)
            if by is not None:
                network = work.definitions.network(by.network)
                administration.require_confirms(by, network, user.login, request.membership, request.asked_by)
            administration.require_may_have(user, request.membership)
            _require_possible(work, request.membership)
            require_fresh(by, Step.CONFIRM_ROLE, self._clock(), self._fresh)
            self._give(work, by, user, request.membership, "confirm-role")
            work.commit()
        return user

    def decline(self, number: int, by: Viewer | None = None) -> User:
        """Let a role that waits never hold; who asked may do so, too. Raises NotFound, Refused."""
        with UnitOfWork(self._engine) as work:
            request, user = self._waiting(work, number, by)
            work.role_requests.remove(number)
            self._note(work, by, "decline-role", user.login, request.membership)
            work.commit()
        return user

    def waiting(self, by: Viewer | None = None) -> Sequence[Waiting]:
        """The roles that wait for a second administrator; to an administrator, of those whom they administer."""
        with UnitOfWork(self._engine, writes=False) as work:
            requests = work.role_requests.listed(by.network if by else None)
            found = [(each, known_user(work, each.login, for_writing=False)) for each in requests]
            return [Waiting(*each, self._is_to_confirm(work, by, each[0])) for each in found if _sees(work, by, each)]

    def take(self, login: str, membership: Membership, by: Viewer | None = None) -> None:
        """Take a membership from a user: what is open in it ends at once. Raises NotFound, Refused."""
        with UnitOfWork(self._engine) as work:
            user = known_user(work, login)
            require_administers(work, by, user.login, membership)
            rest = tuple(each for each in user.memberships if each != membership)
            if rest == user.memberships:
                raise NotFound(
                    "That user does not have that role.", "See who has which.", command="handslag users list"
                )
            work.users.change(user.model_copy(update={"memberships": rest}))
            work.tokens.end_all(user.login, self._clock(), membership)
            self._note(work, by, "take-role", user.login, membership)
            work.commit()

    def rename(self, login: str, name: str, language: Language, by: Viewer | None = None) -> None:
        """Give a user another name or language. Raises NotFound, Refused."""
        with UnitOfWork(self._engine) as work:
            user = known_user(work, login)
            all_of_it = _all_of_it(work, user)
            require_administers(work, by, user.login, *all_of_it)
            work.users.change(User(**{**dict(user), "name": name, "language": language}))
            self._note(work, by, "rename-user", user.login, *all_of_it)
            work.commit()

    def end(self, login: str, by: Viewer | None = None) -> None:
        """Let a user no longer sign in; every session and token ends at once. Raises NotFound, Refused."""
        with UnitOfWork(self._engine) as work:
            user = known_user(work, login)
            all_of_it = _all_of_it(work, user)
            require_administers(work, by, user.login, *all_of_it)
            work.users.change(user.model_copy(update={"ended_at": self._clock()}))
            for each in work.role_requests.of(user.login):
                work.role_requests.remove(each.number)
            work.sessions.end_all(user.login)
            work.tokens.end_all(user.login, self._clock())
            self._note(work, by, "end-user", user.login, *all_of_it)
            work.commit()

    def get(self, login: str) -> User:
        """The user with this login. Raises NotFound."""
        with UnitOfWork(self._engine, writes=False) as work:
            return known_user(work, login, for_writing=False)

    def listed(self, network: str | None = None, by: Viewer | None = None) -> tuple[User, ...]:
        """The users of a network, or all; for an administrator those whom they administer."""
        with UnitOfWork(self._engine, writes=False) as work:
            if by is None:
                return work.users.listed(network)
            defined = work.definitions.network(by.network)
            found = {user.login: user for user in work.users.listed(by.network)}
            for each in work.role_requests.listed(by.network):
                found.setdefault(each.login, known_user(work, each.login, for_writing=False))
            return tuple(
                user
                for _login, user in sorted(found.items())
                if any(administration.administers(by, defined, each) for each in _all_of_it(work, user))
            )

    def administered(self, login: str, by: Viewer) -> User:
        """The user with this login, if `by` administers them: others are not told of. Raises NotFound."""
        for user in self.listed(by=by):
            if user.login == login.strip().lower():
                return user
        raise no_user()

    def teams(self, by: Viewer) -> tuple[str | None, ...]:
        """The teams in which an administrator gives and takes roles; None among them: in all of the network."""
        with UnitOfWork(self._engine, writes=False) as work:
            network = work.definitions.network(by.network)
        return tuple(
            team
            for team in (None, *network.teams)
            if administration.administers(by, network, Membership(network=by.network, team=team, role=Role.IT))
        )

    def _ask(self, work: UnitOfWork, by: Viewer | None, login: str, membership: Membership) -> None:
        """Ask a second administrator for a role, which an administrator may."""
        if by is None:
            raise AssertionError("the installation asks nobody")
        work.role_requests.add(login, membership, by.user.login, self._clock())
        self._note(work, by, "ask-for-role", login, membership)

    def _give(self, work: UnitOfWork, by: Viewer | None, user: User, membership: Membership, what: str) -> None:
        """Let a role hold, and what was asked about it be over."""
        memberships = tuple(dict.fromkeys((*user.memberships, membership)))
        work.users.change(user.model_copy(update={"memberships": memberships}))
        for each in work.role_requests.of(user.login):
            if each.membership == membership:
                work.role_requests.remove(each.number)
        self._note(work, by, what, user.login, membership)

    def _waiting(self, work: UnitOfWork, number: int, by: Viewer | None) -> tuple[RoleRequest, User]:
        """A request that waits and whose it is, each read for writing; who may not know of it finds none."""
        request = work.role_requests.get(number)
        user = known_user(work, request.login) if request else None
        if request is None or user is None or not _sees(work, by, (request, user)):
            raise NotFound("No role waits under that number.", "See which do.", command="handslag users waiting")
        return request, user

    def _is_to_confirm(self, work: UnitOfWork, by: Viewer | None, request: RoleRequest) -> bool:
        if by is None:
            return True
        try:
            network = work.definitions.network(by.network)
            administration.require_confirms(by, network, request.login, request.membership, request.asked_by)
        except Refused:
            return False
        return True

    def _note(self, work: UnitOfWork, by: Viewer | None, what: str, login: str, *memberships: Membership) -> None:
        note_user(work, by, self._clock(), what, login, *memberships)


def known_user(work: UnitOfWork, login: str, *, for_writing: bool = True) -> User:
    """The user with this login. Raises NotFound, Refused."""
    user = work.users.get(read_login(login), for_writing=for_writing)
    if user is None:
        raise no_user()
    return user


def no_user() -> NotFound:
    """There is no user with that login: or none that whoever asks may know of."""
    return NotFound("There is no user with that login.", "See who there is.", command="handslag users list")


def require_administers(work: UnitOfWork, by: Viewer | None, login: str, *memberships: Membership) -> None:
    """These are for this administrator to give or take; the installation itself may all. Raises NotFound, Refused."""
    if by is not None:
        administration.require_administers(by, work.definitions.network(by.network), login, *memberships)


def _all_of_it(work: UnitOfWork, user: User) -> tuple[Membership, ...]:
    """All that a user has, or is to have."""
    return (*user.memberships, *(each.membership for each in work.role_requests.of(user.login)))


def _sees(work: UnitOfWork, by: Viewer | None, waiting: tuple[RoleRequest, User]) -> bool:
    """Whether a role that waits is of those that somebody administers, themselves left out."""
    request, user = waiting
    if by is None:
        return True
    is_own = by.user.login == user.login
    return not is_own and administration.administers(by, work.definitions.network(by.network), request.membership)


def _require_same_kind(known: User | None, user: User) -> None:
    """A program does not come back as a person, nor a person as a program. Raises Refused."""
    if known is not None and known.is_system != user.is_system:
        raise Refused("That login was a program's, or a person's, before.", "Take another login for the other one.")


def _require_possible(work: UnitOfWork, *memberships: Membership) -> None:
    """There are such networks and teams. Raises NotFound, Refused."""
    for each in memberships:
        network = work.definitions.network(each.network)
        if each.team is not None and each.team not in network.teams:
            raise Refused(
                "The network {network} has no such team.",
                "Choose one of: {choices}.",
                network=network.network,
                choices=tuple(network.teams),
            )
