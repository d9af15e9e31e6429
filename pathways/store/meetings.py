"""The lists of meetings that were made, and which episodes may stand on one."""

from collections.abc import Sequence
from datetime import datetime

from sqlmodel import Session, col, select

from pathways.care.states import EpisodeStatus
from pathways.store.meeting_tables import MeetingListRow
from pathways.store.tables import EpisodeRow


class MeetingLists:
    """Reads and writes the lists of meetings within one unit of work."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def episodes(self, network: str, pathway: str) -> Sequence[str]:
        """References of the episodes of a pathway in a network that are not over, the oldest first."""
        query = select(EpisodeRow.reference).where(
            EpisodeRow.network == network,
            EpisodeRow.pathway == pathway,
            col(EpisodeRow.status) != EpisodeStatus.FINISHED,
        )
        return self._session.exec(query.order_by(col(EpisodeRow.began_at), col(EpisodeRow.reference))).all()

    def made(self, network: str, pathway: str, meeting: str, team: str, begins_at: datetime) -> MeetingListRow | None:
        """The list of one meeting of one team, if it has been made."""
        query = select(MeetingListRow).where(
            MeetingListRow.network == network,
            MeetingListRow.pathway == pathway,
            MeetingListRow.meeting == meeting,
            MeetingListRow.team == team,
            MeetingListRow.begins_at == begins_at,
        )
        return self._session.exec(query).one_or_none()

    def add(self, row: MeetingListRow) -> None:
        """Keep a list. One meeting of one team has one: a second is refused by the database."""
        self._session.add(row)
        self._session.flush()

    def exists(self, reference: str) -> bool:
        """Whether a list has this reference."""
        return self._session.get(MeetingListRow, reference) is not None
