"""Random commands, sensible and not, from anybody, at any time, with crashes in between: what must hold, holds."""

from collections.abc import Sequence
from datetime import datetime, timedelta

import pytest
from care_commands import (
    FULL,
    NONSENSE,
    anything,
    numbers,
    pick,
    possible_facts,
    possible_plan,
    possible_step,
    step_forward,
    summary_for,
    unused_reference,
)
from care_invariants import CLAIMS
from care_stories import E, Story, change, person
from care_worlds import AUTUMN, NETWORK, PATHWAY, PERSON_NAME, SPRING, START, STRICT, TEAMS, WORLDS
from deadline_worlds import DEADLINES
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from place_worlds import EMPTY, HOLDING, in_line, occupied, others

from pathways.care.actors import CLOCK, SYSTEM
from pathways.care.beginnings import can_carry
from pathways.care.clocks import declared_name
from pathways.care.commands import (
    ChangeHandover,
    ComeBack,
    Command,
    CompleteFollowUp,
    EndEpisode,
    OfferPlace,
    PassClock,
    PauseEpisode,
    RecordFact,
    RecordMilestone,
    RecordReturnCause,
    ResumeEpisode,
    TakeBackEnd,
    Waive,
    WriteSummary,
)
from pathways.care.episodes import ClockKind, Handover, RunningClock
from pathways.care.evolution import replayed
from pathways.care.late_entries import may_be_late
from pathways.care.occupancy import claims_of
from pathways.care.patient import PatientFact
from pathways.care.pauses import cancelled_by_a_pause
from pathways.care.recording import Context, Decision
from pathways.care.states import Action, EpisodeStatus, HandoverStatus
from pathways.definition.models import Pathway
from pathways.definition.networks import Network
from pathways.errors import Refused

pytestmark = pytest.mark.exhaustive

_ago = st.sampled_from([0, 1, 60, 300, 3600, 18_000, 90_000, 604_800, 604_801]) | st.integers(0, 90_000)
"""By how many seconds something is entered late."""

_MAY_SAY_NOTHING = {ClockKind.CLOSING, ClockKind.DELIVERED, ClockKind.SEEN, ClockKind.HOLD}
"""Whoever takes over may have it already, and what was not delivered need not be asked whether it was seen."""


def has_waiting(machine: "Care") -> bool:
    handover = machine.story.episode.open_handover
    return handover is not None and bool(handover.awaited_units)


