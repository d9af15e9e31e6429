"""Commands for when things go otherwise: pause and go on, end and take it back, come back, cancel under way."""

from collections.abc import Callable
from typing import Annotated, Literal

import typer

from handslag.commands.acting import (
    By,
    Episode,
    Handover,
    Json,
    OccurredAt,
    Team,
    actor,
    episode_reference,
    handover_reference,
    occurred,
    perform,
    tell,
)
from handslag.commands.asking import WORDS, words
from handslag.commands.installation import operations
from pathways.care.commands import (
    ChangeHandover,
    CompleteFollowUp,
    ConfirmResponsibility,
    DenyVitalStatus,
    EndEpisode,
    PauseEpisode,
    RecordReturnCause,
    ResumeEpisode,
    SettleHandover,
    TakeBackEnd,
)
from pathways.care.states import Action


def register(app: typer.Typer) -> None:
    """Add these commands to the program."""
    commands: dict[str, Callable[..., None]] = {
        "come-back": come_back,
        "return-cause": return_cause,
        "settle": settle,
        "agree-to-cancel": agree_to_cancel,
        "refuse-to-cancel": refuse_to_cancel,
        "pause": pause,
        "resume-episode": resume_episode,
        "end": end,
        "take-back-end": take_back_end,
        "confirm-responsibility": confirm_responsibility,
        "deny-report": deny_report,
        "follow-up": follow_up,
    }
    for name, command in commands.items():
        app.command(name, rich_help_panel="When things go otherwise")(command)


Cause = Annotated[str, typer.Option(help="One of the pathway's causes of coming back, such as medicines-missing.")]


def come_back(
    handover: Handover, cause: Cause, team: Team, by: By = None, occurred_at: OccurredAt = None, json: Json = False
) -> None:
    """Ask those who handed a patient over to take the patient back, soon after. The same loop, with the parts reversed.

    For the team that is responsible now. Nothing has to be made ready. Paused services go on when the patient is back.

    Example: handslag come-back H7K2-QM4T --cause medicines-missing --as municipal-palliative-team
    """
    returns = handover_reference(handover)
    at = occurred(occurred_at, returns)
    reference = operations().come_back(returns, actor(team, by), cause, occurred_at=at)
    tell(reference, "is requested: the patient comes back", json)


def return_cause(handover: Handover, cause: Cause, team: Team, by: By = None, json: Json = False) -> None:
    """Say why a patient came back, as your side sees it. Each side says it once.

    Example: handslag return-cause H7K2-QM4T --cause information-missing --as ward-ryhov
    """
    reference = handover_reference(handover)
    said = perform(reference, RecordReturnCause(actor=actor(team, by), handover=reference, cause=cause))
    waited = [] if len(said.handovers[reference].causes) > 1 else ["the other side's is waited for"]
    tell(reference, "; ".join(["has your cause", *waited]), json)


def settle(
    handover: Handover,
    because: Annotated[
        str, typer.Option(help="Why no other handover is needed now, in a few words.", parser=words, metavar=WORDS)
    ],
    team: Team,
    by: By = None,
    json: Json = False,
) -> None:
    """Say, as the sender, that no other handover is asked for after one that nobody took.

    Asking somebody else settles it as well. Until one of the two is done, your team is told again and again.

    Example: handslag settle H7K2-QM4T --because - --as municipal-palliative-team
    """
    reference = handover_reference(handover)
    perform(reference, SettleHandover(actor=actor(team, by), handover=reference, words=because))
    tell(reference, "is settled", json)


def agree_to_cancel(
    handover: Handover, team: Team, by: By = None, occurred_at: OccurredAt = None, json: Json = False
) -> None:
    """Agree, as the receiver, to cancel a handover under way. Responsibility stays with the sender.

    Example: handslag agree-to-cancel H7K2-QM4T --as short-term-north
    """
    _answer_to_cancel(handover, Action.AGREE_TO_CANCEL, team, by, json, occurred_at)


def refuse_to_cancel(
    handover: Handover, team: Team, by: By = None, occurred_at: OccurredAt = None, json: Json = False
) -> None:
    """Do not agree, as the receiver, to cancel a handover under way: it goes on.

    Example: handslag refuse-to-cancel H7K2-QM4T --as short-term-north
    """
    _answer_to_cancel(handover, Action.REFUSE_TO_CANCEL, team, by, json, occurred_at)


