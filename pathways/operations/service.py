"""The operations: begin an episode, and do to it what a command says. Used alike by flows, command line and pages.

Each loads what is known, lets `care` decide, writes the decision in one transaction, and then, outside of it, nudges
the courier that sends the notices owed, and wakes the flow run. What fails after the commit is caught up by whoever
delivers and watches.
"""

import logging
import os
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from typing import Self

from sqlalchemy import Engine

from pathways.access.commands import name_of
from pathways.audit.chain import Seals
from pathways.care.actors import CLOCK, Actor
from pathways.care.commands import BeginEpisode, ComeBack, Command, PassClock, PlanHandover, TakeBackEnd, WantedHandover
from pathways.care.decisions import begin, decide
from pathways.care.episodes import Episode
from pathways.care.events import EndTakenBack
from pathways.care.places import units_to_look_at
from pathways.care.programme.admission import looks_at_places
from pathways.care.programme.values import ProgrammeOccupancy
from pathways.care.recording import Context, Decision
from pathways.care.references import ReferenceKind, new_reference
from pathways.clock import Clock, system_clock
from pathways.definition.models import Pathway
from pathways.definition.networks import Network
from pathways.errors import Failed, HandslagError, Refused, Unreadable
from pathways.notices.contacts import read_contacts
from pathways.notices.outcomes import Sender
from pathways.notices.sending import AppriseSender
from pathways.operations.access import Access, Guard
from pathways.operations.agreements import Agreements
from pathways.operations.at_rest import TextsAtRest
from pathways.operations.audit import AuditOperations
from pathways.operations.beginning import Begin, BeginGuard
from pathways.operations.boards import BoardOperations
from pathways.operations.calendars import fetch_calendar
from pathways.operations.competences import CompetenceOperations
from pathways.operations.couriers import AtOnce, Employ, InBackground
from pathways.operations.cover import CoverOperations
from pathways.operations.deaths import Written, known_elsewhere, of_the_same_life, written
from pathways.operations.delivery import Delivery
from pathways.operations.erasing import Erasing
from pathways.operations.evaluations import Evaluations
from pathways.operations.given_up import GivenUp
from pathways.operations.identities import Identities
from pathways.operations.incidents import Incidents
from pathways.operations.log_extracts import LogExtracts
from pathways.operations.log_reviews import LogReviews
from pathways.operations.looks import Looking
from pathways.operations.measuring import Measuring
from pathways.operations.meetings import Meetings
from pathways.operations.migrating import Migrations
from pathways.operations.night_sheets import NightSheets
from pathways.operations.noting import note_unidentified
from pathways.operations.orders import OrderOperations
from pathways.operations.patient_access import PatientAccess
from pathways.operations.patient_refusals import HasEpisode, StoodAgainst, of_the_dead, overlaps
from pathways.operations.people import Patients
from pathways.operations.person_views import ToldIn, circle
from pathways.operations.places import PlaceOperations, freed_units
from pathways.operations.programmes import ProgrammeOperations, may_free_a_place
from pathways.operations.protection import Protection
from pathways.operations.publishing import Publishing
from pathways.operations.sessions import Sessions
from pathways.operations.standing_limits import limits_to_ask_about
from pathways.operations.tokens import Tokens
from pathways.operations.users import Users
from pathways.operations.views import Views
from pathways.people.statements import UNKNOWN
from pathways.people.vault import Vault
from pathways.phrases import Phrase
from pathways.settings import Settings
from pathways.store.audit import Keeper, keeping_log
from pathways.store.audit_heads import Heads
from pathways.store.texts import sealing_texts
from pathways.store.unit_of_work import UnitOfWork

_log = logging.getLogger("handslag.operations")
_FAILURES_THAT_MEAN_AWAY = 3

Wake = Callable[[str], None]
"""Wakes the flow run of a handover. Best effort: it never raises, and a lost wake is made good by `watch`."""


def wake_nobody(handover: str) -> None:
    """For where no flow run is to be woken."""


