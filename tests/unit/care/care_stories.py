"""An episode told step by step, as the store would keep it: decided, recorded, written as JSON and read again."""

from collections.abc import Mapping, Sequence
from copy import copy
from dataclasses import replace
from datetime import datetime, timedelta
from functools import cache
from typing import Any, cast

from care_worlds import NETWORK, PATHWAY, PERSON_NAME, START

from pathways.care.actors import CLOCK, SYSTEM, Actor, ActorKind
from pathways.care.areas import context_of_area
from pathways.care.beginnings import carrier
from pathways.care.commands import (
    AnswerQuestion,
    AskQuestion,
    BeginEpisode,
    ChangeHandover,
    Command,
    CompleteFollowUp,
    ConfirmReadiness,
    CorrectReadBack,
    EndEpisode,
    GiveReadBack,
    OfferPlace,
    PassClock,
    PlanHandover,
    RecordFact,
    Waive,
)
from pathways.care.communication import IllnessSeverity
from pathways.care.decisions import begin, decide
from pathways.care.episodes import Episode, Handover
from pathways.care.events import NoticesWithdrawn, Recorded, event_adapter
from pathways.care.evolution import evolved
from pathways.care.notice_kinds import NoticeKind
from pathways.care.occupancy import UnitOccupancy
from pathways.care.patient import PatientFact
from pathways.care.recording import Context, Decision, NoticeOwed
from pathways.care.states import Action, HandoverStatus
from pathways.definition.networks import CareUnit

E, H = "E222-2222", "H222-2222"
WORDS = f"{PERSON_NAME} said so"


def person(team: str | None) -> Actor:
    return Actor(kind=ActorKind.PERSON, team=team, name=PERSON_NAME, via="desk")


def told(decision: Decision) -> set[tuple[NoticeKind, str]]:
    """Kind and team of the notices that a decision owes."""
    return {(owed.kind, owed.team) for owed in decision.notices}


