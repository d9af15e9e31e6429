"""The page of who a patient is: number and name, those who are close, and an identity that is protected."""

from collections.abc import Callable, Mapping
from typing import Any

from fastapi import APIRouter
from fastapi.responses import HTMLResponse, Response
from starlette.datastructures import FormData

from desk.agreeing import NeedsAgreementError, mark_of, require_agreed
from desk.asking import Asking, Asks, Presses, Typed, text, tried, went_well
from desk.patients import patient_of
from pathways.access.table import Right
from pathways.care.states import PatientChange
from pathways.errors import HandslagError, NotFound, Refused
from pathways.operations.identities import Told
from pathways.operations.people import NewRelative, Patient

router = APIRouter(include_in_schema=False)


@router.get("/episodes/{reference}/patient")
def show(asking: Asks, reference: str, done: str = "") -> HTMLResponse:
    """Show who the patient is, and who is close."""
    return _page(asking, reference, done=done)


@router.post("/episodes/{reference}/patient/{action}")
def press(asking: Presses, reference: str, action: str, form: Typed) -> Response:
    """Change what is known of who the patient is; where it is refused, show why, with all that was typed."""

    def do() -> Response:
        make = _MADE.get(action)
        if make is None:
            raise NotFound("There is no such button.", "Load the page again.")
        return went_well(f"/episodes/{reference}/patient", make(asking, reference, form) or action)

    def otherwise(fault: HandslagError) -> HTMLResponse:
        proposed = fault.proposed if isinstance(fault, NeedsAgreementError) else None
        values = {"fault": fault, "action": action, "typed": form, "proposed": proposed}
        return _page(asking, reference, 409, **values, mark=mark_of(proposed) if proposed else "")

    return tried(do, otherwise)


def _page(asking: Asking, reference: str, status: int = 200, **values: Any) -> HTMLResponse:
    service, viewer = asking.service, asking.viewer
    view = service.access.see(viewer, reference)
    relations = service.access.relations(viewer, view.episode.reference)
    is_known = service.patients.is_known(view.episode.reference)
    may_name = is_known and viewer.may(Right.NAME_READER, relations)
    given: dict[str, Any] = {
        "view": view,
        "patient": patient_of(asking, view.episode.reference),
        "is_known": is_known,
        "may_write": viewer.may(Right.WRITE_IDENTITY, relations),
        "may_name": may_name,
        "readers": service.patient_access.readers(viewer, view.episode.reference) if may_name else (),
        "lifting_asked_by": service.protection.asked_by(view.episode.reference, viewer.actor.team)
        if is_known
        else None,
        "typed": {},
        "fault": None,
        "action": "",
        "proposed": None,
        "mark": "",
        "done": "",
    }
    return asking.page("patient.html", status, **{**given, **values})


def _identify(asking: Asking, reference: str, form: FormData) -> str | None:
    identifier, name = text(form, "identifier"), text(form, "name")
    if not identifier or not name:
        raise Refused("Number and name of the patient belong together.", "Give both.")
    access, told = asking.service.patient_access, Told(Patient(identifier, name), text(form, "known_as"))
    proposed = access.would_identify(asking.viewer, reference, told)
    require_agreed(proposed, text(form, "agreed"))
    done = access.identify(asking.viewer, reference, told, proposed)
    return "merge-asked" if done.change is PatientChange.MERGE_ASKED else None


def _relative(asking: Asking, reference: str, form: FormData) -> None:
    wanted = NewRelative(
        name=text(form, "name"),
        relation=text(form, "relation"),
        phone=text(form, "phone"),
        is_carer=text(form, "is_carer") == "yes",
        may_be_called_at_night=text(form, "at_night") == "yes",
    )
    if not wanted.name or not wanted.relation or not wanted.phone:
        raise Refused("Name, relation and phone number are all needed.", "Give all three.")
    with asking.service.access.acting(asking.viewer, reference, Right.WRITE_IDENTITY) as episode:
        asking.service.patients.add_relative(episode, wanted, asking.viewer.actor)


def _remove_relative(asking: Asking, reference: str, form: FormData) -> None:
    with asking.service.access.acting(asking.viewer, reference, Right.WRITE_IDENTITY) as episode:
        asking.service.patients.remove_relative(episode, text(form, "key"), asking.viewer.actor)


def _protect(asking: Asking, reference: str) -> None:
    asking.service.patient_access.protect(asking.viewer, reference)


def _unprotect(asking: Asking, reference: str) -> str:
    is_lifted = asking.service.patient_access.lift_protection(asking.viewer, reference)
    is_asked = asking.service.protection.asked_by(reference, asking.viewer.actor.team) is not None
    return "unprotect" if is_lifted else "lifting-asked" if is_asked else "still-protected"


def _name_reader(asking: Asking, reference: str, form: FormData, *, is_named: bool) -> None:
    access = asking.service.patient_access
    access.name_reader(asking.viewer, reference, text(form, "login"), is_named=is_named)


_MADE: Mapping[str, Callable[[Asking, str, FormData], str | None]] = {
    "identify": _identify,
    "relative": _relative,
    "remove-relative": _remove_relative,
    "protect": lambda asking, reference, _form: _protect(asking, reference),
    "unprotect": lambda asking, reference, _form: _unprotect(asking, reference),
    "name-reader": lambda asking, reference, form: _name_reader(asking, reference, form, is_named=True),
    "unname-reader": lambda asking, reference, form: _name_reader(asking, reference, form, is_named=False),
}
"""What each button does; gives what is said to have been done, where that is not the button's own name."""
