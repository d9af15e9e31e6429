"""Soundness of packages and swaps: what is granted is possible and ends, and no swap gives more than was granted."""

from collections.abc import Iterator, Mapping, Sequence

from pathways.definition.faults import Code, Finding, KeyPath
from pathways.definition.grants import Package, Swaps, WeeklyTime
from pathways.definition.models import Pathway

_MINUTES_IN_A_WEEK = 7 * 24 * 60

Named = tuple[str, KeyPath, str, bool]
"""Where something is named: its section, the path, the name, and whether the name is a key there."""


def named_in_grants(pathway: Pathway) -> Iterator[Named]:
    """Every place where packages, swaps and roll-outs name something that the pathway declares."""
    for key, package in pathway.packages.items():
        path: KeyPath = ("packages", key)
        yield from (("services", (*path, "services", name), name, True) for name in package.services)
        yield from _listed("roles", (*path, "by"), package.by)
        yield "roles", (*path, "decides"), package.decides, False
        for name, roles in package.by_in.items():
            yield "roll_outs", (*path, "by_in", name), name, True
            yield from _listed("roles", (*path, "by_in", name), roles)
    if pathway.swaps is not None:
        yield from _named_in_swaps(pathway.swaps)
    for key, roll_out in pathway.roll_outs.items():
        yield "roles", ("roll_outs", key, "provider"), roll_out.provider, False


def names_in_grants(pathway: Pathway) -> Iterator[tuple[KeyPath, str]]:
    """The names of stages, of groups and of exchanges, with their paths."""
    for key, roll_out in pathway.roll_outs.items():
        yield from ((("roll_outs", key, "stages", name), name) for name in roll_out.stages)
    if pathway.swaps is not None:
        yield from ((("swaps", "among", key), key) for key in pathway.swaps.among)
        yield from ((("swaps", "exchanges", key), key) for key in pathway.swaps.exchanges)


def needed_in_grants(pathway: Pathway) -> Iterator[tuple[KeyPath, Sequence[object] | Mapping[str, object]]]:
    """What may not be empty."""
    for key, package in pathway.packages.items():
        yield ("packages", key, "services"), package.services
        yield ("packages", key, "by"), package.by
        yield from ((("packages", key, "by_in", name), roles) for name, roles in package.by_in.items())
    yield from ((("roll_outs", key, "stages"), roll_out.stages) for key, roll_out in pathway.roll_outs.items())
    if pathway.swaps is not None:
        yield ("swaps", "by"), pathway.swaps.by


def lists_in_grants(pathway: Pathway) -> Iterator[tuple[KeyPath, Sequence[str]]]:
    """What may hold nothing twice."""
    for key, package in pathway.packages.items():
        yield ("packages", key, "by"), package.by
        yield from ((("packages", key, "by_in", name), roles) for name, roles in package.by_in.items())
    for key, roll_out in pathway.roll_outs.items():
        for name, stage in roll_out.stages.items():
            yield ("roll_outs", key, "stages", name, "districts"), stage.districts
            yield ("roll_outs", key, "stages", name, "providers"), stage.providers
    if pathway.swaps is not None:
        yield ("swaps", "by"), pathway.swaps.by
        yield from ((("swaps", "among", key), group) for key, group in pathway.swaps.among.items())


def check_grants(pathway: Pathway) -> Iterator[Finding]:
    """Every package grants a possible time and is asked about before it ends; no swap makes time."""
    for key, package in pathway.packages.items():
        yield from _check_package(key, package)
    if pathway.swaps is not None:
        yield from _check_swaps(pathway, pathway.swaps)


def _named_in_swaps(swaps: Swaps) -> Iterator[Named]:
    yield from _listed("roles", ("swaps", "by"), swaps.by)
    for key, group in swaps.among.items():
        yield from _listed("services", ("swaps", "among", key), group)
    for key, exchange in swaps.exchanges.items():
        yield "services", ("swaps", "exchanges", key, "give"), exchange.give, False
        yield "services", ("swaps", "exchanges", key, "get"), exchange.get, False
    if swaps.only_in is not None:
        yield "roll_outs", ("swaps", "only_in"), swaps.only_in, False


