"""What may be asked about an episode and its meetings."""

from pathways.care.commands import Command


class RaiseMatter(Command):
    """Put the episode on the list of a meeting."""

    meeting: str


class DecideMatter(Command):
    """Record what a meeting decided on the episode: one of the decisions that the pathway names."""

    meeting: str
    decision: str
