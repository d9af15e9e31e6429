"""How a decision is put together: the context it is made in, the decision itself, and the recorder that builds it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from functools import cached_property
from zoneinfo import ZoneInfo

from pathways.care.actors import Actor
from pathways.care.addressees import addressees, reach_of
from pathways.care.episodes import ClockOutcome, Episode, RunningClock
from pathways.care.events import ClockStarted, ClockStopped, Event, NoticesWithdrawn, Recorded
from pathways.care.events_of_then import is_of_then
from pathways.care.evolution import evolved
from pathways.care.notice_kinds import NoticeKind, Reach
from pathways.care.occupancy import UnitOccupancy
from pathways.care.programme.values import ProgrammeOccupancy
from pathways.care.viewing import network_that_sees
from pathways.cover.rotas import Rota, rota_of
from pathways.definition.frozen import Frozen
from pathways.definition.models import Pathway
from pathways.definition.networks import Network


@dataclass(frozen=True)
class Context:
    """What a decision is made in: the pathway version, the network, and the instant (aware, UTC).

    `occupancy`: who is at the units that the decision may concern; None where nobody else is anywhere.
    `feeds`: the text of each calendar of cover, by the team whose it is. `programme`: who has a place in the pathway's
    programme and who waits; None where nobody does. `whole`: the network with those teams as well that may not see the
    episode that is decided on; None where none was left out. `late_since`: when it happened, of what is entered late.
    """

    pathway: Pathway
    network: Network
    now: datetime
    occupancy: Mapping[str, UnitOccupancy] | None = None
    feeds: Mapping[str, str] = field(default_factory=dict)
    programme: ProgrammeOccupancy | None = None
    whole: Network | None = None
    late_since: datetime | None = None

    def about(self, episode: Episode) -> "Context":
        """The context in which this episode is looked at: its network is those teams alone that may see it."""
        whole = self.whole or self.network
        seen_by = network_that_sees(whole, episode)
        return self if seen_by is self.network else replace(self, network=seen_by, whole=whole)

    @property
    def at_entry(self) -> "Context":
        """The same as of the entry, whenever it happened: for what is told, or kept for somebody, from now on."""
        return replace(self, late_since=None)

    @property
    def occurred_at(self) -> datetime:
        """When what is decided on happened (UTC): now, unless it is entered late."""
        return self.late_since or self.now

    @property
    def zone(self) -> ZoneInfo:
        """The network's time zone, in which deadlines of days and longer are computed."""
        return ZoneInfo(self.network.time_zone)

    @property
    def today(self) -> date:
        """The day that it is in the network's time zone."""
        return self.now.astimezone(self.zone).date()

    @cached_property
    def rota(self) -> Rota:
        """The network's cover: who is on duty when."""
        return rota_of(self.network, self.feeds)


class NoticeOwed(Frozen):
    """One message that a decision owes to one team through one contact point.

    `key` is unique for ever: episode, number of the event that owes it, kind, team and contact. `subject` is what it
    is about where that is less than the whole handover or episode, such as a follow-up: it is withdrawn by that.
    """

    key: str
    kind: NoticeKind
    team: str
    contact: str
    handover: str | None = None
    subject: str | None = None
    due_at: datetime | None = None
    times: int = 1


class Decision(Frozen):
    """What follows from a command: the new state, the events that led there, and the notices owed.

    No events means that there was nothing to do, and then no notice is owed either. `concerned`: the teams with a part
    in the new state; none once the episode is over. `on_list_at`: from when it may stand on the list of a meeting.
    """

    episode: Episode
    events: tuple[Recorded, ...] = ()
    notices: tuple[NoticeOwed, ...] = ()
    concerned: tuple[str, ...] = ()
    on_list_at: datetime | None = None


