"""The commands about places, and what the others say of them, on the command line in this process."""

import json
import shlex
from collections.abc import Iterator
from pathlib import Path

import pytest
from command_line import CommandLine, command_line
from demands import undemanding

from handslag.commands.installation import operations
from handslag.playground import JONKOPING
from pathways.definition.reading import read_definitions
from pathways.errors import Refused

MUNICIPALITY, NORTH, SOUTH = "municipal-palliative-team", "short-term-north", "short-term-south"
UNITS = ("--unit", "korttids-norr", "--unit", "korttids-soder")


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[CommandLine]:
    """One place at each of the two short-term units."""
    with command_line(tmp_path, monkeypatch) as run:
        pathways, networks = read_definitions([*JONKOPING])
        units = {
            key: unit.model_copy(update={"places": 1}) if unit.level == "short-term" else unit
            for key, unit in networks[0].units.items()
        }
        operations().publishing.apply(
            [undemanding(each) for each in pathways], [networks[0].model_copy(update={"units": units})]
        )
        yield run


def request(run: CommandLine, *units: str, json_wanted: bool = True) -> str:
    """What is said of a new request to units; as JSON, its reference."""
    begun = json.loads(run("begin", "jonkoping-palliative", "jonkoping-demo", "home", "--as", MUNICIPALITY, "--json"))
    words = ["request", begun["episode"], "home-to-short-term", *units, "--reason", "relief", "--as", MUNICIPALITY]
    if not json_wanted:
        return run(*words)
    return str(json.loads(run(*words, "--json"))["reference"])


def test_whoever_asks_several_units_sees_where_a_place_is_held_and_the_first_yes_takes_it(run: CommandLine) -> None:
    said = request(run, *UNITS, json_wanted=False)
    assert "A place at korttids-norr is held since" in said
    assert "A place at korttids-soder is held since" in said
    handover = said.partition(" ")[0]

    assert "is accepted" in run("answer", handover, "accept", "--unit", "korttids-soder", "--as", SOUTH)

    taken = {view["unit"]: view["taken"] for view in json.loads(run("places", "--json"))}
    assert taken["korttids-norr"] == []
    assert [place["handover"] for place in taken["korttids-soder"]] == [handover]


def test_without_a_place_the_number_in_line_is_told_and_what_the_pathway_offers_but_nothing_is_chosen(
    run: CommandLine,
) -> None:
    first = request(run, "--unit", "korttids-norr")
    said = request(run, "--unit", "korttids-norr", json_wanted=False)
    second = said.partition(" ")[0]

    assert "Waits for a place at korttids-norr: number 1 of 1 (not urgent, no preferred place is known, since" in said
    assert "There is no place. The pathway offers home-to-hospital instead. To choose it:" in said
    assert f"--replaces {second}" in run("show", second)
    assert "place" in run("waiting")
    with pytest.raises(Refused, match="number 1 on its waiting list"):
        run("answer", second, "accept", "--as", NORTH)
    run("cancel", first, "--reason", "better", "--as", MUNICIPALITY)
    assert "A place at korttids-norr is held since" in run("show", second)


def test_the_places_of_a_unit_are_shown_with_who_is_there_and_who_waits_and_why(run: CommandLine) -> None:
    held, waiting = request(run, "--unit", "korttids-norr"), request(run, "--unit", "korttids-norr")

    said = run("places", "korttids-norr")

    assert "korttids-norr (short-term-north): 1 places: 0 occupied, 1 held, 0 closed, 0 free" in said
    assert held in said
    assert waiting in said
    assert "not urgent, no preferred place is known" in said
    shown = json.loads(run("places", "korttids-norr", "--json"))[0]
    assert [entry["handover"] for entry in shown["waiting"]] == [waiting]
    assert "ryhov" in run("places")


def test_a_team_closes_and_opens_the_places_of_its_unit_and_learns_who_is_there(run: CommandLine) -> None:
    held = request(run, "--unit", "korttids-norr")
    closing = ("close-places", "korttids-norr", "1", "--reason", "[too few] at night", "--as", NORTH)

    said = run(*closing, "--until", "2099-01-01 07:00")

    assert f"More are there, or are expected, than places are open: held for {held}." in said
    shown = run("places", "korttids-norr")
    assert "until 2099-01-01 07:00:00: [too few] at night" in shown
    assert "1 more than its open places." in shown
    assert json.loads(run(*closing, "--json"))["over"][0]["handover"] == held
    assert "all places are open." in run("open-places", "korttids-norr", "--as", NORTH)
    assert "0 closed" in run("places", "korttids-norr")


def test_somebody_who_is_there_is_named_when_the_places_are_closed(run: CommandLine) -> None:
    words = ("begin", "jonkoping-palliative", "jonkoping-demo", "hospital-bed", "--unit", "ryhov", "--as", "ward-ryhov")
    begun = json.loads(run(*words, "--json"))["episode"]

    said = run("close-places", "ryhov", "6", "--reason", "moved", "--as", "ward-ryhov")

    assert f"occupied by {begun}" in said


def test_a_team_leaves_the_places_of_others_alone(run: CommandLine) -> None:
    with pytest.raises(Refused, match="belongs to short-term-north"):
        run("close-places", "korttids-norr", "1", "--reason", "x", "--as", SOUTH)


def test_a_network_file_with_fewer_places_than_are_taken_warns(run: CommandLine, tmp_path: Path) -> None:
    held = [request(run, "--unit", unit) for unit in ("korttids-norr", "korttids-soder")]
    file = tmp_path / "network.yaml"
    text = JONKOPING[1].read_text(encoding="utf-8")
    file.write_text(text.replace("team: short-term-north, places: 4", "team: short-term-north, places: 0"), "utf-8")

    said = json.loads(run("apply", str(file), "--json"))

    assert said[0]["warnings"] == [f"korttids-norr has 0 open places, and 1 are taken: {held[0]}."]


def test_what_is_offered_instead_can_be_typed_as_it_stands(run: CommandLine) -> None:
    request(run, *UNITS)
    waits = request(run, *UNITS, "--urgency", "acute", json_wanted=False)
    commands = [line.strip() for line in waits.splitlines() if line.strip().startswith("handslag ")]
    cancel, instead = (shlex.split(command)[1:] for command in commands)
    run(*cancel, typed="no place in time\n")
    planned = json.loads(run(*instead, "--json"))["reference"]
    plan = json.loads(run("show", planned, "--json"))["episode"]["handovers"][planned]["plan"]
    assert (plan["move"], plan["urgency"], plan["replaces"]) == ("home-to-hospital", "acute", waits.partition(" ")[0])


def test_whoever_says_no_where_others_are_asked_too_learns_that_they_may_still_answer(run: CommandLine) -> None:
    handover = request(run, *UNITS)
    no = ("reject", "--reason", "no-place", "--as")
    assert f"has your no; {SOUTH} may still answer" in run("answer", handover, *no, NORTH)
    assert "is rejected" in run("answer", handover, *no, SOUTH)


def test_a_handover_that_was_turned_down_says_why_on_its_first_line(run: CommandLine) -> None:
    handover = request(run, "--unit", "korttids-norr")
    run("answer", handover, "reject", "--reason", "no-place", "--as", NORTH)
    (head,) = [line for line in run("show", handover).splitlines() if line.startswith(handover)]
    assert ": rejected, because: no-place (" in head
