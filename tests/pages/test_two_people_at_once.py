"""Two people at the same time: each sees what the other does, and nobody loses what they have typed."""

import re

import pytest
from playwright.sync_api import Page, expect

from pages.desk_on_test import MUNICIPALITY, SSIH, Desk, People, keep_picture, press, unfold
from pages.worlds import at_home, on_the_way
from pathways.care.states import HandoverStatus

_TWO_SECONDS = 2_000
_SLOW_MACHINE = 4


@pytest.fixture
def ssih(people: People) -> Page:
    """The coordinator of specialised home care, who is asked."""
    return people.coordinator(SSIH)


def test_a_new_request_is_in_the_inbox_and_in_the_tabs_title_without_loading_it_again(desk: Desk, ssih: Page) -> None:
    ssih.goto(f"{desk.url}/inbox")
    handover = on_the_way(desk).handover
    expect(ssih.locator(f"a[href='/handovers/{handover}']")).to_be_visible(timeout=_TWO_SECONDS * _SLOW_MACHINE)
    assert re.match(r"\(\d+\) Inkorg", ssih.title())


def test_where_nothing_can_be_streamed_the_inbox_asks_again_by_itself(desk: Desk, people: People, ssih: Page) -> None:
    ssih.clock.install()
    ssih.route("**/live?*", lambda route: route.abort())
    ssih.goto(f"{desk.url}/inbox")
    handover = on_the_way(desk).handover
    assert ssih.locator(f"a[href='/handovers/{handover}']").count() == 0
    ssih.clock.fast_forward("00:31")
    expect(ssih.locator(f"a[href='/handovers/{handover}']")).to_be_visible()
    people.faults.clear()  # the browser tells of each stream that was refused


def test_who_types_on_a_page_that_has_changed_is_told_and_keeps_the_words(
    desk: Desk, people: People, ssih: Page
) -> None:
    handover = on_the_way(desk).handover
    ssih.goto(f"{desk.url}/handovers/{handover}")
    unfold(ssih, "Fråga avsändaren")
    ssih.locator("form[action$='/ask'] textarea").fill("which medicines are running?")
    municipality = people.coordinator(MUNICIPALITY, locale="sv-SE")
    municipality.goto(f"{desk.url}/handovers/{handover}")
    unfold(municipality, "Avbryt")
    municipality.locator("form[action$='/cancel'] input[name=reason]").fill("behövs inte")
    press(municipality, "Avbryt")
    expect(ssih.locator("#newer")).to_be_visible(timeout=_TWO_SECONDS * _SLOW_MACHINE)
    expect(ssih.locator("form[action$='/ask'] textarea")).to_have_value("which medicines are running?")
    with ssih.expect_navigation():
        ssih.locator("form[action$='/ask'] button").click()
    expect(ssih.locator("#fault")).to_be_visible()
    expect(ssih.get_by_text("Detta hände medan du hade sidan öppen:")).to_be_visible()
    keep_picture(ssih, "somebody-was-faster")


def test_pressed_twice_it_is_done_once(desk: Desk, ssih: Page) -> None:
    handover = on_the_way(desk).handover
    ssih.goto(f"{desk.url}/handovers/{handover}")
    ssih.evaluate(
        """() => { const button = document.querySelector("form[action$='/accept'] button");
                   button.click(); button.click(); }"""
    )
    expect(ssih.locator("h1")).to_contain_text("accepterad")
    assert ssih.locator("#fault").count() == 0
    shown = desk.service.views.show(handover).handover(handover)
    assert shown.status is HandoverStatus.ACCEPTED


def test_what_is_typed_outlives_the_end_of_the_session(desk: Desk, people: People) -> None:
    page = people.coordinator(MUNICIPALITY)
    episode = at_home(desk)
    page.goto(f"{desk.url}/episodes/{episode}/moves/home-to-short-term")
    page.fill("#s-situation", "words that must not be lost")
    page.context.clear_cookies()
    page.check("input[name=urgency][value=acute]")
    page.locator("input[name=reason]").first.check()
    with page.expect_navigation():
        page.locator("button.main").click()
    expect(page).to_have_url(re.compile("/sign-in"))
    page.locator(f"form:has(input[value^='{MUNICIPALITY}@']) button").click()
    expect(page).to_have_url(f"{desk.url}/episodes/{episode}/moves/home-to-short-term")
    expect(page.locator("#s-situation")).to_have_value("words that must not be lost")


def test_what_is_typed_is_gone_from_the_browser_after_signing_out(desk: Desk, people: People) -> None:
    page = people.coordinator(MUNICIPALITY)
    page.goto(f"{desk.url}/episodes/{at_home(desk)}/moves/home-to-short-term")
    page.fill("#s-situation", "words for nobody else at this computer")
    page.locator(".who summary").click()
    with page.expect_navigation():
        page.locator("form[data-sign-out] button").click()
    kept = page.evaluate("JSON.stringify([sessionStorage, localStorage])")
    assert "words for nobody else" not in kept


def test_a_lost_connection_is_said_at_once_and_taken_back(desk: Desk, people: People, ssih: Page) -> None:
    ssih.goto(f"{desk.url}/inbox")
    ssih.context.set_offline(True)
    expect(ssih.locator("#lost")).to_be_visible()
    ssih.context.set_offline(False)
    expect(ssih.locator("#lost")).to_be_hidden(timeout=20_000)
    people.faults.clear()  # the browser tells of each connection that it lost
