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

    def asked_by(self, episode: str, team: str | None) -> str | None:
        """The login of who asks that the protection be lifted, and has not been answered yet.

        `team`: of whoever wants to know. Where organisations are kept apart, it is told of its own organisation's only.
        """
        with UnitOfWork(self._engine, writes=False) as work:
            person = work.people.of(episode)
            if person is None:
                return None
            network = work.definitions.network(work.episodes.network_of(episode))
            return self._asked_by(work, person, network, network.organisation_of(team))

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
            network = work.definitions.network(viewer.network)
            organisation = network.organisation_of(viewer.actor.team)
            readers = readers_of(work, held.number, network, organisation)
            _require_own(network, organisation, held.person)
            asked_by = self._asked_by(work, held.number, network, organisation)
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

    def _asked_by(self, work: UnitOfWork, person: int, network: Network, organisation: str | None) -> str | None:
        login = work.people.lifting_asked_by(person, self._clock() - _AGREED_WITHIN)
        return login if login and teams_of(work, network, organisation, login) else None

    def _note(
        self, work: UnitOfWork, viewer: Viewer, episode: str, held: Held, what: PatientChange, readers: tuple[str, ...]
    ) -> None:
        others = [each for each in readers if each != viewer.user.login]
        here = held.episodes[episode]
        network = work.definitions.network(here.network)
        own = network.organisation_of(viewer.actor.team)
        teams = [team for login in others for team in teams_of(work, network, own, login)]
        command = NotePatientChange(
            actor=viewer.actor, what=what, told_in=episode, tell=tuple(dict.fromkeys(filter(None, teams)))
        )
        self._patients.note(work, [here], command)
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


def readers_of(work: UnitOfWork, person: int, network: Network, organisation: str | None) -> tuple[str, ...]:
    """The logins of those who were named to see a protected identity, as one organisation knows them.

    Where organisations are kept apart, each knows its own people only: whoever was named has a membership in it.
    """
    readers = work.people.readers(person)
    if not network.keeps_organisations_apart:
        return tuple(readers)
    return tuple(each for each in readers if teams_of(work, network, organisation, each))


def teams_of(work: UnitOfWork, network: Network, organisation: str | None, login: str) -> tuple[str | None, ...]:
    """The teams for which somebody is a user of a network or, where it keeps organisations apart, of one of them.

    None stands for a membership in no team. Nothing: they are no user of it.
    """
    user = work.users.get(login)
    teams = [each.team for each in user.memberships if each.network == network.network] if user else []
    if not network.keeps_organisations_apart:
        return tuple(teams)
    return tuple(each for each in teams if organisation and network.organisation_of(each) == organisation)
