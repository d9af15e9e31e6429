"""What it takes to begin an episode."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from pathways.care.episodes import Episode
from pathways.operations.people import Patient
from pathways.store.unit_of_work import UnitOfWork

BeginGuard = Callable[[UnitOfWork, Episode, int | None], None]
"""Looks at an episode that is about to begin, and the number of its patient. What it raises keeps it from beginning."""


@dataclass(frozen=True)
class Begin:
    """Which pathway an episode begins on, where and for whom. `patient` may be told later: see `Identities`.

    `occurred_at`: when it began, where that is entered late.
    """

    pathway: str
    network: str
    level: str
    patient: Patient | None = None
    team: str | None = None
    unit: str | None = None
    care_team: Mapping[str, str] = field(default_factory=dict)
    despite_death: bool = False
    district: str | None = None
    provider: str | None = None
    criteria: tuple[str, ...] = ()
    occurred_at: datetime | None = None
