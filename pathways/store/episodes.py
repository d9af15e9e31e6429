"""Episodes as rows: read back into the state that `care` knows, and written by decision, in one transaction."""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, update
from sqlmodel import Session, col, select

from pathways.care.actors import Actor
from pathways.care.episodes import ClockKind, Episode, Handover, RunningClock
from pathways.care.events import Recorded, event_adapter
from pathways.care.recording import Decision
from pathways.care.references import ReferenceKind
from pathways.care.states import TERMINAL, EpisodeStatus
from pathways.care.texts_of_care import IN_EVENTS
from pathways.errors import NotFound
from pathways.phrases import Phrase
from pathways.store.loading import episode_of, episodes_of, waiting
from pathways.store.outbox import Outbox
from pathways.store.tables import EPISODE, ClockRow, EpisodeRow, EventRow, HandoverRow
from pathways.store.texts import Texts
from pathways.store.writing import write


@dataclass(frozen=True)
class Needs:
    """Teams, units and pathway versions of one network that may not go away yet.

    `in_care`: the teams and units that give a patient care or are asked to, each with the number of running episodes.
    `limited`: organisations that may not see a running episode, with its pathway and version, the team that is
    responsible (which sees it, of whichever organisation the network file makes it), and the number of those.
    """

    teams: frozenset[str]
    units: frozenset[str]
    versions: frozenset[tuple[str, date]]
    in_care: Mapping[str, int]
    limited: Mapping[tuple[frozenset[str], str, date, str], int]


