"""That a night sheet was made, by whom and when. What it says is no matter of `care`: see `pathways.reports`."""

from pathways.care.commands import NoteNightSheet
from pathways.care.events import NightSheetMade
from pathways.care.recording import Recorder


def note(recorder: Recorder, command: NoteNightSheet) -> None:
    """Record that a night sheet was made, also after the episode's end. Who may read one was decided before it was."""
    recorder.record(NightSheetMade(mark=command.mark, number=command.number))
