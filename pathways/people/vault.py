"""The vault: seals what is known of a person, opens it again, and finds people by a keyed hash of their identifiers.

It owns the only form in which a person is stored. It keeps no rows, and no `repr` here shows a key or a person.
"""

import hashlib
import hmac
import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from cryptography.fernet import Fernet, InvalidToken, MultiFernet

from pathways.errors import Failed, SettingsError, Unreadable
from pathways.people.identifiers import Identifier, IdentifierSystem
from pathways.people.keys import fault_in_hash_key, fault_in_key
from pathways.people.persons import Person
from pathways.people.relatives import Relative
from pathways.people.statements import Agreement, Statement

_FORM = 4
"""The form in which a person is written before it is sealed. A new form reads every older one.

1: identifiers, name, protection, address. 2: also earlier names and relatives.
3: of a relative also the episode in which they were written down.
4: also which organisation wrote a relative down, who said what, and who agreed to a merge.
"""


class Vault:
    """Seals and opens people. The first of `keys` seals, all of them open; `hash_key` is no one of them.

    Raises SettingsError when there is no key or a key is malformed or a placeholder.
    """

    def __init__(self, keys: Sequence[str], hash_key: str) -> None:
        """Take the keys of the settings: `Settings.key_ring` and the secret value of `Settings.hash_key`."""
        faults = [fault_in_key(key) for key in keys] + [fault_in_hash_key(hash_key)]
        if not keys or any(faults) or hash_key in keys:
            raise SettingsError(
                "The vault needs at least one sound key and a separate key for its hash.",
                "Make them with `handslag keys` and set HANDSLAG_KEYS and HANDSLAG_HASH_KEY.",
            )
        self._ring = MultiFernet([Fernet(key) for key in keys])
        self._hash_key = hash_key.encode()

    def __repr__(self) -> str:
        """Show nothing of the keys."""
        return "Vault()"

    def sealed(self, person: Person) -> bytes:
        """The person, encrypted with the first key. Two calls give two different tokens."""
        return self._ring.encrypt(_written(person))

    def opened(self, token: bytes) -> Person:
        """The person in `token`. Raises Failed when no key of the ring fits or a newer Handslag wrote it."""
        try:
            return _read(self._ring.decrypt(token))
        except InvalidToken:
            raise _no_key_fits() from None

    def rotated(self, token: bytes) -> bytes:
        """The same content sealed with the first key. Raises Failed when no key of the ring fits."""
        try:
            return self._ring.rotate(token)
        except InvalidToken:
            raise _no_key_fits() from None

    def sealed_key(self, key: bytes) -> bytes:
        """A key of texts, sealed with the first key of the ring."""
        return self._ring.encrypt(key)

    def opened_key(self, token: bytes) -> bytes:
        """The key of texts in `token`. Raises Unreadable when no key of the ring fits."""
        try:
            return self._ring.decrypt(token)
        except InvalidToken:
            raise Unreadable(
                "The texts of an episode cannot be opened with the keys in HANDSLAG_KEYS.",
                "Put the key that sealed them back there, after the first one.",
            ) from None

    def fingerprint(self, identifier: Identifier) -> str:
        """What to find a person by: 64 hexadecimal characters, the same however the identifier was written.

        Without the hash key nobody can make it from a number or try all numbers against it.
        """
        return hmac.new(self._hash_key, identifier.canonical.encode(), hashlib.sha256).hexdigest()

    def keyed_hash(self, purpose: str, text: str) -> bytes:
        """32 bytes that follow from the text, for one purpose. Without the hash key nobody can try texts against it."""
        return hmac.new(self._hash_key, f"{purpose}\n{text}".encode(), hashlib.sha256).digest()


def _written(person: Person) -> bytes:
    content = {
        "form": _FORM,
        "identifiers": _numbers_written(person.identifiers),
        "name": person.name,
        "is_protected": person.is_protected,
        "address": person.address,
        "earlier_names": person.earlier_names,
        "relatives": [asdict(relative) for relative in person.relatives],
        "statements": [
            {
                "organisation": each.organisation,
                "numbers": _numbers_written(each.numbers),
                "name": each.name,
                "is_protected": each.is_protected,
                "told_in": each.told_in,
            }
            for each in person.statements
        ],
        "agreements": [
            [each.organisation, *_numbers_written([each.number]), each.at.isoformat()] for each in person.agreements
        ],
    }
    return json.dumps(content, ensure_ascii=False).encode()


def _numbers_written(numbers: Iterable[Identifier]) -> list[list[str]]:
    return [[number.system, number.value, number.issuer] for number in numbers]


def _read(content: bytes) -> Person:
    not_yet_kept: dict[str, Any] = {"earlier_names": (), "relatives": (), "statements": (), "agreements": ()}
    found: dict[str, Any] = {**not_yet_kept, **json.loads(content)}
    if found["form"] > _FORM:
        raise Failed("A person's record was written by a newer Handslag.", "Update this installation of Handslag.")
    return Person(
        identifiers=_numbers_read(found["identifiers"]),
        name=found["name"],
        is_protected=found["is_protected"],
        address=found["address"],
        earlier_names=tuple(found["earlier_names"]),
        relatives=tuple(Relative(**relative) for relative in found["relatives"]),
        statements=tuple(
            Statement(
                each["organisation"],
                _numbers_read(each["numbers"]),
                each["name"],
                is_protected=each["is_protected"],
                told_in=tuple(each["told_in"]),
            )
            for each in found["statements"]
        ),
        agreements=tuple(
            Agreement(organisation, _numbers_read([number])[0], datetime.fromisoformat(at))
            for organisation, number, at in found["agreements"]
        ),
    )


def _numbers_read(written: Iterable[Sequence[str]]) -> tuple[Identifier, ...]:
    return tuple(Identifier(IdentifierSystem(kind), value, issuer) for kind, value, issuer in written)


def _no_key_fits() -> Failed:
    return Failed(
        "A person's record cannot be opened with the keys in HANDSLAG_KEYS.",
        "Put the key that sealed it back there, after the first one.",
    )
