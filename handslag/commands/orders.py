"""Commands about treatments: order, change, stop, record a visit, a complication, a team's day, the fixed contact."""

from datetime import datetime
from typing import Annotated

import typer
from pydantic import ValidationError

from handslag.commands.acting import By, Episode, Json, Team, actor, episode_reference, perform, tell
from handslag.commands.asking import WORDS, words
from handslag.commands.installation import operations
from handslag.ordering import uncovered_lines, visits_left
from handslag.printing import as_json, local, say, table
from pathways.care.commands import Command
from pathways.care.continuity.commands import NameFixedContact
from pathways.care.orders.commands import ActOnMissedVisit, ChangeOrder, PlaceOrder, RecordVisit, StopOrder
from pathways.care.orders.values import Schedule, VisitOutcome
from pathways.definition.covers import Weekday
from pathways.errors import Refused

_DAY = ["%Y-%m-%d"]
_TIME = ["%H:%M"]
_VISIT = ["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M"]

Number = Annotated[int, typer.Option("--order", help="The number of the order in this episode.")]
Times = Annotated[
    list[datetime] | None, typer.Option("--time", formats=_TIME, help="A local time of day; once for each visit.")
]
First = Annotated[datetime | None, typer.Option("--from", formats=_DAY, help="The first day; left out: today.")]
Last = Annotated[datetime | None, typer.Option("--until", formats=_DAY, help="The last day.")]
Every = Annotated[int | None, typer.Option(help="Every so many days: 2 is every other day.")]
On = Annotated[list[Weekday] | None, typer.Option("--on", help="Only on this day of the week; once for each.")]
Words = Annotated[str, typer.Option(help="In a few words. They stay in the database.", parser=words, metavar=WORDS)]


def register(app: typer.Typer) -> None:
    """Add these commands to the program."""
    panel = "Treatments and visits"
    for command in (order, change_order, stop_order, visit, act_on_missed, complication, fixed_contact):
        app.command(rich_help_panel=panel)(command)
    app.command(rich_help_panel="Seeing")(visits)
    app.command(rich_help_panel="Seeing")(continuity)


def order(
    episode: Episode,
    treatment: Annotated[str, typer.Argument(help="One of the pathway's treatments, such as iv-antibiotics.")],
    drug: Annotated[
        str,
        typer.Option(help="What is given, how much and how. It stays in the database.", parser=words, metavar=WORDS),
    ],
    time: Times,
    until: Last,
    team: Team,
    from_: First = None,
    every: Every = None,
    on: On = None,
    by: By = None,
    json: Json = False,
) -> None:
    """Order a treatment. Its visits follow from the times and days, local time, also when clocks change.

    It runs as soon as the patient is where the treatment is given, and ends by itself with its last day. Visits that
    nobody with the competence covers are told at once, with who has it, and when.

    Example: handslag order E7K2-QM4T iv-antibiotics --drug - --time 08:00 --time 20:00 --until 2026-12-01 --as ward
    """
    reference = episode_reference(episode)
    schedule = _schedule(reference, None, time, from_, until, every, on)
    command = PlaceOrder(actor=actor(team, by), treatment=treatment, drug=drug, schedule=schedule)
    placed = max(perform(reference, command).orders)
    _tell_order(reference, placed, f"has order {placed}", json)


def change_order(
    episode: Episode,
    team: Team,
    order: Number = 1,
    drug: Annotated[str | None, typer.Option(help="What is given from now on.", parser=words, metavar=WORDS)] = None,
    time: Times = None,
    from_: First = None,
    until: Last = None,
    every: Every = None,
    on: On = None,
    by: By = None,
    json: Json = False,
) -> None:
    """Change an order from now on. What is left out stays; what became of earlier visits stays too.

    Example: handslag change-order E7K2-QM4T --order 1 --until 2026-12-05 --as ward-ryhov
    """
    reference = episode_reference(episode)
    before = operations().views.show(reference).episode.orders.get(order)
    schedule = _schedule(reference, before.schedule if before else None, time, from_, until, every, on)
    command = ChangeOrder(actor=actor(team, by), order=order, drug=drug, schedule=schedule)
    perform(reference, command)
    _tell_order(reference, order, f"has order {order} changed", json)


def stop_order(
    episode: Episode, team: Team, words: Words, order: Number = 1, by: By = None, json: Json = False
) -> None:
    """Stop the remaining visits of an order, and say why.

    Example: handslag stop-order E7K2-QM4T --order 1 --words - --as ward-ryhov
    """
    _do(episode, StopOrder(actor=actor(team, by), order=order, words=words), f"has order {order} stopped", json)


def visit(
    episode: Episode,
    outcome: Annotated[VisitOutcome, typer.Argument(help="done; missed; or refused, by the citizen.")],
    team: Team,
    order: Number = 1,
    at: Annotated[
        datetime | None,
        typer.Option(
            formats=_VISIT, help="Which visit, by the local time at which it was ordered; left out: the first."
        ),
    ] = None,
    words: Words = "",
    by: By = None,
    json: Json = False,
) -> None:
    """Say what became of a visit: of the first that nobody has said anything of, or of the one named.

    A missed visit starts a clock for the responsible team, until somebody has acted: handslag act-on-missed.

    Example: handslag visit E7K2-QM4T done --as hjemmesygeplejen --by "Ann Ek, nurse"
    """
    command = RecordVisit(actor=actor(team, by), order=order, visit=_key(at), outcome=outcome, words=words)
    _do(episode, command, f"has a visit of order {order} recorded as {outcome}", json)