class Recorder:
    """Collects the events and notices of one decision, with the state that follows from them so far."""

    def __init__(self, context: Context, episode: Episode | None, actor: Actor) -> None:
        self._context = context
        self._episode = episode
        self.actor = actor
        self._events: list[Recorded] = []
        self._notices: list[NoticeOwed] = []

    @property
    def context(self) -> Context:
        """What is decided in, with those teams alone that may see the episode as it is so far."""
        return self._context if self._episode is None else self._context.about(self._episode)

    @property
    def episode(self) -> Episode:
        """The state after what has been recorded so far."""
        if self._episode is None:
            raise ValueError("record the beginning first")
        return self._episode

    @property
    def events(self) -> tuple[Recorded, ...]:
        """What has been recorded so far."""
        return tuple(self._events)

    def record(self, event: Event) -> None:
        """Add an event; the state follows at once."""
        number = 1 if self._episode is None else self._episode.number + 1
        occurred_at = self.context.late_since if is_of_then(event) else None
        recorded = Recorded(number=number, at=self.context.now, occurred_at=occurred_at, actor=self.actor, event=event)
        self._events.append(recorded)
        self._episode = evolved(self._episode, recorded)

    def owe(
        self,
        kind: NoticeKind,
        team: str,
        *,
        handover: str | None = None,
        subject: str | None = None,
        due_at: datetime | None = None,
        times: int = 1,
    ) -> None:
        """Owe a team a notice, for the `times`-th time (from 1). Whom it reaches is the rule of its kind, `REACH`."""
        reach = self.reach_of(kind, handover=handover, subject=subject)
        for told in addressees(self.context.rota, team, self.context.now, reach, times):
            self.owe_contact(
                kind, told.team, told.contact, handover=handover, subject=subject, due_at=due_at, times=times
            )

    def reach_of(self, kind: NoticeKind, *, handover: str | None = None, subject: str | None = None) -> Reach:
        """Whether a notice of this kind may wait for its team to open, or whom it must reach now."""
        return reach_of(kind, self.context.pathway, self.episode, handover=handover, subject=subject)

    def owe_contact(
        self,
        kind: NoticeKind,
        team: str,
        contact: str,
        *,
        handover: str | None = None,
        subject: str | None = None,
        due_at: datetime | None = None,
        times: int = 1,
    ) -> None:
        """Owe a notice to one contact of a team. Who has it already for another team gets it once."""
        key = f"{self.episode.reference}/{self.episode.number}/{kind}/{team}/{contact}"
        owed = NoticeOwed(
            key=key,
            kind=kind,
            team=team,
            contact=contact,
            handover=handover,
            subject=subject,
            due_at=due_at,
            times=times,
        )
        same = {"key": key, "due_at": due_at, "times": times}
        if any(each.model_copy(update=same) == owed for each in self._notices):
            return
        if any(each.key == key for each in self._notices):  # it answers for several teams, each with its own matter
            owed = owed.model_copy(update={"key": f"{key}/{subject}"})
        self._notices.append(owed)

    def start(self, clock: RunningClock) -> None:
        """Start a clock."""
        self.record(ClockStarted(clock=clock))

    def stop(
        self, key: str, *, withdrawn: bool = False, at: datetime | None = None, due_at: datetime | None = None
    ) -> None:
        """Stop a clock if it runs: met or late as the time tells, or withdrawn. `at`: when what it waits for happened,
        if earlier than what is decided on. `due_at`: the limit that held then, if it was another.
        """
        clock = self.episode.clocks.get(key)
        if clock is None:
            return
        in_time = (
            ClockOutcome.MET if (at or self.context.occurred_at) <= (due_at or clock.due_at) else ClockOutcome.LATE
        )
        self.record(ClockStopped(key=key, outcome=ClockOutcome.WITHDRAWN if withdrawn else in_time))

    def stop_all(self, subject: str) -> None:
        """Withdraw every clock that runs for one subject: a handover or the episode."""
        for key, clock in tuple(self.episode.clocks.items()):
            if clock.subject == subject:
                self.stop(key, withdrawn=True)

    def withdraw_notices(
        self,
        handover: str | None = None,
        *,
        subject: str | None = None,
        kinds: Sequence[NoticeKind] = (),
        team: str | None = None,
    ) -> None:
        """Withdraw the notices not yet sent: of one handover or of one subject, or of the whole episode.

        `kinds`: only those of these kinds; none named, all. `team`: only those to this team.
        """
        self.record(NoticesWithdrawn(handover=handover, subject=subject, kinds=tuple(kinds), team=team))

    def decided(self) -> Decision:
        """The decision as collected."""
        return Decision(episode=self.episode, events=tuple(self._events), notices=tuple(self._notices))
