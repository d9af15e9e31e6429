"""Commands that show: one episode, what waits, the notices. They change nothing but, on request, a dead notice."""

from collections.abc import Iterator
from typing import Annotated, Any

import typer
from rich.markup import escape

from handslag.commands.installation import operations
from handslag.enrolling import programme_lines
from handslag.granted import granted_lines
from handslag.histories import in_words
from handslag.knowing import known_lines, standing_lines
from handslag.ordering import contact_lines, order_lines
from handslag.printing import as_json, happened, local, say, table
from handslag.showing import handover_lines
from handslag.standing_in_line import place_lines
from pathways.care.episodes import Handover
from pathways.care.events import Recorded, in_true_order
from pathways.care.grants.rules import weekly_minutes
from pathways.cover.rotas import Rung
from pathways.operations.views import EpisodeView

Json = Annotated[bool, typer.Option("--json", help="Print JSON instead of words.")]


def register(app: typer.Typer) -> None:
    """Add these commands to the program."""
    for command in (show, waiting, notices):
        app.command(rich_help_panel="Seeing")(command)


def show(
    reference: Annotated[str, typer.Argument(help="An episode's or a handover's reference.")], json: Json = False
) -> None:
    """Show an episode: where it stands, its handovers, what it waits for, and all that happened."""
    service = operations()
    view = service.views.show(service.views.reference(reference))
    if json:
        as_json({**_as_data(view), "night_sheet_is_current": _is_sheet_current(view)})
        return
    zone, episode = view.network.time_zone, view.episode
    say(f"[bold]{episode.reference}[/] {episode.pathway} of {episode.version}: {episode.status} at {episode.level}")
    say(f"Responsible: {episode.responsible_team or 'nobody, it has ended'}")
    if episode.pause:
        say(f"Pauses since {local(episode.pause.at, zone)}: {episode.pause.kind}")
    if episode.paused_services and not episode.has_ended:
        say(f"Services that pause: {', '.join(episode.paused_services)}")
    _say_night_sheet(view, zone)
    stays = table("Stays", "level", "unit", "team", "from", "until")
    for stay in episode.stays:
        stays.add_row(stay.level, stay.unit or "–", stay.team, local(stay.from_at, zone), local(stay.until_at, zone))
    say(stays)
    for line in (*programme_lines(view), *granted_lines(view), *known_lines(view)):
        say(line)
    for handover in episode.handovers.values():
        plan = handover.plan
        marks = ", ".join(f"{mark.kind} {happened(mark.at, mark.entered_at, zone)}" for mark in handover.marks)
        head = f"[bold]{handover.reference}[/] {plan.move} ({plan.urgency}, {plan.reason}): {handover.status}"
        say(f"{head}{_why_closed(view, handover)}")
        say(f"  {plan.from_team} → {plan.to_team}. Marks: {marks or 'none yet'}")
        for line in (*standing_lines(plan), *place_lines(view, handover), *handover_lines(handover, zone)):
            say(f"  {line}")
    for line in (*order_lines(view), *contact_lines(view), *_waiting_lines(view, zone)):
        say(line)
    timeline = table("History", "#", "when", "what", "who")
    for recorded in in_true_order(view.history):
        words, by = escape(in_words(recorded, zone)), escape(who(recorded))
        timeline.add_row(str(recorded.number), happened(recorded.true_at, recorded.entered_at, zone), words, by)
    say(timeline)


def _why_closed(view: EpisodeView, handover: Handover) -> str:
    """Why it is no longer open: a reason of the pathway with its words, or what somebody wrote."""
    if not handover.closing_reason:
        return ""
    named = view.pathway.rejections.get(handover.closing_reason, {})
    words = named.get("en") or next(iter(named.values()), "")
    return escape(f", because: {handover.closing_reason}{f' ({words})' if words else ''}")


def _waiting_lines(view: EpisodeView, zone: str) -> Iterator[str]:
    if came_back := view.episode.bounced:
        yield f"Came back {len(came_back)} times: from {', '.join(came_back)}"
    for ladder in view.ladders:
        when = f" at {local(ladder.next_at, zone)}" if ladder.next_at else ""
        yield f"Asked: {_rung(ladder.present)}, for {ladder.receiver}. Next: {_rung(ladder.following)}{when}"
    for wait in view.waits:
        teams = " and ".join(wait.teams)
        yield f"Waits for {wait.kind} of {wait.subject} by {teams}, until {local(wait.due_at, zone)}"


