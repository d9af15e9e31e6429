"""The API: who may call it, what it answers, and that it does what the pages do."""

from pathlib import Path

import pytest
from starlette.testclient import TestClient

from desk.api.problems import MEDIA_TYPE
from desk.app import create_app
from desk.asking import COOKIE
from desk.intake import LARGEST_BYTES
from desk.security import HEADERS
from pages.api_on_test import Caller, Installation
from pages.desk_on_test import MUNICIPALITY, SSIH
from pages.test_machines_that_watch import opened
from pages.worlds import SITUATION, OnTheWay, at_home, on_the_way
from pathways.access.table import Right, Role
from pathways.care.references import ReferenceKind, new_reference
from pathways.care.states import HandoverStatus

UNKNOWN = new_reference(ReferenceKind.EPISODE)
SOUTH = "short-term-south"


@pytest.fixture(scope="module")
def nurse(installed: Installation) -> Caller:
    return installed.caller(Role.COORDINATOR, MUNICIPALITY)


@pytest.fixture(scope="module")
def receiver(installed: Installation) -> Caller:
    return installed.caller(Role.COORDINATOR, SSIH)


@pytest.fixture
def way(installed: Installation) -> OnTheWay:
    return on_the_way(installed)


def test_without_a_token_that_holds_nothing_is_told(installed: Installation, nurse: Caller) -> None:
    path = f"/api/v1/episodes/{UNKNOWN}"
    for headers in (
        {},
        {"Authorization": "Bearer nonsense"},
        {"Authorization": f"Basic {nurse.token}"},
        {"Cookie": f"{COOKIE}={nurse.session}"},
        {"Cookie": f"{COOKIE}={nurse.token}"},
    ):
        answer = installed.client.get(path, headers=headers)
        assert (answer.status_code, answer.headers["content-type"]) == (401, MEDIA_TYPE)
        assert answer.headers["www-authenticate"] == "Bearer"
        assert answer.json()["status"] == 401


def test_an_answer_is_kept_nowhere_and_is_for_no_page_of_another_host(nurse: Caller) -> None:
    answer = nurse.get(f"/episodes/{UNKNOWN}", headers={"Origin": "https://elsewhere.example"})
    assert {name: answer.headers.get(name) for name in HEADERS} == HEADERS
    assert answer.headers["cache-control"] == "no-store"
    assert "access-control-allow-origin" not in answer.headers
    assert "set-cookie" not in answer.headers


def test_what_happened_to_an_episode_is_told_in_order(installed: Installation, nurse: Caller) -> None:
    episode = at_home(installed)
    shown = nurse.get(f"/episodes/{episode}")
    assert shown.headers["etag"] == f'"{shown.json()["number"]}"'
    assert (shown.json()["responsible_team"], shown.json()["relations"]) == (MUNICIPALITY, ["responsible"])
    assert shown.json()["summary"]["summary"]["situation"] == SITUATION
    history = nurse.get(f"/episodes/{episode}/history").json()
    assert [each["number"] for each in history] == list(range(1, shown.json()["number"] + 1))
    assert nurse.get(f"/episodes/{episode}/history", params={"after": 1, "limit": 1}).json() == history[1:2]


def test_a_patient_is_handed_over_by_two_callers(installed: Installation, nurse: Caller, receiver: Caller) -> None:
    episode = at_home(installed)
    wanted = {"move": "home-to-home-specialised", "urgency": "acute", "reason": "worsening"}
    made = nurse.post(f"/episodes/{episode}/handovers", wanted)
    assert made.status_code == 201
    handover = made.json()["reference"]
    assert made.headers["location"] == f"/api/v1/handovers/{handover}"
    assert receiver.post(f"/handovers/{handover}/see").status_code == 200
    assert receiver.post(f"/handovers/{handover}/accept").json()["handovers"] == {handover: "accepted"}
    told = {"severity": "watcher", "next_action": "besök ikväll", "contingency": "ring jouren"}
    assert receiver.post(f"/handovers/{handover}/give-read-back", told).status_code == 200
    assert nurse.post(f"/handovers/{handover}/confirm-read-back").status_code == 200
    for caller in (nurse, receiver):
        done = caller.post(f"/handovers/{handover}/confirm-readiness", {"evidence": "dokument 7"})
        assert done.status_code == 200
    assert receiver.post(f"/handovers/{handover}/arrive").json()["handovers"] == {handover: "completed"}
    assert receiver.get(f"/episodes/{episode}").json()["responsible_team"] == SSIH
    by = {each["actor"]["via"] for each in receiver.get(f"/episodes/{episode}/history").json()[2:]}
    assert "api" in by


