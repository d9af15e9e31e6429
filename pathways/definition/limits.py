"""Every limit of a pathway at once: for demonstrations, where days must pass in seconds."""

from pathways.definition.models import Pathway, Urgency


def with_limits_divided_by(pathway: Pathway, divisor: int) -> Pathway:
    """The same pathway with every limit `divisor` times shorter, in whole seconds, none below one second.

    Limits that fall on the same second are no longer ordered: do not publish the result, only show it.
    """
    moves = {
        name: move.model_copy(
            update={"urgencies": {key: _shortened(urgency, divisor) for key, urgency in move.urgencies.items()}}
        )
        for name, move in pathway.moves.items()
    }
    follow_ups = {
        name: follow_up.model_copy(
            update={"within": follow_up.within.divided_by(divisor), "repeat": follow_up.repeat.divided_by(divisor)}
        )
        for name, follow_up in pathway.follow_ups.items()
    }
    draft_limit = pathway.draft_limit.divided_by(divisor)
    return pathway.model_copy(update={"moves": moves, "follow_ups": follow_ups, "draft_limit": draft_limit})


def _shortened(urgency: Urgency, divisor: int) -> Urgency:
    remind = None if urgency.remind is None else urgency.remind.divided_by(divisor)
    return urgency.model_copy(
        update={
            "answer": urgency.answer.divided_by(divisor),
            "arrive": urgency.arrive.divided_by(divisor),
            "remind": remind,
            "repeat": urgency.repeat.divided_by(divisor),
        }
    )
