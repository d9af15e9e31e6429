"""The whole desk within the process of the test: its real database, and callers of the API with tokens of their own."""

from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
from fastapi import FastAPI
from starlette.testclient import TestClient

from desk.api import PATH
from desk.app import create_app
from desk.asking import COOKIE
from handslag.inbox import Inbox
from handslag.playground import Playground
from handslag.processes import free_port
from pages.desk_on_test import MANY_TRIES, NETWORK
from pathways.access.table import Right, Role
from pathways.access.users import Membership, User, Viewer
from pathways.operations.service import Operations


@dataclass(frozen=True)
class Caller:
    """Somebody with a token, and with a session of the desk."""

    client: TestClient
    token: str
    session: str
    csrf: str

    def ask(self, method: str, path: str, **given: Any) -> httpx.Response:
        """Ask the API."""
        headers = {"Authorization": f"Bearer {self.token}", **given.pop("headers", {})}
        answer: httpx.Response = self.client.request(method, PATH + path, headers=headers, **given)
        return answer

    def get(self, path: str, **given: Any) -> httpx.Response:
        """Read from the API."""
        return self.ask("GET", path, **given)

    def post(self, path: str, body: Mapping[str, Any] | None = None, **given: Any) -> httpx.Response:
        """Do something through the API."""
        return self.ask("POST", path, json={} if body is None else dict(body), **given)

    def page(self, method: str, path: str, fields: Mapping[str, Any] | None = None) -> httpx.Response:
        """Ask for a page, or press a button on it."""
        form = {"csrf": self.csrf, **(fields or {})} if method == "POST" else None
        answer: httpx.Response = self.client.request(
            method, path, data=form, headers={"Cookie": f"{COOKIE}={self.session}"}, follow_redirects=False
        )
        return answer


@dataclass(frozen=True)
class Installation:
    """A desk and its API, and people and programs that call them."""

    service: Operations
    app: FastAPI
    client: TestClient

    def caller(
        self,
        role: Role,
        team: str | None,
        *,
        name: str = "a",
        scope: Collection[Right] = tuple(Right),
        is_program: bool = False,
        is_fresh: bool = True,
    ) -> Caller:
        """Somebody new, or known from before, in a role of a team. `is_fresh`: they have just proved who they are."""
        member = Membership(network=NETWORK, team=team, role=role)
        login = f"{name}-{role}-{team or 'all'}{'-program' if is_program else ''}@api.example"
        known = {user.login: user for user in self.service.users.listed()}
        user = User(login=login, name="Ebba Påhittad", memberships=(member,), is_system=is_program)
        if login not in known:
            self.service.users.add(user)
        now = self.service.clock()
        viewer = None if is_program else Viewer(user=user, membership=member, proved_at=now)
        token = self.service.tokens.make(login, member, scope, 1, viewer)
        session = "" if is_program else self.service.sessions.sign_in(login, proved_at=now if is_fresh else None)
        found = self.service.sessions.viewer_of(session) if session else None
        return Caller(self.client, token, session, found.csrf if found else "")


@contextmanager
def installation(folder: Path) -> Iterator[Installation]:
    """An installation with the network of the demonstration."""
    with Inbox(lambda _letter: None) as inbox, Playground(folder, inbox, free_port(), extra=MANY_TRIES) as playground:
        playground.prepare((NETWORK,))
        app = create_app(playground.service)
        client = TestClient(app, raise_server_exceptions=False, base_url="http://desk.example")
        yield Installation(playground.service, app, client)
