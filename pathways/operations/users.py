"""Users: who may sign in, and as what. Whoever administers them does so for one network, or for one organisation in it.

Nobody changes what they themselves may do. Without an administrator it is the installation that asks: the command line.
"""

from sqlalchemy import Engine

from pathways.access.table import Right, Role
from pathways.access.users import Language, Membership, User, Viewer, read_login
from pathways.audit.entries import Entry
from pathways.clock import Clock
from pathways.definition.networks import Network
from pathways.errors import NotFound, Refused
from pathways.operations.noting import entry_of
from pathways.store.unit_of_work import UnitOfWork

_INSTALLATION = "command-line"


class Users:
    """Adds, changes, ends and lists users. `by`: who administers; None, the installation itself."""

    def __init__(self, engine: Engine, clock: Clock) -> None:
        self._engine = engine
        self._clock = clock

    def add(self, user: User, by: Viewer | None = None) -> None:
        """Let somebody sign in, as each of their memberships says; also who has left and is back. Raises Refused."""
        with UnitOfWork(self._engine) as work:
            known = work.users.get(user.login, for_writing=True)
            if known is not None and known.ended_at is None:
                raise Refused("There is a user with that login already.", "Give that user the further role instead.")
            if not user.memberships:
                raise Refused("A user needs a role in a network.", "Name a network, a role and, in care, a team.")
            for each in user.memberships:
                self._require(work, by, user.login, each)
            work.users.keep(user)
            self._note(work, by, "add-user", user.login, *user.memberships)
            work.commit()

    def give(self, login: str, membership: Membership, by: Viewer | None = None) -> None:
        """Give a user one more membership; a second time changes nothing. Raises NotFound, Refused."""
        with UnitOfWork(self._engine) as work:
            user = _known(work, login)
            self._require(work, by, user.login, membership)
            if membership not in user.memberships:
                work.users.keep(user.model_copy(update={"memberships": (*user.memberships, membership)}))
                self._note(work, by, "give-role", user.login, membership)
                work.commit()

    def take(self, login: str, membership: Membership, by: Viewer | None = None) -> None:
        """Take a membership from a user: what is open in it ends at once. Raises NotFound, Refused."""
        with UnitOfWork(self._engine) as work:
            user = _known(work, login)
            self._require(work, by, user.login, membership, is_given=False)
            rest = tuple(each for each in user.memberships if each != membership)
            if rest == user.memberships:
                raise NotFound("That user does not have that role.", "See who has which: handslag users list.")
            work.users.keep(user.model_copy(update={"memberships": rest}))
            self._note(work, by, "take-role", user.login, membership)
            work.commit()

    def rename(self, login: str, name: str, language: Language, by: Viewer | None = None) -> None:
        """Give a user another name or language. Raises NotFound, Refused."""
        with UnitOfWork(self._engine) as work:
            user = _known(work, login)
            self._require_all(work, by, user)
            work.users.keep(User(**{**dict(user), "name": name, "language": language}))
            self._note(work, by, "rename-user", user.login, *user.memberships)
            work.commit()

    def end(self, login: str, by: Viewer | None = None) -> None:
        """Let a user no longer sign in; every session and token ends at once. Raises NotFound, Refused."""
        with UnitOfWork(self._engine) as work:
            user = _known(work, login)
            self._require_all(work, by, user)
            work.users.keep(user.model_copy(update={"ended_at": self._clock()}))
            work.sessions.end_all(user.login)
            self._note(work, by, "end-user", user.login, *user.memberships)
            work.commit()

    def get(self, login: str) -> User:
        """The user with this login. Raises NotFound."""
        with UnitOfWork(self._engine, writes=False) as work:
            return _known(work, login, for_writing=False)

    def listed(self, network: str | None = None, by: Viewer | None = None) -> tuple[User, ...]:
        """The users of a network, or all; for an administrator those whom they administer."""
        with UnitOfWork(self._engine, writes=False) as work:
            if by is None:
                return work.users.listed(network)
            defined = work.definitions.network(by.network)
            return tuple(
                user
                for user in work.users.listed(by.network)
                if any(_administers(by, defined, each) for each in user.memberships)
            )

    def _require_all(self, work: UnitOfWork, by: Viewer | None, user: User) -> None:
        for each in user.memberships:
            self._require(work, by, user.login, each, is_given=False)

    def _require(
        self, work: UnitOfWork, by: Viewer | None, login: str, membership: Membership, *, is_given: bool = True
    ) -> None:
        """The membership can be, and is for this administrator to give or take. Raises NotFound, Refused."""
        if by is not None and by.user.login == login:
            raise Refused("Nobody changes what they themselves may do.", "Ask another administrator.")
        if by is not None and by.network != membership.network:
            raise _not_yours()
        network = work.definitions.network(membership.network)
        if by is not None and not _administers(by, network, membership):
            raise _not_yours()
        if is_given and membership.team is not None and membership.team not in network.teams:
            raise Refused(
                f"The network {network.network} has no such team.", f"Choose one of: {', '.join(network.teams)}."
            )

    def _note(self, work: UnitOfWork, by: Viewer | None, what: str, login: str, *memberships: Membership) -> None:
        """Note in the log of each network concerned what was done about whom."""
        for each in memberships:
            why = f"{login}: {each.role}, {each.team or 'all teams'}"
            if by is not None:
                work.audit.add(entry_of(by, self._clock(), what, why))
                continue
            work.audit.add(
                Entry(
                    at=self._clock(),
                    login=_INSTALLATION,
                    name=_INSTALLATION,
                    role=Role.IT,
                    network=each.network,
                    what=what,
                    why=why,
                )
            )


def _administers(by: Viewer, network: Network, membership: Membership) -> bool:
    """Whether an administrator may give this: in all of the network, or in the teams of their own organisation."""
    if not by.may(Right.MANAGE_USERS) or by.network != membership.network:
        return False
    if by.team is None:
        return True
    own, other = network.teams.get(by.team), network.teams.get(membership.team or "")
    return own is not None and other is not None and own.organisation == other.organisation


def _known(work: UnitOfWork, login: str, *, for_writing: bool = True) -> User:
    user = work.users.get(read_login(login), for_writing=for_writing)
    if user is None:
        raise NotFound("There is no user with that login.", "See who there is: handslag users list.")
    return user


def _not_yours() -> Refused:
    return Refused("That is not for you to administer.", "Ask who administers that network or organisation.")
