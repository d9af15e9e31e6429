"""The page of a handover: what the receiver must know stands before the buttons, and so does what the sender wrote."""

from playwright.sync_api import expect

from handslag.stories.telling import whole_summary
from pages.desk_on_test import RYHOV, Desk, People, keep_picture
from pages.worlds import NURSE, SITUATION
from pages.worlds_of_care import WHERE, well_known
from pathways.care.commands import WantedHandover, WriteSummary

WHY = "hustrun orkar inte längre, påhittat"


def test_the_receiver_knows_limits_kit_wish_and_reason_before_answering(desk: Desk, people: People) -> None:
    episode = well_known(desk)
    desk.service.perform(episode, WriteSummary(actor=NURSE, summary=whole_summary(SITUATION)))
    move = WantedHandover(
        move="home-to-hospital", to_units=("ryhov",), urgency="acute", reason="worsening", departs_because=WHY
    )
    handover = desk.service.plan_handover(episode, NURSE, move)
    ward = people.coordinator(RYHOV, locale="sv-SE")
    ward.goto(f"{desk.url}/handovers/{handover}")
    known = ward.locator("section:has(> #to-know)")
    for words in ("ingen hjärt-lungräddning", "instabil fas", WHERE, "Hemma", WHY):
        expect(known).to_contain_text(words, ignore_case=True)
    headings = ward.locator("main h2").all_inner_texts()
    assert headings.index("Vet detta först") < headings.index("Vad ni kan göra nu")
    keep_picture(ward, "handover-of-somebody-well-known")
    expect(ward.locator(".responsible a.phone")).to_have_attribute("href", "tel:+46846500401")
    ward.goto(f"{desk.url}/episodes/{episode}")
    expect(ward.locator("section:has(> #summary)")).to_contain_text(SITUATION)
    keep_picture(ward, "episode-of-somebody-well-known")
