"""Who did something: a person of a team, a clock, or Handslag itself."""

from enum import StrEnum
from typing import Annotated, Self

from pydantic import AfterValidator, model_validator

from pathways.care.texts import blank_is_nothing
from pathways.definition.frozen import Frozen


class ActorKind(StrEnum):
    """What kind of actor caused an event."""

    PERSON = "person"
    CLOCK = "clock"
    SYSTEM = "system"


class Actor(Frozen):
    """Who did something. `is_identified` is false where we took somebody's word for who they are.

    `via` tells the way in: `command-line`, `prefect`, `desk`. A system or clock has neither team nor name.
    """

    kind: ActorKind
    team: str | None = None
    name: Annotated[str | None, AfterValidator(blank_is_nothing)] = None
    via: str = "engine"
    is_identified: bool = False

    @model_validator(mode="after")
    def _is_possible(self) -> Self:
        if self.kind is not ActorKind.PERSON and (self.team is not None or self.name is not None):
            raise ValueError("only a person has a team and a name")
        return self

    @property
    def is_program(self) -> bool:
        """Whether it is a program of a team, which signed in and says in no person's name that it acts."""
        return self.is_identified and self.name is None


CLOCK = Actor(kind=ActorKind.CLOCK)
SYSTEM = Actor(kind=ActorKind.SYSTEM)
