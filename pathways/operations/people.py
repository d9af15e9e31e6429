"""Patients: who an episode is about, by which numbers, under which name, and which relatives may be called.

Each change is one transaction: the sealed record, and in the history of every episode concerned that it has changed,
when, and through whom. What a person typed goes into the sealed record only.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from zoneinfo import ZoneInfo

from sqlalchemy import Engine

from pathways.access.table import Right
from pathways.care.actors import SYSTEM, Actor
from pathways.care.commands import NotePatientChange
from pathways.care.decisions import decide
from pathways.care.episodes import Episode
from pathways.care.patient_records import ELSEWHERE, is_of_the_dead, require_part
from pathways.care.recording import Context
from pathways.care.states import EpisodeStatus, PatientChange
from pathways.care.texts import require_name
from pathways.care.vital_status import is_death_reported
from pathways.clock import Clock
from pathways.definition.networks import Network
from pathways.errors import Stale
from pathways.operations.noting import note_unidentified
from pathways.operations.patient_refusals import HasEpisode, nobody_known
from pathways.operations.person_views import (
    Circle,
    Ended,
    Record,
    ShownPatient,
    ToldIn,
    circle,
    circle_of,
    of_circle,
    view_of,
    written_by,
)
from pathways.people.identifiers import Country, Reading, read_identifier
from pathways.people.persons import Person, are_same_name
from pathways.people.relatives import Relative, new_relative, read_key
from pathways.people.statements import UNKNOWN, Statement
from pathways.people.vault import Vault
from pathways.phrases import Phrase
from pathways.store.unit_of_work import UnitOfWork

_RESEALED_AT_ONCE = 500
_OTHER_NAME = Phrase("The record of that number has another name, which stays: see which one is right.")


@dataclass(frozen=True)
class Patient:
    """Who an episode is about, as written by a person: never shown, logged or sent on."""

    identifier: str = field(repr=False)
    name: str = field(default="", repr=False)


@dataclass(frozen=True)
class NewRelative:
    """A relative, as written by a person."""

    name: str = field(repr=False)
    relation: str = field(repr=False)
    phone: str = field(repr=False)
    is_carer: bool = False
    may_be_called_at_night: bool = False


@dataclass(frozen=True)
class Held:
    """A patient's record and episodes, which nobody else changes until the unit of work ends."""

    number: int
    person: Person = field(repr=False)
    episodes: Mapping[str, Episode]