def test_who_knows_of_less_than_has_happened_changes_nothing(nurse: Caller, installed: Installation) -> None:
    episode = at_home(installed)
    known = nurse.get(f"/episodes/{episode}").headers["etag"]
    summary = {"summary": {"illness_severity": "stable", "situation": "påhittat"}}
    assert nurse.post(f"/episodes/{episode}/write-summary", summary, headers={"If-Match": known}).status_code == 200
    late = nurse.post(f"/episodes/{episode}/pause-episode", {"kind": "x"}, headers={"If-Match": known})
    assert (late.status_code, late.headers["content-type"]) == (412, MEDIA_TYPE)
    assert "Look again" in late.json()["detail"]


def test_only_who_is_responsible_pauses_and_names_what_that_cancels(
    nurse: Caller, receiver: Caller, way: OnTheWay
) -> None:
    path, body = f"/episodes/{way.episode}/pause-episode", {"kind": "admitted-elsewhere"}
    forged = receiver.post(path, {**body, "cancels": way.handover})
    assert (forged.status_code, "your team is not responsible" in forged.json()["detail"]) == (409, True)
    blind = nurse.post(path, body)
    assert (blind.status_code, f"would cancel handover {way.handover}" in blind.json()["detail"]) == (409, True)
    assert nurse.post(path, {**body, "cancels": way.handover}).json()["handovers"] == {way.handover: "cancelled"}
    assert receiver.post(f"/episodes/{way.episode}/resume-episode").status_code == 409
    assert nurse.post(f"/episodes/{way.episode}/resume-episode").json()["status"] == "active"


def test_a_program_takes_nothing_over_unless_it_names_who_does(installed: Installation, way: OnTheWay) -> None:
    program = installed.caller(Role.COORDINATOR, SSIH, is_program=True)
    for action in ("see", "accept"):
        alone = program.post(f"/handovers/{way.handover}/{action}")
        assert (alone.status_code, "a program cannot promise" in alone.json()["detail"]) == (409, True)
    named = program.post(f"/handovers/{way.handover}/accept", {"person": "Siv Påhittad"})
    assert named.json()["handovers"] == {way.handover: HandoverStatus.ACCEPTED}
    last = program.get(f"/episodes/{way.episode}/history").json()[-1]["actor"]
    assert (last["name"], last["team"], last["via"], last["is_identified"]) == ("Siv Påhittad", SSIH, "api", False)


def test_a_person_acts_in_no_other_name(receiver: Caller, way: OnTheWay) -> None:
    refused = receiver.post(f"/handovers/{way.handover}/accept", {"person": "Siv Påhittad"})
    assert (refused.status_code, "own name" in refused.json()["detail"]) == (409, True)


def test_a_token_gives_no_more_than_its_scope(installed: Installation, way: OnTheWay) -> None:
    reading = installed.caller(Role.COORDINATOR, SSIH, name="reading", scope=[Right.SEE_EPISODE])
    assert reading.get(f"/handovers/{way.handover}").status_code == 200
    assert reading.post(f"/handovers/{way.handover}/accept").status_code == 409
    nothing = installed.caller(Role.COORDINATOR, SSIH, name="nothing", scope=[Right.SEE_COVER])
    assert nothing.get(f"/handovers/{way.handover}").status_code == 404


def test_a_token_that_was_ended_opens_nothing_any_more(installed: Installation, way: OnTheWay) -> None:
    leaver = installed.caller(Role.COORDINATOR, SSIH, name="leaver")
    assert leaver.get(f"/handovers/{way.handover}").status_code == 200
    installed.service.users.end("leaver-coordinator-ssih-jonkoping@api.example")
    assert leaver.get(f"/handovers/{way.handover}").status_code == 401


