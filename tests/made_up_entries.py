"""Made-up entries of the audit log, and chains of them."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from pathways.audit.chain import BEGINNING, Link, Sealed, Seals
from pathways.audit.entries import Entry

AT = datetime(2026, 3, 10, 9, tzinfo=UTC)
SEALS = Seals(b"a key of the tests")


def an_entry(number: int = 1, **fields: Any) -> Entry:
    """An entry that is like no other one."""
    values: dict[str, Any] = {
        "at": AT + timedelta(minutes=number),
        "login": "nurse@example.org",
        "name": "Nora Exempel",
        "role": "coordinator",
        "network": "n",
        "team": "t",
        "what": "see-episode",
        "episode": f"E-{number}",
        "person": number,
        "why": "responsible",
    }
    return Entry(**{**values, **fields})


def chained(entries: Sequence[Entry], seals: Seals = SEALS, after: Link = BEGINNING) -> list[Sealed]:
    """The chain of some entries."""
    chain = []
    for entry in entries:
        after = seals.next(entry.plain(), after)
        chain.append(Sealed(entry.plain(), after))
    return chain


def a_chain(length: int = 6) -> list[Sealed]:
    return chained([an_entry(number) for number in range(1, length + 1)])
