"""Commands that change something for a patient: begin, request, answer, move."""

from collections.abc import Callable
from enum import StrEnum
from typing import Annotated

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
from handslag.commands.asking import WORDS, asked, words
from handslag.commands.installation import operations
from handslag.printing import as_json, say
from handslag.standing_in_line import place_lines
from pathways.care.commands import ChangeHandover, WantedHandover
from pathways.care.episodes import Standing
from pathways.care.states import Action, EpisodeStatus
from pathways.instants import true_instant
from pathways.operations.beginning import Begin
from pathways.operations.people import Patient

Reason = Annotated[
    str, typer.Option(help="Why, in a few words and without naming the patient.", parser=words, metavar=WORDS)
]


class Answer(StrEnum):
    """How a request can be answered."""

    ACCEPT = "accept"
    REJECT = "reject"


def register(app: typer.Typer) -> None:
    """Add these commands to the program."""
    panel = "A patient's pathway"
    commands: dict[str, Callable[..., None]] = {
        "begin": begin,
        "request": request,
        "send": send,
        "see": see,
        "answer": answer,
        "depart": depart,
        "arrive": arrive,
        "hold": hold,
        "resume": resume,
        "cancel": cancel,
        "enter-in-error": enter_in_error,
        "fail": fail,
    }
    for name, command in commands.items():
        app.command(name, rich_help_panel=panel)(command)


def begin(
    pathway: Annotated[str, typer.Argument(help="The pathway, such as jonkoping-palliative.")],
    network: Annotated[str, typer.Argument(help="The network, such as jonkoping-demo.")],
    level: Annotated[str, typer.Argument(help="The level of care to begin at, such as home.")],
    team: Team,
    by: By = None,
    occurred_at: OccurredAt = None,
    patient: Annotated[
        bool,
        typer.Option(
            "--patient", help="Ask for personal number and name; without a terminal, the next two lines of input."
        ),
    ] = False,
    to_team: Annotated[
        str | None, typer.Option("--to", help="The team that is to be responsible, if not yours: it is asked.")
    ] = None,
    unit: Annotated[str | None, typer.Option(help="The unit, where the level has several.")] = None,
    care_team: Annotated[
        list[str] | None, typer.Option("--care-team", help="ROLE=TEAM, where the network has several teams for a role.")
    ] = None,
    district: Annotated[str | None, typer.Option(help="Where the patient lives, if the network has districts.")] = None,
    provider: Annotated[
        str | None, typer.Option(help="The organisation that gives the care, where the patient chose one.")
    ] = None,
    criterion: Annotated[
        list[str] | None, typer.Option(help="A criterion of the programme that you confirm as met; once for each.")
    ] = None,
    despite_death: Annotated[
        bool, typer.Option("--despite-death", help="Also where the patient with that number is known to have died.")
    ] = False,
    json: Json = False,
) -> None:
    """Begin an episode: a patient comes onto a pathway, under one responsible team.

    Your own team begins at once. Another team is asked to take over: until it has, your team is responsible.

    A programme asks for its criteria, each confirmed. If it has no place left, the episode waits for one: then your
    team is responsible for the wait, and is told when a place is free.

    Number and name are kept encrypted, and are no arguments: those can be read by everybody on this machine.

    Example: handslag begin jonkoping-palliative jonkoping-demo home --as municipal-palliative-team
    """
    named = dict(_role_and_team(pair) for pair in care_team or [])
    who = Patient(asked("Personal number", is_hidden=True), asked("Name")) if patient else None
    wanted = Begin(
        pathway,
        network,
        level,
        patient=who,
        team=to_team,
        unit=unit,
        care_team=named,
        despite_death=despite_death,
        district=district,
        provider=provider,
        criteria=tuple(criterion or ()),
        occurred_at=true_instant(occurred_at, operations().publishing.network(network)),
    )
    episode, warnings = operations().begin_episode(wanted, actor(team, by))
    if json:
        handover = episode.open_handover.reference if episode.open_handover else None
        as_json({"episode": episode.reference, "status": episode.status, "handover": handover, "warnings": warnings})
        return
    for warning in warnings:
        say(f"[yellow]{warning}[/]")
    if episode.status is EpisodeStatus.WAITLIST:
        say(f"Episode [bold]{episode.reference}[/] waits for a place. Responsible for the wait: {episode.stay.team}.")
        return
    say(f"Episode [bold]{episode.reference}[/] has begun at {episode.level}. Responsible: {episode.responsible_team}.")
    if request := episode.open_handover:
        asked_team, reference = request.plan.to_team, request.reference
        say(f"{asked_team} is asked to take over: [bold]{reference}[/]. Until then you are responsible.")


def _role_and_team(pair: str) -> tuple[str, str]:
    role, _, team = pair.partition("=")
    if not role or not team:
        raise typer.BadParameter("write ROLE=TEAM, such as gp=gp-practice", param_hint="--care-team")
    return role, team


