"""The keys of texts as rows, and the texts that stand in clear: for whoever looks after both."""

from collections.abc import Iterator, Mapping, Sequence

from sqlalchemy import select, update
from sqlmodel import Session

from pathways.store.sealed_columns import in_clear, seal_what_is_clear
from pathways.store.text_key_tables import TEXT_KEY
from pathways.store.texts import ERASED_KEY
from pathways.store.upserts import upsert


class TextKeys:
    """Reads and writes the keys of texts within one unit of work."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def sealed_after(self, subject: str, limit: int) -> Sequence[tuple[str, bytes]]:
        """Subjects and sealed keys of those after a subject, in order: for going through all of them."""
        after = select(TEXT_KEY).where(TEXT_KEY.c.subject > subject, TEXT_KEY.c.sealed != ERASED_KEY)
        rows = after.order_by(TEXT_KEY.c.subject).limit(limit)
        return [(row.subject, row.sealed) for row in self._session.connection().execute(rows.with_for_update())]

    def all_sealed(self) -> Iterator[tuple[str, bytes]]:
        """Subjects and sealed keys of all that are in use, in order."""
        rows = select(TEXT_KEY).where(TEXT_KEY.c.sealed != ERASED_KEY).order_by(TEXT_KEY.c.subject)
        for row in self._session.connection().execute(rows):
            yield row.subject, row.sealed

    def reseal(self, subject: str, sealed: bytes) -> None:
        """Put a key sealed anew in the place of the same one."""
        this = update(TEXT_KEY).where(TEXT_KEY.c.subject == subject)
        self._session.connection().execute(this.values(sealed=sealed))

    def erase(self, subject: str) -> None:
        """Forget the key of a subject for ever, and with it every text of it. One without a text gets none any more."""
        upsert(self._session.connection(), TEXT_KEY, {"subject": subject}, {"sealed": ERASED_KEY})

    def were_erased(self) -> bool:
        """Whether any key was erased ever."""
        erased = select(TEXT_KEY.c.subject).where(TEXT_KEY.c.sealed == ERASED_KEY)
        return self._session.connection().execute(erased.limit(1)).first() is not None

    def in_clear(self, newest: int | None = None) -> Mapping[str, int]:
        """How many rows of each table have a text in clear, of the `newest` or of all; none named has none."""
        return in_clear(self._session.connection(), newest)

    def seal_what_is_clear(self) -> int:
        """Seal every text that stands in clear; gives how many there were."""
        return seal_what_is_clear(self._session.connection())
