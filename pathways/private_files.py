"""Folders and files that only their owner may open: what Handslag keeps tells of patients, and logs may.

What is there already keeps its permissions, for somebody may have set them on purpose; `handslag doctor` tells of them.
"""

import os
import secrets
import stat
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

_OTHERS = stat.S_IRWXG | stat.S_IRWXO


def make_folder(folder: Path) -> None:
    """Make a folder and those that it lies in, where they are missing, each for its owner alone. Raises OSError."""
    for each in reversed((folder, *folder.parents)):
        if not each.is_dir():
            each.mkdir(mode=0o700, exist_ok=True)


def make_file(file: Path) -> None:
    """Make an empty file for its owner alone, where there is none. Raises OSError."""
    os.close(os.open(file, os.O_WRONLY | os.O_CREAT, 0o600))


def write(file: Path, words: str) -> None:
    """Write a file anew, for its owner alone where it is new. Raises OSError."""
    make_file(file)
    file.write_text(words, encoding="utf-8")


def write_once(file: Path, words: str) -> None:
    """Write a file for its owner alone, unless it is there: whole or not at all. Raises OSError."""
    if file.exists():
        return
    fresh = file.with_name(f"{file.name}.{secrets.token_hex(8)}")
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as opened:
        opened.write(words)
    try:
        with suppress(FileExistsError):  # somebody who was faster has written it: that holds
            os.link(fresh, file)
    finally:
        fresh.unlink()


def open_to_others(paths: Iterable[Path]) -> list[Path]:
    """Those of these paths that there are, and that others than their owner may open."""
    return [path for path in paths if path.exists() and path.stat().st_mode & _OTHERS]
