"""A handover's plan: how it is made from where the patient is, and the move that it follows. Pure."""

from collections.abc import Sequence

from pathways.care.episodes import Asked, Episode, Plan
from pathways.care.recording import Context
from pathways.care.wishes import Heeded
from pathways.definition.models import Move, Urgency

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
    made = context.pathway.moves[move]
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


def move_of(context: Context, plan: Plan) -> Move:
    """The move that a handover carries out. A coming back has the limits of `coming_back`, and no readiness items."""
    move = context.pathway.moves[plan.move]
    rules = context.pathway.coming_back
    if plan.returns is None or rules is None:
        return move
    limits = Urgency(answer=rules.answer, arrive=rules.arrive, repeat=rules.repeat, ready=())
    return move.model_copy(update={"urgencies": {**move.urgencies, RETURN: limits}})
