"""The evaluation of a programme: reads what was measured of all its episodes, and nothing of who they are."""

from dataclasses import dataclass
from zoneinfo import ZoneInfo

from sqlalchemy import Engine

from pathways.clock import Clock
from pathways.definition.models import Pathway
from pathways.definition.networks import Network
from pathways.definition.texts import Language
from pathways.errors import NotFound, Refused
from pathways.reports.evaluation_contents import Subject, evaluated
from pathways.reports.evaluations import Report
from pathways.store.unit_of_work import UnitOfWork


@dataclass(frozen=True)
class Evaluations:
    """Makes reports of evaluations."""

    engine: Engine
    clock: Clock

    def report(self, pathway: str, network: str | None, language: Language | None) -> Report:
        """The evaluation of a pathway in one network, or in all. Left out, the language is the pathway's first.

        Raises NotFound for what is not published, Refused for a pathway that evaluates nothing.
        """
        with UnitOfWork(self.engine, writes=False) as work:
            version = _latest(work, pathway)
            if version.evaluation is None:
                raise Refused(
                    "The pathway {pathway} evaluates nothing.",
                    "Write an `evaluation` in a new version of its file.",
                    pathway=pathway,
                )
            networks = _networks(work, pathway, network)
            subjects = [
                Subject(episode, work.definitions.pathway(pathway, episode.version), ZoneInfo(each.time_zone))
                for each in networks
                for episode in work.programmes.episodes(each.network, pathway)
            ]
        content = evaluated(version, version.evaluation, [each.network for each in networks], subjects)
        zone = networks[0].time_zone if networks else "UTC"
        return Report(content, self.clock(), zone, language or Language(version.languages[0]))


def _latest(work: UnitOfWork, pathway: str) -> Pathway:
    versions = [each for each in work.definitions.all_pathways() if each.pathway == pathway]
    if not versions:
        raise NotFound("There is no pathway of that name.", "Publish it.", command="handslag apply")
    return versions[-1]


def _networks(work: UnitOfWork, pathway: str, network: str | None) -> list[Network]:
    found = [work.definitions.network(network)] if network else work.definitions.networks()
    return [each for each in found if pathway in each.pathways]