def test_what_is_not_json_or_too_much_is_not_read(nurse: Caller) -> None:
    path = f"/episodes/{UNKNOWN}/write-summary"
    form = nurse.ask("POST", path, data={"summary": "x"})
    assert (form.status_code, form.headers["content-type"]) == (415, MEDIA_TYPE)
    for kind in ("text/plain", "application/json; charset=latin-1", ""):
        assert nurse.ask("POST", path, content="{}", headers={"Content-Type": kind}).status_code == 415
    large = {"content": b" " * (LARGEST_BYTES + 1), "headers": {"Content-Type": "application/json"}}
    assert nurse.ask("POST", path, **large).status_code == 413
    in_pieces = iter([b" " * LARGEST_BYTES, b" "])
    endless = nurse.ask("POST", path, content=in_pieces, headers={"Content-Type": "application/json"})
    assert endless.status_code == 413


def test_what_makes_no_sense_is_answered_with_where_and_without_what_was_typed(nurse: Caller) -> None:
    path = f"/episodes/{UNKNOWN}/write-summary"
    for body, at in (
        ({"Tolvan Påhittad": 1}, "body"),
        ({"summary": {"illness_severity": "Tolvan Påhittad"}}, "body/summary/illness_severity"),
        ({"summary": {"Tolvan Påhittad": "x"}}, "body/summary"),
    ):
        answer = nurse.post(path, body)
        assert (answer.status_code, answer.headers["content-type"]) == (422, MEDIA_TYPE)
        assert at in {fault["at"] for fault in answer.json()["faults"]}
        assert "Tolvan" not in answer.text
    for unreadable in ("{", "[" * 100_000, '"\\ud800"', "\x00"):
        answer = nurse.ask("POST", path, content=unreadable, headers={"Content-Type": "application/json"})
        assert answer.status_code == 422
    assert nurse.get("/episodes/Tolvan").status_code == 422
    assert "Tolvan" not in nurse.get("/episodes/Tolvan").text


def test_what_there_is_not_is_a_problem_as_well(nurse: Caller) -> None:
    for method, path, status in (("GET", "/nothing", 404), ("PUT", f"/episodes/{UNKNOWN}", 405), ("GET", "/", 404)):
        answer = nurse.ask(method, path)
        assert (answer.status_code, answer.headers["content-type"]) == (status, MEDIA_TYPE)
    assert nurse.ask("PUT", f"/episodes/{UNKNOWN}").headers["allow"] == "GET"


def test_who_tries_tokens_is_made_to_wait_and_a_token_that_holds_still_does(tmp_path: Path) -> None:
    service = opened(tmp_path, tries_a_minute=5)
    app = create_app(service)
    elsewhere = TestClient(app, base_url="http://desk.example", client=("192.0.2.7", 50_000))
    nurse = Installation(service, app, elsewhere).caller(Role.COORDINATOR, MUNICIPALITY)
    unknown = {"Authorization": "Bearer x"}
    tried = [elsewhere.get(f"/api/v1/episodes/{UNKNOWN}", headers=unknown) for _ in range(6)]
    last = tried[-1]
    assert (last.status_code, last.headers["content-type"], last.headers["retry-after"]) == (429, MEDIA_TYPE, "60")
    assert nurse.get(f"/episodes/{UNKNOWN}").status_code == 404
    service.engine.dispose()


def test_each_caller_is_told_who_they_are_and_what_the_token_gives(installed: Installation) -> None:
    reading = installed.caller(Role.COORDINATOR, SSIH, name="reading", scope=[Right.SEE_EPISODE, Right.PUBLISH])
    me = reading.get("/me").json()
    assert (me["name"], me["team"], me["role"], me["is_program"]) == ("Ebba Påhittad", SSIH, "coordinator", False)
    assert me["rights"] == ["see-episode"]


def test_the_team_sees_the_request_in_its_inbox_and_on_its_board(receiver: Caller, way: OnTheWay) -> None:
    inbox = receiver.get("/inbox", params={"limit": 200}).json()
    assert way.handover in {each["wait"]["subject"] for each in inbox["items"]}
    board = receiver.get("/board", params={"limit": 200}).json()
    column = next(each for each in board["columns"] if each["key"] == ["jonkoping-palliative", "home"])
    assert way.episode in {card["reference"] for card in column["cards"]}
    one = receiver.get("/board/column", params={"key": column["key"], "limit": 1, "skip": 1}).json()
    assert [each["cards"] for each in one["columns"]] == [column["cards"][1:2]]


