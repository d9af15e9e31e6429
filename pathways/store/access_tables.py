"""The tables of who may sign in, who has, and what was opened beside the rule. No password, and no token, is kept."""

from datetime import datetime

from sqlalchemy import UniqueConstraint
from sqlmodel import JSON, Field, SQLModel

NO_TEAM = ""
"""The team of a membership that is in all of a network."""


class UserRow(SQLModel, table=True):
    """Somebody who may sign in, or a program that may use a token, until `ended_at`."""

    __tablename__ = "user_account"

    login: str = Field(primary_key=True)
    name: str
    language: str
    is_system: bool
    ended_at: datetime | None


class MembershipRow(SQLModel, table=True):
    """A role of a user. `position` counts from 0: the first is what the user signs in as."""

    __tablename__ = "membership"
    __table_args__ = (UniqueConstraint("login", "network", "team", "role"),)

    login: str = Field(primary_key=True, foreign_key="user_account.login")
    position: int = Field(primary_key=True)
    network: str = Field(index=True)
    team: str
    role: str


class SessionRow(SQLModel, table=True):
    """Somebody who is signed in, in one membership. `hash` is the keyed hash of the token that only the browser has."""

    __tablename__ = "desk_session"

    hash: str = Field(primary_key=True)
    login: str = Field(foreign_key="user_account.login", index=True)
    network: str
    team: str
    role: str
    began_at: datetime = Field(index=True)
    seen_at: datetime
    proved_at: datetime | None = None
    address: str | None = None
    browser: str | None = None


class TokenRow(SQLModel, table=True):
    """A token of the API, for one membership and some rights. `hash`: as of a session. `ending`: its last letters.

    `made_by`: the login of the administrator who made it, and who else has to confirm it while it `is_waiting`.
    """

    __tablename__ = "api_token"

    id: int | None = Field(default=None, primary_key=True)
    hash: str = Field(unique=True)
    login: str = Field(foreign_key="user_account.login", index=True)
    network: str
    team: str
    role: str
    scope: list[str] = Field(sa_type=JSON)
    made_at: datetime
    expires_at: datetime
    ended_at: datetime | None = None
    used_at: datetime | None = None
    label: str | None = None
    ending: str | None = None
    made_by: str | None = None
    is_waiting: bool | None = None


class RoleRequestRow(SQLModel, table=True):
    """A role that an administrator asked for and another one has to confirm. It is gone once that was decided."""

    __tablename__ = "role_request"
    __table_args__ = (UniqueConstraint("login", "network", "team", "role"),)

    id: int | None = Field(default=None, primary_key=True)
    login: str = Field(foreign_key="user_account.login", index=True)
    network: str = Field(index=True)
    team: str
    role: str
    asked_by: str
    asked_at: datetime


class EmergencyRow(SQLModel, table=True):
    """An episode that a person opened in an emergency, why, and until when."""

    __tablename__ = "emergency_access"

    id: int | None = Field(default=None, primary_key=True)
    login: str = Field(foreign_key="user_account.login", index=True)
    network: str
    team: str
    episode: str = Field(foreign_key="episode.reference", index=True)
    reason: str
    at: datetime
    until_at: datetime


class NumberTryRow(SQLModel, table=True):
    """Somebody used a patient's number: to look up, to begin, to identify. Not which number. Kept for an hour."""

    __tablename__ = "number_try"

    id: int | None = Field(default=None, primary_key=True)
    login: str = Field(index=True)
    at: datetime = Field(index=True)


class LiftingRow(SQLModel, table=True):
    """Somebody who sees a protected identity asks that it be protected no longer; a second person has yet to agree."""

    __tablename__ = "protection_lifting"

    person_id: int = Field(primary_key=True, foreign_key="person.id")
    login: str = Field(foreign_key="user_account.login")
    at: datetime


class IdentityReaderRow(SQLModel, table=True):
    """Somebody who may see who a patient with a protected identity is."""

    __tablename__ = "identity_reader"

    person_id: int = Field(primary_key=True, foreign_key="person.id")
    login: str = Field(primary_key=True, foreign_key="user_account.login")


LIFTING = SQLModel.metadata.tables["protection_lifting"]
IDENTITY_READER = SQLModel.metadata.tables["identity_reader"]
