"""Emergency access at a browser: with a reason, for a while, and known to whoever reviews the log."""

import re

import pytest
from playwright.sync_api import expect

from pages.desk_on_test import MUNICIPALITY, NETWORK, RYHOV, Desk, People, keep_picture, press
from pathways.access.table import Role
from pathways.care.actors import Actor, ActorKind
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
    expect(page.get_by_role("alert").first).to_contain_text("reason is too short")
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
    for reference, words in (("EAAA-AAAA", re.compile("no |not ")), (episode, re.compile("already"))):
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
