"""Who has said what of a patient: each organisation its own name, numbers and protection, and what it agreed to merge.

Pure. No `repr` here shows a person.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from pathways.people.identifiers import Identifier

UNKNOWN = ""
"""The organisation of what was said before it was kept who said it."""

AGREED_FOR = timedelta(days=7)
"""After this, whoever agreed that two records are of one patient is asked again."""


@dataclass(frozen=True)
class Statement:
    """What one organisation says of a patient. `told_in`: the episodes in which it has said who the patient is."""

    organisation: str
    numbers: tuple[Identifier, ...] = field(default=(), repr=False)
    name: str = field(default="", repr=False)
    is_protected: bool = field(default=False, repr=False)
    told_in: tuple[str, ...] = ()

    def told(self, number: Identifier, name: str, episode: str | None) -> "Statement":
        """This statement with one more number, said in an episode or none; an empty name leaves the one there is."""
        said_in = self.told_in if episode is None else (*self.told_in, episode)
        return replace(
            self,
            numbers=strongest_first((number, *self.numbers)),
            name=name or self.name,
            told_in=tuple(dict.fromkeys(said_in)),
        )

    def without_episode(self, episode: str) -> "Statement | None":
        """This statement without what was said in an episode alone; None where nothing is left of it.

        Whoever protects the identity goes on doing so, and says no longer who it is.
        """
        left = tuple(each for each in self.told_in if each != episode)
        if left or episode not in self.told_in:
            return replace(self, told_in=left)
        return Statement(self.organisation, is_protected=True) if self.is_protected else None

    def joined(self, other: "Statement") -> "Statement":
        """One statement out of two of the same organisation. The name is that of the stronger number."""
        is_weaker = not self.numbers or (bool(other.numbers) and other.numbers[0].strength > self.numbers[0].strength)
        leading, following = (other, self) if is_weaker else (self, other)
        return Statement(
            organisation=self.organisation,
            numbers=strongest_first((*leading.numbers, *following.numbers)),
            name=leading.name or following.name,
            is_protected=self.is_protected or other.is_protected,
            told_in=tuple(dict.fromkeys((*self.told_in, *other.told_in))),
        )


@dataclass(frozen=True)
class Agreement:
    """That a person of one organisation says that this record and that of another number are of one patient."""

    organisation: str
    number: Identifier = field(repr=False)
    at: datetime

    def holds(self, numbers: Collection[Identifier], now: datetime) -> bool:
        """Whether it still holds, and for the record that has these numbers."""
        return self.number in numbers and now - self.at < AGREED_FOR


def strongest_first(numbers: Iterable[Identifier]) -> tuple[Identifier, ...]:
    """Each number once, the strongest kind first; of one kind in the order given."""
    return tuple(sorted(dict.fromkeys(numbers), key=lambda number: -number.strength))
