"""Which teams an episode concerns, and what each is waited for, as rows: written in one transaction with a decision.

What the rows hold follows from the state, the pathway and the network: so they can be written anew at any time.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, bindparam, delete, insert, or_, select, update
from sqlmodel import Session

from pathways.care.concerned import teams_concerned
from pathways.care.episodes import Episode
from pathways.care.meetings.matters import on_list_at
from pathways.care.recording import Context, Decision
from pathways.care.states import EpisodeStatus
from pathways.care.waits import first_due_at, waits_by_clock
from pathways.store.concern_tables import CONCERN, TEAM_WAIT
from pathways.store.definitions import Definitions
from pathways.store.loading import episodes_of
from pathways.store.tables import CLOCK, EPISODE

_THIS_TEAM = delete(CONCERN).where(CONCERN.c.episode == bindparam("of_episode"), CONCERN.c.team == bindparam("of_team"))
_THIS_WAIT = delete(TEAM_WAIT).where(
    TEAM_WAIT.c.episode == bindparam("of_episode"),
    TEAM_WAIT.c.key == bindparam("of_key"),
    TEAM_WAIT.c.team == bindparam("of_team"),
)

_IS_NOT_OVER = EPISODE.c.status != EpisodeStatus.FINISHED

_Waits = Mapping[tuple[str, str], Mapping[str, Any]]


class Concerns:
    """Writes within one unit of work whom episodes concern, where that does not follow from a decision."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def follow(self, network: str, now: datetime) -> None:
        """Write anew whom the episodes of a network concern, after the network has changed. What waits is the same."""
        for episode in self._episodes(EPISODE.c.network == network, _IS_NOT_OVER):
            self._write_what_follows(episode, now)

    def fill(self, now: datetime) -> None:
        """Write anew of all episodes whom they concern, who is waited for, and when they come onto a list."""
        self._session.connection().execute(delete(TEAM_WAIT))
        runs = select(CLOCK.c.episode).where(CLOCK.c.stopped_at.is_(None))
        connection = self._session.connection()
        for episode in self._episodes(or_(_IS_NOT_OVER, EPISODE.c.reference.in_(runs))):
            self._write_what_follows(episode, now)
            _write_waits(connection, episode.reference, {}, _waits(episode))
            this = update(EPISODE).where(EPISODE.c.reference == episode.reference)
            connection.execute(this.values(due_at=first_due_at(episode)))

    def number(self, network: str, team: str, episode: str) -> int | None:
        """How many events an episode of a network has; None where the team has no part in it now. One query."""
        query = select(EPISODE.c.number).join(CONCERN, CONCERN.c.episode == EPISODE.c.reference)
        this = CONCERN.c.episode == episode, CONCERN.c.team == team, CONCERN.c.network == network
        found: int | None = self._session.connection().scalar(query.where(*this))
        return found

    def _episodes(self, *which: ColumnElement[bool]) -> Iterator[Episode]:
        connection = self._session.connection()
        found = connection.scalars(select(EPISODE.c.reference).where(*which)).all()
        return episodes_of(connection, found, opens_texts=False)

    def _write_what_follows(self, episode: Episode, now: datetime) -> None:
        definitions = Definitions(self._session)
        pathway = definitions.pathway(episode.pathway, episode.version)
        context = Context(pathway, definitions.network(episode.network), now).about(episode)
        teams = () if episode.has_ended else teams_concerned(context, episode)
        _write_teams(self._session.connection(), episode, teams)
        comes_at = on_list_at(context, episode)
        changed = EPISODE.c.on_list_at.is_distinct_from(comes_at)  # whoever decides on another one is not waited for
        this = update(EPISODE).where(EPISODE.c.reference == episode.reference, changed)
        self._session.connection().execute(this.values(on_list_at=comes_at))


def write_concerns(connection: Connection, before: Episode | None, decision: Decision) -> None:
    """Write whom an episode concerns and who is waited for, where that has changed."""
    after = decision.episode
    _write_teams(connection, after, decision.concerned)
    _write_waits(connection, after.reference, _waits(before) if before else {}, _waits(after))


def _write_teams(connection: Connection, episode: Episode, teams: Iterable[str]) -> None:
    this = episode.reference
    known, wanted = set(connection.scalars(select(CONCERN.c.team).where(CONCERN.c.episode == this))), set(teams)
    if gone := known - wanted:
        connection.execute(_THIS_TEAM, [{"of_episode": this, "of_team": team} for team in gone])
    if fresh := wanted - known:
        row = {"episode": this, "network": episode.network}
        connection.execute(insert(CONCERN), [{**row, "team": team} for team in fresh])


def _write_waits(connection: Connection, episode: str, known: _Waits, wanted: _Waits) -> None:
    gone = [{"of_key": key, "of_team": team} for key, team in known if known[key, team] != wanted.get((key, team))]
    if gone:
        connection.execute(_THIS_WAIT, [{**row, "of_episode": episode} for row in gone])
    if fresh := [row for key, row in wanted.items() if row != known.get(key)]:
        connection.execute(insert(TEAM_WAIT), fresh)


def _waits(episode: Episode) -> _Waits:
    """A row for each team that is waited for, by the key of the clock and the team."""
    return {
        (key, team): {**wait.model_dump(exclude={"teams"}), "key": key, "team": team, "network": episode.network}
        for key, wait in waits_by_clock(episode).items()
        for team in dict.fromkeys(wait.teams)
    }
