"""The command that tells who answers for a team at a time, and until when."""

from datetime import datetime, time, timedelta
from typing import Annotated, Any
from zoneinfo import ZoneInfo

import typer

from handslag.commands.installation import operations
from handslag.printing import as_json, local, say, table
from pathways.clock import system_clock
from pathways.cover.competences import able, able_elsewhere, next_able
from pathways.cover.rotas import OnDuty, Rota, Rung
from pathways.definition.durations import first_instant
from pathways.definition.networks import Network
from pathways.errors import Refused
from pathways.instants import local_instant
from pathways.operations.cover import Copy


def register(app: typer.Typer) -> None:
    """Add the command to the program."""
    app.command(rich_help_panel="Seeing")(cover)
    app.command("who-can", rich_help_panel="Seeing")(who_can)


def cover(
    team: Annotated[str, typer.Argument(help="A team's key in the network file.")],
    at: Annotated[str, typer.Option(metavar="TIME", help="Local time, as '2026-12-24 16:45'; left out: now.")] = "",
    network: Annotated[str, typer.Option(help="The network, where several have a team of that key.")] = "",
    competence: Annotated[
        list[str] | None, typer.Option(help="Tell who has this competence then; several: who has all of them.")
    ] = None,
    refresh: Annotated[bool, typer.Option("--refresh", help="Fetch the network's calendars first.")] = False,
    json: Annotated[bool, typer.Option("--json", help="Print JSON instead of words.")] = False,
) -> None:
    """Tell who answers for a team, until when, and who does next; and whom else there is to ask.

    A contact point that is off duty is passed over. Where nobody of the team is on duty, the team that covers it
    answers, and at last the network's last resort. Times are local.

    With --competence: who of the team, or of the one that covers it, is on duty and has it; if nobody is, who has it
    next, and who of other teams has it then.

    Example: handslag cover municipal-palliative-team --at "2026-12-24 16:45"
    """
    service = operations().cover
    found = service.network_of(team, network or None)
    asked = local_instant(at, ZoneInfo(found.time_zone)) if at else system_clock()
    if refresh:
        service.refresh(found.network)
    if competence:
        _tell_competence(found, service.rota(found), team, tuple(competence), asked, json)
        return
    told = _Told(found, service.rota(found), team, asked)
    copies = [copy for copy in service.copies(found) if copy.team in told.teams]
    if json:
        as_json(told.as_data(copies))
    else:
        told.say(copies)


def who_can(
    pathway: Annotated[str, typer.Argument(help="The pathway, such as sammen-om-sundhed.")],
    task: Annotated[str, typer.Argument(help="One of its tasks, such as wound-care.")],
    level: Annotated[str, typer.Option(help="The level at which the patient is.")],
    network: Annotated[str, typer.Option(help="The network, such as jammerbugt-demo.")],
    at: Annotated[str, typer.Option(metavar="TIME", help="Local time, as '2026-12-24 16:45'; left out: now.")] = "",
    json: Annotated[bool, typer.Option("--json", help="Print JSON instead of words.")] = False,
) -> None:
    """Tell who can carry a task out at a level at a time: whose it is, and who is on duty with the competence.

    Example: handslag who-can sammen-om-sundhed wound-care --level home --network jammerbugt-demo
    """
    service = operations()
    zone = ZoneInfo(service.publishing.network(network).time_zone)
    asked = local_instant(at, zone) if at else system_clock()
    found = service.competences.who_can(network, pathway, task, level, asked)
    if json:
        as_json(
            {
                "pathway": pathway,
                "version": found.version,
                "task": task,
                "level": level,
                "at": asked.isoformat(),
                "duties": found.duties.model_dump(mode="json"),
                "competences": found.competences,
                "teams": [
                    {
                        "team": each.team,
                        "on_duty": [duty.model_dump(mode="json") for duty in each.on_duty],
                        "next": each.next_able.model_dump(mode="json") if each.next_able else None,
                    }
                    for each in found.teams
                ],
                "elsewhere": [duty.model_dump(mode="json") for duty in found.elsewhere],
            }
        )
        return
    takes = f", it takes {' and '.join(found.competences)}" if found.competences else ""
    say(f"[bold]{task}[/] at {level}: {found.duties.responsible} is responsible{takes} ({local(asked, str(zone))})")
    for each in found.teams:
        now = ", ".join(_who(duty) for duty in each.on_duty) or "nobody on duty"
        later = each.next_able
        then = f"; next {later.contact} of {later.team} from {local(later.from_at, str(zone))}" if later else ""
        say(f"  {each.team}: {now}{'' if each.on_duty else then}")
    if not any(each.on_duty for each in found.teams):
        for duty in found.elsewhere:
            say(f"  of other teams {_who(duty)} is on duty with it")


