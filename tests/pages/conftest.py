"""A real desk on a port of its own, with its database and mail, and a real browser to look at it."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

from handslag.inbox import Inbox
from handslag.playground import Playground
from handslag.processes import free_port
from pages.api_on_test import Installation, installation
from pages.desk_on_test import MANY_TRIES, Desk, People

_CHROMIUM = Path(os.environ.get("TEST_BROWSER", "/usr/bin/chromium"))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.desk)


@pytest.fixture(scope="package")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """A desk with its process, and nothing else: what wakes flow runs finds no Prefect, and says nothing."""
    folder = tmp_path_factory.mktemp("desk")
    before = dict(os.environ)
    extra = {"HANDSLAG_SESSION_IDLE_MINUTES": "60", **MANY_TRIES}
    with Inbox(lambda _letter: None) as inbox, Playground(folder, inbox, free_port(), extra=extra) as playground:
        playground.prepare(("jonkoping-demo",))
        playground.start_desk()
        yield Desk(playground)
    os.environ.clear()
    os.environ.update(before)


@pytest.fixture(scope="package")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    """A desk and its API within this process."""
    before = dict(os.environ)
    with installation(tmp_path_factory.mktemp("api")) as found:
        yield found
    os.environ.clear()
    os.environ.update(before)


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """Debian's Chromium. On a machine without it the tests in the browser are left out; where CI is set, they fail."""
    if not _CHROMIUM.exists() and "CI" not in os.environ:
        pytest.skip("no Chromium on this machine: apt-get install chromium")
    with sync_playwright() as playwright:
        found = playwright.chromium.launch(executable_path=str(_CHROMIUM), args=["--no-sandbox"])
        yield found
        found.close()


@pytest.fixture
def people(desk: Desk, browser: Browser) -> Iterator[People]:
    """People at browsers of their own. Whatever goes wrong in one of them fails the test."""
    with People(desk, browser) as found:
        yield found
        assert found.faults == []
