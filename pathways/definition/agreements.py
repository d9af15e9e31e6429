"""The frozen models of an agreement, and of the responsibilities that it divides. `checks_of_agreements.py` judges."""

from collections.abc import Mapping

from pathways.definition.days import Day
from pathways.definition.frozen import Frozen
from pathways.definition.texts import Text


class Agreement(Frozen):
    """The agreement that a pathway version carries out.

    `annexes`: the texts that belong to it. `signed_by`: the bodies that decided on it, never a person. `review`: the
    day on which the parties look at it again. `replaces`: pathways that this one takes the place of. A network that
    has both goes by this one from its first day on, and by the replaced one until the day before.
    """

    parties: tuple[str, ...]
    annexes: Mapping[str, Text] = {}
    signed_by: tuple[str, ...] = ()
    review: Day | None = None
    replaces: tuple[str, ...] = ()


class Duties(Frozen):
    """Who has which part in a task at one level, by role. Exactly one role is responsible.

    `carries_out`: who does it; left out, the responsible role itself. `consulted` are asked before, `informed` are
    told afterwards.
    """

    responsible: str
    carries_out: tuple[str, ...] = ()
    consulted: tuple[str, ...] = ()
    informed: tuple[str, ...] = ()

    @property
    def doers(self) -> tuple[str, ...]:
        """The roles that carry the task out."""
        return self.carries_out or (self.responsible,)


class Task(Frozen):
    """A task of the care, and who has which part in it at each level. `not_at`: levels at which there is no such task.

    Every level of the pathway stands in one of the two, so that nobody has to ask whose a task is. `competences`: what
    whoever carries it out must have, all of them in one person.
    """

    title: Text
    levels: Mapping[str, Duties]
    not_at: tuple[str, ...] = ()
    competences: tuple[str, ...] = ()
