"""Patients as rows: sealed, and found by the keyed hash of an identifier. Sealing itself is the vault's.

Whoever writes about people locks in this order: identifiers, people, episodes. So no two wait for each other.
"""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import and_, delete, or_, update
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, select

from pathways.care.states import EpisodeStatus
from pathways.store.access_tables import IDENTITY_READER, LIFTING, IdentityReaderRow, LiftingRow
from pathways.store.tables import EarlierPersonRow, EpisodeRow, IdentifierRow, PersonRow
from pathways.store.upserts import upsert


class People:
    """Reads and writes sealed people within one unit of work."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def find(self, network: str, fingerprint: str) -> int | None:
        """The number of the network's person who has this identifier. Writers about them wait, in every network."""
        same = select(IdentifierRow.network, IdentifierRow.person_id).where(IdentifierRow.fingerprint == fingerprint)
        rows = self._session.exec(same.order_by(col(IdentifierRow.network)).with_for_update()).all()
        return dict(rows).get(network)

    def add(self, network: str, sealed: bytes, fingerprint: str) -> int:
        """Keep a new person of a network; gives their number. Whoever adds the same at the same time is refused."""
        row = PersonRow(sealed=sealed)
        self._session.add(row)
        self._session.flush()
        if row.id is None:
            raise AssertionError("a flushed row has a number")
        self.find_also_by(network, row.id, fingerprint)
        return row.id

    def of(self, episode: str) -> int | None:
        """The number of the person whom an episode is about; None where nobody has said it."""
        return self._session.exec(select(EpisodeRow.person_id).where(EpisodeRow.reference == episode)).first()

    def holder(self, network: str, fingerprint: str) -> int | None:
        """The number of the network's person who has this identifier, without keeping anybody waiting."""
        return self._session.exec(
            select(IdentifierRow.person_id).where(
                IdentifierRow.network == network, IdentifierRow.fingerprint == fingerprint
            )
        ).one_or_none()

    def elsewhere(self, person: int) -> Sequence[int]:
        """The numbers of the people of other networks who have an identifier of this one, sorted."""
        own, other = aliased(IdentifierRow), aliased(IdentifierRow)
        same = and_(col(own.fingerprint) == other.fingerprint, col(own.network) != other.network)
        query = select(other.person_id).join(own, same).where(own.person_id == person).distinct()
        return self._session.exec(query.order_by(col(other.person_id))).all()

    def hold(self, people: Collection[int]) -> None:
        """Keep other writers about these people waiting, and those who find them by an identifier."""
        identifiers = select(IdentifierRow.fingerprint).where(col(IdentifierRow.person_id).in_(people))
        in_order = identifiers.order_by(col(IdentifierRow.fingerprint), col(IdentifierRow.network))
        self._session.exec(in_order.with_for_update()).all()
        rows = select(PersonRow.id).where(col(PersonRow.id).in_(people))
        self._session.exec(rows.order_by(col(PersonRow.id)).with_for_update()).all()

    def sealed(self, person: int) -> bytes:
        """A person as sealed, to be changed: other writers about them wait."""
        return self._session.exec(select(PersonRow.sealed).where(PersonRow.id == person).with_for_update()).one()

    def reseal(self, person: int, sealed: bytes) -> None:
        """Keep a person with what has been learnt since."""
        self._session.exec(update(PersonRow).where(col(PersonRow.id) == person).values(sealed=sealed))

    def find_also_by(self, network: str, person: int, fingerprint: str) -> None:
        """Let a network's person be found by one more identifier."""
        self._session.add(IdentifierRow(network=network, fingerprint=fingerprint, person_id=person))
        self._session.flush()

    def merge(self, other: int, into: int) -> None:
        """Give all that is of one person to another, and drop the record that is then of nobody; not its number."""
        self.forget_lifting(other)
        for login in self.readers(other):
            self.name_reader(into, login)
            self.unname_reader(other, login)
        former = {*self.numbers_of(other), *self.numbers_of(into)[1:]} - {into}
        self._session.exec(delete(EarlierPersonRow).where(col(EarlierPersonRow.person_id).in_((other, into))))
        for table in (EpisodeRow, IdentifierRow):
            self._session.exec(update(table).where(col(table.person_id) == other).values(person_id=into))
        self._session.add_all(EarlierPersonRow(id=each, person_id=into) for each in sorted(former))
        self._session.flush()
        self._session.exec(delete(PersonRow).where(col(PersonRow.id) == other))

    def readers(self, person: int) -> Sequence[str]:
        """The logins of those who may see who a person is although the identity is protected, sorted."""
        query = select(IdentityReaderRow.login).where(IdentityReaderRow.person_id == person)
        return self._session.exec(query.order_by(col(IdentityReaderRow.login))).all()

    def name_reader(self, person: int, login: str) -> None:
        """Let somebody see who a person is. A second time changes nothing."""
        upsert(self._session.connection(), IDENTITY_READER, {"person_id": person, "login": login}, {})

    def unname_reader(self, person: int, login: str) -> None:
        """Let somebody no longer see who a person is."""
        this = col(IdentityReaderRow.person_id) == person, col(IdentityReaderRow.login) == login
        self._session.exec(delete(IdentityReaderRow).where(*this))

    def ask_to_lift(self, person: int, login: str, now: datetime) -> None:
        """Keep who asks that a protection be lifted, and when; it takes the place of an earlier time."""
        upsert(self._session.connection(), LIFTING, {"person_id": person}, {"login": login, "at": now})

    def lifting_asked_by(self, person: int, since: datetime) -> str | None:
        """Who has asked after `since` that a protection be lifted."""
        query = select(LiftingRow.login).where(LiftingRow.person_id == person, col(LiftingRow.at) > since)
        return self._session.exec(query).first()

    def forget_lifting(self, person: int) -> None:
        """Forget that somebody asked to lift a protection."""
        self._session.exec(delete(LiftingRow).where(col(LiftingRow.person_id) == person))

    def episodes_of(self, person: int) -> Sequence[str]:
        """The references of all episodes about a person, sorted."""
        found = select(EpisodeRow.reference).where(EpisodeRow.person_id == person)
        return self._session.exec(found.order_by(col(EpisodeRow.reference))).all()

    def record(self, number: int) -> bytes | None:
        """The sealed person who has or had a number, without keeping anybody waiting."""
        present = select(EarlierPersonRow.person_id).where(EarlierPersonRow.id == number)
        is_theirs = or_(col(PersonRow.id) == number, col(PersonRow.id).in_(present))
        return self._session.exec(select(PersonRow.sealed).where(is_theirs).order_by(col(PersonRow.id))).first()

    def numbers_of(self, person: int) -> Sequence[int]:
        """Every number under which a person is or was known, the present one first."""
        earlier = select(EarlierPersonRow.id).where(EarlierPersonRow.person_id == person)
        return [person, *self._session.exec(earlier.order_by(col(EarlierPersonRow.id)))]

    def active_episode(self, person: int, pathway: str) -> str | None:
        """The person's active episode on a pathway, if there is one."""
        return self._session.exec(
            select(EpisodeRow.reference).where(
                EpisodeRow.person_id == person,
                EpisodeRow.pathway == pathway,
                EpisodeRow.status != EpisodeStatus.FINISHED,
            )
        ).first()

    def latest_ended(self, person: int, pathway: str) -> tuple[str, datetime] | None:
        """The episode of a patient on a pathway that ended last, and when; None where none has ended."""
        query = select(col(EpisodeRow.reference), col(EpisodeRow.ended_at)).where(
            EpisodeRow.person_id == person, EpisodeRow.pathway == pathway, col(EpisodeRow.ended_at).is_not(None)
        )
        found = self._session.exec(query.order_by(col(EpisodeRow.ended_at).desc()).limit(1)).first()
        return (found[0], found[1]) if found and found[1] else None

    def other_active_episode(self, episode: str) -> str | None:
        """Another episode of the same patient on the same pathway that is not over, if there is one."""
        this, other = aliased(EpisodeRow), aliased(EpisodeRow)
        return self._session.exec(
            select(other.reference)
            .join(this, and_(col(this.person_id) == other.person_id, col(this.pathway) == other.pathway))
            .where(this.reference == episode, other.reference != episode, other.status != EpisodeStatus.FINISHED)
        ).first()

    def active_episode_beside(self, episode: str, pathway: str) -> str | None:
        """Another episode of the same patient, on that pathway, that is not over, if there is one."""
        this, other = aliased(EpisodeRow), aliased(EpisodeRow)
        return self._session.exec(
            select(other.reference)
            .join(this, col(this.person_id) == other.person_id)
            .where(this.reference == episode, other.reference != episode, other.pathway == pathway)
            .where(other.status != EpisodeStatus.FINISHED)
        ).first()

    def connect(self, episode: str, person: int) -> None:
        """Record who an episode is about."""
        self._session.exec(update(EpisodeRow).where(col(EpisodeRow.reference) == episode).values(person_id=person))

    def disconnect(self, episode: str) -> None:
        """Forget who an episode is about, and the person too where no other episode is about them."""
        person = self.of(episode)
        self._session.exec(update(EpisodeRow).where(col(EpisodeRow.reference) == episode).values(person_id=None))
        if person is None or self.episodes_of(person):
            return
        for table in (LiftingRow, IdentityReaderRow, EarlierPersonRow, IdentifierRow):
            self._session.exec(delete(table).where(col(table.person_id) == person))
        self._session.exec(delete(PersonRow).where(col(PersonRow.id) == person))

    def of_episode(self, episode: str) -> bytes | None:
        """The sealed person whom an episode is about."""
        return self._session.exec(
            select(PersonRow.sealed)
            .join(EpisodeRow, col(EpisodeRow.person_id) == PersonRow.id)
            .where(EpisodeRow.reference == episode)
        ).first()

    def sealed_after(self, person: int, limit: int) -> Sequence[tuple[int, bytes]]:
        """Numbers and sealed records of the people after a number, in order: for going through all of them.

        Other writers about them wait.
        """
        query = select(PersonRow.id, PersonRow.sealed).where(col(PersonRow.id) > person).order_by(col(PersonRow.id))
        rows = query.limit(limit).with_for_update()
        return [(number, sealed) for number, sealed in self._session.exec(rows) if number is not None]
