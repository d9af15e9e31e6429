"""An organisation that a patient does not let see an episode finds it by no route of desk or API, in no role."""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from desk.api import PATH
from handslag.stories.telling import whole_summary
from pages.api_on_test import Caller, installation
from pages.desk_on_test import MUNICIPALITY, NETWORK, NORTH, SSIH
from pages.test_who_may_ask_what import (
    API_OF_A_PATIENT,
    API_OF_A_TEAM,
    PAGES_OF_A_PATIENT,
    PAGES_OF_A_TEAM,
    World,
    _ask,
    _asked,
    _least_body,
    _told,
    _unknown,
    _with_query,
)
from pathways.access.table import Role
from pathways.care.actors import Actor, ActorKind
from pathways.care.commands import ChangeHandover, RecordFact, WantedHandover, WriteSummary
from pathways.care.patient import ViewLimit, WordOf
from pathways.care.states import Action
from pathways.operations.beginning import Begin
from pathways.operations.people import Patient

NUMBER = "19640823-3234"
REGION = Actor(kind=ActorKind.PERSON, team=SSIH, name="Bo Påhittad", via="desk", is_identified=True)
THEIRS = (MUNICIPALITY, NORTH)


@dataclass(frozen=True)
class Kept:
    """A world in which the municipality, which had a part, may not see the episode any more."""

    world: World
    theirs: tuple[Caller, ...]
    responsible: Caller


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Kept]:
    with installation(tmp_path_factory.mktemp("unseen")) as installed:
        service = installed.service
        begin = Begin("jonkoping-palliative", NETWORK, "home-specialised", Patient(NUMBER, "Astrid Exempelsson"))
        episode = service.begin_episode(begin, REGION)[0].reference
        service.perform(episode, WriteSummary(actor=REGION, summary=whole_summary("made up")))
        wanted = WantedHandover(
            move="home-to-short-term", urgency="acute", reason="acute-need", to_units=("korttids-norr",)
        )
        handover = service.plan_handover(episode, REGION, wanted)
        cancel = ChangeHandover(actor=REGION, handover=handover, action=Action.CANCEL, reason="x")
        service.perform(handover, cancel)
        theirs = [installed.caller(role, team) for role in Role for team in THEIRS if role.is_in_care]
        theirs += [installed.caller(Role.PATHWAY_EDITOR, MUNICIPALITY)]
        before = [each.page("GET", f"/episodes/{episode}").status_code for each in theirs]
        assert 200 in before
        today = service.clock().date()
        fact = ViewLimit(organisation="jonkopings-kommun", is_limited=True, said_by=WordOf.PATIENT, said_on=today)
        service.perform(episode, RecordFact(actor=REGION, fact=fact))
        known = {
            "episode": episode,
            "handover": handover,
            "pathway": "jonkoping-palliative",
            "name": "jonkoping-palliative",
            "version": "2021-12-01",
            "unit": "korttids-norr",
            "team": NORTH,
            "number": "1",
            "login": "nobody@api.example",
            "action": "rename",
            "answer": "confirm",
            "move": "home-to-short-term",
            "form": "1-begin",
            "meeting": "none",
            "handle": "none",
            "key": "none",
        }
        schema = installed.client.get(f"{PATH}/openapi.json").json()
        yield Kept(World(installed, known, (), schema), tuple(theirs), installed.caller(Role.COORDINATOR, SSIH))


@pytest.mark.parametrize(("method", "path"), sorted(PAGES_OF_A_PATIENT))
def test_no_page_of_the_patient_is_there_for_them(kept: Kept, method: str, path: str) -> None:
    _right, given = PAGES_OF_A_PATIENT[method, path]
    unknown = _unknown(path)
    for each in kept.theirs:
        answer = each.page(method, kept.world.path(path, given), given)
        nobodys = each.page(method, kept.world.path(path, given, unknown), given)
        assert answer.status_code == 404
        assert _told(answer, _asked(kept.world, path)) == _told(nobodys, unknown)


@pytest.mark.parametrize(("method", "path"), sorted(API_OF_A_PATIENT))
def test_the_api_knows_of_no_such_patient_for_them(kept: Kept, method: str, path: str) -> None:
    body, unknown = _least_body(kept.world, method, path), _unknown(path)
    for each in kept.theirs:
        answer = _ask(each, method, kept.world.path(path, {}), body)
        nobodys = _ask(each, method, kept.world.path(path, {}, unknown), body)
        assert answer.status_code == 404
        assert _told(answer, _asked(kept.world, path)) == _told(nobodys, unknown)


@pytest.mark.parametrize(("method", "path"), sorted(route for route in PAGES_OF_A_TEAM if route[0] == "GET"))
def test_no_page_of_a_team_names_it_to_them(kept: Kept, method: str, path: str) -> None:
    _right, given = PAGES_OF_A_TEAM[method, path]
    for each in kept.theirs:
        answer = each.page(method, _with_query(method, kept.world.path(path, given), given), given)
        _names_nothing(kept, answer.text)


@pytest.mark.parametrize(("method", "path"), sorted(route for route in API_OF_A_TEAM if route[0] == "GET"))
def test_no_answer_to_a_team_names_it_to_them(kept: Kept, method: str, path: str) -> None:
    _right, given = API_OF_A_TEAM[method, path]
    for each in kept.theirs:
        _names_nothing(kept, _ask(each, method, kept.world.path(path, {}), given).text)


def _names_nothing(kept: Kept, text: str) -> None:
    assert kept.world.known["episode"] not in text
    assert kept.world.known["handover"] not in text


def test_a_look_up_by_the_number_finds_nothing_and_a_beginning_is_answered_as_to_a_stranger(kept: Kept) -> None:
    coordinator = kept.theirs[0]
    found = coordinator.post("/patients/look-up", {"identifier": NUMBER})
    assert (found.status_code, found.json()["episodes"]) == (200, [])
    body = {"pathway": "jonkoping-palliative", "level": "home", "identifier": NUMBER, "name": "Astrid Exempelsson"}
    begun = coordinator.post("/episodes", body)
    _names_nothing(kept, begun.text)


def test_all_others_see_it_with_who_may_not(kept: Kept) -> None:
    page = kept.responsible.page("GET", f"/episodes/{kept.world.known['episode']}")
    assert page.status_code == 200
    assert "Jönköpings kommun" in page.text
    assert kept.world.known["episode"] in kept.responsible.page("GET", "/board").text
    asked = kept.responsible.page("GET", f"/episodes/{kept.world.known['episode']}/moves/home-to-short-term")
    assert 'value="korttids-norr"' not in asked.text
    assert "Jönköpings kommun" in asked.text


def test_in_an_emergency_it_is_opened_with_a_reason(kept: Kept) -> None:
    coordinator = next(each for each in kept.theirs)
    reference = kept.world.known["episode"]
    path = f"/episodes/{reference}/open-in-emergency"
    assert coordinator.post(path, {"reason": "found lying on the floor"}).status_code == 200
    assert coordinator.page("GET", f"/episodes/{reference}").status_code == 200
    assert coordinator.post(f"/episodes/{reference}/end-episode", {"end": "deceased"}).status_code in (404, 409)
