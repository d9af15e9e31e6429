"""Commands about what must be in place before the patient moves: confirm it, or go ahead without it by name."""

from datetime import datetime
from typing import Annotated

import typer

from handslag.commands.acting import (
    By,
    Handover,
    Json,
    OccurredAt,
    Team,
    actor,
    handover_reference,
    instant,
    perform,
    tell,
)
from handslag.commands.asking import WORDS, words
from handslag.printing import TIMES
from pathways.care.commands import ConfirmReadiness, Waive
from pathways.care.episodes import Handover as HandoverState


def register(app: typer.Typer) -> None:
    """Add these commands to the program."""
    for command in (confirm, waive):
        app.command(rich_help_panel="A patient's pathway")(command)


def confirm(
    handover: Handover,
    team: Team,
    item: Annotated[list[str] | None, typer.Option(help="A readiness item; left out: all of your side's.")] = None,
    evidence: Annotated[
        str,
        typer.Option(
            help="How you know: a document's reference, or a few words. Some items ask for it.",
            parser=words,
            metavar=WORDS,
        ),
    ] = "",
    checked: Annotated[
        datetime | None, typer.Option(formats=TIMES, help="When it was checked, in local time; left out: now.")
    ] = None,
    by: By = None,
    occurred_at: OccurredAt = None,
    json: Json = False,
) -> None:
    """Say that readiness items of your side are in place. The last one makes the handover ready.

    Name an item that is in place already to renew it, where it holds for a time only.

    Example: handslag confirm H7K2-QM4T --item medicines-listed --evidence - --as ssih
    """
    reference = handover_reference(handover)
    command = ConfirmReadiness(
        actor=actor(team, by),
        handover=reference,
        items=tuple(item or ()),
        evidence=evidence,
        checked_at=instant(checked, reference),
    )
    _tell_what_is_left(perform(reference, command, occurred_at).handovers[reference], json)


def waive(
    handover: Handover,
    team: Team,
    by: Annotated[str, typer.Option(help="Your name and profession: who goes ahead.", envvar="HANDSLAG_BY")],
    reason: Annotated[str, typer.Option(help="One of the pathway's reasons to go ahead without something.")],
    words: Annotated[
        str, typer.Option(help="Why, in your own words and without naming the patient.", parser=words, metavar=WORDS)
    ],
    item: Annotated[list[str] | None, typer.Option(help="The readiness item to go ahead without.")] = None,
    read_back: Annotated[bool, typer.Option("--read-back", help="Go ahead without a confirmed read-back.")] = False,
    occurred_at: OccurredAt = None,
    json: Json = False,
) -> None:
    """Go ahead without something that should be in place. Your name stays on the handover for good.

    Example: handslag waive H7K2-QM4T --item relatives-informed --reason not-reached --words - --as ssih
    """
    reference = handover_reference(handover)
    command = Waive(
        actor=actor(team, by),
        handover=reference,
        items=tuple(item or ()),
        read_back=read_back,
        reason=reason,
        words=words,
    )
    _tell_what_is_left(perform(reference, command, occurred_at).handovers[reference], json)


def _tell_what_is_left(after: HandoverState, json: bool) -> None:
    missing = f"still missing: {', '.join(after.missing)}" if after.missing else "everything is in place"
    waived = f"; {after.waived_count} waived" if after.waived_count else ""
    tell(after.reference, f"is {after.status}; {missing}{waived}", json)
