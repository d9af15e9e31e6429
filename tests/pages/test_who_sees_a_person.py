"""Who sees what of a person: every page and answer about a patient, in every role of care, of both organisations.

In a network that shares its records each team with a part in the episode sees them alike. Where organisations are kept
apart, another one sees whom it takes over and who says so, but whom to call only with the patient's consent.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from desk.api import PATH
from handslag.stories.telling import whole_summary
from pages.api_on_test import Caller, installation
from pages.desk_on_test import MUNICIPALITY, NETWORK, SSIH
from pages.test_who_may_ask_what import API_OF_A_PATIENT, PAGES_OF_A_PATIENT, World, _ask, _least_body, _with_query
from pages.worlds_of_care import somebody
from pathways.access.table import Role
from pathways.care.commands import RecordFact, WantedHandover, WriteSummary
from pathways.care.patient import Consent
from pathways.definition.networks import PatientRecords
from pathways.operations.beginning import Begin
from pathways.operations.people import NewRelative, Patient

NUMBER, NAME = "19640823-3234", "Astrid Exempelsson"
DAUGHTER = NewRelative("Tolvina Påhittad", "daughter", "070-174 06 05", may_be_called_at_night=True)
OF_THE_DAUGHTER = ("Tolvina", "46701740605", "70-174 06 05")
SOME_ARE_HIDDEN = ("antecknade som bara visas", "written down that are shown with")
NOBODY_IS_THERE = ("Ingen är antecknad", "Nobody has been written down")
PAGES = sorted(path for method, path in PAGES_OF_A_PATIENT if method == "GET")
ANSWERS = sorted(path for method, path in API_OF_A_PATIENT if method == "GET")
IN_CARE = tuple(role for role in Role if role.is_in_care)


@dataclass(frozen=True)
class Asked:
    """A patient of the municipality whom the region is asked to take over, in a network of one kind or the other."""

    world: World
    episode: str
    records: PatientRecords
    has_consented: bool
    callers: dict[tuple[Role, str], Caller]

    @property
    def is_shared(self) -> bool:
        """Whether the region may know whom the municipality would call."""
        return self.has_consented or self.records is PatientRecords.SHARED

    def answers(self, caller: Caller) -> Iterator[str]:
        """What every page and every answer of the API about the patient says to somebody."""
        for path in PAGES:
            _right, given = PAGES_OF_A_PATIENT["GET", path]
            yield caller.page("GET", _with_query("GET", self.world.path(path, given), given), given).text
        for path in ANSWERS:
            yield _ask(caller, "GET", self.world.path(path, {}), _least_body(self.world, "GET", path)).text


@pytest.fixture(
    scope="module",
    params=[(records, consent) for records in PatientRecords for consent in (False, True)],
    ids=lambda param: f"{param[0]}-{'with' if param[1] else 'without'}-consent",
)
def asked(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Asked]:
    records, has_consented = request.param
    with installation(tmp_path_factory.mktemp("views")) as installed:
        service, nurse = installed.service, somebody(MUNICIPALITY)
        network = service.publishing.network(NETWORK)
        service.publishing.apply([], [network.model_copy(update={"patient_records": records})])
        begin = Begin("jonkoping-palliative", NETWORK, "home", Patient(NUMBER, NAME))
        episode = service.begin_episode(begin, nurse)[0].reference
        service.patients.add_relative(episode, DAUGHTER, nurse)
        if has_consented:
            service.perform(episode, RecordFact(actor=nurse, fact=Consent(is_given=True)))
        service.perform(episode, WriteSummary(actor=nurse, summary=whole_summary("made up")))
        wanted = WantedHandover(move="home-to-home-specialised", urgency="acute", reason="worsening")
        handover = service.plan_handover(episode, nurse, wanted)
        known = {
            "episode": episode,
            "handover": handover,
            "pathway": "jonkoping-palliative",
            "name": "jonkoping-palliative",
            "version": "2021-12-01",
            "unit": "korttids-norr",
            "team": SSIH,
            "number": "1",
            "login": "nobody@api.example",
            "action": "rename",
            "answer": "confirm",
            "move": "home-to-home-specialised",
            "form": "1-begin",
            "meeting": "none",
            "handle": "none",
            "key": "none",
        }
        schema = installed.client.get(f"{PATH}/openapi.json").json()
        callers = {(role, team): installed.caller(role, team) for role in IN_CARE for team in (MUNICIPALITY, SSIH)}
        yield Asked(World(installed, known, (), schema), episode, records, has_consented, callers)


@pytest.mark.parametrize("role", IN_CARE)
def test_whom_to_call_is_told_to_the_other_organisation_by_consent_alone_on_no_page_and_in_no_answer(
    asked: Asked, role: Role
) -> None:
    own = "".join(asked.answers(asked.callers[role, MUNICIPALITY]))
    other = "".join(asked.answers(asked.callers[role, SSIH]))
    assert OF_THE_DAUGHTER[0] in own
    assert OF_THE_DAUGHTER[1] in own
    assert [word in other for word in OF_THE_DAUGHTER[:2]] == [asked.is_shared] * 2
    assert asked.is_shared or not any(word in other for word in OF_THE_DAUGHTER)
    page = asked.callers[role, SSIH].page("GET", f"/episodes/{asked.episode}/patient").text
    assert any(word in page for word in SOME_ARE_HIDDEN) is not asked.is_shared
    assert not any(word in page for word in NOBODY_IS_THERE)


@pytest.mark.parametrize("role", IN_CARE)
def test_both_sides_of_the_handover_are_told_who_it_is_and_the_receiver_who_says_so(asked: Asked, role: Role) -> None:
    for team in (MUNICIPALITY, SSIH):
        seen = _ask(asked.callers[role, team], "GET", f"/episodes/{asked.episode}/patient", {}).json()
        is_another = asked.records is PatientRecords.PER_ORGANISATION and team == SSIH
        assert seen["name"] == NAME
        assert seen["told_by"] == ("Jönköpings kommun" if is_another else None)
        page = asked.callers[role, team].page("GET", f"/episodes/{asked.episode}/patient").text
        assert ("enligt Jönköpings kommun" in page or "as Jönköpings kommun says" in page) is is_another


def test_the_command_line_shows_the_same(asked: Asked) -> None:
    patients, sheets = asked.world.installed.service.patients, asked.world.installed.service.night_sheets
    for team, is_told in ((MUNICIPALITY, True), (SSIH, asked.is_shared)):
        assert bool(patients.shown(asked.episode, somebody(team)).relatives) is is_told
        assert bool(sheets.read(asked.episode, somebody(team)).content.relatives.at_night) is is_told
