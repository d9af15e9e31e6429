"""A handover's plan: how it is made from where the patient is, and the move that it follows. Pure."""

from collections.abc import Mapping, Sequence

from pathways.care.episodes import Asked, Episode, Plan
from pathways.care.recording import Context
from pathways.care.wishes import Heeded
from pathways.definition.models import BEGINNING, Move, Pathway, Urgency

RETURN = "return"
"""The urgency of a coming back. A pathway may say under `urgencies` what it asks for; its limits are `coming_back`."""


def plan_from_here(
    context: Context,
    episode: Episode,
    asked: Sequence[Asked],
    *,
    move: str,
    urgency: str,
    reason: str,
    wishes: Heeded,
    replaces: str | None,
) -> Plan:
    """The plan of a move from where the patient is now; the first of those asked is the one that it names."""
    made = _named(context.pathway, move, episode.level)
    readiness = context.pathway.readiness
    return Plan(
        move=move,
        urgency=urgency,
        reason=reason,
        from_level=episode.level,
        from_team=episode.stay.team,
        from_unit=episode.stay.unit,
        to_level=made.to,
        to_team=asked[0].team,
        to_unit=asked[0].unit,
        travels=made.travels,
        items={item: readiness[item].side for item in made.items_for(urgency)},
        replaces=replaces,
        standing=wishes.standing,
        departs_because=wishes.departs_because,
        goes_ahead_because=wishes.goes_ahead_because,
    )


def moves_from_here(pathway: Pathway, episode: Episode) -> Mapping[str, Move]:
    """The moves that can be asked for from where the patient is, by name.

    While the episode waits for the first team to take it over, asking one to do so is among them.
    """
    moves = {name: move for name, move in pathway.moves.items() if episode.level in move.from_levels}
    if episode.awaits_its_first_team:
        moves[BEGINNING] = pathway.beginning.move_at(episode.level)
    return moves


def move_of(context: Context, plan: Plan) -> Move:
    """The move that a handover carries out. A coming back has the limits of `coming_back`, and no readiness items."""
    move = _named(context.pathway, plan.move, plan.to_level)
    rules = context.pathway.coming_back
    if plan.returns is None or rules is None:
        return move
    limits = Urgency(answer=rules.answer, arrive=rules.arrive, repeat=rules.repeat, ready=())
    return move.model_copy(update={"urgencies": {**move.urgencies, RETURN: limits}})


def _named(pathway: Pathway, move: str, level: str) -> Move:
    return pathway.beginning.move_at(level) if move == BEGINNING else pathway.moves[move]
