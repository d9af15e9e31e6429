"""Patients as rows: sealed, and found by the keyed hash of an identifier. Sealing itself is the vault's."""

from collections.abc import Sequence

from sqlalchemy import update
from sqlmodel import Session, col, select

from pathways.care.states import EpisodeStatus
from pathways.store.tables import EpisodeRow, IdentifierRow, PersonRow


class People:
    """Reads and writes sealed people within one unit of work."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def find(self, fingerprint: str) -> int | None:
        """The number of the person who has this identifier. Other writers about the same person wait."""
        return self._session.exec(
            select(IdentifierRow.person_id).where(IdentifierRow.fingerprint == fingerprint).with_for_update()
        ).one_or_none()

    def add(self, sealed: bytes, fingerprint: str) -> int:
        """Keep a new person; gives their number."""
        row = PersonRow(sealed=sealed)
        self._session.add(row)
        self._session.flush()
        if row.id is None:
            raise AssertionError("a flushed row has a number")
        self._session.add(IdentifierRow(fingerprint=fingerprint, person_id=row.id))
        return row.id

    def sealed(self, person: int) -> bytes:
        """A person as sealed."""
        return self._session.exec(select(PersonRow.sealed).where(PersonRow.id == person)).one()

    def reseal(self, person: int, sealed: bytes) -> None:
        """Keep a person with what has been learnt since."""
        self._session.exec(update(PersonRow).where(col(PersonRow.id) == person).values(sealed=sealed))

    def active_episode(self, person: int, pathway: str) -> str | None:
        """The person's active episode on a pathway, if there is one."""
        return self._session.exec(
            select(EpisodeRow.reference).where(
                EpisodeRow.person_id == person,
                EpisodeRow.pathway == pathway,
                EpisodeRow.status != EpisodeStatus.FINISHED,
            )
        ).first()

    def is_known_for(self, episode: str) -> bool:
        """Whether somebody has said who an episode is about."""
        found = self._session.exec(select(EpisodeRow.person_id).where(EpisodeRow.reference == episode)).first()
        return found is not None

    def connect(self, episode: str, person: int) -> None:
        """Record who an episode is about."""
        self._session.exec(update(EpisodeRow).where(col(EpisodeRow.reference) == episode).values(person_id=person))

    def of_episode(self, episode: str) -> bytes | None:
        """The sealed person whom an episode is about."""
        return self._session.exec(
            select(PersonRow.sealed)
            .join(EpisodeRow, col(EpisodeRow.person_id) == PersonRow.id)
            .where(EpisodeRow.reference == episode)
        ).first()

    def sealed_after(self, person: int, limit: int) -> Sequence[tuple[int, bytes]]:
        """Numbers and sealed records of the people after a number, in order: for going through all of them."""
        query = select(PersonRow.id, PersonRow.sealed).where(col(PersonRow.id) > person).order_by(col(PersonRow.id))
        return [(number, sealed) for number, sealed in self._session.exec(query.limit(limit)) if number is not None]
