"""`handslag milestone`: what it starts and stops is shown, listed and kept."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from command_line import CommandLine, command_line

from handslag.commands.installation import operations
from handslag.playground import JONKOPING
from pathways.definition.reading import read_definitions
from pathways.errors import Refused

TEAM = "ssih-jonkoping"


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[CommandLine]:
    with command_line(tmp_path, monkeypatch, AS=TEAM) as run:
        operations().publishing.apply(*read_definitions([*JONKOPING]))
        yield run


@pytest.fixture
def episode(run: CommandLine) -> str:
    began = run("begin", "jonkoping-palliative", "jonkoping-demo", "home-specialised", "--json")
    return str(json.loads(began)["episode"])


def test_a_milestone_starts_and_stops_what_the_pathway_says_and_is_shown(run: CommandLine, episode: str) -> None:
    assert "Waits for limit of palliative.start by ssih-jonkoping" in run("show", episode)
    assert "palliative.start" in run("waiting")
    assert "has first-visit-made recorded" in run("milestone", episode, "first-visit-made")
    shown = run("show", episode)
    assert "Waits for limit" not in shown
    assert "Milestone: first-visit-made, " in shown
    assert "milestone recorded: first-visit-made, " in shown
    assert "clock started: palliative.start of " in shown


def test_a_milestone_may_have_been_reached_earlier_in_local_time_and_be_taken_back(
    run: CommandLine, episode: str
) -> None:
    said = run("milestone", episode, "ready-for-discharge", "--at", "2026-03-02 11:59", "--json")
    assert json.loads(said)["what"] == "has ready-for-discharge recorded"
    (sip,) = [wait for wait in json.loads(run("waiting", "--json")) if wait["subject"] == "se.lus.sip-call"]
    assert (sip["kind"], sip["due_at"]) == ("limit", "2026-03-05T10:59:00Z")
    run("milestone", episode, "ready-taken-back")
    assert "takes back ready-for-discharge" in run("show", episode)
    assert "se.lus.sip-call" not in run("waiting")


def test_what_is_no_milestone_is_refused_and_not_repeated(run: CommandLine, episode: str) -> None:
    with pytest.raises(Refused, match="Choose one of: ready-for-discharge") as refused:
        run("milestone", episode, "Astrid")
    assert "Astrid" not in str(refused.value)
