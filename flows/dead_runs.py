"""Ends runs that nobody works on: left behind by a worker or a server that died, they would stay as they are for ever.

`Waker.catch_up` replaces the runs of open handovers. Here all others are ended, by the rule of `RULES`.
"""

import logging
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import Engine

from flows.runs import AT_ONCE, Run, Runs
from pathways.clock import Clock, system_clock
from pathways.settings import Settings
from pathways.store.unit_of_work import UnitOfWork

_log = logging.getLogger("handslag.dead_runs")
_LONG = 7
_LATER = "It neither worked nor waited: the next run does what it would have done."
_BY_HAND = "Its worker died under it. Look whether it did what you asked for, before you start it again."
_NO_LONGER_CARRIES = "It neither worked nor waited, and its handover needs it no longer."


@dataclass(frozen=True)
class Rule:
    """When runs of some deployments are dead, by Prefect's type of their state, and what they are then told.

    The times are in units of HANDSLAG_STUCK_AFTER_SECONDS: a worker has begun what it has taken within one; and works
    no longer than ten minutes on a run, seven of its default.
    """

    deployments: tuple[str, ...]
    after: dict[str, int]
    told: str
    only_if_it_carries_nothing: bool = False


RULES = (
    Rule(
        ("watch", "deliver", "meetings", "refresh-cover"),
        {"SCHEDULED": _LONG, "PENDING": 1, "RUNNING": _LONG, "CANCELLING": 1},
        _LATER,
    ),
    Rule(
        ("begin-episode", "request-handover", "end-episode", "make-list"),
        {"PENDING": 1, "RUNNING": _LONG, "CANCELLING": 1},
        _BY_HAND,
    ),
    Rule(
        ("handover",),
        {"PENDING": 1, "RUNNING": 1, "PAUSED": 1, "CANCELLING": 1},
        _NO_LONGER_CARRIES,
        only_if_it_carries_nothing=True,
    ),
)
"""For every deployment. A run that waits for a worker is not dead: but of one on a schedule, the next is as good."""


class DeadRuns:
    """Finds and ends dead runs of our own work pool."""

    def __init__(
        self, settings: Settings, engine: Engine, *, clock: Clock = system_clock, runs: Runs | None = None
    ) -> None:
        self._runs = runs or Runs(settings, patience_seconds=15)
        self._engine = engine
        self._clock = clock
        self._unit = timedelta(seconds=settings.stuck_after_seconds)
        self._offsets: dict[tuple[tuple[str, ...], str], int] = {}

    def end(self) -> int:
        """End those that are dead; gives how many. Looks at a bounded number, and goes on there the next time.

        Raises Failed when the Prefect server does not answer.
        """
        return sum(self._end(rule, state, units * self._unit) for rule in RULES for state, units in rule.after.items())

    def _end(self, rule: Rule, state: str, after: timedelta) -> int:
        now, offset = self._clock(), self._offsets.get((rule.deployments, state), 0)
        found = self._runs.in_state(rule.deployments, state, due_before=now, offset=offset)
        dead = [run for run in found if run.is_stuck(now, after)]
        dead = self._needless(dead) if rule.only_if_it_carries_nothing else dead
        for run in dead:
            self._runs.give_up(run.id, rule.told)
            _log.warning("A flow run was dead, and was ended.", extra={"run": run.id})
        is_more = len(found) == AT_ONCE
        self._offsets[rule.deployments, state] = offset + AT_ONCE - len(dead) if is_more else 0
        return len(dead)

    def _needless(self, dead: list[Run]) -> list[Run]:
        with UnitOfWork(self._engine, writes=False) as work:
            needed = work.runs.needed([run.handover for run in dead if run.handover])
        return [run for run in dead if run.id not in needed]
