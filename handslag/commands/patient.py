"""Commands that record the patient's state and wishes: `handslag record EPISODE …`. Each says one thing."""

from datetime import date, datetime
from enum import StrEnum
from typing import Annotated
from zoneinfo import ZoneInfo

import typer
from rich.markup import escape

from handslag.commands.acting import By, Episode, Json, OccurredAt, Team, actor, episode_reference, perform, tell
from handslag.commands.asking import WORDS, words
from handslag.commands.counting import counted_items
from handslag.commands.installation import operations
from handslag.knowing import fact_in_words, suggestion_lines
from handslag.printing import say
from pathways.care.commands import RecordFact
from pathways.care.kits import retrieved
from pathways.care.patient import (
    Carer,
    Consent,
    Kit,
    PatientFact,
    PhaseOfIllness,
    PlaceOf,
    Preference,
    SaidBy,
    Score,
    TreatmentLimit,
    TreatmentLimits,
    ViewLimit,
    WordOf,
)
from pathways.definition.conditions import Instrument, Phase
from pathways.errors import Refused

record = typer.Typer(
    no_args_is_help=True,
    help="Record what is known of the patient's state and wishes: scores and codes, days, and who said so.\n\n"
    "What is recorded anew takes the place of what was known; the history keeps both. It is for every team with a part "
    "in the patient's care. See it with `handslag show`.\n\n"
    "Example: handslag record E7K2-QM4T phase unstable --as municipal-palliative-team",
)

_DAY = ["%Y-%m-%d"]


class ConsentGiven(StrEnum):
    """Whether the patient consents to sharing."""

    GIVEN = "given"
    WITHDRAWN = "withdrawn"


class Sees(StrEnum):
    """Whether an organisation may see an episode."""

    NOT = "may-not-see"
    AGAIN = "may-see"


def register(app: typer.Typer) -> None:
    """Add these commands to the program."""
    app.add_typer(record, name="record", rich_help_panel="A patient's pathway")


@record.callback()
def _of_episode(context: typer.Context, episode: Episode) -> None:
    context.obj = episode


@record.command()
def phase(
    context: typer.Context,
    phase: Annotated[Phase, typer.Argument(help="The phase of illness (PCOC).")],
    team: Team,
    by: By = None,
    occurred_at: OccurredAt = None,
    json: Json = False,
) -> None:
    """Record the phase of illness. It drives the clocks that the pathway names for it.

    Example: handslag record E7K2-QM4T phase unstable --as municipal-palliative-team
    """
    _note(context, PhaseOfIllness(phase=phase), team, by, json, occurred_at)


@record.command()
def score(
    context: typer.Context,
    instrument: Annotated[Instrument, typer.Argument(help="The instrument; of IPOS, ESAS-r and ROAG the sum.")],
    score: Annotated[int, typer.Argument(help="The score. Only the score is kept, no form.")],
    team: Team,
    by: By = None,
    occurred_at: OccurredAt = None,
    json: Json = False,
) -> None:
    """Record a score of an instrument.

    Example: handslag record E7K2-QM4T score akps 40 --as ssih-jonkoping
    """
    _note(context, Score(instrument=instrument, score=score), team, by, json, occurred_at)


@record.command("treatment-limits")
def treatment_limits(
    context: typer.Context,
    limits: Annotated[list[TreatmentLimit], typer.Argument(help="What was decided against; or `none` alone.")],
    team: Team,
    decided: Annotated[datetime, typer.Option(help="The day of the decision.", formats=_DAY)],
    review: Annotated[datetime | None, typer.Option(help="The day of the next review.", formats=_DAY)] = None,
    document: Annotated[str, typer.Option(help="The reference of the document.")] = "",
    by: By = None,
    occurred_at: OccurredAt = None,
    json: Json = False,
) -> None:
    """Record treatment limits. When the day of their review comes, the responsible team is told.

    Example: handslag record E7K2-QM4T treatment-limits no-cpr no-hospital --decided 2026-11-01 --review 2027-02-01
    """
    review_on = review.date() if review else None
    fact = TreatmentLimits(limits=tuple(limits), decided_on=decided.date(), review_on=review_on, document=document)
    _note(context, fact, team, by, json, occurred_at)


@record.command()
def kit(
    context: typer.Context,
    where: Annotated[str, typer.Option(help="Where it is kept, in a few words.", parser=words, metavar=WORDS)],
    checked_by: Annotated[str, typer.Option(help="Who checked it.", parser=words, metavar=WORDS)],
    items: Annotated[
        list[str],
        typer.Option(
            help="A thing in it, one a line: how many, its name, and the day on which it expires, if any.",
            parser=words,
            metavar=WORDS,
        ),
    ],
    team: Team,
    checked: Annotated[
        datetime | None, typer.Option(help="The day of the check; left out: today.", formats=_DAY)
    ] = None,
    expires: Annotated[
        datetime | None,
        typer.Option(help="The day on which all of it expires, where that is earlier.", formats=_DAY),
    ] = None,
    by: By = None,
    occurred_at: OccurredAt = None,
    json: Json = False,
) -> None:
    """Record a check of the anticipatory kit: where it is, and how many there are of each thing in it.

    What was counted before is counted again, 0 where none is left. When the first of it expires, the team is told.

    Example: handslag record E7K2-QM4T kit --where - --checked-by - --items @counted.txt
    """
    fact = Kit(
        where=where,
        checked_by=checked_by,
        checked_on=_day(context, checked),
        expires_on=expires.date() if expires else None,
        items=tuple(counted_items(items)),
    )
    _note(context, fact, team, by, json, occurred_at)


