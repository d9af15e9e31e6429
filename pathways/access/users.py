"""The people and systems that sign in, their memberships, and a viewer: one of them, acting in one membership."""

import re
from enum import StrEnum
from typing import Self

from pydantic import AwareDatetime, field_validator, model_validator

from pathways.access.table import OF_PERSONS, Relation, Right, Role, may
from pathways.care.actors import Actor, ActorKind
from pathways.care.texts import require_name
from pathways.definition.frozen import Frozen
from pathways.definition.texts import Language
from pathways.errors import Refused

_HSA_ID = re.compile(r"se\d{10}-[a-z0-9]{1,18}", re.ASCII)
"""`SE`, the number of the organisation, a hyphen and at least one letter or digit; at most 31 characters (Inera)."""

_MAIL = re.compile(r"[a-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[a-z0-9-]{1,63}(\.[a-z0-9-]{1,63})+", re.ASCII)
_LONGEST_MAIL = 254


def read_login(text: str) -> str:
    """The login that `text` means: an HSA-id or an e-mail address, in small letters. Raises Refused."""
    login = text.strip().lower()
    if _HSA_ID.fullmatch(login) or (len(login) <= _LONGEST_MAIL and _MAIL.fullmatch(login)):
        return login
    raise Refused(
        "That is neither an HSA-id nor an e-mail address.",
        "Write it as the login service tells it, such as SE2321000016-1A2B or name@region.example.",
    )


def is_hsa_id(text: str) -> bool:
    """Whether a login is an HSA-id."""
    return _HSA_ID.fullmatch(text.strip().lower()) is not None


class Membership(Frozen):
    """A role in a network: in one of its teams, or, for roles that see no patient, perhaps in all of it.

    Raises ValueError for a role in care without a team.
    """

    network: str
    team: str | None
    role: Role

    @model_validator(mode="after")
    def _has_a_team(self) -> Self:
        if self.role.is_in_care and self.team is None:
            raise ValueError(f"a {self.role} belongs to a team")
        return self


class User(Frozen):
    """Who may sign in, known by the login that the login service tells. `is_system`: a program, by token only."""

    login: str
    name: str
    language: Language = Language.SWEDISH
    memberships: tuple[Membership, ...] = ()
    is_system: bool = False
    ended_at: AwareDatetime | None = None

    @field_validator("login")
    @classmethod
    def _is_a_login(cls, login: str) -> str:
        return read_login(login)

    @field_validator("name")
    @classmethod
    def _is_a_name(cls, name: str) -> str:
        require_name(name)
        if not name.strip():
            raise Refused("A user has a name.", "Give the name that colleagues read beside what is done.")
        return name.strip()


class Way(StrEnum):
    """By which way in somebody acts."""

    DESK = "desk"
    API = "api"


class Viewer(Frozen):
    """Somebody acting in one membership. `scope`: the only rights that the token used was given; None, all.

    `stands_in_for`: the closed team for which they act, where theirs covers it; what they do then, that team does.
    `speaks_for`: the person in whose name a program says that it acts. `proved_at`: when the person last proved who
    they are, as the login service said; None where it did not, and for a token.
    """

    user: User
    membership: Membership
    stands_in_for: str | None = None
    speaks_for: str | None = None
    via: Way = Way.DESK
    scope: frozenset[Right] | None = None
    proved_at: AwareDatetime | None = None

    @property
    def team(self) -> str | None:
        """The team that the viewer acts for."""
        return self.membership.team

    @property
    def network(self) -> str:
        """The network that the viewer acts in."""
        return self.membership.network

    @property
    def role(self) -> Role:
        """The role in which the viewer acts."""
        return self.membership.role

    @property
    def actor(self) -> Actor:
        """The viewer as the cause of events. A program has no name of its own: it promises nothing that a person must.

        Whom it names is taken at its word.
        """
        name = self.speaks_for if self.user.is_system else self.user.name
        team = self.stands_in_for or self.team
        return Actor(kind=ActorKind.PERSON, team=team, name=name, via=self.via, is_identified=self.speaks_for is None)

    def acting_for(self, team: str | None) -> Self:
        """The same viewer, acting for a team that theirs stands in for; for their own, or none, as before."""
        return self.model_copy(update={"stands_in_for": None if team in (None, "", self.team) else team})

    def speaking_for(self, person: str | None) -> Self:
        """The same program, acting in the name of a person of its team; for None, as before. Raises Refused."""
        if person is None:
            return self
        if not self.user.is_system:
            raise Refused("Whoever is a person acts in their own name.", "Leave the person out.")
        require_name(person)
        if not person.strip():
            raise Refused("Nobody was named.", "Give the person's name, or leave the person out.")
        return self.model_copy(update={"speaks_for": person.strip()})

    def may(self, right: Right, relations: frozenset[Relation] = frozenset()) -> bool:
        """Whether the table, and the scope of the token, let the viewer do this."""
        if self.user.is_system and right in OF_PERSONS:
            return False
        return (self.scope is None or right in self.scope) and may(self.role, right, relations)

    def may_ever(self, right: Right) -> bool:
        """Whether there is any relation of the team to an episode in which the viewer may do this."""
        return any(self.may(right, frozenset({relation})) for relation in Relation)
