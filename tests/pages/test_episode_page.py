"""The page of an episode: what is known, granted and ordered is shown, and recorded by one press by whoever may."""

import os
import re
from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from desk.histories import shown
from handslag.inbox import Inbox
from handslag.playground import Playground
from handslag.processes import free_port
from pages.desk_on_test import MANY_TRIES, MUNICIPALITY, Desk, People, keep_picture, press, unfold
from pages.test_every_page import LARGEST_BYTES, PHONE, WCAG
from pages.worlds import NURSE, SITUATION, at_home, on_the_way
from pages.worlds_of_care import (
    ASSESSOR,
    DRUG,
    HOME_CARE,
    HOME_NURSING,
    PLANNER,
    WARD,
    WHERE,
    daily,
    granted,
    order,
    treated,
    well_known,
)
from pathways.access.table import Role
from pathways.access.users import Membership, User, Viewer
from pathways.care.actors import SYSTEM
from pathways.care.commands import CompleteFollowUp, EndEpisode, EraseRecord, RecordFact
from pathways.care.decisions import decide
from pathways.care.patient import Consent, Kit, PlaceOf, Preference, SaidBy, Score, TreatmentLimit
from pathways.care.recording import Context
from pathways.definition.conditions import Instrument
from pathways.definition.texts import Language
from pathways.operations.people import Patient
from pathways.store.unit_of_work import UnitOfWork

SOUTH = "short-term-south"
VESTHIMMERLAND, JAMMERBUGT = "vesthimmerland-demo", "jammerbugt-demo"


@pytest.fixture(scope="module")
def wide(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """A desk of its own, for networks in which services are granted and treatments ordered."""
    before = dict(os.environ)
    folder = tmp_path_factory.mktemp("wide-desk")
    with Inbox(lambda _letter: None) as inbox, Playground(folder, inbox, free_port(), extra=MANY_TRIES) as playground:
        playground.prepare((VESTHIMMERLAND, JAMMERBUGT))
        playground.start_desk()
        yield Desk(playground)
    os.environ.clear()
    os.environ.update(before)


@pytest.fixture
def danes(wide: Desk, browser: Browser) -> Iterator[People]:
    """People of those networks."""
    with People(wide, browser) as found:
        yield found
        assert found.faults == []


def speaking(desk: Desk, people: People, language: Language, network: str, team: str, phone: bool) -> Page:
    """A coordinator of a team who reads this language, at a browser of one width."""
    login = f"{language}-{team}@care.example"
    if login not in {user.login for user in desk.service.users.listed()}:
        member = Membership(network=network, team=team, role=Role.COORDINATOR)
        desk.service.users.add(User(login=login, name="Ebba Påhittad", language=language, memberships=(member,)))
    page = people.stranger(**(PHONE if phone else {"color_scheme": "light"}))
    page.goto(f"{desk.url}/sign-in")
    page.locator(f"form:has(input[value='{login}']) button").click()
    page.wait_for_url("**/inbox")
    return page


def nothing_found(page: Page, address: str, name: str) -> None:
    """The page is small enough, nothing stands out at its side, and axe finds nothing, whatever is unfolded."""
    answer = page.goto(address)
    assert answer is not None
    assert answer.status == 200
    assert len(answer.body()) < LARGEST_BYTES
    keep_picture(page, f"{name}-folded")
    page.evaluate("document.querySelectorAll('main details').forEach((each) => { each.open = true; })")
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), "nothing stands out at the side"
    found = Axe().run(page, options=WCAG)
    assert [f"{each['id']}: {each['nodes'][0]['html'][:160]}" for each in found.response["violations"]] == []
    keep_picture(page, name)


@pytest.mark.parametrize("phone", [True, False], ids=["phone", "wide"])
@pytest.mark.parametrize("language", Language)
def test_with_everything_filled_in_it_is_for_everybody(
    desk: Desk, people: People, wide: Desk, danes: People, language: Language, phone: bool
) -> None:
    width = "phone" if phone else "wide"
    page = speaking(desk, people, language, "jonkoping-demo", MUNICIPALITY, phone)
    nothing_found(page, f"{desk.url}/episodes/{well_known(desk)}", f"known-{language}-{width}")
    assessor = speaking(wide, danes, language, VESTHIMMERLAND, ASSESSOR, phone)
    nothing_found(assessor, f"{wide.url}/episodes/{granted(wide)}", f"granted-{language}-{width}")
    nurse = speaking(wide, danes, language, JAMMERBUGT, HOME_NURSING, phone)
    nothing_found(nurse, f"{wide.url}/episodes/{with_an_order(wide)}", f"treated-{language}-{width}")


