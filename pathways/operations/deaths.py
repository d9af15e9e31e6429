"""One life, several episodes: a death ends all that the patient has in a circle, and taking it back brings them back.

A circle is a network or, where it keeps its organisations apart, what one of them is responsible for. In another one a
death ends nothing: whoever is responsible there is asked to confirm it, and may deny it, which those who recorded it
are asked about in turn.

Here it is said which episodes a command concerns beside its own, in the order in which they are decided on. They are
locked together: people first, then episodes.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from pathways.care.actors import SYSTEM, Actor
from pathways.care.commands import Command, DenyVitalStatus, EndEpisode, ReportVitalStatus, TakeBackEnd
from pathways.care.endings import death_of, is_death_by
from pathways.care.episodes import Episode
from pathways.care.patient_records import is_of_the_dead
from pathways.care.recording import Decision
from pathways.errors import Stale
from pathways.operations.person_views import Circle, circle_of
from pathways.store.unit_of_work import UnitOfWork


@dataclass(frozen=True)
class Written:
    """A decision as written, and the episode as it was before."""

    before: Episode
    decision: Decision


def written(work: UnitOfWork, before: Episode, decision: Decision) -> Written:
    """Write a decision, if it says anything."""
    if decision.events:
        work.episodes.write(before, decision)
    return Written(before, decision)


def of_the_same_life(work: UnitOfWork, reference: str, command: Command) -> tuple[tuple[Episode, Command], ...]:
    """What else is to be done with this command to an episode, for its patient; nothing where nobody is known.

    Whatever is given is locked until the unit of work ends, and so is the episode itself. Raises Stale.
    """
    if not isinstance(command, EndEpisode | TakeBackEnd | DenyVitalStatus):
        return ()
    person = work.people.of(reference)
    if person is None:
        return ()
    found = _held(work, person)
    own = next((each for each in found if each.reference == reference), None)
    if own is None or work.people.of(reference) != person:  # a merge was faster, and has given it to another record
        raise _changed()
    within = _circle(work, own)
    others = [each for each in found if each is not own and _circle(work, each) == within]
    there = [each for each in found if _circle(work, each) != within]
    if isinstance(command, DenyVitalStatus):
        is_dead = _is_dead(work, own)
        return _reports((each for each in there if _is_dead(work, each) is not is_dead), is_dead=is_dead)
    if isinstance(command, EndEpisode):
        pathway = work.definitions.pathway(own.pathway, own.version)
        if command.end not in pathway.ends or not is_death_by(pathway, command.end):
            return ()
        return (
            *ended_by_a_death(work, others, own, command.actor, command.occurred_at),
            *_reports(there, is_dead=True),
        )
    in_network = [each for each in found if each is not own and each.network == own.network]
    taken_back = tuple(_taken_back(work, own, in_network, command.actor))
    goes_on = {reference, *(episode.reference for episode, _ in taken_back)}
    still_dead = any(_is_dead(work, each) for each in others if each.reference not in goes_on)
    if still_dead or not _is_dead(work, own):
        return taken_back
    return (*taken_back, *_no_longer_reported(work, (each for each in there if each.reference not in goes_on)))


def known_elsewhere(work: UnitOfWork, person: int) -> tuple[tuple[Episode, Command], ...]:
    """What is asked of this patient's teams where another circle knows of a death. The caller holds the record."""
    here = _of(work, (person,))
    dead = [each for each in (*here, *_of(work, work.people.elsewhere(person))) if _is_dead(work, each)]
    dead_in = {_circle(work, each) for each in dead}
    asked = [each.reference for each in here if dead_in - {_circle(work, each)}]
    return _reports((work.episodes.get(each, for_writing=True) for each in asked), is_dead=True)


def known_here(work: UnitOfWork, person: int) -> tuple[tuple[Episode, Command], ...]:
    """What is asked in other networks where this one knows of a death. The caller holds the record."""
    if not any(_is_dead(work, each) for each in _of(work, (person,))):
        return ()
    return _reports(_of(work, work.people.elsewhere(person), for_writing=True), is_dead=True)


def _of(work: UnitOfWork, people: Iterable[int], *, for_writing: bool = False) -> tuple[Episode, ...]:
    references = [each for person in people for each in work.people.episodes_of(person)]
    return tuple(work.episodes.get(each, for_writing=for_writing) for each in references)


def _circle(work: UnitOfWork, episode: Episode) -> Circle:
    return circle_of(work.definitions.network(episode.network), episode)


def _held(work: UnitOfWork, person: int) -> list[Episode]:
    """A patient's episodes, and those of whoever has one of their numbers in another network, locked. Raises Stale."""
    numbers = (person, *work.people.elsewhere(person))
    work.people.hold(numbers)
    if (person, *work.people.elsewhere(person)) != numbers:  # somebody began there while this one waited
        raise _changed()
    references = sorted(each for number in numbers for each in work.people.episodes_of(number))
    return [work.episodes.get(each, for_writing=True) for each in references]


def _reports(episodes: Iterable[Episode], *, is_dead: bool) -> tuple[tuple[Episode, Command], ...]:
    return tuple((episode, ReportVitalStatus(actor=SYSTEM, is_dead=is_dead)) for episode in episodes)


def _no_longer_reported(work: UnitOfWork, there: Iterable[Episode]) -> tuple[tuple[Episode, Command], ...]:
    """Whoever recorded the death as well is asked; of whoever still waits to confirm it, nothing is wanted any more."""
    episodes = tuple(there)
    dead_in = {_circle(work, each) for each in episodes if _is_dead(work, each)}
    told = (each for each in episodes if _is_dead(work, each) or not dead_in - {_circle(work, each)})
    return _reports(told, is_dead=False)


def _is_dead(work: UnitOfWork, episode: Episode) -> bool:
    return is_of_the_dead(work.definitions.pathway(episode.pathway, episode.version), episode)


def _changed() -> Stale:
    return Stale("Someone else has just changed this patient's record.", "Look again, then decide.")


def ended_by_a_death(
    work: UnitOfWork, episodes: Iterable[Episode], death: Episode, actor: Actor, occurred_at: datetime | None = None
) -> Iterator[tuple[Episode, Command]]:
    """What ends those of these episodes that are not over, after a death became known in another, which is `death`.

    `occurred_at`: when the patient died, where that is entered late.
    """
    told_in = _death(death)
    for episode in episodes:
        if not episode.has_ended:
            end = death_of(work.definitions.pathway(episode.pathway, episode.version))
            yield episode, EndEpisode(actor=actor, end=end, told_in=told_in, occurred_at=occurred_at)


def _taken_back(
    work: UnitOfWork, own: Episode, others: list[Episode], actor: Actor
) -> Iterator[tuple[Episode, Command]]:
    """The episodes that ended by the same death; but a patient has one on a pathway that is not over."""
    death, pathways = _death(own), {own.pathway}
    for episode in others:
        is_alone = episode.pathway not in pathways and not work.people.other_active_episode(episode.reference)
        if episode.stopped and death == _death(episode) and is_alone:
            pathways.add(episode.pathway)
            yield episode, TakeBackEnd(actor=actor, told_in=own.reference)


def _death(episode: Episode) -> str:
    """The reference of the episode in which the death became known."""
    return (episode.stopped.told_in if episode.stopped else None) or episode.reference
