"""What a plan follows: its move, with the limits that hold for it. Pure."""

from pathways.care.episodes import Plan
from pathways.care.recording import Context
from pathways.definition.models import Move, Urgency

RETURN = "return"
"""The urgency of a coming back. A pathway may say under `urgencies` what it asks for; its limits are `coming_back`."""


def move_of(context: Context, plan: Plan) -> Move:
    """The move that a handover carries out. A coming back has the limits of `coming_back`, and no readiness items."""
    move = context.pathway.moves[plan.move]
    rules = context.pathway.coming_back
    if plan.returns is None or rules is None:
        return move
    limits = Urgency(answer=rules.answer, arrive=rules.arrive, repeat=rules.repeat, ready=())
    return move.model_copy(update={"urgencies": {**move.urgencies, RETURN: limits}})
