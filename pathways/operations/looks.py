"""What is new to a viewer: shown on the pages of an episode, kept once they looked, marked on boards and inboxes."""

from collections.abc import Collection, Iterable
from contextlib import suppress
from datetime import timedelta

from sqlalchemy import Engine

from pathways.access.looks import Look, look_at
from pathways.access.users import Viewer
from pathways.care.episodes import Episode
from pathways.clock import Clock
from pathways.errors import Stale
from pathways.store.unit_of_work import UnitOfWork

_OFTEN = timedelta(minutes=1)
"""Pages that show nothing more, and follow each other faster than this, are written down once."""


class Looking:
    """Keeps what viewers have seen. It gives nobody a right to see: the page has been shown to them already."""

    def __init__(self, engine: Engine, clock: Clock) -> None:
        self._engine = engine
        self._clock = clock

    def showing(self, viewer: Viewer, episode: Episode, *, hidden: Iterable[int] = (), goes_on: bool = False) -> Look:
        """What is new to the viewer on a page of the episode, as `look_at` decides. Keeps nothing: see `looked`."""
        before = self.latest(viewer, episode.reference)
        return look_at(before, episode.number, self._clock(), hidden=hidden, goes_on=goes_on)

    def looked(self, viewer: Viewer, episode: str, seen: int, *, goes_on: bool = False) -> Look:
        """Keep that the viewer has looked at a page of the episode that showed it up to the event `seen`."""
        before = self.latest(viewer, episode)
        look = look_at(before, seen, self._clock(), goes_on=goes_on)
        is_as_before = before is not None and look == before.model_copy(update={"at": look.at})
        if before is None or not is_as_before or look.at - before.at >= _OFTEN:
            with suppress(Stale), UnitOfWork(self._engine) as work:  # their other page was faster: it saw the same
                work.looks.write(viewer.user.login, episode, look)
                work.commit()
        return look

    def latest(self, viewer: Viewer, episode: str) -> Look | None:
        """What the viewer has seen of an episode, without looking again; None where they never looked."""
        with UnitOfWork(self._engine, writes=False) as work:
            return work.looks.of(viewer.user.login, episode)

    def with_news(self, viewer: Viewer, episodes: Collection[str], kinds: Collection[str]) -> frozenset[str]:
        """Those of the episodes, once looked at, in which others did something of these kinds since."""
        if not episodes:
            return frozenset()
        with UnitOfWork(self._engine, writes=False) as work:
            return work.looks.with_news(viewer.user.login, viewer.actor.name, episodes, kinds)
