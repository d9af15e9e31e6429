"""Whoever only fetches a page changes nothing: browsers do that ahead of people, and mail scanners follow links.

Two things are written down all the same, and are no change: who looked at what, in the audit log, and when a session or
a token was last used.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import pytest
from fastapi import FastAPI
from playwright.sync_api import expect
from sqlalchemy import select
from sqlmodel import SQLModel
from starlette.routing import Mount

from desk.api import PATH
from pages.api_on_test import Caller, Installation, installation
from pages.desk_on_test import MUNICIPALITY, NETWORK, NORTH, SSIH, Desk, People
from pages.test_who_may_ask_what import _routes
from pages.worlds import OnTheWay, on_the_way
from pathways.access.table import Role
from pathways.care.states import HandoverStatus, MarkKind
from pathways.store.texts import of_log

OF_LOOKING = frozenset({"audit_entry"})
"""The tables of the audit log."""

KEY_OF_THE_LOG = of_log(NETWORK)
"""The key with which words of the audit log are sealed: it is made with the first of them."""

LAST_USED = {"desk_session": "seen_at", "api_token": "used_at"}
"""Columns that say when somebody was last there."""

WITHOUT_END = "/live"
"""It answers for as long as somebody listens; it reads nothing but the stamp of the network."""


@dataclass(frozen=True)
class World:
    """A request that waits for its receiver, and everybody who may ask."""

    installed: Installation
    way: OnTheWay
    people: tuple[Caller, ...]

    def kept(self) -> Mapping[str, list[Any]]:
        """All rows of all tables, but for what is written when somebody looks."""
        found = {}
        with self.installed.service.engine.connect() as connection:
            for name, table in SQLModel.metadata.tables.items():
                if name not in OF_LOOKING:
                    columns = [each for each in table.columns if each.name != LAST_USED.get(name)]
                    rows = connection.execute(select(*columns)).all()
                    found[name] = sorted(repr(row) for row in rows if row[0] != KEY_OF_THE_LOG)
        return found


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    with installation(tmp_path_factory.mktemp("looking")) as installed:
        way = on_the_way(installed)
        teams = (MUNICIPALITY, SSIH, NORTH)
        people = [installed.caller(role, team) for role in Role for team in (teams if role.is_in_care else (None,))]
        yield World(installed, way, tuple(people))


def addresses(world: World) -> Iterator[tuple[bool, str]]:
    """All that can be asked for with GET: whether of the API, and the address with what there is filled in."""
    api = next(r.app for r in world.installed.app.routes if isinstance(r, Mount) and r.path == PATH)
    assert isinstance(api, FastAPI)
    known = {
        "pathway": "jonkoping-palliative",
        "name": "jonkoping-palliative",
        "version": "2021-12-01",
        "team": NORTH,
        "number": "1",
        "login": f"ssih-jonkoping@{NETWORK}.example",
        "move": "home-to-short-term",
        "form": "1-begin",
    }
    for is_api, routes in ((False, world.installed.app.routes), (True, api.routes)):
        for method, path in _routes(routes):
            if method == "GET" and path != WITHOUT_END:
                reference = world.way.handover if "/handovers/" in path else world.way.episode
                filled = {**known, "reference": reference}
                yield is_api, re.sub(r"\{(\w+)(:path)?\}", lambda found: filled[found[1]], path)  # noqa: B023


def test_no_page_and_no_answer_of_the_api_changes_anything_by_being_asked_for(world: World) -> None:
    asked = list(addresses(world))
    assert len(asked) > 40
    before = world.kept()
    for is_api, address in asked:
        for each in world.people:
            for query in ("", "?done=accept"):
                answer = each.get(address) if is_api else each.page("GET", address + query)
                assert answer.status_code != 500, address
        assert world.kept() == before, f"GET {address} changed something"


def test_the_page_says_that_it_was_looked_at_by_a_press_of_this_very_session(world: World) -> None:
    receiver = world.installed.caller(Role.COORDINATOR, SSIH)
    address = f"/handovers/{world.way.handover}"
    page = receiver.page("GET", address).text
    assert f'action="{address}/looked"' in page
    fields = {"number": "1", "seen": "1", "seen_by": SSIH}
    before = world.kept()
    assert receiver.page("POST", f"{address}/looked", {**fields, "csrf": "0" * 64}).status_code == 403
    assert world.kept() == before
    other = world.installed.caller(Role.COORDINATOR, NORTH)
    assert other.page("POST", f"{address}/looked", fields).status_code == 404
    manager = world.installed.caller(Role.CARE_MANAGER, SSIH)
    assert "seen_by" not in manager.page("GET", address).text
    manager.page("POST", f"{address}/looked", fields)
    sender = world.installed.caller(Role.COORDINATOR, MUNICIPALITY)
    assert "seen_by" not in sender.page("GET", address).text
    sender.page("POST", f"{address}/looked", fields)
    assert world.kept()["event"] == before["event"]
    assert receiver.page("POST", f"{address}/looked", fields).status_code == 303
    handover = world.installed.service.views.show(world.way.episode).handover(world.way.handover)
    assert handover.status is HandoverStatus.RECEIVED


def test_a_request_is_seen_once_it_is_before_somebodys_eyes_and_the_page_follows(desk: Desk, people: People) -> None:
    way = on_the_way(desk)
    page = people.coordinator(SSIH)
    fetched = page.request.get(f"{desk.url}/handovers/{way.handover}")
    assert fetched.ok
    assert desk.service.views.show(way.episode).handover(way.handover).mark(MarkKind.SEEN) is None
    page.goto(f"{desk.url}/handovers/{way.handover}")
    expect(page.locator("#marks li.made", has_text="sedd")).to_be_visible()
    number = desk.service.views.show(way.episode).episode.number
    expect(page.locator(".changes")).to_have_attribute("data-number", str(number))
    expect(page.locator("#newer")).to_be_hidden()
    assert desk.service.views.show(way.episode).handover(way.handover).mark(MarkKind.SEEN) is not None


def test_whoever_has_no_script_says_it_with_a_button(desk: Desk, people: People) -> None:
    way = on_the_way(desk)
    page = people.coordinator(SSIH, java_script_enabled=False)
    page.goto(f"{desk.url}/handovers/{way.handover}")
    assert desk.service.views.show(way.episode).handover(way.handover).mark(MarkKind.SEEN) is None
    with page.expect_navigation():
        page.locator("form[action$='/looked'] button").click()
    assert desk.service.views.show(way.episode).handover(way.handover).mark(MarkKind.SEEN) is not None
    expect(page.locator("#marks li.made", has_text="sedd")).to_be_visible()
    page.goto(f"{desk.url}/episodes/{way.episode}")
    with page.expect_navigation():
        page.get_by_role("button", name="Jag har tittat på sidan").click()
    expect(page.locator("h1")).to_contain_text(way.episode)
