"""What the commands that change something share: who acts, on what, and how the outcome is told."""

from datetime import datetime
from typing import Annotated
from zoneinfo import ZoneInfo

import typer

from handslag.commands.installation import SECONDS_TO_SEND, operations
from handslag.printing import as_json, say
from pathways.care.actors import Actor, ActorKind
from pathways.care.amounts import require_day
from pathways.care.commands import Command
from pathways.care.episodes import Episode as EpisodeState
from pathways.care.references import ReferenceKind
from pathways.definition.durations import first_instant
from pathways.instants import true_instant
from pathways.store.tables import NoticeRow, NoticeStatus

_TRIED_AGAIN = "It is tried again where Handslag runs, or by: handslag deliver."

Team = Annotated[
    str, typer.Option("--as", envvar="HANDSLAG_AS", help="Your team's key in the network.", metavar="TEAM")
]
By = Annotated[str | None, typer.Option(help="Your name and profession, kept with what you do.", envvar="HANDSLAG_BY")]
OccurredAt = Annotated[
    str | None,
    typer.Option(
        help="When it happened, of what is entered late: local time such as '2026-11-30 03:10'; left out: now. "
        "In an hour that came twice, add the distance to UTC: '2026-10-25 02:30+02:00'."
    ),
]
Handover = Annotated[str, typer.Argument(help="The handover's reference, such as H7K2-QM4T.")]
Episode = Annotated[str, typer.Argument(help="The episode's reference, such as E7K2-QM4T.")]
Json = Annotated[bool, typer.Option("--json", help="Print JSON instead of words.")]


def actor(team: str, by: str | None) -> Actor:
    """A person of a team, as the command line takes their word for it."""
    return Actor(kind=ActorKind.PERSON, team=team, name=by, via="command-line")


def handover_reference(text: str) -> str:
    """The known handover that a person means. Raises Refused or NotFound."""
    return operations().views.reference(text, ReferenceKind.HANDOVER)


def episode_reference(text: str) -> str:
    """The known episode that a person means. Raises Refused or NotFound."""
    return operations().views.reference(text, ReferenceKind.EPISODE)


def instant(local_time: datetime | None, reference: str) -> datetime | None:
    """A local time where the network of this episode or handover is, as an instant.

    Of a time that a clock change repeats it is the first. Raises Refused.
    """
    if local_time is None:
        return None
    require_day(local_time)
    zone = ZoneInfo(operations().views.show(reference).network.time_zone)
    return first_instant(local_time.replace(tzinfo=zone), zone)


def occurred(local_time: str | None, reference: str) -> datetime | None:
    """When what is entered late happened, where the network of this episode or handover is. Raises Refused."""
    return true_instant(local_time, operations().views.show(reference).network) if local_time else None


def perform(reference: str, command: Command, occurred_at: str | None = None) -> EpisodeState:
    """Do it; gives the episode as it stands then. `occurred_at`: see `OccurredAt`. Raises Refused or Failed."""
    at = occurred(occurred_at, reference)
    return operations().perform(reference, command.model_copy(update={"occurred_at": at}) if at else command).episode


def tell(reference: str, what: str, json: bool) -> None:
    """Say what has happened and, after a little while, which notices about it have not left."""
    if not json:
        say(f"[bold]{reference}[/] {what}.")
    operations().courier.finish(SECONDS_TO_SEND)
    unsent = [notice for notice in operations().views.show(reference).notices if _is_unsent(notice, reference)]
    if json:
        as_json({"reference": reference, "what": what, "unsent": [notice.model_dump(mode="json") for notice in unsent]})
        return
    for notice in unsent:
        why = f" ({notice.error})" if notice.error else " yet"
        later = _TRIED_AGAIN if notice.status == NoticeStatus.WAITING else "It will not be tried again."
        say(f"[yellow]The notice to {notice.team} has not left{why}. {later} Ring them.[/]")


def _is_unsent(notice: NoticeRow, reference: str) -> bool:
    is_about = reference in (notice.handover, notice.episode)
    return is_about and notice.status in (NoticeStatus.WAITING, NoticeStatus.DEAD)