class Story:
    """An episode, its history and its outbox. Time moves only when it is told to.

    The team that is to be responsible begins it itself; `by`: another team begins it, and asks that one by H.
    """

    def __init__(
        self,
        level: str = "home",
        *,
        team: str | None = "home-north",
        unit: str | None = None,
        now: datetime = START,
        context: Context | None = None,
        care_team: Mapping[str, str] | None = None,
        district: str | None = None,
        provider: str | None = None,
        by: str | None = None,
    ) -> None:
        self.context = context or Context(PATHWAY, NETWORK, now)
        self.now = self.context.now
        self.history: tuple[Recorded, ...] = ()
        self.replayed: Episode | None = None
        self.outbox: tuple[NoticeOwed, ...] = ()
        self.owed: tuple[NoticeOwed, ...] = ()
        area = context_of_area(self.context, district, provider)
        own, _unit = carrier(area, level, team, unit, care_team or {})
        command = BeginEpisode(
            actor=person(by or own),
            reference=E,
            handover=H,
            level=level,
            team=team,
            unit=unit,
            care_team=care_team or {},
            district=district,
            provider=provider,
        )
        self.apply(begin(self.context, command))

    def decide(self, command: Command) -> Decision:
        """What would follow; nothing is kept, as after a crash before the commit."""
        self.context = replace(self.context, now=self.now)
        return decide(self.context, self.episode, command)

    def apply(self, decision: Decision) -> None:
        for recorded in map(_reloaded, decision.events):
            self.history += (recorded,)
            assert recorded.number == len(self.history)
            self.replayed = evolved(self.replayed, recorded)  # goes on where `replayed` of the history so far ends
        assert self.replayed == decision.episode
        for recorded in decision.events:
            if isinstance(recorded.event, NoticesWithdrawn):
                self.outbox = tuple(each for each in self.outbox if not _is_withdrawn(each, recorded.event))
        assert decision.events or not decision.notices
        self.outbox += decision.notices
        self.owed += decision.notices
        self.episode = Episode.model_validate_json(decision.episode.model_dump_json())
        assert self.episode == decision.episode == Episode.model_validate(decision.episode.model_dump())

    def perform(self, command: Command) -> Decision:
        decision = self.decide(command)
        self.apply(decision)
        return decision

    def wait(self, **span: float) -> None:
        self.now += timedelta(**span)

    def handover(self, reference: str = H) -> Handover:
        return self.episode.handovers[reference]

    def plan(
        self,
        move: str = "admit",
        urgency: str = "acute",
        *,
        reason: str | None = None,
        unit: str | tuple[str, ...] | None = None,
        to_team: str | None = None,
        draft: bool = False,
        reference: str = H,
        replaces: str | None = None,
        by: str | None = None,
        departs_because: str | None = None,
        goes_ahead_because: str | None = None,
    ) -> Decision:
        """Plan a handover; what is left out is the first that is possible."""
        definition = self.context.pathway.moves[move]
        if definition.to == "bed" and unit is None and to_team is None:
            unit = "east-bed"
        if definition.to == "home" and to_team is None:
            to_team = "home-north"
        command = PlanHandover(
            actor=person(by or self.episode.stay.team),
            reference=reference,
            move=move,
            urgency=urgency,
            reason=reason or definition.reasons[0],
            to_team=to_team,
            to_units=unit if isinstance(unit, tuple) else (unit,) if unit else (),
            replaces=replaces,
            is_draft=draft,
            departs_because=departs_because,
            goes_ahead_because=goes_ahead_because,
        )
        return self.perform(command)

    def note(self, fact: PatientFact, team: str = "home-north") -> Decision:
        """Record something about the patient."""
        return self.perform(RecordFact(actor=person(team), fact=fact))

    def change(
        self, action: Action, team: str, reason: str | None = None, reference: str = H, unit: str | None = None
    ) -> Decision:
        return self.perform(change(action, person(team), reason, reference, unit))

    def others_are(self, occupancy: Mapping[str, UnitOccupancy] | None) -> None:
        """Let others be at the units as this says; None where nobody else is anywhere."""
        self.context = replace(self.context, occupancy=occupancy)

    def units_are(self, units: Mapping[str, CareUnit]) -> None:
        """Let the network have these units."""
        network = self.context.network.model_copy(update={"units": units})
        self.context = replace(self.context, network=network)

    def offer(self, unit: str, reference: str = H) -> Decision:
        return self.perform(OfferPlace(actor=SYSTEM, handover=reference, unit=unit))

    def confirm(self, team: str, *items: str, reference: str = H, **known: Any) -> Decision:
        """`known`: evidence, checked_at."""
        return self.perform(ConfirmReadiness(actor=person(team), handover=reference, items=items, **known))

    def do(self, action: Action, team: str, reference: str = H) -> Decision:
        """An action whose command is one of its own."""
        return self.perform(asked_for(action, person(team), reference=reference))

    def pass_clock(self, key: str) -> Decision:
        return self.perform(PassClock(actor=CLOCK, key=key))

    def run_until(self, end: datetime) -> Decision:
        """Let time pass until then: each clock is acted on when it is due. Gives what came of the last."""
        while (clock := min(self.episode.clocks.values(), key=lambda each: each.next_at)).next_at <= end:
            self.now = max(clock.next_at, self.now)
            decision = self.pass_clock(clock.key)
        return decision

    def end(self, end: str = "deceased", team: str = "home-north") -> Decision:
        return self.perform(EndEpisode(actor=person(team), end=end))

    def complete(self, follow_up: str, team: str = "home-north") -> Decision:
        return self.perform(CompleteFollowUp(actor=person(team), follow_up=follow_up))


def change(
    action: Action, actor: Actor, reason: str | None = None, reference: str = H, unit: str | None = None
) -> ChangeHandover:
    """The command for an action, whichever it is."""
    values = {"actor": actor, "handover": reference, "action": action, "reason": reason, "unit": unit}
    return ChangeHandover.model_validate(values)


