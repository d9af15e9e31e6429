"""Identities: says who an episode is about, gives a patient's record a further number, and merges two records.

A merge cannot be undone, and merging two different patients harms both. So it takes the number that the record has now
as well as the other one, it compares the names, and it is done only by whoever agreed to exactly what will happen.
Where organisations are kept apart, a person of each that is concerned says so before, by both numbers.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace

from sqlalchemy import Engine

from pathways.care.actors import SYSTEM, Actor
from pathways.care.commands import Command, NotePatientChange, ReportVitalStatus
from pathways.care.decisions import decide
from pathways.care.episodes import Episode
from pathways.care.patient_records import require_part
from pathways.care.states import PatientChange
from pathways.care.texts import require_name
from pathways.clock import Clock
from pathways.errors import Refused, Stale
from pathways.operations.deaths import Written, ended_by_a_death, known_elsewhere, known_here, written
from pathways.operations.identity_doubts import Doubt, Saying, doubts_of, doubts_of_two, doubts_seen
from pathways.operations.merge_agreements import agreed_to, still_to_agree, teams_that_answer
from pathways.operations.people import Held, Patient, Patients
from pathways.operations.person_views import ToldIn, circle, circle_of, of_circle
from pathways.people.identifiers import Identifier
from pathways.people.statements import UNKNOWN, Agreement
from pathways.people.vault import Vault
from pathways.store.unit_of_work import UnitOfWork


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
    `waits_for`: the organisations that have to agree as well before two records become one; at the desk and in the API
    nobody is shown which.
    `others`: of how many episodes the references are left out for whoever it is shown to; then `whole` stands for all.
    Where others are asked, it is not said how many.
    """

    episode: str
    change: PatientChange
    kept: tuple[str, ...]
    joined: tuple[str, ...] = ()
    doubts: tuple[Doubt, ...] = ()
    warnings: tuple[str, ...] = ()
    ends: tuple[str, ...] = ()
    waits_for: tuple[str, ...] = ()
    others: int = 0
    whole: str = ""

    @property
    def needs_agreement(self) -> bool:
        """Whether a person must have agreed to it first."""
        return self.change in (PatientChange.MERGED, PatientChange.MERGE_ASKED) or bool(self.doubts)