def _answer_to_cancel(
    handover: str,
    action: Literal[Action.AGREE_TO_CANCEL, Action.REFUSE_TO_CANCEL],
    team: str,
    by: str | None,
    json: bool,
    occurred_at: str | None,
) -> None:
    reference = handover_reference(handover)
    after = perform(reference, ChangeHandover(actor=actor(team, by), handover=reference, action=action), occurred_at)
    tell(reference, f"is {after.handovers[reference].status}", json)


def pause(
    episode: Episode,
    why: Annotated[str, typer.Argument(help="One of the pathway's reasons to pause, such as admitted-elsewhere.")],
    team: Team,
    cancels: Annotated[
        str | None, typer.Option(help="The request that nobody has answered yet, which the pause cancels.")
    ] = None,
    by: By = None,
    occurred_at: OccurredAt = None,
    json: Json = False,
) -> None:
    """Pause an episode, as while the patient is admitted elsewhere. For the responsible team; all services pause.

    A handover that was accepted is put on hold. A request that nobody has answered is cancelled if you name it; when
    the episode goes on, the sender is asked what follows.

    Example: handslag pause E7K2-QM4T admitted-elsewhere --as municipal-palliative-team
    """
    reference = episode_reference(episode)
    stopped = handover_reference(cancels) if cancels else None
    perform(reference, PauseEpisode(actor=actor(team, by), kind=why, cancels=stopped), occurred_at)
    tell(reference, "pauses", json)


def resume_episode(
    episode: Episode, team: Team, by: By = None, occurred_at: OccurredAt = None, json: Json = False
) -> None:
    """Go on with an episode that pauses. Its services are restored; take up a handover on hold with: handslag resume.

    Example: handslag resume-episode E7K2-QM4T --as municipal-palliative-team
    """
    reference = episode_reference(episode)
    perform(reference, ResumeEpisode(actor=actor(team, by)), occurred_at)
    tell(reference, "goes on", json)


def end(
    episode: Episode,
    how: Annotated[str, typer.Argument(help="One of the pathway's ways to end, such as deceased.")],
    team: Team,
    by: By = None,
    occurred_at: OccurredAt = None,
    json: Json = False,
) -> None:
    """End an episode. Everything that waits stops at once, and the follow-ups start.

    Any team that has, or has had, a part in the episode may record it. An end recorded in error can be taken back.

    Example: handslag end E7K2-QM4T deceased --as ssih-jonkoping
    """
    reference = episode_reference(episode)
    perform(reference, EndEpisode(actor=actor(team, by), end=how), occurred_at)
    tell(reference, "has ended", json)


def take_back_end(episode: Episode, team: Team, by: By = None, json: Json = False) -> None:
    """Take back an end that was recorded in error. What it stopped comes back as it was, and all concerned are told.

    Limits that went by meanwhile count as late and are acted on at once. The follow-ups are withdrawn.

    Example: handslag take-back-end E7K2-QM4T --as ssih-jonkoping
    """
    reference = episode_reference(episode)
    perform(reference, TakeBackEnd(actor=actor(team, by)))
    tell(reference, "goes on as before its end", json)


def confirm_responsibility(episode: Episode, team: Team, by: By = None, json: Json = False) -> None:
    """Say that your team knows that it is responsible again, after another team has taken the end back.

    Whatever else your team records in the episode says so too.

    Example: handslag confirm-responsibility E7K2-QM4T --as municipal-palliative-team
    """
    reference = episode_reference(episode)
    perform(reference, ConfirmResponsibility(actor=actor(team, by)))
    tell(reference, "is in the care of your team again", json)


def deny_report(episode: Episode, team: Team, by: By = None, json: Json = False) -> None:
    """Say that what another network or organisation reports is wrong: the patient lives, or the recorded death stands.

    To agree, record the death with `handslag end`, or take it back with `handslag take-back-end`.

    Example: handslag deny-report E7K2-QM4T --as municipal-palliative-team
    """
    reference = episode_reference(episode)
    perform(reference, DenyVitalStatus(actor=actor(team, by)))
    tell(reference, "keeps what is recorded there: the report is denied", json)


def follow_up(
    episode: Episode,
    name: Annotated[str, typer.Argument(help="The follow-up, such as death-questionnaire.")],
    team: Team,
    by: By = None,
    occurred_at: OccurredAt = None,
    json: Json = False,
) -> None:
    """Say that a follow-up of your team has been done."""
    reference = episode_reference(episode)
    perform(reference, CompleteFollowUp(actor=actor(team, by), follow_up=name), occurred_at)
    tell(reference, f"has its {name} done", json)
