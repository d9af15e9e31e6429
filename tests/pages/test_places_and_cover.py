"""The places of units, and who answers for each team when, as people see and change them."""

import os
from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from handslag.inbox import Inbox
from handslag.playground import JONKOPING, Playground
from handslag.processes import free_port
from pages.desk_on_test import GP, MANY_TRIES, MUNICIPALITY, NORTH, RYHOV, SSIH, Desk, People, keep_picture, press
from pathways.care.actors import Actor, ActorKind
from pathways.operations.beginning import Begin

WIDTH = 390
PHONE: Mapping[str, Any] = {"viewport": {"width": WIDTH, "height": 844}, "has_touch": True}


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """A desk on a network with the hours of its file, so that its teams are closed at times."""
    before = dict(os.environ)
    with (
        Inbox(lambda _letter: None) as inbox,
        Playground(tmp_path_factory.mktemp("places"), inbox, free_port(), extra=MANY_TRIES) as playground,
    ):
        playground.prepare(("jonkoping-demo",))
        playground.service.publishing.apply_files([JONKOPING[1]])
        playground.start_desk()
        yield Desk(playground)
    os.environ.clear()
    os.environ.update(before)


def _close(page: Page, desk: Desk, unit: str, places: str, reason: str) -> None:
    page.goto(f"{desk.url}/places")
    page.fill(f"#n-{unit}", places)
    page.fill(f"#r-{unit}", reason)
    press(page, "Stäng platser")


def test_a_unit_closes_places_and_opens_them_and_others_see_it(desk: Desk, people: People) -> None:
    north, ssih = people.coordinator(NORTH), people.coordinator(SSIH)
    ssih.goto(f"{desk.url}/places")
    expect(ssih.locator("li:has-text('Korttidsenhet Norr')")).to_contain_text("4 lediga av 4")
    _close(north, desk, "korttids-norr", "3", "för få på natten")
    expect(north.get_by_role("status").filter(has_text="Platserna är stängda.")).to_be_visible()
    keep_picture(north, "places-of-ones-own")
    expect(ssih.locator("li:has-text('Korttidsenhet Norr')")).to_contain_text("1 lediga av 4", timeout=5_000)
    expect(ssih.get_by_text("för få på natten")).to_be_visible()
    expect(ssih.get_by_role("button", name="Stäng platser")).to_have_count(0)
    press(north, "Öppna alla platser igen")
    expect(north.locator("li:has-text('Korttidsenhet Norr')")).to_contain_text("4 lediga av 4")


def test_what_cannot_be_closed_is_refused_with_what_was_typed(desk: Desk, people: People) -> None:
    north = people.coordinator(NORTH)
    north.goto(f"{desk.url}/places")
    north.fill("#n-korttids-norr", "2")
    north.fill("#r-korttids-norr", "renovering")
    north.fill("#u-korttids-norr", "2020-01-01T12:00")
    press(north, "Stäng platser")
    expect(north.get_by_role("alert").first).to_contain_text("den tiden har passerat")
    expect(north.locator("#r-korttids-norr")).to_have_value("renovering")
    assert desk.service.places.shown("korttids-norr")[0].closed == 0


def test_only_the_unit_s_own_team_sees_who_is_there_and_who_is_expected(desk: Desk, people: People) -> None:
    actor = Actor(kind=ActorKind.PERSON, team=RYHOV, name="Påhittad")
    begun, _warnings = desk.service.begin_episode(
        Begin("jonkoping-palliative", "jonkoping-demo", "hospital-bed", unit="ryhov"), actor
    )
    ryhov, municipality = people.coordinator(RYHOV), people.coordinator(MUNICIPALITY)
    for page in (ryhov, municipality):
        page.goto(f"{desk.url}/places")
        expect(page.locator("li:has-text('Länssjukhuset Ryhov')").first).to_contain_text("5 lediga av 6")
    expect(ryhov.get_by_role("link", name=begun.reference)).to_be_visible()
    keep_picture(ryhov, "places-taken")
    assert begun.reference not in municipality.content()
    answer = municipality.request.post(
        f"{desk.url}/places/ryhov",
        form={"csrf": municipality.locator("input[name=csrf]").first.input_value(), "places": "1", "reason": "nej"},
    )
    assert answer.status == 409
    assert desk.service.places.shown("ryhov")[0].closed == 0


def test_cover_says_who_answers_now_and_through_the_week(desk: Desk, people: People) -> None:
    page = people.coordinator(GP)
    page.goto(f"{desk.url}/cover")
    expect(page.locator("main h2").first).to_have_text("Vårdcentralen Exempel")
    shown = {each.get_attribute("href") for each in page.locator("#live a.phone").all()}
    assert {"tel:+46846500402", "tel:+46846500499"} & shown, "where colleagues call whoever answers"
    keep_picture(page, "cover")
    page.get_by_role("link", name="Korttidsenhet Norr").click()
    expect(page.locator("h1")).to_have_text("Korttidsenhet Norr")
    expect(page.locator(".week > li")).to_have_count(7)
    expect(page.locator(".week > li").first).to_contain_text("07.00–21.00 nurse")
    expect(page.locator(".week > li").first).to_contain_text("SSIH Jönköping")
    keep_picture(page, "cover-of-a-team")
    page.get_by_role("link", name="Sju dagar senare").click()
    page.get_by_role("link", name="Från i dag").click()
    expect(page.locator(".week .today")).to_have_count(1)


@pytest.mark.parametrize("path", ["places", "cover", "cover/short-term-north"])
def test_the_pages_fit_a_phone(desk: Desk, people: People, path: str) -> None:
    page = people.coordinator(NORTH, **PHONE, color_scheme="dark")
    page.goto(f"{desk.url}/{path}")
    assert page.evaluate("document.documentElement.scrollWidth") <= WIDTH
    keep_picture(page, f"phone-{path.replace('/', '-')}")


def test_whoever_has_no_part_in_care_finds_no_places(desk: Desk, people: People) -> None:
    page = people.signed_in("log-reviewer")
    for path in ("places", "cover", "cover/short-term-north"):
        assert page.request.get(f"{desk.url}/{path}").status == 404
    editor = people.signed_in("it")
    assert editor.request.get(f"{desk.url}/places").status == 404
    assert editor.request.get(f"{desk.url}/cover").status == 200
    assert editor.request.get(f"{desk.url}/cover/no-such-team").status == 404
    assert editor.request.get(f"{desk.url}/cover/gp-practice?first=1700-01-01").status == 404
    assert editor.request.get(f"{desk.url}/cover/gp-practice?first=now").status == 404