def _rung(rung: Rung) -> str:
    return f"{rung.team}/{rung.contact}{'' if rung.is_open else ' (closed now)'}"


def _say_night_sheet(view: EpisodeView, zone: str) -> None:
    if sheet := view.episode.night_sheet:
        is_current = _is_sheet_current(view)
        so = "still holds" if is_current else "[bold red]is out of date[/]: make a new one, and shred the old"
        say(f"The night sheet of {local(sheet.at, zone)} (mark {sheet.mark}) {so}.")


def _is_sheet_current(view: EpisodeView) -> bool | None:
    """Whether the latest night sheet still says what is so; None where none was made."""
    return operations().night_sheets.is_current(view.episode) if view.episode.night_sheet else None


def _as_data(view: EpisodeView) -> dict[str, Any]:
    return {
        "episode": view.episode.model_dump(mode="json"),
        "suggestions": [suggestion.model_dump(mode="json") for suggestion in view.suggestions],
        "waived": dict(view.waived),
        "ladders": [ladder.model_dump(mode="json") for ladder in view.ladders],
        "came_back": list(view.episode.bounced),
        "waits": [wait.model_dump(mode="json") for wait in view.waits],
        "roll_outs": list(view.roll_outs),
        "matters": {name: [each.model_dump(mode="json") for each in found] for name, found in view.matters.items()},
        "weekly_minutes": dict(weekly_minutes(view.episode)),
        "lines": {unit: [entry.handover for entry in line] for unit, line in view.lines.items()},
        "uncovered": {
            number: [each.model_dump(mode="json") for each in found] for number, found in view.uncovered.items()
        },
        "history": [recorded.model_dump(mode="json") for recorded in view.history],
        "notices": [notice.model_dump(mode="json") for notice in view.notices],
    }


def who(recorded: Recorded) -> str:
    """Who caused it, and whether we know that."""
    actor = recorded.actor
    if actor.team is None and actor.name is None:
        return actor.kind
    known = "" if actor.is_identified else ", not identified"
    return f"{actor.team or 'no team'}: {actor.name or 'not named'} ({actor.via}{known})"


def waiting(json: Json = False) -> None:
    """List what waits for whom, what is due first at the top."""
    service = operations()
    found = service.views.waiting()
    if json:
        as_json([wait.model_dump(mode="json") for wait in found])
        return
    rows = table("Waiting", "what", "for", "episode", "by", "due", "passed")
    for wait in found:
        zone = service.views.network_of(wait.episode).time_zone
        rows.add_row(
            wait.subject,
            wait.kind,
            wait.episode,
            ", ".join(wait.teams),
            local(wait.due_at, zone),
            f"{wait.passed} times" if wait.passed else "",
        )
    say(rows if found else "Nothing waits.")


def notices(
    dead: Annotated[bool, typer.Option("--dead", help="Only those that were given up on.")] = False,
    resend: Annotated[int | None, typer.Option(help="Number of a dead notice to send again.")] = None,
    json: Json = False,
) -> None:
    """List notices, the newest first; or send a dead one again."""
    service = operations()
    if resend is not None:
        service.given_up.resend(resend)
        say(f"Notice {resend} is being sent again; if it cannot leave, it is tried again by itself.")
        return
    found = service.views.notices(only_dead=dead)
    if json:
        as_json([notice.model_dump(mode="json") for notice in found])
        return
    rows = table("Notices", "no", "kind", "about", "team", "contact", "status", "attempts", "fault")
    for notice in found:
        fault = notice.error or (", ".join(notice.leaks) and f"guarded: {', '.join(notice.leaks)}")
        rows.add_row(
            str(notice.id),
            notice.kind,
            notice.handover or notice.episode or notice.about,
            notice.team,
            notice.contact,
            notice.status,
            str(notice.attempts),
            fault,
        )
    say(rows if found else "No notices.")