@pytest.mark.parametrize("number", ["19640823-3234", "191500722390"])
def test_a_patient_is_named_by_the_one_route_that_is_for_it(
    installed: Installation, nurse: Caller, number: str
) -> None:
    name = "Agnes Påhittad"
    wanted = {"pathway": "jonkoping-palliative", "level": "home", "patient": {"identifier": number, "name": name}}
    assert nurse.post("/patients/look-up", {"identifier": number}).json()["episodes"] == []
    begun = nurse.post("/episodes", wanted)
    assert begun.status_code == 201
    episode = begun.json()["reference"]
    assert begun.headers["location"] == f"/api/v1/episodes/{episode}"
    assert nurse.post("/patients/look-up", {"identifier": number}).json()["episodes"] == [episode]
    patient = nurse.get(f"/episodes/{episode}/patient").json()
    assert (patient["name"], patient["number"]) == (name, number.replace("-", ""))
    for path in (f"/episodes/{episode}", f"/episodes/{episode}/history", "/board", "/inbox"):
        assert name not in nurse.get(path).text
        assert number[2:8] not in nurse.get(path).text
    again = nurse.post("/episodes", wanted)
    assert (again.status_code, episode in again.text) == (409, True)
    stranger = installed.caller(Role.COORDINATOR, SOUTH)
    told = stranger.post("/episodes", wanted)
    assert (told.status_code, episode in told.text, name in told.text) == (409, False, False)
    assert stranger.post("/patients/look-up", {"identifier": number}).json()["episodes"] == []


def test_an_episode_of_others_is_opened_in_an_emergency_with_a_reason(installed: Installation, way: OnTheWay) -> None:
    stranger = installed.caller(Role.COORDINATOR, SOUTH, name="stranger")
    path = f"/episodes/{way.episode}"
    assert stranger.get(path).status_code == 404
    assert stranger.post(f"{path}/open-in-emergency", {"reason": "sämre"}).status_code == 409
    assert stranger.post(f"{path}/open-in-emergency", {"reason": "påhittat läge i natt"}).status_code == 200
    assert stranger.get(path).json()["relations"] == ["emergency"]


def test_a_program_opens_nothing_in_an_emergency(installed: Installation, way: OnTheWay) -> None:
    program = installed.caller(Role.COORDINATOR, SOUTH, name="emergency", is_program=True)
    path = f"/episodes/{way.episode}"
    refused = program.post(f"{path}/open-in-emergency", {"reason": "påhittat läge i natt"})
    assert (refused.status_code, "Only a person" in refused.json()["detail"]) == (409, True)
    assert program.get(path).status_code == 404


def test_a_unit_closes_and_opens_its_own_places(installed: Installation, nurse: Caller) -> None:
    unit = installed.caller(Role.COORDINATOR, "short-term-north")
    closed = unit.post("/places/korttids-norr/close", {"places": 1, "reason": "ombyggnad"}).json()
    assert (closed["closed"], closed["closing"]["reason"]) == (1, "ombyggnad")
    assert unit.post("/places/korttids-norr/close", {"places": 0}).json()["closed"] == 0
    assert nurse.post("/places/korttids-norr/close", {"places": 0}).status_code == 409
    shown = {each["key"]: each for each in nurse.get("/places").json()}
    assert shown["korttids-norr"]["taken"] is None


def test_who_answers_and_what_was_agreed_is_told(nurse: Caller) -> None:
    assert {each["team"] for each in nurse.get("/cover").json()} >= {MUNICIPALITY, SSIH}
    assert len(nurse.get(f"/cover/{SSIH}").json()["week"]) == 7
    assert nurse.get(f"/cover/{SSIH}").json()["ladder"][0]["team"] == SSIH
    assert nurse.get("/cover/nobody").status_code == 404
    assert nurse.get(f"/cover/{SSIH}", params={"first": "0001-01-01"}).status_code == 404
    (version,) = nurse.get("/pathways").json()
    path = f"/pathways/{version['pathway']}/{version['version']}"
    assert nurse.get(path).json()["definition"]["levels"]["home"]["responsible"] == "municipal-team"
    assert nurse.get(f"{path}/changes", params={"since": f"{version['pathway']}@{version['version']}"}).json() == {}
    assert nurse.get(f"{path}/changes", params={"since": "nothing"}).status_code == 404
    drawn = nurse.get(f"{path}/drawing", params={"language": "sv"})
    assert (drawn.status_code, drawn.headers["content-type"]) == (200, "image/svg+xml")
    assert nurse.get("/triage").json() == []
    assert nurse.get("/notices").status_code == 200


