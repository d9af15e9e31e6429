"""What is known of a grant: how much of which service a week, until when, and what the citizen has swapped."""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum

from pathways.care.actors import Actor
from pathways.definition.frozen import Frozen


class GrantStatus(StrEnum):
    """How a grant stands. An episode that ends stops all that is in force, until the end is taken back."""

    IN_FORCE = "in-force"
    ENDED = "ended"
    WITHDRAWN = "withdrawn"


class Swap(Frozen):
    """Time that the citizen swapped: `gave` minutes a week of one service for `got` of another. `number` from 1."""

    number: int
    give: str
    get: str
    gave: int
    got: int
    at: datetime
    actor: Actor
    undone_at: datetime | None = None


class Grant(Frozen):
    """One package granted. `name` is the package with the number of the grant: `relief-2`.

    `granted`: minutes a week of each service as granted. `ends_at` is the instant (UTC) from which it no longer holds.
    `renewals`: how often it was renewed. `lapses`: somebody has decided that it is not renewed.
    """

    name: str
    package: str
    granted: Mapping[str, int]
    granted_at: datetime
    granted_by: Actor
    ends_at: datetime
    status: GrantStatus = GrantStatus.IN_FORCE
    renewals: int = 0
    lapses: bool = False
    swaps: tuple[Swap, ...] = ()

    @property
    def standing_swaps(self) -> tuple[Swap, ...]:
        """The swaps that hold, oldest first."""
        return tuple(swap for swap in self.swaps if swap.undone_at is None)

    @property
    def minutes(self) -> Mapping[str, int]:
        """Minutes a week of each service as they are given now: as granted, after the swaps that hold."""
        now = dict(self.granted)
        for swap in self.standing_swaps:
            now[swap.give] -= swap.gave
            now[swap.get] = now.get(swap.get, 0) + swap.got
        return {service: minutes for service, minutes in now.items() if minutes}
