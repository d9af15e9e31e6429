"""Commands about the patient behind an episode: who it is, protection, relatives. What they take is kept encrypted."""

from enum import StrEnum
from typing import Annotated

import typer
from rich.text import Text

from handslag.commands.acting import By, Episode, Json, Team, actor, episode_reference
from handslag.commands.asking import asked
from handslag.commands.installation import operations
from handslag.printing import as_json, local, say, table
from pathways.care.states import PatientChange
from pathways.errors import Refused
from pathways.operations.identities import Identification, Told
from pathways.operations.identity_doubts import Doubt
from pathways.operations.people import NewRelative, Patient
from pathways.operations.person_views import ShownPatient

Yes = Annotated[bool, typer.Option("--yes", help="Do not ask; for scripts.")]

_DOUBTS = {
    Doubt.NAMES_DIFFER: "The names are not the same.",
    Doubt.NAME_MISSING: "One of the two records has no name to compare with.",
    Doubt.TWO_PERSONAL_NUMBERS: "Both are personal numbers, and a patient has only one at a time.",
    Doubt.ONE_HAS_DIED: "The patient with that number has died, as the other record says; this would end as well.",
}

_REPORTED = "A DEATH IS REPORTED AND NOT CONFIRMED. Find out first, and call nobody about care, moves or visits before."


class RelativeAction(StrEnum):
    """What can be done about relatives."""

    ADD = "add"
    LIST = "list"
    REMOVE = "remove"


def register(app: typer.Typer) -> None:
    """Add these commands to the program."""
    for command in (identify, protect, relative):
        app.command(rich_help_panel="The patient behind it")(command)


def identify(
    episode: Episode,
    team: Team,
    name: Annotated[bool, typer.Option("--name", help="Ask for the patient's name as well; kept encrypted.")] = False,
    by: By = None,
    yes: Yes = False,
    despite_doubts: Annotated[
        bool, typer.Option("--despite-doubts", help="With --yes: also where names differ or are missing.")
    ] = False,
    json: Json = False,
) -> None:
    """Say who an episode is about; or give its patient one more number, such as the real one after a reserve number.

    A patient is found by every number, and the strongest is the current one. If the number is on another record, the
    two become one: all episodes, numbers and relatives are kept, the name is that of the record with the stronger
    number, and the identity is protected if either was. This cannot be undone, so both numbers must be given, names are
    compared, and you are asked. Where organisations are kept apart, each that is concerned has to say so.

    It asks for the number, with --name for the name, and for a number that is known already, if there is one; without a
    terminal, each is a line of input. They are no arguments: those can be read by everybody on this machine.

    Example: handslag identify E7K2-QM4T --as municipal-palliative-team
    """
    service, who = operations(), actor(team, by)
    reference = episode_reference(episode)
    number, called = asked("Personal number", is_hidden=True), asked("Name") if name else ""
    is_known = service.patients.is_known(reference)
    known_as = asked("The number that the patient is known by already", is_hidden=True) if is_known else ""
    told = Told(Patient(number, called), known_as)
    proposed = service.identities.propose(reference, told, who)
    if proposed.needs_agreement:
        _agree(service.identities.without_others(proposed, who), asks=not yes, despite_doubts=yes and despite_doubts)
    done = service.identities.without_others(service.identities.identify(reference, told, who, agreed=proposed), who)
    if json:
        as_json(done.__dict__)
        return
    for warning in done.warnings:
        say(f"[yellow]{warning}[/]")
    say(f"[bold]{reference}[/] {_done(done)}")
    if done.ends:
        say(f"Ended with the patient's death: {', '.join(done.ends)}.")


def _done(done: Identification) -> str:
    if done.change is PatientChange.MERGE_ASKED:
        return (
            f"and the other one become one when these have said so too, by both numbers: {', '.join(done.waits_for)}."
        )
    if done.change is PatientChange.MERGED:
        return f"and these are of one patient now: {', '.join(done.joined)}."
    if done.change is PatientChange.NUMBER_ADDED:
        return "is found by that number too."
    return "is connected to the patient."


