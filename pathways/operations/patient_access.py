"""Who the patient is, for viewers: looked up, begun with, shown. A protected identity is shown only to those named.

Every use of a patient's number passes here, and is counted: whoever tries many is stopped, and it is seen.
"""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta

from sqlalchemy import Engine

from pathways.access.freshness import Step, require_fresh
from pathways.access.table import Right
from pathways.access.users import Viewer, read_login
from pathways.audit.entries import Outcome
from pathways.care.actors import Actor
from pathways.care.episodes import Episode
from pathways.care.recording import Context
from pathways.care.states import PatientChange
from pathways.clock import Clock
from pathways.cover.rotas import rota_of
from pathways.definition.networks import Network
from pathways.errors import Refused, Stale
from pathways.operations.access import Access, no_stand_in
from pathways.operations.beginning import Begin, BeginGuard
from pathways.operations.identities import Identification, Identities, Told
from pathways.operations.noting import entry_of
from pathways.operations.patient_refusals import HasEpisode, nobody_known
from pathways.operations.people import Patients
from pathways.operations.person_views import ShownPatient
from pathways.operations.protection import Protection, readers_of, teams_of
from pathways.people.vault import Vault
from pathways.phrases import Phrase
from pathways.store.unit_of_work import UnitOfWork

_log = logging.getLogger("handslag.access")
_WHY = "beginning an episode"
_TOO_MANY = "use-too-many-numbers"
_AN_HOUR = timedelta(hours=1)
Beginning = Callable[[Begin, Actor, BeginGuard], tuple[Episode, tuple[str, ...]]]


@dataclass(frozen=True)
class LookedUp:
    """What a look-up gave: those of the patient's episodes that the viewer may see, and warnings about the number."""

    episodes: tuple[str, ...]
    warnings: tuple[str, ...]


