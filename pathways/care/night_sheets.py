"""That a night sheet was made, by whom and when. What it says is no matter of `care`: see `pathways.reports`."""

from pathways.care.commands import NoteNightSheet
from pathways.care.events import NightSheetMade
from pathways.care.patient_records import require_reader
from pathways.care.recording import Recorder


def note(recorder: Recorder, command: NoteNightSheet) -> None:
    """Record that a night sheet was made by a team that may read it, also after the episode's end. Raises Refused."""
    require_reader(recorder.context, recorder.episode, command.actor)
    recorder.record(NightSheetMade(mark=command.mark, number=command.number))
