"""Every door for what is entered late: where it may be, each has its field; where it may not, none."""

from datetime import UTC, date, datetime, timedelta
from typing import Any, cast
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import expect
from starlette.datastructures import FormData

from desk.api import PATH
from desk.api.commanding import ACTIONS as API_ACTIONS
from desk.granting import GRANTS
from desk.ordering import ORDERS
from desk.pages.episode import _MADE, LATE
from desk.recording import RECORDS, Press
from pages.api_on_test import Installation
from pages.desk_on_test import MUNICIPALITY, SSIH, Desk, People, keep_picture
from pages.worlds import NURSE, at_home, on_the_way
from pathways.access.commands import RIGHTS, name_of_kind
from pathways.access.table import Role
from pathways.care.actors import Actor, ActorKind
from pathways.care.commands import ChangeHandover, RecordFact
from pathways.care.late_entries import ACTIONS, may_be_late
from pathways.care.patient import PhaseOfIllness
from pathways.care.states import Action, MarkKind
from pathways.definition.conditions import Phase

ZONE = ZoneInfo("Europe/Stockholm")
FILLED_IN = FormData(
    [
        *(("phase", "stable"), ("instrument", "akps"), ("score", "50"), ("limit", "no-cpr"), ("where", "hall")),
        *(
            ("checked_by", "x"),
            ("item_name", "x"),
            ("item_count", "5"),
            ("item_expires", ""),
            ("place_of", "care"),
            ("first", "home"),
            ("said_by", "patient"),
        ),
        *(("is_available", "yes"), ("is_aware", "yes"), ("may_be_called_at_night", "no"), ("is_given", "yes")),
        *(("organisation", "x"), ("may_see", "no")),
        *(("end", "deceased"), ("kind", "x"), ("follow_up", "x"), ("milestone", "x"), ("name", "x")),
    ]
)


def a_little_ago(minutes: int = 0) -> str:
    """A local time just now, or some minutes ago, as a field of a page has it."""
    return f"{datetime.now(ZONE) - timedelta(minutes=minutes):%Y-%m-%dT%H:%M:%S}"


@pytest.mark.parametrize("name", [name for name in _MADE if name not in {*GRANTS, *ORDERS, "kit-retrieved"}])
def test_a_button_of_an_episode_has_the_field_where_its_command_may_be_entered_late(name: str) -> None:
    press = Press(NURSE, FILLED_IN, date(2026, 3, 1), lambda: cast(Any, None))
    assert (name in LATE) == may_be_late(type(_MADE[name](press)))


def test_no_grant_and_no_order_is_entered_late_at_the_desk() -> None:
    assert {*_MADE} - {*GRANTS, *ORDERS} >= LATE
    assert {"summary", "milestone", "fixed-contact"} == set(RECORDS) - LATE


def test_a_route_of_the_api_has_the_field_where_its_command_may_be_entered_late(installed: Installation) -> None:
    schema = installed.client.get(f"{PATH}/openapi.json").json()
    found: dict[str, bool] = {}
    for path, methods in schema["paths"].items():
        body = methods.get("post", {}).get("requestBody", {}).get("content", {}).get("application/json")
        if body and "$ref" in body["schema"]:
            fields = schema["components"]["schemas"][body["schema"]["$ref"].rpartition("/")[2]]["properties"]
            found[path.rpartition("/")[2]] = "occurred_at" in fields
    for action in API_ACTIONS:
        assert found[action.value] == may_be_late(ChangeHandover, action), action
    others = {"plan-handover": "handovers", "come-back": "come-back"}
    for kind in set(RIGHTS) - {ChangeHandover}:
        name = name_of_kind(kind)
        assert found[others.get(name, name)] == may_be_late(kind), kind
    assert found["episodes"]


def test_the_api_takes_both_times_and_shows_them(installed: Installation) -> None:
    found = on_the_way(installed)
    ssih = installed.caller(Role.COORDINATOR, SSIH)
    early = datetime.now(UTC) - timedelta(hours=2)
    refused = ssih.post(f"/handovers/{found.handover}/accept", {"occurred_at": early.isoformat()})
    assert refused.status_code == 409
    assert "as is recorded" in refused.text
    at = datetime.now(UTC)
    assert ssih.post(f"/handovers/{found.handover}/accept", {"occurred_at": at.isoformat()}).status_code == 200
    shown = ssih.get(f"/handovers/{found.handover}").json()["handover"]
    mark = next(each for each in shown["marks"] if each["kind"] == "accepted")
    assert datetime.fromisoformat(mark["at"]) == at < datetime.fromisoformat(mark["entered_at"])
    history = ssih.get(f"/episodes/{found.episode}/history").json()
    assert {each["occurred_at"] for each in history} > {None}
    assert ssih.post(f"/handovers/{found.handover}/see", {"occurred_at": at.isoformat()}).status_code == 422


