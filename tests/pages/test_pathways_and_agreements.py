"""The pathways with their versions, the agreements, and the triage list, as people see and use them."""

import os
from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from handslag.inbox import Inbox
from handslag.playground import Playground
from handslag.processes import free_port
from pages.desk_on_test import MANY_TRIES, Desk, People, keep_picture, press
from pages.test_every_page import WCAG
from pathways.care.actors import Actor, ActorKind
from pathways.care.meetings.commands import RaiseMatter
from pathways.operations.beginning import Begin

WIDTH = 390
PHONE: Mapping[str, Any] = {"viewport": {"width": WIDTH, "height": 844}, "has_touch": True, "color_scheme": "dark"}
HOME_CARE, WARD = "hjemmepleje-loegstoer", "afdeling-aalborg"
NETWORKS = ("vesthimmerland-demo", "jammerbugt-demo", "jamtland-demo")


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """A desk on networks whose agreements have versions, divide tasks and hold meetings."""
    before = dict(os.environ)
    with (
        Inbox(lambda _letter: None) as inbox,
        Playground(tmp_path_factory.mktemp("pathways"), inbox, free_port(), extra=MANY_TRIES) as playground,
    ):
        playground.prepare(NETWORKS)
        playground.start_desk()
        yield Desk(playground)
    os.environ.clear()
    os.environ.update(before)


def test_a_pathway_is_shown_as_a_drawing_and_in_words_and_its_versions_are_compared(desk: Desk, people: People) -> None:
    page = people.coordinator(WARD)
    page.goto(f"{desk.url}/pathways")
    keep_picture(page, "pathways")
    page.locator("a[href='/pathways/jammerbugt-iv/2021-07-01']").click()
    drawing = page.locator(".sheet img")
    assert drawing.evaluate("image => image.complete ? image.naturalWidth : image.decode().then(() => 1)")
    expect(page.get_by_role("heading", name="Plejeniveauer")).to_be_visible()
    keep_picture(page, "pathway")
    page.get_by_role("link", name="Hvad der ændrede sig fra den til denne").click()
    expect(page.locator("h1")).to_have_text("Hvad der ændres")
    assert page.locator("main section li").count() > 3
    keep_picture(page, "pathway-changes")
    page.goto(f"{desk.url}/pathways/jammerbugt-iv/2020-01-01.svg")
    assert page.locator("svg text").count() > 5


def test_an_agreement_says_who_does_what(desk: Desk, people: People) -> None:
    page = people.coordinator("halsocentral-are")
    page.goto(f"{desk.url}/agreements")
    first = page.locator("main .card").first
    expect(first).to_contain_text("gäller nu")
    expect(first).to_contain_text("den dagen har passerat")
    keep_picture(page, "agreements")
    first.get_by_role("link").click()
    wounds = page.locator("ul[aria-labelledby=t-wound-care]")
    expect(wounds).to_contain_text("Ansvarig: Kommunens hemsjukvård")
    keep_picture(page, "agreement")
    page.get_by_role("link", name="Vårdförloppet med dess tidsgränser").click()
    expect(page.get_by_role("link", name="Vad som ändrades från den till denna").first).to_be_visible()


def test_what_a_meeting_has_decided_leaves_the_list_for_all_that_sit_in_it(desk: Desk, people: People) -> None:
    actor = Actor(kind=ActorKind.PERSON, team=HOME_CARE, name="Opdigtet")
    beginning = Begin("vesthimmerland-borger-foer-opgave", "vesthimmerland-demo", "home", district="loegstoer-land",
                      provider="vesthimmerlands-kommune")  # fmt: skip
    begun, _warnings = desk.service.begin_episode(beginning, actor)
    desk.service.perform(begun.reference, RaiseMatter(actor=actor, meeting="triage"))
    home, other = people.coordinator(HOME_CARE), people.coordinator("hjemmepleje-aars")
    other.goto(f"{desk.url}/triage")
    assert begun.reference not in other.content()
    csrf = other.locator("input[name=csrf]").first.input_value()
    answer = other.request.post(
        f"{desk.url}/triage/{begun.reference}/triage", form={"csrf": csrf, "decision": "as-it-is"}
    )
    assert answer.status == 404
    home.goto(f"{desk.url}/triage")
    expect(home.get_by_text("et team satte den på listen")).to_be_visible()
    keep_picture(home, "triage")
    home.locator(f"form[action*='{begun.reference}'] select").select_option("as-it-is")
    press(home, "Besluttet")
    expect(home.get_by_role("status").filter(has_text="Noteret")).to_be_visible()
    expect(home.get_by_role("main")).not_to_contain_text(begun.reference)


