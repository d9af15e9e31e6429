"""A programme on the two shores, with few places, and many episodes at once that know of each other as in the store."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from care_stories import person
from care_worlds import NETWORK, PATHWAY, START

from pathways.care.actors import CLOCK, SYSTEM, Actor
from pathways.care.commands import BeginEpisode, Command, EndEpisode, PassClock, TakeBackEnd
from pathways.care.decisions import begin, decide
from pathways.care.episodes import Episode
from pathways.care.events import NoticesWithdrawn, Recorded, event_adapter
from pathways.care.evolution import replayed
from pathways.care.occupancy import UnitOccupancy
from pathways.care.programme.commands import Enrol, KeepWaiting, OfferEnrolment, RecordMeasurement
from pathways.care.programme.values import InProgrammeLine, ProgrammeOccupancy, in_order
from pathways.care.recording import Context, Decision, NoticeOwed
from pathways.care.states import EpisodeStatus
from pathways.definition.checks_of_programmes import check_programme
from pathways.definition.models import Pathway

CRITERIA = ("leaving", "had-help")


def programme(*, cap: int | None = 2, **changes: Any) -> Pathway:
    """The pathway of the two shores with a programme; `changes` of what it says of enrolling."""
    raw = PATHWAY.model_dump(mode="json", by_alias=True)
    raw["ends"] |= {"finished": {"title": {"en": "Finished"}}}
    raw["enrolment"] = {
        "criteria": {name: {"en": name} for name in CRITERIA},
        "cap": cap,
        "frees": ["moved", "deceased"],
        "waiting_list": {"ask_again": "2 weeks", "enrol_within": "3 days"},
        **changes,
    }
    measure = {"title": {"en": "Measure"}, "instrument": "An index", "lowest": 0, "highest": 100, "better": "higher"}
    raw["evaluation"] = {
        "measures": {
            "ability": {**measure, "role": "expert-care", "step": 5},
            "hours": {**measure, "role": "home-care", "decimals": 1, "better": "lower"},
        },
        "before": {"earlier": "2 weeks", "later": "3 days"},
        "during": {"opens": "4 weeks", "closes": "6 weeks"},
        "after": {"opens": "12 weeks", "closes": "16 weeks"},
        "repeat": "2 days",
        "compare_with": "waiting-list",
        "not_after": ["moved"],
    }
    made = Pathway.model_validate(raw)
    assert [finding.code for finding in check_programme(made)] in ([], ["comparison-with-nobody"])
    return made


PROGRAMME = programme()


@dataclass
class Programme:
    """All episodes of one programme. What others have and wait for is read from them, before each decision."""

    pathway: Pathway = PROGRAMME
    now: datetime = START
    episodes: dict[str, Episode] = field(default_factory=dict)
    histories: dict[str, tuple[Recorded, ...]] = field(default_factory=dict)
    outboxes: dict[str, tuple[NoticeOwed, ...]] = field(default_factory=dict)
    units: Mapping[str, UnitOccupancy] | None = None

    @property
    def occupancy(self) -> ProgrammeOccupancy:
        running = self.episodes.items()
        entries = [
            InProgrammeLine(
                episode=reference,
                team=each.stay.team,
                since=each.enrolment.waits_since,
                offered_at=each.enrolment.offered_at,
                passed_on_at=each.enrolment.passed_on_at,
            )
            for reference, each in running
            if each.status is EpisodeStatus.WAITLIST and each.enrolment and each.enrolment.waits_since
        ]
        taken = tuple(reference for reference, each in running if each.enrolment and each.enrolment.place_of)
        return ProgrammeOccupancy(taken=taken, waiting=in_order(entries))

    @property
    def context(self) -> Context:
        return Context(self.pathway, NETWORK, self.now, programme=self.occupancy, occupancy=self.units)

    def begin(
        self, reference: str, *, criteria: tuple[str, ...] = CRITERIA, team: str = "home-north", **where: Any
    ) -> Decision:
        command = BeginEpisode(
            actor=person(where.get("team_of_actor", team)),
            reference=reference,
            level=where.get("level", "home"),
            team=team if where.get("level", "home") == "home" else None,
            unit=where.get("unit"),
            criteria=criteria,
        )
        return self._keep(reference, begin(self.context, command))

    def do(self, reference: str, command: Command) -> Decision:
        return self._keep(reference, decide(self.context, self.episodes[reference], command))

    def enrol(self, reference: str, actor: Actor | None = None) -> Decision:
        return self.do(reference, Enrol(actor=actor or person("home-north")))

    def keep_waiting(self, reference: str, team: str = "home-north") -> Decision:
        return self.do(reference, KeepWaiting(actor=person(team)))

    def offer(self) -> tuple[str, ...]:
        """Offer as the operations do, to all who wait; gives whom something was told."""
        waiting = [entry.episode for entry in self.occupancy.waiting]
        return tuple(each for each in waiting if self.do(each, OfferEnrolment(actor=SYSTEM)).events)

    def end(self, reference: str, end: str = "moved", team: str = "home-north") -> Decision:
        return self.do(reference, EndEpisode(actor=person(team), end=end))

    def take_back(self, reference: str, team: str = "home-north") -> Decision:
        return self.do(reference, TakeBackEnd(actor=person(team)))

    def pass_clock(self, reference: str, key: str) -> Decision:
        return self.do(reference, PassClock(actor=CLOCK, key=key))

    def measure(
        self, reference: str, name: str, value: float, team: str = "home-north", at: datetime | None = None
    ) -> Decision:
        return self.do(reference, RecordMeasurement(actor=person(team), measure=name, value=value, at=at))

    def wait(self, **span: float) -> None:
        self.now += timedelta(**span)

    def _keep(self, reference: str, decision: Decision) -> Decision:
        """Keep it as rows would: through JSON, and replayed from the events."""
        kept = tuple(
            recorded.model_copy(update={"event": event_adapter.validate_json(recorded.event.model_dump_json())})
            for recorded in decision.events
        )
        self.histories[reference] = (*self.histories.get(reference, ()), *kept)
        assert replayed(self.histories[reference]) == decision.episode
        self.episodes[reference] = Episode.model_validate_json(decision.episode.model_dump_json())
        assert self.episodes[reference] == decision.episode
        outbox = self.outboxes.get(reference, ())
        for recorded in decision.events:
            if isinstance(recorded.event, NoticesWithdrawn):
                subject = recorded.event.subject
                outbox = tuple(owed for owed in outbox if subject not in (None, owed.subject))
        self.outboxes[reference] = (*outbox, *decision.notices)
        return decision
