"""The kit of medicines at the desk and through the API: its items are counted, and no door takes what cannot be so."""

from collections.abc import Mapping
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from pages.api_on_test import Caller, Installation
from pages.desk_on_test import MUNICIPALITY, NETWORK, SSIH, Desk, People, keep_picture
from pages.worlds import NURSE, at_home, on_the_way
from pages.worlds_of_care import COUNTED, WHERE
from pathways.access.table import Role
from pathways.access.users import Membership, User
from pathways.care.commands import RecordFact
from pathways.care.patient import Kit
from pathways.definition.texts import Language

Row = tuple[str, str, str]
DROPS = ("påhittat 1 mg/ml", "5", "2199-03-01")

FAULTY: Mapping[str, tuple[list[Row], str]] = {
    "nothing": ([], "it does not say what is in it."),
    "no name": ([("", "5", "")], "a thing in it has no name."),
    "twice": ([DROPS, ("PÅHITTAT  1 mg/ml", "2", "")], "a thing in it is listed twice."),
    "none": ([("påhittat", "0", "")], "there is none of a thing in it that was not there before."),
    "too many": ([(f"påhittat {n}", "5", "") for n in range(21)], "it lists too many things."),
    "expired": ([("påhittat", "5", "2001-03-01")], "it had expired before it was checked."),
    "too far": ([("påhittat", "5", "9999-12-31")], "A day or a time lies too far away."),
    "too long": ([("x" * 201, "5", "")], "A name is longer than 200 characters."),
}
AT_THE_DESK: Mapping[str, tuple[list[Row], str]] = {
    "no count": ([("påhittat", "", "")], "A number is missing, or is no whole number."),
    "below none": ([("påhittat", "-1", "")], "A number is missing, or is no whole number."),
    "only a day": ([("", "", "2199-03-01")], "A number is missing, or is no whole number."),
    "no day": ([("påhittat", "5", "2026-02-30")], "One of the days cannot be read."),
}
THROUGH_THE_API: Mapping[str, tuple[list[Row], str]] = {
    "below none": ([("påhittat", "-1", "")], "there are fewer than none of a thing in it."),
    "too large": ([("påhittat", "10000000000", "")], "A number is too large."),
}


@pytest.fixture(scope="module")
def nurse(installed: Installation) -> Caller:
    """A coordinator of the municipality's team, who reads English."""
    member = Membership(network=NETWORK, team=MUNICIPALITY, role=Role.COORDINATOR)
    login = f"kits-{Role.COORDINATOR}-{MUNICIPALITY}@api.example"
    installed.service.users.add(
        User(login=login, name="Ebba Påhittad", language=Language.ENGLISH, memberships=(member,))
    )
    return installed.caller(Role.COORDINATOR, MUNICIPALITY, name="kits")


def fields(rows: list[Row]) -> dict[str, Any]:
    names, counts, days = (list(each) for each in zip(*rows, strict=True)) if rows else ([], [], [])
    return {
        "where": WHERE,
        "checked_by": "Bo",
        "checked_on": "",
        "expires_on": "",
        "item_name": [*names, ""],
        "item_count": [*counts, " "],
        "item_expires": [*days, ""],
    }


def body(rows: list[Row]) -> dict[str, Any]:
    items = [{"name": name, "count": int(count), "expires_on": day or None} for name, count, day in rows]
    fact = {"type": "kit", "where": WHERE, "checked_by": "Bo", "checked_on": "2026-03-01", "items": items}
    return {"fact": fact}


def kit_of(installed: Installation | Desk, episode: str) -> Kit | None:
    known = installed.service.views.show(episode).episode.known.get("kit")
    return known.fact if known and isinstance(known.fact, Kit) else None


@pytest.mark.parametrize("name", [*FAULTY, *AT_THE_DESK])
def test_the_desk_refuses_what_cannot_be_in_a_kit(installed: Installation, nurse: Caller, name: str) -> None:
    rows, sentence = {**FAULTY, **AT_THE_DESK}[name]
    episode = at_home(installed)
    answer = nurse.page("POST", f"/episodes/{episode}/kit", fields(rows))
    assert answer.status_code == 409
    assert sentence in answer.text
    for row in rows[:20]:
        assert all(f'value="{value}"' in answer.text for value in row if value), "what was typed stays"
    assert kit_of(installed, episode) is None


@pytest.mark.parametrize("name", [*FAULTY, *THROUGH_THE_API])
def test_the_api_refuses_what_cannot_be_in_a_kit(installed: Installation, nurse: Caller, name: str) -> None:
    rows, sentence = {**FAULTY, **THROUGH_THE_API}[name]
    episode = at_home(installed)
    answer = nurse.post(f"/episodes/{episode}/record-fact", body(rows))
    assert answer.status_code == 409, answer.text
    assert sentence in answer.json()["detail"]
    assert kit_of(installed, episode) is None


