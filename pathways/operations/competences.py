"""Who can carry a task out: those whose it is, who of them is on duty with the competence, and who has it next."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Engine

from pathways.cover.competences import NextOnDuty, able, able_elsewhere, next_able
from pathways.cover.rotas import OnDuty, rota_of
from pathways.definition.agreements import Duties
from pathways.definition.models import Pathway
from pathways.definition.networks import Network
from pathways.errors import Refused
from pathways.phrases import Phrase, one_of
from pathways.store.unit_of_work import UnitOfWork


@dataclass(frozen=True)
class AbleTeam:
    """A team that carries a task out: who of it (or of the one that covers it) can at the time, and who can next."""

    team: str
    on_duty: tuple[OnDuty, ...]
    next_able: NextOnDuty | None


@dataclass(frozen=True)
class WhoCan:
    """Whose a task is at a level, what it takes, and who can carry it out at an instant (UTC)."""

    version: str
    duties: Duties
    competences: tuple[str, ...]
    teams: tuple[AbleTeam, ...]
    elsewhere: tuple[OnDuty, ...]


class CompetenceOperations:
    """Answers by the version of the pathway that is in force in the network at the time asked about."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def who_can(self, network: str, pathway: str, task: str, level: str, at: datetime) -> WhoCan:
        """Who can carry a task out at a level. Raises NotFound or Refused."""
        with UnitOfWork(self._engine, writes=False) as work:
            found = work.definitions.network(network)
            version = work.definitions.pathway_in_force(pathway, found, at)
            rota = rota_of(found, work.cover.feeds(network))
        duties, wanted = _duties(version, task, level)
        teams = [key for role in duties.doers for key in found.teams_in(role)]
        return WhoCan(
            version=version.version,
            duties=duties,
            competences=wanted,
            teams=tuple(
                AbleTeam(team, able(found, rota, team, wanted, at), next_able(found, rota, team, wanted, at))
                for team in teams
            ),
            elsewhere=_elsewhere(found, teams, tuple(able_elsewhere(found, rota, "", wanted, at))),
        )


def _duties(pathway: Pathway, task: str, level: str) -> tuple[Duties, tuple[str, ...]]:
    if task not in pathway.tasks:
        mend = one_of(pathway.tasks, Phrase("Ask those who keep the pathway to divide its tasks."))
        raise Refused(
            "{pathway} of {version} has no task of that name.", mend, pathway=pathway.pathway, version=pathway.version
        )
    levels = pathway.tasks[task].levels
    if level not in levels:
        raise Refused(
            "There is no {task} at that level.", "Choose one of: {choices}.", task=task, choices=tuple(levels)
        )
    return levels[level], pathway.tasks[task].competences


def _elsewhere(network: Network, own: list[str], found: tuple[OnDuty, ...]) -> tuple[OnDuty, ...]:
    """Those of teams that neither carry the task out nor cover a team that does."""
    taken = {*own, *(network.teams[team].covered_by for team in own)}
    return tuple(duty for duty in found if duty.team not in taken)