def _agree(proposed: Identification, *, asks: bool, despite_doubts: bool) -> None:
    """Go on only if a person says so, or the options do. Shows references, nothing of a person."""
    if not asks:
        if proposed.doubts and not despite_doubts:
            doubts = " ".join(_DOUBTS[doubt] for doubt in proposed.doubts)
            raise Refused(f"Nothing was changed. {doubts}", "If it is the same patient, say --yes --despite-doubts.")
        return
    if proposed.change is PatientChange.MERGED:
        say("[bold]Two records become one.[/] This cannot be undone.")
        say(f"  This record has: {', '.join(proposed.kept)}.")
        say(f"  The other one has: {', '.join(proposed.joined) or 'no episode'}.")
    if proposed.waits_for:
        say(f"[bold]Two records may become one.[/] Before, these have to say so too: {', '.join(proposed.waits_for)}.")
    for doubt in proposed.doubts:
        say(f"[yellow]{_DOUBTS[doubt]}[/]")
    if proposed.ends:
        say(f"  With the death these end: {', '.join(proposed.ends)}.")
    typer.confirm("Is it the same patient?", abort=True)


def protect(
    episode: Episode,
    team: Team,
    by: By = None,
    json: Json = False,
) -> None:
    """Protect the patient's identity: no page and no list shows the name, the address or who is close.

    Only at the desk is a protection lifted: by somebody who was named to see the identity, and a second person.

    Example: handslag protect E7K2-QM4T --as municipal-palliative-team
    """
    service = operations()
    reference = episode_reference(episode)
    has_changed = service.patients.protect(reference, actor(team, by))
    if json:
        as_json({"episode": reference, "is_protected": True, "has_changed": has_changed})
        return
    say(f"The identity of the patient of [bold]{reference}[/] is protected{'' if has_changed else ', as before'}.")


def relative(
    episode: Episode,
    what: Annotated[RelativeAction, typer.Argument(help="What to do.")],
    team: Team,
    key: Annotated[str | None, typer.Option(help="With remove: the key that the list shows.")] = None,
    carer: Annotated[bool, typer.Option("--carer", help="With add: cares for the patient at home.")] = False,
    night: Annotated[bool, typer.Option("--night", help="With add: may be called at night.")] = False,
    by: By = None,
    json: Json = False,
) -> None:
    """List the patient's relatives, add one, or remove one. The list shows names: it is for those who give care.

    Where the patient has died, the list says so first. To add somebody, name, relation and phone number are asked for;
    without a terminal, each is a line of input. They are no arguments: those can be read by everybody on this machine.

    Example: handslag relative E7K2-QM4T list --as municipal-palliative-team
    """
    service, who = operations(), actor(team, by)
    reference = episode_reference(episode)
    if what is RelativeAction.LIST:
        zone = service.views.network_of(reference).time_zone
        _list(reference, service.patients.shown(reference, who), zone, json)
        return
    if what is RelativeAction.REMOVE:
        key = key or asked("Key")
        service.patients.remove_relative(reference, key, who)
    else:
        wanted = NewRelative(asked("Name"), asked("Relation"), asked("Phone"), carer, night)
        key = service.patients.add_relative(reference, wanted, who)
    done = "is kept" if what is RelativeAction.ADD else "was removed"
    if json:
        as_json({"episode": reference, "key": key, "what": done})
        return
    say(f"[bold]{reference}[/]: the relative with the key {key} {done}.")


def _list(reference: str, patient: ShownPatient, zone: str, json: bool) -> None:
    first = _first(patient, zone)
    if json:
        as_json(
            {
                "episode": reference,
                "ended": patient.ended.__dict__ if patient.ended else None,
                "read_first": first,
                "is_death_reported": patient.is_death_reported,
                "is_protected": patient.is_protected,
                "relatives": [relative.__dict__ for relative in patient.relatives],
                "hides_relatives": patient.hides_relatives,
            }
        )
        return
    if first:
        say(f"[bold red]{first}[/]")
    if patient.is_protected:
        say("[yellow]The patient's identity is protected: names are not shown.[/]")
    rows = table("Relatives", "key", "name", "relation", "phone", "carer", "at night")
    for each in patient.relatives:
        words = (each.key, each.name or "–", each.relation, each.phone, _yes(each.is_carer))
        rows.add_row(*map(Text, words), "may be called" if each.may_be_called_at_night else "do not call")
    if patient.relatives or not patient.hides_relatives:
        say(rows if patient.relatives else "No relatives are known.")
    if patient.hides_relatives:
        say("[yellow]Some are written down that are shown with the patient's consent only.[/]")


def _yes(is_so: bool) -> str:
    return "yes" if is_so else ""


def _first(patient: ShownPatient, zone: str) -> str | None:
    """What must be read before anybody is called."""
    ended = patient.ended
    if ended is None:
        return _REPORTED if patient.is_death_reported else None
    when = local(ended.at, zone)
    if ended.is_death:
        return f"THE PATIENT HAS DIED ({ended.episode} ended at {when}). Do not call about care, moves or visits."
    return f"The episode has ended ({ended.end}, at {when}). Make sure that a call is still wanted."
