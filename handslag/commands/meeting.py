"""Commands for meeting each other: the list of the weekly meeting and its decisions, and joint visits."""

from collections.abc import Callable
from datetime import datetime
from typing import Annotated

import typer

from handslag.commands.acting import By, Episode, Json, Team, actor, episode_reference, instant, perform, tell
from handslag.commands.installation import operations
from handslag.printing import TIMES, as_json, local, say, table
from pathways.care.joint_visits.commands import (
    AnswerJointVisit,
    CancelJointVisit,
    ProposeJointVisit,
    RecordJointVisit,
)
from pathways.care.meetings.commands import DecideMatter, RaiseMatter
from pathways.errors import Refused
from pathways.operations.meetings import MeetingList


def register(app: typer.Typer) -> None:
    """Add these commands to the program."""
    commands: dict[str, Callable[..., None]] = {
        "triage": triage,
        "triage-raise": triage_raise,
        "triage-decide": triage_decide,
        "propose-visit": propose_visit,
        "answer-visit": answer_visit,
        "cancel-visit": cancel_visit,
        "record-visit": record_visit,
    }
    for name, command in commands.items():
        app.command(name, rich_help_panel="Meeting each other")(command)


Meeting = Annotated[
    str | None, typer.Option("--meeting", help="The meeting, as the pathway names it, where it has several.")
]
Visit = Annotated[str, typer.Argument(metavar="VISIT", help="The joint visit's name, such as joint-visit-1.")]


def triage(
    meeting: Annotated[str | None, typer.Argument(help="The meeting, as the pathway names it; left out, all.")] = None,
    of_team: Annotated[str | None, typer.Option("--of", help="Only the meeting of this team.", metavar="TEAM")] = None,
    json: Json = False,
) -> None:
    """Show what stands on the list of the next weekly meeting, and why.

    The list is made and sent to those who sit in the meeting some time before it. Here it is as of now. What is decided
    with `handslag triage-decide` leaves it; all else comes back the next week.

    Example: handslag triage triage --of hjemmepleje-loegstoer
    """
    found = operations().meetings.lists(meeting, of_team)
    if json:
        as_json([_as_data(each) for each in found])
        return
    for each in found:
        when = local(each.begins_at, each.time_zone)
        also = f", with {', '.join(each.sits_in)}" if each.sits_in else ""
        rows = table(f"{each.meeting} of {each.team}{also}: {when}", "episode", "why", "about", "since")
        for entry in each.entries:
            for matter in entry.matters:
                rows.add_row(entry.episode, matter.ground, matter.subject, local(matter.at, each.time_zone))
        say(rows if each.entries else f"{each.meeting} of {each.team}{also}, {when}: nothing is on the list.")


def _as_data(found: MeetingList) -> dict[str, object]:
    return {
        "network": found.network,
        "pathway": found.pathway,
        "meeting": found.meeting,
        "team": found.team,
        "sits_in": list(found.sits_in),
        "begins_at": found.begins_at,
        "entries": [
            {"episode": entry.episode, "matters": [matter.model_dump(mode="json") for matter in entry.matters]}
            for entry in found.entries
        ],
    }


def _meeting_of(reference: str, named: str | None) -> str:
    """The meeting that is meant: the one that is named, or the only one of the episode's pathway. Raises Refused."""
    known = tuple(operations().views.show(reference).pathway.meetings)
    if named is None and len(known) != 1:
        raise Refused(
            f"The pathway of episode {reference} has {len(known) or 'no'} meetings.",
            f"Name one with --meeting: {', '.join(known)}." if known else "Ring those whom it concerns.",
        )
    return named or known[0]


def triage_raise(episode: Episode, team: Team, meeting: Meeting = None, by: By = None, json: Json = False) -> None:
    """Put an episode on the list of the next weekly meeting. For every team that has a part in it.

    Example: handslag triage-raise E7K2-QM4T --as hjemmepleje-loegstoer
    """
    reference = episode_reference(episode)
    name = _meeting_of(reference, meeting)
    perform(reference, RaiseMatter(actor=actor(team, by), meeting=name))
    tell(reference, f"is on the list of {name}", json)


def triage_decide(
    episode: Episode,
    decision: Annotated[str, typer.Argument(help="One of the decisions that the pathway names for the meeting.")],
    team: Team,
    meeting: Meeting = None,
    by: By = None,
    json: Json = False,
) -> None:
    """Record what a weekly meeting decided on an episode: it leaves the list.

    The decision itself is carried out with its own command, such as `handslag renew-grant`.

    Example: handslag triage-decide E7K2-QM4T as-it-is --as bevilling
    """
    reference = episode_reference(episode)
    name = _meeting_of(reference, meeting)
    perform(reference, DecideMatter(actor=actor(team, by), meeting=name, decision=decision))
    tell(reference, f"is decided at {name}: {decision}", json)


def propose_visit(
    episode: Episode,
    with_team: Annotated[str, typer.Option("--with", help="The team to visit together with.", metavar="TEAM")],
    at: Annotated[datetime, typer.Option(formats=TIMES, help="When, in local time.")],
    team: Team,
    by: By = None,
    json: Json = False,
) -> None:
    """Propose a visit at home together with another team. It is booked when they say yes, within the limit.

    Example: handslag propose-visit E7K2-QM4T --with hjemmepleje-loegstoer --at "2026-12-01 10:00" --as bevilling
    """
    reference = episode_reference(episode)
    when = instant(at, reference) or at
    after = perform(reference, ProposeJointVisit(actor=actor(team, by), with_team=with_team, at=when))
    tell(reference, f"has {tuple(after.joint_visits)[-1]} proposed", json)


def answer_visit(
    episode: Episode,
    name: Visit,
    team: Team,
    yes: Annotated[bool, typer.Option("--yes/--no", help="Whether your team comes along.")] = True,
    by: By = None,
    json: Json = False,
) -> None:
    """Say yes or no to a joint visit that another team has proposed to yours.

    Example: handslag answer-visit E7K2-QM4T joint-visit-1 --yes --as hjemmepleje-loegstoer
    """
    reference = episode_reference(episode)
    perform(reference, AnswerJointVisit(actor=actor(team, by), visit=name, is_accepted=yes))
    tell(reference, f"has {name} {'booked' if yes else 'declined'}", json)


def cancel_visit(episode: Episode, name: Visit, team: Team, by: By = None, json: Json = False) -> None:
    """Call off a joint visit, proposed or booked. The other side is told.

    Example: handslag cancel-visit E7K2-QM4T joint-visit-1 --as bevilling
    """
    reference = episode_reference(episode)
    perform(reference, CancelJointVisit(actor=actor(team, by), visit=name))
    tell(reference, f"has {name} called off", json)


def record_visit(
    episode: Episode,
    name: Visit,
    team: Team,
    held: Annotated[bool, typer.Option("--held/--not-held", help="Whether the visit was made.")] = True,
    by: By = None,
    json: Json = False,
) -> None:
    """Record whether a booked joint visit was made.

    Example: handslag record-visit E7K2-QM4T joint-visit-1 --held --as bevilling
    """
    reference = episode_reference(episode)
    perform(reference, RecordJointVisit(actor=actor(team, by), visit=name, was_held=held))
    tell(reference, f"has {name} recorded", json)