def test_whoever_administers_the_network_changes_users(installed: Installation) -> None:
    admin = installed.caller(Role.NETWORK_ADMIN, None)
    new = {"login": "Bo@api.example", "name": "Bo Påhittad", "role": "team-member", "team": SSIH}
    assert admin.post("/users", new).json()["login"] == "bo@api.example"
    assert admin.post("/users", new).status_code == 409
    assert admin.post("/users", {**new, "team": None}).status_code == 422
    own = {"login": "bo@api.example"}
    assert admin.post("/users/give", {**own, "role": "network-admin"}).json()["memberships"] == []
    waiting = [each for each in admin.get("/users/waiting").json() if each["login"] == own["login"]]
    assert [each["membership"]["role"] for each in waiting] == ["team-member", "network-admin"]
    installed.service.users.confirm(waiting[0]["number"])
    assert len(admin.post("/users/give", {**own, "role": "it"}).json()["memberships"]) == 2
    assert len(admin.post("/users/take", {**own, "role": "it"}).json()["memberships"]) == 1
    assert admin.post("/users/rename", {**own, "name": "Bo Ny", "language": "da"}).json()["name"] == "Bo Ny"
    assert [each["name"] for each in admin.get("/users", params={"find": "bo ny"}).json()] == ["Bo Ny"]
    assert admin.get("/users", params={"find": "bo ny", "skip": 1}).json() == []
    assert admin.post("/users/end", own).json()["ended_at"] is not None
    assert admin.post("/users/end", {"login": "nobody@api.example"}).status_code == 404


def test_whoever_reviews_the_log_does_so_without_seeing_a_patient(
    installed: Installation, nurse: Caller, way: OnTheWay
) -> None:
    reviewer = installed.caller(Role.LOG_REVIEWER, None)
    drawn = reviewer.post("/log/reviews")
    assert drawn.status_code == 201
    path = f"/log/reviews/{drawn.json()['number']}"
    assert reviewer.get(path).json() == drawn.json()
    done = reviewer.post(f"{path}/finding", {"finding": "Frågade alla.", "is_in_order": True})
    assert done.json()["found"]["finding"] == "Frågade alla."
    assert reviewer.get("/log/reviews").json()["reviews"][0]["state"] in ("done", "open")
    nurse.get(f"/episodes/{way.episode}")
    extract = reviewer.post("/log/extracts", {"episode": way.episode, "language": "sv"}).json()
    assert extract["episodes"] == [way.episode]
    assert {line["name"] for line in extract["lines"]} == {""}
    named = reviewer.post("/log/extracts", {"episode": way.episode, "with_names": True}).json()
    assert "Ebba Påhittad" in {line["name"] for line in named["lines"]}
    assert reviewer.get(f"/episodes/{way.episode}").status_code == 404


def test_a_token_is_ended_by_whom_it_belongs_to_and_shows_itself_nowhere(installed: Installation) -> None:
    own = installed.caller(Role.COORDINATOR, SSIH, name="own")
    (token,) = own.get("/tokens").json()
    assert own.token not in own.get("/tokens").text
    other = installed.caller(Role.COORDINATOR, SSIH, name="other")
    assert other.post(f"/tokens/{token['number']}/end").status_code == 404
    assert own.post(f"/tokens/{token['number']}/end").json()["ended_at"] is not None
    assert own.get("/tokens").status_code == 401


def test_the_log_of_the_desk_tells_the_route_and_neither_reference_nor_token(
    nurse: Caller, way: OnTheWay, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level("INFO", logger="handslag.desk"):
        nurse.get(f"/episodes/{way.episode}")
    told = [vars(record) for record in caplog.records if record.name == "handslag.desk"]
    assert [each["route"] for each in told] == ["/api/v1/episodes/{reference}"]
    assert way.episode not in str(told)
    assert nurse.token not in str(told)
