"""The page of who a patient is: said later than begun, merged only by whoever agrees, and protected."""

import pytest
from playwright.sync_api import expect
from stdnum import luhn

from pages.desk_on_test import MUNICIPALITY, NORTH, RYHOV, Desk, People, keep_picture, press, unfold
from pages.worlds import at_home
from pathways.care.actors import Actor, ActorKind
from pathways.operations.beginning import Begin
from pathways.operations.people import Patient


def _number(born: str) -> str:
    """A personal number that is given to nobody: its last three digits but one are for tests."""
    return f"19{born}981" + luhn.calc_check_digit(f"{born}981")


NUMBER, OTHER, NAME = _number("530101"), _number("530102"), "Elva Påhittad"


@pytest.mark.parametrize("width", [1280, 390])
def test_who_the_patient_is_and_whom_to_call_is_said_later(desk: Desk, people: People, width: int) -> None:
    episode, number = at_home(desk), _number("5403" + ("01" if width == 390 else "02"))
    nurse = people.coordinator(MUNICIPALITY, locale="sv-SE", viewport={"width": width, "height": 844})
    nurse.goto(f"{desk.url}/episodes/{episode}")
    nurse.get_by_role("link", name="Patienten och närstående").click()
    nurse.fill("#identifier", number)
    nurse.fill("#name", NAME)
    press(nurse, "Spara")
    expect(nurse.locator(".patient")).to_contain_text(NAME)
    unfold(nurse, "Lägg till någon")
    nurse.fill("#r-name", "Tolv Påhittad")
    nurse.fill("#r-relation", "dotter")
    nurse.fill("#r-phone", "070-174 06 05")
    nurse.locator("form[action$='/relative'] input[name=at_night]").check()
    nurse.locator("form[action$='/relative'] button").click()
    expect(nurse.locator("li.card")).to_contain_text("+46701740605")
    expect(nurse.locator("li.card")).to_contain_text("får ringas på natten")
    assert nurse.evaluate("document.documentElement.scrollWidth") <= width
    keep_picture(nurse, f"patient-{width}")
    nurse.locator("form[action$='/remove-relative'] button").click()
    expect(nurse.get_by_text("Ingen är antecknad.")).to_be_visible()


def test_what_is_in_doubt_is_kept_only_when_somebody_agrees_to_what_happens(desk: Desk, people: People) -> None:
    at_home(desk, Patient(NUMBER, "Nora Påhittad"))
    episode = at_home(desk, Patient(OTHER, NAME))
    nurse = people.coordinator(MUNICIPALITY, locale="sv-SE")
    nurse.goto(f"{desk.url}/episodes/{episode}/patient")
    nurse.fill("#known_as", OTHER)
    nurse.fill("#identifier", _number("530103"))
    nurse.fill("#name", NAME)
    press(nurse, "Spara")
    expect(nurse.locator("#agree")).to_have_text("Är det samma patient?")
    expect(nurse.locator("main")).to_contain_text("Båda är personnummer")
    keep_picture(nurse, "patient-to-agree")
    press(nurse, "Ja, det är samma patient")
    expect(nurse.get_by_text("Det är sparat vem patienten är.")).to_be_visible()
    nurse.fill("#known_as", NUMBER)
    nurse.fill("#identifier", _number("530105"))
    nurse.fill("#name", NAME)
    press(nurse, "Spara")
    expect(nurse.locator("#fault")).to_contain_text(episode)
    assert nurse.locator("#agree").count() == 0


def test_who_says_a_number_of_another_teams_patient_is_told_of_no_episode(desk: Desk, people: People) -> None:
    number = _number("530106")
    theirs = at_home(desk, Patient(number, NAME))
    ward = Actor(kind=ActorKind.PERSON, team=RYHOV, name="Eir Påhittad", via="desk", is_identified=True)
    begin = Begin("jonkoping-palliative", "jonkoping-demo", "hospital-bed", team=RYHOV, unit="ryhov")
    ours = desk.service.begin_episode(begin, ward)[0].reference
    nurse = people.coordinator(RYHOV, locale="sv-SE")
    nurse.goto(f"{desk.url}/episodes/{ours}/patient")
    nurse.fill("#identifier", number)
    nurse.fill("#name", NAME)
    press(nurse, "Spara")
    expect(nurse.locator("#fault")).to_be_visible()
    assert theirs not in nurse.content()


def test_a_protected_identity_is_seen_by_those_named_alone(desk: Desk, people: People) -> None:
    episode = at_home(desk, Patient(_number("530104"), NAME))
    nurse = people.coordinator(MUNICIPALITY, locale="sv-SE")
    nurse.goto(f"{desk.url}/episodes/{episode}/patient")
    press(nurse, "Skydda identiteten")
    expect(nurse.locator(".patient")).to_contain_text("Skyddad identitet")
    assert NAME not in nurse.content()
    other = people.coordinator(NORTH, locale="sv-SE")
    other.goto(f"{desk.url}/episodes/{episode}/patient")
    assert other.locator("h1").inner_text() != "Patienten"
    unfold(nurse, "Häv skyddet")
    press(nurse, "Häv skyddet")
    expect(nurse.locator("#fault")).to_be_visible()  # nobody was named
    assert NAME not in nurse.content()
