"""The blank forms ask what the pages ask on which they are typed in, no less and no more, and hold no data."""

from collections import defaultdict
from collections.abc import Mapping
from html.parser import HTMLParser
from pathlib import Path

import pytest
from command_line import command_line
from playwright.sync_api import expect

from desk.reserve_forms import ReserveForm
from handslag.playground import JONKOPING
from pages.api_on_test import Caller, Installation
from pages.desk_on_test import MUNICIPALITY, RYHOV, SSIH, Desk, People, keep_picture
from pages.worlds import NURSE, SITUATION, at_home, on_the_way
from pathways.access.table import Role
from pathways.care.actors import Actor, ActorKind
from pathways.care.commands import ChangeHandover, ConfirmReadiness, WantedHandover
from pathways.care.states import Action

PATHWAY = "jonkoping-palliative"
GIVEN = {"csrf", "number", "is_draft", "occurred_which"}
"""What a page gives itself, a button that keeps a draft, and what is asked only after the clock went back."""


class Fields(HTMLParser):
    """The fields of a page by the form that they stand in: on the page its address, on a blank form the action."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: dict[str, set[str]] = defaultdict(set)
        self._form = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "form":
            self._form = str(given.get("action")).rpartition("/")[2]
        if "data-action" in given:
            self._form = str(given["data-action"])
        name = given.get("data-field") or (given.get("name") if tag in ("input", "select", "textarea") else None)
        if name and name not in GIVEN:
            self.found[self._form].add(name)


def blank(caller: Caller, form: ReserveForm) -> Mapping[str, set[str]]:
    answer = caller.page("GET", f"/reserve-forms/{PATHWAY}/{form}")
    assert answer.status_code == 200
    return Fields(answer.text).found


def asked(caller: Caller, path: str, form: str, *, press: bool = False) -> set[str]:
    return Fields(caller.page("POST" if press else "GET", path).text).found[form]


@pytest.fixture
def nurse(installed: Installation) -> Caller:
    return installed.caller(Role.COORDINATOR, MUNICIPALITY)


def test_a_beginning_is_asked_for_as_on_its_page(nurse: Caller) -> None:
    assert blank(nurse, ReserveForm.BEGIN)["begin"] == asked(nurse, f"/begin/{PATHWAY}", PATHWAY)


def test_an_end_is_asked_for_as_on_its_page(installed: Installation, nurse: Caller) -> None:
    found = blank(nurse, ReserveForm.END)
    assert found["end"] == asked(nurse, f"/episodes/{at_home(installed)}", "end")


def test_a_request_is_asked_for_as_on_its_pages(installed: Installation, nurse: Caller) -> None:
    episode = at_home(installed)
    on_paper = blank(nurse, ReserveForm.HANDOVER)["request"]
    view = installed.service.views.show(episode)
    moves = [name for name, move in view.pathway.moves.items() if "home" in move.from_levels]
    pages = [asked(nurse, f"/episodes/{episode}/moves/{move}", move, press=True) for move in moves]
    assert on_paper - {"move"} == set().union(*pages)


def person(team: str) -> Actor:
    return Actor(kind=ActorKind.PERSON, team=team, name="Bo Påhittad", via="desk", is_identified=True)


def test_each_step_of_a_handover_is_asked_for_as_on_its_page(installed: Installation, nurse: Caller) -> None:
    service, on_paper = installed.service, blank(nurse, ReserveForm.HANDOVER)
    pages: dict[str, set[str]] = {}

    def look(caller: Caller, handover: str) -> None:
        found = Fields(caller.page("GET", f"/handovers/{handover}").text).found
        for action in set(found) & set(on_paper):
            pages[action] = found[action] - {"team", "unit"}  # which the page knows

    def change(handover: str, action: Action, team: str) -> None:
        command = {"actor": person(team), "handover": handover, "action": action}
        service.perform(handover, ChangeHandover.model_validate(command))

    ward = installed.caller(Role.COORDINATOR, RYHOV)
    wanted = WantedHandover(move="home-to-hospital", to_units=("ryhov",), urgency="acute", reason="worsening")
    handover = service.plan_handover(at_home(installed), NURSE, wanted)
    look(ward, handover)
    change(handover, Action.ACCEPT, RYHOV)
    look(ward, handover)
    for team in (RYHOV, MUNICIPALITY):
        service.perform(handover, ConfirmReadiness(actor=person(team), handover=handover, evidence="document 7"))
    look(nurse, handover)
    change(handover, Action.DEPART, MUNICIPALITY)
    look(ward, handover)
    assert pages == {action: fields for action, fields in on_paper.items() if action not in ("", "request")}
    assert set(pages) == {"accept", "reject", "confirm", "read-back", "depart", "arrive"}


def test_a_blank_form_holds_nothing_of_any_patient_and_runs_nothing(installed: Installation, nurse: Caller) -> None:
    found = on_the_way(installed)
    for form in ReserveForm:
        for language in ("sv", "da", "en"):
            answer = nurse.page("GET", f"/reserve-forms/{PATHWAY}/{form}?language={language}")
            assert answer.status_code == 200
            assert f'<html lang="{language}">' in answer.text
            assert not any(each in answer.text for each in (found.episode, found.handover, SITUATION, "<script"))
            assert "default-src 'none'" in answer.headers["content-security-policy"]
    assert nurse.page("GET", f"/reserve-forms/nothing/{ReserveForm.END}").status_code == 404
    assert nurse.page("GET", f"/reserve-forms/{PATHWAY}/4-nothing").status_code in (404, 422)


def test_what_is_typed_in_goes_to_its_page_with_the_field_for_the_time_open(
    installed: Installation, nurse: Caller
) -> None:
    found = on_the_way(installed)
    for reference, page in ((found.episode, "episodes"), (found.handover.lower(), "handovers")):
        answer = nurse.page("GET", f"/reserve-forms/enter?reference={reference}")
        assert answer.headers["location"] == f"/{page}/{reference.upper()}?late=yes"
    wrong = nurse.page("GET", "/reserve-forms/enter?reference=19640823-3234")
    assert wrong.status_code == 409
    ssih = installed.caller(Role.COORDINATOR, SSIH)
    assert '<details class="late" open>' in ssih.page("GET", f"/handovers/{found.handover}?late=yes").text


def test_the_forms_are_written_by_the_command_line_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with command_line(tmp_path, monkeypatch) as run:
        run("apply", *map(str, JONKOPING))
        run("reserve-forms", "jonkoping-demo", "--folder", str(tmp_path / "forms"))
        run("reserve-forms", "jonkoping-demo", "--folder", str(tmp_path / "forms"), "--language", "da")
    made = sorted(each.name for each in (tmp_path / "forms").iterdir())
    assert made == sorted(f"{PATHWAY}.{form}.{each}.html" for form in ReserveForm for each in ("da", "sv"))
    assert "Dag och klockslag" in (tmp_path / "forms" / f"{PATHWAY}.1-begin.sv.html").read_text(encoding="utf-8")


def test_the_forms_are_at_hand_where_the_night_is_prepared(desk: Desk, people: People) -> None:
    nurse = people.coordinator(MUNICIPALITY, locale="sv-SE")
    nurse.goto(f"{desk.url}/episodes/{at_home(desk)}")
    with nurse.expect_navigation():
        nurse.get_by_role("link", name="Tomma blanketter för när Handslag inte kan nås").click()
    expect(nurse.get_by_role("heading", level=1)).to_contain_text("Tomma blanketter")
    keep_picture(nurse, "reserve-forms")
    for form in ReserveForm:
        nurse.goto(f"{desk.url}/reserve-forms/{PATHWAY}/{form}?language=sv")
        keep_picture(nurse, f"reserve-form-{form}")
