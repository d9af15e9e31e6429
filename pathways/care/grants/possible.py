"""What a team may do about grants now: what a page offers. Changes nothing; what is offered may still be refused."""

from collections.abc import Iterable
from enum import StrEnum
from typing import NamedTuple

from pathways.care.concerned import teams_for_role
from pathways.care.episodes import Episode
from pathways.care.grants.rules import grants_in_force, roles_that_grant
from pathways.care.grants.values import Grant
from pathways.care.recording import Context
from pathways.care.roll_outs import is_in_roll_out
from pathways.care.states import EpisodeStatus


class GrantAction(StrEnum):
    """What may be done with a grant."""

    RENEW = "renew-grant"
    LAPSE = "leave-to-lapse"
    WITHDRAW = "withdraw-grant"
    SWAP = "swap"
    UNDO_SWAP = "undo-swap"


class Rate(NamedTuple):
    """What may be swapped: each `gives` minutes a week of the service `give` become `gets` of the service `get`."""

    give: str
    get: str
    gives: int
    gets: int


def grantable(context: Context, episode: Episode, team: str | None) -> tuple[str, ...]:
    """The packages that a team may grant now: not those that are in force."""
    held = {grant.package for grant in grants_in_force(episode)}
    return tuple(
        name
        for name, package in context.pathway.packages.items()
        if episode.status is EpisodeStatus.ACTIVE
        and name not in held
        and _has(context, episode, team, roles_that_grant(context, episode, package))
    )


def possible_with(context: Context, episode: Episode, team: str | None, grant: Grant) -> frozenset[GrantAction]:
    """What a team may do with a grant."""
    package = context.pathway.packages.get(grant.package)
    if package is None or grant not in grants_in_force(episode):
        return frozenset()
    decides = _has(context, episode, team, (package.decides,))
    swaps = _swaps(context, episode, team)
    found = {
        GrantAction.RENEW: decides and grant.renewals < package.renewals,
        GrantAction.LAPSE: decides and not grant.lapses,
        GrantAction.WITHDRAW: decides or _has(context, episode, team, roles_that_grant(context, episode, package)),
        GrantAction.SWAP: swaps and bool(rates(context, episode, grant)),
        GrantAction.UNDO_SWAP: swaps and bool(grant.standing_swaps),
    }
    return frozenset(action for action, is_possible in found.items() if is_possible)


def rates(context: Context, episode: Episode, grant: Grant) -> tuple[Rate, ...]:
    """What the citizen may swap inside a grant now, and at which rate."""
    rules = context.pathway.swaps
    if rules is None or not is_in_roll_out(context, episode, rules.only_in):
        return ()
    running = [name for name in context.pathway.services if name not in episode.paused_services]
    pairs = ((give, get, rules.rate(give, get)) for give in grant.minutes for get in running)
    return tuple(Rate(give, get, *rate) for give, get, rate in pairs if rate is not None)


def _swaps(context: Context, episode: Episode, team: str | None) -> bool:
    rules = context.pathway.swaps
    return rules is not None and episode.status is EpisodeStatus.ACTIVE and _has(context, episode, team, rules.by)


def _has(context: Context, episode: Episode, team: str | None, roles: Iterable[str]) -> bool:
    return any(team in teams_for_role(context, episode, role) for role in roles)
