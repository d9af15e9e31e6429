"""The log files of the processes that Handslag starts: how large one becomes, and how many older ones are kept."""

from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from pathways.private_files import make_file

_MEGABYTE = 1_000_000


@dataclass(frozen=True)
class LogLimits:
    """`largest`: the size in bytes from which a log file is begun anew. `kept`: how many older files are kept."""

    largest: int = 20 * _MEGABYTE
    kept: int = 5

    @classmethod
    def of(cls, megabytes: int, kept: int) -> "LogLimits":
        """The limits in the units of the settings."""
        return cls(megabytes * _MEGABYTE, kept)


def turn_over(file: Path, limits: LogLimits) -> None:
    """Begin a log file anew once it has its largest size; `file.1` is then the newest of the older ones.

    The process that writes has the file open to append, and goes on writing into it: so its words are copied, and the
    file is emptied. What is written between the two is lost; the log of who saw what is in the database, not here. The
    end of the file is kept, never more than the largest size. On a full disk it is emptied without a copy.
    """
    with suppress(OSError):
        if file.stat().st_size < limits.largest:
            return
        with suppress(OSError):
            _keep(file, limits)
        with file.open("r+b") as opened:
            opened.truncate(0)


def _keep(file: Path, limits: LogLimits) -> None:
    for number in range(limits.kept, 1, -1):
        newer = _older(file, number - 1)
        if newer.exists():
            newer.replace(_older(file, number))
    if not limits.kept:
        return
    copy = _older(file, 1)
    make_file(copy)
    try:
        with file.open("rb") as source, copy.open("wb") as target:
            source.seek(max(0, file.stat().st_size - limits.largest))
            left = limits.largest
            while left and (words := source.read(min(left, _MEGABYTE))):
                target.write(words)
                left -= len(words)
    except OSError:
        copy.unlink()
        raise


def _older(file: Path, number: int) -> Path:
    return file.with_name(f"{file.name}.{number}")