def with_an_order(desk: Desk) -> str:
    episode = treated(desk)
    order(desk, episode, daily(tomorrow(desk), 8, 20))
    return episode


def tomorrow(desk: Desk) -> date:
    return desk.service.clock().date() + timedelta(days=1)


def known(desk: Desk, episode: str, slot: str) -> object:
    """A fact of the patient as it is known now."""
    found = desk.service.views.show(episode).episode.known.get(slot)
    return found.fact if found else None


@pytest.fixture
def nurse(desk: Desk, people: People) -> Page:
    """The coordinator of the municipality's team, who reads English."""
    return speaking(desk, people, Language.ENGLISH, "jonkoping-demo", MUNICIPALITY, phone=False)


def card(page: Page, slot: str) -> None:
    """Unfold the form of a fact."""
    page.locator(f"#known-{slot} details:not([open]) > summary").first.click()


def test_each_fact_is_recorded_by_one_press(desk: Desk, nurse: Page) -> None:
    episode, today = at_home(desk), desk.service.clock().date()
    nurse.goto(f"{desk.url}/episodes/{episode}")
    card(nurse, "treatment-limits")
    form = nurse.locator("form[action$='/limits']")
    form.get_by_label("no resuscitation").check()
    form.get_by_label("Day of the next review").fill((today + timedelta(days=90)).isoformat())
    record(nurse, "limits")
    expect(nurse.locator("#known-treatment-limits strong")).to_have_text("no resuscitation (CPR)")
    card(nurse, "kit")
    nurse.get_by_label("Where is it kept?").fill(WHERE)
    nurse.get_by_label("Who checked it?").fill("Bo Påhittad")
    nurse.locator("form[action$='/kit'] input[name=item_name]").first.fill("påhittat 1 mg/ml")
    nurse.locator("form[action$='/kit'] input[name=item_count]").first.fill("5")
    record(nurse, "kit")
    assert isinstance(kit := known(desk, episode, "kit"), Kit)
    assert (kit.where, kit.expires_on) == (WHERE, None)
    nurse.locator("#known-kit details > summary", has_text="fetched back").click()
    nurse.get_by_label("påhittat 1 mg/ml").fill("5")
    record(nurse, "kit-retrieved")
    assert isinstance(kit := known(desk, episode, "kit"), Kit)
    assert kit.retrieved_on is not None
    card(nurse, "preference-death")
    nurse.locator("#first-death").select_option("home")
    nurse.locator("#second-death").select_option("short-term")
    nurse.locator("#known-preference-death").get_by_label("a relative").check()
    nurse.locator("form[data-keep$='/preference/death'] button").click()
    expect(nurse.locator("#known-preference-death strong")).to_be_visible()
    wish = known(desk, episode, "preference/death")
    assert isinstance(wish, Preference)
    assert (wish.place_of, wish.first, wish.second, wish.said_by) == (
        PlaceOf.DEATH,
        "home",
        "short-term",
        SaidBy.RELATIVE,
    )
    card(nurse, "carer")
    for name, value in (("is_available", "yes"), ("is_aware", "no"), ("may_be_called_at_night", "no")):
        nurse.locator(f"input[name={name}][value={value}]").check()
    record(nurse, "carer")
    expect(nurse.locator("#known-carer")).to_contain_text("may not be called at night")
    card(nurse, "consent")
    press(nurse, "Consent is withdrawn")
    assert known(desk, episode, "consent") == Consent(is_given=False)


def record(page: Page, action: str) -> None:
    """Press the button of a form."""
    with page.expect_navigation():
        page.locator(f"form[action$='/{action}'] button").first.click()


