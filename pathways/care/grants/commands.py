"""What may be asked of the grants of an episode."""

from collections.abc import Mapping

from pathways.care.commands import Command


class MoveToDistrict(Command):
    """Record that the patient lives in another district of the network now. What is rolled out there holds there."""

    district: str


class GrantPackage(Command):
    """Grant a package. `minutes`: a week, of the services where they are to differ from the package's own."""

    package: str
    minutes: Mapping[str, int] = {}


class RenewGrant(Command):
    """Let a grant go on for as long again, from its end."""

    grant: str


class LeaveToLapse(Command):
    """Decide that a grant is not renewed. It holds until its end."""

    grant: str


class WithdrawGrant(Command):
    """Withdraw a grant now, and say why in a few words."""

    grant: str
    reason: str


class SwapServices(Command):
    """Swap `minutes` a week of the service `give`, inside a grant, for the service `get`, as the citizen wishes."""

    grant: str
    give: str
    get: str
    minutes: int


class UndoSwap(Command):
    """Undo a swap, by its number in the grant; left out: the latest that holds."""

    grant: str
    swap: int | None = None
