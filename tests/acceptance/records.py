"""What Prefect's server keeps of a demonstration, read from its SQLite file, and a search for people in raw bytes."""

import sqlite3
from collections.abc import Iterable
from contextlib import closing
from pathlib import Path
from typing import Any

from handslag.stories.jonkoping_palliative import PATIENT, SECOND_PATIENT
from pathways.operations.people import Patient

STAFF = ("Sara Lind", "Per Sand", "Ida Berg")
"""The people who act in the story. Handslag's own history names them, nothing else may."""

WRITTEN = (
    *("more pain since Monday", "breathing is harder", "the visit is needed tomorrow", "comfort first"),
    *("I ring again tonight", "on the way already", "the patient is better", "symptoms that cannot be relieved"),
)
"""What they write in the story: summaries, read-backs, a correction, reasons. It stays in Handslag's own database."""


_SHORTEST_NAME = 6
"""A shorter name may stand in encrypted bytes by chance."""


def _notations(patient: Patient) -> tuple[str, ...]:
    twelve = patient.identifier.replace("-", "")
    names = [name for name in patient.name.split() if len(name) >= _SHORTEST_NAME]
    names += [name.upper() for name in names]
    return patient.identifier, twelve, patient.identifier[2:], twelve[2:], *names


PATIENTS_DATA = (*_notations(PATIENT), *_notations(SECOND_PATIENT))
"""The patients of the story, in every notation that a number or a name may be written in."""


def rows(folder: Path, question: str) -> list[tuple[Any, ...]]:
    """What the Prefect server's database answers; it is opened for reading only."""
    file = folder / "demo" / "prefect" / "prefect.db"
    with closing(sqlite3.connect(f"{file.as_uri()}?mode=ro", uri=True)) as database:
        return database.execute(question).fetchall()


def found_in(files: Iterable[Path], words: Iterable[str]) -> list[tuple[str, str]]:
    """Which of the words stand in the raw bytes of which files. Fails when there is no file to look into."""
    read = {file.name: file.read_bytes() for file in files}
    assert read, "there is nothing to look into"
    return [(name, word) for name, raw in read.items() for word in words if word.encode() in raw]


def prefects_files(folder: Path) -> list[Path]:
    """The files of the Prefect server's database, with what is not yet merged into it."""
    return sorted((folder / "demo" / "prefect").glob("prefect.db*"))


def own_files(folder: Path) -> list[Path]:
    """The files of Handslag's own database."""
    return sorted((folder / "demo").glob("handslag.db*"))