class Operations:
    """Everything that may be asked of Handslag, on one database."""

    def __init__(
        self,
        settings: Settings,
        engine: Engine,
        sender: Sender,
        *,
        clock: Clock = system_clock,
        wake: Wake = wake_nobody,
        courier: Employ = AtOnce,
    ) -> None:
        self.settings = settings
        self.clock = clock
        self._wake = wake
        vault = Vault(settings.key_ring, settings.hash_key.get_secret_value())
        keeper = Keeper(Seals(vault.keyed_hash("audit log", "")), Heads(settings.data_folder / "audit"))
        self.engine = engine = sealing_texts(keeping_log(engine, keeper), vault)
        self.audit = AuditOperations(engine, keeper, clock)
        self.log_reviews = LogReviews(engine, vault, clock, settings)
        self.log_extracts = LogExtracts(engine, clock)
        contacts = read_contacts(settings.contacts_file, os.environ)
        self.delivery = Delivery(engine, settings, vault, contacts, sender, clock)
        self.courier = courier(self.delivery)
        self.incidents = Incidents(engine, contacts, settings.alert_contact, sender, clock)
        self.given_up = GivenUp(engine, clock, self.courier)
        self.publishing = Publishing(engine, clock)
        self.cover = CoverOperations(
            engine, contacts, clock, partial(fetch_calendar, allowed=settings.private_calendars)
        )
        self.patients = Patients(engine, vault, clock)
        self.texts = TextsAtRest(engine, vault)
        self.erasing = Erasing(engine, vault, clock)
        self.identities = Identities(engine, vault, self.patients, clock, self._after)
        self.views = Views(engine, clock)
        self.boards = BoardOperations(engine, clock)
        self.measuring = Measuring(engine, clock, settings.numbers_an_hour)
        self.looks = Looking(engine, clock)
        self.meetings = Meetings(engine, clock, self.courier)
        self.places = PlaceOperations(engine, clock, self.perform)
        self.evaluations = Evaluations(engine, clock)
        self.programmes = ProgrammeOperations(engine, clock, self.perform)
        self.competences = CompetenceOperations(engine)
        self.orders = OrderOperations(engine, clock, self.perform)
        self.agreements = Agreements(engine, clock)
        self.migrations = Migrations(engine, clock, self._after)
        after = timedelta(days=settings.access_after_days)
        self.night_sheets = NightSheets(engine, vault, self.patients, clock, self.cover.rota, after)
        fresh = timedelta(minutes=settings.fresh_login_minutes)
        self.users = Users(engine, clock, fresh)
        self.sessions = Sessions(engine, settings, vault, clock)
        self.tokens = Tokens(engine, vault, clock, fresh)
        self.access = Access(engine, settings, clock, self.views, self.audit, self)
        self.protection = Protection(engine, self.patients, clock)
        self.patient_access = PatientAccess(
            engine,
            clock,
            self.access,
            self.patients,
            self.identities,
            self.begin_episode,
            self.protection,
            settings.numbers_an_hour,
            fresh,
            vault,
        )

    @classmethod
    def opened(
        cls, settings: Settings, engine: Engine, wake: Wake = wake_nobody, *, courier: Employ = InBackground
    ) -> Self:
        """The operations on a database, sending through Apprise."""
        return cls(settings, engine, AppriseSender(settings.notice_timeout_seconds), wake=wake, courier=courier)

    def begin_episode(
        self, wanted: Begin, actor: Actor, guard: BeginGuard | None = None
    ) -> tuple[Episode, tuple[str, ...]]:
        """Begin an episode, if `guard` lets it; gives it with warnings about the identifier. Raises Refused."""
        with UnitOfWork(self.engine) as work:
            work.definitions.keep_networks()
            network = work.definitions.network(wanted.network)
            if wanted.pathway not in network.pathways:
                raise Refused(
                    "The network {network} does not carry that pathway.",
                    "Choose one of: {choices}.",
                    network=network.network,
                    choices=tuple(network.pathways),
                )
            now = self.clock()
            pathway = work.definitions.pathway_in_force(wanted.pathway, network, min(wanted.occurred_at or now, now))
            reference = _unused_reference(work, ReferenceKind.EPISODE)
            told = ToldIn(network.organisation_of(actor.team) or UNKNOWN, reference)
            person: int | None = None
            warnings: tuple[str, ...] = ()
            because_of_the_patient: HasEpisode | None = None
            try:
                person, warnings = self._patient(work, network, wanted, told)
            except HasEpisode as known:  # told only where nothing else is wrong: whoever tries numbers learns nothing
                because_of_the_patient = known
            command = BeginEpisode(
                actor=actor,
                reference=reference,
                level=wanted.level,
                team=wanted.team,
                unit=wanted.unit,
                care_team=wanted.care_team,
                district=wanted.district,
                provider=wanted.provider,
                criteria=wanted.criteria,
                occurred_at=wanted.occurred_at,
                handover=_unused_reference(work, ReferenceKind.HANDOVER),
            )
            decision = begin(self._context(work, pathway, network, None, command), command)
            if because_of_the_patient is not None:
                raise because_of_the_patient
            work.episodes.write(None, decision, person_id=person)
            if guard is not None:
                guard(work, decision.episode, person)
            note_unidentified(work, self.clock(), actor, name_of(command), decision.episode, person)
            reports = known_elsewhere(work, person) if person is not None else ()
            if person is not None:
                warnings = (*warnings, *limits_to_ask_about(work, network, person, actor.team, now))
            asked = [self._decided(work, *each) for each in reports]
            work.commit()
        for each in (decision, *(each.decision for each in asked)):
            self._send(each)
        for handover in handovers_changed(decision):
            self._wake(handover)
        return decision.episode, warnings

    def _patient(
        self, work: UnitOfWork, network: Network, wanted: Begin, told: ToldIn
    ) -> tuple[int | None, tuple[str, ...]]:
        """The number of the patient with whom an episode may begin, and warnings. Raises Refused."""
        if wanted.patient is None:
            return None, ()
        person, warnings = self.patients.connected(work, network, wanted.patient, wanted.pathway, told)
        within = circle(network, told.organisation)
        if not wanted.despite_death and (death := self.patients.death_of(work, person, within)):
            raise of_the_dead(death.episode)
        former = work.people.latest_ended(person, wanted.pathway)
        if wanted.occurred_at and former and wanted.occurred_at < former[1].replace(second=0, microsecond=0):
            raise overlaps(former[0])
        return person, warnings

    def plan_handover(self, episode: str, actor: Actor, wanted: WantedHandover, guard: Guard | None = None) -> str:
        """Plan a handover and, unless it stays a draft, request it; gives its reference. Raises Refused."""
        with UnitOfWork(self.engine, writes=False) as work:
            reference = _unused_reference(work, ReferenceKind.HANDOVER)
        self.perform(episode, PlanHandover(actor=actor, reference=reference, **dict(wanted)), guard)
        return reference

    def come_back(
        self, returns: str, actor: Actor, cause: str, guard: Guard | None = None, occurred_at: datetime | None = None
    ) -> str:
        """Ask those who handed a patient over by `returns` to take the patient back; gives the new reference.

        `occurred_at`: when they were asked, where that is entered late. Raises Refused.
        """
        with UnitOfWork(self.engine, writes=False) as work:
            reference = _unused_reference(work, ReferenceKind.HANDOVER)
        given = {"actor": actor, "reference": reference, "returns": returns, "cause": cause}
        self.perform(returns, ComeBack(**given, occurred_at=occurred_at), guard)
        return reference

    def perform(self, reference: str, command: Command, guard: Guard | None = None) -> Decision:
        """Do a command to the episode, or to the episode of the handover, with this reference, if `guard` lets it.

        Raises Refused when `care` says no, Failed when the database does not answer. Then nothing has changed (but
        for an answer lost on its way back from PostgreSQL: doing it again then says so).
        """
        with UnitOfWork(self.engine) as work:
            others = of_the_same_life(work, reference, command)
            is_handover = reference.startswith(ReferenceKind.HANDOVER)
            get = work.episodes.get_by_handover if is_handover else work.episodes.get
            episode = get(reference, for_writing=True)
            if guard is not None:
                guard(work, self.views.context(work, episode), episode)
            note_unidentified(work, self.clock(), command.actor, name_of(command), episode)
            made = [self._decided(work, episode, command)]
            made += [self._decided_beside(work, reference, *each) for each in others]
            work.commit()
        for each in made:
            self._after(each)
        return made[0].decision

    def _decided(self, work: UnitOfWork, episode: Episode, command: Command) -> Written:
        """The decision on a command to an episode that is locked, as written."""
        pathway = work.definitions.pathway(episode.pathway, episode.version)
        work.definitions.keep_networks()
        network = work.definitions.network(episode.network)
        if isinstance(command, TakeBackEnd):
            _require_no_other_active(work, episode)
        decision = decide(self._context(work, pathway, network, episode, command), episode, command)
        return written(work, episode, decision)

    def _decided_beside(self, work: UnitOfWork, reference: str, other: Episode, command: Command) -> Written:
        """The decision on what follows in another episode of the patient. Raises StoodAgainst, which names that one."""
        try:
            return self._decided(work, other, command)
        except Refused as refused:
            raise StoodAgainst(reference, other.reference, refused.sentence, refused.mend) from refused

    def _context(
        self, work: UnitOfWork, pathway: Pathway, network: Network, episode: Episode | None, command: Command
    ) -> Context:
        """What to decide in. Units where a place may be taken are locked, after the episode, until it is written."""
        programme: ProgrammeOccupancy | None = None
        if pathway.enrolment and pathway.enrolment.cap is not None and looks_at_places(episode, command):
            work.programmes.lock(network.network, pathway.pathway)
            programme = work.programmes.occupancy(network.network, pathway.pathway)
        units = units_to_look_at(pathway, network, episode, command)
        work.places.lock(network.network, units)
        now = work.episodes.turn(episode.reference, self.clock()) if episode else self.clock()
        occupancy = work.places.occupancy(network.network, units, now)
        feeds = work.cover.feeds(network.network)
        return Context(pathway, network, now, feeds=feeds, occupancy=occupancy, programme=programme)

    def _after(self, made: Written) -> None:
        """What follows a commit. It never raises: what was decided stands, and the scheduled flows catch up."""
        self._send(made.decision)
        for handover in handovers_changed(made.decision):
            self._wake(handover)
        self._offer_what_is_free(made.before, made.decision.episode)

    def _send(self, decision: Decision) -> None:
        """Let what a decision owes be sent."""
        if decision.notices:
            self.courier.nudge(decision.episode.reference)

    def _offer_what_is_free(self, before: Episode, after: Episode) -> None:
        """Offer what the episode has given up, to those who wait for it: places at units, and in its programme."""
        if freed := freed_units(before, after):
            self.places.offer_quietly(after.network, freed)
        if may_free_a_place(before, after):
            self.programmes.offer_quietly(after.network, after.pathway)

    def pass_due_clocks(self, limit: int = 500) -> int:
        """Act on every clock that is due; gives on how many. Each is its own transaction: one fault stops no other.

        What goes wrong is logged, and is due again next time. Raises Failed only when the database stays away.
        """
        with UnitOfWork(self.engine, writes=False) as work:
            due = work.episodes.due(self.clock(), limit)
        passed = failures_in_a_row = 0
        for episode, key in due:
            try:
                self.perform(episode, PassClock(actor=CLOCK, key=key))
            except Exception as error:  # the oldest clock is the first each time: it must stop no other
                said = error.in_the_open if isinstance(error, HandslagError) else type(error).__name__
                _log.error("The clock %s of episode %s could not be acted on: %s", key, episode, said)
                is_away = isinstance(error, Failed) and not isinstance(error, Unreadable)
                failures_in_a_row = failures_in_a_row + 1 if is_away else 0
                if failures_in_a_row == _FAILURES_THAT_MEAN_AWAY:
                    raise
            else:
                passed += 1
                failures_in_a_row = 0
        return passed


def handovers_changed(decision: Decision) -> tuple[str, ...]:
    """The handovers that a decision changed, each once."""
    named = [getattr(recorded.event, "handover", None) for recorded in decision.events]
    if any(isinstance(recorded.event, EndTakenBack) for recorded in decision.events):
        named += [handover.reference for handover in (decision.episode.open_handover,) if handover]
    return tuple(dict.fromkeys(handover for handover in named if handover is not None))


def _require_no_other_active(work: UnitOfWork, episode: Episode) -> None:
    """A patient has one episode on a pathway that is not over: an ended one cannot come back beside it."""
    if episode.stopped and episode.stopped.end:  # what comes back is an earlier end
        return
    if other := work.people.other_active_episode(episode.reference):
        raise StoodAgainst(
            episode.reference,
            other,
            Phrase(
                "Cannot take back the end of episode {episode}: the same patient has a new one, {other}.",
                episode=episode.reference,
                other=other,
            ),
            Phrase("Go on with that one."),
        )


def _unused_reference(work: UnitOfWork, kind: ReferenceKind) -> str:
    reference = new_reference(kind)
    while work.episodes.exists(reference):
        reference = new_reference(kind)
    return reference
