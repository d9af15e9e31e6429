"""Random commands, sensible and not, from anybody, at any time, with crashes in between: what must hold, holds."""

from collections.abc import Sequence
from datetime import datetime

from care_invariants import CLAIMS
from care_stories import E, Story, change, person
from care_worlds import AUTUMN, NETWORK, PATHWAY, PERSON_NAME, SPRING, START, TEAMS
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from pathways.care.commands import (
    Command,
    CompleteFollowUp,
    ConfirmReadiness,
    EndEpisode,
    PassClock,
    PlanHandover,
)
from pathways.care.episodes import CLOCK, SYSTEM, Actor, Handover
from pathways.care.recording import Decision
from pathways.care.states import STEPS, Action, EpisodeStatus, Party
from pathways.errors import Refused

NONSENSE = "nonsense"
actors = st.sampled_from([*(person(team) for team in (*TEAMS, None, NONSENSE)), CLOCK, SYSTEM])
references = st.sampled_from([f"H222-222{number}" for number in range(2, 10)])
reasons = st.sampled_from([None, "", " ", "no-place", "wrong-level", PERSON_NAME])
said = [action for action in Action if action not in (Action.CONFIRM, Action.WITHDRAW)]


def one_of(names: Sequence[str]) -> st.SearchStrategy[str]:
    return st.sampled_from([*names, NONSENSE])


def maybe(names: Sequence[str]) -> st.SearchStrategy[str | None]:
    return st.none() | one_of(names)