def request(
    episode: Episode,
    move: Annotated[str, typer.Argument(help="The move, such as home-to-short-term.")],
    team: Team,
    urgency: Annotated[str, typer.Option(help="One of the move's urgencies, such as acute.")] = "planned",
    reason: Annotated[str, typer.Option(help="One of the move's reasons, such as relief.")] = "",
    by: By = None,
    occurred_at: OccurredAt = None,
    to_team: Annotated[str | None, typer.Option("--to", help="The receiving team, where there are several.")] = None,
    to_unit: Annotated[
        list[str] | None,
        typer.Option("--unit", help="A receiving unit. Several are asked at once: the first yes takes it."),
    ] = None,
    replaces: Annotated[str | None, typer.Option(help="An earlier handover that this one replaces.")] = None,
    draft: Annotated[bool, typer.Option("--draft", help="Plan it only; send it later with: handslag send.")] = False,
    departs_because: Annotated[
        str | None,
        typer.Option(
            help="Why it departs from the place that the patient prefers, where it does.", parser=words, metavar=WORDS
        ),
    ] = None,
    goes_ahead_because: Annotated[
        str | None,
        typer.Option(
            help="Why it goes ahead although the phase of illness, or withdrawn consent, holds it back.",
            parser=words,
            metavar=WORDS,
        ),
    ] = None,
    json: Json = False,
) -> None:
    """Request a handover: ask another team to take over, and let the clock run.

    Example: handslag request E7K2-QM4T home-to-short-term --unit korttids-norr --reason relief --as ssih-jonkoping
    """
    found = episode_reference(episode)
    wanted = WantedHandover(
        move=move,
        urgency=urgency,
        reason=reason,
        to_team=to_team,
        to_units=tuple(to_unit or ()),
        replaces=replaces,
        is_draft=draft,
        departs_because=departs_because,
        goes_ahead_because=goes_ahead_because,
        occurred_at=occurred(occurred_at, found),
    )
    reference = operations().plan_handover(found, actor(team, by), wanted)
    view = operations().views.show(reference)
    standing = view.handover(reference).plan.standing
    known = "" if standing is Standing.UNKNOWN else f"; to the preferred place it stands as: {standing}"
    tell(reference, f"is {'planned' if draft else 'requested'}{known}", json)
    for line in () if json else place_lines(view, view.handover(reference)):
        say(line)


def send(handover: Handover, team: Team, by: By = None, occurred_at: OccurredAt = None, json: Json = False) -> None:
    """Send a planned handover to its receiver, and let the clock run."""
    _change(handover, Action.REQUEST, team, by, None, json, occurred_at=occurred_at)


def see(handover: Handover, team: Team, by: By = None, json: Json = False) -> None:
    """Say that your team, the receiver, has seen the request. It promises nothing yet."""
    _change(handover, Action.SEE, team, by, None, json)


def answer(
    handover: Handover,
    answer: Annotated[
        Answer,
        typer.Argument(help="accept: we promise to take over; reject: we do not, for one of the pathway's reasons."),
    ],
    team: Team,
    by: By = None,
    occurred_at: OccurredAt = None,
    reason: Annotated[
        str | None, typer.Option(help="One of the pathway's reasons to reject, such as no-place.")
    ] = None,
    unit: Annotated[str | None, typer.Option(help="For which unit, where your team is asked for several.")] = None,
    json: Json = False,
) -> None:
    """Accept or reject a handover. Accepting is a promise: your team will take over.

    Example: handslag answer H7K2-QM4T accept --as short-term-north --by "Ann Ek, nurse"
    """
    _change(handover, Action(answer.value), team, by, reason, json, unit, occurred_at=occurred_at)


def depart(handover: Handover, team: Team, by: By = None, occurred_at: OccurredAt = None, json: Json = False) -> None:
    """Record that the patient has left. For the sender; responsibility stays with you until arrival."""
    _change(handover, Action.DEPART, team, by, None, json, occurred_at=occurred_at)


def arrive(handover: Handover, team: Team, by: By = None, occurred_at: OccurredAt = None, json: Json = False) -> None:
    """Record that the patient has arrived, and take over. For the receiver; now you are responsible."""
    _change(handover, Action.ARRIVE, team, by, None, json, occurred_at=occurred_at)


def hold(
    handover: Handover, team: Team, reason: Reason, by: By = None, occurred_at: OccurredAt = None, json: Json = False
) -> None:
    """Put an accepted handover on hold. Its clock goes on."""
    _change(handover, Action.HOLD, team, by, reason, json, occurred_at=occurred_at)


def resume(handover: Handover, team: Team, by: By = None, occurred_at: OccurredAt = None, json: Json = False) -> None:
    """Take up a handover that was on hold."""
    _change(handover, Action.RESUME, team, by, None, json, occurred_at=occurred_at)


def cancel(
    handover: Handover,
    team: Team,
    reason: Reason,
    by: By = None,
    occurred_at: OccurredAt = None,
    json: Json = False,
) -> None:
    """Cancel a handover that you requested. After the departure this only asks: the receiver's yes cancels it."""
    _change(handover, Action.CANCEL, team, by, reason, json, occurred_at=occurred_at)


def enter_in_error(handover: Handover, team: Team, reason: Reason, by: By = None, json: Json = False) -> None:
    """Say that a handover should never have been requested."""
    _change(handover, Action.ENTER_IN_ERROR, team, by, reason, json)


def fail(
    handover: Handover, team: Team, reason: Reason, by: By = None, occurred_at: OccurredAt = None, json: Json = False
) -> None:
    """Say that an accepted handover could not be carried out. Responsibility stays with the sender."""
    _change(handover, Action.FAIL, team, by, reason, json, occurred_at=occurred_at)


def _change(
    handover: str,
    action: Action,
    team: str,
    by: str | None,
    reason: str | None,
    json: bool,
    unit: str | None = None,
    occurred_at: str | None = None,
) -> None:
    reference = handover_reference(handover)
    command = ChangeHandover(actor=actor(team, by), handover=reference, action=action, reason=reason, unit=unit)
    after = perform(reference, command, occurred_at).handovers[reference]
    if action is Action.REJECT and after.is_open:
        others = " and ".join(dict.fromkeys(asked.team for asked in after.asked))
        tell(reference, f"has your no; {others} may still answer", json)
        return
    asked = f"; {after.plan.to_team} is asked to agree to cancel" if after.cancel_asked is not None else ""
    tell(reference, f"is {after.status}{asked}", json)
