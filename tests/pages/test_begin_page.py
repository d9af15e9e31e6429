"""The page to begin an episode, where what is known of the patient stands against it."""

import re

from playwright.sync_api import expect
from stdnum import luhn

from pages.desk_on_test import MUNICIPALITY, SSIH, Desk, People, keep_picture, press
from pages.worlds import NURSE, at_home
from pages.worlds_of_care import somebody
from pathways.care.commands import ChangeHandover, EndEpisode
from pathways.care.states import Action
from pathways.operations.beginning import Begin
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


def test_another_team_is_asked_to_take_over_what_is_begun_for_it_and_the_beginner_has_it_until_then(
    desk: Desk, people: People
) -> None:
    nurse, ssih = people.coordinator(MUNICIPALITY, locale="sv-SE"), people.coordinator(SSIH, locale="sv-SE")
    nurse.goto(f"{desk.url}/begin")
    nurse.check("input[name=level][value=home-specialised]")
    assert nurse.input_value("#team") == ""  # the only team there, where that is not one's own
    keep_picture(nurse, "begin-for-another-team")
    press(nurse, "Börja")
    expect(nurse.locator("main")).to_contain_text("Tills det har tagit över ansvarar ert team.")
    keep_picture(nurse, "begun-for-another-team")
    episode = re.findall(r"E\w{3}-\w{4}", nurse.url)[0]
    asked = desk.service.views.show(episode).episode
    assert asked.responsible_team == MUNICIPALITY
    assert asked.open_handover
    ssih.goto(f"{desk.url}/inbox")
    item = ssih.locator(f"a[href='/handovers/{asked.open_handover.reference}']").first
    expect(item.locator("xpath=ancestor::li")).to_contain_text("Övertagande vid start")
    keep_picture(ssih, "inbox-of-the-team-that-is-to-take-over")
    item.click()
    expect(ssih.locator("main")).to_contain_text("Bara ansvaret går över; patienten stannar.")
    keep_picture(ssih, "handover-of-a-beginning")
    press(ssih, "Acceptera: vi tar över")
    press(ssih, "Framme: vi har ansvaret nu")
    assert desk.service.views.show(episode).episode.responsible_team == SSIH


def test_whoever_is_told_no_asks_again_from_the_episode(desk: Desk, people: People) -> None:
    episode, _warnings = desk.service.begin_episode(
        Begin("jonkoping-palliative", "jonkoping-demo", "home-specialised", team=SSIH), NURSE
    )
    asked = episode.open_handover
    assert asked
    no = ChangeHandover(actor=somebody(SSIH), handover=asked.reference, action=Action.REJECT, reason="wrong-level")
    desk.service.perform(asked.reference, no)
    nurse = people.coordinator(MUNICIPALITY, locale="sv-SE")
    nurse.goto(f"{desk.url}/episodes/{episode.reference}")
    keep_picture(nurse, "episode-that-nobody-has-taken-over")
    nurse.locator(f"a[href='/episodes/{episode.reference}/moves/begin']").first.click()
    keep_picture(nurse, "asking-again-to-take-over")
    press(nurse, "Skicka förfrågan")
    again = desk.service.views.show(episode.reference).episode
    assert again.responsible_team == MUNICIPALITY
    assert again.open_handover
    assert again.open_handover.plan.to_team == SSIH