class Care(RuleBasedStateMachine):
    """One episode from its beginning, asked for anything."""

    worlds: Sequence[tuple[Pathway, Network]] = (*WORLDS, (HOLDING, NETWORK), (DEADLINES, NETWORK))
    story: Story

    @initialize(
        now=st.sampled_from([START, SPRING, AUTUMN]),
        begun=st.sampled_from([("home", "home-north", None), ("home-plus", None, None), ("bed", None, "west-bed")]),
        by=st.sampled_from([None, None, *TEAMS]),
        number=numbers,
    )
    def begin(self, now: datetime, begun: tuple[str, str | None, str | None], by: str | None, number: int) -> None:
        """By the team itself or by another, which then asks that one to take over."""
        level, team, unit = begun
        context = Context(*pick(self.worlds, number), now)
        self.story = Story(level, team=team, unit=unit, context=context, by=by)
        self.closed: dict[str, Handover] = {}

    def ask(self, command: Command, *, crash: bool = False) -> Decision | None:
        """Ask for it. Whatever the answer, asking again gives the same; a crash drops it and loses nothing."""
        before, number = self.story.episode, len(self.story.history)
        decision, refusal = None, ""
        try:
            decision = self.story.decide(command)
        except Refused as refused:
            refusal = str(refused)
        assert not any(untold in refusal for untold in (PERSON_NAME, NONSENSE, ": ."))
        assert self.story.episode == before
        assert len(self.story.history) == number
        if decision is None or crash:
            return None
        self.takes_no_place_that_others_have(decision)
        assert self.story.decide(command) == decision
        self.story.apply(decision)
        return decision

    def takes_no_place_that_others_have(self, decision: Decision) -> None:
        """Whoever takes a place finds one that is open, that nobody has, and that nobody before them waits for."""
        before = claims_of(self.story.episode)
        for claim in claims_of(decision.episode) - before:
            if not claim.is_held and any(each.unit == claim.unit for each in before):
                continue  # the patient has arrived on the place that was held
            there = (self.story.context.occupancy or EMPTY)[claim.unit]
            own = [each for each in claims_of(decision.episode) if each.unit == claim.unit]
            was_there = self.story.episode.has_ended and not claim.is_held
            taken = len(own) + len(there.claims) + (0 if was_there else there.closed)
            assert taken <= NETWORK.units[claim.unit].places

    @rule(
        counts=st.lists(st.integers(0, 2), min_size=4, max_size=4),
        waiting=st.lists(st.integers(0, 3), max_size=3),
        closed=st.sampled_from(["east-bed", "east-rest"]),
        number=st.integers(0, 2),
    )
    def others_come_and_go(self, counts: list[int], waiting: list[int], closed: str, number: int) -> None:
        units = list(NETWORK.units)
        there = [each for unit, count in zip(units, counts, strict=True) for each in others(unit, count)]
        line = [
            in_line(pick(units, at), is_urgent=at % 2 == 0, since=self.story.now, number=place)
            for place, at in enumerate(waiting)
        ]
        self.story.others_are(occupied(tuple(there), tuple(line), {closed: number}))

    @precondition(has_waiting)
    @rule(number=numbers)
    def a_place_becomes_free(self, number: int) -> None:
        handover = self.story.episode.open_handover
        assert handover
        self.story.others_are(None)
        unit = pick(handover.awaited_units, number)
        decision = self.ask(OfferPlace(actor=SYSTEM, handover=handover.reference, unit=unit))
        assert decision
        assert unit in decision.episode.handovers[handover.reference].held_units

    def is_active(self) -> bool:
        return self.story.episode.status is EpisodeStatus.ACTIVE

    def has_not_ended(self) -> bool:
        return not self.story.episode.has_ended

    def coming_back(self) -> list[Handover]:
        """The handovers by which the patient comes or came back, of which the receiver has not said why."""
        found = [each for each in self.story.episode.handovers.values() if each.plan.returns and len(each.causes) < 2]
        return [each for each in found if each.is_open or each.status is HandoverStatus.COMPLETED]

    def has_one_open(self) -> bool:
        return self.story.episode.open_handover is not None

    def has_none_open(self) -> bool:
        return self.is_active() and not self.has_one_open()

    @rule(command=anything, crash=st.booleans())
    def ask_for_anything(self, command: Command, crash: bool) -> None:
        self.ask(command, crash=crash)

    @rule(command=anything, ago=_ago)
    def enter_anything_late(self, command: Command, ago: int) -> None:
        self.enter_late(command, ago)

    @precondition(has_none_open)
    @rule(number=numbers, ago=_ago)
    def enter_a_possible_request_late(self, number: int, ago: int) -> None:
        plan = possible_plan(self.story.episode, number, is_draft=False)
        if summary := summary_for(self.story, plan.urgency):
            assert self.ask(summary)
        self.enter_late(plan, ago)

    @precondition(has_one_open)
    @rule(agos=st.lists(_ago, min_size=1, max_size=4).map(sorted), number=numbers)
    def enter_steps_late_in_their_order(self, agos: list[int], number: int) -> None:
        for ago in reversed(agos):
            handover = self.story.episode.open_handover
            if handover and self.is_active():
                self.enter_late(step_forward(self.story, handover, number), ago)
                self.what_must_hold_holds()

    @precondition(is_active)
    @rule(fact=possible_facts, number=numbers, ago=_ago)
    def enter_late_what_is_so(self, fact: PatientFact, number: int, ago: int) -> None:
        teams = sorted({*self.story.episode.care_team.values(), str(self.story.episode.responsible_team)})
        self.enter_late(RecordFact(actor=person(pick(teams, number)), fact=fact), ago)

    @precondition(has_not_ended)
    @rule(number=numbers, ago=_ago)
    def enter_a_turn_late(self, number: int, ago: int) -> None:
        episode = self.story.episode
        actor = person(episode.responsible_team)
        cancelled = cancelled_by_a_pause(episode)
        pause = PauseEpisode(actor=actor, kind="elsewhere", cancels=cancelled.reference if cancelled else None)
        turns = (pause, pause, ResumeEpisode(actor=actor), EndEpisode(actor=actor, end="deceased"))
        self.enter_late(pick(turns, number), ago)

    def enter_late(self, command: Command, ago: int) -> None:
        """It happened then only where that may be said of it."""
        at = self.story.now - timedelta(seconds=ago)
        decision = self.ask(command.model_copy(update={"occurred_at": at}))
        if decision and decision.events and ago:
            action = command.action if isinstance(command, ChangeHandover) else None
            assert may_be_late(type(command), action)
            assert {each.occurred_at for each in decision.events} <= {None, at} or getattr(command, "told_in", None)

    @precondition(has_none_open)
    @rule(number=numbers, is_draft=st.booleans())
    def plan_a_possible_move(self, number: int, is_draft: bool) -> None:
        plan = possible_plan(self.story.episode, number, is_draft=is_draft)
        summary = summary_for(self.story, plan.urgency)
        if summary and not is_draft:
            assert self.ask(plan) is None  # nobody asks without the summary that the urgency asks for
            assert self.ask(summary)
        assert self.ask(plan)

    @precondition(is_active)
    @rule(number=numbers, is_draft=st.booleans())
    def plan_what_is_possible_but_for_one_thing(self, number: int, is_draft: bool) -> None:
        """While another is open, by another team, or under a reference that is taken: all refused."""
        plan = possible_plan(self.story.episode, number, is_draft=is_draft)
        wrong = [plan.model_copy(update={"actor": person(team)}) for team in TEAMS if team != plan.actor.team]
        wrong += [plan.model_copy(update={"reference": taken}) for taken in self.story.episode.handovers]
        assert self.ask(pick(wrong, number)) is None
        assert self.has_none_open() or self.ask(plan) is None

    @precondition(has_one_open)
    @rule(number=numbers)
    def let_a_stranger_try_what_is_possible(self, number: int) -> None:
        handover = self.story.episode.open_handover
        assert handover
        parties = {handover.plan.from_team, *(asked.team for asked in handover.asked)}
        strangers = [team for team in TEAMS if team not in parties]
        stranger = person(pick(strangers, number))
        decision = self.ask(possible_step(handover, number).model_copy(update={"actor": stranger}))
        assert decision is None or not decision.events
        for key in self.story.episode.clocks:
            assert self.ask(PassClock(actor=stranger, key=key)) is None

    @precondition(has_one_open)
    @rule(number=numbers, crash=st.booleans())
    def do_what_the_table_allows(self, number: int, crash: bool) -> None:
        handover = self.story.episode.open_handover
        assert handover
        self.ask(possible_step(handover, number), crash=crash)

    @precondition(has_one_open)
    @rule(choices=st.lists(numbers, min_size=1, max_size=3))
    def carry_it_on(self, choices: list[int]) -> None:
        for number in choices:
            handover = self.story.episode.open_handover
            if handover and self.is_active():
                if handover.awaited_units:
                    self.story.others_are(None)
                decision = self.ask(step_forward(self.story, handover, number))
                is_overtaken = handover.status is HandoverStatus.DRAFT and self.story.episode.known
                assert decision or is_overtaken  # what was recorded since the draft may speak against it
                self.what_must_hold_holds()

    @precondition(is_active)
    @rule(fact=possible_facts, number=numbers, crash=st.booleans())
    def record_what_is_so(self, fact: PatientFact, number: int, crash: bool) -> None:
        teams = sorted({*self.story.episode.care_team.values(), str(self.story.episode.responsible_team)})
        decision = self.ask(RecordFact(actor=person(pick(teams, number)), fact=fact), crash=crash)
        assert crash or (decision and self.story.episode.known[fact.slot].fact == fact)

    @precondition(lambda self: self.story.context.pathway.milestones)
    @rule(name=st.sampled_from(tuple(DEADLINES.milestones)), ago=st.integers(0, 400_000), crash=st.booleans())
    def reach_a_milestone(self, name: str, ago: int, crash: bool) -> None:
        at = self.story.now - timedelta(seconds=ago)
        team = self.story.episode.stay.team
        decision = self.ask(RecordMilestone(actor=person(team), milestone=name, at=at), crash=crash)
        assert decision is None or self.story.episode.milestones[name] == at

    @rule(seconds=st.integers(0, 60) | st.integers(60, 14_400) | st.integers(14_400, 1_209_600))
    def time_goes_by(self, seconds: int) -> None:
        self.story.wait(seconds=seconds)

    @rule(seconds=st.sampled_from([0, 1_200, 86_400, 3_628_800]))
    def watch(self, seconds: int) -> None:
        """Act on what is due, as the watcher does: once each, and then nothing is due."""
        self.story.wait(seconds=seconds)
        for key in tuple(self.story.episode.clocks):
            clock = self.story.episode.clocks.get(key)  # an earlier one may have closed what it runs for
            decision = self.ask(PassClock(actor=CLOCK, key=key))
            assert decision is not None
            is_due = clock is not None and clock.next_at <= self.story.now
            assert bool(decision.events) == is_due
            may_be_silent = clock is not None and (clock.kind in _MAY_SAY_NOTHING or self.waits_for_opening(clock))
            assert bool(decision.notices) == is_due or may_be_silent
        assert all(clock.next_at > self.story.now for clock in self.story.episode.clocks.values())

    def waits_for_opening(self, clock: RunningClock) -> bool:
        """Whether a closed team has been told of it once, and is told again as soon as it opens."""
        after = self.story.episode.clocks.get(clock.key)
        opens_at = self.story.context.rota.opens_at(clock.owner, self.story.now)
        return clock.passed > 0 and after is not None and opens_at is not None and after.next_at <= opens_at

    @rule(sent=st.integers(0, 5))
    def deliver(self, sent: int) -> None:
        self.story.outbox = self.story.outbox[sent:]

    @precondition(has_not_ended)
    @rule(team=st.sampled_from(TEAMS), end=st.sampled_from(sorted(PATHWAY.ends)), is_meant=st.integers(0, 4))
    def end(self, team: str, end: str, is_meant: int) -> None:
        self.ask(EndEpisode(actor=person(team), end=end), crash=is_meant < 4)

    @precondition(has_not_ended)
    @rule(end=st.sampled_from(sorted(PATHWAY.ends)))
    def end_in_error_and_take_it_back_at_once(self, end: str) -> None:
        self.story.others_are(None)
        before, team = self.story.episode, self.story.episode.responsible_team
        assert self.ask(EndEpisode(actor=person(team), end=end))
        self.what_must_hold_holds()
        assert self.ask(TakeBackEnd(actor=person(team)))
        assert self.story.episode.model_copy(update={"number": before.number}) == before

    @precondition(lambda self: self.story.episode.end == "moved")
    @rule(team=st.sampled_from(TEAMS), told_in=st.sampled_from([None, "E222-3333"]))
    def a_death_follows_another_end(self, team: str, told_in: str | None) -> None:
        before = self.story.episode
        actor = person(before.stay.team if told_in is None else team)
        assert self.ask(EndEpisode(actor=actor, end="moved", told_in=None)) is None
        assert self.ask(EndEpisode(actor=actor, end="deceased", told_in=told_in))
        assert self.story.episode.stays == before.stays
        self.what_must_hold_holds()

    @precondition(lambda self: self.story.episode.has_ended)
    @rule()
    def take_an_end_back_later(self) -> None:
        self.story.others_are(None)
        stopped = self.story.episode.stopped
        assert stopped
        assert self.ask(TakeBackEnd(actor=person(self.story.episode.stay.team)))
        assert self.story.episode.open_handover == stopped.handover
        assert tuple(self.story.episode.clocks.values()) == stopped.clocks

    @precondition(lambda self: self.story.episode.has_ended)
    @rule(unit=st.sampled_from(["east-bed", "west-bed", "east-rest"]))
    def take_an_end_back_after_others_have_come(self, unit: str) -> None:
        """What was held at a unit that is full now is lost: nobody departs or arrives there before a place is free."""
        self.story.others_are(occupied(others(unit, NETWORK.units[unit].places)))
        stopped = self.story.episode.stopped
        assert stopped
        was_there = self.story.episode.stay.unit == unit and not stopped.end  # else the earlier end holds again
        decision = self.ask(TakeBackEnd(actor=person(self.story.episode.stay.team)))
        assert (decision is None) == was_there
        handover = self.story.episode.open_handover
        if handover and unit in (stopped.handover.held_units if stopped.handover else ()):
            assert unit in handover.awaited_units
            for action, team in ((Action.DEPART, handover.plan.from_team), (Action.ARRIVE, handover.plan.to_team)):
                assert len(handover.asked) > 1 or not self.ask(change(action, person(team), None, handover.reference))

    @precondition(is_active)
    @rule(crash=st.booleans())
    def pause(self, crash: bool) -> None:
        handover = self.story.episode.open_handover
        is_under_way = handover is not None and handover.status is HandoverStatus.IN_PROGRESS
        cancelled = cancelled_by_a_pause(self.story.episode)
        command = PauseEpisode(actor=person(self.story.episode.responsible_team), kind="elsewhere")
        if cancelled:
            assert self.ask(command) is None  # nobody cancels what they have not named
            command = command.model_copy(update={"cancels": cancelled.reference})
        assert (self.ask(command, crash=crash) is None) == (crash or is_under_way)

    @precondition(lambda self: self.story.episode.status is EpisodeStatus.ON_HOLD)
    @rule(number=numbers)
    def go_on_after_a_pause(self, number: int) -> None:
        plan = possible_plan(self.story.episode, number, is_draft=False)
        assert self.ask(plan) is None
        assert self.ask(ResumeEpisode(actor=person(self.story.episode.responsible_team)))

    @precondition(has_none_open)
    @rule(number=numbers)
    def come_back(self, number: int) -> None:
        episode = self.story.episode
        completed = [each for each in episode.handovers.values() if each.status is HandoverStatus.COMPLETED]
        if not completed:
            return
        latest = completed[-1]
        is_soon = self.story.now - latest.changed_at <= timedelta(hours=72)
        actor = person(episode.responsible_team)
        decision = self.ask(
            ComeBack(
                actor=actor,
                reference=unused_reference(episode),
                returns=latest.reference,
                cause=pick(("too-soon", "no-medicine"), number),
            )
        )
        made = latest.plan
        could_carry = can_carry(self.story.context, made.from_level, made.from_team, made.from_unit)
        is_possible = made.returns is None and not made.begins and could_carry
        assert (decision is not None) == (is_soon and is_possible)

    @precondition(lambda self: self.coming_back())
    @rule(number=numbers)
    def say_why_the_patient_came_back(self, number: int) -> None:
        handover = pick(self.coming_back(), number)
        team = handover.plan.to_team
        assert self.ask(RecordReturnCause(actor=person(team), handover=handover.reference, cause="too-soon"))

    @precondition(lambda self: self.story.episode.has_ended and self.story.episode.clocks)
    @rule(number=numbers)
    def complete_a_follow_up(self, number: int) -> None:
        key, clock = pick(list(self.story.episode.clocks.items()), number)
        if clock.kind is ClockKind.DECLARED:
            stops = self.story.context.pathway.clocks[declared_name(key)].stops
            milestone = next(trigger.milestone for trigger in stops if trigger.milestone)
            assert self.ask(RecordMilestone(actor=person(clock.owner), milestone=milestone))
            assert key not in self.story.episode.clocks
            return
        assert self.ask(CompleteFollowUp(actor=person(clock.owner), follow_up=key.partition("/")[2]))

    @invariant()
    def what_must_hold_holds(self) -> None:
        assert self.story.episode.reference == E
        for claim in CLAIMS:
            claim(self.story)

    @invariant()
    def a_closed_handover_never_changes(self) -> None:
        """But that the other side says why the patient came back, and that an end in error had closed it."""
        handovers = self.story.episode.handovers
        for reference, closed in self.closed.items():
            if closed.closing_reason != "episode-ended":
                assert handovers[reference].model_copy(update={"causes": closed.causes}) == closed
                assert closed.causes.items() <= handovers[reference].causes.items()
        self.closed = {reference: handover for reference, handover in handovers.items() if not handover.is_open}

    def teardown(self) -> None:
        """The whole history, replayed from its beginning, gives the state: at the end, as after every step."""
        if story := vars(self).get("story"):
            assert replayed(story.history) == story.episode


