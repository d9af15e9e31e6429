"""The command that records a milestone: `handslag milestone EPISODE NAME`. It starts and stops the pathway's clocks."""

from datetime import datetime
from typing import Annotated

import typer

from handslag.commands.acting import By, Episode, Json, Team, actor, episode_reference, instant, perform, tell
from handslag.printing import TIMES
from pathways.care.commands import RecordMilestone


def register(app: typer.Typer) -> None:
    """Add this command to the program."""
    app.command(rich_help_panel="A patient's pathway")(milestone)


def milestone(
    episode: Episode,
    name: Annotated[str, typer.Argument(help="One of the pathway's milestones, such as ready-for-discharge.")],
    team: Team,
    at: Annotated[
        datetime | None, typer.Option(formats=TIMES, help="When it was reached, in local time; left out: now.")
    ] = None,
    by: By = None,
    json: Json = False,
) -> None:
    """Record that a milestone was reached, such as that the patient is ready for discharge.

    The pathway says which of its clocks start and stop at it, as of the time when it was reached. A milestone may take
    another one back: what that started is withdrawn. See what runs with `handslag show`.

    Example: handslag milestone E7K2-QM4T ready-for-discharge --at "2026-11-20 11:40" --as ward-jonkoping
    """
    reference = episode_reference(episode)
    perform(reference, RecordMilestone(actor=actor(team, by), milestone=name, at=instant(at, reference)))
    tell(reference, f"has {name} recorded", json)
