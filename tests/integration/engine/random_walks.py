"""A walk of random operations over the demonstration: everybody does anything that is possible, at any time."""

from collections.abc import Iterator
from random import Random
from typing import get_args

from engine.world import PATHWAY, Day, demonstration, person
from pathways.care.actors import Actor
from pathways.care.commands import (
    AnswerQuestion,
    AskQuestion,
    ChangeHandover,
    Command,
    CompleteFollowUp,
    ConfirmReadiness,
    CorrectReadBack,
    EndEpisode,
    GiveReadBack,
    PlanHandover,
    WriteSummary,
)
from pathways.care.communication import IllnessSeverity, Summary
from pathways.care.episodes import Episode
from pathways.care.recording import Decision
from pathways.care.references import ReferenceKind, new_reference
from pathways.care.states import Action
from pathways.errors import Refused

_ACTIONS = get_args(ChangeHandover.model_fields["action"].annotation)
_CLOSING = (Action.CANCEL, Action.FAIL, Action.ENTER_IN_ERROR, Action.REJECT)


def walk(day: Day, chance: Random, steps: int) -> Iterator[Decision]:
    """The decisions of some steps on one episode, the clocks that are due in between. Refusals are walked past."""
    reference = day.begun()
    for _ in range(steps):
        day.clock.forward(minutes=chance.choice((0, 0, 1, 20, 600)))
        day.operations.pass_due_clocks()
        episode = day.operations.views.show(reference).episode
        try:
            decision = day.operations.perform(reference, _command(episode, chance))
        except Refused:
            continue
        assert decision.episode.pathway == PATHWAY
        yield decision


def _command(episode: Episode, chance: Random) -> Command:
    pathway, _ = demonstration()
    handover = episode.open_handover
    if handover is None:
        return _plan(episode, chance) if chance.random() < 0.9 else _end(episode, chance)
    actor = person(chance.choice((handover.plan.from_team, handover.plan.to_team)))
    if chance.random() < 0.25:
        return ConfirmReadiness(actor=actor, handover=handover.reference, evidence="document 7")
    if chance.random() < 0.03:
        return _end(episode, chance)
    if chance.random() < 0.25:
        return _said(handover.reference, actor, chance)
    action = chance.choice(_ACTIONS)
    if action in _CLOSING and chance.random() < 0.6:
        action = Action.ACCEPT
    reason = chance.choice(tuple(pathway.rejections)) if action is Action.REJECT else "because"
    return ChangeHandover.model_validate(
        {"actor": actor, "handover": handover.reference, "action": action, "reason": reason}
    )


def _said(handover: str, actor: Actor, chance: Random) -> Command:
    """What the two sides tell each other."""
    return chance.choice(
        (
            WriteSummary(actor=actor, summary=Summary(situation=f"it is {chance.random()}")),
            GiveReadBack(
                actor=actor,
                handover=handover,
                severity=chance.choice(tuple(IllnessSeverity)),
                next_action="visit",
                contingency="ring",
            ),
            CorrectReadBack(actor=actor, handover=handover, correction="not quite"),
            AskQuestion(actor=actor, handover=handover, text="who?"),
            AnswerQuestion(actor=actor, handover=handover, answer="they"),
        )
    )


def _plan(episode: Episode, chance: Random) -> PlanHandover:
    pathway, network = demonstration()
    moves = [name for name, move in pathway.moves.items() if episode.level in move.from_levels]
    name = chance.choice(moves)
    move = pathway.moves[name]
    units = [key for key, unit in network.units.items() if unit.level == move.to]
    return PlanHandover(
        actor=person(episode.stay.team),
        reference=new_reference(ReferenceKind.HANDOVER),
        move=name,
        urgency=chance.choice(tuple(move.urgencies)),
        reason=chance.choice(move.reasons),
        to_units=(chance.choice(units),) if units else (),
        is_draft=chance.random() < 0.3,
    )


def _end(episode: Episode, chance: Random) -> Command:
    pathway, _ = demonstration()
    if episode.ended_at is not None:
        follow_up = chance.choice(tuple(pathway.follow_ups))
        return CompleteFollowUp(actor=person("municipal-palliative-team"), follow_up=follow_up)
    return EndEpisode(actor=person(episode.stay.team), end=chance.choice(tuple(pathway.ends)))
