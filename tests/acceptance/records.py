"""What Prefect's server keeps of a demonstration, read from its SQLite file, and a search for people in raw bytes."""

import sqlite3
from collections.abc import Iterable
from contextlib import closing
from pathlib import Path
from typing import Any

from handslag.stories.telling import Story
from pathways.operations.people import Patient

_SHORTEST_NAME = 6
"""A shorter name may stand in encrypted bytes by chance."""


def _notations(patient: Patient) -> tuple[str, ...]:
    twelve = patient.identifier.replace("-", "")
    names = [name for name in patient.name.split() if len(name) >= _SHORTEST_NAME]
    names += [name.upper() for name in names]
    return patient.identifier, twelve, patient.identifier[2:], twelve[2:], *names


def patients_of(story: Story) -> tuple[str, ...]:
    """The patients of a story, in every notation that a number or a name may be written in."""
    return tuple(notation for patient in story.patients for notation in _notations(patient))


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
