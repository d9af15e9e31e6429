"""What others did since somebody last looked is marked for them, in words and by a shape, from visit to visit."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from pages.desk_on_test import MUNICIPALITY, NETWORK, SSIH, Desk, People, keep_picture, unfold
from pages.test_every_page import PHONE, WCAG
from pages.worlds import at_home, on_the_way
from pages.worlds_of_care import some_days_ago, somebody
from pathways.access.users import Viewer
from pathways.care.commands import ChangeHandover, ConfirmReadiness, RecordFact, WantedHandover
from pathways.care.patient import Consent, Kit, KitItem
from pathways.care.states import Action


def looked_yesterday(desk: Desk, episode: str, team: str = MUNICIPALITY) -> Viewer:
    """The coordinator of a team, who looked at an episode as it is now, yesterday."""
    user = desk.service.users.get(f"{team}@{NETWORK}.example")
    viewer = Viewer(user=user, membership=user.memberships[0])
    some_days_ago(desk, 1).looks.looked(viewer, episode, desk.service.views.show(episode).episode.number)
    return viewer


def kit_is_placed(desk: Desk, episode: str) -> None:
    """Somebody of the other side records the kit."""
    items = (KitItem(name="påhittat 1 mg/ml", count=5),)
    kit = Kit(where="fridge, påhittat", checked_by="Bo", checked_on=desk.service.clock().date(), items=items)
    desk.service.perform(episode, RecordFact(actor=somebody(SSIH), fact=kit))


@pytest.fixture
def nurse(people: People) -> Page:
    """The coordinator of the municipality's team."""
    return people.coordinator(MUNICIPALITY)


def look(page: Page, address: str) -> None:
    """Open a page, and wait until it has said that it was looked at."""
    with page.expect_response(lambda answer: answer.url.endswith("/looked")):
        page.goto(address)


def marked(page: Page) -> list[str]:
    """The parts of the page that are marked as new, by the heading or line that bears the mark."""
    return [each.inner_text().split("★")[0].strip() for each in page.locator("main h3:has(.new)").all()]


def test_what_others_did_is_marked_until_the_visit_is_over(desk: Desk, nurse: Page) -> None:
    episode = on_the_way(desk).episode
    looked_yesterday(desk, episode)
    kit_is_placed(desk, episode)
    for _again in range(2):
        look(nurse, f"{desk.url}/episodes/{episode}")
        expect(nurse.locator(".notice.news")).to_contain_text("1 sak har ändrats sedan du senast tittade")
        assert marked(nurse) == ["Läkemedel vid behov (kit)"]
        expect(nurse.locator(".story .fresh")).to_have_count(1)
        expect(nurse.locator(".story .fresh .new .sr")).to_have_text("sedan du senast tittade")
    unfold(nurse, "Sjukdomsfas")
    nurse.locator("input[name=phase][value=stable]").check()
    with nurse.expect_navigation():
        nurse.locator("form[action$='/phase'] button").click()
    assert marked(nurse) == ["Läkemedel vid behov (kit)"], "a press of one's own takes no mark away, and gets none"
    expect(nurse.locator(".story .fresh")).to_have_count(1)


def test_the_next_visit_has_no_old_marks(desk: Desk, nurse: Page) -> None:
    episode = on_the_way(desk).episode
    kit_is_placed(desk, episode)
    looked_yesterday(desk, episode)
    look(nurse, f"{desk.url}/episodes/{episode}")
    assert nurse.locator(".new").count() == 0


def test_whoever_looks_for_the_first_time_is_not_told_that_all_is_new(desk: Desk, nurse: Page) -> None:
    episode = on_the_way(desk).episode
    look(nurse, f"{desk.url}/episodes/{episode}")
    assert nurse.locator(".new").count() == 0
    kit_is_placed(desk, episode)
    nurse.reload()
    assert marked(nurse) == ["Läkemedel vid behov (kit)"], "what comes while the visit lasts is marked"


@pytest.mark.parametrize("phone", [True, False], ids=["phone", "wide"])
def test_the_sender_sees_on_the_handover_what_the_receiver_did(desk: Desk, people: People, phone: bool) -> None:
    way = on_the_way(desk)
    looked_yesterday(desk, way.episode)
    receiver = somebody(SSIH)
    accept = ChangeHandover(actor=receiver, handover=way.handover, action=Action.ACCEPT)
    desk.service.perform(way.handover, accept)
    desk.service.perform(way.handover, ConfirmReadiness(actor=receiver, handover=way.handover))
    page = people.coordinator(MUNICIPALITY, **(PHONE if phone else {}))
    look(page, f"{desk.url}/handovers/{way.handover}")
    expect(page.locator("h1 .new")).to_be_visible()
    expect(page.locator(".marks li", has_text="accepterad").locator(".new")).to_be_visible()
    assert page.locator(".ticks .new").count() == page.locator(".ticks .made").count() > 0
    assert Axe().run(page, options=WCAG).response["violations"] == []
    keep_picture(page, f"what-is-new-on-a-handover-{'phone' if phone else 'wide'}")


def test_board_and_inbox_mark_what_has_changed_since_the_last_look_and_asking_in_the_background_is_none(
    desk: Desk, nurse: Page
) -> None:
    way = on_the_way(desk)
    viewer = looked_yesterday(desk, way.episode)
    known = desk.service.views.show(way.episode).episode
    board = f"{desk.url}/board?column={known.pathway}|{known.level}"  # with more cards: there are others' by then
    nurse.goto(board)
    card = nurse.locator(f".card:has(a[href='/episodes/{way.episode}'])")
    expect(card).to_have_count(1)
    assert card.locator(".new").count() == 0
    desk.service.perform(way.episode, RecordFact(actor=viewer.actor, fact=Consent(is_given=True)))
    nurse.reload()
    assert card.locator(".new").count() == 0, "what one did oneself is not new"
    kit_is_placed(desk, way.episode)
    before = desk.service.looks.latest(viewer, way.episode)
    assert nurse.request.get(f"{desk.url}/episodes/{way.episode}/number").ok
    assert nurse.request.get(f"{desk.url}/inbox", headers={"HX-Request": "true"}).ok
    assert desk.service.looks.latest(viewer, way.episode) == before
    nurse.reload()
    expect(card.locator(".new")).to_be_visible()
    keep_picture(nurse, "what-is-new-on-the-board")
    look(nurse, f"{desk.url}/episodes/{way.episode}")
    nurse.goto(board)
    assert card.locator(".new").count() == 0


def test_what_only_time_or_a_channel_does_is_marked_as_well(desk: Desk, nurse: Page) -> None:
    episode = at_home(desk)
    viewer = looked_yesterday(desk, episode)
    wanted = WantedHandover(move="home-to-home-specialised", urgency="acute", reason="worsening")
    handover = desk.service.plan_handover(episode, viewer.actor, wanted)
    look(nurse, f"{desk.url}/handovers/{handover}")
    expect(nurse.locator(".marks li", has_text="levererad").locator(".new")).to_be_visible()
    assert nurse.locator("h1 .new").count() == 0, "that it was asked for is one's own doing"
