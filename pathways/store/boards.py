"""What boards and inboxes show, read from rows in a constant number of queries. Writes nothing.

What is read grows with what is shown: each column of a board, and each inbox, is an index in the order that is shown.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, and_, exists, func, literal_column, or_, select, true, union_all
from sqlmodel import Session

from pathways.care.episodes import Handover
from pathways.care.states import TERMINAL, EpisodeStatus, HandoverStatus
from pathways.care.waits import Wait, WaitKind
from pathways.definition.models import Side
from pathways.store.concern_tables import CONCERN, TEAM_WAIT
from pathways.store.episodes import is_limited
from pathways.store.loading import HANDOVER_COLUMNS, handover_of
from pathways.store.place_tables import CLOSING
from pathways.store.tables import EPISODE, EVENT, HANDOVER, NETWORK_VERSION, NOTICE, STAY, NoticeStatus

_LATEST_EVENTS = 200
"""How far back a stamp looks: what commits later than this many events that began after it would not be noticed."""


class BoardSide(StrEnum):
    """What a board has a column for: each level of a pathway, or each responsible team."""

    LEVEL = "level"
    TEAM = "team"


_COLUMNS: Mapping[BoardSide, Sequence[ColumnElement[str]]] = {
    BoardSide.LEVEL: (EPISODE.c.pathway, EPISODE.c.level),
    BoardSide.TEAM: (EPISODE.c.team,),
}
_MOST_URGENT_FIRST = (EPISODE.c.due_at.nulls_last(), EPISODE.c.reference)
_OF_A_CARD = [
    EPISODE.c[name] for name in ("reference", "pathway", "version", "status", "level", "team", "unit", "district")
]
_PHASE = EPISODE.c.details["known", "phase", "fact", "phase"].as_string().label("phase")
_IS_OPEN = HANDOVER.c.status.not_in([literal_column(f"'{status}'") for status in sorted(TERMINAL)])
_IS_DEAD = NOTICE.c.status == literal_column(f"'{NoticeStatus.DEAD}'")

ColumnKey = tuple[str, ...]
"""What names a column: pathway and level, or a team."""


@dataclass(frozen=True)
class SeenBy:
    """Who looks: a team, and the organisation that it belongs to, which a patient may have said may not see."""

    team: str
    organisation: str


@dataclass(frozen=True)
class Chosen:
    """Which episodes of a network a board shows, of those that are not over.

    `concerning`: those in which one of these teams has a part. `responsible`: those of this team. `seen_by`: those that
    the patient lets this team see.
    """

    network: str
    concerning: Collection[str] | None = None
    seen_by: SeenBy | None = None
    responsible: str | None = None
    unit: str | None = None
    district: str | None = None
    pathway: str | None = None


@dataclass(frozen=True)
class ShownHandover:
    """A handover, as far as a board or an inbox shows it."""

    reference: str
    episode: str
    status: HandoverStatus
    move: str
    urgency: str
    from_team: str
    to_team: str
    to_unit: str | None


@dataclass(frozen=True)
class Card:
    """An episode on a board. `since`: when it came to its level. `waits`: all it waits for, what is due first first."""

    reference: str
    pathway: str
    version: date
    status: EpisodeStatus
    level: str
    team: str
    unit: str | None
    district: str | None
    since: datetime
    phase: str | None
    handover: ShownHandover | None
    waits: tuple[Wait, ...]


@dataclass(frozen=True)
class TeamWait:
    """Something that a team is waited for, and where the patient is.

    `handover`: the one that it is about. `missing`: the readiness items that this team still sees to.
    """

    team: str
    wait: Wait
    pathway: str
    version: date
    level: str
    responsible: str
    handover: ShownHandover | None
    missing: tuple[str, ...]


@dataclass(frozen=True)
class DeadNotice:
    """A notice that was given up on: to whom, about what, and the code of what went wrong.

    It is about an episode, and perhaps one of its handovers, or about something else with a reference: `about`.
    """

    number: int
    kind: str
    team: str
    contact: str
    episode: str | None
    handover: str | None
    about: str | None
    due_at: datetime | None
    created_at: datetime
    error: str | None


class Boards:
    """Reads boards and inboxes within one unit of work."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def totals(self, chosen: Chosen, by: BoardSide) -> Mapping[ColumnKey, int]:
        """How many episodes each column has, of those that have any."""
        columns = _COLUMNS[by]
        rows = self._rows(_narrowed(select(*columns, func.count()), chosen).group_by(*columns))
        return {tuple(row[:-1]): row[-1] for row in rows}

    def cards(
        self, chosen: Chosen, by: BoardSide, columns: Iterable[ColumnKey], limit: int, skip: int = 0
    ) -> Mapping[ColumnKey, tuple[Card, ...]]:
        """Of each of these columns at most `limit` cards after the first `skip`, the most urgent first."""
        firsts = [_first_of(chosen, by, column, limit, skip) for column in columns]
        if not firsts:
            return {}
        shown = union_all(*firsts).subquery("shown")
        rows = self._rows(
            select(*_OF_A_CARD, _PHASE, STAY.c.from_at.label("since"))
            .join_from(shown, EPISODE, EPISODE.c.reference == shown.c.reference)
            .join(STAY, (STAY.c.episode == EPISODE.c.reference) & STAY.c.until_at.is_(None))
            .order_by(*_MOST_URGENT_FIRST)
        )
        references = [row.reference for row in rows]
        waits = self._waits(references)
        handovers = {each.episode: each for each in self._handovers(HANDOVER.c.episode.in_(references), _IS_OPEN)}
        found: dict[ColumnKey, list[Card]] = defaultdict(list)
        for row in rows:
            key = tuple(row._mapping[column.name] for column in _COLUMNS[by])
            found[key].append(_card(row, tuple(waits[row.reference].values()), handovers.get(row.reference)))
        return {key: tuple(cards) for key, cards in found.items()}

    def inbox(
        self, network: str, teams: Collection[str], seen_by: SeenBy, limit: int, now: datetime
    ) -> tuple[TeamWait, ...]:
        """What these teams are waited for, as far as one of them may see it, what is due first first."""
        about = [EPISODE.c.pathway, EPISODE.c.version, EPISODE.c.level, EPISODE.c.team.label("responsible")]
        rows = self._rows(
            select(TEAM_WAIT, *about)
            .join_from(TEAM_WAIT, EPISODE, EPISODE.c.reference == TEAM_WAIT.c.episode)
            .where(TEAM_WAIT.c.network == network, TEAM_WAIT.c.team.in_(teams), _is_waited_for(seen_by))
            .order_by(TEAM_WAIT.c.due_at, TEAM_WAIT.c.episode, TEAM_WAIT.c.key)
            .limit(limit)
        )
        waits = self._waits({row.episode for row in rows})
        subjects = HANDOVER.c.reference.in_({row.subject for row in rows})
        handovers = {each.reference: each for each in self._handovers(subjects)}
        unready = self._unready({row.subject for row in rows if row.kind == WaitKind.READINESS})
        return tuple(
            TeamWait(
                team=row.team,
                wait=waits[row.episode][row.key],
                pathway=row.pathway,
                version=row.version,
                level=row.level,
                responsible=row.responsible,
                handover=handovers.get(row.subject),
                missing=_missing(unready.get(row.subject), row.team, now),
            )
            for row in rows
        )

    def counts(self, network: str, teams: Collection[str], seen_by: SeenBy) -> Mapping[str, int]:
        """How many things each of these teams is waited for, where there are any that one of them may see."""
        column = TEAM_WAIT.c.team
        counted = (
            select(column, func.count())
            .join_from(TEAM_WAIT, EPISODE, EPISODE.c.reference == TEAM_WAIT.c.episode)
            .where(TEAM_WAIT.c.network == network, column.in_(teams), _is_waited_for(seen_by))
        )
        return {row[0]: row[1] for row in self._rows(counted.group_by(column))}

    def dead(
        self, network: str, seen_by: SeenBy | None, limit: int, number: int | None = None
    ) -> tuple[DeadNotice, ...]:
        """The notices given up on, for a team or about the episodes for which it is responsible; the newest first.

        Without a team those of all the network. `number`: only that one. None about an episode that it may not see.
        """
        columns = [NOTICE.c[name] for name in DeadNotice.__annotations__ if name != "number"]
        of = NOTICE.c.episode
        dead = (
            select(NOTICE.c.id.label("number"), *columns)
            .where(_IS_DEAD, or_(_of_episode(of, EPISODE.c.network) == network, NOTICE.c.network == network))
            .order_by(NOTICE.c.id.desc())
            .limit(limit)
        )
        if seen_by is not None:
            limited = exists().where(EPISODE.c.reference == of, ~_is_open_to(seen_by))
            of_the_team = and_(NOTICE.c.team == seen_by.team, ~limited)
            dead = dead.where(or_(of_the_team, _of_episode(of, EPISODE.c.team) == seen_by.team))
        rows = self._rows(dead if number is None else dead.where(NOTICE.c.id == number))
        return tuple(DeadNotice(**row._mapping) for row in rows)

    def stamp(self, network: str) -> str:
        """A text that is another one after each change of what boards and inboxes of a network show.

        Of events not the highest number counts alone: one with a lower number may commit later.
        """
        latest = select(EVENT.c.id, EVENT.c.episode).order_by(EVENT.c.id.desc()).limit(_LATEST_EVENTS).subquery()
        events = select(func.max(latest.c.id), func.sum(latest.c.id), func.count())
        events = events.where(_of_episode(latest.c.episode, EPISODE.c.network) == network)
        counts = (
            select(func.max(NETWORK_VERSION.c.number)).where(NETWORK_VERSION.c.network == network),
            select(func.count()).select_from(CLOSING).where(CLOSING.c.network == network),
            select(func.coalesce(func.sum(NOTICE.c.id), 0)).where(_IS_DEAD),
        )
        query = events.add_columns(*(count.scalar_subquery() for count in counts))
        return "-".join(str(number or 0) for number in self._rows(query)[0])

    def _waits(self, episodes: Collection[str]) -> Mapping[str, Mapping[str, Wait]]:
        """All that each of these episodes waits for, by the key of the clock, what is due first first."""
        query = select(TEAM_WAIT).where(TEAM_WAIT.c.episode.in_(episodes))
        found: dict[str, dict[str, Wait]] = {episode: {} for episode in episodes}
        for row in self._rows(query.order_by(TEAM_WAIT.c.due_at, TEAM_WAIT.c.key, TEAM_WAIT.c.team)):
            earlier = found[row.episode].get(row.key)
            values = {name: row._mapping[name] for name in Wait.model_fields if name != "teams"}
            teams = (*(earlier.teams if earlier else ()), row.team)
            found[row.episode][row.key] = Wait(**values, teams=teams)
        return found

    def _handovers(self, *which: ColumnElement[bool]) -> list[ShownHandover]:
        columns = [HANDOVER.c[name] for name in ("reference", "episode", "status", "plan")]
        plan = ("move", "urgency", "from_team", "to_team", "to_unit")
        return [
            ShownHandover(row.reference, row.episode, HandoverStatus(row.status), *(row.plan[name] for name in plan))
            for row in self._rows(select(*columns).where(*which))
        ]

    def _unready(self, references: Collection[str]) -> Mapping[str, Handover]:
        rows = self._rows(select(*HANDOVER_COLUMNS).where(HANDOVER.c.reference.in_(references))) if references else ()
        return {row.reference: handover_of(row._mapping) for row in rows}

    def _rows(self, query: Select[Any]) -> Sequence[Row[Any]]:
        return self._session.connection().execute(query).all()


