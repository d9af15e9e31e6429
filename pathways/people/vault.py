"""The vault: seals what is known of a person, opens it again, and finds people by a keyed hash of their identifiers.

It owns the only form in which a person is stored. It keeps no rows, and no `repr` here shows a key or a person.
"""

import hashlib
import hmac
import json
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from cryptography.fernet import Fernet, InvalidToken, MultiFernet

from pathways.errors import Failed, Refused, SettingsError
from pathways.people.identifiers import Identifier, IdentifierSystem
from pathways.people.keys import fault_in_hash_key, fault_in_key

_FORM = 1
"""The form in which a person is written before it is sealed. A new form reads every older one."""


@dataclass(frozen=True)
class Person:
    """What Handslag knows of a patient: the current identifier first, then those that the patient was known by before.

    Raises Refused without an identifier or with one given twice.
    """

    identifiers: tuple[Identifier, ...] = field(repr=False)
    name: str = field(repr=False)
    is_protected: bool = field(default=False, repr=False)
    address: str = field(default="", repr=False)

    def __post_init__(self) -> None:
        """Hold the rule that every identifier is there once, and one at least."""
        if not self.identifiers or len(set(self.identifiers)) != len(self.identifiers):
            raise Refused("A person has one current identifier, and each identifier once.", "Give each one once.")

    @property
    def current(self) -> Identifier:
        """The identifier that holds now."""
        return self.identifiers[0]

    @property
    def open_name(self) -> str | None:
        """The name, or None for a protected identity (skyddad identitet), whose name no page shows."""
        return None if self.is_protected else self.name

    @property
    def open_address(self) -> str | None:
        """The address, or None for a protected identity, whose address no page shows."""
        return None if self.is_protected else self.address

    def identified_as(self, identifier: Identifier) -> "Person":
        """This person with `identifier` as the current one: a reserve number that was later identified, say.

        The others stay, so that the person is still found by them. A second call changes nothing.
        """
        others = tuple(known for known in self.identifiers if known != identifier)
        return replace(self, identifiers=(identifier, *others))


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

    def fingerprint(self, identifier: Identifier) -> str:
        """What to find a person by: 64 hexadecimal characters, the same however the identifier was written.

        Without the hash key nobody can make it from a number or try all numbers against it.
        """
        return hmac.new(self._hash_key, identifier.canonical.encode(), hashlib.sha256).hexdigest()


def _written(person: Person) -> bytes:
    identifiers = [[known.system, known.value, known.issuer] for known in person.identifiers]
    content = {
        "form": _FORM,
        "identifiers": identifiers,
        "name": person.name,
        "is_protected": person.is_protected,
        "address": person.address,
    }
    return json.dumps(content, ensure_ascii=False).encode()


def _read(content: bytes) -> Person:
    found = json.loads(content)
    if found["form"] > _FORM:
        raise Failed("A person's record was written by a newer Handslag.", "Update this installation of Handslag.")
    return Person(
        identifiers=tuple(
            Identifier(IdentifierSystem(kind), value, issuer) for kind, value, issuer in found["identifiers"]
        ),
        name=found["name"],
        is_protected=found["is_protected"],
        address=found["address"],
    )


def _no_key_fits() -> Failed:
    return Failed(
        "A person's record cannot be opened with the keys in HANDSLAG_KEYS.",
        "Put the key that sealed it back there, after the first one.",
    )