def asked_for(
    action: Action, actor: Actor, reason: str | None = None, reference: str = H, unit: str | None = None
) -> Command:
    """The command for an action with words that will do, whichever command it is."""
    given: dict[str, Any] = {"actor": actor, "handover": reference}
    match action:
        case Action.CONFIRM:
            return ConfirmReadiness(**given)
        case Action.WAIVE:
            return Waive(**given, read_back=True, reason="in-a-hurry", words=WORDS)
        case Action.READ_BACK:
            return GiveReadBack(**given, severity=IllnessSeverity.WATCHER, next_action=WORDS, contingency=WORDS)
        case Action.CORRECT:
            return CorrectReadBack(**given, correction=WORDS)
        case Action.ASK:
            return AskQuestion(**given, text=WORDS)
        case Action.REPLY:
            return AnswerQuestion(**given, answer=WORDS)
    named = unit if action in (Action.ACCEPT, Action.REJECT) else None
    return change(action, actor, reason, reference, named)


def with_handover(status: HandoverStatus, *, travels: bool = True) -> Story:
    """A story in which home-north hands over to ward-east (or, where nobody travels, to experts), come to `status`.

    Everything on the way was seen, nothing was marked as delivered; each side has one readiness item to see to,
    the one where nobody travels only the sender.
    """
    return copy(_with_handover(status, travels))


@cache
def _with_handover(status: HandoverStatus, travels: bool) -> Story:
    story = Story()
    receiver = "ward-east" if travels else "experts"
    if travels:
        story.plan("admit", "acute", draft=True)
    else:
        story.plan("strengthen", "planned", draft=True)
    for action, team in _way_to(status, travels):
        team = receiver if team == "receiver" else "home-north"
        if action is Action.CONFIRM:
            story.confirm(team)
        else:
            story.change(action, team, _reason_for(action))
    assert story.handover().status == status
    return story


def _is_withdrawn(owed: NoticeOwed, event: NoticesWithdrawn) -> bool:
    is_meant = event.handover in (None, owed.handover) and event.subject in (None, owed.subject)
    return is_meant and (not event.kinds or owed.kind in event.kinds) and event.team in (None, owed.team)


def _reloaded(recorded: Recorded) -> Recorded:
    """The event as it comes back from a row: through JSON."""
    event = event_adapter.validate_json(event_adapter.dump_json(recorded.event))
    assert event == recorded.event
    back = Recorded.model_validate_json(recorded.model_dump_json())
    assert back == recorded
    return back


def _reason_for(action: Action) -> str:
    return "no-place" if action is Action.REJECT else "it was wrong"


def _way_to(status: HandoverStatus, travels: bool) -> Sequence[tuple[Action, str]]:
    s = HandoverStatus
    request = [(Action.REQUEST, "sender")]
    see = [*request, (Action.SEE, "receiver")]
    accept = [*see, (Action.ACCEPT, "receiver")]
    ready = (
        [*accept, (Action.CONFIRM, "receiver"), (Action.CONFIRM, "sender")]
        if travels
        else [
            *accept,
            (Action.CONFIRM, "sender"),
        ]
    )
    depart = [*ready, (Action.DEPART, "sender")] if travels else ready
    ways: dict[HandoverStatus, list[tuple[Action, str]]] = {
        s.DRAFT: [],
        s.REQUESTED: request,
        s.RECEIVED: see,
        s.ACCEPTED: accept,
        s.READY: ready,
        s.ON_HOLD: [*accept, (Action.HOLD, "receiver")],
        s.IN_PROGRESS: depart,
        s.REJECTED: [*see, (Action.REJECT, "receiver")],
        s.COMPLETED: [*depart, (Action.ARRIVE, "receiver")],
        s.CANCELLED: [*accept, (Action.CANCEL, "sender")],
        s.FAILED: [*accept, (Action.FAIL, "receiver")],
        s.ENTERED_IN_ERROR: [*accept, (Action.ENTER_IN_ERROR, "sender")],
    }
    return cast(Sequence[tuple[Action, str]], ways[status])
