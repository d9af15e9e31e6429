"""Files that somebody names on the command line: whether one is there, and how one is written."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from pathways.errors import Failed, Refused


def is_file(path: Path) -> bool:
    """Whether there is a file of this name."""
    try:
        return path.is_file()
    except OSError:  # such as a name that is too long
        return False


def write_file(path: Path, text: str) -> None:
    """Write a file anew, and the folder that it lies in where that is missing. Raises Failed."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise Failed(f"The file cannot be written ({error.strerror}).", "Name a folder where you may write.") from None


@contextmanager
def new_file(file: Path) -> Iterator[IO[bytes]]:
    """A new file for its owner alone, which goes away again where it cannot be filled. Raises Refused or Failed."""
    try:
        opened = os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb")
    except FileExistsError:
        raise Refused("A file of that name is there already.", "Name another one.") from None
    except OSError as error:
        raise Failed(f"The file cannot be made ({type(error).__name__}).", "Name one where you may write.") from error
    try:
        with opened:
            yield opened
    except BaseException as error:
        file.unlink()
        if isinstance(error, OSError):
            raise Failed(f"The file could not be written ({type(error).__name__}).", "Make room for it.") from error
        raise
