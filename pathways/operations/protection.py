"""Lifts the protection of an identity: somebody who was named to see it asks, and a second person agrees.

Everybody else who was named is told through their team, and the log has words of its own for both.
"""

from datetime import timedelta

from sqlalchemy import Engine

from pathways.access.table import Relation, Right
from pathways.access.users import Viewer
from pathways.care.commands import NotePatientChange
from pathways.care.states import EpisodeStatus, PatientChange
from pathways.clock import Clock
from pathways.definition.networks import Network
from pathways.errors import Refused
from pathways.operations.noting import entry_of
from pathways.operations.people import Held, Patients
from pathways.operations.person_views import of_circle
from pathways.people.persons import Person
from pathways.people.statements import UNKNOWN
from pathways.store.unit_of_work import UnitOfWork

_AGREED_WITHIN = timedelta(hours=24)
"""After this, whoever asked asks again."""

_LOGGED_AS = {
    PatientChange.LIFTING_ASKED: "ask-to-lift-protection",
    PatientChange.UNPROTECTED: "lift-protection",
}


class Protection:
    """Lifts protections, by two people."""

    def __init__(self, engine: Engine, patients: Patients, clock: Clock) -> None:
        self._engine = engine
        self._patients = patients
        self._clock = clock

    def asked_by(self, episode: str) -> str | None:
        """The login of who asks that the protection be lifted, and has not been answered yet."""
        with UnitOfWork(self._engine, writes=False) as work:
            person = work.people.of(episode)
            return None if person is None else work.people.lifting_asked_by(person, self._clock() - _AGREED_WITHIN)

    def lift(self, viewer: Viewer, episode: str, relations: frozenset[Relation]) -> bool:
        """Ask that the protection be lifted or, as a second person, agree; says whether it is lifted. Raises Refused.

        `relations`: of the viewer's team to the episode. Whoever agrees was named as well, or may name. Where
        organisations are kept apart, both are of the one that protects it, and it stays while another does.
        """
        if viewer.user.is_system:
            raise Refused("Only a person lifts a protection.", "Do it at the desk.")
        with UnitOfWork(self._engine) as work:
            (held,) = self._patients.held(work, episode).values()
            if not held.person.is_protected:
                raise Refused("That identity is not protected.", "Nothing needs to be done.")
            readers = tuple(work.people.readers(held.number))
            network = work.definitions.network(viewer.network)
            organisation = network.organisation_of(viewer.actor.team)
            _require_own(network, organisation, held.person)
            asked_by = work.people.lifting_asked_by(held.number, self._clock() - _AGREED_WITHIN)
            if asked_by and not _is_of(work, network, organisation, asked_by):
                asked_by = None
            is_second = asked_by in readers and asked_by != viewer.user.login
            if not is_second:
                _require_reader(viewer, readers)
                work.people.ask_to_lift(held.number, viewer.user.login, self._clock())
            elif viewer.user.login not in readers and not viewer.may(Right.NAME_READER, relations):
                raise Refused(
                    "That is for a second person who may see the identity, or name who does.",
                    "Ask a coordinator of a team with a part in it.",
                )
            what = PatientChange.UNPROTECTED if is_second else PatientChange.LIFTING_ASKED
            is_lifted = is_second and self._patients.unprotect(work, held, network, organisation)
            self._note(work, viewer, episode, held, what, readers)
            work.commit()
        return is_lifted

    def _note(
        self, work: UnitOfWork, viewer: Viewer, episode: str, held: Held, what: PatientChange, readers: tuple[str, ...]
    ) -> None:
        others = [each for each in readers if each != viewer.user.login]
        found = [user for user in map(work.users.get, others) if user is not None]
        teams = [each.team for user in found for each in user.memberships if each.network == viewer.network]
        command = NotePatientChange(
            actor=viewer.actor, what=what, told_in=episode, tell=tuple(dict.fromkeys(filter(None, teams)))
        )
        here = held.episodes[episode]
        self._patients.note(work, [here], command)
        network = work.definitions.network(here.network)
        rest = (
            each
            for each in of_circle(network, held.episodes.values(), here)
            if each is not here and each.status is not EpisodeStatus.FINISHED
        )
        self._patients.note(work, rest, command.model_copy(update={"tell": ()}))
        why = f"told to: {', '.join(others) or 'nobody else was named'}"
        entry = entry_of(viewer, self._clock(), _LOGGED_AS[what], why, episode=episode, person=held.number)
        work.audit.add(entry)


def _require_reader(viewer: Viewer, readers: tuple[str, ...]) -> None:
    if viewer.user.login not in readers:
        raise Refused(
            "Only somebody who was named to see this identity asks to lift its protection.",
            "Ask a coordinator of a team with a part in it to name you.",
        )


def _require_own(network: Network, organisation: str | None, person: Person) -> None:
    """Each organisation lifts the protection that it wants itself; any of them, whose is not known. Raises Refused."""
    protecting = {each.organisation for each in person.statements if each.is_protected}
    if network.keeps_organisations_apart and protecting and protecting.isdisjoint((organisation, UNKNOWN)):
        raise Refused(
            "Another organisation protects this identity, and so it stays protected.", "Ask it to lift the protection."
        )


def _is_of(work: UnitOfWork, network: Network, organisation: str | None, login: str) -> bool:
    """Whether somebody may have asked as one of an organisation; of any, where records are shared."""
    user = work.users.get(login)
    teams = [each.team for each in user.memberships if each.network == network.network] if user else []
    return not network.keeps_organisations_apart or organisation in map(network.organisation_of, teams)
