"""Programmes as rows: who has a place and who waits for one. Written from the state before and after a decision.

Whoever decides where a place may be taken locks the programme first, after the episode and before units: `lock`.
"""

from collections.abc import Sequence
from itertools import count
from zlib import crc32

from sqlalchemy import Connection, delete, insert, text
from sqlalchemy import select as core_select
from sqlmodel import Session, col, select

from pathways.care.episodes import Episode
from pathways.care.programme.values import Enrolment, InProgrammeLine, ProgrammeOccupancy, in_order
from pathways.care.states import EpisodeStatus
from pathways.store.loading import episodes_of
from pathways.store.programme_tables import PLACE, ProgrammePlaceRow
from pathways.store.tables import EpisodeRow

_PROGRAMMES = 7302284
"""First number of the PostgreSQL advisory locks on programmes; the second follows from network and pathway."""

_LOCK = text("SELECT pg_advisory_xact_lock(:first, :second)")


class Programmes:
    """Reads programmes within one unit of work."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def lock(self, network: str, pathway: str) -> None:
        """Keep others from taking places of this programme until the unit of work ends."""
        _lock(self._session.connection(), network, pathway)

    def occupancy(self, network: str, pathway: str) -> ProgrammeOccupancy:
        """Who has a place, by its number, and who waits for one, the first at the top."""
        places = self._session.exec(
            select(ProgrammePlaceRow.episode)
            .where(ProgrammePlaceRow.network == network, ProgrammePlaceRow.pathway == pathway)
            .order_by(col(ProgrammePlaceRow.number))
        )
        waiting = self._session.exec(
            select(EpisodeRow.reference, EpisodeRow.team, EpisodeRow.details).where(
                EpisodeRow.status == EpisodeStatus.WAITLIST,
                EpisodeRow.network == network,
                EpisodeRow.pathway == pathway,
            )
        )
        entries = [_entry(reference, team, details["enrolment"]) for reference, team, details in waiting]
        return ProgrammeOccupancy(taken=tuple(places), waiting=in_order(entries))

    def episodes(self, network: str, pathway: str) -> Sequence[Episode]:
        """Every episode of a pathway in a network, in the order in which they began."""
        query = (
            select(EpisodeRow.reference)
            .where(EpisodeRow.network == network, EpisodeRow.pathway == pathway)
            .order_by(col(EpisodeRow.began_at), col(EpisodeRow.reference))
        )
        return list(episodes_of(self._session.connection(), self._session.exec(query).all()))

    def waited_for(self) -> Sequence[tuple[str, str]]:
        """Network and pathway of the programmes that somebody waits for."""
        waiting = select(EpisodeRow.network, EpisodeRow.pathway).where(EpisodeRow.status == EpisodeStatus.WAITLIST)
        return self._session.exec(waiting.distinct()).all()


def write_programme_place(connection: Connection, before: Episode | None, after: Episode) -> None:
    """Write the place that an episode takes or frees, where that has changed. Lowest free number first."""
    had, has = _place_of(before), _place_of(after)
    if had and not has:
        connection.execute(delete(PLACE).where(PLACE.c.episode == after.reference))
    elif has and not had:
        _lock(connection, after.network, after.pathway)
        here = PLACE.c.network == after.network, PLACE.c.pathway == after.pathway
        taken = set(connection.scalars(core_select(PLACE.c.number).where(*here)))
        number = next(number for number in count(1) if number not in taken)
        row = {"network": after.network, "pathway": after.pathway, "number": number, "cap": has}
        connection.execute(insert(PLACE), {**row, "episode": after.reference})


def _place_of(episode: Episode | None) -> int | None:
    return episode.enrolment.place_of if episode and episode.enrolment else None


def _entry(reference: str, team: str, details: object) -> InProgrammeLine:
    enrolment = Enrolment.model_validate(details)
    return InProgrammeLine(
        episode=reference,
        team=team,
        since=enrolment.waits_since or enrolment.confirmed_at,
        offered_at=enrolment.offered_at,
        passed_on_at=enrolment.passed_on_at,
    )


def _lock(connection: Connection, network: str, pathway: str) -> None:
    """SQLite has one writer, and nothing to do here."""
    if connection.dialect.name == "postgresql":
        second = crc32(f"{network}/{pathway}".encode()) - 2**31
        connection.execute(_LOCK, {"first": _PROGRAMMES, "second": second})
