"""What a reviewer of the audit log looks at: cases drawn at random, and cases that something speaks for looking at.

A case is what one person did about one patient on one day, however many entries it has. Nothing here accuses anybody: a
flag is a question. Regular spot checks are required by HSLF-FS 2016:40, chapter 4, section 9.
"""

import unicodedata
from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum
from random import Random
from zoneinfo import ZoneInfo

from pathways.audit.entries import Entry, Outcome
from pathways.definition.frozen import Frozen

SOON = timedelta(days=7)
"""Whoever opened a patient's episode in an emergency is expected to go on caring for them within this time."""

MANY_PATIENTS = 40
"""Patients whom one person looked at on one day, from which on it is flagged."""

TRIES = 3
"""How often somebody asks on one day for what there is not, or what is not theirs, from which on it is flagged."""

SHOWN = 20
"""Entries of a case whose numbers are kept with it; the log has them all."""


class Flag(StrEnum):
    """Why a case is looked at."""

    RANDOM = "random"
    EMERGENCY = "emergency"
    NO_RELATION_SOON_AFTER = "no-relation-soon-after"
    OWN_NAME = "own-name"
    RELATIVE = "relative"
    PROTECTED = "protected"
    TRIED_IN_VAIN = "tried-in-vain"
    MANY_PATIENTS = "many-patients"

    @property
    def meaning(self) -> str:
        """What it says, in words."""
        return _MEANINGS[self]


_MEANINGS = {
    Flag.RANDOM: "drawn at random",
    Flag.EMERGENCY: "opened in an emergency",
    Flag.NO_RELATION_SOON_AFTER: f"within {SOON.days} days the team had nothing more to do with the patient",
    Flag.OWN_NAME: "has a family name of the patient's",
    Flag.RELATIVE: "has the name of one of the patient's relatives",
    Flag.PROTECTED: "the patient's identity is protected",
    Flag.TRIED_IN_VAIN: f"asked {TRIES} times or more that day for what there is not, or is not theirs",
    Flag.MANY_PATIENTS: f"looked at {MANY_PATIENTS} patients or more that day",
}


_SAID = {"role": "roles", "team": "teams", "episode": "episodes", "what": "whats", "why": "whys"}
"""What a case says once however many entries say it: the field of an entry, and that of the case."""


class Case(Frozen):
    """What one person did about one patient on one local day; `person` is None where it concerned no known patient.

    `numbers`: those of the first entries. `whats` and `whys`: what was done on which grounds, each once. `turned_away`:
    how many entries tell of what was refused, or found nothing; the person saw and changed nothing then.
    """

    login: str
    name: str
    roles: tuple[str, ...]
    teams: tuple[str, ...]
    day: date
    person: int | None
    episodes: tuple[str, ...]
    whats: tuple[str, ...]
    whys: tuple[str, ...]
    entries: int
    numbers: tuple[int, ...]
    turned_away: int = 0
    flags: tuple[Flag, ...] = ()


@dataclass(frozen=True)
class Known:
    """What the vault knows of a patient that a flag can be made of."""

    names: Collection[str] = field(repr=False)
    relatives: Collection[str] = field(repr=False)
    is_protected: bool


@dataclass
class _Opening:
    """When an emergency was; and whether the team went on to have to do with the patient soon after."""

    at: datetime
    is_followed: bool = False


@dataclass
class _Gathered:
    """A case while its entries are gathered."""

    first: Entry
    said: dict[str, dict[str, None]] = field(default_factory=lambda: {name: {} for name in _SAID})
    numbers: list[int] = field(default_factory=list)
    entries: int = 0
    in_vain: int = 0
    turned_away: int = 0
    openings: list[_Opening] = field(default_factory=list)

    def take(self, number: int, entry: Entry) -> None:
        self.entries += 1
        self.numbers += [number] * (self.entries <= SHOWN)
        self.in_vain += entry.outcome is Outcome.NOT_FOUND
        self.turned_away += entry.outcome is not Outcome.DONE
        for name, words in self.said.items():
            if (value := getattr(entry, name)) is not None:
                words[value] = None


