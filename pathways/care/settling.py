"""Settling a handover that nobody took: the sender asks for no other now, and says why."""

from pathways.care.beginnings import carries_its_level
from pathways.care.clocks import handover_key
from pathways.care.commands import SettleHandover
from pathways.care.episodes import ClockKind, Handover
from pathways.care.events_of_handovers import HandoverSettled
from pathways.care.recording import Recorder
from pathways.care.steps import handover_of
from pathways.errors import Refused
from pathways.phrases import Phrase


def settle(recorder: Recorder, command: SettleHandover) -> None:
    """Say, as the sender, that no other handover is asked for now, and why. Raises Refused."""
    handover = handover_of(recorder.episode, command.handover)
    key = handover_key(handover.reference, ClockKind.NEXT_STEP)
    if key not in recorder.episode.clocks:
        raise _refused(
            handover, Phrase("nothing is awaited after it"), Phrase("Look at what waits.", command="handslag waiting")
        )
    if command.actor.team != handover.plan.from_team:
        raise _refused(handover, Phrase("that is for {team} to say", team=handover.plan.from_team), Phrase("Ask them."))
    if not carries_its_level(recorder.context, recorder.episode):
        mend = Phrase("Ask another team to take over, hand the patient over by another move, or end the episode.")
        raise _refused(handover, Phrase("your team cannot give the care of that level"), mend)
    if not command.words.strip():
        raise _refused(
            handover, Phrase("nothing was said"), Phrase("Say in a few words why no other handover is needed now.")
        )
    recorder.record(HandoverSettled(handover=handover.reference, words=command.words))
    recorder.stop(key)
    recorder.withdraw_notices(subject=key)


def _refused(handover: Handover, why: Phrase, mend: Phrase) -> Refused:
    return Refused("Cannot settle handover {handover}: {why}.", mend, handover=handover.reference, why=why)