def _tell_competence(
    network: Network, rota: Rota, team: str, wanted: tuple[str, ...], at: datetime, json: bool
) -> None:
    known = {each for one in network.teams.values() for contact in one.contacts for each in contact.competences}
    if unknown := [each for each in wanted if each not in known]:
        raise Refused(
            f"Nobody in {network.network} has {len(unknown)} of the competences asked for.",
            f"Choose among: {', '.join(sorted(known)) or 'none; write them at contact points of the network file'}.",
        )
    here = able(network, rota, team, wanted, at)
    later = next_able(network, rota, team, wanted, at)
    elsewhere = able_elsewhere(network, rota, team, wanted, at)
    if json:
        as_json(
            {
                "network": network.network,
                "team": team,
                "at": at.isoformat(),
                "competences": wanted,
                "on_duty": [each.model_dump(mode="json") for each in here],
                "next": later.model_dump(mode="json") if later else None,
                "elsewhere": [each.model_dump(mode="json") for each in elsewhere],
            }
        )
        return
    zone = network.time_zone
    what = " and ".join(wanted)
    say(f"[bold]{team}[/], {local(at, zone)}: who has {what}")
    for duty in here:
        until = f" until {local(duty.until_at, zone)}" if duty.until_at else ""
        say(f"[bold]{_who(duty)}[/] is on duty{until}.")
    if not here:
        say(f"[yellow]Nobody of {team}, nor of the team that covers it, is on duty with it.[/]")
        then = f"{later.contact} of {later.team} from {local(later.from_at, zone)}" if later else "nobody within a year"
        say(f"Next: {then}.")
        for duty in elsewhere:
            say(f"Of other teams {_who(duty)} is on duty with it.")


class _Told:
    """What there is to tell of one team at one time."""

    def __init__(self, network: Network, rota: Rota, team: str, at: datetime) -> None:
        self._zone = ZoneInfo(network.time_zone)
        self._network, self._rota, self._team, self._at = network, rota, team, at
        self._ladder = rota.ladder(team, at)
        self._now = rota.who_answers(team, at)
        self._next = rota.who_answers(team, self._now.until_at) if self._now.until_at else None
        self.teams = {rung.team for rung in self._ladder}

    def as_data(self, copies: list[Copy]) -> dict[str, Any]:
        """The same for programs; instants are UTC."""
        return {
            "network": self._network.network,
            "team": self._team,
            "at": self._at.isoformat(),
            "is_open": self._rota.is_open(self._team, self._at),
            "opens_at": self._rota.opens_at(self._team, self._at),
            "closes_at": self._rota.closes_at(self._team, self._at),
            "answers": self._now.model_dump(mode="json"),
            "next": self._next.model_dump(mode="json") if self._next else None,
            "ladder": [rung.model_dump(mode="json") for rung in self._ladder],
            "calendars": [
                {"team": each.team, "fetched_at": each.fetched_at, "is_old": each.is_old, "error": each.error}
                for each in copies
            ],
        }

    def say(self, copies: list[Copy]) -> None:
        """Tell it to a person."""
        name = self._network.teams[self._team].name
        say(f"[bold]{self._team}[/] ({name}), {self._local(self._at)}")
        say(f"[bold]{self._now.contact}[/] of {self._now.team} answers{self._until()}")
        is_open = self._rota.is_open(self._team, self._at)
        if is_open:
            closes = self._rota.closes_at(self._team, self._at)
            say(f"The team is open; it closes {self._local(closes)}." if closes else "The team is open.")
        else:
            opens = self._rota.opens_at(self._team, self._at)
            say(f"The team is closed; it opens {self._local(opens) if opens else 'at no time within a year'}.")
        rungs = table("Whom to ask, in this order", "team", "contact point", "phone", "", "until")
        for rung in self._ladder:
            phone = self._network.phone_of(rung.team, rung.contact) or "–"
            until = self._local(rung.until_at) if rung.until_at else "–"
            rungs.add_row(rung.team, rung.contact, phone, _word(rung), until)
        say(rungs)
        self._say_week()
        for copy in copies:
            say(_copy_in_words(copy))

    def _until(self) -> str:
        if self._next is None or self._now.until_at is None:
            return ", at all times."
        return f" until {self._local(self._now.until_at)}, then {_who(self._next)}."

    def _say_week(self) -> None:
        week = table("The week: █ the team is open, ▒ another answers", "", "0     6     12    18     ")
        first = self._at.astimezone(self._zone).date()
        for day in (first + timedelta(days=each) for each in range(7)):
            halves = [datetime.combine(day, time(half // 2, half % 2 * 30), self._zone) for half in range(48)]
            is_open = [self._rota.is_open(self._team, first_instant(half, self._zone)) for half in halves]
            row = "".join("█" if any(is_open[each : each + 2]) else "▒" for each in range(0, 48, 2))
            week.add_row(f"{day:%a %Y-%m-%d}", row)
        say(week)

    def _local(self, instant: datetime) -> str:
        return f"{instant.astimezone(self._zone):%a %Y-%m-%d %H:%M}"


def _who(duty: OnDuty) -> str:
    return f"{duty.contact} of {duty.team}"


def _word(rung: Rung) -> str:
    return "[green]on duty[/]" if rung.is_open else "[dim]closed[/]"


def _copy_in_words(copy: Copy) -> str:
    if copy.age is None:
        said = "has never been fetched, so nobody is on duty by it"
    else:
        hours = int(copy.age.total_seconds()) // 3600
        said = f"was fetched {hours} h ago" if hours else "was fetched within the hour"
    return f"The calendar of {copy.team} {said}{f' (last try: {copy.error})' if copy.error else ''}."
