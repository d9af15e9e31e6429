"""What is refused at the desk is read in the reader's language, with what to do about it."""

from collections.abc import Iterator

import httpx
import pytest

from pages.desk_on_test import NETWORK, SSIH, Desk
from pages.test_what_is_not_theirs import Client
from pages.worlds import on_the_way
from pathways.access.table import Role
from pathways.access.users import Membership, User
from pathways.definition.texts import Language


@pytest.fixture(params=[Language.SWEDISH, Language.DANISH])
def nurse(request: pytest.FixtureRequest, desk: Desk) -> Iterator[tuple[Client, str]]:
    """A coordinator of the team that is asked, in one of the languages."""
    login = f"{request.param}@refusals.example"
    member = Membership(network=NETWORK, team=SSIH, role=Role.COORDINATOR)
    if login not in {user.login for user in desk.service.users.listed()}:
        desk.service.users.add(User(login=login, name="Ebba Påhittad", language=request.param, memberships=(member,)))
    client = Client(desk, login)
    yield client, request.param.value
    client.http.close()


def test_who_is_too_late_reads_what_has_become_of_it(desk: Desk, nurse: tuple[Client, str]) -> None:
    client, language = nurse
    handover = on_the_way(desk).handover
    client.press(f"/handovers/{handover}/accept", team=SSIH)
    answer = client.press(f"/handovers/{handover}/reject", team=SSIH, reason="no-place")
    assert answer.status_code == 409
    assert {
        "sv": f"Det går inte att avvisa överlämningen {handover}: den är accepterad.</strong> Möjligt nu: ",
        "da": f"Det er ikke muligt at afvise overlevering {handover}: den er accepteret.</strong> Muligt nu: ",
    }[language] in answer.text


def test_who_goes_ahead_too_early_reads_what_is_missing_and_who_sees_to_it(
    desk: Desk, nurse: tuple[Client, str]
) -> None:
    client, language = nurse
    handover = on_the_way(desk).handover
    client.press(f"/handovers/{handover}/accept", team=SSIH)
    answer = client.press(f"/handovers/{handover}/arrive", team=SSIH)
    assert answer.status_code == 409
    assert {
        "sv": ", och detta är inte på plats: Namngiven mottagare är utsedd (den som tar över), ",
        "da": ", og dette er ikke på plads: Namngiven mottagare är utsedd (den der overtager), ",
    }[language] in answer.text


@pytest.mark.parametrize(
    ("number", "swedish", "danish"),
    [
        (
            "19121212-1213",
            "Den sista siffran i numret stämmer inte med de andra.",
            "Det sidste ciffer i nummeret passer ikke med de andre.",
        ),
        (
            "19121312-1212",
            "Den första delen av numret är inget datum.",
            "Den første del af nummeret er ikke en dato.",
        ),
        ("1912", "Det är inget svenskt personnummer, ", "Det er ikke et svensk personnummer, "),
    ],
)
def test_a_wrong_number_of_a_patient_is_told_while_it_is_typed(
    nurse: tuple[Client, str], number: str, swedish: str, danish: str
) -> None:
    client, language = nurse
    answer = client.press("/begin/jonkoping-palliative/patient", identifier=number)
    assert {"sv": swedish, "da": danish}[language] in answer.text
    assert number not in answer.text


def test_a_page_that_is_not_there_is_told_in_the_browsers_language(desk: Desk) -> None:
    for language, said in (("sv", "Det finns ingen sådan sida."), ("da", "Der findes ingen sådan side.")):
        answer = httpx.get(f"{desk.url}/no-such-page", headers={"Accept-Language": language})
        assert answer.status_code == 404
        assert said in answer.text
