"""What the buttons of the page of an episode do with what is granted: each press makes one command."""

from collections.abc import Mapping

from desk.asking import text
from desk.recording import Make, Press
from desk.typed import a_number
from pathways.care.commands import Command
from pathways.care.grants.commands import (
    GrantPackage,
    LeaveToLapse,
    MoveToDistrict,
    RenewGrant,
    SwapServices,
    UndoSwap,
    WithdrawGrant,
)
from pathways.errors import Refused

_MINUTES = "minutes-"
"""What the name of a field begins with that says how much of a service is granted."""


def _grant(press: Press) -> Command:
    services = [name.removeprefix(_MINUTES) for name in press.form if name.startswith(_MINUTES)]
    minutes = {service: a_number(press.form, f"{_MINUTES}{service}") for service in services}
    return GrantPackage(actor=press.actor, package=text(press.form, "package"), minutes=minutes)


def _swap(press: Press) -> Command:
    give, _bar, get = text(press.form, "what").partition("|")
    if not get:
        raise Refused("What is to be swapped was not chosen.", "Choose one, then press again.")
    minutes = a_number(press.form, "minutes")
    return SwapServices(actor=press.actor, grant=text(press.form, "grant"), give=give, get=get, minutes=minutes)


def _undo(press: Press) -> Command:
    return UndoSwap(actor=press.actor, grant=text(press.form, "grant"), swap=a_number(press.form, "swap"))


GRANTS: Mapping[str, Make] = {
    "grant": _grant,
    "renew-grant": lambda press: RenewGrant(actor=press.actor, grant=text(press.form, "grant")),
    "leave-to-lapse": lambda press: LeaveToLapse(actor=press.actor, grant=text(press.form, "grant")),
    "withdraw-grant": lambda press: WithdrawGrant(
        actor=press.actor, grant=text(press.form, "grant"), reason=text(press.form, "reason")
    ),
    "swap": _swap,
    "undo-swap": _undo,
    "district": lambda press: MoveToDistrict(actor=press.actor, district=text(press.form, "district")),
}
"""The command of each button of what is granted."""
