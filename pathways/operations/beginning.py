"""What it takes to begin an episode."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from pathways.operations.people import Patient


@dataclass(frozen=True)
class Begin:
    """Which pathway an episode begins on, where and for whom. `patient` may be told later: see `Identities`."""

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