def test_a_score_that_the_instrument_does_not_give_is_refused_and_what_was_typed_stays(desk: Desk, nurse: Page) -> None:
    episode = at_home(desk)
    nurse.goto(f"{desk.url}/episodes/{episode}")
    card(nurse, "scores")
    nurse.get_by_label("Instrument").select_option("akps")
    nurse.locator("#score").fill("45")
    record(nurse, "score")
    expect(nurse.locator("#fault")).to_be_visible()
    expect(nurse.locator("#score")).to_have_value("45")
    expect(nurse.get_by_label("Instrument")).to_have_value("akps")
    nurse.locator("#score").fill("40")
    record(nurse, "score")
    assert known(desk, episode, "score/akps") == Score(instrument=Instrument.AKPS, score=40)
    expect(nurse.locator("#known-scores")).to_contain_text("AKPS 40")
    expect(nurse.locator(".story")).to_contain_text("Score: AKPS 40")


def test_whoever_only_reads_sees_what_is_known_and_no_button(desk: Desk, people: People) -> None:
    episode = well_known(desk)
    page = people.coordinator(SOUTH)
    user = desk.service.users.get(f"{SOUTH}@jonkoping-demo.example")
    viewer = Viewer(user=user, membership=user.memberships[0])
    desk.service.access.open_in_emergency(viewer, episode, "the patient is here, made up")
    page.goto(f"{desk.url}/episodes/{episode}")
    expect(page.locator("#known-kit")).to_contain_text(WHERE)
    assert {form.get_attribute("action") for form in page.locator("main form").all()} == {
        f"/episodes/{episode}/night-sheet",
        f"/episodes/{episode}/looked",
    }, "the last one has a button only where no script runs"


def test_the_chart_is_drawn_and_says_the_same_as_a_table(desk: Desk, nurse: Page) -> None:
    nurse.goto(f"{desk.url}/episodes/{well_known(desk)}")
    chart = nurse.locator(".chart")
    expect(chart.locator(".lane .label").first).to_have_text("Home")
    akps = chart.locator(".lane", has_text="AKPS")
    expect(akps.locator(".label")).to_contain_text("AKPS 40 0–100")
    expect(akps.get_by_role("img")).to_have_attribute("aria-label", re.compile(r"^AKPS: 70 \(.*40 \("))
    widths = chart.locator("svg").evaluate_all("all => all.map((each) => each.getBoundingClientRect().width)")
    assert min(widths) > 200, "the drawings stretch"
    nurse.get_by_text("The same as a table").click()
    expect(nurse.locator("section[aria-labelledby=course] tbody tr")).to_have_count(1 + 2 + 4 + 2 + 1)


def test_the_night_sheet_is_shown_in_the_readers_language_and_noted(desk: Desk, nurse: Page) -> None:
    episode = well_known(desk)
    nurse.goto(f"{desk.url}/episodes/{episode}")
    with nurse.expect_popup() as opened:
        nurse.get_by_role("button", name="Show it in a new tab").click()
    sheet = opened.value
    expect(sheet.locator("html")).to_have_attribute("lang", "en")
    expect(sheet.locator("body")).to_contain_text(WHERE)
    assert sheet.evaluate("getComputedStyle(document.querySelector('h1')).margin") == "0px", "its own style holds"
    with nurse.expect_download() as loaded:
        nurse.get_by_role("button", name="As PDF, to print").click()
    assert loaded.value.path().read_bytes().startswith(b"%PDF")
    assert desk.service.views.show(episode).episode.night_sheet is not None
    nurse.reload()
    expect(nurse.get_by_text("it still holds.")).to_be_visible()
    desk.service.perform(episode, RecordFact(actor=NURSE, fact=Consent(is_given=False)))
    nurse.reload()
    expect(nurse.get_by_text("it is out of date")).to_be_visible()


def test_a_long_history_is_paged_and_the_page_stays_small(desk: Desk, nurse: Page) -> None:
    episode = at_home(desk)
    for number in range(300):
        fact = Score(instrument=Instrument.NRS, score=number % 11)
        desk.service.perform(episode, RecordFact(actor=NURSE, fact=fact))
    answer = nurse.goto(f"{desk.url}/episodes/{episode}")
    assert answer is not None
    assert len(answer.body()) < LARGEST_BYTES
    seen = 0
    while True:
        seen += nurse.locator(".story li").count()
        if nurse.get_by_role("link", name="Earlier").count() == 0:
            break
        with nurse.expect_navigation():
            nurse.get_by_role("link", name="Earlier").click()
    assert seen == len(shown(desk.service.views.show(episode))) > 300
    expect(nurse.locator(".story li").last).to_contain_text("The episode began")


