"""Sessions of the desk: signing in, who acts in which membership, and signing out. Who somebody is, the desk finds out.

A session's token is chance, known to the browser alone: the database has its keyed hash. A session ends when nobody
pressed anything for a while, after some hours in any case, and as soon as the user or the membership is gone.
"""

import secrets
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import Engine

from pathways.access.users import Membership, User, Viewer, read_login
from pathways.clock import Clock
from pathways.errors import NotFound, Refused
from pathways.operations.noting import entry_of
from pathways.people.vault import Vault
from pathways.settings import Settings
from pathways.store.sessions import SignedIn
from pathways.store.unit_of_work import UnitOfWork

_SEEN_EACH = timedelta(minutes=1)
"""How often it is written down that somebody is still there."""


_HANDLE = 24
"""How long the handle of a session is, in hexadecimal digits."""


@dataclass(frozen=True)
class Session:
    """Somebody who is signed in. `csrf`: what every form must bring back. `ends_at`: when, if nothing is pressed."""

    viewer: Viewer
    csrf: str = field(repr=False)
    ends_at: datetime


@dataclass(frozen=True)
class OwnSession:
    """One of somebody's sessions. `handle`: by which it is ended, and which opens nothing. `is_this`: who asks uses it.

    `address` and `browser`: where it was begun; empty where that is not known.
    """

    handle: str
    membership: Membership
    began_at: datetime
    seen_at: datetime
    address: str
    browser: str
    is_this: bool


class Sessions:
    """Signs in and out, and tells who a token belongs to."""

    def __init__(self, engine: Engine, settings: Settings, vault: Vault, clock: Clock) -> None:
        self._engine = engine
        self._vault = vault
        self._clock = clock
        self._idle = timedelta(minutes=settings.session_idle_minutes)
        self._longest = timedelta(hours=settings.session_hours)

    def sign_in(self, login: str, *, proved_at: datetime | None = None, address: str = "", browser: str = "") -> str:
        """Begin a session for whoever the login service says that it is; gives its token. Raises Refused.

        They act in their first membership until they choose another one. `proved_at`: when they proved who they are, if
        the service says. `address`, `browser`: where from, for their page of sessions.
        """
        token = secrets.token_urlsafe(32)
        with UnitOfWork(self._engine) as work:
            user = work.users.get(read_login(login))
            if user is None or user.ended_at is not None or user.is_system or not user.memberships:
                raise Refused(
                    "You may not use Handslag here, or no longer.", "Ask whoever administers the users of your network."
                )
            now = self._clock()
            work.sessions.forget(now - self._longest)
            known = self._hash(token)
            begun = SignedIn(known, user.login, user.memberships[0], now, now, proved_at, address, browser)
            work.sessions.add(begun)
            self._note(work, user, user.memberships[0], "sign-in")
            work.commit()
        return token

    def viewer_of(self, token: str, *, is_press: bool = True) -> Session | None:
        """Who a token belongs to; None when it is unknown or its session is over.

        `is_press`: whether a person did something; not so where a page asks by itself what is new.
        """
        known, now = self._hash(token), self._clock()
        with UnitOfWork(self._engine, writes=False) as work:
            found = self._found(work, known, now)
        if found is None:
            return None
        user, signed_in = found
        seen_at = signed_in.seen_at
        if is_press and now - seen_at >= _SEEN_EACH:
            with UnitOfWork(self._engine) as work:
                work.sessions.seen(known, now)
                work.commit()
            seen_at = now
        ends_at = min(seen_at + self._idle, signed_in.began_at + self._longest)
        viewer = Viewer(user=user, membership=signed_in.membership, proved_at=signed_in.proved_at)
        return Session(viewer, self._csrf(token), ends_at)

    def act_as(self, token: str, membership: Membership) -> None:
        """Go on in another membership of the same user. Raises Refused."""
        known = self._hash(token)
        with UnitOfWork(self._engine) as work:
            found = self._found(work, known, self._clock())
            if found is None or membership not in found[0].memberships:
                raise Refused("You are not signed in, or do not have that role.", "Sign in again, then choose.")
            work.sessions.act_as(known, membership)
            self._note(work, found[0], membership, "act-as")
            work.commit()

    def sign_out(self, token: str) -> None:
        """End a session. A second time changes nothing."""
        known = self._hash(token)
        with UnitOfWork(self._engine) as work:
            if found := self._found(work, known, self._clock()):
                self._note(work, found[0], found[1].membership, "sign-out")
            work.sessions.end(known)
            work.commit()

    def of(self, token: str) -> tuple[OwnSession, ...]:
        """The sessions of whoever this token belongs to that are not over, the latest first; of nobody, none."""
        known, now = self._hash(token), self._clock()
        with UnitOfWork(self._engine, writes=False) as work:
            found = self._found(work, known, now)
            others = work.sessions.of(found[0].login) if found else ()
            return tuple(
                OwnSession(
                    self._handle(each),
                    each.membership,
                    each.began_at,
                    each.seen_at,
                    each.address,
                    each.browser,
                    each.hash == known,
                )
                for each in others
                if self._found(work, each.hash, now) is not None
            )

    def end_one(self, token: str, handle: str) -> None:
        """End one of the sessions of whoever this token belongs to. Raises NotFound where they have none of it."""
        with UnitOfWork(self._engine) as work:
            found = self._found(work, self._hash(token), self._clock())
            own = work.sessions.of(found[0].login) if found else ()
            ended = next((each for each in own if self._handle(each) == handle), None)
            if found is None or ended is None:
                raise NotFound("You have no such session any more.", "Load the page again.")
            self._note(work, found[0], ended.membership, "sign-out")
            work.sessions.end(ended.hash)
            work.commit()

    def sign_out_everywhere(self, token: str) -> None:
        """End every session of whoever this token belongs to. Raises Refused where that is nobody."""
        with UnitOfWork(self._engine) as work:
            found = self._found(work, self._hash(token), self._clock())
            if found is None:
                raise Refused("You are not signed in.", "Sign in again.")
            self._note(work, found[0], found[1].membership, "sign-out-everywhere")
            work.sessions.end_all(found[0].login)
            work.commit()

    def _found(self, work: UnitOfWork, known: str, now: datetime) -> tuple[User, SignedIn] | None:
        """The user and the session with this hash, if it is not over."""
        signed_in = work.sessions.get(known)
        if signed_in is None or now >= min(signed_in.seen_at + self._idle, signed_in.began_at + self._longest):
            return None
        user = work.users.get(signed_in.login)
        if user is None or user.ended_at is not None or signed_in.membership not in user.memberships:
            return None
        return user, signed_in

    def _note(self, work: UnitOfWork, user: User, membership: Membership, what: str) -> None:
        viewer = Viewer(user=user, membership=membership)
        work.audit.add(entry_of(viewer, self._clock(), what, "session"))

    def _hash(self, token: str) -> str:
        return self._vault.keyed_hash("session", token).hex()

    def _handle(self, session: SignedIn) -> str:
        return self._vault.keyed_hash("session handle", session.hash).hex()[:_HANDLE]

    def _csrf(self, token: str) -> str:
        """It follows from the token, so that nothing has to be kept, and does not tell it."""
        return self._vault.keyed_hash("csrf", token).hex()