class Episodes:
    """Reads and writes episodes within one unit of work."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._outbox = Outbox(session)

    def get(self, reference: str, *, for_writing: bool = False) -> Episode:
        """The episode with this reference. Raises NotFound. `for_writing` keeps other writers waiting."""
        found = episode_of(self._session.connection(), reference, is_handover=False, for_writing=for_writing)
        if found is None:
            raise no_such(reference)
        return found

    def many(self, references: Iterable[str]) -> Iterator[Episode]:
        """The episodes with these references, in their order, read some at a time. Those that are gone are left out.

        For lists: what of one cannot be opened is `UNREADABLE` in it, and keeps no other from being shown.
        """
        return episodes_of(self._session.connection(), references)

    def get_by_handover(self, handover: str, *, for_writing: bool = False) -> Episode:
        """The episode of the handover with this reference. As `get`."""
        found = episode_of(self._session.connection(), handover, is_handover=True, for_writing=for_writing)
        if found is None:
            raise no_such(handover)
        return found

    def of_handover(self, handover: str) -> str:
        """The reference of the episode that a handover belongs to. Raises NotFound."""
        found = self._session.exec(select(HandoverRow.episode).where(HandoverRow.reference == handover)).one_or_none()
        if found is None:
            raise no_such(handover)
        return found

    def network_of(self, reference: str) -> str:
        """The name of the network that an episode belongs to. Raises NotFound."""
        found = self._session.exec(select(EpisodeRow.network).where(EpisodeRow.reference == reference)).one_or_none()
        if found is None:
            raise no_such(reference)
        return found

    def of_network(self, network: str) -> Sequence[str]:
        """The references of all episodes of a network, in the order in which they began."""
        query = select(EpisodeRow.reference).where(EpisodeRow.network == network)
        return self._session.exec(query.order_by(col(EpisodeRow.began_at), col(EpisodeRow.reference))).all()

    def with_orders(self, network: str) -> Sequence[str]:
        """The references of the episodes of a network that have an order which is not over, or visits to record."""
        query = (
            select(EpisodeRow.reference)
            .join(ClockRow, col(ClockRow.episode) == EpisodeRow.reference)
            .where(EpisodeRow.network == network, col(ClockRow.stopped_at).is_(None))
            .where(col(ClockRow.kind).in_((ClockKind.VISIT, ClockKind.ORDER_END)))
        )
        return self._session.exec(query.distinct().order_by(col(EpisodeRow.reference))).all()

    def next_clock_at(self) -> datetime | None:
        """When the next running clock wants something done; in the past if it is overdue."""
        query = select(ClockRow.next_at).where(col(ClockRow.stopped_at).is_(None)).order_by(col(ClockRow.next_at))
        return self._session.exec(query.limit(1)).first()

    def exists(self, reference: str) -> bool:
        """Whether this reference names an episode or a handover."""
        is_handover = reference.startswith(ReferenceKind.HANDOVER)
        query = (
            select(HandoverRow.reference).where(HandoverRow.reference == reference)
            if is_handover
            else select(EpisodeRow.reference).where(EpisodeRow.reference == reference)
        )
        return self._session.exec(query).first() is not None

    def history(self, reference: str, *, after: int = 0) -> tuple[Recorded, ...]:
        """What happened to an episode after event number `after`, in order."""
        rows = self._session.exec(
            select(EventRow)
            .where(EventRow.episode == reference, EventRow.number > after)
            .order_by(col(EventRow.number))
        )
        texts = Texts(self._session.connection())
        return tuple(
            Recorded(
                number=row.number,
                at=row.at,
                occurred_at=row.occurred_at,
                actor=Actor.model_validate(row.actor),
                event=event_adapter.validate_python(texts.open_in(IN_EVENTS[row.type], row.data, reference)),
            )
            for row in rows
        )

    def requests(self, reference: str, *, after: int = 0) -> tuple[str, ...]:
        """The requests of the desk from which what happened after event number `after` came, each once."""
        query = select(EventRow.request).where(EventRow.episode == reference, EventRow.number > after)
        found = self._session.exec(query.order_by(col(EventRow.number)))
        return tuple(dict.fromkeys(request for request in found if request))

    def turn(self, reference: str, now: datetime) -> datetime:
        """When what is decided now on an episode that is locked happens: never before what happened to it last.

        A machine's clock may go back, or be behind that of another machine: the database refuses an event that is dated
        before the one before it.
        """
        latest = self.last_entry_at(reference)
        return now if latest is None else max(now, latest)

    def last_entry_at(self, reference: str) -> datetime | None:
        """When the last that happened to an episode was recorded; None where there is no such episode."""
        query = select(EventRow.at).where(EventRow.episode == reference).order_by(col(EventRow.number).desc()).limit(1)
        return self._session.exec(query).first()

    def last_act_of(self, team: str, reference: str) -> datetime | None:
        """When somebody last did something to an episode for a team; None where nobody has.

        What is noted there of its patient's record may have been done in another episode, and that a night sheet was
        made says that somebody read, perhaps in an emergency: neither counts.
        """
        query = select(EventRow.at).where(
            EventRow.episode == reference,
            col(EventRow.type).not_in(("patient-changed", "night-sheet-made")),
            col(EventRow.actor)["team"].as_string() == team,
        )
        return self._session.exec(query.order_by(col(EventRow.number).desc()).limit(1)).first()

    def due(self, now: datetime, limit: int) -> Sequence[tuple[str, str]]:
        """Episode and key of the clocks that something should be done about by `now`, the oldest first."""
        query = (
            select(ClockRow.episode, ClockRow.key)
            .where(col(ClockRow.stopped_at).is_(None), ClockRow.next_at <= now)
            .order_by(col(ClockRow.next_at), col(ClockRow.episode), col(ClockRow.key))
            .limit(limit)
        )
        return self._session.exec(query).all()

    def waiting(self, limit: int | None) -> Sequence[tuple[str, RunningClock, Handover | None]]:
        """The running clocks, each with its episode and its handover without marks.

        Sorted by when they are due, at most `limit` of them.
        """
        return waiting(self._session.connection(), limit)

    def under_way(self, pathway: str, network: str) -> Sequence[tuple[str, date]]:
        """The episodes on a pathway in a network that are not over, each with its version, in a lasting order."""
        query = (
            select(col(EpisodeRow.reference), col(EpisodeRow.version))
            .where(EpisodeRow.pathway == pathway, EpisodeRow.network == network)
            .where(col(EpisodeRow.status) != EpisodeStatus.FINISHED)
            .order_by(col(EpisodeRow.reference))
        )
        return self._session.exec(query).all()

    def needs(self, network: str, organisations: Collection[str]) -> Needs:
        """What running episodes and unanswered clocks need of a network, which has these organisations."""
        mine = col(EpisodeRow.network) == network
        active = mine, col(EpisodeRow.status) != EpisodeStatus.FINISHED
        stays = self._session.exec(select(EpisodeRow.reference, EpisodeRow.team, EpisodeRow.unit).where(*active)).all()
        owners = self._session.exec(
            select(ClockRow.owner)
            .join(EpisodeRow, col(EpisodeRow.reference) == ClockRow.episode)
            .where(mine, col(ClockRow.stopped_at).is_(None))
            .distinct()
        )
        plans = self._session.exec(
            select(HandoverRow.episode, HandoverRow.plan, HandoverRow.details)
            .join(EpisodeRow, col(EpisodeRow.reference) == HandoverRow.episode)
            .where(*active, col(HandoverRow.status).not_in(tuple(TERMINAL)))
        ).all()
        versions = self._session.exec(
            select(col(EpisodeRow.pathway), col(EpisodeRow.version)).where(*active).distinct()
        )
        teams = {(episode, team) for episode, team, _unit in stays}
        units = {(episode, unit) for episode, _team, unit in stays if unit}
        for episode, plan, details in plans:
            teams |= {(episode, plan[side]) for side in ("from_team", "to_team")}
            teams |= {(episode, asked["team"]) for asked in details["asked"]}
            units |= {(episode, each["unit"]) for each in details["asked"] if each["unit"]}
            units |= {(episode, plan["to_unit"])} if plan["to_unit"] else set()
        return Needs(
            teams=frozenset(owners) | {team for _episode, team in teams},
            units=frozenset(unit for _episode, unit in units),
            versions=frozenset(versions.all()),
            in_care=Counter(key for _episode, key in (*teams, *units)),
            limited=self._limited(active, organisations),
        )

    def _limited(
        self, which: tuple[ColumnElement[bool], ...], organisations: Collection[str]
    ) -> Mapping[tuple[frozenset[str], str, date, str], int]:
        found: dict[tuple[str, str, date, str], set[str]] = {}
        for organisation in organisations:
            query = select(
                col(EpisodeRow.reference), col(EpisodeRow.pathway), col(EpisodeRow.version), col(EpisodeRow.team)
            )
            for episode in self._session.exec(query.where(*which, is_limited(organisation))):
                found.setdefault(episode, set()).add(organisation)
        return Counter(
            (frozenset(limits), pathway, version, team) for (_, pathway, version, team), limits in found.items()
        )

    def over_since(self, network: str, before: datetime) -> Sequence[tuple[str, datetime, str | None]]:
        """The episodes of a network that are over, were not erased, and wait for nothing, the oldest first.

        Only those whose last entry is from before an instant; each with the time of that, and who has it kept.
        """
        last_at = (
            select(EventRow.at)
            .where(EventRow.episode == EpisodeRow.reference, EventRow.number == EpisodeRow.number)
            .scalar_subquery()
        )
        running = select(ClockRow.key).where(
            ClockRow.episode == EpisodeRow.reference, col(ClockRow.stopped_at).is_(None)
        )
        query = select(col(EpisodeRow.reference), last_at, col(EpisodeRow.record_kept_by)).where(
            EpisodeRow.network == network,
            EpisodeRow.status == EpisodeStatus.FINISHED,
            col(EpisodeRow.ended_at) < before,
            last_at < before,
            col(EpisodeRow.details)["erased_at"].as_string().is_(None),
            ~running.exists(),
        )
        return self._session.exec(query.order_by(last_at, col(EpisodeRow.reference))).all()

    def record_kept_by(self, reference: str) -> str | None:
        """Who has the record of an episode kept although it may be old enough to be erased."""
        return self._session.exec(select(EpisodeRow.record_kept_by).where(EpisodeRow.reference == reference)).one()

    def keep_record(self, reference: str, name: str | None) -> None:
        """Have the record of an episode kept in somebody's name; in nobody's, no longer."""
        this = update(EPISODE).where(EPISODE.c.reference == reference)
        self._session.connection().execute(this.values(record_kept_by=name))

    def write(self, before: Episode | None, decision: Decision, *, person_id: int | None = None) -> None:
        """Write a decision: state, events, clocks and notices together. Raises Stale if someone was faster."""
        write(self._session.connection(), self._outbox, before, decision, person_id)


def is_limited(organisation: str) -> ColumnElement[bool]:
    """Whether the patient of an episode has said that this organisation may not see it; null where nothing was said."""
    path = "known", f"view-limit/{organisation}", "fact", "is_limited"
    limited: ColumnElement[bool] = EPISODE.c.details[path].as_boolean()
    return limited


def no_such(reference: str) -> NotFound:
    """There is no episode or handover with this reference: or none that whoever asks may know of."""
    noun = Phrase("handover") if reference.startswith(ReferenceKind.HANDOVER) else Phrase("episode")
    return NotFound(
        "There is no {noun} {reference}.",
        "Check the reference, or look it up.",
        command="handslag waiting",
        noun=noun,
        reference=reference,
    )
