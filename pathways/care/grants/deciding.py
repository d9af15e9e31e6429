"""The rule for each command about grants, for `pathways.care.decisions`."""

from collections.abc import Callable, Mapping
from typing import Any

from pathways.care.commands import Command
from pathways.care.grants import rules, swaps
from pathways.care.grants.commands import (
    GrantPackage,
    LeaveToLapse,
    RenewGrant,
    SwapServices,
    UndoSwap,
    WithdrawGrant,
)
from pathways.care.recording import Recorder

RULES: Mapping[type[Command], Callable[[Recorder, Any], None]] = {
    GrantPackage: rules.grant,
    RenewGrant: rules.renew,
    LeaveToLapse: rules.leave_to_lapse,
    WithdrawGrant: rules.withdraw,
    SwapServices: swaps.swap,
    UndoSwap: swaps.undo,
}
