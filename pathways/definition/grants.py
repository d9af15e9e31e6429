"""The frozen models of what is granted: packages of services by the week, and the swaps of time inside a grant."""

from collections.abc import Mapping

from pathways.definition.durations import Duration, Limit, Unit
from pathways.definition.frozen import Frozen
from pathways.definition.texts import Text


class WeeklyTime(Frozen):
    """How many minutes a week of a service a package grants.

    `at_least` and `at_most`: between which the one who grants may choose; without them, only `minutes` itself.
    """

    minutes: int
    at_least: int | None = None
    at_most: int | None = None

    @property
    def least(self) -> int:
        """The fewest minutes a week that may be granted."""
        return self.minutes if self.at_least is None else self.at_least

    @property
    def most(self) -> int:
        """The most minutes a week that may be granted."""
        return self.minutes if self.at_most is None else self.at_most


class Package(Frozen):
    """Services that are granted together: by whom, how much of each a week, for how long, how often renewed.

    `by`: the roles that may grant it. `by_in`: further roles that may, inside a roll-out of this name. `lasts`: days
    and longer end at a local midnight. `decides`: the role that decides whether it is renewed; it is asked `ask`
    before the end, and again after each `repeat`. `renewals`: how often it may be renewed.
    """

    title: Text
    services: Mapping[str, WeeklyTime]
    by: tuple[str, ...]
    by_in: Mapping[str, tuple[str, ...]] = {}
    lasts: Limit
    renewals: int = 0
    decides: str
    ask: Limit
    repeat: Limit = Duration(amount=1, unit=Unit.DAY)


class Exchange(Frozen):
    """What may be swapped for what: each `gives` minutes of the one service become `gets` minutes of the other."""

    give: str
    get: str
    gives: int
    gets: int


class Swaps(Frozen):
    """How a citizen may swap granted services.

    `by`: the roles that record a swap as the citizen wishes it. `among`: groups of services that may be swapped for
    each other, minute for minute. `exchanges`: what may be swapped at another rate. `only_in`: the roll-out outside
    of which nothing is swapped.
    """

    by: tuple[str, ...]
    among: Mapping[str, tuple[str, ...]] = {}
    exchanges: Mapping[str, Exchange] = {}
    only_in: str | None = None

    def rate(self, give: str, get: str) -> tuple[int, int] | None:
        """Minutes given and got in one unit of the exchange; None where the two may not be swapped."""
        for exchange in self.exchanges.values():
            if (exchange.give, exchange.get) == (give, get):
                return exchange.gives, exchange.gets
        is_equal = give != get and any(give in group and get in group for group in self.among.values())
        return (1, 1) if is_equal else None
