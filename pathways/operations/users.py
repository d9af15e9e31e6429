"""Users: who may sign in, and as what. Whoever administers them does so for one network, or for one organisation in it.

Nobody changes what they themselves may do. Without an administrator it is the installation that asks: the command line.
"""

from sqlalchemy import Engine

from pathways.access.table import Right, Role
from pathways.access.users import Membership, User, Viewer, read_login
from pathways.clock import Clock
from pathways.definition.networks import Network
from pathways.definition.texts import Language
from pathways.errors import NotFound, Refused
from pathways.operations.noting import note_user
from pathways.store.unit_of_work import UnitOfWork


class Users:
    """Adds, changes, ends and lists users. `by`: who administers; None, the installation itself."""

    def __init__(self, engine: Engine, clock: Clock) -> None:
        self._engine = engine
        self._clock = clock

    def add(self, user: User, by: Viewer | None = None) -> None:
        """Let somebody sign in, as each of their memberships says; also who has left and is back.

        Raises Refused; Stale where somebody else adds the same login at the same moment.
        """
        with UnitOfWork(self._engine) as work:
            known = work.users.get(user.login, for_writing=True)
            if known is not None and known.ended_at is None:
                raise Refused("There is a user with that login already.", "Give that user the further role instead.")
            if not user.memberships:
                raise Refused("A user needs a role in a network.", "Name a network, a role and, in care, a team.")
            require_administers(work, by, user.login, *user.memberships)
            _require_possible(work, *user.memberships)
            keep = work.users.add if known is None else work.users.change
            keep(user)
            self._note(work, by, "add-user", user.login, *user.memberships)
            work.commit()

    def give(self, login: str, membership: Membership, by: Viewer | None = None) -> None:
        """Give a user one more membership; a second time changes nothing. Raises NotFound, Refused."""
        with UnitOfWork(self._engine) as work:
            user = known_user(work, login)
            require_administers(work, by, user.login, membership)
            _require_possible(work, membership)
            if membership not in user.memberships:
                work.users.change(user.model_copy(update={"memberships": (*user.memberships, membership)}))
                self._note(work, by, "give-role", user.login, membership)
                work.commit()

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
            require_administers(work, by, user.login, *user.memberships)
            work.users.change(User(**{**dict(user), "name": name, "language": language}))
            self._note(work, by, "rename-user", user.login, *user.memberships)
            work.commit()

    def end(self, login: str, by: Viewer | None = None) -> None:
        """Let a user no longer sign in; every session and token ends at once. Raises NotFound, Refused."""
        with UnitOfWork(self._engine) as work:
            user = known_user(work, login)
            require_administers(work, by, user.login, *user.memberships)
            work.users.change(user.model_copy(update={"ended_at": self._clock()}))
            work.sessions.end_all(user.login)
            work.tokens.end_all(user.login, self._clock())
            self._note(work, by, "end-user", user.login, *user.memberships)
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
            return tuple(
                user
                for user in work.users.listed(by.network)
                if any(_administers(by, defined, each) for each in user.memberships)
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
            if _administers(by, network, Membership(network=by.network, team=team, role=Role.IT))
        )

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
    if by is None:
        return
    if by.user.login == login:
        raise Refused("Nobody changes what they themselves may do.", "Ask another administrator.")
    network = work.definitions.network(by.network)
    if not all(_administers(by, network, each) for each in memberships):
        raise Refused("That is not for you to administer.", "Ask who administers that network or organisation.")


def _administers(by: Viewer, network: Network, membership: Membership) -> bool:
    """Whether an administrator may give this: in all of the network, or in the teams of their own organisation."""
    if not by.may(Right.MANAGE_USERS) or by.network != membership.network:
        return False
    if by.team is None:
        return True
    own, other = network.teams.get(by.team), network.teams.get(membership.team or "")
    return own is not None and other is not None and own.organisation == other.organisation


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
