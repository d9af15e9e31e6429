"""The command line as programs see it: exit codes, one sentence for each error, JSON; without a Prefect server."""

import json
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from acceptance.programs import handslag
from handslag.inbox import Inbox
from handslag.playground import JONKOPING, mailbox
from pathways.definition.reading import read_definitions

pytestmark = pytest.mark.acceptance

_SILENT = "http://127.0.0.1:9/api"
"""A port on which no Prefect server answers."""


@dataclass
class Installation:
    """An installation with keys of its own, the demonstration's definitions, and no Prefect server."""

    folder: Path
    given: Mapping[str, str]

    def data(self, *words: str, typed: str = "") -> Any:
        """What a command that reads prints with `--json`."""
        done = handslag(self.folder, *words, "--json", given=self.given, typed=typed)
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    def refusal(self, *words: str, exit_code: int, **given: str) -> str:
        """The one sentence, or two, with which a command ends that must not succeed."""
        done = handslag(self.folder, *words, given={**self.given, **given})
        assert done.returncode == exit_code, done.stdout + done.stderr
        assert "Traceback" not in done.stderr
        assert done.stdout == ""
        return done.stderr.strip()


@pytest.fixture(scope="module")
def installation(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    folder = tmp_path_factory.mktemp("installation")
    printed = handslag(folder, "keys").stdout
    keys = dict(line.split("=", 1) for line in printed.splitlines())
    with Inbox() as inbox:
        contacts = _contacts(folder, inbox)
        own = Installation(
            folder, {**keys, "HANDSLAG_CONTACTS_FILE": str(contacts), "HANDSLAG_PREFECT_API_URL": _SILENT}
        )
        for words in (["upgrade"], ["apply", *map(str, JONKOPING)]):
            done = handslag(folder, *words, given=own.given)
            assert done.returncode == 0, done.stderr
        yield own


def _contacts(folder: Path, inbox: Inbox) -> Path:
    _, networks = read_definitions(JONKOPING)
    names = {c.secret for network in networks for team in network.teams.values() for c in team.contacts}
    file = folder / "contacts.toml"
    lines = [f'{name} = "{inbox.address(mailbox(name))}"' for name in sorted(names)]
    file.write_text("\n".join(["[contacts]", *lines, ""]), encoding="utf-8")
    return file


def test_all_that_reads_speaks_json(installation: Installation) -> None:
    begun = installation.data(
        "begin", "jonkoping-palliative", "jonkoping-demo", "home", "--as", "municipal-palliative-team"
    )
    parts = ("action", "situation", "background", "assessment", "recommendation", "contingency")
    asked = [word for part in parts for word in (f"--{part}", "-")]
    team = ("--as", "municipal-palliative-team")
    typed = "look again|nurse|today\n" + "as agreed\n" * 5
    installation.data("summary", begun["episode"], "--illness-severity", "watcher", *asked, *team, typed=typed)
    requested = installation.data(
        *("request", begun["episode"], "home-to-home-specialised", "--reason", "worsening"),
        *("--as", "municipal-palliative-team"),
    )
    handover = requested["reference"]
    shown = installation.data("show", handover)
    assert shown["episode"]["reference"] == begun["episode"]
    assert [wait["subject"] for wait in shown["waits"]] == [handover]
    assert [wait["subject"] for wait in installation.data("waiting")] == [handover]
    assert [(notice["handover"], notice["status"]) for notice in installation.data("notices")] == [(handover, "sent")]
    assert installation.data("check") == []


def test_an_unknown_command_is_wrong_usage(installation: Installation) -> None:
    assert "There is no such command" in installation.refusal("teleport", exit_code=2)


def test_what_is_refused_is_said_in_one_sentence_with_what_to_do(installation: Installation) -> None:
    said = installation.refusal("show", "E222-2222", exit_code=1)
    assert len(said.splitlines()) == 1
    assert said.endswith((".", "?"))


def test_without_keys_it_does_not_start(installation: Installation) -> None:
    said = installation.refusal("waiting", exit_code=4, HANDSLAG_KEYS="", HANDSLAG_HASH_KEY="")
    assert "HANDSLAG_KEYS is missing" in said


@pytest.mark.parametrize("url", ["sqlite:////proc", "postgresql+psycopg://nobody@127.0.0.1:9/handslag"])
def test_a_database_that_is_away_is_said_to_be_away(installation: Installation, url: str) -> None:
    said = installation.refusal("waiting", exit_code=3, HANDSLAG_DATABASE_URL=url)
    assert len(said.splitlines()) == 1


def test_the_history_that_the_command_line_wrote_cannot_be_changed(installation: Installation) -> None:
    with closing(sqlite3.connect(installation.folder / "handslag.db")) as database:
        for change in ("UPDATE event SET type = 'x'", "DELETE FROM event"):
            with pytest.raises(sqlite3.Error):
                database.execute(change)


@pytest.mark.parametrize("words", [("demo", "--exit"), ("start",)])
def test_a_data_folder_that_cannot_be_written_is_told_in_a_sentence_that_says_whose_it_is(
    installation: Installation, tmp_path: Path, words: tuple[str, ...]
) -> None:
    (tmp_path / "file").touch()
    done = handslag(
        installation.folder, *words, given={**installation.given, "HANDSLAG_DATA_FOLDER": str(tmp_path / "file")}
    )
    assert (done.returncode, "Traceback" in done.stderr) == (3, False)
    for said in (str(tmp_path / "file"), "HANDSLAG_DATA_FOLDER", f"is of the user {tmp_path.owner()}"):
        assert said in done.stderr