def test_what_is_granted_is_swapped_undone_renewed_and_withdrawn_by_those_who_may(wide: Desk, danes: People) -> None:
    episode = granted(wide)
    address = f"{wide.url}/episodes/{episode}"
    planner = speaking(wide, danes, Language.ENGLISH, VESTHIMMERLAND, PLANNER, phone=False)
    planner.goto(address)
    grant = planner.locator("#practical-help-1")
    expect(grant).to_contain_text("Walks and company: 30 min a week")
    assert grant.locator("form[action$='/renew-grant']").count() == 0, "that is for the assessor"
    assert planner.get_by_text("Grant: Personal care").count() == 0
    with planner.expect_navigation():
        grant.locator("form[action$='/undo-swap'] button").click()
    expect(grant.locator("del")).to_contain_text("Cleaning 30 min → Walks and company 30 min")
    unfold(planner, "Swap services")
    grant.get_by_label("What for what?").select_option("cleaning|company")
    grant.get_by_label("Minutes a week that are given up").fill("4000")
    with planner.expect_navigation():
        grant.locator("form[action$='/swap'] button").click()
    expect(planner.locator("#fault")).to_be_visible()
    expect(grant.get_by_label("Minutes a week that are given up")).to_have_value("4000")
    unfold(planner, "Grant: Infection package")
    with planner.expect_navigation():
        planner.locator("form[data-keep$='/grant/infection-package'] button").click()
    expect(planner.locator("#infection-package-1")).to_be_visible()
    assessor = speaking(wide, danes, Language.ENGLISH, VESTHIMMERLAND, ASSESSOR, phone=False)
    assessor.goto(address)
    with assessor.expect_navigation():
        assessor.locator("#infection-package-1 form[action$='/renew-grant'] button").click()
    expect(assessor.locator("#infection-package-1")).to_contain_text("renewed 1 time")
    assessor.locator("#practical-help-1 details > summary", has_text="Withdraw").click()
    assessor.locator("#practical-help-1").get_by_label("Why?").fill("påhittat")
    with assessor.expect_navigation():
        assessor.locator("#practical-help-1 form[action$='/withdraw-grant'] button").click()
    expect(assessor.locator("#practical-help-1 .pill")).to_have_text("withdrawn")
    assert assessor.locator("#orders").count() == 0, "nothing is ordered on this pathway"


def test_a_treatment_is_ordered_its_visit_recorded_and_a_complication_leads_to_the_handover(
    wide: Desk, danes: People
) -> None:
    episode = treated(wide)
    address = f"{wide.url}/episodes/{episode}"
    ward = speaking(wide, danes, Language.ENGLISH, JAMMERBUGT, WARD, phone=False)
    ward.goto(address)
    unfold(ward, "Order: Antibiotics intravenously")
    form = ward.locator("form[data-keep$='/order/iv-antibiotics']")
    form.locator("textarea").fill(DRUG)
    form.get_by_label("Time 1").fill("08:00")
    form.get_by_label("First day").fill(tomorrow(wide).isoformat())
    form.get_by_label("Last day").fill((tomorrow(wide) + timedelta(days=4)).isoformat())
    with ward.expect_navigation():
        form.locator("button").click()
    expect(ward.locator("#order-1")).to_contain_text(DRUG)
    assert ward.locator("#grants").count() == 0, "nothing is granted on this pathway"
    nurse = speaking(wide, danes, Language.ENGLISH, JAMMERBUGT, HOME_NURSING, phone=False)
    nurse.goto(address)
    assert nurse.get_by_text("Change the order").count() == 0, "that is for whoever orders it"
    unfold(nurse, "Visit")
    nurse.get_by_label("missed").check()
    with nurse.expect_navigation():
        nurse.locator("form[action$='/visit'] button").first.click()
    unfold(nurse, "Missed")
    nurse.get_by_label("What was done about it?").fill("påhittat")
    with nurse.expect_navigation():
        nurse.locator("form[action$='/act-on-missed'] button").click()
    expect(nurse.locator("#order-1 table")).to_contain_text("Acted on")
    unfold(nurse, "Complication")
    nurse.get_by_label("What has happened?").fill("påhittat utslag")
    with nurse.expect_navigation():
        nurse.locator("form[action$='/complication'] button").click()
    expect(nurse).to_have_url(re.compile("/handovers/H"))


