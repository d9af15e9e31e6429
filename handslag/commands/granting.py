"""Commands about what is granted: grant, renew, leave to lapse, withdraw; and the swaps of the citizen."""

from collections.abc import Callable
from typing import Annotated

import typer

from handslag.commands.acting import By, Episode, Json, Team, actor, episode_reference, perform, tell
from handslag.commands.asking import WORDS, words
from pathways.care.grants.commands import (
    GrantPackage,
    LeaveToLapse,
    MoveToDistrict,
    RenewGrant,
    SwapServices,
    UndoSwap,
    WithdrawGrant,
)

_MOST_DIGITS = 9


def register(app: typer.Typer) -> None:
    """Add these commands to the program."""
    commands: dict[str, Callable[..., None]] = {
        "district": district,
        "grant": grant,
        "renew-grant": renew_grant,
        "leave-to-lapse": leave_to_lapse,
        "withdraw-grant": withdraw_grant,
        "swap": swap,
        "undo-swap": undo_swap,
    }
    for name, command in commands.items():
        app.command(name, rich_help_panel="What is granted")(command)


Granted = Annotated[str, typer.Argument(metavar="GRANT", help="The grant's name, as `handslag show` tells it.")]


def district(
    episode: Episode,
    name: Annotated[str, typer.Argument(metavar="DISTRICT", help="One of the network's districts.")],
    team: Team,
    by: By = None,
    json: Json = False,
) -> None:
    """Record that the patient lives in another district now. Rules that are rolled out there hold from then on.

    What is granted stays as it is. Where the responsible team does not work there, hand the patient over first.

    Example: handslag district E7K2-QM4T loegstoer-by --as hjemmepleje-loegstoer
    """
    reference = episode_reference(episode)
    perform(reference, MoveToDistrict(actor=actor(team, by), district=name))
    tell(reference, f"is in the district {name}", json)


def grant(
    episode: Episode,
    package: Annotated[str, typer.Argument(help="One of the pathway's packages, such as infection-package.")],
    team: Team,
    minutes: Annotated[
        list[str] | None,
        typer.Option("--minutes", help="SERVICE=MINUTES a week, where they are to differ from the package's own."),
    ] = None,
    by: By = None,
    json: Json = False,
) -> None:
    """Grant a package of services. The pathway says who may, how much, and for how long.

    Those who carry it out are told at once; whoever decides on a renewal is asked in good time before the end.

    Example: handslag grant E7K2-QM4T practical-help --minutes cleaning=45 --as assessors
    """
    reference = episode_reference(episode)
    wanted = dict(_service_and_minutes(pair) for pair in minutes or [])
    after = perform(reference, GrantPackage(actor=actor(team, by), package=package, minutes=wanted))
    tell(reference, f"has {tuple(after.grants)[-1]} in force", json)


def _service_and_minutes(pair: str) -> tuple[str, int]:
    service, _, minutes = pair.partition("=")
    if not service or not minutes.isdecimal() or len(minutes) > _MOST_DIGITS:
        raise typer.BadParameter("write SERVICE=MINUTES, such as cleaning=45", param_hint="--minutes")
    return service, int(minutes)


def renew_grant(episode: Episode, name: Granted, team: Team, by: By = None, json: Json = False) -> None:
    """Let a grant go on for as long again, from its end. For the team that decides; as often as the package allows.

    Example: handslag renew-grant E7K2-QM4T practical-help-1 --as assessors
    """
    reference = episode_reference(episode)
    perform(reference, RenewGrant(actor=actor(team, by), grant=name))
    tell(reference, f"has {name} renewed", json)


def leave_to_lapse(episode: Episode, name: Granted, team: Team, by: By = None, json: Json = False) -> None:
    """Decide that a grant is not renewed. It holds until its end, and nobody is asked about it any more.

    Example: handslag leave-to-lapse E7K2-QM4T infection-package-1 --as assessors
    """
    reference = episode_reference(episode)
    perform(reference, LeaveToLapse(actor=actor(team, by), grant=name))
    tell(reference, f"lets {name} lapse at its end", json)


def withdraw_grant(
    episode: Episode,
    name: Granted,
    team: Team,
    reason: Annotated[str, typer.Option(help="Why, in a few words.", parser=words, metavar=WORDS)] = "",
    by: By = None,
    json: Json = False,
) -> None:
    """Withdraw a grant now. Those who carry it out are told to stop.

    Example: handslag withdraw-grant E7K2-QM4T infection-package-1 --reason - --as assessors
    """
    reference = episode_reference(episode)
    perform(reference, WithdrawGrant(actor=actor(team, by), grant=name, reason=reason))
    tell(reference, f"has {name} withdrawn", json)


def swap(
    episode: Episode,
    name: Granted,
    give: Annotated[str, typer.Argument(help="The service that the citizen gives up time of.")],
    get: Annotated[str, typer.Argument(help="The service that the citizen wants instead.")],
    minutes: Annotated[int, typer.Option(help="How many minutes a week are given up.")],
    team: Team,
    by: By = None,
    json: Json = False,
) -> None:
    """Swap granted services as the citizen wishes: for equal time, or at the rate of the pathway.

    A swap stays inside its grant and ends with it; it never gives more time than was granted.

    Example: handslag swap E7K2-QM4T practical-help-1 cleaning company --minutes 30 --as home-care-rural
    """
    reference = episode_reference(episode)
    after = perform(reference, SwapServices(actor=actor(team, by), grant=name, give=give, get=get, minutes=minutes))
    latest = after.grants[name].swaps[-1]
    tell(reference, f"has {latest.gave} min of {give} swapped for {latest.got} min of {get} a week", json)


def undo_swap(
    episode: Episode,
    name: Granted,
    team: Team,
    number: Annotated[int | None, typer.Option(help="The swap's number; left out: the latest that holds.")] = None,
    by: By = None,
    json: Json = False,
) -> None:
    """Undo a swap: what was given up is given again, to the minute. The swap stays in the history.

    Example: handslag undo-swap E7K2-QM4T practical-help-1 --as home-care-rural
    """
    reference = episode_reference(episode)
    perform(reference, UndoSwap(actor=actor(team, by), grant=name, swap=number))
    tell(reference, f"has a swap of {name} undone", json)
