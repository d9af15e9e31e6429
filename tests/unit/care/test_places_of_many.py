"""Several patients and few places, in random order: held against a slow telling of the same, event by event.

The slow telling knows nothing of states and decisions. It keeps who sits where and who stands in line, as one would on
paper, from what happened alone, and looks at every place that is given: was it free, and was nobody before?
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from care_stories import change, person
from care_worlds import NETWORK, START
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from place_worlds import HOLDING

from pathways.care.actors import CLOCK, SYSTEM
from pathways.care.commands import (
    BeginEpisode,
    Command,
    ConfirmReadiness,
    EndEpisode,
    OfferPlace,
    PassClock,
    PlanHandover,
)
from pathways.care.decisions import begin, decide
from pathways.care.episodes import Episode, Handover
from pathways.care.events import EpisodeBegan, EpisodeEnded, Recorded
from pathways.care.events_of_handovers import (
    PlaceAwaited,
    PlaceHeld,
    PlaceReleased,
    ReceiverChosen,
    ReceiverDeclined,
    ResponsibilityPassed,
)
from pathways.care.evolution import evolved, replayed
from pathways.care.occupancy import UnitOccupancy, claims_of, in_line, sorted_line
from pathways.care.places import units_to_look_at
from pathways.care.recording import Context, Decision
from pathways.care.states import STEPS, UNANSWERED, Action, HandoverStatus
from pathways.definition.networks import CareUnit
from pathways.errors import Refused

BEDS = {
    "east-bed": NETWORK.units["east-bed"].model_copy(update={"places": 1}),
    "west-bed": NETWORK.units["west-bed"].model_copy(update={"places": 1}),
    "west-annex": NETWORK.units["west-annex"],
    "east-rest": NETWORK.units["east-rest"],
}
SMALL: dict[str, CareUnit] = BEDS
SMALL_NETWORK = NETWORK.model_copy(update={"units": SMALL})
PATIENTS = 5


@dataclass
class Paper:
    """Who sits where (unit to the names of those whose places they are) and who stands in line, kept by hand."""

    sits: dict[str, list[str]] = field(default_factory=lambda: {unit: [] for unit in SMALL})
    line: dict[str, dict[str, tuple[int, datetime]]] = field(default_factory=lambda: {unit: {} for unit in SMALL})
    closed: dict[str, int] = field(default_factory=lambda: dict.fromkeys(SMALL, 0))
    at: dict[str, str | None] = field(default_factory=dict)
    urgent: set[str] = field(default_factory=set)

    def note(self, patient: str, happened: Iterable[Recorded]) -> None:
        for recorded in happened:
            self._note(patient, recorded)

    def _note(self, patient: str, recorded: Recorded) -> None:
        match recorded.event:
            case EpisodeBegan(unit=unit):
                self._sit_down(patient, unit)
            case PlaceHeld(unit=unit, handover=handover):
                self.line[unit].pop(handover, None)
                assert len(self.sits[unit]) < SMALL[unit].places - self.closed[unit]
                self.sits[unit].append(handover)
            case PlaceAwaited(unit=unit, handover=handover, since=since):
                if handover in self.sits[unit]:
                    self.sits[unit].remove(handover)
                self.line[unit][handover] = (handover not in self.urgent, since)
            case PlaceReleased(unit=unit, handover=handover):
                self.line[unit].pop(handover, None)
                if handover in self.sits[unit]:
                    self.sits[unit].remove(handover)
            case ResponsibilityPassed(unit=unit, handover=handover):
                self._get_up(patient)
                if unit:
                    self.sits[unit].remove(handover)
                self._sit_down(patient, unit)
            case EpisodeEnded():
                self._get_up(patient)
            case ReceiverChosen() | ReceiverDeclined() | _:
                pass

    def _sit_down(self, patient: str, unit: str | None) -> None:
        self.at[patient] = unit
        if unit:
            self.sits[unit].append(patient)

    def _get_up(self, patient: str) -> None:
        if unit := self.at.get(patient):
            self.sits[unit].remove(patient)
        self.at[patient] = None


class Many(RuleBasedStateMachine):
    """Several episodes over few places, with the places offered as the operations do it."""

    @initialize()
    def begin(self) -> None:
        self.now = START
        self.paper = Paper()
        self.episodes: dict[str, Episode] = {}
        self.histories: dict[str, tuple[Recorded, ...]] = {}
        self.count = 0
        for number in range(PATIENTS):
            reference = f"E222-{number:04}"
            command = BeginEpisode(actor=person("home-north"), reference=reference, level="home", team="home-north")
            self._keep(begin(self._context(reference, None, command), command))

    def _context(self, reference: str, episode: Episode | None, command: Command) -> Context:
        units = units_to_look_at(HOLDING, SMALL_NETWORK, episode, command)
        there = {unit: self._occupancy(unit) for unit in units}
        return Context(HOLDING, SMALL_NETWORK, self.now, there)

    def _occupancy(self, unit: str) -> UnitOccupancy:
        every = self.episodes.values()
        return UnitOccupancy(
            closed=self.paper.closed[unit],
            claims=tuple(claim for episode in every for claim in claims_of(episode) if claim.unit == unit),
            waiting=tuple(entry for episode in every for entry in in_line(episode) if entry.unit == unit),
        )

    def _keep(self, decision: Decision) -> None:
        reference = decision.episode.reference
        self.paper.note(reference, decision.events)
        so_far: Episode | None = self.episodes.get(reference)
        for recorded in decision.events:
            so_far = evolved(so_far, recorded)
        assert so_far == decision.episode
        self.histories[reference] = (*self.histories.get(reference, ()), *decision.events)
        self.episodes[reference] = decision.episode

    def _do(self, reference: str, command: Command) -> bool:
        episode = self.episodes[reference]
        try:
            decision = decide(self._context(reference, episode, command), episode, command)
        except Refused:
            return False
        self._keep(decision)
        return bool(decision.events)

    def _offer(self) -> None:
        """Give the free places to those who are first, as is done after every commit."""
        for unit in SMALL:
            while self._gives_to_the_first(unit):
                pass

    def _gives_to_the_first(self, unit: str) -> bool:
        line = self.paper.line[unit]
        if not line or len(self.paper.sits[unit]) >= SMALL[unit].places - self.paper.closed[unit]:
            return False
        entries = sorted_line(self._occupancy(unit).waiting)
        assert {entry.handover for entry in entries} == set(line)
        ordered = [line[entry.handover] + (entry.wish,) for entry in entries]
        assert [each[0] for each in ordered] == sorted(each[0] for each in ordered)  # the urgent ones are before all
        first = entries[0]
        for later in entries[1:]:
            offer = OfferPlace(actor=SYSTEM, handover=later.handover, unit=unit)
            free = SMALL[unit].places - self.paper.closed[unit] - len(self.paper.sits[unit])
            if free <= entries.index(later):
                assert not decide(
                    self._context(later.episode, self.episodes[later.episode], offer),
                    self.episodes[later.episode],
                    offer,
                ).events
        return self._do(first.episode, OfferPlace(actor=SYSTEM, handover=first.handover, unit=unit))

    @rule(
        who=st.integers(0, PATIENTS - 1),
        units=st.lists(st.sampled_from(["east-bed", "west-bed", "west-annex"]), min_size=1, max_size=3, unique=True),
        is_acute=st.booleans(),
    )
    def ask(self, who: int, units: list[str], is_acute: bool) -> None:
        reference, episode = self._patient(who)
        self.count += 1
        handover = f"H222-{self.count:04}"
        if is_acute:
            self.paper.urgent.add(handover)
        moves = {"home": "admit", "home-plus": "admit", "bed": "relieve", "rest": "discharge"}
        move = moves[episode.level]
        command = PlanHandover(
            actor=person(episode.stay.team),
            reference=handover,
            move=move,
            urgency="acute" if is_acute and move != "discharge" else "planned",
            reason="better" if move == "discharge" else "worse",
            to_team="home-north" if move == "discharge" else None,
            to_units=tuple(units) if move == "admit" else ("east-rest",) if move == "relieve" else (),
        )
        if command.urgency != "acute":
            self.paper.urgent.discard(handover)
        self._do(reference, command)
        self._offer()

    @rule(who=st.integers(0, PATIENTS - 1), number=st.integers(0, 11), times=st.integers(1, 5))
    def go_on(self, who: int, number: int, times: int) -> None:
        """Take the open handover further, mostly towards its end."""
        for _ in range(times):
            reference, episode = self._patient(who)
            if handover := episode.open_handover:
                self._step(reference, handover, number)
                self._offer()

    def _step(self, reference: str, handover: Handover, number: int) -> None:
        receiver = handover.asked[number % len(handover.asked)]
        sender = handover.plan.from_team
        match handover.status:
            case status if status in UNANSWERED:
                action = Action.REJECT if number % 4 == 3 else Action.ACCEPT
                happened = self._do(
                    reference, change(action, person(receiver.team), "no-place", handover.reference, receiver.unit)
                )
                assert happened == (action is Action.REJECT or receiver in handover.able_to_accept)
            case HandoverStatus.ACCEPTED:
                for team in (sender, receiver.team):
                    self._do(reference, ConfirmReadiness(actor=person(team), handover=handover.reference))
            case status:
                action = Action.DEPART if status is HandoverStatus.READY else Action.ARRIVE
                team = sender if action is Action.DEPART else receiver.team
                assert action in STEPS[status]
                self._do(reference, change(action, person(team), None, handover.reference))

    @rule(who=st.integers(0, PATIENTS - 1))
    def cancel(self, who: int) -> None:
        reference, episode = self._patient(who)
        if handover := episode.open_handover:
            sender = person(handover.plan.from_team)
            self._do(reference, change(Action.CANCEL, sender, "better", handover.reference))
            self._offer()

    @rule(who=st.integers(0, PATIENTS - 1))
    def end(self, who: int) -> None:
        """The patient dies or moves, and another comes in their place."""
        reference, episode = self._patient(who)
        self._do(reference, EndEpisode(actor=person(episode.stay.team), end="moved"))
        self._offer()
        self.count += 1
        new = f"E333-{self.count:04}"
        command = BeginEpisode(actor=person("home-north"), reference=new, level="home", team="home-north")
        self._keep(begin(self._context(new, None, command), command))

    @rule(who=st.integers(0, 3), unit=st.sampled_from(["east-bed", "west-bed", "west-annex"]))
    def begin_at_a_unit(self, who: int, unit: str) -> None:
        """Refused where no place is free, and only there."""
        command = BeginEpisode(
            actor=person(SMALL[unit].team), reference=f"E444-{self.count:04}", level="bed", unit=unit
        )
        is_free = len(self.paper.sits[unit]) < SMALL[unit].places - self.paper.closed[unit]
        try:
            begin(self._context(command.reference, None, command), command)
        except Refused:
            assert not is_free
        else:
            assert is_free

    @rule(unit=st.sampled_from(sorted(SMALL)), count=st.integers(0, 1))
    def close(self, unit: str, count: int) -> None:
        self.paper.closed[unit] = count
        self._offer()

    @rule(minutes=st.sampled_from([1, 30, 119, 240]))
    def time_goes_by(self, minutes: int) -> None:
        self.now += timedelta(minutes=minutes)
        for reference, episode in tuple(self.episodes.items()):
            for key, clock in tuple(episode.clocks.items()):
                if clock.next_at <= self.now:
                    self._do(reference, PassClock(actor=CLOCK, key=key))
            self._offer()

    def _patient(self, who: int) -> tuple[str, Episode]:
        active = [(reference, episode) for reference, episode in self.episodes.items() if not episode.has_ended]
        return active[who % len(active)]

    @invariant()
    def the_paper_and_the_episodes_say_the_same(self) -> None:
        for unit in SMALL:
            there = self._occupancy(unit)
            said = sorted(claim.handover or claim.episode for claim in there.claims)
            assert said == sorted(self.paper.sits[unit])
            assert {entry.handover for entry in there.waiting} == set(self.paper.line[unit])

    @invariant()
    def no_patient_is_on_two_places_and_no_place_has_two_patients(self) -> None:
        everywhere = [name for sitting in self.paper.sits.values() for name in sitting if name.startswith("E")]
        assert len(everywhere) == len(set(everywhere))
        assert all(len(self.paper.sits[unit]) <= SMALL[unit].places for unit in SMALL)

    @invariant()
    def no_open_place_stands_empty_while_somebody_waits_for_it(self) -> None:
        for unit, sitting in self.paper.sits.items():
            is_free = len(sitting) < SMALL[unit].places - self.paper.closed[unit]
            assert not (is_free and self.paper.line[unit])

    def teardown(self) -> None:
        """Each whole history, replayed from its beginning, gives the state: at the end, as after every step."""
        for reference, history in vars(self).get("histories", {}).items():
            assert replayed(history) == self.episodes[reference]


TestMany = Many.TestCase
TestMany.settings = settings(
    max_examples=60,
    stateful_step_count=30,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)