class TooManyNumbers(Refused):
    """Somebody used more patients' numbers than anybody needs who gives care."""

    def __init__(self) -> None:
        super().__init__(
            Phrase("You have used too many numbers within an hour."),
            Phrase("Wait, and have IT look at the log if you need more."),
        )
        self.args = ()


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
        protection: Protection,
        numbers_an_hour: int,
        fresh: timedelta,
        vault: Vault,
    ) -> None:
        self._engine = engine
        self._fresh = fresh
        self._vault = vault
        self._protection = protection
        self._numbers_an_hour = numbers_an_hour
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
        self._count(viewer)
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

        Whoever may not see the episode that keeps it from beginning is told the same, whatever that says.
        """
        _require_begin(viewer, wanted.network)
        self._require_own_team(viewer)
        if wanted.patient is not None:
            self._count(viewer)

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
            found = self._patients.shown_to(work, episode, viewer.actor.team, viewer.user.login)
            ended = found.ended
            if ended is None or self._access.is_seen(work, viewer, ended.episode):
                return found
            return replace(found, ended=replace(ended, episode="", end=""))

        return self._access.looked(viewer, reference, Right.SEE_IDENTITY, shown)

    def would_identify(self, viewer: Viewer, reference: str, told: Told) -> Identification:
        """What `identify` would do, without the references that the viewer may not see. Raises as it does.

        Where the number is on another record, it is noted that this one was looked up, whatever comes of it.
        """
        self._count(viewer)
        with self._writing(viewer, reference) as episode:
            self._note_look_up(viewer, episode, told)
            return self._shown(viewer, self._identities.propose(episode, told, viewer.actor))

    def identify(self, viewer: Viewer, reference: str, told: Told, agreed: Identification) -> Identification:
        """Say who an episode is about, as `Identities.identify`, if just that happens. Raises NotFound without access.

        `agreed`: as `would_identify` gave it. What needs agreement is a person's to do, never a program's.
        What keeps it from happening is told without naming an episode that the viewer may not see.
        """
        with self._writing(viewer, reference) as episode:
            if agreed.needs_agreement and viewer.user.is_system:
                raise Refused(
                    "Only a person makes two records one, or goes on over a doubt about who somebody is.",
                    "Do it at the desk.",
                )
            proposed = self._identities.propose(episode, told, viewer.actor)
            if self._shown(viewer, proposed) != agreed:
                raise Stale("The records have changed since they were looked at.", "Look again, then decide.")

            def note(work: UnitOfWork, done: Identification) -> None:
                is_asked = (
                    done.change is PatientChange.MERGE_ASKED
                )  # nothing is joined: agreed shows what is the viewer's
                for each in agreed.joined if is_asked else done.joined:
                    why = f"identifying {episode}"
                    person = work.people.of(each)
                    work.audit.add(entry_of(viewer, self._clock(), done.change, why, episode=each, person=person))

            done = self._identities.identify(episode, told, viewer.actor, agreed=proposed, note=note)
            return self._shown(viewer, done)

    def _note_look_up(self, viewer: Viewer, episode: str, told: Told) -> None:
        with UnitOfWork(self._engine) as work:
            try:
                person, _ = self._patients.found(
                    work, work.definitions.network(viewer.network), told.patient.identifier
                )
            except Refused:  # no number at all, as is said to whoever may identify here
                return
            if person is not None and person != work.people.of(episode):
                why = f"identifying {episode}"
                work.audit.add(entry_of(viewer, self._clock(), "look-up", why, person=person))
                work.commit()

    def _shown(self, viewer: Viewer, done: Identification) -> Identification:
        """The same with the references only of episodes that the viewer sees, and how many others there are.

        Where other organisations are asked, nothing of theirs: neither which they are nor how many episodes there are.
        """
        if done.change is PatientChange.MERGE_ASKED:
            done = replace(self._identities.without_others(done, viewer.actor), waits_for=(), others=0)
        with UnitOfWork(self._engine, writes=False) as work:
            all_of_them = {*done.kept, *done.joined, *done.ends}
            seen = {each for each in all_of_them if self._access.is_seen(work, viewer, each)}
        kept, joined, ends = (
            tuple(each for each in references if each in seen) for references in (done.kept, done.joined, done.ends)
        )
        own = replace(done, kept=kept, joined=joined, ends=ends)
        return replace(own, others=len(all_of_them - seen), whole=self._mark(done))

    def _mark(self, done: Identification) -> str:
        return self._vault.keyed_hash("identification", repr(done)).hex()

    def protect(self, viewer: Viewer, reference: str) -> bool:
        """Protect the identity of the patient; gives whether that changed anything. Raises as `lift_protection`."""
        with self._access.acting(viewer, reference, Right.WRITE_IDENTITY) as episode:
            require_fresh(viewer, Step.PROTECT, self._clock(), self._fresh)
            return self._patients.protect(episode, viewer.actor)

    def lift_protection(self, viewer: Viewer, reference: str) -> bool:
        """Ask to lift the protection of an identity or, as a second person, agree; says whether it is lifted now.

        Raises NotFound without access, Refused.
        """
        with self._access.acting(viewer, reference, Right.WRITE_IDENTITY) as episode:
            require_fresh(viewer, Step.LIFT_PROTECTION, self._clock(), self._fresh)
            return self._protection.lift(viewer, episode, self._access.relations(viewer, episode))

    def _count(self, viewer: Viewer) -> None:
        """Count one more use of a patient's number by this login, in whichever membership. Raises TooManyNumbers."""
        now = self._clock()
        with UnitOfWork(self._engine) as work:
            tries = work.number_tries.add(viewer.user.login, now, now - _AN_HOUR)
            is_over = tries > self._numbers_an_hour
            if is_over:
                why = f"more than {self._numbers_an_hour} within an hour"
                work.audit.add(entry_of(viewer, now, _TOO_MANY, why, outcome=Outcome.REFUSED))
            work.commit()
        if is_over:
            _log.warning("A login used more than %s numbers of patients within an hour.", self._numbers_an_hour)
            raise TooManyNumbers

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
        """The logins of those who were named to see a protected identity. Raises NotFound without access, Refused.

        Where organisations are kept apart, those of the viewer's own only.
        """

        def named(work: UnitOfWork, context: Context, episode: Episode) -> tuple[str, ...]:
            own = context.network.organisation_of(viewer.actor.team)
            return readers_of(work, _known(work, episode.reference), context.network, own)

        return self._access.looked(viewer, reference, Right.NAME_READER, named)

    def name_reader(self, viewer: Viewer, reference: str, login: str, *, is_named: bool = True) -> None:
        """Let somebody see who the patient is although the identity is protected, or no longer. Raises as `readers`.

        Where organisations are kept apart, each names its own people, and removes none of another.
        """
        with self._access.acting(viewer, reference, Right.NAME_READER) as episode:
            named = read_login(login)
            if is_named:
                require_fresh(viewer, Step.NAME_READER, self._clock(), self._fresh)
            if named == viewer.user.login and is_named:
                raise Refused("Nobody names themselves.", "Ask another coordinator to name you.")
            with UnitOfWork(self._engine) as work:
                network = work.definitions.network(viewer.network)
                if not teams_of(work, network, network.organisation_of(viewer.actor.team), named):
                    raise _no_colleague(network)
                change = work.people.name_reader if is_named else work.people.unname_reader
                change(_known(work, episode), named)
                work.commit()

    def _require_own_team(self, viewer: Viewer) -> None:
        """Whoever begins does so for their own team, or for one that is closed and that theirs answers for now."""
        if viewer.stands_in_for is None:
            return
        with UnitOfWork(self._engine, writes=False) as work:
            network = work.definitions.network(viewer.network)
            rota = rota_of(network, work.cover.feeds(viewer.network))
        if viewer.stands_in_for not in rota.stands_in_for(viewer.team or "", self._clock()):
            raise no_stand_in()

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


def _no_colleague(network: Network) -> Refused:
    if network.keeps_organisations_apart:
        return Refused("That is no user of your organisation.", "Give the login of a colleague there.")
    return Refused("That is no user of your network.", "Give the login of a colleague.")


def _known(work: UnitOfWork, episode: str) -> int:
    person = work.people.of(episode)
    if person is None:
        raise nobody_known(episode)
    return person
