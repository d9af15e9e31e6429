"""The one door to `care`: a context, what is known and a command give a decision, or a refusal.

Pure and total: for every state and command the answer is a `Decision`, or `Refused` with one sentence. Nothing
else is ever raised for a command that the models accept.
"""

from pathways.care import beginnings, endings, facts, handovers, passing, patient_records, readiness
from pathways.care.commands import (
    BeginEpisode,
    ChangeHandover,
    Command,
    CompleteFollowUp,
    ConfirmReadiness,
    EndEpisode,
    NotePatientChange,
    PassClock,
    PlanHandover,
    RecordFact,
)
from pathways.care.episodes import Episode
from pathways.care.recording import Context, Decision, Recorder


def begin(context: Context, command: BeginEpisode) -> Decision:
    """Decide on the beginning of an episode. Raises Refused."""
    recorder = Recorder(context, None, command.actor)
    beginnings.begin(recorder, command)
    return recorder.decided()


def decide(context: Context, episode: Episode, command: Command) -> Decision:
    """Decide on a command to an episode that has begun. Raises Refused."""
    recorder = Recorder(context, episode, command.actor)
    match command:
        case PlanHandover():
            handovers.plan(recorder, command)
        case ChangeHandover():
            handovers.change(recorder, command)
        case ConfirmReadiness():
            readiness.confirm(recorder, command)
        case RecordFact():
            facts.record(recorder, command)
        case PassClock():
            passing.pass_clock(recorder, command)
        case EndEpisode():
            endings.end(recorder, command)
        case CompleteFollowUp():
            endings.complete_follow_up(recorder, command)
        case NotePatientChange():
            patient_records.note_change(recorder, command)
        case _:
            raise TypeError(f"no rule for the command {type(command).__name__}")
    return recorder.decided()
