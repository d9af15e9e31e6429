"""The demonstration, told once to its end; and what is left of it on disk."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from subprocess import CompletedProcess

import psutil
import pytest

from acceptance.programs import Demo, handslag, processes_of
from acceptance.records import found_in, own_files, patients_of, prefects_files, rows
from handslag.stories.jonkoping_palliative import STORY

pytestmark = pytest.mark.acceptance

_STEPS = 18
_STORY_SECONDS = 400
_HANDOVER = re.compile(r"\bH[2-9A-Z]{3}-[2-9A-Z]{4}\b")
_EPISODE = re.compile(r"\bE[2-9A-Z]{3}-[2-9A-Z]{4}\b")
_MAILS = {
    "the read-back": "mail to municipal-team-first: Granska återkopplingen: överlämning",
    "its correction": "mail to ssih-first: Återkoppla igen: överlämning",
    "the waiting list": "mail to short-term-south-first: I kö: överlämning",
    "who is no longer asked": "mail to short-term-south-first: Behövs inte längre: överlämning",
    "the waiver": "mail to short-term-north-first: Går vidare ändå: överlämning",
    "the next contact": "mail to ward-ryhov-third: Ert svar behövs nu",
    "the sender hears of the climbing": "mail to short-term-north-first: Tiden har gått ut",
    "the services that rest": "mail to municipal-team-first: Pausa er insats:",
    "the services that go on": "mail to municipal-team-first: Återuppta er insats:",
    "the death": "mail to short-term-north-first: Stängt, läs först:",
}
_OTHER_EVENTS = (
    *("episode.began", "episode.ended", "episode.services-changed", "responsibility.passed", "handover.escalated"),
    *("handover.marked.delivered", "place.awaited", "place.held", "place.released", "receiver.chosen"),
    *("read-back.given", "read-back.corrected", "read-back.waived", "readiness.waived"),
)
_CLOSED_DESK = "mail to ward-ryhov-first:"


@dataclass
class Told:
    """A demonstration that has ended: its exit code, its words, and how a second one beside it ended."""

    folder: Path
    exit_code: int
    words: str
    left: list[psutil.Process]
    second: CompletedProcess[str]

    @property
    def episode(self) -> str:
        """The reference of the story's episode."""
        found = _EPISODE.search(self.words)
        assert found, self.words
        return found.group()

    @property
    def handovers(self) -> set[str]:
        """The references of the story's handovers."""
        return set(_HANDOVER.findall(self.words))


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Told]:
    folder = tmp_path_factory.mktemp("demonstration")
    with Demo(folder) as demo:
        demo.wait_until_told("Handslag's demonstration.")
        second = handslag(folder, "demo", "--exit")
        exit_code = demo.end(_STORY_SECONDS)
        yield Told(folder, exit_code, demo.told, processes_of(folder), second)


def test_the_demonstration_tells_every_step_and_ends_with_0(told: Told) -> None:
    assert told.exit_code == 0, told.words
    assert len(re.findall(r"^ *\d+ [A-Z]", told.words, re.MULTILINE)) == _STEPS
    assert len(re.findall(r"^ +done after ", told.words, re.MULTILINE)) == _STEPS
    assert "went wrong" not in told.words
    assert "The story is told" in told.words


def test_the_demonstration_shows_the_mails_of_all_that_happens_in_it(told: Told) -> None:
    missing = [what for what, line in _MAILS.items() if line not in told.words]
    assert missing == []


def test_the_demonstration_tells_nothing_to_the_desk_that_is_closed(told: Told) -> None:
    assert _CLOSED_DESK not in told.words


def test_the_demonstration_leaves_no_process_behind(told: Told) -> None:
    assert told.left == []


def test_a_second_demonstration_beside_it_ends_at_once_with_one_clear_sentence(told: Told) -> None:
    assert told.second.returncode == 1
    assert told.second.stderr == (
        "Handslag is running already on the data folder demo. "
        "Stop it with Ctrl-C there, or set HANDSLAG_DATA_FOLDER to another folder.\n"
    )
    assert "Traceback" not in told.second.stdout


def test_neither_people_nor_what_they_write_is_found_in_prefects_database_in_logs_or_in_print(told: Told) -> None:
    logs = sorted((told.folder / "demo").glob("*.log"))
    files = [*prefects_files(told.folder), *logs, told.folder / "output-0.txt"]
    assert {"prefect.db", "server.log", "worker.log"} <= {file.name for file in files}
    assert found_in(files, (*patients_of(STORY), *STORY.staff, *STORY.typed)) == []


def test_neither_the_patient_nor_what_is_typed_is_found_in_clear_in_handslags_own_database(told: Told) -> None:
    assert found_in(own_files(told.folder), (*patients_of(STORY), *STORY.typed)) == []


def test_the_search_for_people_finds_what_is_there(told: Told) -> None:
    assert found_in(prefects_files(told.folder), told.handovers)
    for word in STORY.staff:
        assert found_in(own_files(told.folder), [word]), word


def test_the_runs_of_the_handovers_are_named_for_people_and_completed(told: Told) -> None:
    question = "SELECT name, state_type, tags FROM flow_run JOIN (SELECT id AS flow, name AS called FROM flow)"
    runs = rows(told.folder, f"{question} ON flow = flow_id WHERE called = 'handover'")
    assert {name.split()[0] for name, _, _ in runs} == told.handovers
    assert all(re.fullmatch(r"H\S+ [a-z-]+ → [a-z-]+", name) for name, _, _ in runs)
    assert {state for _, state, _ in runs} == {"COMPLETED"}
    others = [name for name, _, tags in runs if f'"{told.episode}"' not in tags]
    assert len(others) == 1, "the patient who was better has an episode of its own"


def test_there_is_one_table_of_what_waits_and_a_timeline_of_the_episode(told: Told) -> None:
    artifacts = rows(told.folder, "SELECT key, type FROM artifact")
    assert artifacts.count(("waiting", "table")) == 1
    assert (f"episode-{told.episode.lower()}", "markdown") in artifacts


def test_what_happened_was_told_to_prefect_as_events(told: Told) -> None:
    events = {name for (name,) in rows(told.folder, "SELECT event FROM events WHERE event LIKE 'handslag.%'")}
    changes = {f"handslag.handover.{state}" for state in ("requested", "accepted", "ready", "completed", "cancelled")}
    others = {f"handslag.{what}" for what in _OTHER_EVENTS}
    assert changes | others <= events


def test_where_nobody_is_named_to_be_told_no_automation_looks_as_if_somebody_were(told: Told) -> None:
    assert rows(told.folder, "SELECT name FROM automation") == []