def test_an_episode_is_put_on_the_list_from_its_own_page_and_each_matter_leads_to_where_it_is_acted_on(
    desk: Desk, people: People
) -> None:
    actor = Actor(kind=ActorKind.PERSON, team=HOME_CARE, name="Opdigtet")
    beginning = Begin("vesthimmerland-borger-foer-opgave", "vesthimmerland-demo", "home", district="loegstoer-land",
                      provider="vesthimmerlands-kommune")  # fmt: skip
    begun, _warnings = desk.service.begin_episode(beginning, actor)
    home = people.coordinator(HOME_CARE)
    home.goto(f"{desk.url}/episodes/{begun.reference}")
    home.get_by_role("link", name="Sæt det på listen til et møde").click()
    expect(home.get_by_label("Forløbets reference")).to_have_value(begun.reference)
    press(home, "Sæt det på listen")
    expect(home.get_by_role("status").filter(has_text="Det står på listen")).to_be_visible()
    home.get_by_role("main").get_by_role("link", name=begun.reference).click()
    home.wait_for_url(f"**/episodes/{begun.reference}")
    home.goto(f"{desk.url}/triage?episode={begun.reference}")
    press(home, "Sæt det på listen")  # once more: it is refused, and what was typed is still there
    expect(home.get_by_role("alert").filter(has_text=begun.reference)).to_be_visible()
    expect(home.get_by_label("Forløbets reference")).to_have_value(begun.reference)


def test_a_long_list_is_shown_in_parts(desk: Desk, people: People) -> None:
    actor = Actor(kind=ActorKind.PERSON, team=HOME_CARE, name="Opdigtet")
    beginning = Begin("vesthimmerland-borger-foer-opgave", "vesthimmerland-demo", "home", district="loegstoer-land",
                      provider="vesthimmerlands-kommune")  # fmt: skip
    for _ in range(11):
        begun, _warnings = desk.service.begin_episode(beginning, actor)
        desk.service.perform(begun.reference, RaiseMatter(actor=actor, meeting="triage"))
    home = people.coordinator(HOME_CARE)
    home.goto(f"{desk.url}/triage")
    assert begun.reference not in home.content()
    expect(home.locator("li.card")).to_have_count(10)
    home.get_by_role("link", name="Vis mere af listen").click()
    expect(home.get_by_role("link", name=begun.reference)).to_be_visible()
    home.get_by_role("link", name="Alle lister").click()
    expect(home.locator("li.card")).to_have_count(10)


def test_a_decision_that_the_meeting_does_not_know_is_refused(desk: Desk, people: People) -> None:
    actor = Actor(kind=ActorKind.PERSON, team=HOME_CARE, name="Opdigtet")
    beginning = Begin("vesthimmerland-borger-foer-opgave", "vesthimmerland-demo", "home", district="loegstoer-by",
                      provider="vesthimmerlands-kommune")  # fmt: skip
    begun, _warnings = desk.service.begin_episode(beginning, actor)
    page = people.coordinator(HOME_CARE)
    page.goto(f"{desk.url}/triage")
    csrf = page.locator("input[name=csrf]").first.input_value()
    answer = page.request.post(
        f"{desk.url}/triage/{begun.reference}/triage", form={"csrf": csrf, "decision": "made-up"}
    )
    assert answer.status == 409
    assert "made-up" not in answer.text()


@pytest.mark.parametrize(
    "path",
    [
        "pathways",
        "pathways/jammerbugt-iv/2021-07-01",
        "pathways/jammerbugt-iv/2021-07-01/changes?since=jammerbugt-iv@2020-01-01",
        "agreements/sammen-om-sundhed/{sammen}",
        "triage",
    ],
)
def test_the_pages_fit_a_phone(desk: Desk, people: People, path: str) -> None:
    page = people.coordinator(WARD, **PHONE)
    page.goto(f"{desk.url}/{path.format(sammen=desk.service.agreements.version('sammen-om-sundhed').version)}")
    expect(page.locator("h1")).to_have_count(1)
    assert page.evaluate("document.documentElement.scrollWidth") <= WIDTH
    assert Axe().run(page, options=WCAG).response["violations"] == []
    keep_picture(page, f"phone-{path.partition('?')[0].replace('/', '-').replace('{sammen}', 'x')}")


def test_who_may_not_see_definitions_finds_none_and_nobody_those_of_other_networks(desk: Desk, people: People) -> None:
    reviewer = people.signed_in("log-reviewer@jammerbugt-demo")
    version = "jammerbugt-iv/2021-07-01"
    paths = ["pathways", f"pathways/{version}", f"pathways/{version}.svg", "agreements", f"agreements/{version}"]
    paths.append(f"pathways/{version}/changes?since=jammerbugt-iv@2020-01-01")
    for path in (*paths, "triage"):
        assert reviewer.request.get(f"{desk.url}/{path}").status == 404
    editor = people.signed_in("pathway-editor@jammerbugt-demo")
    for path in paths:
        assert editor.request.get(f"{desk.url}/{path}").status == 200
    assert editor.request.get(f"{desk.url}/triage").status == 404
    elsewhere = people.signed_in("pathway-editor@jamtland-demo")
    for path in (path for path in paths if version in path):
        assert elsewhere.request.get(f"{desk.url}/{path}").status == 404
    for path in (f"pathways/{version}/changes?since=made-up@2020-01-01", "pathways/jammerbugt-iv/made-up"):
        assert editor.request.get(f"{desk.url}/{path}").status == 404
