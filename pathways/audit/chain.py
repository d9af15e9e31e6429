"""The chain of the audit log: each entry of a network is sealed together with its number and the seal before it.

The seal is keyed: whoever has only the database can change, remove, move or add entries, but cannot seal what follows.
What nobody sees from the chain alone is that its end was cut off: a link that was kept elsewhere, the head, shows it.
"""

import hashlib
import hmac
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

Plain = Mapping[str, Any]
"""An entry as it is kept: by the names of its fields texts, whole numbers, truth or None. See `Entry.plain`."""


@dataclass(frozen=True)
class Link:
    """A point of a chain: the number of an entry and its seal, 64 hexadecimal characters."""

    number: int
    seal: str


BEGINNING = Link(0, "")
"""What the first entry of a network follows."""


@dataclass(frozen=True)
class Sealed:
    """An entry of the chain, whatever has been made of it since."""

    entry: Plain
    link: Link


class Fault(StrEnum):
    """What can be wrong with a chain."""

    ALTERED = "altered"
    MISSING = "missing"
    CUT = "cut"
    REPLACED = "replaced"

    @property
    def meaning(self) -> str:
        """What is so, in words."""
        return _MEANINGS[self]


_MEANINGS = {
    Fault.ALTERED: "changed, moved, or put there by something else than Handslag",
    Fault.MISSING: "missing; the entry after them cannot be proved",
    Fault.CUT: "missing at the end: cut off, or lost when a backup was restored",
    Fault.REPLACED: "not what was there once: put in its place, or written after a backup was restored",
}


@dataclass(frozen=True)
class Finding:
    """A fault, and the numbers of the first and the last entry that it is about."""

    fault: Fault
    first: int
    last: int


class Seals:
    """Seals entries, and examines what was sealed, with a secret key of its own."""

    def __init__(self, key: bytes) -> None:
        self._key = key

    def __repr__(self) -> str:
        """Show nothing of the key."""
        return "Seals()"

    def next(self, entry: Plain, after: Link) -> Link:
        """The link of an entry that follows another. What is None is left out: there may be more fields later."""
        said = {name: value for name, value in entry.items() if value is not None}
        return Link(after.number + 1, self._seal("entry", after.number + 1, after.seal, said))

    def proof(self, network: str, link: Link) -> str:
        """What shows that Handslag itself removed the entries of a network up to a link, as being old enough."""
        return self._seal("removed", network, link.number, link.seal)

    def proves(self, network: str, link: Link, proof: str) -> bool:
        """Whether a proof is genuine."""
        return hmac.compare_digest(self.proof(network, link).encode(), proof.encode())

    def examined(
        self, chain: Iterable[Sealed], after: Link = BEGINNING, head: Link | None = None
    ) -> tuple[Link, Sequence[Finding]]:
        """The last link of a chain, and what is wrong with it.

        The chain comes in its order. `after`: what it begins after; `head`: a link that was kept elsewhere.
        """
        findings: list[Finding] = []
        last = after
        for each in chain:
            if found := self._fault(each, last, head):
                _add(findings, found)
            last = each.link
        if head and head.number > last.number:
            _add(findings, Finding(Fault.CUT, last.number + 1, head.number))
        return last, findings

    def _fault(self, each: Sealed, last: Link, head: Link | None) -> Finding | None:
        number = last.number + 1
        if each.link.number > number:
            return Finding(Fault.MISSING, number, each.link.number - 1)
        if each.link != self.next(each.entry, last):
            return Finding(Fault.ALTERED, number, number)
        is_other = head is not None and each.link.number == head.number and each.link != head
        return Finding(Fault.REPLACED, number, number) if is_other else None

    def _seal(self, *parts: object) -> str:
        words = json.dumps(parts, sort_keys=True, separators=(",", ":"), default=repr)  # repr: what is no longer plain
        return hmac.new(self._key, words.encode(), hashlib.sha256).hexdigest()


def _add(findings: list[Finding], found: Finding) -> None:
    """Add a finding, as one with the finding before where that ends just before it."""
    before = findings[-1] if findings else None
    if before and before.fault is found.fault and before.last + 1 == found.first:
        findings[-1] = replace(before, last=found.last)
    else:
        findings.append(found)
