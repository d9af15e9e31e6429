"""What has happened to the grants of an episode. `pathways.care.events` joins them with all others."""

from collections.abc import Mapping
from datetime import datetime
from typing import Literal

from pathways.definition.frozen import Frozen


class DistrictChanged(Frozen):
    """The patient lives in another district of the network."""

    type: Literal["district-changed"] = "district-changed"
    district: str


class GrantMade(Frozen):
    """A package was granted: so many minutes a week of each service, until `ends_at`."""

    type: Literal["grant-made"] = "grant-made"
    grant: str
    package: str
    minutes: Mapping[str, int]
    ends_at: datetime


class GrantRenewed(Frozen):
    """A grant goes on, until `ends_at`."""

    type: Literal["grant-renewed"] = "grant-renewed"
    grant: str
    ends_at: datetime


class GrantLeftToLapse(Frozen):
    """Somebody decided that a grant is not renewed: it holds until its end."""

    type: Literal["grant-left-to-lapse"] = "grant-left-to-lapse"
    grant: str


class GrantWithdrawn(Frozen):
    """A grant was withdrawn before its end."""

    type: Literal["grant-withdrawn"] = "grant-withdrawn"
    grant: str
    reason: str


class GrantEnded(Frozen):
    """The time of a grant ran out."""

    type: Literal["grant-ended"] = "grant-ended"
    grant: str


class ServicesSwapped(Frozen):
    """The citizen swapped time inside a grant: `gave` minutes a week of one service for `got` of another."""

    type: Literal["services-swapped"] = "services-swapped"
    grant: str
    swap: int
    give: str
    get: str
    gave: int
    got: int


class SwapUndone(Frozen):
    """A swap no longer holds: what was given up is given again."""

    type: Literal["swap-undone"] = "swap-undone"
    grant: str
    swap: int


GrantEvent = (
    DistrictChanged
    | GrantMade
    | GrantRenewed
    | GrantLeftToLapse
    | GrantWithdrawn
    | GrantEnded
    | ServicesSwapped
    | SwapUndone
)
