"""Going ahead without something that should be in place: by name, with a reason and words, where the pathway lets one.

A waiver stays on the handover for good, also when the thing comes into place afterwards.
"""

from pathways.care.clocks import handover_key
from pathways.care.commands import Waive
from pathways.care.episodes import ClockKind, Handover
from pathways.care.events_of_handovers import ReadBackWaived, ReadinessWaived
from pathways.care.notice_kinds import NoticeKind
from pathways.care.parties import teams_on, tell_other_side
from pathways.care.permissions import permitted, refusal, require_words, sides
from pathways.care.recording import Recorder
from pathways.care.states import Action
from pathways.care.steps import handover_of, ready_if_complete
from pathways.definition.models import Side, Waiving
from pathways.phrases import Phrase, either, one_of

_READ_BACK = Phrase("the read-back")
_SIDES = {Side.SENDER: Phrase("the sender"), Side.RECEIVER: Phrase("the receiver")}


def waive(recorder: Recorder, command: Waive) -> None:
    """Go ahead without readiness items or the read-back. What is in place or waived already is nothing. Raises Refused.

    The other side is told; the last item that was missing makes the handover ready.
    """
    handover = handover_of(recorder.episode, command.handover)
    permitted(handover, Action.WAIVE, command.actor)
    _require_name_and_reason(recorder, handover, command)
    _require_right(recorder, handover, command)
    items = tuple(item for item in handover.missing_at(recorder.context.occurred_at) if item in command.items)
    is_read_back_waived = command.read_back and not (handover.is_read_back or handover.read_back_waiver)
    given = {"handover": handover.reference, "reason": command.reason, "words": command.words}
    if items:
        recorder.record(ReadinessWaived(items=items, **given))
    if is_read_back_waived:
        recorder.record(ReadBackWaived(**given))
        recorder.stop(handover_key(handover.reference, ClockKind.READ_BACK), withdrawn=True)
    if not items and not is_read_back_waived:
        return
    tell_other_side(recorder, NoticeKind.WAIVED, handover)
    ready_if_complete(recorder, handover.reference)


def _require_name_and_reason(recorder: Recorder, handover: Handover, command: Waive) -> None:
    if not (command.actor.name and command.actor.name.strip()):
        why = Phrase(", and only a named person goes ahead without something")
        raise refusal(handover, Action.WAIVE, why, Phrase("Say who you are.", command="--by"))
    reasons = recorder.context.pathway.waivers
    if command.reason not in reasons:
        mend = one_of(reasons, Phrase("See to it that everything is in place."))
        raise refusal(handover, Action.WAIVE, Phrase(", and none of this pathway's reasons was given"), mend)
    require_words(handover, Action.WAIVE, command.words)


def _require_right(recorder: Recorder, handover: Handover, command: Waive) -> None:
    """Each thing named is one that this side may go ahead without, at this urgency. Raises Refused."""
    pathway = recorder.context.pathway
    items = handover.plan.items
    if not (command.items or command.read_back) or any(item not in items for item in command.items):
        choices = [item for item in items if pathway.readiness[item].waive]
        mend = one_of(choices, Phrase("See to it that everything is in place."))
        raise refusal(handover, Action.WAIVE, Phrase(", and no readiness item of it was named"), mend)
    for item in command.items:
        _require_waivable(handover, command, item, pathway.readiness[item].waive)
    if command.read_back:
        _require_waivable(handover, command, _READ_BACK, pathway.rules_for(handover.plan.urgency).waive_read_back)


def _require_waivable(handover: Handover, command: Waive, what: str, waiving: Waiving | None) -> None:
    if waiving is None:
        why = Phrase(", and nobody goes ahead without {what}", what=what)
        raise refusal(handover, Action.WAIVE, why, Phrase("See to it, or ask the responsible team what to do instead."))
    if waiving.urgencies and handover.plan.urgency not in waiving.urgencies:
        why = Phrase(
            ", and one goes ahead without {what} only where it is {urgencies}",
            what=what,
            urgencies=either(waiving.urgencies),
        )
        raise refusal(handover, Action.WAIVE, why, Phrase("See to it first."))
    if not set(waiving.by) & set(sides(handover, command.actor)):
        teams = dict.fromkeys(team for side in Side if side in waiving.by for team in teams_on(handover, side))
        why = Phrase(
            ", and to go ahead without {what} is for {sides} to say",
            what=what,
            sides=either(_SIDES[side] for side in waiving.by),
        )
        raise refusal(handover, Action.WAIVE, why, Phrase("Ask {teams}.", teams=either(teams)))
