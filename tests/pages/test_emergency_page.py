"""Emergency access at a browser: with a reason, for a while, and known to whoever reviews the log."""

import re

import pytest
from playwright.sync_api import expect

from pages.desk_on_test import MUNICIPALITY, NETWORK, RYHOV, Desk, People, keep_picture, press
from pathways.access.table import Role
from pathways.care.actors import Actor, ActorKind
from pathways.care.references import ReferenceKind, new_reference
from pathways.operations.beginning import Begin
from pathways.store.unit_of_work import UnitOfWork

REASON = "påhittad patient har kommit in"


@pytest.fixture
def episode(desk: Desk) -> str:
    """An episode in which the hospital has no part."""
    actor = Actor(kind=ActorKind.PERSON, team=MUNICIPALITY, name="Alva", is_identified=True)
    wanted = Begin(pathway="jonkoping-palliative", network=NETWORK, level="home")
    return desk.service.begin_episode(wanted, actor)[0].reference


def test_an_episode_of_others_is_opened_with_a_reason_which_the_log_tells(
    desk: Desk, people: People, episode: str
) -> None:
    page = people.coordinator(RYHOV, locale="sv-SE", viewport={"width": 390, "height": 844})
    answer = page.goto(f"{desk.url}/episodes/{episode}")
    assert answer
    assert answer.status == 404
    page.goto(f"{desk.url}/emergency")
    page.fill("#reference", episode.lower())
    page.fill("#reason", "behövs")
    press(page, "Öppna i en nödsituation")
    expect(page.get_by_role("alert").first).to_contain_text("skälet är för kort")
    assert page.input_value("#reason") == "behövs"
    keep_picture(page, "emergency-phone")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.fill("#reason", REASON)
    press(page, "Öppna i en nödsituation")
    expect(page.locator("h1")).to_contain_text(episode)
    expect(page.get_by_text("du ser den genom nödåtkomst")).to_be_visible()
    keep_picture(page, "emergency-episode-phone")
    with UnitOfWork(desk.service.engine, writes=False) as work:
        noted = [each.entry for each in work.audit.sealed(NETWORK)]
    assert ("open-in-emergency", episode, REASON) in [(each["what"], each["episode"], each["why"]) for each in noted]


def test_what_there_is_not_is_not_opened_and_what_one_sees_already_needs_no_emergency(
    desk: Desk, people: People, episode: str
) -> None:
    page = people.coordinator(MUNICIPALITY)
    for reference, words in (("EAAA-AAAA", re.compile("no |not |felskriven")), (episode, re.compile("already|redan"))):
        page.goto(f"{desk.url}/emergency")
        page.fill("#reference", reference)
        page.fill("#reason", REASON)
        press(page, "Öppna i en nödsituation")
        expect(page.locator("#fault")).to_contain_text(words)


@pytest.mark.parametrize("role", [Role.NETWORK_ADMIN, Role.IT, Role.LOG_REVIEWER])
def test_for_whoever_gives_no_care_there_is_no_such_page(desk: Desk, people: People, role: Role) -> None:
    page = people.signed_in(role)
    assert page.locator("nav a[href='/emergency']").count() == 0
    answer = page.goto(f"{desk.url}/emergency")
    assert answer
    assert answer.status == 404


def test_who_finds_nothing_is_led_to_emergency_access_whether_or_not_there_is_something(
    desk: Desk, people: People, episode: str
) -> None:
    page = people.coordinator(RYHOV)
    texts = []
    for reference in (episode, new_reference(ReferenceKind.EPISODE)):
        answer = page.goto(f"{desk.url}/episodes/{reference}")
        assert answer
        assert answer.status == 404
        texts.append(answer.text().replace(reference, "REFERENCE"))
        page.get_by_role("link", name="Öppna den i en nödsituation").click()
        assert page.input_value("#reference") == reference
    assert texts[0] == texts[1]


def test_who_has_no_emergencies_and_what_is_no_episode_is_led_nowhere(desk: Desk, people: People, episode: str) -> None:
    reviewer, coordinator = people.signed_in(f"log-reviewer@{NETWORK}"), people.coordinator(RYHOV)
    for page, path in ((reviewer, f"/episodes/{episode}"), (coordinator, "/pathways/none/2021-12-01")):
        page.goto(f"{desk.url}{path}")
        assert page.locator("a[href^='/emergency?']").count() == 0


def test_the_page_shows_what_is_open_now_and_until_when_and_so_does_the_episode(
    desk: Desk, people: People, episode: str
) -> None:
    page = people.coordinator(RYHOV)
    page.goto(f"{desk.url}/emergency?reference={episode}")
    page.fill("#reason", REASON)
    press(page, "Öppna i en nödsituation")
    expect(page.get_by_text("Du ser den till")).to_be_visible()
    page.goto(f"{desk.url}/emergency")
    expect(page.get_by_role("heading", name="Öppet för dig nu")).to_be_visible()
    expect(page.get_by_role("link", name=episode)).to_be_visible()
    other = people.coordinator("ward-varnamo")
    other.goto(f"{desk.url}/emergency")
    expect(other.get_by_role("link", name=episode)).to_have_count(0)