def _listed(section: str, path: KeyPath, names: tuple[str, ...]) -> Iterator[Named]:
    yield from ((section, (*path, place), name, False) for place, name in enumerate(names))


def _check_package(key: str, package: Package) -> Iterator[Finding]:
    path: KeyPath = ("packages", key)
    for name, time in package.services.items():
        yield from _check_minutes((*path, "services", name), time)
    if package.ask.approximate_seconds >= package.lasts.approximate_seconds:
        sentence = f"`ask` is not shorter than `lasts` ({package.lasts}); it counts back from the end."
        mend = "Ask closer to the end, or let the package last longer."
        both = ((*path, "ask"), (*path, "lasts"))
        yield Finding(Code.ASK_NOT_SHORTER, both[0], str(package.ask), sentence, mend, compares=both)
    if package.renewals < 0:
        sentence, mend = "Nothing is renewed fewer times than never.", "Write 0 or more."
        yield Finding(Code.WRONG_NUMBER, (*path, "renewals"), str(package.renewals), sentence, mend)


def _check_minutes(path: KeyPath, time: WeeklyTime) -> Iterator[Finding]:
    if not 1 <= time.least <= time.minutes <= time.most <= _MINUTES_IN_A_WEEK:
        sentence = (
            f"{time.minutes} minutes a week do not lie from {time.least} to {time.most}, or are no possible week."
        )
        mend = f"Let `at_least`, `minutes` and `at_most` rise from 1 to at most {_MINUTES_IN_A_WEEK}."
        yield Finding(Code.WRONG_NUMBER, path, str(path[-1]), sentence, mend, at_key=True)


def _check_swaps(pathway: Pathway, swaps: Swaps) -> Iterator[Finding]:
    granted = {name for package in pathway.packages.values() for name in package.services}
    path: KeyPath = ("swaps",)
    if not swaps.among and not swaps.exchanges:
        sentence, mend = "Nothing may be swapped.", "Name services under `among` or `exchanges`, or leave `swaps` out."
        yield Finding(Code.SWAP_WITHOUT_EFFECT, path, "swaps", sentence, mend, at_key=True)
    for key, group in swaps.among.items():
        if len(set(group)) < 2 or not granted & set(group):
            sentence = (
                f"Of the group `{key}` nothing can be swapped: no package grants any of it, or it holds only one."
            )
            mend = "Name at least two services, of which a package grants one."
            yield Finding(Code.SWAP_WITHOUT_EFFECT, (*path, "among", key), key, sentence, mend, at_key=True)
    pairs: set[tuple[str, str]] = set()
    for key, exchange in swaps.exchanges.items():
        here: KeyPath = (*path, "exchanges", key)
        pair = (exchange.give, exchange.get)
        if not 1 <= exchange.gets <= exchange.gives:
            sentence = f"{exchange.gives} minutes would become {exchange.gets}: a swap never makes time."
            mend = "Let `gets` be from 1 to as many as `gives`."
            yield Finding(Code.SWAP_MAKES_TIME, here, key, sentence, mend, at_key=True)
        if exchange.give not in granted:
            sentence = f"No package grants `{exchange.give}`, so nobody can give it."
            mend = "Name a service that a package grants, or remove the exchange."
            yield Finding(Code.SWAP_WITHOUT_EFFECT, (*here, "give"), exchange.give, sentence, mend)
        if pair in pairs or exchange.give == exchange.get or any(set(pair) <= set(g) for g in swaps.among.values()):
            sentence = "There is another rate for the same two services, or they are the same."
            mend = "Let each pair of services have one rate, under `among` or in one of the `exchanges`."
            yield Finding(Code.SWAP_UNCLEAR, here, key, sentence, mend, at_key=True)
        pairs.add(pair)