class Patients:
    """Keeps and shows what is known of patients."""

    def __init__(self, engine: Engine, vault: Vault, clock: Clock) -> None:
        self._engine = engine
        self._vault = vault
        self._clock = clock

    def is_known(self, episode: str) -> bool:
        """Whether somebody has said who an episode is about."""
        with UnitOfWork(self._engine, writes=False) as work:
            return work.people.of(episode) is not None

    def shown(self, episode: str, actor: Actor) -> ShownPatient:
        """The patient of an episode, for a team with a part in it. Raises Refused, also where nobody is known."""
        with UnitOfWork(self._engine) as work:
            found = work.episodes.get(episode)
            require_part(self.context(work, found), found, actor)
            shown = self.shown_to(work, found, actor.team)
            note_unidentified(work, self._clock(), actor, Right.SEE_IDENTITY, found)
            work.commit()
        return shown

    def shown_to(self, work: UnitOfWork, episode: Episode, team: str | None, reader: str | None = None) -> ShownPatient:
        """The patient of an episode, for whoever knows that the reader may see it. Raises Refused if nobody is known.

        `team`, `reader`: the team and the login of who reads. A protected identity is shown to those who were named.
        """
        known = self.record(work, episode, team)
        number = work.people.of(episode.reference)
        if known is None or number is None:
            raise nobody_known(episode.reference)
        person = known.view.person
        is_open = not person.is_protected or (reader is not None and reader in work.people.readers(number))
        shown = replace(person, is_protected=not is_open)
        current = person.current.value if is_open else None
        return ShownPatient(
            known.ended,
            person.is_protected,
            shown.open_name,
            current,
            shown.open_address,
            shown.open_relatives,
            known.view.told_by if is_open else None,
            known.view.differs and is_open,
            known.view.hides_relatives and is_open,
            is_death_reported(episode),
        )

    def found(self, work: UnitOfWork, network: Network, identifier: str) -> tuple[int | None, tuple[str, ...]]:
        """The number of the patient who has this identifier, if one has, and warnings about it. Raises Refused."""
        read, warnings = self.read(network, identifier)
        return work.people.holder(network.network, self._vault.fingerprint(read)), warnings

    def record(self, work: UnitOfWork, episode: Episode, team: str | None) -> Record | None:
        """The patient of an episode as a team sees it, for whoever knows that it may. See `person_views`.

        None where nobody is known. Raises Failed when no key of the ring fits.
        """
        sealed, number = work.people.of_episode(episode.reference), work.people.of(episode.reference)
        if sealed is None or number is None:
            return None
        network = work.definitions.network(episode.network)
        organisation = network.organisation_of(team)
        view = view_of(work, network, organisation, episode, self._vault.opened(sealed))
        found = work.episodes.many(work.people.episodes_of(number))
        own = circle(network, organisation)
        close = [each for each in found if circle_of(network, each) == own or each.reference == episode.reference]
        return Record(view, self._ended(work, episode, close))

    def protect(self, episode: str, actor: Actor) -> bool:
        """Protect the patient's identity; says whether that changed anything. Raises Refused. See `Protection`."""

        def protected(network: Network, person: Person, _own: Sequence[Relative]) -> Person:
            if network.keeps_organisations_apart:
                own = person.statement_of(network.organisation_of(actor.team) or UNKNOWN)
                person = person.with_statement(replace(own, is_protected=True))
            return replace(person, is_protected=True)

        return self._change(episode, actor, PatientChange.PROTECTED, protected)

    def unprotect(self, work: UnitOfWork, held: Held, network: Network, organisation: str | None) -> bool:
        """Protect an identity no longer, as far as an organisation says so; says whether that lifts the protection.

        Where organisations are kept apart, the identity stays protected while another protects it. See `Protection`,
        which looks at who may.
        """
        person = held.person
        lifted = {organisation, UNKNOWN} if network.keeps_organisations_apart else None
        statements = tuple(
            replace(each, is_protected=False) if lifted is None or each.organisation in lifted else each
            for each in person.statements
        )
        is_left = any(each.is_protected for each in statements)
        self.keep(work, held.number, person, replace(person, is_protected=is_left, statements=statements))
        work.people.forget_lifting(held.number)
        return not is_left

    def add_relative(self, episode: str, wanted: NewRelative, actor: Actor) -> str:
        """Add somebody close to the patient; gives their key. Raises Refused."""
        for words in (wanted.name, wanted.relation, wanted.phone):
            require_name(words)
        with UnitOfWork(self._engine, writes=False) as work:
            country = Country(work.definitions.network(work.episodes.network_of(episode)).country)
        keys: list[str] = []

        def added(network: Network, person: Person, own: Sequence[Relative]) -> Person:
            organisation = network.organisation_of(actor.team) or UNKNOWN
            relative = new_relative(
                wanted.name,
                wanted.relation,
                wanted.phone,
                country,
                [known.key for known in person.relatives],
                is_carer=wanted.is_carer,
                may_be_called_at_night=wanted.may_be_called_at_night,
                told_in=episode,
                told_by=organisation,
            )
            keys.append(relative.key)
            return person.with_relative(relative, own)

        self._change(episode, actor, PatientChange.RELATIVE_ADDED, added)
        return keys[-1]

    def remove_relative(self, episode: str, key: str, actor: Actor) -> None:
        """Remove a relative by their key. Raises Refused."""

        def removed(_network: Network, person: Person, own: Sequence[Relative]) -> Person:
            return person.without_relative(read_key(key), own)

        self._change(episode, actor, PatientChange.RELATIVE_REMOVED, removed)

    def reseal(self) -> int:
        """Seal every patient's record with the first key of the ring; gives how many. May be broken off and repeated.

        Raises Failed when a record's key is no longer in the ring; those before it are sealed anew already.
        """
        done, last = 0, 0
        while True:
            with UnitOfWork(self._engine) as work:
                batch = work.people.sealed_after(last, _RESEALED_AT_ONCE)
                for person, sealed in batch:
                    work.people.reseal(person, self._vault.rotated(sealed))
                work.commit()
            if not batch:
                return done
            done, last = done + len(batch), batch[-1][0]

    def connected(
        self, work: UnitOfWork, network: Network, patient: Patient, pathway: str, told: ToldIn
    ) -> tuple[int, tuple[str, ...]]:
        """The number of a patient who may begin on a pathway, made known if new; and warnings. Raises Refused.

        A name that is known already stays as it is: another one is a warning, which a person settles. Where
        organisations are kept apart, that is so for the name that the organisation itself has said.
        """
        require_name(patient.name)
        identifier, warnings = self.read(network, patient.identifier)
        fingerprint = self._vault.fingerprint(identifier)
        known = work.people.find(network.network, fingerprint)
        if known is None:
            own = Statement(told.organisation).told(identifier, patient.name, told.episode)
            person = Person(identifiers=(identifier,), name=patient.name, statements=(own,))
            return work.people.add(network.network, self._vault.sealed(person), fingerprint), warnings
        if running := work.people.active_episode(known, pathway):
            raise HasEpisode(
                running,
                Phrase(
                    "This patient already has an active episode of {pathway}: {episode}.",
                    pathway=pathway,
                    episode=running,
                ),
                Phrase("Go on with that one."),
            )
        before = self._vault.opened(work.people.sealed(known))
        stated = before.stated(work.people.episodes_of(known))
        own = stated.statement_of(told.organisation)
        named = stated.also_called(patient.name) if before.name else stated.named(patient.name)
        self.keep(
            work,
            known,
            before,
            named.with_statement(own.told(identifier, "" if own.name else patient.name, told.episode)),
        )
        name = own.name if network.keeps_organisations_apart else before.name
        is_doubtful = bool(name and patient.name) and not are_same_name(name, patient.name)
        return known, (*warnings, _OTHER_NAME) if is_doubtful else warnings

    def read(self, network: Network, identifier: str) -> Reading:
        """A number as it is written in the network's country today, and warnings. Raises Refused."""
        today = self._clock().astimezone(ZoneInfo(network.time_zone)).date()
        return read_identifier(identifier, Country(network.country), today)

    def keep(self, work: UnitOfWork, number: int, before: Person, after: Person) -> None:
        """Seal what has been learnt of a person, if anything."""
        if after != before:
            work.people.reseal(number, self._vault.sealed(after))

    def held(self, work: UnitOfWork, episode: str, *others: int) -> dict[int, Held]:
        """The records of an episode's patient and of others, by number, that patient's first. Raises Refused or Stale.

        They and all their episodes stay as they are until the unit of work ends.
        """
        number = work.people.of(episode)
        if number is None:
            raise nobody_known(episode)
        numbers = tuple(dict.fromkeys((number, *others)))
        work.people.hold(numbers)
        owners = {reference: each for each in numbers for reference in work.people.episodes_of(each)}
        episodes = {each: work.episodes.get(each, for_writing=True) for each in sorted(owners)}
        if work.people.of(episode) != number:  # a merge was faster, while this one waited
            raise Stale("Someone else has just changed this patient's record.", "Look again, then decide.")
        return {
            each: Held(
                each,
                self._vault.opened(work.people.sealed(each)),
                {reference: episodes[reference] for reference in episodes if owners[reference] == each},
            )
            for each in numbers
        }

    def note(self, work: UnitOfWork, episodes: Iterable[Episode], command: NotePatientChange) -> tuple[Episode, ...]:
        """Note in the histories of episodes that their patient's record has changed; gives them. Raises Refused.

        Where organisations are kept apart, what concerns another one's episodes too is noted there without saying who
        has changed it, and through which episode.
        """
        work.definitions.keep_networks()
        noted = []
        here = circle_of(*self._placed(work, command.told_in))
        joined = tuple(each for each in command.joined if circle_of(*self._placed(work, each)) == here)
        for episode in episodes:
            is_here = episode.reference == command.told_in or circle_of(*self._placed(work, episode.reference)) == here
            own = command.model_copy(update={"joined": joined}) if is_here else _from_elsewhere(command)
            decision = decide(self.context(work, episode), episode, own)
            work.episodes.write(episode, decision)
            note_unidentified(work, self._clock(), own.actor, own.what, episode)
            noted.append(decision.episode)
        return tuple(noted)

    def _placed(self, work: UnitOfWork, reference: str) -> tuple[Network, Episode]:
        episode = work.episodes.get(reference)
        return work.definitions.network(episode.network), episode

    def death_of(self, work: UnitOfWork, number: int, within: Circle) -> Ended | None:
        """The end by which a patient is known to have died, whichever episode of the circle it ended, if one did."""
        found = work.episodes.many(work.people.episodes_of(number))
        return self._death(
            work, (each for each in found if circle_of(work.definitions.network(each.network), each) == within)
        )

    def context(self, work: UnitOfWork, episode: Episode) -> Context:
        """What is decided in about an episode, now: with those teams alone that may see it."""
        pathway = work.definitions.pathway(episode.pathway, episode.version)
        network = work.definitions.network(episode.network)
        now = work.episodes.turn(episode.reference, self._clock())
        return Context(pathway, network, now, feeds=work.cover.feeds(network.network)).about(episode)

    def _change(
        self,
        episode: str,
        actor: Actor,
        what: PatientChange,
        changed: Callable[[Network, Person, Sequence[Relative]], Person],
    ) -> bool:
        """Change a record by what is known, and the relatives that the actor is shown and may change."""
        with UnitOfWork(self._engine) as work:
            found = work.episodes.get(episode)
            require_part(self.context(work, found), found, actor)
            (held,) = self.held(work, episode).values()
            network = work.definitions.network(found.network)
            before, organisation = held.person.stated(held.episodes), network.organisation_of(actor.team)
            shown = view_of(work, network, organisation, found, before).person.relatives
            after = changed(network, before, written_by(network, organisation, shown))
            if after == before:
                return False
            self.keep(work, held.number, held.person, after)
            is_of_all = what is PatientChange.PROTECTED
            near: Iterable[Episode] = (
                held.episodes.values() if is_of_all else of_circle(network, held.episodes.values(), found)
            )
            concerned = (
                each for each in near if each.reference == episode or each.status is not EpisodeStatus.FINISHED
            )
            self.note(work, concerned, NotePatientChange(actor=actor, what=what, told_in=episode))
            work.commit()
        return True

    def _ended(self, work: UnitOfWork, episode: Episode, close: Iterable[Episode]) -> Ended | None:
        own = self._end_of(work, episode) if episode.end is not None else None
        return self._death(work, close) or own

    def _death(self, work: UnitOfWork, episodes: Iterable[Episode]) -> Ended | None:
        ends = (self._end_of(work, each) for each in episodes if each.end is not None)
        return next((end for end in ends if end.is_death), None)

    def _end_of(self, work: UnitOfWork, episode: Episode) -> Ended:
        pathway = work.definitions.pathway(episode.pathway, episode.version)
        if episode.end is None or episode.ended_at is None:
            raise AssertionError("an ended episode has an end and a time")
        return Ended(episode.reference, episode.end, episode.ended_at, is_of_the_dead(pathway, episode))


def _from_elsewhere(command: NotePatientChange) -> NotePatientChange:
    return command.model_copy(update={"actor": SYSTEM, "told_in": ELSEWHERE, "joined": ()})
