"""Extracts of the audit log for a patient: gathers what is said of them, under every number and in every episode."""

from collections.abc import Mapping

from sqlalchemy import Engine

from pathways.access.administration import is_read
from pathways.audit.entries import Entry, Outcome, read_entry
from pathways.clock import Clock
from pathways.definition.networks import Network
from pathways.definition.texts import Language
from pathways.operations.audit import Reviewer
from pathways.reports.contents import team_name
from pathways.reports.log_extracts import Deed, Extract, Line
from pathways.store.episodes import no_such
from pathways.store.unit_of_work import UnitOfWork

_EXTRACTED = "see-log-of-patient"
_LOOKS = ("see-", "look-up", "read-night-sheet", "note-night-sheet")
_LANGUAGES = {"SE": Language.SWEDISH, "DK": Language.DANISH}


class LogExtracts:
    """Makes extracts, on one database."""

    def __init__(self, engine: Engine, clock: Clock) -> None:
        self._engine = engine
        self._clock = clock

    def made(self, episode: str, reviewer: Reviewer, language: Language | None = None) -> Extract:
        """The extract for the patient of an episode, over all their episodes and networks; it is noted.

        A reviewer of one organisation makes it of what was done there, and of nothing else. Without a `language` it is
        in the country's. Raises NotFound, and Failed where an entry cannot be read.
        """
        now = self._clock()
        with UnitOfWork(self._engine) as work:
            network = work.definitions.network(work.episodes.network_of(episode))
            if not reviewer.reads(network.network):
                raise no_such(episode)
            person = work.people.of(episode)
            episodes = [episode] if person is None else work.people.episodes_of(person)
            people = [] if person is None else work.people.numbers_of(person)
            networks = {each.network: each for each in work.definitions.networks()}
            entries = [read_entry(each.entry) for each in work.audit.of_patient(people, episodes)]
            if (own := reviewer.organisation(network)) is not None:
                entries = [e for e in entries if e.network == network.network and is_read(network, own, e.team)]
            why = "made for the patient"
            work.audit.add(reviewer.entry(now, network.network, _EXTRACTED, why, episode=episode, person=person))
            work.commit()
        return Extract(
            episodes=tuple(episodes),
            made_at=now,
            time_zone=network.time_zone,
            language=language or _LANGUAGES.get(network.country, Language.ENGLISH),
            lines=tuple(_line(entry, networks) for entry in entries),
        )


def _line(entry: Entry, networks: Mapping[str, Network]) -> Line:
    network, team = networks.get(entry.network), entry.team or ""
    return Line(
        at=entry.at,
        unit=team_name(network, team) if network else team,
        role=entry.role,
        name=entry.name,
        deed=_deed(entry),
        grounds=() if entry.is_emergency else tuple(entry.why.split(", ")),
    )


def _deed(entry: Entry) -> Deed:
    if entry.outcome is not Outcome.DONE:
        return Deed.TURNED_AWAY
    if entry.is_emergency:
        return Deed.EMERGENCY
    return Deed.SEEN if entry.what.startswith(_LOOKS) else Deed.CHANGED
