"""Who the patient is, for viewers: looked up, begun with, shown. A protected identity is shown only to those named."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from sqlalchemy import Engine

from pathways.access.table import Right
from pathways.access.users import Viewer, read_login
from pathways.audit.entries import Outcome
from pathways.care.actors import Actor
from pathways.care.episodes import Episode
from pathways.care.recording import Context
from pathways.clock import Clock
from pathways.errors import Refused
from pathways.operations.access import Access
from pathways.operations.beginning import Begin, BeginGuard
from pathways.operations.identities import Identification, Identities, Told
from pathways.operations.noting import entry_of
from pathways.operations.people import HasEpisode, Patients, ShownPatient, nobody_known
from pathways.store.unit_of_work import UnitOfWork

_WHY = "beginning an episode"
Beginning = Callable[[Begin, Actor, BeginGuard], tuple[Episode, tuple[str, ...]]]


@dataclass(frozen=True)
class LookedUp:
    """What a look-up gave: those of the patient's episodes that the viewer may see, and warnings about the number."""

    episodes: tuple[str, ...]
    warnings: tuple[str, ...]


class PatientAccess:
    """Shows viewers who a patient is, and begins episodes for them."""

    def __init__(
        self,
        engine: Engine,
        clock: Clock,
        access: Access,
        patients: Patients,
        identities: Identities,
        begin_episode: Beginning,
    ) -> None:
        self._engine = engine
        self._clock = clock
        self._access = access
        self._patients = patients
        self._identities = identities
        self._begin_episode = begin_episode

    def look_up(self, viewer: Viewer, identifier: str) -> LookedUp:
        """Find a patient by a number, for whoever is to begin an episode. Every look-up is noted. Raises Refused.

        It says nothing of episodes in which the viewer's team has no part.
        """
        _require_begin(viewer, viewer.network)
        with UnitOfWork(self._engine) as work:
            network = work.definitions.network(viewer.network)
            person, warnings = self._patients.found(work, network, identifier)
            known = () if person is None else work.people.episodes_of(person)
            episodes = tuple(each for each in known if self._access.is_seen(work, viewer, each))
            work.audit.add(entry_of(viewer, self._clock(), "look-up", _WHY, person=person))
            work.commit()
        return LookedUp(episodes, warnings)

    def begin(self, viewer: Viewer, wanted: Begin) -> tuple[Episode, tuple[str, ...]]:
        """Begin an episode in the viewer's network; gives it with warnings about the identifier. Raises Refused.

        What keeps it from beginning is told without naming an episode that the viewer may not see.
        """
        _require_begin(viewer, wanted.network)

        def noted(work: UnitOfWork, episode: Episode, person: int | None) -> None:
            entry = entry_of(viewer, self._clock(), Right.BEGIN, _WHY, episode=episode.reference, person=person)
            work.audit.add(entry)

        try:
            return self._begin_episode(wanted, viewer.actor, noted)
        except Refused as refused:
            with UnitOfWork(self._engine) as work:
                person = self._person(work, wanted)
                noted_as = entry_of(viewer, self._clock(), Right.BEGIN, _WHY, person=person, outcome=Outcome.REFUSED)
                work.audit.add(noted_as)
                work.commit()
                if isinstance(refused, HasEpisode) and not self._access.is_seen(work, viewer, refused.episode):
                    raise refused.to_a_stranger() from None
            raise

    def patient(self, viewer: Viewer, reference: str) -> ShownPatient:
        """Who an episode is about. Raises NotFound without access, Refused where nobody is known."""

        def shown(work: UnitOfWork, _context: Context, episode: Episode) -> ShownPatient:
            return self._patients.shown_to(work, episode, viewer.user.login)

        return self._access.looked(viewer, reference, Right.SEE_IDENTITY, shown)

    def would_identify(self, viewer: Viewer, reference: str, told: Told) -> Identification:
        """What `identify` would do. Raises as it does."""
        with self._writing(viewer, reference) as episode:
            return self._identities.propose(episode, told, viewer.actor)

    def identify(self, viewer: Viewer, reference: str, told: Told, agreed: Identification) -> Identification:
        """Say who an episode is about, as `Identities.identify`, if just that happens. Raises NotFound without access.

        What keeps it from happening is told without naming an episode that the viewer may not see.
        """
        with self._writing(viewer, reference) as episode:
            return self._identities.identify(episode, told, viewer.actor, agreed=agreed)

    @contextmanager
    def _writing(self, viewer: Viewer, reference: str) -> Iterator[str]:
        with self._access.acting(viewer, reference, Right.WRITE_IDENTITY) as episode:
            try:
                yield episode
            except HasEpisode as refused:
                with UnitOfWork(self._engine, writes=False) as work:
                    is_seen = self._access.is_seen(work, viewer, refused.episode)
                raise (refused if is_seen else refused.to_a_stranger()) from None

    def readers(self, viewer: Viewer, reference: str) -> tuple[str, ...]:
        """The logins of those who were named to see a protected identity. Raises NotFound without access, Refused."""

        def named(work: UnitOfWork, _context: Context, episode: Episode) -> tuple[str, ...]:
            return tuple(work.people.readers(_known(work, episode.reference)))

        return self._access.looked(viewer, reference, Right.NAME_READER, named)

    def name_reader(self, viewer: Viewer, reference: str, login: str, *, is_named: bool = True) -> None:
        """Let somebody see who the patient is although the identity is protected, or no longer. Raises as `readers`."""
        with self._access.acting(viewer, reference, Right.NAME_READER) as episode:
            named = read_login(login)
            if named == viewer.user.login and is_named:
                raise Refused("Nobody names themselves.", "Ask another coordinator to name you.")
            with UnitOfWork(self._engine) as work:
                user = work.users.get(named)
                if user is None or not any(each.network == viewer.network for each in user.memberships):
                    raise Refused("That is no user of your network.", "Give the login of a colleague.")
                change = work.people.name_reader if is_named else work.people.unname_reader
                change(_known(work, episode), named)
                work.commit()

    def _person(self, work: UnitOfWork, wanted: Begin) -> int | None:
        """The patient whom somebody wanted to begin with, if known: whoever tries numbers is seen."""
        if wanted.patient is None:
            return None
        try:
            network = work.definitions.network(wanted.network)
            return self._patients.found(work, network, wanted.patient.identifier)[0]
        except Refused:
            return None


def _require_begin(viewer: Viewer, network: str) -> None:
    if viewer.network != network or not viewer.may(Right.BEGIN):
        raise Refused("That is not yours to do.", "Ask a coordinator of the network.")


def _known(work: UnitOfWork, episode: str) -> int:
    person = work.people.of(episode)
    if person is None:
        raise nobody_known(episode)
    return person
