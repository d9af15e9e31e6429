"""How the grants of an episode follow from the events. Dumb on purpose, as `evolution.py`, of which it is a part."""

from pathways.care.episodes import Episode
from pathways.care.events import Recorded
from pathways.care.evolution_of_handovers import after
from pathways.care.grants.events import (
    DistrictChanged,
    GrantEnded,
    GrantLeftToLapse,
    GrantMade,
    GrantRenewed,
    GrantWithdrawn,
    ServicesSwapped,
    SwapUndone,
)
from pathways.care.grants.values import Grant, GrantStatus, Swap


def _with(episode: Episode, grant: Grant) -> Episode:
    return episode.model_copy(update={"grants": {**episode.grants, grant.name: grant}})


def _changed(episode: Episode, name: str, **update: object) -> Episode:
    return _with(episode, episode.grants[name].model_copy(update=update))


@after.register
def _(event: DistrictChanged, episode: Episode, recorded: Recorded) -> Episode:
    return episode.model_copy(update={"district": event.district})


@after.register
def _(event: GrantMade, episode: Episode, recorded: Recorded) -> Episode:
    return _with(
        episode,
        Grant(
            name=event.grant,
            package=event.package,
            granted=event.minutes,
            granted_at=recorded.at,
            granted_by=recorded.actor,
            ends_at=event.ends_at,
        ),
    )


@after.register
def _(event: GrantRenewed, episode: Episode, recorded: Recorded) -> Episode:
    renewals = episode.grants[event.grant].renewals + 1
    return _changed(episode, event.grant, ends_at=event.ends_at, renewals=renewals, lapses=False)


@after.register
def _(event: GrantLeftToLapse, episode: Episode, recorded: Recorded) -> Episode:
    return _changed(episode, event.grant, lapses=True)


@after.register
def _(event: GrantWithdrawn, episode: Episode, recorded: Recorded) -> Episode:
    return _changed(episode, event.grant, status=GrantStatus.WITHDRAWN)


@after.register
def _(event: GrantEnded, episode: Episode, recorded: Recorded) -> Episode:
    return _changed(episode, event.grant, status=GrantStatus.ENDED)


@after.register
def _(event: ServicesSwapped, episode: Episode, recorded: Recorded) -> Episode:
    swap = Swap(
        number=event.swap,
        give=event.give,
        get=event.get,
        gave=event.gave,
        got=event.got,
        at=recorded.at,
        actor=recorded.actor,
    )
    return _changed(episode, event.grant, swaps=(*episode.grants[event.grant].swaps, swap))


@after.register
def _(event: SwapUndone, episode: Episode, recorded: Recorded) -> Episode:
    swaps = tuple(
        swap.model_copy(update={"undone_at": recorded.at}) if swap.number == event.swap else swap
        for swap in episode.grants[event.grant].swaps
    )
    return _changed(episode, event.grant, swaps=swaps)