@record.command("kit-retrieved")
def kit_retrieved(
    context: typer.Context,
    team: Team,
    on: Annotated[datetime | None, typer.Option(help="The day; left out: today.", formats=_DAY)] = None,
    items: Annotated[
        list[str] | None,
        typer.Option(
            help="What came back of a thing in it, one a line: how many, and its name as it was recorded.",
            parser=words,
            metavar=WORDS,
        ),
    ] = None,
    because: Annotated[
        str, typer.Option(help="Why other counts came back than the last.", parser=words, metavar=WORDS)
    ] = "",
    by: By = None,
    occurred_at: OccurredAt = None,
    json: Json = False,
) -> None:
    """Record that the kit was taken back, and what came back of each thing in it. Also after the end of the episode.

    Example: handslag record E7K2-QM4T kit-retrieved --items @counted.txt --because @why.txt
    """
    reference = episode_reference(context.obj)
    known = operations().views.show(reference).episode.known.get("kit")
    if known is None or not isinstance(known.fact, Kit):
        raise Refused(
            f"Cannot record that the kit of episode {reference} was retrieved: none is known.",
            "Nothing needs to be done, or record the kit first.",
        )
    counts = [(item.name, item.count) for item in counted_items(items or ())]
    _note(context, retrieved(known.fact, _day(context, on), counts, because), team, by, json, occurred_at)


@record.command()
def preference(
    context: typer.Context,
    place_of: Annotated[PlaceOf, typer.Argument(help="The place of what.")],
    first: Annotated[str, typer.Argument(help="The preferred level of care, such as home.")],
    said_by: Annotated[SaidBy, typer.Option(help="Who said so.")],
    team: Team,
    second: Annotated[str | None, typer.Option(help="The second choice.")] = None,
    said: Annotated[datetime | None, typer.Option(help="The day; left out: today.", formats=_DAY)] = None,
    by: By = None,
    occurred_at: OccurredAt = None,
    json: Json = False,
) -> None:
    """Record the preferred place of care or of death. A move that departs from it must say why.

    Example: handslag record E7K2-QM4T preference care home --second short-term --said-by patient
    """
    fact = Preference(place_of=place_of, first=first, second=second, said_by=said_by, said_on=_day(context, said))
    _note(context, fact, team, by, json, occurred_at)


@record.command()
def carer(
    context: typer.Context,
    available: Annotated[bool, typer.Option("--available/--not-available", help="Whether they can care.")],
    aware: Annotated[bool, typer.Option("--aware/--not-aware", help="Whether they know how it stands.")],
    night: Annotated[bool, typer.Option("--night/--no-night", help="Whether they may be called at night.")],
    team: Team,
    by: By = None,
    occurred_at: OccurredAt = None,
    json: Json = False,
) -> None:
    """Record how it is with the carer at home. Who they are is kept elsewhere: handslag relative.

    Example: handslag record E7K2-QM4T carer --available --aware --no-night --as municipal-palliative-team
    """
    fact = Carer(is_available=available, is_aware=aware, may_be_called_at_night=night)
    _note(context, fact, team, by, json, occurred_at)


@record.command()
def consent(
    context: typer.Context,
    consent: Annotated[ConsentGiven, typer.Argument(help="Whether it is given, or withdrawn.")],
    team: Team,
    by: By = None,
    occurred_at: OccurredAt = None,
    json: Json = False,
) -> None:
    """Record consent to share what is known, or that it was withdrawn.

    After a withdrawal another organisation is asked only with a reason why it goes ahead all the same.

    Example: handslag record E7K2-QM4T consent withdrawn --as municipal-palliative-team
    """
    _note(context, Consent(is_given=consent is ConsentGiven.GIVEN), team, by, json, occurred_at)


@record.command("view-limit")
def view_limit(
    context: typer.Context,
    organisation: Annotated[str, typer.Argument(help="The organisation of the network, by its name in the file.")],
    sees: Annotated[Sees, typer.Argument(help="Whether it may see the episode.")],
    said_by: Annotated[WordOf, typer.Option(help="Whose word it is.")],
    team: Team,
    said: Annotated[datetime | None, typer.Option(help="The day; left out: today.", formats=_DAY)] = None,
    by: By = None,
    occurred_at: OccurredAt = None,
    json: Json = False,
) -> None:
    """Record that an organisation may not see the episode, or may again. For the responsible team.

    It is neither asked nor told then, and there is no such episode for it but in an emergency. What it still has to do
    is handed over or closed first.

    Example: handslag record E7K2-QM4T view-limit jonkopings-kommun may-not-see --said-by patient
    """
    fact = ViewLimit(
        organisation=organisation, is_limited=sees is Sees.NOT, said_by=said_by, said_on=_day(context, said)
    )
    _note(context, fact, team, by, json, occurred_at)


def _day(context: typer.Context, given: datetime | None) -> date:
    """The day that was given, or today where the network is."""
    if given:
        return given.date()
    service = operations()
    zone = ZoneInfo(service.views.network_of(episode_reference(context.obj)).time_zone)
    return service.clock().astimezone(zone).date()


def _note(
    context: typer.Context, fact: PatientFact, team: str, by: str | None, json: bool, occurred_at: str | None
) -> None:
    reference = episode_reference(context.obj)
    perform(reference, RecordFact(actor=actor(team, by), fact=fact), occurred_at)
    words = fact_in_words(fact)
    tell(reference, f"has this recorded: {words if json else escape(words)}", json)
    if not json:
        for line in suggestion_lines(operations().views.show(reference)):
            say(line)
