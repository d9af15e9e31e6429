"""The heads of the audit log: per network the last link that this machine wrote, kept apart from the database.

They show that the end of a log was cut off. Each is one line of a fixed length, so that it is written whole.
"""

import fcntl
import logging
import os
import re
from pathlib import Path
from urllib.parse import quote, unquote

from pathways.audit.chain import Link
from pathways.private_files import make_file, make_folder

_log = logging.getLogger("handslag.audit")
_LINE = re.compile(rb"([0-9]{20}) ([0-9a-f]{64})\n")
_LENGTH = 86


class Heads:
    """Reads and keeps heads in a folder of their own. A head only ever goes forward."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def of(self, network: str) -> Link | None:
        """The head of a network; None where this machine has kept none that can be read."""
        try:
            return _link(self._file(network).read_bytes())
        except OSError:
            return None

    def keep(self, network: str, head: Link) -> None:
        """Keep a head, unless a later one is kept. What goes wrong is logged: the entry itself is in the database."""
        file = self._file(network)
        try:
            make_folder(self._folder)
            make_file(file)
            with file.open("r+b", buffering=0) as opened:
                fcntl.flock(opened, fcntl.LOCK_EX)
                before = _link(opened.read(_LENGTH))
                if before is None or before.number < head.number:
                    os.pwrite(opened.fileno(), f"{head.number:020d} {head.seal}\n".encode(), 0)
        except OSError as error:
            _log.error("The head of the audit log of %s could not be kept: %s", network, type(error).__name__)

    def networks(self) -> list[str]:
        """The networks of which a head is kept."""
        return sorted(unquote(file.stem) for file in self._folder.glob("*.head"))

    def _file(self, network: str) -> Path:
        return self._folder / f"{quote(network, safe='')}.head"


def _link(line: bytes) -> Link | None:
    found = _LINE.fullmatch(line)
    return Link(int(found[1]), found[2].decode()) if found else None