def _narrowed(query: Select[Any], chosen: Chosen) -> Select[Any]:
    """Only what is chosen. The status is written out: a database uses an index of some rows only where it reads it."""
    query = query.where(EPISODE.c.network == chosen.network, EPISODE.c.status != literal_column("'finished'"))
    for column, value in (
        (EPISODE.c.team, chosen.responsible),
        (EPISODE.c.unit, chosen.unit),
        (EPISODE.c.district, chosen.district),
        (EPISODE.c.pathway, chosen.pathway),
    ):
        query = query if value is None else query.where(column == value)
    if chosen.seen_by is not None:
        own = exists().where(CONCERN.c.episode == EPISODE.c.reference, CONCERN.c.team == chosen.seen_by.team)
        query = query.where(or_(_is_open_to(chosen.seen_by), own))
    if chosen.concerning is None:
        return query
    concern = exists().where(CONCERN.c.episode == EPISODE.c.reference, CONCERN.c.team.in_(chosen.concerning))
    return query.where(concern)


def _is_waited_for(seen_by: SeenBy) -> ColumnElement[bool]:
    """What a team is waited for itself it always sees; what those whom it covers are, as far as the patient lets it."""
    return or_(TEAM_WAIT.c.team == seen_by.team, _is_open_to(seen_by))


