"""The way of a patient from home to a short-term unit, to hospital and home, by clicking, at browsers of their own."""

import re

from playwright.sync_api import Page, expect

from pages.desk_on_test import MUNICIPALITY, NETWORK, NORTH, RYHOV, SSIH, Desk, People, keep_picture, press, unfold
from pathways.access.table import Role

PARTS = ("situation", "background", "assessment", "recommendation", "contingency")


def _begin(page: Page, desk: Desk) -> str:
    page.goto(f"{desk.url}/begin")
    page.fill("#identifier", "19121212-1212")
    page.fill("#name", "Tolvan Tolvansson")
    page.check("input[name=level][value=home]")
    keep_picture(page, "desk-begin")
    press(page, "Börja")
    expect(page.locator("h1")).to_contain_text("Hemma")
    keep_picture(page, "desk-episode")
    found = re.search(r"E\w{3}-\w{4}", page.url)
    assert found
    return found.group()


def _request(page: Page, desk: Desk, episode: str, move: str, *, urgency: str, unit: str | None = None) -> str:
    page.goto(f"{desk.url}/episodes/{episode}/moves/{move}")
    page.check(f"input[name=urgency][value={urgency}]")
    page.locator("input[name=reason]").first.check()
    if unit:
        page.check(f"input[name=to_unit][value={unit}]")
    page.check("input[name=illness_severity][value=watcher]")
    for part in PARTS:
        page.fill(f"#s-{part}", f"påhittad {part}")
    page.locator("input[name=action_what]").first.fill("ring anhörig")
    keep_picture(page, f"desk-{move}")
    press(page, "Skicka förfrågan")
    found = re.search(r"H\w{3}-\w{4}", page.url)
    assert found, page.locator("main").inner_text()
    return found.group()


def _take_over(desk: Desk, handover: str, sender: Page, receiver: Page, *, travels: bool) -> None:
    """The receiver accepts; both sides see to their items, read back and confirm; the patient moves."""
    page = f"{desk.url}/handovers/{handover}"
    receiver.goto(f"{desk.url}/inbox")
    receiver.locator(f"a[href='/handovers/{handover}']").first.click()
    keep_picture(receiver, "desk-handover")
    press(receiver, "Acceptera: vi tar över")
    expect(receiver.locator("h1")).to_contain_text("accepterad")
    for side in (receiver, sender):
        side.goto(page)
        while side.locator("input[name=item]:not([disabled])").count() and side.locator(".ticks input").count():
            for box in side.locator(".ticks input[name=item]").all():
                box.check()
            side.fill("input[name=evidence]", "checklistan i journalen")
            press(side, "Detta är på plats")
    receiver.goto(page)
    unfold(receiver, "Återkoppla")
    receiver.locator("input[name=severity]").first.check()
    receiver.fill("textarea[name=next_action]", "lindra")
    receiver.fill("form[action$=read-back] textarea[name=contingency]", "ring SSIH")
    press(receiver, "Återkoppla")
    sender.goto(page)
    press(sender, "Det stämmer")
    if travels:
        press(sender, "Patienten har åkt")
        receiver.goto(page)
    receiver.goto(page)
    press(receiver, "Framme: vi har ansvaret nu")
    expect(receiver.locator("h1")).to_contain_text("slutförd")
    expect(receiver.get_by_text("Ni har ansvaret nu.")).to_be_visible()


def test_a_patient_is_taken_from_home_to_a_short_term_unit_to_hospital_and_home(desk: Desk, people: People) -> None:
    municipality, north, ryhov, ssih = (
        people.coordinator(team, locale="sv-SE") for team in (MUNICIPALITY, NORTH, RYHOV, SSIH)
    )
    episode = _begin(municipality, desk)
    first = _request(municipality, desk, episode, "home-to-short-term", urgency="acute", unit="korttids-norr")
    keep_picture(municipality, "desk-handover-of-the-sender")
    _take_over(desk, first, municipality, north, travels=True)
    second = _request(north, desk, episode, "short-term-to-hospital", urgency="acute", unit="ryhov")
    _take_over(desk, second, north, ryhov, travels=True)
    third = _request(ryhov, desk, episode, "hospital-to-home-specialised", urgency="planned")
    _take_over(desk, third, ryhov, ssih, travels=True)
    ssih.goto(f"{desk.url}/episodes/{episode}")
    expect(ssih.locator("h1")).to_contain_text("Hemma med specialiserad vård")
    keep_picture(ssih, "desk-episode-at-the-end")
    shown = desk.service.views.show(episode).episode
    assert (shown.level, shown.responsible_team) == ("home-specialised", SSIH)
    assert [stay.team for stay in shown.stays] == [MUNICIPALITY, NORTH, RYHOV, SSIH]
    _the_log_tells_of(people.signed_in(Role.LOG_REVIEWER, locale="sv-SE"), desk, episode)


def _the_log_tells_of(reviewer: Page, desk: Desk, episode: str) -> None:
    """The fifth, who may see no patient, finds in the log that all four units had a part in this one's way."""
    reviewer.goto(f"{desk.url}/episodes/{episode}")
    expect(reviewer.locator("h1")).not_to_contain_text("Hemma")
    reviewer.goto(f"{desk.url}/log/extract")
    reviewer.fill("#reference", episode)
    press(reviewer, "Visa det")
    teams = desk.service.publishing.network(NETWORK).teams
    for team in (MUNICIPALITY, NORTH, RYHOV, SSIH):
        expect(reviewer.locator("article")).to_contain_text(teams[team].name)
