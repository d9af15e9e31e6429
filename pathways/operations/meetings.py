"""The weekly meetings: what stands on a list now, and the lists that are made and sent before each meeting.

A list is made once for each meeting of each team, in one transaction with the notices to those who sit in it. What was
not decided stands on the next one, because a list follows from the state of the episodes and from nothing else.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import islice
from zoneinfo import ZoneInfo

from sqlalchemy import Engine

from pathways.care.addressees import addressees
from pathways.care.concerned import teams_for_role
from pathways.care.meetings.matters import matters
from pathways.care.meetings.values import Matter
from pathways.care.notice_kinds import REACH, NoticeKind
from pathways.care.recording import Context, NoticeOwed
from pathways.care.references import ReferenceKind, new_reference
from pathways.care.viewing import may_see
from pathways.clock import Clock
from pathways.cover.meeting_days import list_at, meeting_from
from pathways.definition.meetings import Meeting
from pathways.definition.models import Pathway
from pathways.definition.networks import Network
from pathways.errors import NotFound, Refused, Stale
from pathways.operations.couriers import Courier
from pathways.store.meeting_tables import MeetingListRow
from pathways.store.unit_of_work import UnitOfWork


@dataclass(frozen=True)
class OnList:
    """An episode that stands on a list, and why."""

    episode: str
    matters: tuple[Matter, ...]


@dataclass(frozen=True)
class MeetingList:
    """The list of the next meeting of one team: as of now, or as it was made under a `reference`.

    `has_more`: whether more stands on it after these entries.
    """

    network: str
    pathway: str
    meeting: str
    team: str
    sits_in: tuple[str, ...]
    begins_at: datetime
    time_zone: str
    entries: tuple[OnList, ...]
    reference: str | None = None
    has_more: bool = False


@dataclass(frozen=True)
class _Held:
    """One meeting of one team, under the pathway version that is in force."""

    network: Network
    pathway: Pathway
    name: str
    team: str

    @property
    def meeting(self) -> Meeting:
        return self.pathway.meetings[self.name]

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.network.time_zone)

    @property
    def sits_in(self) -> tuple[str, ...]:
        """The teams that take part beside the meeting's own: those that work in one of its districts."""
        ours: list[str | None] = [each for each in self.network.districts if self.network.works_in(self.team, each)]
        teams = (team for role in self.meeting.sits_in for team in self.network.teams_in(role))
        there = (team for team in teams if any(self.network.works_in(team, each) for each in ours or [None]))
        return tuple(dict.fromkeys(team for team in there if team != self.team))


class Meetings:
    """Shows, makes and sends the lists of meetings."""

    def __init__(self, engine: Engine, clock: Clock, courier: Courier) -> None:
        self._engine = engine
        self._clock = clock
        self._courier = courier

    def lists(
        self,
        meeting: str | None = None,
        team: str | None = None,
        *,
        network: str | None = None,
        seen_by: str | None = None,
        skip: int = 0,
        limit: int | None = None,
    ) -> tuple[MeetingList, ...]:
        """What stands now on the list of the next meeting, of each team that holds one. Raises NotFound for none.

        `seen_by`: only of meetings that this team holds or sits in. `skip` and `limit`: which part of each list, what
        has stood there longest first; None: all that is left.
        """
        now = self._clock()
        with UnitOfWork(self._engine, writes=False) as work:
            all_held = tuple(each for each in _held(work, now) if network in (None, each.network.network))
            held = [each for each in all_held if meeting in (None, each.name) and team in (None, each.team)]
            held = [each for each in held if seen_by in (None, each.team, *each.sits_in)]
            found = tuple(
                _list_of(work, each, _next(each, now), now, seen_by=seen_by, skip=skip, limit=limit) for each in held
            )
        if not all_held:
            raise NotFound(
                "No pathway that is in force now holds meetings.",
                "See which are in force.",
                command="handslag agreements",
            )
        if not found:
            raise NotFound(
                "There is no such meeting.", "See which there are, without a name.", command="handslag triage"
            )
        return found

    def make_due(self) -> tuple[MeetingList, ...]:
        """Make and send the lists whose time has come; those that were made already stay as they are."""
        now = self._clock()
        with UnitOfWork(self._engine, writes=False) as work:
            held = list(_held(work, now))
        made = []
        for each in held:
            begins_at = meeting_from(each.meeting, each.network.country, each.zone, _day(each, now))
            if list_at(each.meeting, begins_at, each.zone) <= now:
                made.append(self._made(each, begins_at, now))
        return self._sent(made)

    def make(self, meeting: str, team: str) -> MeetingList:
        """Make and send the list of a team's next meeting now, before its time. Raises NotFound or Refused."""
        now = self._clock()
        with UnitOfWork(self._engine, writes=False) as work:
            held = next((each for each in _held(work, now) if (each.name, each.team) == (meeting, team)), None)
        if held is None:
            raise NotFound("There is no such meeting of that team.", "See which there are.", command="handslag triage")
        begins_at = _next(held, now)
        found = self._sent([self._made(held, begins_at, now)])
        if not found:
            raise Refused(
                "The list of that meeting has been made and sent already.", "See it.", command="handslag triage"
            )
        return found[0]

    def _sent(self, made: Sequence[MeetingList | None]) -> tuple[MeetingList, ...]:
        found = tuple(each for each in made if each is not None)
        if found:
            self._courier.nudge()
        return found

    def _made(self, held: _Held, begins_at: datetime, now: datetime) -> MeetingList | None:
        """Make one list; None where it is there already, or somebody else makes it at this moment."""
        try:
            with UnitOfWork(self._engine) as work:
                key = held.network.network, held.pathway.pathway, held.name, held.team, begins_at
                if work.meetings.made(*key):
                    return None
                reference = new_reference(ReferenceKind.MEETING)
                made = _list_of(work, held, begins_at, now, reference)
                work.meetings.add(_row(made, now))
                if made.entries:
                    work.outbox.add_about(reference, made.network, _owed(work, held, made, now), now)
                work.commit()
        except Stale:
            return None
        return made