def test_who_may_not_press_gets_nowhere_with_a_form_of_their_own(wide: Desk, danes: People) -> None:
    episode = granted(wide)
    page = speaking(wide, danes, Language.ENGLISH, VESTHIMMERLAND, HOME_CARE, phone=False)
    page.goto(f"{wide.url}/episodes/{episode}")
    csrf = page.locator("input[name=csrf]").first.get_attribute("value") or ""
    for action, fields in (
        ("grant", {"package": "personal-care"}),
        ("withdraw-grant", {"grant": "practical-help-1", "reason": "x"}),
        ("visit", {"order": "1", "outcome": "done"}),
        ("limits", {"limit": TreatmentLimit.NO_CPR.value, "decided_on": "yesterday"}),
        ("swap", {"grant": "practical-help-1", "what": "cleaning", "minutes": "1"}),
        ("score", {"instrument": "akps", "score": "٤٠"}),
        ("carer", {"is_available": "maybe"}),
        ("order", {"treatment": "x", "drug": "x", "until_day": "2026-01-01", "every": "1", "time": "8"}),
    ):
        answer = page.request.post(f"{wide.url}/episodes/{episode}/{action}", form={"csrf": csrf, **fields})
        assert (action, answer.status) in ((action, 409), (action, 404))
    shown = wide.service.views.show(episode).episode
    assert shown.known == {}
    assert [grant.status for grant in shown.grants.values()] == ["in-force"]


def test_whoever_has_no_part_gets_no_night_sheet(desk: Desk, people: People) -> None:
    episode = well_known(desk)
    page = people.coordinator(SOUTH)
    csrf = page.locator("input[name=csrf]").first.get_attribute("value") or ""
    answer = page.request.post(f"{desk.url}/episodes/{episode}/night-sheet", form={"csrf": csrf, "as": "page"})
    assert answer.status == 404
    assert WHERE not in answer.text()
    assert desk.service.views.show(episode).episode.night_sheet is None


def test_an_erased_episode_says_so_and_offers_nothing(desk: Desk, nurse: Page) -> None:
    at = on_the_way(desk, Patient("19121212-1212", "Tolvan Påhittad"))
    service = desk.service
    service.perform(at.episode, EndEpisode(actor=NURSE, end="discharged"))
    service.perform(at.episode, CompleteFollowUp(actor=NURSE, follow_up="gp-informed"))
    with UnitOfWork(service.engine) as work:
        episode = work.episodes.get(at.episode, for_writing=True)
        pathway = work.definitions.pathway(episode.pathway, episode.version)
        network = work.definitions.network(episode.network).model_copy(update={"retention_years": 10})
        context = Context(pathway, network, work.episodes.turn(at.episode, service.clock()))
        long_ago = context.now - timedelta(days=4000)
        work.episodes.write(episode, decide(context, episode, EraseRecord(actor=SYSTEM, last_entry_at=long_ago)))
        work.text_keys.erase(at.episode)
        work.people.disconnect(at.episode)
        work.commit()

    for path in (f"/episodes/{at.episode}", f"/handovers/{at.handover}"):
        nurse.goto(f"{desk.url}{path}")
        expect(nurse.locator("main")).to_contain_text("The record was erased, as the network's rule says")
        expect(nurse.locator("main")).not_to_contain_text(SITUATION)
        expect(nurse.locator("main")).not_to_contain_text("Tolvan")
        expect(nurse.locator("main")).not_to_contain_text("Nobody has said yet who the patient is")
        assert {form.get_attribute("action") for form in nurse.locator("main form").all()} <= {f"{path}/looked"}
        keep_picture(nurse, f"erased-{path.split('/')[1]}")
