"""Files that somebody names on the command line: whether one is there, and how one is written."""

from pathlib import Path

from pathways.errors import Failed


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
