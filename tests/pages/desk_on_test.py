"""A desk as tests use it, and people who look at it: each signs in at a browser of their own."""

import os
import re
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page

from handslag.playground import Playground
from pathways.operations.service import Operations

NETWORK = "jonkoping-demo"
MUNICIPALITY, SSIH = "municipal-palliative-team", "ssih-jonkoping"
NORTH, RYHOV, GP = "short-term-north", "ward-ryhov", "gp-practice"
MANY_TRIES = {"HANDSLAG_TRIES_A_MINUTE": "100000", "HANDSLAG_SIGN_INS_A_MINUTE": "10000"}
"""Settings of a desk at which one machine is everybody: the limit on tries has a test of its own."""

_SCREENSHOTS = os.environ.get("TEST_PICTURES")
_EXPECTED = re.compile(r"status of 4(0[0-9]|22)|Status Error Code 4")
"""A browser's console tells every answer that is no success; refusing is one of the things that a desk does."""


class Desk:
    """A desk that runs."""

    def __init__(self, playground: Playground) -> None:
        self._playground = playground

    @property
    def url(self) -> str:
        """Where it answers."""
        return self._playground.settings.desk_url

    @property
    def service(self) -> Operations:
        """The operations on its database."""
        return self._playground.service

    @property
    def folder(self) -> Path:
        """Its data folder."""
        return self._playground.folder

    @property
    def log(self) -> str:
        """What its process has written."""
        return (self.folder / "desk.log").read_text(encoding="utf-8")


class People:
    """Opens browsers for people. `faults`: what went wrong in their pages."""

    def __init__(self, desk: Desk, browser: Browser) -> None:
        self.desk = desk
        self._browser = browser
        self._contexts: list[BrowserContext] = []
        self.faults: list[str] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for context in self._contexts:
            context.close()

    def stranger(self, **settings: Any) -> Page:
        """Somebody who has not signed in. `settings`: of the browser, such as its width or language."""
        context = self._browser.new_context(**{"locale": "en-GB", **settings})
        context.set_default_timeout(15_000)
        self._contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: self.faults.append(str(error)))
        page.on("console", self._heard)
        return page

    def coordinator(self, team: str, **settings: Any) -> Page:
        """The coordinator of a team, signed in."""
        page = self.signed_in(team, **settings)
        page.wait_for_url("**/inbox")
        return page

    def signed_in(self, who: str, **settings: Any) -> Page:
        """Whoever has this login before the @, or up to here: a team for its coordinator, or a role of a network."""
        login = who if "@" in who else f"{who}@"
        page = self.stranger(**settings)
        page.goto(f"{self.desk.url}/sign-in")
        with page.expect_navigation():
            page.locator(f"form:has(input[value^='{login}']) button").click()
        return page

    def _heard(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning") and not _EXPECTED.search(message.text):
            self.faults.append(message.text)


def press(page: Page, words: str) -> None:
    """Press a button, and wait for the page that it leads to."""
    with page.expect_navigation():
        page.get_by_role("button", name=words, exact=True).first.click()


def unfold(page: Page, words: str) -> None:
    """Open what is folded away behind these words."""
    page.locator("details:not([open]) > summary", has_text=words).first.click()


def keep_picture(page: Page, name: str) -> None:
    """Keep a picture of the page, where the environment says into which folder."""
    if _SCREENSHOTS:
        page.screenshot(path=str(Path(_SCREENSHOTS) / f"{name}.png"), full_page=True)
