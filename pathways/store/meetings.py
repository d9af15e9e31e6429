"""The lists of meetings that were made, and which episodes may stand on one."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import or_
from sqlmodel import Session, col, select

from pathways.definition.networks import Network
from pathways.store.meeting_tables import MeetingListRow
from pathways.store.tables import EpisodeRow


class MeetingLists:
    """Reads and writes the lists of meetings within one unit of work."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def episodes(self, network: Network, pathway: str, role: str, team: str, now: datetime) -> Sequence[str]:
        """References of the episodes that may stand on a list of a team with that role, the longest there first."""
        named = col(EpisodeRow.care_team)[role].as_string()
        query = select(EpisodeRow.reference).where(
            EpisodeRow.network == network.network,
            EpisodeRow.pathway == pathway,
            col(EpisodeRow.on_list_at) <= now,
            or_(named == team, named.is_(None), named.not_in(network.teams_in(role))),
        )
        return self._session.exec(query.order_by(col(EpisodeRow.on_list_at), col(EpisodeRow.reference))).all()

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
