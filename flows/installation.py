"""The operations as flows use them: opened once per process, on the settings of its environment."""

from functools import lru_cache

from flows.dead_runs import DeadRuns
from flows.waking import Waker
from pathways.operations.service import Operations
from pathways.settings import settings_from_environment
from pathways.store.database import open_engine


@lru_cache(maxsize=1)
def waker() -> Waker:
    """What starts and resumes the runs of handovers."""
    settings = settings_from_environment()
    return Waker(settings, open_engine(settings.database_url), patience_seconds=15)


@lru_cache(maxsize=1)
def operations() -> Operations:
    """The operations of this process."""
    settings = settings_from_environment()
    return Operations.opened(settings, open_engine(settings.database_url), waker().wake)


@lru_cache(maxsize=1)
def dead_runs() -> DeadRuns:
    """What ends runs that nobody works on."""
    settings = settings_from_environment()
    return DeadRuns(settings, open_engine(settings.database_url))
