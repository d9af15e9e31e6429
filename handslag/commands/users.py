"""Commands about users: who may sign in to the desk, as what, and the tokens of programs."""

from typing import Annotated, Any

import typer
from rich.text import Text

from handslag.commands.acting import Json
from handslag.commands.installation import operations
from handslag.printing import as_json, say, table
from pathways.access.table import Right, Role
from pathways.access.users import Membership, User, read_login
from pathways.definition.texts import Language
from pathways.errors import Refused
from pathways.operations.tokens import LONGEST_DAYS
from pathways.store.tokens import Token

users = typer.Typer(
    no_args_is_help=True,
    help="Who may sign in to the desk, and as what.\n\n"
    "Whoever may run these commands is the installation's owner, and needs no second administrator: keep the host's "
    "accounts few. What each role may do is in docs/reference/access.md. Every change is in the audit log.",
)

Login = Annotated[str, typer.Argument(help="The HSA-id or e-mail address that the login service tells.")]
InNetwork = Annotated[str, typer.Option("--network", help="The network in which the role holds.")]
AsRole = Annotated[Role, typer.Option("--role", help="What the user is there.")]
OfTeam = Annotated[
    str | None, typer.Option("--team", help="The team; roles that see no patient may be in all of the network.")
]

WaitingNumber = Annotated[int, typer.Argument(help="The number that `handslag users waiting` shows.")]


def register(app: typer.Typer) -> None:
    """Add these commands to the program."""
    app.add_typer(users, name="users", rich_help_panel="Users")


@users.command(name="list")
def list_users(
    network: Annotated[str | None, typer.Option("--network", help="Only those with a role in this network.")] = None,
    json: Json = False,
) -> None:
    """List the users with their roles.

    Example: handslag users list --network jonkoping-demo
    """
    found = operations().users.listed(network)
    if json:
        as_json([each.model_dump(mode="json") for each in found])
        return
    rows = table("Users", "login", "name", "language", "roles", "ended")
    for each in found:
        words = (each.login, f"{each.name} (a program)" if each.is_system else each.name, each.language)
        ended = each.ended_at.date().isoformat() if each.ended_at else ""
        rows.add_row(*map(Text, (*words, "\n".join(map(_written, each.memberships)), ended)))
    say(rows if found else "There are no users.")


@users.command()
def add(
    login: Login,
    name: Annotated[str, typer.Option(help="The name that colleagues read beside what is done.")],
    network: InNetwork,
    role: AsRole,
    team: OfTeam = None,
    language: Annotated[Language, typer.Option(help="The language of the pages.")] = Language.SWEDISH,
    program: Annotated[
        bool, typer.Option("--program", help="A program, which gets a token and never signs in.")
    ] = False,
    json: Json = False,
) -> None:
    """Let somebody sign in; also somebody who was ended and is back.

    Example: handslag users add siv@region.example --name Siv --network jonkoping-demo --role network-admin
    """
    membership = _membership(network, team, role)
    operations().users.add(
        User(login=login, name=name, language=language, memberships=(membership,), is_system=program)
    )
    _tell(login, f"is {_written(membership)}", json)


@users.command()
def give(login: Login, network: InNetwork, role: AsRole, team: OfTeam = None, json: Json = False) -> None:
    """Give a user one more role.

    Example: handslag users give siv@region.example --network jonkoping-demo --role log-reviewer
    """
    membership = _membership(network, team, role)
    operations().users.give(login, membership)
    _tell(login, f"is {_written(membership)}", json)


@users.command()
def take(login: Login, network: InNetwork, role: AsRole, team: OfTeam = None, json: Json = False) -> None:
    """Take a role from a user. What is open in it ends at once.

    Example: handslag users take siv@region.example --network jonkoping-demo --role log-reviewer
    """
    membership = _membership(network, team, role)
    operations().users.take(login, membership)
    _tell(login, f"is no longer {_written(membership)}", json)


