"""Patients: who an episode is about, by which numbers, under which name, and which relatives may be called.

Each change is one transaction: the sealed record, and in the history of every episode concerned that it has changed,
when, and through whom. What a person typed goes into the sealed record only.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import Engine

from pathways.access.table import Right
from pathways.care.actors import Actor
from pathways.care.commands import NotePatientChange
from pathways.care.decisions import decide
from pathways.care.episodes import Episode
from pathways.care.patient_records import is_of_the_dead, require_part
from pathways.care.recording import Context
from pathways.care.states import EpisodeStatus, PatientChange
from pathways.care.texts import require_name
from pathways.care.viewing import hidden_from
from pathways.care.wishes import consent_of
from pathways.clock import Clock
from pathways.definition.networks import Network
from pathways.errors import Refused, Stale
from pathways.operations.noting import note_unidentified
from pathways.people.identifiers import Country, Reading, read_identifier
from pathways.people.persons import Person, are_same_name
from pathways.people.relatives import Relative, new_relative, read_key
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


class NothingBegun(Refused):
    """Nothing begins with that number; why not is for those who have a part in the patient's care to know."""

    def __init__(self) -> None:
        super().__init__(
            Phrase("Nothing has begun: with that number nothing can begin here as it is."),
            Phrase("Compare the number; if it is right, ask those in your network who know the patient."),
        )
        self.args = ()


class StoodAgainst(Refused):
    """Nothing happens to the episode `subject` because of another `episode` of the patient."""

    def __init__(self, subject: str, episode: str, sentence: Phrase, mend: Phrase) -> None:
        super().__init__(sentence, mend)
        self.args = (subject, episode, sentence, mend)
        self.subject, self.episode = subject, episode

    def to_a_stranger(self) -> Refused:
        """What whoever may not know of that episode is told: the same, whatever the episode says."""
        return Refused(
            "Nothing has changed in {reference}: something else that is recorded of the patient stands against it.",
            "Ask the team that was responsible.",
            reference=self.subject,
        )


class HasEpisode(Refused):
    """Nothing begins because of what another `episode` of the patient says."""

    def __init__(self, episode: str, sentence: Phrase, mend: Phrase) -> None:
        super().__init__(sentence, mend)
        self.args = (episode, sentence, mend)
        self.episode = episode

    def to_a_stranger(self) -> "NothingBegun":
        """What whoever may not know of that episode is told: the same, whatever the episode says."""
        return NothingBegun()


class HasDied(HasEpisode):
    """Nothing begins because the patient has died, as that episode says; `despite_death` begins all the same."""


@dataclass(frozen=True)
class NewRelative:
    """A relative, as written by a person."""

    name: str = field(repr=False)
    relation: str = field(repr=False)
    phone: str = field(repr=False)
    is_carer: bool = False
    may_be_called_at_night: bool = False


@dataclass(frozen=True)
class Ended:
    """An episode of the patient that has ended: how, when, and whether with the patient's death.

    `episode` and `end` are empty for whoever may not see that one: then it is known that the patient died, and when.
    """

    episode: str
    end: str
    at: datetime
    is_death: bool


