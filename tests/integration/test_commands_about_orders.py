"""Orders, visits, complications and the fixed contact on the command line, in the demonstration of Jammerbugt."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from command_line import CommandLine, command_line
from demands import undemanding

from handslag.commands.installation import operations
from handslag.playground import DEFINITIONS
from pathways.cover.demonstrations import with_every_desk_open
from pathways.definition.reading import read_definitions
from pathways.errors import Refused

HOME, WARD = "hjemmesygeplejen", "afdeling-aalborg"
ZONE = ZoneInfo("Europe/Copenhagen")
DRUG = "Benzylpenicillin 3 g for Astrid"
FILES = [
    *sorted((DEFINITIONS / "catalogue").glob("jammerbugt-iv*.yaml")),
    *sorted((DEFINITIONS / "catalogue").glob("*.yaml")),
    DEFINITIONS / "networks/jammerbugt-demo.yaml",
]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[CommandLine]:
    with command_line(tmp_path, monkeypatch) as run:
        pathways, networks = read_definitions(dict.fromkeys(FILES))
        (network,) = networks
        served = [undemanding(each) for each in pathways if each.pathway in network.pathways]
        operations().publishing.apply(served, [with_every_desk_open(network, datetime.now(UTC).date())])
        yield run


@pytest.fixture
def episode(run: CommandLine) -> str:
    began = run("begin", "jammerbugt-iv", "jammerbugt-demo", "home", "--as", HOME, "--json")
    return str(json.loads(began)["episode"])


def local_time(**span: float) -> datetime:
    return datetime.now(ZONE) + timedelta(**span)


def ordered(run: CommandLine, episode: str, *more: str) -> str:
    soon, last = f"{local_time(minutes=1):%H:%M}", f"{local_time(days=3):%Y-%m-%d}"
    given = ("--drug", DRUG, "--time", soon, "--until", last, "--as", WARD)
    return run("order", episode, "iv-antibiotics", *given, *more)


def visits_of(run: CommandLine, day: datetime | None = None) -> list[dict[str, Any]]:
    when = ("--day", f"{day:%Y-%m-%d}") if day else ()
    return list(json.loads(run("visits", HOME, *when, "--json")))


def test_an_order_says_how_many_visits_follow_and_the_team_sees_its_day(run: CommandLine, episode: str) -> None:
    placed = json.loads(ordered(run, episode, "--json"))
    assert (placed["order"], placed["uncovered"]) == (1, [])
    assert placed["visits"] in (3, 4)
    (visit,) = visits_of(run, local_time(days=2))
    assert (visit["episode"], visit["treatment"], visit["outcome"]) == (episode, "iv-antibiotics", None)
    assert "iv-antibiotics" in run("visits", HOME, "--day", f"{local_time(days=2):%Y-%m-%d}")
    assert "No visits." in run("visits", HOME, "--day", f"{local_time(days=9):%Y-%m-%d}")


def test_what_was_typed_is_shown_on_request_and_leaves_in_no_notice(run: CommandLine, episode: str) -> None:
    ordered(run, episode)
    shown = run("show", episode)
    assert f"Order 1 iv-antibiotics: active, {DRUG}" in shown
    assert "every day" in shown
    assert "Waits for visit of 1/" in shown
    notices = run("notices", "--json")
    assert "order-changed" in notices
    assert "Astrid" not in notices + run("waiting", "--json")


def test_no_days_between_visits_is_no_order(run: CommandLine, episode: str) -> None:
    with pytest.raises(Refused, match="the number of days between visits is none"):
        ordered(run, episode, "--every", "0")


def test_a_visit_is_recorded_and_a_missed_one_acted_upon(run: CommandLine, episode: str) -> None:
    ordered(run, episode)
    assert "a visit of order 1 recorded as missed" in run(
        "visit", episode, "missed", "--words", "the car broke down", "--as", HOME, "--by", "Ann Ek, nurse"
    )
    (missed,) = [each for each in json.loads(run("waiting", "--json")) if each["kind"] == "missed-visit"]
    day, _t, at = missed["subject"].partition("/")[2].partition("T")
    assert "acted upon" in run("act-on-missed", episode, f"{day} {at}", "--words", "given at noon", "--as", HOME)
    shown = run("show", episode)
    assert "missed, the car broke down, recorded" in shown
    assert "given at noon" in shown
    assert "missed-visit" not in run("waiting", "--json")


def test_an_order_is_changed_and_stopped(run: CommandLine, episode: str) -> None:
    ordered(run, episode)
    last = f"{local_time(days=1):%Y-%m-%d}"
    changed = json.loads(run("change-order", episode, "--until", last, "--every", "1", "--as", WARD, "--json"))
    assert changed["visits"] in (1, 2)
    assert "has order 1 stopped" in run("stop-order", episode, "--words", "no fever", "--as", WARD)
    assert "stopped (by-person)" in run("show", episode)
    with pytest.raises(Refused, match="out of all bounds"):
        run("change-order", episode, "--until", "1066-10-14", "--as", WARD)
    with pytest.raises(Refused, match="it is stopped"):
        run("change-order", episode, "--until", last, "--as", WARD)


def test_a_complication_asks_the_hospital_at_once(run: CommandLine, episode: str) -> None:
    ordered(run, episode)
    said = run("complication", episode, "--words", "a rash", "--as", HOME)
    assert "takes the patient back; the remaining visits are stopped" in said
    shown = json.loads(run("show", episode, "--json"))["episode"]
    (handover,) = shown["handovers"].values()
    assert (handover["status"], handover["plan"]["move"]) == ("requested", "back-to-hospital")
    assert {asked["unit"] for asked in handover["asked"]} == {"aalborg", "hjorring"}
    assert shown["orders"]["1"]["stopped_because"] == "complication"


def test_continuity_counts_what_was_kept_and_broken(run: CommandLine, episode: str) -> None:
    (row,) = json.loads(run("continuity", "jammerbugt-demo", "--json"))
    assert (row["pathway"], row["episodes"], row["kept"], row["breaks"]) == ("jammerbugt-iv", 1, 0, 0)
    assert "jammerbugt-iv" in run("continuity", "jammerbugt-demo")
    assert "No episodes." in run("continuity", "nowhere")
    with pytest.raises(Refused, match="its pathway has none"):
        run("fixed-contact", episode, "Ann Ek, nurse", "--as", HOME)


def test_a_task_names_who_can_carry_it_out_at_the_time(run: CommandLine) -> None:
    pathways, networks = read_definitions(dict.fromkeys(FILES))
    operations().publishing.apply([], networks)
    asked = ("who-can", "sammen-om-sundhed", "wound-care", "--level", "region-clinic", "--network", "jammerbugt-demo")
    said = run(*asked, "--at", "2026-11-24 12:00")
    assert "wound-care at region-clinic: general-practice is responsible, it takes wound-care" in said
    assert "regionsklinikken-pandrup: practice-nurse of regionsklinikken-pandrup, nurse-on-duty" not in said
    assert f"{HOME}: iv-nurse of {HOME}" in said
    data = json.loads(run(*asked, "--at", "2026-11-24 23:30", "--json"))
    assert [each["team"] for each in data["teams"]] == ["regionsklinikken-pandrup", HOME]
    assert data["teams"][1]["on_duty"] == []
    assert data["teams"][1]["next"]["contact"] == "iv-nurse"
    assert [each["team"] for each in data["elsewhere"]] == ["afdeling-aalborg"]
    assert "of other teams nurse-on-duty of afdeling-aalborg" in run(*asked, "--at", "2026-11-24 23:30")
    with pytest.raises(Refused, match="has no task of that name"):
        run("who-can", "sammen-om-sundhed", "juggling", *asked[3:])
    with pytest.raises(Refused, match="There is no wound-care at that level"):
        run(*asked[:4], "nowhere", *asked[5:])
    assert pathways


def test_who_has_a_competence_is_told_with_when_and_where_else(run: CommandLine) -> None:
    pathways, networks = read_definitions(dict.fromkeys(FILES))
    operations().publishing.apply([], networks)
    noon, night = "2026-11-24 12:00", "2026-11-24 23:30"
    said = run("cover", HOME, "--competence", "iv-nursing", "--at", noon)
    assert f"iv-nurse of {HOME} is on duty until 2026-11-24 23:00:00." in said
    said = run("cover", "sygeplejeklinikkerne", "--competence", "iv-nursing", "--at", night)
    assert "Nobody of sygeplejeklinikkerne, nor of the team that covers it, is on duty with it." in said
    assert f"Next: iv-nurse of {HOME} from 2026-11-25 07:00:00." in said
    data = json.loads(run("cover", HOME, "--competence", "iv-nursing", "--at", noon, "--json"))
    assert [each["contact"] for each in data["on_duty"]] == ["iv-nurse"]
    assert {each["team"] for each in data["elsewhere"]} >= {"sygeplejeklinikkerne"}
    with pytest.raises(Refused, match="Nobody in jammerbugt-demo has 1 of the competences"):
        run("cover", HOME, "--competence", "juggling")
    assert pathways