class Care(RuleBasedStateMachine):
    """One episode from its beginning, asked for anything."""

    story: Story

    @initialize(
        now=st.sampled_from([START, SPRING, AUTUMN]),
        begun=st.sampled_from([("home", "home-north", None), ("home-plus", None, None), ("bed", None, "west-bed")]),
    )
    def begin(self, now: datetime, begun: tuple[str, str | None, str | None]) -> None:
        level, team, unit = begun
        self.story = Story(level, team=team, unit=unit, now=now)
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
        assert self.story.decide(command) == decision
        self.story.apply(decision)
        return decision

    @rule(
        actor=actors,
        reference=references,
        move=one_of(tuple(PATHWAY.moves)),
        urgency=one_of(("acute", "planned")),
        reason=one_of(tuple(PATHWAY.reasons)),
        to_team=maybe(TEAMS),
        to_unit=maybe(tuple(NETWORK.units)),
        replaces=st.none() | references,
        draft=st.booleans(),
        crash=st.booleans(),
    )
    def plan_anything(
        self,
        actor: Actor,
        reference: str,
        move: str,
        urgency: str,
        reason: str,
        to_team: str | None,
        to_unit: str | None,
        replaces: str | None,
        draft: bool,
        crash: bool,
    ) -> None:
        command = PlanHandover(
            actor=actor,
            reference=reference,
            move=move,
            urgency=urgency,
            reason=reason,
            to_team=to_team,
            to_unit=to_unit,
            replaces=replaces,
            is_draft=draft,
        )
        self.ask(command, crash=crash)

    def has_none_open(self) -> bool:
        return self.story.episode.status is EpisodeStatus.ACTIVE and self.story.episode.open_handover is None

    def has_one_open(self) -> bool:
        return self.story.episode.open_handover is not None

    @precondition(has_none_open)
    @rule(data=st.data(), draft=st.booleans())
    def plan_a_possible_move(self, data: st.DataObject, draft: bool) -> None:
        level = self.story.episode.level
        moves = [name for name, move in PATHWAY.moves.items() if level in move.from_levels]
        name = data.draw(st.sampled_from(moves))
        move = PATHWAY.moves[name]
        units = [key for key, unit in NETWORK.units.items() if unit.level == move.to]
        decision = self.ask(
            PlanHandover(
                actor=person(self.story.episode.responsible_team),
                reference=f"H333-{len(self.story.history):04}",
                move=name,
                urgency=data.draw(st.sampled_from(sorted(move.urgencies))),
                reason=move.reasons[0],
                to_team="home-south" if move.to == "home" else None,
                to_unit=data.draw(st.sampled_from(units)) if units else None,
                replaces=next(iter(self.story.episode.handovers), None),
                is_draft=draft,
            )
        )
        assert decision is not None

    @rule(actor=actors, reference=references, action=st.sampled_from(said), reason=reasons)
    def change_anything(self, actor: Actor, reference: str, action: Action, reason: str | None) -> None:
        self.ask(change(action, actor, reason, reference))

    @precondition(has_one_open)
    @rule(actor=actors, action=st.sampled_from(said), reason=reasons)
    def change_the_open_one_anyhow(self, actor: Actor, action: Action, reason: str | None) -> None:
        handover = self.story.episode.open_handover
        assert handover
        self.ask(change(action, actor, reason, handover.reference))

    @precondition(has_one_open)
    @rule(data=st.data(), crash=st.booleans())
    def do_what_the_table_allows(self, data: st.DataObject, crash: bool) -> None:
        handover = self.story.episode.open_handover
        assert handover
        steps = {action: step for action, step in STEPS[handover.status].items() if action is not Action.WITHDRAW}
        action = data.draw(st.sampled_from(list(steps)))
        party = data.draw(st.sampled_from(sorted(steps[action].by)))
        teams = {Party.SENDER: handover.plan.from_team, Party.RECEIVER: handover.plan.to_team}
        actor = SYSTEM if party is Party.SYSTEM else person(teams[party])
        if action is Action.CONFIRM:
            self.ask(ConfirmReadiness(actor=actor, handover=handover.reference), crash=crash)
        else:
            self.ask(change(action, actor, "no-place", handover.reference), crash=crash)

    @precondition(has_one_open)
    @rule(actor=actors, items=st.lists(one_of(tuple(PATHWAY.readiness)), max_size=3))
    def confirm_anything(self, actor: Actor, items: list[str]) -> None:
        handover = self.story.episode.open_handover
        assert handover
        self.ask(ConfirmReadiness(actor=actor, handover=handover.reference, items=tuple(items)))

    @rule(seconds=st.integers(0, 60) | st.integers(60, 14_400) | st.integers(14_400, 1_209_600))
    def time_goes_by(self, seconds: int) -> None:
        self.story.wait(seconds=seconds)

    @rule()
    def watch(self) -> None:
        """Act on what is due, as the watcher does: once each, and then nothing is due."""
        for key, clock in tuple(self.story.episode.clocks.items()):
            decision = self.ask(PassClock(actor=CLOCK, key=key))
            assert decision is not None
            assert bool(decision.events) == bool(decision.notices) == (clock.next_at <= self.story.now)
        assert all(clock.next_at > self.story.now for clock in self.story.episode.clocks.values())

    @rule(actor=actors, data=st.data(), crash=st.booleans())
    def pass_any_clock(self, actor: Actor, data: st.DataObject, crash: bool) -> None:
        key = data.draw(one_of(tuple(self.story.episode.clocks)))
        self.ask(PassClock(actor=actor, key=key), crash=crash)

    @rule(sent=st.integers(0, 5))
    def deliver(self, sent: int) -> None:
        self.story.outbox = self.story.outbox[sent:]

    @rule(actor=actors, end=one_of(tuple(PATHWAY.ends)), crash=st.booleans(), is_meant=st.integers(0, 5))
    def end(self, actor: Actor, end: str, crash: bool, is_meant: int) -> None:
        self.ask(EndEpisode(actor=actor, end=end), crash=crash or is_meant > 0)

    @rule(actor=actors, follow_up=one_of(tuple(PATHWAY.follow_ups)))
    def complete_a_follow_up(self, actor: Actor, follow_up: str) -> None:
        self.ask(CompleteFollowUp(actor=actor, follow_up=follow_up))

    @invariant()
    def what_must_hold_holds(self) -> None:
        assert self.story.episode.reference == E
        for claim in CLAIMS:
            claim(self.story)

    @invariant()
    def a_closed_handover_never_changes(self) -> None:
        handovers = self.story.episode.handovers
        assert all(handovers[reference] == handover for reference, handover in self.closed.items())
        self.closed = {reference: handover for reference, handover in handovers.items() if not handover.is_open}


TestCare = Care.TestCase
TestCare.settings = settings(
    max_examples=200,
    stateful_step_count=50,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)
