"""The log at a browser: cases drawn and looked at, findings written once, and an extract made for a patient."""

import pytest
from playwright.sync_api import expect

from pages.desk_on_test import MUNICIPALITY, NETWORK, NORTH, RYHOV, Desk, People, keep_picture, press
from pathways.access.table import Role
from pathways.access.users import Viewer
from pathways.care.actors import Actor, ActorKind
from pathways.operations.beginning import Begin

REASON = "påhittad patient blev sämre i väntrummet"


def _viewer(desk: Desk, team: str) -> Viewer:
    user = desk.service.users.get(f"{team}@{NETWORK}.example")
    return Viewer(user=user, membership=user.memberships[0])


@pytest.fixture(scope="module")
def episode(desk: Desk) -> str:
    """An episode that its own team has seen, and the hospital in an emergency."""
    actor = Actor(kind=ActorKind.PERSON, team=MUNICIPALITY, name="Alva", is_identified=True)
    wanted = Begin(pathway="jonkoping-palliative", network=NETWORK, level="home")
    reference = desk.service.begin_episode(wanted, actor)[0].reference
    for team in (MUNICIPALITY, RYHOV):
        viewer = _viewer(desk, team)
        if team == RYHOV:
            desk.service.access.open_in_emergency(viewer, reference, REASON)
        desk.service.access.see(viewer, reference)
    return reference


@pytest.mark.parametrize("width", [1280, 390])
def test_a_reviewer_draws_cases_looks_at_them_and_writes_down_once_what_was_found(
    desk: Desk, people: People, episode: str, width: int
) -> None:
    page = people.signed_in(Role.LOG_REVIEWER, locale="sv-SE", viewport={"width": width, "height": 844})
    assert page.url.endswith("/log")
    desk.service.access.see(_viewer(desk, MUNICIPALITY), episode)
    press(page, "Välj ut fallen")
    expect(page.get_by_text("Fallen är utvalda.")).to_be_visible()
    if width == 1280:
        case = page.locator("li.card", has_text=REASON)
        expect(case).to_contain_text(episode)
        expect(case).to_contain_text("öppnat i en nödsituation")
        expect(case).to_contain_text("tittade på vårdepisoden")
    keep_picture(page, f"log-review-{width}")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.fill("#finding", "Frågade enheten; inga frågor kvar.")
    press(page, "Skriv ned")
    expect(page.locator("#fault")).to_contain_text("Det valdes inte om allt är i sin ordning")
    assert page.input_value("#finding") == "Frågade enheten; inga frågor kvar."
    page.check("input[value=in-order]")
    press(page, "Skriv ned")
    expect(page.locator("blockquote")).to_have_text("Frågade enheten; inga frågor kvar.")
    assert page.locator("#finding").count() == 0
    page.goto(f"{desk.url}/log")
    keep_picture(page, f"log-{width}")
    expect(page.locator("li.card").first).to_contain_text("utan anmärkning")


def test_a_patients_extract_names_units_and_no_reason_that_staff_typed_and_is_printed(
    desk: Desk, people: People, episode: str
) -> None:
    page = people.signed_in(Role.LOG_REVIEWER, locale="sv-SE")
    page.goto(f"{desk.url}/log/extract")
    page.fill("#reference", episode.lower())
    press(page, "Visa det")
    expect(page.locator("article h2")).to_have_text("Vem har tagit del av dina uppgifter")
    expect(page.locator("article")).to_contain_text("öppnade i en nödsituation")
    assert REASON not in page.content()
    assert "Eir Påhittad" not in page.locator("article").inner_text()
    keep_picture(page, "log-extract")
    page.check("input[name=names]")
    press(page, "Visa det")
    expect(page.locator("article")).to_contain_text("Eir Påhittad")
    page.emulate_media(media="print")
    assert not page.locator("#reference").is_visible()
    assert page.locator("article table").is_visible()
    keep_picture(page, "log-extract-printed")
    page.emulate_media(media="screen")
    with page.expect_download() as found:
        page.get_by_role("button", name="Som PDF, att skriva ut").click()
    assert found.value.suggested_filename == f"{episode}.pdf"
    assert found.value.path().read_bytes().startswith(b"%PDF")


def test_an_extract_of_what_there_is_not_is_refused_with_what_was_typed(desk: Desk, people: People) -> None:
    page = people.signed_in(Role.LOG_REVIEWER)
    page.goto(f"{desk.url}/log/extract")
    page.fill("#reference", "nonsense")
    page.locator("button[value=page]").click()
    expect(page.locator("#fault")).to_be_visible()
    assert page.input_value("#reference") == "nonsense"


@pytest.mark.parametrize("path", ["/log", "/log/extract", "/log/reviews/1"])
def test_for_whoever_does_not_review_the_log_there_is_no_such_page(desk: Desk, people: People, path: str) -> None:
    page = people.coordinator(NORTH)
    assert page.locator("nav a[href='/log']").count() == 0
    answer = page.goto(desk.url + path)
    assert answer
    assert answer.status == 404


def test_a_review_of_another_network_is_no_page(desk: Desk, people: People) -> None:
    answer = people.signed_in(Role.LOG_REVIEWER).goto(f"{desk.url}/log/reviews/4711")
    assert answer
    assert answer.status == 404
