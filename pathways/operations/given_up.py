"""Notices that were given up on: who may know of which, and sending one again. `by` is as of users.

Who works in care is shown those to their team, and those about the episodes that it is responsible for; who sees
notices for a whole network, all of it.
"""

from collections.abc import Sequence

from sqlalchemy import Engine

from pathways.access.table import Right
from pathways.access.users import Viewer
from pathways.clock import Clock
from pathways.errors import NotFound, Refused
from pathways.operations.boards import seen_by
from pathways.operations.couriers import Courier
from pathways.operations.noting import entry_of
from pathways.store.boards import DeadNotice, SeenBy
from pathways.store.unit_of_work import UnitOfWork

_WHY = "given up on"
_SHOWN = 100


class GivenUp:
    """Shows notices that were given up on, and sends them again, on one database."""

    def __init__(self, engine: Engine, clock: Clock, courier: Courier) -> None:
        self._engine = engine
        self._clock = clock
        self._courier = courier

    def listed(self, viewer: Viewer, limit: int = _SHOWN) -> Sequence[DeadNotice]:
        """Those that the viewer may know of, the newest first, at most `limit`."""
        if not viewer.may(Right.SEE_NOTICES):
            return ()
        with UnitOfWork(self._engine, writes=False) as work:
            return work.boards.dead(viewer.network, _seen_by(work, viewer), limit)

    def resend(self, number: int, by: Viewer | None = None) -> None:
        """Let one be sent again, now, with all its attempts. Raises NotFound, Refused."""
        with UnitOfWork(self._engine) as work:
            if by is not None:
                self._allow(work, by, number)
            work.outbox.resend(number, self._clock())
            work.commit()
        self._courier.nudge()

    def _allow(self, work: UnitOfWork, by: Viewer, number: int) -> None:
        """Note that the viewer sends it again. Raises NotFound where they may not know of it, Refused."""
        found = work.boards.dead(by.network, _seen_by(work, by), 1, number) if by.may(Right.SEE_NOTICES) else ()
        if not found:
            raise NotFound("That notice does not wait to be sent again, or no longer.", "Load the page again.")
        if not by.may(Right.RESEND_NOTICE):
            raise Refused("That is not yours to do.", "Ask a coordinator of the team, or IT.")
        episode = found[0].episode
        person = work.people.of(episode) if episode else None
        noted = entry_of(by, self._clock(), Right.RESEND_NOTICE, _WHY, episode=episode, person=person)
        work.audit.add(noted)


def _seen_by(work: UnitOfWork, viewer: Viewer) -> SeenBy | None:
    """Who looks; None for somebody of no team, who sees all of the network."""
    return None if viewer.team is None else seen_by(work.definitions.network(viewer.network), viewer.team)
