"""Why two records, or a record and a number, may not be of one patient: what is compared, and who is shown that.

Where organisations are kept apart, whoever tries numbers and names learns nothing from it that another one has said.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from itertools import combinations

from pathways.care.actors import Actor
from pathways.care.episodes import Episode
from pathways.care.patient_records import require_mergeable
from pathways.definition.networks import Network
from pathways.errors import Refused
from pathways.operations.people import Held
from pathways.operations.person_views import circle, circle_of, view_of
from pathways.people.identifiers import Identifier
from pathways.people.persons import Person, are_same_name
from pathways.people.statements import UNKNOWN
from pathways.store.unit_of_work import UnitOfWork


class Doubt(StrEnum):
    """Why two records, or a record and a number, may not be of one patient."""

    NAMES_DIFFER = "names-differ"
    NAME_MISSING = "name-missing"
    TWO_PERSONAL_NUMBERS = "two-personal-numbers"
    ONE_HAS_DIED = "one-has-died"


@dataclass(frozen=True)
class Saying:
    """That somebody says in an episode who its patient is: for which organisation, and by which number and name."""

    work: UnitOfWork
    network: Network
    organisation: str | None
    episode: Episode
    name: str = field(repr=False)
    identifier: Identifier = field(repr=False)
    actor: Actor

    def seen(self, held: Held) -> Person:
        """A record as the organisation sees it before."""
        person = held.person.stated(held.episodes)
        return view_of(self.work, self.network, self.organisation, self.episode, person).person

    def own_names(self, *records: Held) -> tuple[str, ...]:
        """The names of the records that the organisation knows, and the one that is said now."""
        first, *others = records
        said = (each.person.statement_of(self.organisation or UNKNOWN).name for each in others)
        return (self.seen(first).name, *said, self.name)

    def name_before(self, person: Person) -> str:
        """The name with which what is said now is compared, for an episode of which nobody has said anything yet."""
        own = person.statement_of(self.organisation or UNKNOWN).name
        return own if self.network.keeps_organisations_apart else person.name

    def named(self, person: Person) -> Person:
        """A record with the name that is said now: the organisation's own and, where records are shared, for all."""
        own = person.statement_of(self.organisation or UNKNOWN)
        with_own = person.with_statement(replace(own, name=self.name or own.name))
        if self.network.keeps_organisations_apart and person.name:
            return with_own.also_called(self.name)
        return with_own.named(self.name)

    def kept(self, person: Person) -> Person:
        """A record with number and name as they are said now."""
        own = person.statement_of(self.organisation or UNKNOWN)
        told = own.told(self.identifier, "", self.episode.reference)
        return self.named(person.identified_as(self.identifier).with_statement(told))


def doubts_of_two(saying: Saying, ours: Held, theirs: Held) -> tuple[Doubt, ...]:
    """Why two records that become one now may not be of one patient. Raises Refused where they cannot.

    Where organisations are kept apart, the name that is said now is compared with what its own organisation knows only:
    else whoever guesses would be told the name that another one has said.
    """
    _require_mergeable(saying, ours.episodes.values(), theirs.episodes.values())
    one, other = ours.person, theirs.person
    missing = () if one.name and other.name else (Doubt.NAME_MISSING,)
    numbers = (one.current, other.current)
    if not saying.network.keeps_organisations_apart:
        return missing + doubts_of((one.name, other.name, saying.name), numbers)
    found = {*doubts_of((one.name, other.name), numbers), *doubts_of(saying.own_names(ours, theirs))}
    return missing + tuple(each for each in Doubt if each in found)


def doubts_seen(saying: Saying, ours: Held, theirs: Held) -> tuple[Doubt, ...]:
    """Why two records may not be of one patient, as far as the organisation knows itself that asks others about it.

    Raises Refused where episodes of its own keep them from becoming one; of those of others, nothing is said before
    they have agreed.
    """
    own = circle(saying.network, saying.organisation)
    of_ours, of_theirs = (
        [each for each in held.episodes.values() if circle_of(saying.network, each) == own] for held in (ours, theirs)
    )
    _require_mergeable(saying, of_ours, of_theirs)
    seen = saying.seen(ours)
    missing = () if seen.name else (Doubt.NAME_MISSING,)
    return missing + doubts_of(saying.own_names(ours, theirs), (seen.current, saying.identifier))


def doubts_of(names: Sequence[str], numbers: Sequence[Identifier] = ()) -> tuple[Doubt, ...]:
    """Why names and numbers may not be of one patient; an empty name is not compared."""
    differ = any(not are_same_name(*pair) for pair in combinations(filter(None, names), 2))
    are_all_own = bool(numbers) and all(number.is_own for number in numbers)
    possible = {Doubt.NAMES_DIFFER: differ, Doubt.TWO_PERSONAL_NUMBERS: are_all_own}
    return tuple(doubt for doubt, is_so in possible.items() if is_so)


def _require_mergeable(saying: Saying, ours: Iterable[Episode], theirs: Iterable[Episode]) -> None:
    try:
        require_mergeable(tuple(ours), tuple(theirs))
    except Refused:
        if not saying.network.keeps_organisations_apart:
            raise
        raise Refused(
            "Cannot merge the two records: both have an episode on the same pathway that has not ended.",
            "Ask the other organisation; before they are merged, the one ends that is not to go on.",
        ) from None