def _held(work: UnitOfWork, now: datetime) -> Iterator[_Held]:
    for network in work.definitions.networks():
        for name in network.pathways:
            try:
                pathway = work.definitions.pathway_in_force(name, network, now)
            except Refused:  # not in force now
                continue
            for meeting, defined in pathway.meetings.items():
                yield from (_Held(network, pathway, meeting, team) for team in network.teams_in(defined.role))


def _day(held: _Held, now: datetime) -> date:
    return now.astimezone(held.zone).date()


def _next(held: _Held, now: datetime) -> datetime:
    """When the next meeting begins: today's, until it has begun."""
    today = meeting_from(held.meeting, held.network.country, held.zone, _day(held, now))
    if today > now:
        return today
    return meeting_from(held.meeting, held.network.country, held.zone, _day(held, now) + timedelta(days=1))


def _list_of(
    work: UnitOfWork,
    held: _Held,
    begins_at: datetime,
    now: datetime,
    reference: str | None = None,
    *,
    seen_by: str | None = None,
    skip: int = 0,
    limit: int | None = None,
) -> MeetingList:
    entries = _entries(work, held, now, seen_by)
    end = None if limit is None else skip + limit
    return MeetingList(
        network=held.network.network,
        pathway=held.pathway.pathway,
        meeting=held.name,
        team=held.team,
        sits_in=held.sits_in,
        begins_at=begins_at,
        time_zone=held.network.time_zone,
        entries=tuple(islice(entries, skip, end)),
        reference=reference,
        has_more=end is not None and next(entries, None) is not None,
    )


def _entries(work: UnitOfWork, held: _Held, now: datetime, seen_by: str | None) -> Iterator[OnList]:
    """Each episode goes by the pathway version that it began under. Read some at a time, as far as they are wanted.

    `seen_by`: only what this team may see, which sits in.
    """
    there = work.meetings.episodes(held.network, held.pathway.pathway, held.meeting.role, held.team, now)
    for episode in work.episodes.many(there):
        pathway = work.definitions.pathway(episode.pathway, episode.version)
        context = Context(pathway, held.network, now).about(episode)
        is_seen = may_see(held.network, episode, seen_by)
        if is_seen and held.team in teams_for_role(context, episode, held.meeting.role):
            found = matters(context, episode, held.name)
            if found:
                yield OnList(episode.reference, found)


def _row(made: MeetingList, now: datetime) -> MeetingListRow:
    entries = [
        {"episode": entry.episode, "matters": [matter.model_dump(mode="json") for matter in entry.matters]}
        for entry in made.entries
    ]
    return MeetingListRow(
        reference=str(made.reference),
        network=made.network,
        pathway=made.pathway,
        meeting=made.meeting,
        team=made.team,
        begins_at=made.begins_at,
        made_at=now,
        entries=entries,
    )


def _owed(work: UnitOfWork, held: _Held, made: MeetingList, now: datetime) -> list[NoticeOwed]:
    """One notice to each team that takes part. It may wait for the team to open."""
    rota = Context(held.pathway, held.network, now, feeds=work.cover.feeds(held.network.network)).rota
    owed = []
    for team in (held.team, *held.sits_in):
        kind = NoticeKind.MEETING_LIST
        for told in addressees(rota, team, now, REACH[kind]):
            key = f"{made.reference}/{kind}/{told.team}/{told.contact}"
            owed.append(NoticeOwed(key=key, kind=kind, team=told.team, contact=told.contact, due_at=made.begins_at))
    return owed
