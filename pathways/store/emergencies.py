"""What was opened in an emergency, as rows: by whom, which episode, why, and until when."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func
from sqlmodel import Session, col, select

from pathways.access.users import Viewer
from pathways.store.access_tables import NO_TEAM, EmergencyRow
from pathways.store.texts import Texts


class Emergencies:
    """Reads and writes emergency access within one unit of work."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def open(self, viewer: Viewer, episode: str, reason: str, at: datetime, until_at: datetime) -> None:
        """Let somebody see an episode until an instant."""
        self._session.add(
            EmergencyRow(
                login=viewer.user.login,
                network=viewer.network,
                team=viewer.team or NO_TEAM,
                episode=episode,
                reason=Texts(self._session.connection()).seal(reason, episode, "reason"),
                at=at,
                until_at=until_at,
            )
        )
        self._session.flush()

    def open_to(self, login: str, episode: str, now: datetime) -> tuple[str, datetime] | None:
        """The reason for which an episode is open to somebody now, and until when; None where it is not."""
        query = select(EmergencyRow.reason, EmergencyRow.until_at).where(
            EmergencyRow.login == login, EmergencyRow.episode == episode, col(EmergencyRow.until_at) > now
        )
        found = self._session.exec(query.order_by(col(EmergencyRow.until_at).desc()).limit(1)).first()
        if found is None:
            return None
        reason, until_at = found
        return Texts(self._session.connection()).open(reason, episode, "reason"), until_at

    def all_open_to(self, login: str, network: str, now: datetime) -> Sequence[tuple[str, datetime]]:
        """The episodes of a network that are open to somebody now, each until when, the one that closes first first."""
        until_at = func.max(EmergencyRow.until_at)
        query = select(EmergencyRow.episode, until_at).where(
            EmergencyRow.login == login, EmergencyRow.network == network, col(EmergencyRow.until_at) > now
        )
        return self._session.exec(query.group_by(col(EmergencyRow.episode)).order_by(until_at)).all()