def test_a_kit_is_counted_at_the_desk_and_retrieved_through_the_api(installed: Installation, nurse: Caller) -> None:
    episode = at_home(installed)
    assert nurse.page("POST", f"/episodes/{episode}/kit", fields([DROPS])).status_code == 303
    known = nurse.get(f"/episodes/{episode}").json()["known"]["kit"]["fact"]
    assert known["items"] == [{"name": DROPS[0], "count": 5, "expires_on": DROPS[2], "returned": None}]
    back = {**known, "retrieved_on": known["checked_on"], "items": [{**known["items"][0], "returned": 3}]}
    refused = nurse.post(f"/episodes/{episode}/record-fact", {"fact": back})
    assert (refused.status_code, "other counts came back" in refused.json()["detail"]) == (409, True)
    back["differs_because"] = "två gavs, påhittat"
    assert nurse.post(f"/episodes/{episode}/record-fact", {"fact": back}).status_code == 200
    assert (kit := kit_of(installed, episode))
    assert kit.items[0].differs


def test_what_came_back_is_of_the_kit_as_it_is_and_not_as_the_page_was(installed: Installation, nurse: Caller) -> None:
    episode = at_home(installed)
    nurse.page("POST", f"/episodes/{episode}/kit", fields([DROPS]))
    gone = {"retrieved_on": "", "item_name": ["annat"], "item_count": ["5"], "differs_because": ""}
    answer = nurse.page("POST", f"/episodes/{episode}/kit-retrieved", gone)
    assert (answer.status_code, "or is not listed in the kit." in answer.text) == (409, True)
    none = nurse.page("POST", f"/episodes/{at_home(installed)}/kit-retrieved", {"retrieved_on": ""})
    assert (none.status_code, "No kit is known." in none.text) == (409, True)


def test_the_rows_are_filled_in_by_keyboard_and_the_counts_are_given_anew(desk: Desk, people: People) -> None:
    episode = at_home(desk)
    nurse = people.coordinator(MUNICIPALITY, locale="sv-SE")
    nurse.goto(f"{desk.url}/episodes/{episode}")
    nurse.locator("#known-kit > details > summary").first.press("Enter")
    nurse.locator("#kit-where").fill(WHERE)
    nurse.locator("#kit-by").fill("Bo Påhittad")
    rows = nurse.locator("form[action$='/kit'] .row")
    expect(rows.filter(visible=True)).to_have_count(4)
    for place, (name, count) in enumerate((("påhittat 1 mg/ml", "5"), ("tops, påhittade", "12"))):
        rows.nth(place).get_by_label("Namn på förpackningen").fill(name)
        rows.nth(place).get_by_label("Hur många?").fill(count)
    rows.nth(0).get_by_label("Dag då det går ut").fill("2199-03-01")
    keep_picture(nurse, "kit-form")
    with nurse.expect_navigation():
        nurse.locator("form[action$='/kit'] button").press("Enter")
    known = nurse.locator("#known-kit > ul.kit")
    expect(known).to_contain_text("påhittat 1 mg/ml: 5, går ut")
    nurse.locator("#known-kit > details > summary").first.press("Enter")
    expect(rows.nth(0).get_by_label("Namn på förpackningen")).to_have_value("påhittat 1 mg/ml")
    expect(rows.nth(0)).to_contain_text("(senast: 5)")
    expect(rows.nth(0).get_by_label("Hur många?")).to_have_value("")
    nurse.locator("#kit-by").fill("Bo Påhittad")
    rows.nth(0).get_by_label("Hur många?").fill("0")
    rows.nth(1).get_by_label("Hur många?").fill("11")
    with nurse.expect_navigation():
        nurse.locator("form[action$='/kit'] button").press("Enter")
    expect(known).to_contain_text("inget kvar")
    retrieve(nurse, "0", "9")
    expect(nurse.locator("#fault")).to_contain_text("andra antal kom tillbaka")
    keep_picture(nurse, "kit-differs")
    expect(nurse.get_by_label("tops, påhittade")).to_have_value("9")
    nurse.locator("#kit-differs").fill("två var smutsiga")
    with nurse.expect_navigation():
        nurse.locator("form[action$='/kit-retrieved'] button").press("Enter")
    expect(known.locator("strong.bad")).to_have_text("11 vid kontrollen, 9 kom tillbaka")
    expect(nurse.locator("#known-kit")).to_contain_text("två var smutsiga")
    keep_picture(nurse, "kit-retrieved")


def retrieve(page: Page, *counts: str) -> None:
    """Unfold the form, count what came back, and press."""
    page.locator("#known-kit > details > summary").nth(1).press("Enter")
    for place, count in enumerate(counts):
        page.locator("form[action$='/kit-retrieved'] input[name=item_count]").nth(place).fill(count)
    with page.expect_navigation():
        page.locator("form[action$='/kit-retrieved'] button").press("Enter")


def test_who_takes_the_patient_over_sees_what_is_in_the_kit(desk: Desk, people: People) -> None:
    way = on_the_way(desk)
    checked = {"where": WHERE, "checked_by": "Bo", "checked_on": desk.service.clock().date()}
    gone = COUNTED[1].model_copy(update={"count": 0})
    soon = COUNTED[0].model_copy(update={"expires_on": checked["checked_on"]})
    for items in (COUNTED, (soon, gone)):
        desk.service.perform(way.episode, RecordFact(actor=NURSE, fact=Kit(items=items, **checked)))
    receiver = people.coordinator(SSIH, locale="sv-SE")
    receiver.goto(f"{desk.url}/handovers/{way.handover}")
    known = receiver.locator("section:has(> #to-know)")
    for words in (f"{WHERE}, går ut", "(det har gått ut)", f"{soon.name}: 5", f"{gone.name}: inget kvar"):
        expect(known).to_contain_text(words)
    keep_picture(receiver, "kit-handover")
