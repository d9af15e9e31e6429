"""The unit of work: the only thing that commits. Leaving its block without saying `commit()` undoes everything."""

from types import TracebackType
from typing import Self

from sqlalchemy import Engine
from sqlalchemy.exc import DataError, DBAPIError, IntegrityError, TimeoutError
from sqlmodel import Session

from pathways.errors import Failed, Refused, Stale
from pathways.store.announcements import Announcements
from pathways.store.audit import AuditLog
from pathways.store.audit_reviews import AuditReviews
from pathways.store.boards import Boards
from pathways.store.concerns import Concerns
from pathways.store.covers import Covers
from pathways.store.database import READS, WRITES
from pathways.store.definitions import Definitions
from pathways.store.emergencies import Emergencies
from pathways.store.episodes import Episodes
from pathways.store.incidents import Incidents
from pathways.store.looks import Looks
from pathways.store.measures import Measures
from pathways.store.meetings import MeetingLists
from pathways.store.number_tries import NumberTries
from pathways.store.outbox import Outbox
from pathways.store.people import People
from pathways.store.places import Places
from pathways.store.programmes import Programmes
from pathways.store.role_requests import RoleRequests
from pathways.store.runs import Runs
from pathways.store.sessions import Sessions
from pathways.store.text_keys import TextKeys
from pathways.store.tokens import Tokens
from pathways.store.users import Users


class UnitOfWork:
    """One transaction. `writes=False` for reading: it sees one moment and takes no lock.

    Leaving the block raises Failed where the database did not answer, Stale where it refused what was written twice,
    and Refused for a number that no database keeps.

    Within the block: `episodes`, `outbox`, `definitions`, `people`, `runs`, `cover`, `places`, `programmes`,
    `meetings`, `audit`, `audit_reviews`, `users`, `role_requests`, `sessions`, `tokens`, `emergencies`, `concerns`,
    `boards`, `measures`, `looks`, `announcements`, `number_tries`,
    `incidents`, `text_keys`.
    """

    def __init__(self, engine: Engine, *, writes: bool = True) -> None:
        options = WRITES if writes else READS[engine.dialect.name]
        self._session = Session(engine.execution_options(**options), expire_on_commit=False)
        self.episodes = Episodes(self._session)
        self.outbox = Outbox(self._session)
        self.definitions = Definitions(self._session)
        self.people = People(self._session)
        self.runs = Runs(self._session)
        self.cover = Covers(self._session)
        self.places = Places(self._session)
        self.programmes = Programmes(self._session)
        self.meetings = MeetingLists(self._session)
        self.audit = AuditLog(self._session, engine)
        self.audit_reviews = AuditReviews(self._session)
        self.users = Users(self._session)
        self.role_requests = RoleRequests(self._session)
        self.sessions = Sessions(self._session)
        self.tokens = Tokens(self._session)
        self.emergencies = Emergencies(self._session)
        self.concerns = Concerns(self._session)
        self.boards = Boards(self._session)
        self.measures = Measures(self._session)
        self.looks = Looks(self._session)
        self.announcements = Announcements(self._session)
        self.number_tries = NumberTries(self._session)
        self.incidents = Incidents(self._session)
        self.text_keys = TextKeys(self._session)

    def __enter__(self) -> Self:
        return self

    def commit(self) -> None:
        """Make everything done in the block lasting, the audit log's entries about it as well."""
        self.audit.write()
        self._session.commit()
        self.audit.keep_heads()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._session.close()
        if isinstance(error, IntegrityError):
            raise Stale("Someone else wrote the same at the same time.", "Look again, then decide.") from error
        if isinstance(error, OverflowError | DataError):
            raise Refused("A number or a day is larger than the database can keep.", "Write a smaller one.") from error
        if isinstance(error, DBAPIError | TimeoutError):  # TimeoutError: no connection became free
            raise Failed("The database does not answer.", "Have IT look at it.", command="handslag doctor") from error