def _is_open_to(seen_by: SeenBy) -> ColumnElement[bool]:
    """The patient of an episode has not said that the organisation of this team may not see it."""
    return is_limited(seen_by.organisation).is_not(true())


def _of_episode(reference: ColumnElement[Any], column: ColumnElement[str]) -> ColumnElement[Any]:
    """A column of the episode with this reference. Looked up row by row: a join might begin with all the episodes."""
    return select(column).where(EPISODE.c.reference == reference).scalar_subquery()


def _first_of(chosen: Chosen, by: BoardSide, column: ColumnKey, limit: int, skip: int) -> Select[Any]:
    here = [named == value for named, value in zip(_COLUMNS[by], column, strict=True)]
    first = _narrowed(select(EPISODE.c.reference), chosen).where(*here).order_by(*_MOST_URGENT_FIRST)
    return select(first.limit(limit).offset(skip).subquery())


def _card(row: Row[Any], waits: tuple[Wait, ...], handover: ShownHandover | None) -> Card:
    values = {**row._mapping, "status": EpisodeStatus(row.status)}
    return Card(**values, waits=waits, handover=handover)


def _missing(handover: Handover | None, team: str, now: datetime) -> tuple[str, ...]:
    if handover is None:
        return ()
    plan = handover.plan
    teams = {Side.SENDER: plan.from_team, Side.RECEIVER: plan.to_team}
    return tuple(item for item in handover.missing_at(now) if teams[plan.items[item]] == team)
