"""Every page, in three languages, on a phone in the dark and on a desk: nothing that axe finds, nothing too large."""

from collections.abc import Iterator, Mapping

import pytest
from axe_playwright_python.sync_playwright import Axe
from fastapi.routing import APIRoute
from playwright.sync_api import Browser, Page

from desk.asking import COOKIE
from desk.pages import PAGES
from pages.desk_on_test import MUNICIPALITY, NETWORK, SSIH, Desk, People, keep_picture
from pages.worlds import at_home, on_the_way
from pathways.access.table import Role
from pathways.access.users import Membership, User
from pathways.definition.texts import Language
from pathways.operations.audit import Reviewer

PHONE = {"viewport": {"width": 390, "height": 800}, "has_touch": True, "is_mobile": True, "color_scheme": "dark"}
_TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
WCAG = {"runOnly": {"type": "tag", "values": _TAGS}}
LARGEST_BYTES = 100_000

ADDRESSES = {
    "inbox": "/inbox",
    "board": "/board",
    "board-by-team": "/board?by=team",
    "handover": "/handovers/{handover}",
    "episode": "/episodes/{episode}",
    "patient": "/episodes/{episode}/patient",
    "request": "/episodes/{settled}/moves/home-to-hospital",
    "begin": "/begin",
    "notices": "/notices",
    "emergency": "/emergency",
    "reserve-forms": "/reserve-forms",
    "log": "/log",
    "log-review": "/log/reviews/{review}",
    "log-extract": "/log/extract",
    "users": "/users",
    "user": f"/users/{SSIH}@{NETWORK}.example",
    "tokens": "/tokens",
    "sessions": "/sessions",
    "places": "/places",
    "cover": "/cover",
    "cover-of-a-team": "/cover/short-term-north",
    "triage": "/triage",
    "pathways": "/pathways",
    "pathway": "/pathways/jonkoping-palliative/2021-12-01",
    "agreements": "/agreements",
    "agreement": "/agreements/jonkoping-palliative/2021-12-01",
}
"""Every page by name, with its address: of a coordinator, where no other role is named below."""

OF_ANOTHER_ROLE = {
    "log": Role.LOG_REVIEWER,
    "log-review": Role.LOG_REVIEWER,
    "log-extract": Role.LOG_REVIEWER,
    "users": Role.NETWORK_ADMIN,
    "user": Role.NETWORK_ADMIN,
}
"""The pages that a coordinator does not see."""


def _member(role: Role) -> Membership:
    return Membership(network=NETWORK, team=MUNICIPALITY if role.is_in_care else None, role=role)


@pytest.fixture(scope="module")
def references(desk: Desk) -> Mapping[str, str]:
    first = on_the_way(desk)
    settled = at_home(desk)
    reviewer = Reviewer(login="reviewer@pages.example", name="Ebba Påhittad", role=Role.LOG_REVIEWER)
    review = desk.service.log_reviews.draw(NETWORK, reviewer).number
    return {"handover": first.handover, "episode": first.episode, "settled": settled, "review": str(review)}


@pytest.fixture(scope="module", params=[(language, width) for language in Language for width in ("phone", "wide")])
def page(request: pytest.FixtureRequest, desk: Desk, browser: Browser) -> Iterator[tuple[Page, str]]:
    """A coordinator of the receiving unit, in one of the languages, at a browser of one width."""
    language, width = request.param
    login = f"{language}-{width}@pages.example"
    members = tuple(_member(role) for role in (Role.COORDINATOR, *OF_ANOTHER_ROLE.values()))
    if login not in {user.login for user in desk.service.users.listed()}:
        desk.service.users.add(
            User(login=login, name="Ebba Påhittad", language=language, memberships=tuple(dict.fromkeys(members)))
        )
    with People(desk, browser) as people:
        found = people.stranger(**(PHONE if width == "phone" else {"color_scheme": "light"}))
        found.goto(f"{desk.url}/sign-in")
        found.locator(f"form:has(input[value='{login}']) button").click()
        found.wait_for_url("**/inbox")
        yield found, f"{language}-{width}"
        assert people.faults == []


@pytest.mark.parametrize("name", ADDRESSES)
def test_a_page_is_for_everybody_and_not_too_large(
    page: tuple[Page, str], name: str, desk: Desk, references: Mapping[str, str]
) -> None:
    shown, of = page
    (token,) = [each["value"] for each in shown.context.cookies() if each["name"] == COOKIE]
    desk.service.sessions.act_as(token, _member(OF_ANOTHER_ROLE.get(name, Role.COORDINATOR)))
    answer = shown.goto(desk.url + ADDRESSES[name].format(**references))
    assert answer is not None
    assert answer.status == 200
    assert len(answer.body()) < LARGEST_BYTES
    assert shown.locator("html").get_attribute("lang") == of.partition("-")[0]
    assert shown.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), "nothing stands out at the side"
    shown.evaluate("document.querySelectorAll('main details').forEach((each) => { each.open = true; })")
    found = Axe().run(shown, options=WCAG)
    assert [f"{each['id']}: {each['nodes'][0]['html'][:120]}" for each in found.response["violations"]] == []
    keep_picture(shown, f"{name}-{of}")


def test_no_page_has_been_forgotten() -> None:
    shown = {address.partition("?")[0].strip("/").split("/")[0] for address in ADDRESSES.values()}
    routes = [route for router in PAGES for route in router.routes if isinstance(route, APIRoute) and route.path != "/"]
    there = {route.path.strip("/").split("/")[0] for route in routes}
    assert there - {"to"} == shown  # it only leads on to others


@pytest.mark.parametrize("language", ["sv-SE", "da-DK", "en-GB"])
def test_the_page_to_sign_in_speaks_the_browsers_language(desk: Desk, people: People, language: str) -> None:
    page = people.stranger(locale=language)
    page.goto(f"{desk.url}/sign-in")
    assert page.locator("html").get_attribute("lang") == language[:2]
    assert Axe().run(page, options=WCAG).response["violations"] == []
