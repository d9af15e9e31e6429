"""Texts of care at rest: sealed with a key of their episode, or of their network, which is sealed with the key ring.

So a new key of the ring seals the small keys anew, and no row of the history is ever changed. A key is made with the
first text of its subject, and read with the first text that is opened.
"""

from base64 import b64decode, b64encode
from collections.abc import Collection, Mapping
from functools import lru_cache
from os import urandom
from typing import Any, Protocol

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import Connection, Engine, false, select

from pathways.care.texts_of_care import Places
from pathways.errors import Unreadable
from pathways.store.text_key_tables import TEXT_KEY
from pathways.store.upserts import upsert

_SEALING = "handslag_sealing"
_MARK = "\x02"
"""How a sealed text begins. Nobody can type it: see `care.texts`."""

ERASED_KEY = b""
"""What stands in the place of the key of texts that were erased: it opens nothing, and keeps a new one from being made.
"""

ERASED = "[…]"
"""What is read in the place of a text that was erased."""

UNREADABLE = "[?]"
"""What is read in a list in the place of a text that cannot be opened: all that is beside it is shown."""

_KEY_BITS = 256
_NONCE_BYTES = 12
_OPENED_KEYS = 4096


class Ring(Protocol):
    """What seals the keys of texts, as `people.vault.Vault` does."""

    def sealed_key(self, key: bytes) -> bytes:
        """A key, sealed."""
        ...

    def opened_key(self, token: bytes) -> bytes:
        """The key in a token. Raises Unreadable when no key of the ring fits."""
        ...


class Sealing:
    """Opens the keys of texts with a ring, and keeps those that it opened last in memory."""

    def __init__(self, ring: Ring) -> None:
        self._ring = ring
        self.opened = lru_cache(maxsize=_OPENED_KEYS)(self._opened)

    def __repr__(self) -> str:
        """Show nothing of the keys."""
        return "Sealing()"

    def fresh(self) -> bytes:
        """A new key, sealed."""
        return self._ring.sealed_key(AESGCM.generate_key(_KEY_BITS))

    def _opened(self, token: bytes) -> AESGCM:
        return AESGCM(self._ring.opened_key(token))


def sealing_texts(engine: Engine, ring: Ring) -> Engine:
    """The same engine, whose units of work seal and open texts of care. Others leave them sealed, and write none."""
    return engine.execution_options(**{_SEALING: Sealing(ring)})


def seals_texts(connection: Connection) -> bool:
    """Whether the engine of this connection seals texts."""
    return _SEALING in connection.get_execution_options()


def of_network(network: str) -> str:
    """The subject of what is typed about a network, not about an episode."""
    return f"network {network}"


def of_log(network: str) -> str:
    """The subject of what is typed into the log of a network: its key is asked for with the lock on the log."""
    return f"log {network}"


def is_sealed(text: str) -> bool:
    """Whether this is a text as it is kept."""
    return text.startswith(_MARK)


class Texts:
    """Seals and opens texts on one connection. `subjects`: those whose keys are read together, with the first.

    `is_list`: what cannot be opened is read as `UNREADABLE`, and no fault of all that is read with it.
    """

    def __init__(self, connection: Connection, subjects: Collection[str] = (), *, is_list: bool = False) -> None:
        self._connection = connection
        self._is_list = is_list
        self._sealing: Sealing | None = connection.get_execution_options().get(_SEALING)
        self._subjects = subjects
        self._tokens: dict[str, bytes] = {}

    def seal_in(self, places: Places, value: Any, subject: str, field: str = "") -> Any:
        """The same JSON, or the same text, with its texts sealed."""
        return places.changed(value, lambda name, text: self.seal(text, subject, name), field)

    def open_in(self, places: Places, value: Any, subject: str, field: str = "") -> Any:
        """The same JSON with its texts opened."""
        return places.changed(value, lambda name, text: self.open(text, subject, name), field)

    def seal(self, text: str, subject: str, field: str) -> str:
        """A text as it is kept: it can be opened as this field of this subject only. An empty one stays as it is."""
        if not text:
            return text
        if self._sealing is None:
            raise AssertionError("this engine seals no texts: see sealing_texts")
        if is_sealed(text):
            raise AssertionError("this text is sealed already")
        nonce, token = urandom(_NONCE_BYTES), self._token(subject)
        if token == ERASED_KEY:
            raise AssertionError("nothing is typed about what was erased")
        key = self._sealing.opened(token or self._made(self._sealing, subject))
        return _MARK + b64encode(nonce + key.encrypt(nonce, text.encode(), _bound_to(subject, field))).decode()

    def open(self, text: str, subject: str, field: str) -> str:
        """A text that was kept, as it was typed; `ERASED` where it was. Raises Unreadable where it cannot be opened.

        On an engine that seals no texts it stays as it is.
        """
        if self._sealing is None or not is_sealed(text):
            return text
        try:
            return self._opened(self._sealing, text, subject, field)
        except Unreadable:
            if not self._is_list:
                raise
            return UNREADABLE

    def _opened(self, sealing: Sealing, text: str, subject: str, field: str) -> str:
        token = self._token(subject)
        if token == ERASED_KEY:
            return ERASED
        if token is None:
            raise Unreadable("The key of a text is missing.", "Restore the database from a backup.")
        try:
            content = b64decode(text.removeprefix(_MARK))
            nonce, rest = content[:_NONCE_BYTES], content[_NONCE_BYTES:]
            return sealing.opened(token).decrypt(nonce, rest, _bound_to(subject, field)).decode()
        except (InvalidTag, ValueError):
            raise Unreadable("A text is not as it was sealed.", "Restore the database from a backup.") from None

    def _token(self, subject: str) -> bytes | None:
        if subject not in self._tokens:
            self._tokens |= self._read({subject, *self._subjects})
        return self._tokens.get(subject)

    def _read(self, subjects: Collection[str]) -> Mapping[str, bytes]:
        rows = self._connection.execute(select(TEXT_KEY).where(TEXT_KEY.c.subject.in_(subjects)))
        return {row.subject: row.sealed for row in rows}

    def _made(self, sealing: Sealing, subject: str) -> bytes:
        """The key of a subject that had none: of two who make one at once, both get the same."""
        key = {"subject": subject}
        upsert(self._connection, TEXT_KEY, key, {"sealed": sealing.fresh()}, only_where=false())
        self._tokens |= self._read({subject})
        return self._tokens[subject]


def _bound_to(subject: str, field: str) -> bytes:
    return f"{subject}\n{field}".encode()