def act_on_missed(
    episode: Episode,
    at: Annotated[datetime, typer.Argument(formats=_VISIT, help="The missed visit, by its local time.")],
    team: Team,
    words: Words,
    order: Number = 1,
    by: By = None,
    json: Json = False,
) -> None:
    """Say what has been done about a missed visit. Its clock stops.

    Example: handslag act-on-missed E7K2-QM4T "2026-11-23 08:00" --words - --as hjemmesygeplejen
    """
    command = ActOnMissedVisit(actor=actor(team, by), order=order, visit=_key(at) or "", words=words)
    _do(episode, command, "has the missed visit acted upon", json)


def complication(
    episode: Episode, team: Team, words: Words, order: Number = 1, by: By = None, json: Json = False
) -> None:
    """Record a complication of a treatment: the patient is moved back at once, and the visits stop.

    The move, its urgency and its reason are those that the pathway names for the treatment.

    Example: handslag complication E7K2-QM4T --order 1 --words - --as hjemmesygeplejen
    """
    reference = episode_reference(episode)
    handover = operations().orders.complication(reference, actor(team, by), order, words)
    tell(handover, "takes the patient back; the remaining visits are stopped", json)


def fixed_contact(
    episode: Episode,
    name: Annotated[str, typer.Argument(help="Name and profession, of your own team. It stays in the database.")],
    team: Team,
    by: By = None,
    json: Json = False,
) -> None:
    """Name the patient's fixed contact. A change is counted as a break.

    Example: handslag fixed-contact E7K2-QM4T "Ann Ek, nurse" --as hjemmesygeplejen
    """
    _do(episode, NameFixedContact(actor=actor(team, by), name=name), "has a fixed contact", json)


def visits(
    team: Annotated[str, typer.Argument(help="A team's key in the network file.")],
    day: Annotated[datetime | None, typer.Option(formats=_DAY, help="The local day; left out: today.")] = None,
    network: Annotated[str, typer.Option(help="The network, where several have a team of that key.")] = "",
    json: Json = False,
) -> None:
    """List a team's visits of a day, and what became of each. What is to be given stands in `handslag show`.

    Example: handslag visits hjemmesygeplejen
    """
    service = operations()
    found = service.cover.network_of(team, network or None)
    rows = service.orders.day(found, team, day.date() if day else None)
    if json:
        as_json(
            [
                {
                    "episode": each.episode,
                    "order": each.order.number,
                    "treatment": each.order.treatment,
                    "visit": each.visit.key,
                    "at": each.visit.at,
                    "unit": each.visit.unit,
                    "outcome": each.said.outcome if each.said else None,
                }
                for each in rows
            ]
        )
        return
    made = table("Visits", "when", "episode", "order", "treatment", "where", "outcome")
    for each in rows:
        outcome = each.said.outcome if each.said else "–"
        where = each.visit.unit or "at home"
        when = local(each.visit.at, found.time_zone)
        made.add_row(when, each.episode, str(each.order.number), each.order.treatment, where, outcome)
    say(made if rows else "No visits.")


def continuity(
    network: Annotated[str, typer.Argument(help="The network, such as jammerbugt-demo.")], json: Json = False
) -> None:
    """Count over how many handovers the fixed contacts of a network's patients were kept, and how many breaks were.

    Example: handslag continuity jammerbugt-demo
    """
    service = operations()
    found = next((each for each in service.cover.networks() if each.network == network), None)
    rows = service.orders.continuity(found) if found else ()
    if json:
        as_json([vars(each) for each in rows])
        return
    made = table("Fixed contacts", "pathway", "episodes", "with a contact now", "handovers kept over", "breaks")
    for each in rows:
        made.add_row(each.pathway, str(each.episodes), str(each.with_contact), str(each.kept), str(each.breaks))
    say(made if rows else "No episodes.")


def _schedule(
    reference: str,
    before: Schedule | None,
    times: list[datetime] | None,
    first: datetime | None,
    last: datetime | None,
    every: int | None,
    weekdays: list[Weekday] | None,
) -> Schedule:
    """What was said, and what held before where nothing was."""
    today = operations().orders.today(reference)
    until = last.date() if last else None
    try:
        return Schedule(
            times=tuple(at.time() for at in times) if times else before.times if before else (),
            from_day=first.date() if first else before.from_day if before else today,
            until_day=until or (before.until_day if before else today),
            every=every if every is not None else before.every if before else 1,
            weekdays=tuple(weekdays) if weekdays else before.weekdays if before else (),
        )
    except ValidationError:
        raise Refused("One of the days is out of all bounds.", "Correct the day.") from None


def _key(at: datetime | None) -> str | None:
    return f"{at:%Y-%m-%dT%H:%M}" if at else None


def _do(episode: str, command: Command, what: str, json: bool) -> None:
    reference = episode_reference(episode)
    perform(reference, command)
    tell(reference, what, json)


def _tell_order(reference: str, number: int, what: str, json: bool) -> None:
    view = operations().views.show(reference)
    found = view.uncovered.get(number, ())
    if json:
        as_json(
            {
                "reference": reference,
                "order": number,
                "visits": visits_left(view, view.episode.orders[number]),
                "uncovered": [each.model_dump(mode="json") for each in found],
            }
        )
        return
    order = view.episode.orders[number]
    tell(reference, f"{what}, {order.status}: {visits_left(view, order)} visits to come", json)
    for line in uncovered_lines(found, view.network):
        say(line)
