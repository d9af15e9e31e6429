"""Who sees what of a patient: here alone it follows from the network, the viewer's organisation and the record.

Where a network shares its records of patients, all of its teams with a part in an episode see the same. Where each
organisation has its own view (`patient_records: per-organisation`), it sees what it said itself and, in an episode, the
number and name that another has said there, so that both sides of a handover mean the same patient; those who are close
only where it wrote them down (in that episode: or nobody knows who), or the patient consents. A protected identity is
one whoever protects it.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from pathways.care.episodes import Episode
from pathways.care.viewing import hidden_from
from pathways.care.wishes import consent_of
from pathways.definition.networks import Network
from pathways.people.persons import Person, are_same_name
from pathways.people.relatives import Relative
from pathways.people.statements import UNKNOWN, Statement
from pathways.store.unit_of_work import UnitOfWork

Circle = tuple[str, str | None]
"""Those for whom a death holds at once: a network or, where it keeps its organisations apart, one of them."""


@dataclass(frozen=True)
class PersonView:
    """A patient's record as an organisation sees it in an episode.

    `told_by`: the name of the other organisation that said who the patient is; None where it is one's own word, or all
    share it.
    `differs`: another one has said another name or personal number in the episode, which a person settles.
    `hides_relatives`: others were written down in the episode, who are shown with the patient's consent only.
    """

    person: Person = field(repr=False)
    told_by: str | None = None
    differs: bool = False
    hides_relatives: bool = False


@dataclass(frozen=True)
class ToldIn:
    """By which organisation, and in which episode, it is said who a patient is. `UNKNOWN`: by none of the network."""

    organisation: str
    episode: str


@dataclass(frozen=True)
class Ended:
    """An episode of the patient that has ended: how, when, and whether with the patient's death.

    `episode` and `end` are empty for whoever may not see that one: then it is known that the patient died, and when.
    """

    episode: str
    end: str
    at: datetime
    is_death: bool


@dataclass(frozen=True)
class ShownPatient:
    """What those who give care may see of a patient: of a protected identity no name, number or address.

    `number`: the current one. `told_by`: the other organisation that said who it is, where each has its own view;
    `differs`: another one has said another name or number in this episode, which a person settles.
    `hides_relatives`: others than `relatives` were written down in this episode, who are shown by consent only.
    `ended` comes before anything else: the death, whichever episode of the patient it ended, or the episode's own end.
    `is_death_reported`: as dead from elsewhere, which nobody here has confirmed or denied yet; so ask before calling.
    """

    ended: Ended | None
    is_protected: bool
    name: str | None = field(repr=False)
    number: str | None = field(repr=False)
    address: str | None = field(repr=False)
    relatives: tuple[Relative, ...] = field(repr=False)
    told_by: str | None = None
    differs: bool = False
    hides_relatives: bool = False
    is_death_reported: bool = False


@dataclass(frozen=True)
class Record:
    """The patient of an episode as a team sees it, and the end, as in `ShownPatient`."""

    view: PersonView
    ended: Ended | None


def circle_of(network: Network, episode: Episode) -> Circle:
    """The circle of whoever is, or after the end was, responsible for an episode."""
    return circle(network, network.organisation_of(episode.stay.team))


def circle(network: Network, organisation: str | None) -> Circle:
    """The circle of an organisation in a network."""
    return network.network, organisation if network.keeps_organisations_apart else None


def of_circle(network: Network, episodes: Iterable[Episode], one: Episode) -> Iterator[Episode]:
    """Of a patient's episodes in a network, one of them and those of its circle."""
    own = circle_of(network, one)
    return (each for each in episodes if each.reference == one.reference or circle_of(network, each) == own)


def view_of(
    work: UnitOfWork, network: Network, organisation: str | None, episode: Episode, person: Person
) -> PersonView:
    """What an organisation sees in an episode of its patient's record; None: whoever is of no organisation."""
    episodes = work.people.episodes_of(number) if (number := work.people.of(episode.reference)) else ()
    relatives = tuple(
        each for each in person.relatives if _is_shown(work, network, organisation, episode, each, episodes)
    )
    if not network.keeps_organisations_apart:
        return PersonView(replace(person, relatives=relatives))
    said = tuple(_said_to(network, organisation, episode, person.stated(episodes)))
    numbers = next(each for each in said if each.numbers)
    names = next((each for each in said if each.name), numbers)
    is_own = names.organisation in (organisation, UNKNOWN)
    told_by = None if is_own else _name_of(network, names.organisation)
    seen = replace(person, identifiers=numbers.numbers, name=names.name, relatives=relatives)
    here = (each for each in person.relatives if each.told_in == episode.reference)
    return PersonView(
        seen,
        told_by,
        differs=any(_differ(seen, each) for each in said),
        hides_relatives=any(each not in relatives for each in here),
    )


def written_by(network: Network, organisation: str | None, relatives: Iterable[Relative]) -> tuple[Relative, ...]:
    """The relatives that are an organisation's to change; where it was not kept whose they are, anybody's."""
    return tuple(each for each in relatives if _is_own(network, organisation, each))


def _is_own(network: Network, organisation: str | None, relative: Relative) -> bool:
    return not network.keeps_organisations_apart or relative.told_by in (organisation, UNKNOWN)


def _said_to(network: Network, organisation: str | None, episode: Episode, person: Person) -> Iterator[Statement]:
    """What an organisation may know: its own word, then what was said in the episode, whoever is responsible first."""
    yield from (each for each in person.statements if each.organisation == organisation)
    responsible = network.organisation_of(episode.stay.team)
    others = [each for each in person.statements if each.organisation != organisation]
    told_here = [each for each in others if episode.reference in each.told_in]
    yield from sorted(told_here, key=lambda each: each.organisation != responsible)


def _name_of(network: Network, organisation: str) -> str:
    found = network.organisations.get(organisation)
    return found.name if found else organisation


def _differ(seen: Person, said: Statement) -> bool:
    own = [number for number in said.numbers if number.is_own]
    is_another_number = seen.current.is_own and bool(own) and seen.current not in own
    return is_another_number or bool(said.name and not are_same_name(seen.name, said.name))


def _is_shown(
    work: UnitOfWork,
    network: Network,
    organisation: str | None,
    episode: Episode,
    relative: Relative,
    episodes: Sequence[str],
) -> bool:
    """Whether a relative may be shown: told in that episode, or shared by consent from where they were told.

    `episodes`: all of the patient. Where it was not kept in which one a relative was told, it may have been any: then
    each shares. What an organisation may not see of one episode, it is not shown in another. Where organisations are
    kept apart, whom another wrote down is shown by consent only, in that very episode too.
    """
    told_in = [relative.told_in] if relative.told_in else episodes
    if _is_own(network, organisation, relative) and set(told_in) == {episode.reference}:
        return True
    return all(_shares(work.episodes.get(each)) for each in told_in)


def _shares(episode: Episode) -> bool:
    """Whether the patient lets everybody else with a part in the care know what an episode tells."""
    return consent_of(episode) is True and not hidden_from(episode)
