"""What is told to machines that watch over the desk: health, measures, and a log in which a press can be followed."""

import json
import re
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from acceptance.programs import wait_until
from stdnum import luhn

from handslag.stories.telling import whole_summary
from pages.desk_on_test import MUNICIPALITY, SSIH, Desk
from pathways.care.actors import Actor, ActorKind
from pathways.care.commands import WantedHandover, WriteSummary
from pathways.operations.beginning import Begin
from pathways.operations.measuring import WATCH
from pathways.operations.people import Patient

NAME, TYPED = "Astrid Loggfri", "hon ringde i natt och grät"
NUMBER = "19520229-981" + luhn.calc_check_digit("520229981")
REQUEST = "0f8fad5b-d9cb-469f-a165-70867728950e"


@pytest.fixture
def client(desk: Desk) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=desk.url, timeout=20) as found:
        yield found


def lines(desk: Desk) -> list[dict[str, Any]]:
    return [json.loads(line) for line in desk.log.splitlines()]


def notices_of(desk: Desk, handover: str) -> list[dict[str, Any]]:
    """What the log says of the notices about a handover that the press led to. They leave in the background."""
    followed = [line for line in lines(desk) if line.get("request") == REQUEST]
    return [line for line in followed if "notice" in line and line["handover"] == handover]


def requested(desk: Desk, patient: Patient | None = None) -> str:
    """A handover that SSIH is asked for."""
    actor = Actor(kind=ActorKind.PERSON, team=MUNICIPALITY, name="Eva Påhittad", via="desk")
    wanted = Begin("jonkoping-palliative", "jonkoping-demo", "home", patient)
    episode, _ = desk.service.begin_episode(wanted, actor)
    desk.service.perform(episode.reference, WriteSummary(actor=actor, summary=whole_summary("more pain")))
    move = WantedHandover(move="home-to-home-specialised", urgency="acute", reason="worsening")
    return desk.service.plan_handover(episode.reference, actor, move)


def signed_in(client: httpx.Client, team: str) -> None:
    page = client.get("/sign-in").text
    login = re.search(rf'value="({team}@[^"]+)"', page)
    assert login
    assert client.post("/sign-in/demo", data={"login": login.group(1), "back": "/"}).status_code == 303


def test_it_lives_without_a_database_look_and_is_ready_when_the_watch_has_run(desk: Desk, client: httpx.Client) -> None:
    assert client.get("/health/live").json() == {"status": "live"}

    desk.service.measuring.ran(WATCH)
    ready = client.get("/health/ready")

    assert ready.status_code == 200
    assert ready.json() == {"status": "ready", "parts": {"database": "well", "schema": "well", "watch": "well"}}


def test_a_press_is_followed_to_its_notice_and_nothing_that_was_typed_is_logged(
    desk: Desk, client: httpx.Client
) -> None:
    handover = requested(desk, Patient(NUMBER, NAME))
    signed_in(client, SSIH)
    page = client.get(f"/handovers/{handover}").text
    token = re.search(r'name="csrf" value="([^"]+)"', page)
    assert token
    form = {"csrf": token.group(1), "team": SSIH, "reason": "no-place", "words": TYPED}
    pressed = client.post(f"/handovers/{handover}/reject", data=form, headers={"X-Request-ID": REQUEST})

    assert pressed.headers["X-Request-ID"] == REQUEST
    followed = [line for line in lines(desk) if line.get("request") == REQUEST]
    answered = next(line for line in followed if line.get("route") == "/handovers/{reference}/{action}")
    assert (answered["method"], answered["status"]) == ("POST", pressed.status_code)
    if pressed.status_code == 303:
        wait_until(lambda: notices_of(desk, handover), "a notice that names the press")
    for secret in (NAME, "Loggfri", NUMBER, NUMBER.replace("-", ""), TYPED, "grät", token.group(1)):
        assert secret not in desk.log
        assert secret not in client.get("/metrics").text


def test_an_id_that_somebody_typed_is_not_taken_over(desk: Desk, client: httpx.Client) -> None:
    for typed in (NUMBER, NAME, "a" * 200, f"{REQUEST}\tx", ""):
        given = client.get("/health/live", headers={"X-Request-ID": typed}).headers["X-Request-ID"]
        assert re.fullmatch("[0-9a-f]{32}", given)
    client.get(f"/episodes/{NUMBER}?words={TYPED}")
    assert NUMBER not in desk.log
    assert TYPED not in desk.log


def test_measures_name_routes_kinds_and_codes_and_no_reference(desk: Desk, client: httpx.Client) -> None:
    handover = requested(desk)
    client.get(f"/handovers/{handover}")
    client.get(f"/no-such-page/{NUMBER}")

    told = client.get("/metrics").text

    for line in (
        "handslag_database_up 1.0",
        'handslag_desk_request_seconds_count{method="GET",route="/handovers/{reference}",status="303"}',
        'handslag_desk_request_seconds_count{method="GET",route="none",status="404"}',
        'handslag_notices{error="",outcome="sent-within-a-day"}',
        "handslag_watch_lag_seconds",
    ):
        assert line in told
    assert not re.search(r"\b[EH][2-9A-Z]{3}-[2-9A-Z]{4}\b", told)
    for secret in (NAME, NUMBER, MUNICIPALITY, SSIH):
        assert secret not in told


@pytest.mark.parametrize("header", ["X-Forwarded-For", "X-Forwarded-Host", "Forwarded", "Via", "X-Real-IP"])
def test_measures_are_not_told_through_a_proxy(client: httpx.Client, header: str) -> None:
    assert client.get("/metrics", headers={header: "127.0.0.1"}).status_code == 404


def test_every_line_of_the_log_is_one_of_json(desk: Desk, client: httpx.Client) -> None:
    client.get("/inbox")
    assert all({"event", "level", "timestamp"} <= line.keys() for line in lines(desk))