class StrictCare(Care):
    """The same where summaries, evidence, read-backs and waivers are asked for, and what is in place expires."""

    worlds = ((STRICT, NETWORK),)

    @precondition(Care.has_one_open)
    @rule(
        number=numbers, item=st.sampled_from(sorted(STRICT.readiness)), reason=st.sampled_from(sorted(STRICT.waivers))
    )
    def go_ahead_without(self, number: int, item: str, reason: str) -> None:
        handover = self.story.episode.open_handover
        assert handover
        team = pick((handover.plan.from_team, handover.plan.to_team), number)
        given = {"actor": person(team), "handover": handover.reference, "reason": reason, "words": "nobody at home"}
        self.ask(Waive(**given, items=(item,), read_back=number % 3 == 0))

    @precondition(Care.has_one_open)
    @rule(choices=st.lists(numbers, min_size=4, max_size=9))
    def carry_it_far(self, choices: list[int]) -> None:
        self.carry_it_on(choices)

    @precondition(Care.has_one_open)
    @rule(number=numbers, action=st.sampled_from([Action.DEPART, Action.ARRIVE]), is_watched=st.booleans())
    def go_ahead_when_something_has_expired(self, number: int, action: Action, is_watched: bool) -> None:
        """Whoever goes ahead on what has expired is refused, whether or not a clock has noticed."""
        handover = self.story.episode.open_handover
        assert handover
        if expiries := sorted(handover.expiries.values()):
            self.story.now = max(self.story.now, pick(expiries, number))
        if is_watched:
            self.watch(0)
        team = handover.plan.from_team if action is Action.DEPART else handover.plan.to_team
        self.ask(change(action, person(team), None, handover.reference))

    @precondition(lambda self: self.is_active())
    @rule(number=numbers)
    def write_the_summary_anew(self, number: int) -> None:
        summary = FULL.model_copy(update={"background": f"day {number}"})
        self.ask(WriteSummary(actor=person(self.story.episode.responsible_team), summary=summary))


TestCare = Care.TestCase
TestStrictCare = StrictCare.TestCase
TestCare.settings = TestStrictCare.settings = settings(
    max_examples=120,
    stateful_step_count=40,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)
