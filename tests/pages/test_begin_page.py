"""The page to begin an episode, where what is known of the patient stands against it."""

from playwright.sync_api import expect
from stdnum import luhn

from pages.desk_on_test import MUNICIPALITY, Desk, People, keep_picture, press
from pages.worlds import NURSE, at_home
from pathways.care.commands import EndEpisode
from pathways.operations.people import Patient

NUMBER, NAME = "19510101980" + luhn.calc_check_digit("510101980"), "Tio Påhittad"


def test_who_is_recorded_as_dead_is_begun_with_only_by_who_says_that_the_patient_lives(
    desk: Desk, people: People
) -> None:
    ended = at_home(desk, Patient(identifier=NUMBER, name=NAME))
    desk.service.perform(ended, EndEpisode(actor=NURSE, end="deceased"))
    nurse = people.coordinator(MUNICIPALITY, locale="sv-SE")
    nurse.goto(f"{desk.url}/begin")
    assert nurse.locator("input[name=despite_death]").count() == 0
    nurse.fill("#identifier", NUMBER)
    nurse.fill("#name", NAME)
    nurse.check("input[name=level][value=home]")
    press(nurse, "Börja")
    expect(nurse.locator("#fault")).to_contain_text(ended)
    assert "handslag" not in nurse.locator("#fault").inner_text()
    keep_picture(nurse, "begin-with-somebody-recorded-as-dead")
    nurse.check("input[name=despite_death]")
    press(nurse, "Börja")
    expect(nurse.locator("h1")).to_contain_text("Hemma")
