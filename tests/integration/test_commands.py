"""The command line in this process, on a SQLite database of its own, with a real mail inbox and no Prefect server."""

import json
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from command_line import CommandLine, command_line
from demands import undemanding

from handslag.inbox import Inbox
from handslag.playground import JONKOPING, mailbox
from pathways.definition.reading import read_pathway
from pathways.definition.writing import text_of
from pathways.errors import Failed, Refused

MUNICIPALITY, SSIH, RYHOV = "municipal-palliative-team", "ssih-jonkoping", "ward-ryhov"


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[CommandLine]:
    with command_line(tmp_path, monkeypatch, is_upgraded=False) as run, Inbox() as inbox:
        contact = f'SSIH_FIRST = "{inbox.address(mailbox("SSIH_FIRST"))}"'
        (tmp_path / "contacts.toml").write_text(f"[contacts]\n{contact}\n", encoding="utf-8")
        yield run


def pathway_that_wants_nothing_written() -> Path:
    """The catalogue's pathway as a file in the data folder, but for the summary and the read-back."""
    path = Path(os.environ["HANDSLAG_DATA_FOLDER"]) / "pathway.yaml"
    path.write_text(text_of(undemanding(read_pathway(JONKOPING[0]))), encoding="utf-8")
    return path


def asked(run: CommandLine, *more: str) -> str:
    run("upgrade")
    run("apply", str(pathway_that_wants_nothing_written()), str(JONKOPING[1]))
    begun = run("begin", "jonkoping-palliative", "jonkoping-demo", "home", "--as", MUNICIPALITY, "--json")
    told = run("request", json.loads(begun)["episode"], *more, "--as", MUNICIPALITY, "--json")
    return str(json.loads(told)["reference"])


def test_a_database_that_was_never_made_is_told_with_the_command_that_makes_it(run: CommandLine) -> None:
    with pytest.raises(Failed, match=r"Bring it up to date with: handslag upgrade\.$"):
        run("waiting")


def test_whoever_asks_is_told_when_the_notice_has_not_left(run: CommandLine) -> None:
    handover = asked(run, "home-to-hospital", "--unit", "ryhov", "--reason", "relief")

    said = run("see", handover, "--as", RYHOV)

    assert f"The notice to {RYHOV} has not left (no-address)" in said
    assert "Ring them." in said


def test_a_handover_is_carried_out_on_the_command_line_alone(run: CommandLine) -> None:
    handover = asked(run, "home-to-home-specialised", "--reason", "worsening")

    assert "is accepted" in run("answer", handover, "accept", "--as", SSIH, "--by", "Sara Lind, nurse")
    assert "still missing" in run("confirm", handover, "--as", SSIH)
    assert "everything is in place" in run("confirm", handover, "--as", MUNICIPALITY)
    assert "taking-over" in run("waiting")
    assert "is completed" in run("arrive", handover, "--as", SSIH)
    shown = run("show", handover)
    assert f"Responsible: {SSIH}" in shown
    assert "Sara Lind, nurse (command-line, not identified)" in shown
    assert json.loads(run("show", handover, "--json"))["episode"]["status"] == "active"
    assert handover not in run("waiting")


def test_a_refusal_reaches_the_person_as_one_sentence(run: CommandLine) -> None:
    handover = asked(run, "home-to-home-specialised", "--reason", "worsening")

    with pytest.raises(Refused, match=f"Cannot depart on handover {handover}: it is requested"):
        run("depart", handover, "--as", MUNICIPALITY)


def test_a_team_outside_the_network_cannot_begin_an_episode(run: CommandLine) -> None:
    asked(run, "home-to-home-specialised", "--reason", "worsening")

    with pytest.raises(Refused, match="begun by a team of the network"):
        run("begin", "jonkoping-palliative", "jonkoping-demo", "home", "--as", "nobody")


def test_a_care_team_is_written_as_role_and_team(run: CommandLine) -> None:
    said = run("begin", "p", "n", "home", "--as", MUNICIPALITY, "--care-team", "gp", status=2)

    assert "write ROLE=TEAM" in said


def test_dead_notices_are_listed_and_can_be_sent_again(run: CommandLine) -> None:
    asked(run, "home-to-hospital", "--unit", "ryhov", "--reason", "relief")  # which is open at all hours
    dead = json.loads(run("notices", "--dead", "--json"))

    assert {notice["error"] for notice in dead} == {"no-address"}
    assert "is being sent again" in run("notices", "--resend", str(dead[0]["id"]))


def test_a_faulty_file_gives_every_fault_as_json_and_status_one(run: CommandLine, tmp_path: Path) -> None:
    faulty = tmp_path / "faulty.yaml"
    faulty.write_text("pathway: Odd Name\nin_force_from: yesterday\n", encoding="utf-8")

    faults = json.loads(run("check", str(faulty), "--json", status=1))

    assert {"wrong-date", "missing-key"} <= {fault["code"] for fault in faults}
    assert all(fault["mend"] for fault in faults)


def test_the_doctor_says_of_each_thing_that_it_is_well_or_what_to_do(run: CommandLine) -> None:
    asked(run, "home-to-home-specialised", "--reason", "worsening")

    found = {finding["what"]: finding for finding in json.loads(run("doctor", "--json", status=1))}

    assert found["database"]["is_well"]
    assert found["templates"]["is_well"]
    assert "MUNICIPAL_TEAM_FIRST" in found["contact points"]["advice"]
    assert "handslag start" in found["Prefect server"]["advice"]
