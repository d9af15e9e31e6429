"""Which flow run carries which handover, and which handovers have changes that no run has acted upon yet."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import or_, update
from sqlmodel import Session, col, select

from pathways.care.states import TERMINAL
from pathways.store.tables import HANDOVER_RUN, HandoverRow, HandoverRunRow
from pathways.store.upserts import upsert


class Runs:
    """Reads and writes the link between handovers and flow runs within one unit of work."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def get(self, handover: str) -> str | None:
        """The run that carries a handover, if one has been started."""
        row = self._session.get(HandoverRunRow, handover)
        return row.run_id if row else None

    def started(self, handover: str, run_id: str, now: datetime) -> None:
        """Record the run that carries a handover; a later run takes the place of an earlier one.

        The handover is held meanwhile: nobody closes it between the look at it and the record.
        """
        handovers = select(HandoverRow.status).where(HandoverRow.reference == handover)
        status = self._session.exec(handovers.with_for_update(read=True)).one()
        values = {"run_id": run_id, "checked_at": now, "is_open": status not in TERMINAL}
        upsert(self._session.connection(), HANDOVER_RUN, {"handover": handover}, values)

    def seen(self, handover: str, number: int) -> None:
        """Record that a run has acted upon the handover as it was when its episode stood at `number`.

        A handover that has changed since stays unseen.
        """
        self._session.exec(
            update(HandoverRow)
            .where(col(HandoverRow.reference) == handover, col(HandoverRow.number) <= number)
            .values(is_unseen=False)
        )

    def unseen(self, limit: int) -> Sequence[tuple[str, str | None]]:
        """Handovers with a change that no run has acted upon, each with its run, or None where it has none."""
        query = (
            select(HandoverRow.reference, HandoverRunRow.run_id)
            .join(HandoverRunRow, col(HandoverRunRow.handover) == HandoverRow.reference, isouter=True)
            .where(col(HandoverRow.is_unseen))
            .limit(limit)
        )
        return self._session.exec(query).all()

    def needed(self, handovers: Sequence[str]) -> frozenset[str]:
        """Of these handovers, the runs that carry those that are open, or have a change that no run acted upon."""
        query = (
            select(HandoverRunRow.run_id)
            .join(HandoverRow, col(HandoverRow.reference) == HandoverRunRow.handover)
            .where(col(HandoverRunRow.handover).in_(handovers))
            .where(or_(col(HandoverRunRow.is_open), col(HandoverRow.is_unseen)))
        )
        return frozenset(self._session.exec(query).all())

    def least_recently_checked(self, limit: int) -> Sequence[tuple[str, str]]:
        """Open handovers with their runs, those that were checked longest ago first."""
        query = (
            select(HandoverRunRow.handover, HandoverRunRow.run_id)
            .where(col(HandoverRunRow.is_open))
            .order_by(col(HandoverRunRow.checked_at))
            .limit(limit)
        )
        return self._session.exec(query).all()

    def checked(self, handovers: Sequence[str], now: datetime) -> None:
        """Record that the runs of these handovers were found alive. One that is being changed is left for next time."""
        free = select(HandoverRunRow.handover).where(col(HandoverRunRow.handover).in_(handovers))
        self._session.exec(
            update(HandoverRunRow)
            .where(col(HandoverRunRow.handover).in_(free.with_for_update(skip_locked=True)))
            .values(checked_at=now)
        )