class Identities:
    """Says who episodes are about."""

    def __init__(
        self, engine: Engine, vault: Vault, patients: Patients, clock: Clock, after: Callable[[Written], None]
    ) -> None:
        """`after` is told, after the commit, of each episode that ends."""
        self._clock = clock
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

    def without_others(self, done: Identification, actor: Actor) -> Identification:
        """The same without the episodes of other organisations, where they are kept apart, and how many those are."""
        with UnitOfWork(self._engine, writes=False) as work:
            episode = work.episodes.get(done.episode)
            network = work.definitions.network(episode.network)
            own = circle(network, network.organisation_of(actor.team))
            all_of_them = {*done.kept, *done.joined, *done.ends}
            near = {each.reference for each in work.episodes.many(all_of_them) if circle_of(network, each) == own}
        kept, joined, ends = (
            tuple(each for each in references if each in near or each == done.episode)
            for references in (done.kept, done.joined, done.ends)
        )
        return replace(done, kept=kept, joined=joined, ends=ends, others=len(all_of_them - near - {done.episode}))

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
        saying = self._saying(work, found, told.patient.name, identifier, actor)
        _require_known(saying, ours, known_as)
        if not theirs:
            return self._numbered(work, saying, ours, warnings, is_new=other is None)
        together = (*ours.episodes.values(), *theirs[0].episodes.values())
        answering = {team for each in together for team in teams_that_answer(self._patients.context(work, each), each)}
        missing = still_to_agree(saying.network, saying.organisation, ours, theirs[0], self._clock(), answering)
        if missing:
            return self._asked(work, saying, ours, theirs[0], warnings, missing)
        return self._merged(work, saying, ours, theirs[0], warnings)

    def _ended(
        self, work: UnitOfWork, done: Identification, person: int, noted: tuple[Episode, ...], actor: Actor
    ) -> tuple[Identification, tuple[Written, ...]]:
        """With a doubt more, and the end of what is not over, where the patient has died as another episode says.

        Nobody ends what is in another circle than their own: there it is asked about, whichever circle knows of it.
        """
        ended: list[Written] = []
        reported: list[Written] = []
        for episode in noted:
            network = work.definitions.network(episode.network)
            within = circle_of(network, episode)
            death = self._patients.death_of(work, person, within)
            if death is None:
                continue
            if within == circle(network, network.organisation_of(actor.team)):
                commands = ended_by_a_death(work, [episode], work.episodes.get(death.episode), actor)
                ended += self._done(work, commands)
            elif not episode.has_ended:
                reported += self._done(work, [(episode, ReportVitalStatus(actor=SYSTEM, is_dead=True))])
        asked = (*reported, *self._asked_elsewhere(work, person))
        if not ended:
            return done, asked
        ends = tuple(each.decision.episode.reference for each in ended)
        return replace(done, doubts=(*done.doubts, Doubt.ONE_HAS_DIED), ends=ends), (*ended, *asked)

    def _asked_elsewhere(self, work: UnitOfWork, person: int) -> tuple[Written, ...]:
        return self._done(work, (*known_elsewhere(work, person), *known_here(work, person)))

    def _done(self, work: UnitOfWork, commands: Iterable[tuple[Episode, Command]]) -> tuple[Written, ...]:
        return tuple(
            written(work, each, decide(self._patients.context(work, each), each, command)) for each, command in commands
        )

    def _saying(self, work: UnitOfWork, episode: Episode, name: str, identifier: Identifier, actor: Actor) -> Saying:
        network = work.definitions.network(episode.network)
        return Saying(work, network, network.organisation_of(actor.team), episode, name, identifier, actor)

    def _first(
        self, work: UnitOfWork, episode: Episode, patient: Patient, actor: Actor
    ) -> tuple[Identification, tuple[Written, ...]]:
        network = work.definitions.network(episode.network)
        identifier, _ = self._patients.read(network, patient.identifier)
        saying = self._saying(work, episode, patient.name, identifier, actor)
        known = work.people.find(episode.network, self._vault.fingerprint(identifier))
        before = "" if known is None else saying.name_before(self._vault.opened(work.people.sealed(known)))
        told = ToldIn(saying.organisation or UNKNOWN, episode.reference)
        number, warnings = self._patients.connected(work, network, patient, episode.pathway, told)
        if known is not None:  # another name is a doubt, to which a person has agreed
            now = self._vault.opened(work.people.sealed(number))
            self._patients.keep(work, number, now, saying.named(now))
        locked = work.episodes.get(episode.reference, for_writing=True)
        if work.people.of(episode.reference) is not None:
            raise Stale("Someone else has just said who this episode is about.", "Look again, then decide.")
        work.people.connect(episode.reference, number)
        what = PatientChange.IDENTIFIED
        command = NotePatientChange(actor=actor, what=what, told_in=episode.reference)
        noted = self._patients.note(work, [locked], command)
        doubts = doubts_of((before, patient.name))
        done = Identification(episode.reference, what, (episode.reference,), (), doubts, warnings)
        return self._ended(work, done, number, noted, actor)

    def _numbered(
        self, work: UnitOfWork, saying: Saying, ours: Held, warnings: tuple[str, ...], *, is_new: bool
    ) -> tuple[Identification, tuple[Written, ...]]:
        """Give a record one more number, by which it is found as well; or only let an organisation say it too."""
        if is_new:
            fingerprint = self._vault.fingerprint(saying.identifier)
            work.people.find_also_by(saying.network.network, ours.number, fingerprint)
        seen = saying.seen(ours)
        self._patients.keep(work, ours.number, ours.person, saying.kept(ours.person.stated(ours.episodes)))
        what, episode = PatientChange.NUMBER_ADDED, saying.episode.reference
        concerned = of_circle(saying.network, ours.episodes.values(), ours.episodes[episode])
        self._patients.note(work, concerned, NotePatientChange(actor=saying.actor, what=what, told_in=episode))
        doubts = doubts_of((seen.name, saying.name), (seen.current, saying.identifier))
        done = Identification(episode, what, tuple(ours.episodes), (), doubts, warnings)
        return done, self._asked_elsewhere(work, ours.number)

    def _merged(
        self, work: UnitOfWork, saying: Saying, ours: Held, theirs: Held, warnings: tuple[str, ...]
    ) -> tuple[Identification, tuple[Written, ...]]:
        """Make one record of two."""
        doubts = doubts_of_two(saying, ours, theirs)
        work.people.merge(theirs.number, ours.number)
        agreed = (*agreed_to(ours, theirs, self._clock()), *agreed_to(theirs, ours, self._clock()))
        joined = ours.person.stated(ours.episodes).joined(theirs.person.stated(theirs.episodes))
        for agreement in agreed:
            own = joined.statement_of(agreement.organisation)
            joined = joined.with_statement(own.told(agreement.number, "", None))
        self._patients.keep(work, ours.number, ours.person, saying.kept(joined))
        together, episode = {**ours.episodes, **theirs.episodes}, saying.episode.reference
        command = NotePatientChange(
            actor=saying.actor, what=PatientChange.MERGED, told_in=episode, joined=tuple(sorted(together))
        )
        noted = self._patients.note(work, together.values(), command)
        kept, others = tuple(ours.episodes), tuple(theirs.episodes)
        done = Identification(episode, PatientChange.MERGED, kept, others, doubts, warnings)
        return self._ended(work, done, ours.number, noted, saying.actor)

    def _asked(
        self,
        work: UnitOfWork,
        saying: Saying,
        ours: Held,
        theirs: Held,
        warnings: tuple[str, ...],
        missing: tuple[str, ...],
    ) -> tuple[Identification, tuple[Written, ...]]:
        """Keep that an organisation says that two records are of one patient, and ask the others that are concerned."""
        own = circle(saying.network, saying.organisation)
        together = (*ours.episodes.values(), *theirs.episodes.values())
        near = [each for each in together if circle_of(saying.network, each) == own]
        knows_of_death = any(self._patients.death_of(work, held.number, own) for held in (ours, theirs))
        has_died = knows_of_death and any(not each.has_ended for each in near)
        doubts = (*doubts_seen(saying, ours, theirs), *((Doubt.ONE_HAS_DIED,) if has_died else ()))
        agreement = Agreement(saying.organisation or UNKNOWN, saying.identifier, self._clock())
        earlier = (
            each
            for each in ours.person.agreements
            if (each.organisation, each.number) != (agreement.organisation, agreement.number)
        )
        self._patients.keep(work, ours.number, ours.person, replace(ours.person, agreements=(*earlier, agreement)))
        what, episode = PatientChange.MERGE_ASKED, saying.episode.reference
        for each in together:
            teams = teams_that_answer(self._patients.context(work, each), each)
            tell = tuple(team for team in teams if saying.network.organisation_of(team) in missing)
            if tell or each.reference == episode:
                command = NotePatientChange(actor=saying.actor, what=what, told_in=episode, tell=tell)
                self._patients.note(work, [each], command)
        done = Identification(
            episode, what, tuple(ours.episodes), tuple(theirs.episodes), doubts, warnings, waits_for=missing
        )
        return done, ()


def _require_known(saying: Saying, ours: Held, known_as: Identifier) -> None:
    known, episode = saying.seen(ours).identifiers, saying.episode.reference
    if known_as not in known:
        raise Refused(
            "The patient of episode {episode} is not known by the number that was given as known already.",
            "Compare the reference and both numbers with the source.",
            episode=episode,
        )
    if saying.identifier in known:
        raise Refused(
            "The patient of episode {episode} is known already by that number.",
            "Nothing needs to be done.",
            episode=episode,
        )
