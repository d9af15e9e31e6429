"""Identities: says who an episode is about, gives a patient's record a further number, and merges two records.

A merge cannot be undone, and merging two different patients harms both. So it takes the number that the record has now
as well as the other one, it compares the names, and it is done only by whoever agreed to exactly what will happen.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from itertools import combinations

from sqlalchemy import Engine

from pathways.care.actors import Actor
from pathways.care.commands import NotePatientChange
from pathways.care.decisions import decide
from pathways.care.episodes import Episode
from pathways.care.patient_records import require_mergeable, require_part
from pathways.care.states import PatientChange
from pathways.care.texts import require_name
from pathways.errors import Refused, Stale
from pathways.operations.deaths import Written, ended_by_a_death, known_elsewhere, known_here, written
from pathways.operations.people import Held, Patient, Patients
from pathways.people.identifiers import Identifier
from pathways.people.persons import Person, are_same_name
from pathways.people.vault import Vault
from pathways.store.unit_of_work import UnitOfWork


class Doubt(StrEnum):
    """Why two records, or a record and a number, may not be of one patient."""

    NAMES_DIFFER = "names-differ"
    NAME_MISSING = "name-missing"
    TWO_PERSONAL_NUMBERS = "two-personal-numbers"
    ONE_HAS_DIED = "one-has-died"


@dataclass(frozen=True)
class Told:
    """Who an episode is said to be about. `known_as` is a number that its patient's record has already, if it has one.

    The name, where one is given, is the patient's name from then on.
    """

    patient: Patient
    known_as: str = field(default="", repr=False)


@dataclass(frozen=True)
class Identification:
    """What identifying did or would do; references only. `joined` are the episodes of the record that is merged in.

    `ends` are the episodes that were not over, and end because the patient has died as another one says.
    `others`: of how many episodes the references are left out for whoever it is shown to; then `whole` stands for all.
    """

    episode: str
    change: PatientChange
    kept: tuple[str, ...]
    joined: tuple[str, ...] = ()
    doubts: tuple[Doubt, ...] = ()
    warnings: tuple[str, ...] = ()
    ends: tuple[str, ...] = ()
    others: int = 0
    whole: str = ""

    @property
    def needs_agreement(self) -> bool:
        """Whether a person must have agreed to it first."""
        return self.change is PatientChange.MERGED or bool(self.doubts)


class Identities:
    """Says who episodes are about."""

    def __init__(self, engine: Engine, vault: Vault, patients: Patients, after: Callable[[Written], None]) -> None:
        """`after` is told, after the commit, of each episode that ends."""
        self._engine = engine
        self._vault = vault
        self._patients = patients
        self._after = after

    def propose(self, episode: str, told: Told, actor: Actor) -> Identification:
        """What `identify` would do. Changes nothing; raises Refused as `identify` does."""
        with UnitOfWork(self._engine) as work:
            return self._identified(work, episode, told, actor)[0]

    def identify(
        self,
        episode: str,
        told: Told,
        actor: Actor,
        *,
        agreed: Identification | None = None,
        note: Callable[[UnitOfWork, Identification], None] | None = None,
    ) -> Identification:
        """Say who an episode is about; or give its patient's record a further number, merging where that is another's.

        `note` writes of it in the log, in the same transaction.
        The strongest number becomes the current one, and the record is found by all of them. All or nothing happens.
        Raises Refused; also, with nothing changed, where it needs agreement and `agreed` is missing, and Stale where
        `agreed` is not what would happen now.
        """
        with UnitOfWork(self._engine) as work:
            done, ended = self._identified(work, episode, told, actor)
            if done.needs_agreement and agreed is None:
                raise Refused(
                    "What was told of episode {episode} needs a second look before anything is changed.",
                    "See what would happen, and agree to it.",
                    command="handslag identify",
                    episode=episode,
                )
            if agreed is not None and agreed != done:
                raise Stale("The records have changed since they were looked at.", "Look again, then decide.")
            if note is not None:
                note(work, done)
            work.commit()
        for each in ended:
            self._after(each)
        return done

    def _identified(
        self, work: UnitOfWork, episode: str, told: Told, actor: Actor
    ) -> tuple[Identification, tuple[Written, ...]]:
        require_name(told.patient.name)
        found = work.episodes.get(episode)
        context = self._patients.context(work, found)
        require_part(context, found, actor)
        if work.people.of(episode) is None:
            return self._first(work, found, told.patient, actor)
        identifier, warnings = self._patients.read(context.network, told.patient.identifier)
        if not told.known_as:
            raise Refused(
                "It is known already who episode {episode} is about.",
                "To give that patient a further number, give a number that the record has now as well.",
                command="handslag identify",
                episode=episode,
            )
        known_as, _ = self._patients.read(context.network, told.known_as)
        other = work.people.holder(found.network, self._vault.fingerprint(identifier))
        ours, *theirs = self._patients.held(work, episode, *(() if other is None else (other,))).values()
        if work.people.holder(found.network, self._vault.fingerprint(identifier)) != other:
            raise Stale("Someone else has just changed one of these records.", "Look again, then decide.")
        _require_known(episode, ours.person, known_as, identifier)
        done = self._extended(work, found.network, ours, theirs[0] if theirs else None, told, identifier)
        together = {**ours.episodes, **(theirs[0].episodes if theirs else {})}
        joined = tuple(sorted(together)) if theirs else ()
        command = NotePatientChange(actor=actor, what=done.change, told_in=episode, joined=joined)
        noted = self._patients.note(work, together.values(), command)
        done = replace(done, episode=episode, warnings=warnings)
        if not theirs:
            return done, self._asked_elsewhere(work, ours.number)
        return self._ended(work, done, ours.number, noted, actor)

    def _ended(
        self, work: UnitOfWork, done: Identification, person: int, noted: tuple[Episode, ...], actor: Actor
    ) -> tuple[Identification, tuple[Written, ...]]:
        """With a doubt more, and the end of what is not over, where the patient has died as another episode says.

        A death that another network knows of ends nothing: it is asked about.
        """
        death = self._patients.death_of(work, person)
        if death is None:
            return done, self._asked_elsewhere(work, person)
        ended = tuple(
            written(work, each, decide(self._patients.context(work, each), each, command))
            for each, command in ended_by_a_death(work, noted, work.episodes.get(death.episode), actor)
        )
        asked = self._asked_elsewhere(work, person)
        if not ended:
            return done, asked
        ends = tuple(each.decision.episode.reference for each in ended)
        return replace(done, doubts=(*done.doubts, Doubt.ONE_HAS_DIED), ends=ends), (*ended, *asked)

    def _asked_elsewhere(self, work: UnitOfWork, person: int) -> tuple[Written, ...]:
        return tuple(
            written(work, each, decide(self._patients.context(work, each), each, command))
            for each, command in (*known_elsewhere(work, person), *known_here(work, person))
        )

    def _first(
        self, work: UnitOfWork, episode: Episode, patient: Patient, actor: Actor
    ) -> tuple[Identification, tuple[Written, ...]]:
        network = work.definitions.network(episode.network)
        identifier, _ = self._patients.read(network, patient.identifier)
        known = work.people.find(episode.network, self._vault.fingerprint(identifier))
        before = None if known is None else self._vault.opened(work.people.sealed(known))
        number, warnings = self._patients.connected(work, network, patient, episode.pathway)
        if before is not None:  # another name is a doubt, to which a person has agreed
            self._patients.keep(work, number, before, before.named(patient.name))
        locked = work.episodes.get(episode.reference, for_writing=True)
        if work.people.of(episode.reference) is not None:
            raise Stale("Someone else has just said who this episode is about.", "Look again, then decide.")
        work.people.connect(episode.reference, number)
        what = PatientChange.IDENTIFIED
        command = NotePatientChange(actor=actor, what=what, told_in=episode.reference)
        noted = self._patients.note(work, [locked], command)
        doubts = _doubts((before.name if before else "", patient.name))
        done = Identification(episode.reference, what, (episode.reference,), (), doubts, warnings)
        return self._ended(work, done, number, noted, actor)

    def _extended(
        self, work: UnitOfWork, network: str, ours: Held, theirs: Held | None, told: Told, identifier: Identifier
    ) -> Identification:
        """Write the record with one more number or, where that is another's, with all of the other record."""
        before, name = ours.person, told.patient.name
        if theirs is None:
            work.people.find_also_by(network, ours.number, self._vault.fingerprint(identifier))
            what, person = PatientChange.NUMBER_ADDED, before
            doubts = _doubts((before.name, name), (before.current, identifier))
        else:
            require_mergeable(tuple(ours.episodes.values()), tuple(theirs.episodes.values()))
            work.people.merge(theirs.number, ours.number)
            what, person = PatientChange.MERGED, before.joined(theirs.person)
            missing = () if before.name and theirs.person.name else (Doubt.NAME_MISSING,)
            doubts = missing + _doubts((before.name, theirs.person.name, name), (before.current, theirs.person.current))
        self._patients.keep(work, ours.number, before, person.identified_as(identifier).named(name))
        return Identification("", what, tuple(ours.episodes), tuple(theirs.episodes) if theirs else (), doubts)


def _require_known(episode: str, person: Person, known_as: Identifier, identifier: Identifier) -> None:
    if known_as not in person.identifiers:
        raise Refused(
            "The patient of episode {episode} is not known by the number that was given as known already.",
            "Compare the reference and both numbers with the source.",
            episode=episode,
        )
    if identifier in person.identifiers:
        raise Refused(
            "The patient of episode {episode} is known already by that number.",
            "Nothing needs to be done.",
            episode=episode,
        )


def _doubts(names: Sequence[str], numbers: Sequence[Identifier] = ()) -> tuple[Doubt, ...]:
    differ = any(not are_same_name(*pair) for pair in combinations(filter(None, names), 2))
    are_all_own = bool(numbers) and all(number.is_own for number in numbers)
    possible = {Doubt.NAMES_DIFFER: differ, Doubt.TWO_PERSONAL_NUMBERS: are_all_own}
    return tuple(doubt for doubt, is_so in possible.items() if is_so)