@pytest.mark.parametrize("action", [action for action in API_ACTIONS if not may_be_late(ChangeHandover, action)])
def test_a_press_that_is_never_late_is_refused_with_a_time(installed: Installation, action: Action) -> None:
    found = on_the_way(installed)
    ssih = installed.caller(Role.COORDINATOR, SSIH)
    fields = {"occurred_at": a_little_ago(), "reason": "x", "team": SSIH}
    page = ssih.page("POST", f"/handovers/{found.handover}/{action}", fields)
    assert page.status_code == 409
    assert ACTIONS[action] is not None


def test_an_acceptance_of_the_night_is_pressed_with_its_time_and_shown_with_both(desk: Desk, people: People) -> None:
    found = on_the_way(desk)
    ssih = people.coordinator(SSIH, locale="sv-SE")
    ssih.goto(f"{desk.url}/handovers/{found.handover}")
    form = ssih.locator("form[action$='/accept']")
    expect(form.locator("input[name=occurred_at]")).to_be_hidden()
    form.get_by_text("Det hände tidigare").click()
    field = form.locator("input[name=occurred_at]")
    field.fill(f"{datetime.now(ZONE) - timedelta(hours=3):%Y-%m-%dT%H:%M}")
    keep_picture(ssih, "late-entry-form")
    with ssih.expect_navigation():
        form.get_by_role("button").click()
    expect(ssih.locator("#fault")).to_contain_text("Detta kan inte ha hänt")
    expect(ssih.locator("form[action$='/accept'] input[name=occurred_at]")).to_be_visible()
    keep_picture(ssih, "late-entry-refused")


def test_what_was_entered_late_stands_with_both_times_on_the_pages(desk: Desk, people: People) -> None:
    found = on_the_way(desk)
    requested = desk.service.views.show(found.handover).handover(found.handover).requested_at
    assert requested
    actor = Actor(kind=ActorKind.PERSON, team=SSIH, name="Bo Påhittad", via="desk", is_identified=True)
    accept = ChangeHandover.model_validate(
        {"actor": actor, "handover": found.handover, "action": "accept", "occurred_at": requested}
    )
    desk.service.perform(found.handover, accept)
    mark = desk.service.views.show(found.handover).handover(found.handover).mark(MarkKind.ACCEPTED)
    assert mark
    assert mark.at == requested
    ssih = people.coordinator(SSIH, locale="sv-SE")
    ssih.goto(f"{desk.url}/handovers/{found.handover}")
    expect(ssih.locator("#marks")).to_contain_text("infört i efterhand")
    expect(ssih.locator("#story")).to_contain_text("infört i efterhand")
    keep_picture(ssih, "late-entry-shown")
    ssih.goto(f"{desk.url}/episodes/{found.episode}")
    expect(ssih.locator("section:has(> #history)")).to_contain_text("infört i efterhand")


def test_a_fact_and_a_request_and_a_beginning_have_the_field(desk: Desk, people: People) -> None:
    episode = at_home(desk)
    began = desk.service.views.show(episode).episode.began_at
    fact = RecordFact(actor=NURSE, fact=PhaseOfIllness(phase=Phase.UNSTABLE), occurred_at=began)
    desk.service.perform(episode, fact)
    nurse = people.coordinator(MUNICIPALITY)
    nurse.goto(f"{desk.url}/episodes/{episode}?late=yes")
    expect(nurse.locator("form[action$='/end'] details.late")).to_have_attribute("open", "")
    expect(nurse.locator("form[action$='/summary'] details.late")).to_have_count(0)
    keep_picture(nurse, "late-entry-episode")
    for path in (f"/episodes/{episode}/moves/home-to-home-specialised", "/begin/jonkoping-palliative"):
        nurse.goto(desk.url + path)
        expect(nurse.locator("details.late input[name=occurred_at]")).to_have_count(1)
    keep_picture(nurse, "late-entry-begin")
