"""One life, several episodes: a death ends all that the patient has, and taking it back brings them all back.

Here it is said which episodes a command concerns beside its own, in the order in which they are decided on. They are
locked together: people first, then episodes.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from pathways.care.actors import Actor
from pathways.care.commands import Command, EndEpisode, TakeBackEnd
from pathways.care.endings import death_of, is_death_by
from pathways.care.episodes import Episode
from pathways.care.recording import Decision
from pathways.errors import Stale
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
    if not isinstance(command, EndEpisode | TakeBackEnd):
        return ()
    person = work.people.of(reference)
    if person is None:
        return ()
    work.people.hold([person])
    episodes = [work.episodes.get(each, for_writing=True) for each in work.people.episodes_of(person)]
    own = [each for each in episodes if each.reference == reference]
    others = [each for each in episodes if each.reference != reference]
    if not own:  # a merge was faster, and has given it to another record
        raise Stale("Someone else has just changed this patient's record.", "Look again, then decide.")
    if isinstance(command, EndEpisode):
        pathway = work.definitions.pathway(own[0].pathway, own[0].version)
        is_death = command.end in pathway.ends and is_death_by(pathway, command.end)
        return tuple(ended_by_a_death(work, others, own[0], command.actor)) if is_death else ()
    return tuple(_taken_back(work, own[0], others, command.actor))


def ended_by_a_death(
    work: UnitOfWork, episodes: Iterable[Episode], death: Episode, actor: Actor
) -> Iterator[tuple[Episode, Command]]:
    """What ends those of these episodes that are not over, after a death became known in another, which is `death`."""
    told_in = _death(death)
    for episode in episodes:
        if not episode.has_ended:
            end = death_of(work.definitions.pathway(episode.pathway, episode.version))
            yield episode, EndEpisode(actor=actor, end=end, told_in=told_in)


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