@users.command()
def waiting(json: Json = False) -> None:
    """List the roles that an administrator asked for at the desk, and that wait for a second one.

    Example: handslag users waiting
    """
    found = [each.request for each in operations().users.waiting()]
    if json:
        as_json([{**vars(each), "membership": each.membership.model_dump(mode="json")} for each in found])
        return
    rows = table("Waiting for a second administrator", "number", "login", "role", "asked by", "asked at")
    for each in found:
        when = each.asked_at.date().isoformat()
        rows.add_row(*map(Text, (str(each.number), each.login, _written(each.membership), each.asked_by, when)))
    say(rows if found else "No role waits.")


@users.command()
def confirm(number: WaitingNumber, json: Json = False) -> None:
    """Let a role hold that an administrator asked for. You do it as the installation's owner: for its organisations.

    Example: handslag users confirm 3
    """
    _tell(operations().users.confirm(number).login, "has the role now", json)


@users.command()
def decline(number: WaitingNumber, json: Json = False) -> None:
    """Let a role that an administrator asked for never hold.

    Example: handslag users decline 3
    """
    _tell(operations().users.decline(number).login, "does not get the role", json)


@users.command()
def end(login: Login, json: Json = False) -> None:
    """Let a user no longer sign in. Every session and token of theirs ends at once; what they did stays.

    Example: handslag users end siv@region.example
    """
    operations().users.end(login)
    _tell(login, "may no longer sign in", json)


@users.command()
def token(
    login: Login,
    network: InNetwork,
    role: AsRole,
    right: Annotated[list[Right], typer.Option("--right", help="A right that the token gives; may be given again.")],
    team: OfTeam = None,
    days: Annotated[int, typer.Option(help="For how long it holds.", min=1, max=LONGEST_DAYS)] = 90,
    label: Annotated[str, typer.Option(help="What to call it, so that it is known again.")] = "",
    json: Json = False,
) -> None:
    """Make a token for a program. It is shown this once. People make theirs at the desk.

    Example: handslag users token bi@region.example --network jonkoping-demo --role it --right see-notices
    """
    made = operations().tokens.make(login, _membership(network, team, role), right, days, label=label)
    as_json({"login": read_login(login), "token": made, "days": days}) if json else say(made)


@users.command()
def tokens(login: Login, json: Json = False) -> None:
    """List the tokens of a user, the newest first: never the tokens themselves.

    Example: handslag users tokens journal@region.example
    """
    found = operations().tokens.of(login)
    if json:
        as_json([_as_data(each) for each in found])
        return
    rows = table("Tokens", "number", "label", "ends in", "role", "rights", "expires", "last used", "ended")
    for each in found:
        times = (each.expires_at, each.used_at, each.ended_at)
        days = ["" if at is None else at.date().isoformat() for at in times]
        days[1] = "waits for a second administrator" if each.is_waiting else days[1]
        names = (str(each.number), each.label, each.ending)
        rows.add_row(*map(Text, (*names, _written(each.membership), ", ".join(sorted(each.scope)), *days)))
    say(rows if found else "There are no tokens.")


@users.command()
def confirm_token(
    number: Annotated[int, typer.Argument(help="The number that the list shows.")], json: Json = False
) -> None:
    """Let a program's token hold that an administrator made at the desk.

    Example: handslag users confirm-token 3
    """
    operations().tokens.confirm(number)
    as_json({"number": number, "what": "confirmed"}) if json else say(f"Token {number} holds now.")


@users.command()
def end_token(
    number: Annotated[int, typer.Argument(help="The number that the list shows.")], json: Json = False
) -> None:
    """Let a token no longer hold, at once.

    Example: handslag users end-token 3
    """
    operations().tokens.end(number)
    as_json({"number": number, "what": "ended"}) if json else say(f"Token {number} no longer holds.")


def _membership(network: str, team: str | None, role: Role) -> Membership:
    if role.is_in_care and team is None:
        raise Refused("Whoever gives care belongs to a team.", "Name it with --team.")
    return Membership(network=network, team=team, role=role)


def _written(membership: Membership) -> str:
    return f"{membership.role} in {membership.team or 'all'} of {membership.network}"


def _tell(login: str, what: str, json: bool) -> None:
    known = read_login(login)
    as_json({"login": known, "what": what}) if json else say(f"[bold]{known}[/] {what}.")


def _as_data(token: Token) -> dict[str, Any]:
    scope = sorted(token.scope)
    return {**token.__dict__, "membership": token.membership.model_dump(mode="json"), "scope": scope}
