"""Tokens of the API: a program's, made by one administrator and confirmed by another, or a person's own.

Each is for one membership, for the rights that were named, and for a time. It is told once: the database has its keyed
hash.
"""

import secrets
from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import timedelta

from sqlalchemy import Engine

from pathways.access import administration
from pathways.access.freshness import Step, require_fresh
from pathways.access.table import Right
from pathways.access.users import Membership, User, Viewer, Way, read_login
from pathways.care.texts import require_name
from pathways.clock import Clock
from pathways.errors import NotFound, Refused
from pathways.operations.noting import note_user
from pathways.operations.users import known_user, require_administers
from pathways.people.vault import Vault
from pathways.store.tokens import Token
from pathways.store.unit_of_work import UnitOfWork

LONGEST_DAYS = 365
"""For how many days a token holds at most."""

_PREFIX = "handslag_"  # so that whoever finds one, or a program that looks for secrets, knows what it is
_SHOWN = 4
"""How many of its last characters are kept to know a token by; of the 43 that nobody can guess, 39 remain."""

_USED_EACH = timedelta(minutes=1)


class Tokens:
    """Makes, ends and lists tokens, and tells who one belongs to. `by` is as of users."""

    def __init__(self, engine: Engine, vault: Vault, clock: Clock, fresh: timedelta) -> None:
        self._engine = engine
        self._fresh = fresh
        self._vault = vault
        self._clock = clock

    def make(
        self,
        login: str,
        membership: Membership,
        scope: Collection[Right],
        days: int,
        by: Viewer | None = None,
        *,
        label: str = "",
    ) -> str:
        """A new token, which is told nowhere else. `label`: what its owner calls it. Raises NotFound, Refused.

        One that an administrator makes for a program that sees patients holds once another one has confirmed it.
        """
        require_name(label)
        token = _PREFIX + secrets.token_urlsafe(32)
        with UnitOfWork(self._engine) as work:
            user = known_user(work, login)
            _require_owner(work, user, membership, by)
            administration.require_may_have(user, membership)
            if user.ended_at is not None or membership not in user.memberships:
                raise NotFound(
                    "That user does not have that role.", "See who has which.", command="handslag users list"
                )
            if not scope:
                raise Refused(
                    "A token without rights is good for nothing.", "Choose of: {choices}.", choices=tuple(Right)
                )
            if not 1 <= days <= LONGEST_DAYS:
                raise Refused("A token holds for a time.", "Give 1 to {longest_days} days.", longest_days=LONGEST_DAYS)
            now = self._clock()
            require_fresh(by, Step.MAKE_TOKEN, now, self._fresh)
            expires_at = now + timedelta(days=days)
            work.tokens.add(
                self._hash(token),
                user.login,
                membership,
                frozenset(scope),
                now,
                expires_at,
                label.strip(),
                token[-_SHOWN:],
                by.user.login if by else None,
                is_waiting=user.is_system and administration.needs_second(by, membership),
            )
            note_user(work, by, now, "make-token", user.login, membership)
            work.commit()
        return token

    def viewer_of(self, token: str) -> Viewer | None:
        """Who acts with a token; None when it is unknown, waits, has ended or expired, or its membership is gone."""
        now = self._clock()
        with UnitOfWork(self._engine, writes=False) as work:
            found = work.tokens.get(self._hash(token))
            user = work.users.get(found.login) if found else None
        if found is None or found.is_waiting or found.ended_at is not None or now >= found.expires_at:
            return None
        if user is None or user.ended_at is not None or found.membership not in user.memberships:
            return None
        if found.used_at is None or now - found.used_at >= _USED_EACH:
            with UnitOfWork(self._engine) as work:
                work.tokens.used(found.number, now)
                work.commit()
        return Viewer(user=user, membership=found.membership, via=Way.API, scope=found.scope)

    def confirm(self, number: int, by: Viewer | None = None) -> Token:
        """Let a token hold that another administrator made; gives it. Raises NotFound, Refused."""
        with UnitOfWork(self._engine) as work:
            token = work.tokens.numbered(number)
            if token is None or not token.is_waiting or token.ended_at is not None or not _may_end(work, token, by):
                raise NotFound(
                    "There is no token of that number.", "See which there are.", command="handslag users tokens"
                )
            if by is not None:
                network = work.definitions.network(by.network)
                administration.require_confirms(by, network, token.login, token.membership, token.made_by)
            require_fresh(by, Step.CONFIRM_TOKEN, self._clock(), self._fresh)
            work.tokens.confirm(number)
            note_user(work, by, self._clock(), "confirm-token", token.login, token.membership)
            work.commit()
        return replace(token, is_waiting=False)

    def end(self, number: int, by: Viewer | None = None) -> Token:
        """Let a token no longer hold, at once; gives it. A second time changes nothing. Raises NotFound.

        One that is neither the own nor of somebody whom `by` administers is answered as if it did not exist.
        """
        with UnitOfWork(self._engine) as work:
            token = work.tokens.numbered(number)
            if token is None or not _may_end(work, token, by):
                raise NotFound(
                    "There is no token of that number.", "See which there are.", command="handslag users tokens"
                )
            work.tokens.end(number, self._clock())
            note_user(work, by, self._clock(), "end-token", token.login, token.membership)
            ended = work.tokens.numbered(number)
            work.commit()
        return ended or token

    def of(self, login: str) -> Sequence[Token]:
        """The tokens of a user, the newest first."""
        with UnitOfWork(self._engine, writes=False) as work:
            return work.tokens.of(read_login(login))

    def _hash(self, token: str) -> str:
        return self._vault.keyed_hash("api token", token).hex()


def _may_end(work: UnitOfWork, token: Token, by: Viewer | None) -> bool:
    if by is not None and by.user.login == token.login:
        return True
    try:
        require_administers(work, by, token.login, token.membership)
    except Refused:
        return False
    return True


def _require_owner(work: UnitOfWork, user: User, membership: Membership, by: Viewer | None) -> None:
    """A person's token is made by that person alone: it acts as that person. Raises NotFound, Refused."""
    if user.is_system:
        require_administers(work, by, user.login, membership)
    elif by is None or by.user.login != user.login or by.membership != membership or by.via is not Way.DESK:
        raise Refused("A person's token is made by that person.", "Sign in to the desk, and make it there.")
