"""Commands about an episode as a whole: pause it and go on, end it, take an end back, do what comes after."""

from collections.abc import Callable
from typing import Annotated

import typer

from handslag.commands.acting import By, Episode, Json, Team, actor, episode_reference, perform, tell
from pathways.care.commands import CompleteFollowUp, EndEpisode, PauseEpisode, ResumeEpisode, TakeBackEnd


def register(app: typer.Typer) -> None:
    """Add these commands to the program."""
    commands: dict[str, Callable[..., None]] = {
        "pause": pause,
        "resume-episode": resume_episode,
        "end": end,
        "take-back-end": take_back_end,
        "follow-up": follow_up,
    }
    for name, command in commands.items():
        app.command(name, rich_help_panel="Pausing and ending")(command)


def pause(
    episode: Episode,
    why: Annotated[str, typer.Argument(help="One of the pathway's reasons to pause, such as admitted-elsewhere.")],
    team: Team,
    by: By = None,
    json: Json = False,
) -> None:
    """Pause an episode, as while the patient is admitted elsewhere. Your teams stay responsible; all services pause.

    A request that nobody has answered is cancelled, and a handover that was accepted is put on hold.

    Example: handslag pause E7K2-QM4T admitted-elsewhere --as municipal-palliative-team
    """
    reference = episode_reference(episode)
    perform(reference, PauseEpisode(actor=actor(team, by), kind=why))
    tell(reference, "pauses", json)


def resume_episode(episode: Episode, team: Team, by: By = None, json: Json = False) -> None:
    """Go on with an episode that pauses. Its services are restored; take up a handover on hold with: handslag resume.

    Example: handslag resume-episode E7K2-QM4T --as municipal-palliative-team
    """
    reference = episode_reference(episode)
    perform(reference, ResumeEpisode(actor=actor(team, by)))
    tell(reference, "goes on", json)


def end(
    episode: Episode,
    how: Annotated[str, typer.Argument(help="One of the pathway's ways to end, such as deceased.")],
    team: Team,
    by: By = None,
    json: Json = False,
) -> None:
    """End an episode. Everything that waits stops at once, and the follow-ups start.

    Any team that has, or has had, a part in the episode may record it. An end recorded in error can be taken back.

    Example: handslag end E7K2-QM4T deceased --as ssih-jonkoping
    """
    reference = episode_reference(episode)
    perform(reference, EndEpisode(actor=actor(team, by), end=how))
    tell(reference, "has ended", json)


def take_back_end(episode: Episode, team: Team, by: By = None, json: Json = False) -> None:
    """Take back an end that was recorded in error. What it stopped comes back as it was, and all concerned are told.

    Limits that went by meanwhile count as late and are acted on at once. The follow-ups are withdrawn.

    Example: handslag take-back-end E7K2-QM4T --as ssih-jonkoping
    """
    reference = episode_reference(episode)
    perform(reference, TakeBackEnd(actor=actor(team, by)))
    tell(reference, "goes on as before its end", json)


def follow_up(
    episode: Episode,
    name: Annotated[str, typer.Argument(help="The follow-up, such as death-questionnaire.")],
    team: Team,
    by: By = None,
    json: Json = False,
) -> None:
    """Say that a follow-up of your team has been done."""
    reference = episode_reference(episode)
    perform(reference, CompleteFollowUp(actor=actor(team, by), follow_up=name))
    tell(reference, f"has its {name} done", json)
