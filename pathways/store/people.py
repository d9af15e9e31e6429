"""Patients as rows: sealed, and found by the keyed hash of an identifier. Sealing itself is the vault's."""

from collections.abc import Sequence

from sqlmodel import Session, col, select

from pathways.store.tables import EpisodeRow, IdentifierRow, PersonRow


class People:
    """Reads and writes sealed people within one unit of work."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def find(self, fingerprints: Sequence[str]) -> int | None:
        """The number of the person who has one of these identifiers."""
        return self._session.exec(
            select(IdentifierRow.person_id).where(col(IdentifierRow.fingerprint).in_(fingerprints))
        ).first()

    def add(self, sealed: bytes, fingerprints: Sequence[str]) -> int:
        """Keep a new person; gives their number."""
        row = PersonRow(sealed=sealed)
        self._session.add(row)
        self._session.flush()
        if row.id is None:
            raise AssertionError("a flushed row has a number")
        for fingerprint in fingerprints:
            self._session.add(IdentifierRow(fingerprint=fingerprint, person_id=row.id))
        return row.id

    def of_episode(self, episode: str) -> bytes | None:
        """The sealed person whom an episode is about."""
        return self._session.exec(
            select(PersonRow.sealed)
            .join(EpisodeRow, col(EpisodeRow.person_id) == PersonRow.id)
            .where(EpisodeRow.reference == episode)
        ).first()
