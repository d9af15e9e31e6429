"""The rule for each command about grants, for `pathways.care.decisions`."""

from collections.abc import Callable, Mapping
from typing import Any

from pathways.care.commands import Command
from pathways.care.grants import districts, rules, swaps
from pathways.care.grants.commands import (
    GrantPackage,
    LeaveToLapse,
    MoveToDistrict,
    RenewGrant,
    SwapServices,
    UndoSwap,
    WithdrawGrant,
)
from pathways.care.recording import Recorder

RULES: Mapping[type[Command], Callable[[Recorder, Any], None]] = {
    MoveToDistrict: districts.move,
    GrantPackage: rules.grant,
    RenewGrant: rules.renew,
    LeaveToLapse: rules.leave_to_lapse,
    WithdrawGrant: rules.withdraw,
    SwapServices: swaps.swap,
    UndoSwap: swaps.undo,
}
