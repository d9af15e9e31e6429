"""Waking: makes sure that each handover with news has a run that looks at them. Needs no Prefect, only its server.

`wake` is quick and best effort, called right after a decision. `catch_up` is thorough, called by `watch`.
"""

import logging
from collections.abc import Mapping
from datetime import timedelta

from sqlalchemy import Engine

from flows.runs import Run, Runs
from pathways.clock import Clock, system_clock
from pathways.errors import Failed
from pathways.settings import Settings
from pathways.store.unit_of_work import UnitOfWork

_log = logging.getLogger("handslag.waking")
_AT_ONCE = 200
_FORM_IS_SAVED_WITHIN = timedelta(seconds=10)
_MOST_FORMS_KNOWN = 10_000
_AHEAD = timedelta(seconds=75)  # a little more than the minute between two scheduled runs of `watch`


class Waker:
    """Starts, resumes and replaces the runs of handovers.

    `patience_seconds`: how long the Prefect server may take. Short where a person waits: `watch` makes it good.
    `runs`: what to ask about runs instead of that server.
    """

    def __init__(
        self,
        settings: Settings,
        engine: Engine,
        *,
        patience_seconds: float = 2,
        clock: Clock = system_clock,
        runs: Runs | None = None,
    ) -> None:
        self._runs = runs or Runs(settings, patience_seconds=patience_seconds)
        self._engine = engine
        self._clock = clock
        self._stuck_after = timedelta(seconds=settings.stuck_after_seconds)
        self._forms_seen: set[str] = set()

    def wake(self, handover: str) -> None:
        """Start or resume the run of a handover. Never raises: what fails here, `catch_up` does later."""
        try:
            run = self._run_of(handover)
            if run is None:
                run = self._start(handover, instead_of=None)
            else:
                self._runs.resume(run)  # a run that is not suspended is at work, or found dead by `catch_up`
            _log.info("The flow run of a handover was woken.", extra={"handover": handover, "woken": run})
        except Failed as failure:
            _log.info("Handover %s is woken later: %s", handover, failure, extra={"handover": handover})

    def watch_in_time(self) -> None:
        """See that `watch` runs when the next clock is due, and not only on its minute. Never raises."""
        with UnitOfWork(self._engine, writes=False) as work:
            next_at = work.episodes.next_clock_at()
        if next_at is None or next_at > self._clock() + _AHEAD:
            return
        try:
            self._runs.watch_at(next_at)
        except Failed as failure:
            _log.info("The clock due at %s waits for the scheduled watch: %s", next_at, failure)

    def watch_now(self) -> None:
        """Ask for a run of `watch`, at most one for each minute. Never raises."""
        try:
            self._runs.watch_at(self._clock().replace(second=0, microsecond=0))
        except Failed as failure:
            _log.info("No run of watch could be asked for: %s", failure)

    def catch_up(self) -> int:
        """Wake every handover with news that no run has seen, and replace dead runs. Gives how many it saw to.

        Looks at what has news, and at the open handovers that were looked at longest ago: the cost is bounded.
        Raises Failed when the Prefect server does not answer.
        """
        with UnitOfWork(self._engine, writes=False) as work:
            news = dict(work.runs.unseen(_AT_ONCE))
            quiet = {h: run for h, run in work.runs.least_recently_checked(_AT_ONCE) if h not in news}
        known = self._runs.look_at(run for run in news.values() if run)
        done = sum(self._see_to(handover, run, known, has_news=True) for handover, run in news.items())
        known = self._runs.look_at(quiet.values())
        done += sum(self._see_to(handover, run, known, has_news=False) for handover, run in quiet.items())
        with UnitOfWork(self._engine) as work:
            work.runs.checked(list(quiet), self._clock())
            work.commit()
        return done

    def _see_to(self, handover: str, run_id: str | None, known: Mapping[str, Run], *, has_news: bool) -> bool:
        run = known.get(run_id) if run_id else None
        if run is None or run.has_ended or self._is_stuck(run) or self._lacks_its_form(run):
            if run is not None and not run.has_ended:
                self._runs.give_up(run.id)
            self._start(handover, instead_of=run_id)
            return True
        if run.is_suspended and has_news:
            return self._runs.resume(run.id)
        return False

    def _is_stuck(self, run: Run) -> bool:
        return not run.is_suspended and run.is_stuck(self._clock(), self._stuck_after)

    def _lacks_its_form(self, run: Run) -> bool:
        """Whether nobody can answer in it. Each form is looked for once: it stays until it is answered."""
        if run.form_key in self._forms_seen or not run.is_stuck(self._clock(), _FORM_IS_SAVED_WITHIN):
            return False
        if self._runs.lacks_its_form(run):
            return True
        if run.is_suspended and run.form_key:
            if len(self._forms_seen) >= _MOST_FORMS_KNOWN:
                self._forms_seen.clear()
            self._forms_seen.add(run.form_key)
        return False

    def _run_of(self, handover: str) -> str | None:
        with UnitOfWork(self._engine, writes=False) as work:
            return work.runs.get(handover)

    def _start(self, handover: str, *, instead_of: str | None) -> str:
        with UnitOfWork(self._engine, writes=False) as work:
            episode = work.episodes.get(work.episodes.of_handover(handover))
        run = self._runs.start(episode, handover, instead_of=instead_of)
        with UnitOfWork(self._engine) as work:
            work.runs.started(handover, run, self._clock())
            work.commit()
        return run