@dataclass(frozen=True)
class ShownPatient:
    """What those who give care may see of a patient: of a protected identity no name, number or address.

    `number`: the current one.
    `ended` comes before anything else: the death, whichever episode of the patient it ended, or the episode's own end.
    """

    ended: Ended | None
    is_protected: bool
    name: str | None = field(repr=False)
    number: str | None = field(repr=False)
    address: str | None = field(repr=False)
    relatives: tuple[Relative, ...] = field(repr=False)


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
            shown = self.shown_to(work, found)
            note_unidentified(work, self._clock(), actor, Right.SEE_IDENTITY, found)
            work.commit()
        return shown

    def shown_to(self, work: UnitOfWork, episode: Episode, reader: str | None = None) -> ShownPatient:
        """The patient of an episode, for whoever knows that the reader may see it. Raises Refused if nobody is known.

        `reader`: the login of who reads. A protected identity is shown to those who were named.
        """
        known = self.record(work, episode)
        number = work.people.of(episode.reference)
        if known is None or number is None:
            raise nobody_known(episode.reference)
        person, ended = known
        is_open = not person.is_protected or (reader is not None and reader in work.people.readers(number))
        shown = replace(person, is_protected=not is_open)
        current = person.current.value if is_open else None
        return ShownPatient(
            ended, person.is_protected, shown.open_name, current, shown.open_address, shown.open_relatives
        )

    def found(self, work: UnitOfWork, network: Network, identifier: str) -> tuple[int | None, tuple[str, ...]]:
        """The number of the patient who has this identifier, if one has, and warnings about it. Raises Refused."""
        read, warnings = self.read(network, identifier)
        return work.people.holder(network.network, self._vault.fingerprint(read)), warnings

    def record(self, work: UnitOfWork, episode: Episode) -> tuple[Person, Ended | None] | None:
        """The patient of an episode and the end, as in `ShownPatient`, for whoever knows that the reader may see it.

        Relatives are those written down in that very episode, or in one whose patient consents to sharing them.
        None where nobody is known. Raises Failed when no key of the ring fits.
        """
        sealed, number = work.people.of_episode(episode.reference), work.people.of(episode.reference)
        if sealed is None or number is None:
            return None
        person = self._vault.opened(sealed)
        episodes = work.people.episodes_of(number)
        close = tuple(each for each in person.relatives if _is_shared_with(work, episode, each, episodes))
        return replace(person, relatives=close), self._ended(work, episode, episodes)

    def protect(self, episode: str, actor: Actor) -> bool:
        """Protect the patient's identity; says whether that changed anything. Raises Refused. See `Protection`."""
        return self._change(episode, actor, PatientChange.PROTECTED, lambda person: replace(person, is_protected=True))

    def unprotect(self, work: UnitOfWork, held: Held) -> None:
        """Protect an identity no longer: see `Protection`, which looks at who may."""
        self.keep(work, held.number, held.person, replace(held.person, is_protected=False))
        work.people.forget_lifting(held.number)

    def add_relative(self, episode: str, wanted: NewRelative, actor: Actor) -> str:
        """Add somebody close to the patient; gives their key. Raises Refused."""
        for words in (wanted.name, wanted.relation, wanted.phone):
            require_name(words)
        with UnitOfWork(self._engine, writes=False) as work:
            country = Country(work.definitions.network(work.episodes.network_of(episode)).country)
        keys: list[str] = []

        def added(person: Person) -> Person:
            relative = new_relative(
                wanted.name,
                wanted.relation,
                wanted.phone,
                country,
                [known.key for known in person.relatives],
                is_carer=wanted.is_carer,
                may_be_called_at_night=wanted.may_be_called_at_night,
                told_in=episode,
            )
            keys.append(relative.key)
            return person.with_relative(relative)

        self._change(episode, actor, PatientChange.RELATIVE_ADDED, added)
        return keys[-1]

    def remove_relative(self, episode: str, key: str, actor: Actor) -> None:
        """Remove a relative by their key. Raises Refused."""
        self._change(
            episode, actor, PatientChange.RELATIVE_REMOVED, lambda person: person.without_relative(read_key(key))
        )

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
        self, work: UnitOfWork, network: Network, patient: Patient, pathway: str
    ) -> tuple[int, tuple[str, ...]]:
        """The number of a patient who may begin on a pathway, made known if new; and warnings. Raises Refused.

        A name that is known already stays as it is: another one is a warning, which a person settles.
        """
        require_name(patient.name)
        identifier, warnings = self.read(network, patient.identifier)
        fingerprint = self._vault.fingerprint(identifier)
        known = work.people.find(network.network, fingerprint)
        if known is None:
            person = Person(identifiers=(identifier,), name=patient.name)
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
        self.keep(work, known, before, before.also_called(patient.name) if before.name else before.named(patient.name))
        is_doubtful = bool(before.name and patient.name) and not are_same_name(before.name, patient.name)
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
        """Note in the histories of episodes that their patient's record has changed; gives them. Raises Refused."""
        work.definitions.keep_networks()
        noted = []
        for episode in episodes:
            decision = decide(self.context(work, episode), episode, command)
            work.episodes.write(episode, decision)
            note_unidentified(work, self._clock(), command.actor, command.what, episode)
            noted.append(decision.episode)
        return tuple(noted)

    def death_of(self, work: UnitOfWork, number: int) -> Ended | None:
        """The end by which a patient is known to have died, whichever episode it ended; None where none has."""
        found = list(work.episodes.many(work.people.episodes_of(number)))
        return self._death(work, found)

    def context(self, work: UnitOfWork, episode: Episode) -> Context:
        """What is decided in about an episode, now: with those teams alone that may see it."""
        pathway = work.definitions.pathway(episode.pathway, episode.version)
        network = work.definitions.network(episode.network)
        now = work.episodes.turn(episode.reference, self._clock())
        return Context(pathway, network, now, feeds=work.cover.feeds(network.network)).about(episode)

    def _change(self, episode: str, actor: Actor, what: PatientChange, changed: Callable[[Person], Person]) -> bool:
        with UnitOfWork(self._engine) as work:
            found = work.episodes.get(episode)
            require_part(self.context(work, found), found, actor)
            (held,) = self.held(work, episode).values()
            after = changed(held.person)
            if after == held.person:
                return False
            self.keep(work, held.number, held.person, after)
            concerned = (
                each
                for each in held.episodes.values()
                if each.reference == episode or each.status is not EpisodeStatus.FINISHED
            )
            self.note(work, concerned, NotePatientChange(actor=actor, what=what, told_in=episode))
            work.commit()
        return True

    def _ended(self, work: UnitOfWork, episode: Episode, all_of_them: Iterable[str]) -> Ended | None:
        found = list(work.episodes.many(all_of_them))
        own = self._end_of(work, episode) if episode.end is not None else None
        return self._death(work, found) or own

    def _death(self, work: UnitOfWork, episodes: Iterable[Episode]) -> Ended | None:
        ends = (self._end_of(work, each) for each in episodes if each.end is not None)
        return next((end for end in ends if end.is_death), None)

    def _end_of(self, work: UnitOfWork, episode: Episode) -> Ended:
        pathway = work.definitions.pathway(episode.pathway, episode.version)
        if episode.end is None or episode.ended_at is None:
            raise AssertionError("an ended episode has an end and a time")
        return Ended(episode.reference, episode.end, episode.ended_at, is_of_the_dead(pathway, episode))


def nobody_known(episode: str) -> Refused:
    """Nobody has said who an episode is about."""
    return Refused(
        "Nobody has said who episode {episode} is about.",
        "Say it first.",
        command=f"handslag identify {episode}",
        episode=episode,
    )


def _is_shared_with(work: UnitOfWork, episode: Episode, relative: Relative, episodes: Sequence[str]) -> bool:
    """Whether a relative may be shown in an episode: told in that one, or shared by consent from where it was told.

    `episodes`: all of the patient. Where it was not kept in which one a relative was told, it may have been any: then
    each shares. What an organisation may not see of one episode, it is not shown in another.
    """
    told_in = [relative.told_in] if relative.told_in else episodes
    if set(told_in) == {episode.reference}:
        return True
    return all(_shares(work.episodes.get(each)) for each in told_in)


def _shares(episode: Episode) -> bool:
    """Whether the patient lets everybody else with a part in the care know what an episode tells."""
    return consent_of(episode) is True and not hidden_from(episode)