class Cases:
    """The cases of a time, gathered from the entries of a log in their order.

    Entries from `until` on make no case: they only tell whether a team went on to have to do with a patient.
    """

    def __init__(self, zone: ZoneInfo, until: datetime, now: datetime) -> None:
        self._zone = zone
        self._until = until
        self._now = now
        self._gathered: dict[tuple[str, date, int | None], _Gathered] = {}
        self._openings: dict[tuple[str | None, int | None], list[_Opening]] = defaultdict(list)

    def take(self, number: int, entry: Entry) -> None:
        """Take the next entry."""
        who = (entry.team, entry.person)
        if entry.outcome is Outcome.DONE and not entry.is_emergency and who in self._openings:
            for opening in self._openings[who]:
                opening.is_followed |= opening.at < entry.at <= opening.at + SOON
        if entry.at >= self._until:
            return
        key = (entry.login, entry.at.astimezone(self._zone).date(), entry.person)
        gathered = self._gathered.setdefault(key, _Gathered(entry))
        gathered.take(number, entry)
        if entry.is_emergency:
            opening = _Opening(entry.at)
            gathered.openings.append(opening)
            self._openings[who].append(opening)

    def all(self, known: Callable[[int], Known | None]) -> Sequence[Case]:
        """Every case with its flags. `known` tells of a patient by number."""
        patients: dict[tuple[str, date], int] = defaultdict(int)
        in_vain: dict[tuple[str, date], int] = defaultdict(int)
        for (login, day, person), gathered in self._gathered.items():
            patients[login, day] += person is not None
            in_vain[login, day] += gathered.in_vain
        made = []
        for (login, day, person), gathered in self._gathered.items():
            flags = [*self._flags_of(gathered.openings), *_flags_of(known, person, gathered.first.name)]
            if gathered.in_vain and in_vain[login, day] >= TRIES:
                flags.append(Flag.TRIED_IN_VAIN)
            if patients.pop((login, day), 0) >= MANY_PATIENTS:  # at the first case of that day
                flags.append(Flag.MANY_PATIENTS)
            made.append(_case(day, gathered, flags))
        return made

    def _flags_of(self, openings: Sequence[_Opening]) -> Iterator[Flag]:
        if openings:
            yield Flag.EMERGENCY
        if any(not each.is_followed and each.at + SOON <= self._now for each in openings):
            yield Flag.NO_RELATION_SOON_AFTER


def drawn(cases: Sequence[Case], size: int, chance: Random) -> tuple[Case, ...]:
    """Cases to look at, all drawn at random: of each flag so many, and as many of those without one.

    Those with a flag come first, and each kind by day.
    """
    chosen: dict[int, Case] = {}
    for flag in Flag:
        mine = [
            place for place, case in enumerate(cases) if (flag in case.flags if case.flags else flag is Flag.RANDOM)
        ]
        for place in chance.sample(mine, min(size, len(mine))):
            case = cases[place]
            chosen[place] = case if case.flags else case.model_copy(update={"flags": (Flag.RANDOM,)})
    return tuple(
        sorted(chosen.values(), key=lambda case: (case.flags == (Flag.RANDOM,), case.day, case.login, case.numbers))
    )


def _case(day: date, gathered: _Gathered, flags: Sequence[Flag]) -> Case:
    return Case(
        login=gathered.first.login,
        name=gathered.first.name,
        day=day,
        person=gathered.first.person,
        entries=gathered.entries,
        numbers=tuple(gathered.numbers),
        turned_away=gathered.turned_away,
        flags=tuple(flags),
        **{plural: tuple(gathered.said[name]) for name, plural in _SAID.items()},
    )


def _flags_of(known: Callable[[int], Known | None], person: int | None, name: str) -> Iterator[Flag]:
    patient = known(person) if person is not None else None
    if patient is None:
        return
    own = _words(name)
    if own and any(own[-1] in _words(each)[1:] for each in patient.names):
        yield Flag.OWN_NAME
    if own and any(set(own) == set(_words(each)) for each in patient.relatives):
        yield Flag.RELATIVE
    if patient.is_protected:
        yield Flag.PROTECTED


def _words(name: str) -> list[str]:
    """The words of a name; the last one is taken for a family name, and so is each but a patient's first."""
    return unicodedata.normalize("NFC", name).casefold().replace("-", " ").split()
