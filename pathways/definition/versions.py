"""Which version of a pathway is in force on a day, in a network: exactly one, or none outside its whole time.

A version is in force from the local midnight that begins its first day. It ends with the day before the next version,
with its own last day (`in_force_until`), or with the day before another pathway of the network replaces it, whichever
comes first.
"""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise, zip_longest
from zoneinfo import ZoneInfo

from pathways.definition.durations import first_instant
from pathways.definition.faults import Code
from pathways.definition.models import Pathway
from pathways.errors import NotFound, Refused
from pathways.phrases import Phrase

_A_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Term:
    """The days on which a version is in force: from `first` to `last`, both among them; without `last`, without end."""

    pathway: Pathway
    first: date
    last: date | None

    def holds_on(self, day: date) -> bool:
        """Whether the version is in force on this day."""
        return self.first <= day and (self.last is None or day <= self.last)


@dataclass(frozen=True)
class Replaced:
    """From which day on a pathway is replaced in a network, and by which other."""

    day: date
    by: str


@dataclass(frozen=True)
class Clash:
    """Two versions that follow on each other, and do so wrongly: both in force at once, or neither for some days."""

    code: Code
    earlier: Pathway
    later: Pathway
    sentence: str
    mend: str


def terms(name: str, published: Iterable[Pathway], beside: Collection[str] = ()) -> tuple[Term, ...]:
    """When each version of a pathway is in force, in order. `beside`: the network's pathways, which may replace it.

    No two of them share a day. A version that never comes into force has no term.
    """
    published = tuple(published)
    versions = _versions(name, published)
    replaced = replacement(name, published, beside)
    found = []
    for version, following in zip_longest(versions, versions[1:]):
        cuts = [following.in_force_from] if following else []
        cuts += [replaced.day] if replaced else []
        ends = [version.in_force_until] if version.in_force_until else []
        last = min([*ends, *(cut - _A_DAY for cut in cuts)], default=None)
        if last is None or version.in_force_from <= last:
            found.append(Term(version, version.in_force_from, last))
    return tuple(found)


def not_yet_over(names: Collection[str], published: Iterable[Pathway], day: date) -> tuple[Pathway, ...]:
    """Of a network's pathways (by name): every version that is in force on a local day, or comes into force later."""
    published = tuple(published)
    found = (term for name in names for term in terms(name, published, names))
    return tuple(term.pathway for term in found if term.last is None or day <= term.last)


def replacement(name: str, published: Iterable[Pathway], beside: Collection[str]) -> Replaced | None:
    """When and by which pathway of the network this one is replaced for the first time; None if it is not."""
    found = [
        (each.in_force_from, each.pathway)
        for each in published
        if each.pathway in beside and each.pathway != name and name in each.agreement.replaces
    ]
    return Replaced(*min(found)) if found else None


def in_force(name: str, published: Iterable[Pathway], day: date, beside: Collection[str] = ()) -> Pathway | None:
    """The version of a pathway in force on a local day, in a network that has the pathways `beside`; None outside."""
    return next((term.pathway for term in terms(name, published, beside) if term.holds_on(day)), None)


def require_in_force(name: str, published: Iterable[Pathway], day: date, beside: Collection[str] = ()) -> Pathway:
    """As `in_force`. Where none is, Refused says why: never published, not yet in force, no longer, or replaced."""
    published = tuple(published)
    found = in_force(name, published, day, beside)
    if found is not None:
        return found
    known = terms(name, published, beside)
    if not known:
        names = tuple(sorted({each.pathway for each in published}))
        raise NotFound(
            "No version of that pathway is in force on {day}.",
            "Published pathways: {pathways}.",
            command="" if names else "handslag apply",
            day=day,
            pathways=names or Phrase("none; publish one first"),
        )
    if day < known[0].first:
        raise Refused(
            "The pathway {pathway} is not yet in force on {day}.",
            "Wait until {first}, its first day.",
            pathway=name,
            day=day,
            first=known[0].first,
        )
    replaced = replacement(name, published, beside)
    if replaced and replaced.day <= day:
        raise Refused(
            "The pathway {pathway} was replaced by {by} on {day}.",
            "Choose {by} instead.",
            pathway=name,
            by=replaced.by,
            day=replaced.day,
        )
    raise Refused(
        "The pathway {pathway} is no longer in force on {day}: its last day was {last}.",
        "Choose another pathway, or publish a version that goes on from there.",
        pathway=name,
        day=day,
        last=str(known[-1].last),
    )


def begins_at(day: date, zone: ZoneInfo) -> datetime:
    """The instant (UTC) at which a day begins in this time zone: from then on what begins that day is in force."""
    return first_instant(datetime.combine(day, time(), zone), zone).astimezone(UTC)


def clashes(published: Iterable[Pathway]) -> Iterator[Clash]:
    """Where versions of one pathway that follow on each other overlap, or leave days on which none is in force."""
    published = tuple(published)
    for name in dict.fromkeys(each.pathway for each in published):
        versions = _versions(name, published)
        for earlier, later in pairwise(versions):
            until = earlier.in_force_until
            if until is not None and until >= later.in_force_from:
                sentence = f"From {later.version} two would be in force: that of {earlier.version} ends on {until}."
                mend = f"Begin on {until + _A_DAY}, or let the earlier version end the day before."
                yield Clash(Code.VERSIONS_OVERLAP, earlier, later, sentence, mend)
            elif until is not None and until + _A_DAY < later.in_force_from:
                gap = f"from {until + _A_DAY} to {later.in_force_from - _A_DAY}"
                sentence = f"No version would be in force {gap}: that of {earlier.version} ends on {until}."
                yield Clash(Code.VERSIONS_GAP, earlier, later, sentence, f"Begin on {until + _A_DAY}.")


def _versions(name: str, published: Iterable[Pathway]) -> tuple[Pathway, ...]:
    return tuple(sorted((each for each in published if each.pathway == name), key=lambda each: each.in_force_from))
