"""Limits of viewing that a patient has set in another episode: whoever begins a new one asks whether they hold there.

A limit holds for the episode in which it was said. It is not carried over in silence, nor dropped in silence.
"""

from collections.abc import Iterator
from datetime import datetime

from pathways.care.concerned import teams_ever_concerned
from pathways.care.recording import Context
from pathways.care.viewing import hidden_from
from pathways.definition.networks import Network
from pathways.phrases import Phrase
from pathways.store.unit_of_work import UnitOfWork


class _LimitStands(Phrase):
    """That a limit stands in another episode."""


def limits_to_ask_about(
    work: UnitOfWork, network: Network, person: int, team: str | None, now: datetime
) -> Iterator[Phrase]:
    """What to ask the patient, by each of their episodes with a limit that the team has, or has had, a part in.

    Whoever has had none is not told that there is such an episode.
    """
    for episode in work.episodes.many(work.people.episodes_of(person)):
        if organisations := hidden_from(episode):
            pathway = work.definitions.pathway(episode.pathway, episode.version)
            if team in teams_ever_concerned(Context(pathway, network, now).about(episode), episode):
                said = Phrase(
                    "In episode {episode} the patient does not let these see it: {organisations}. Ask whether that is "
                    "to hold here too, and record it.",
                    episode=episode.reference,
                    organisations=tuple(sorted(organisations)),
                )
                yield _LimitStands(said.template, said.command, **said.values)


def says_that_a_limit_stands(warning: str) -> bool:
    """Whether a warning at a beginning is one of these."""
    return isinstance(warning, _LimitStands)
