"""Notices given up on, at a browser: who looks after them sees why they did not leave, and sends them again."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import expect
from pydantic import SecretStr

from pages.desk_on_test import NORTH, RYHOV, Desk, People, keep_picture, press
from pages.worlds import NURSE, at_home
from pathways.access.table import Role
from pathways.care.commands import WantedHandover
from pathways.notices.outcomes import NotSent, NotSentCode, Outcome
from pathways.notices.words import Words
from pathways.operations.service import Operations


class _Away:
    """A channel that takes nothing."""

    def send(self, words: Words, address: SecretStr, notice_key: str) -> Outcome:
        return NotSent(NotSentCode.REFUSED, permanent=True)

    def shown_sender(self, address: SecretStr) -> str:
        return "Handslag"


@pytest.fixture
def handover(desk: Desk) -> Iterator[str]:
    """A handover whose request reached nobody."""
    service = Operations(desk.service.settings, desk.service.engine, _Away())
    wanted = WantedHandover(
        move="home-to-short-term", urgency="acute", reason="acute-need", to_units=("korttids-norr",)
    )
    yield service.plan_handover(at_home(desk), NURSE, wanted)
    for notice in desk.service.views.notices(only_dead=True):
        desk.service.given_up.resend(notice.id or 0)


def test_a_coordinator_sees_why_a_notice_did_not_leave_and_sends_it_again(
    desk: Desk, people: People, handover: str
) -> None:
    page = people.coordinator(NORTH, locale="sv-SE")
    page.locator("a[href='/notices']", has_text=handover).click()
    expect(page.locator("h1")).to_contain_text("Meddelanden som inte gick att skicka")
    expect(page.locator("li.card")).to_contain_text("tog inte emot")
    keep_picture(page, "notices")
    press(page, "Skicka igen")
    expect(page.get_by_text("Meddelandet skickas på nytt.")).to_be_visible()
    assert page.locator("li.card").count() == 0
    assert desk.service.views.notices(only_dead=True) == []


def test_it_sees_the_notices_of_the_network_and_no_way_to_a_patient(people: People, handover: str) -> None:
    page = people.signed_in(Role.IT, locale="sv-SE", viewport={"width": 390, "height": 844})
    page.goto(f"{people.desk.url}/notices")
    assert page.locator("li.card").count() == 1
    assert page.locator("main a").count() == 0
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    keep_picture(page, "notices-phone")


def test_another_team_sees_none_and_a_made_up_press_on_one_does_nothing(
    desk: Desk, people: People, handover: str
) -> None:
    page = people.coordinator(RYHOV)
    page.goto(f"{desk.url}/notices")
    assert page.locator("li.card").count() == 0
    (dead,) = desk.service.views.notices(only_dead=True)
    csrf = page.locator("input[name=csrf]").first.get_attribute("value") or ""
    answer = page.request.post(f"{desk.url}/notices/{dead.id}", form={"csrf": csrf})
    assert answer.status == 409
    assert [each.id for each in desk.service.views.notices(only_dead=True)] == [dead.id]


def test_for_whoever_does_not_see_notices_there_is_no_such_page(desk: Desk, people: People) -> None:
    page = people.signed_in(Role.NETWORK_ADMIN)
    assert page.locator("nav a[href='/notices']").count() == 0
    answer = page.goto(f"{desk.url}/notices")
    assert answer
    assert answer.status == 404
