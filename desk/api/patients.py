"""Who a patient is: looked up, begun with, shown. The only routes that name anybody; each use is noted."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Response
from pydantic import AwareDatetime, Field

from desk.api.calling import Calls, EpisodeReference, read
from desk.api.commanding import Acting
from pathways.access.table import Right
from pathways.care.references import ReferenceKind
from pathways.definition.frozen import Frozen
from pathways.operations.beginning import Begin
from pathways.operations.patient_access import LookedUp
from pathways.operations.people import Patient
from pathways.operations.person_views import ShownPatient

router = APIRouter(tags=["patients"])
Identifier = Annotated[str, Field(max_length=100, description="A personal number, or a reserve number.")]


class NewPatient(Frozen):
    """Who an episode is about."""

    identifier: Identifier
    name: Annotated[str, Field(min_length=1, description="As it is in the register.")]


class NewEpisode(Acting):
    """On which pathway an episode begins, where and for whom. What only one value is possible for may be left out.

    `occurred_at`: when it began, where that is entered late.
    """

    pathway: str
    level: str
    patient: NewPatient | None = None
    team: str | None = None
    unit: str | None = None
    care_team: Mapping[str, str] = {}
    district: str | None = None
    provider: str | None = None
    criteria: tuple[str, ...] = ()
    occurred_at: AwareDatetime | None = None


class Begun(Frozen):
    """The reference of an episode that began. `warnings`: what is odd about the number, and what to ask.

    `handover`: the request by which another team than the caller's is asked to take over. Until it has,
    `responsible_team` is the caller's.
    """

    reference: str
    responsible_team: str
    handover: str | None
    warnings: tuple[str, ...]


class Number(Frozen):
    """A number to look up."""

    identifier: Identifier


class Reason(Frozen):
    """Why an episode of others is opened: in at least three words, which whoever reviews the log reads."""

    reason: str


class Opened(Frozen):
    """Until when an episode is open that was opened in an emergency."""

    until_at: datetime


@router.post("/episodes", status_code=201)
def begin_episode(calling: Calls, body: NewEpisode, response: Response) -> Begun:
    """Begin an episode in the caller's network. A patient has at most one on a pathway that is not over.

    Another team than the caller's is asked to take over: until it has, the caller's is responsible.
    """
    calling.require(Right.BEGIN)
    wanted = Begin(
        pathway=body.pathway,
        network=calling.viewer.network,
        level=body.level,
        patient=Patient(**dict(body.patient)) if body.patient else None,
        team=body.team,
        unit=body.unit,
        care_team=body.care_team,
        district=body.district,
        provider=body.provider,
        criteria=body.criteria,
        occurred_at=body.occurred_at,
    )
    episode, warnings = calling.service.patient_access.begin(body.viewer(calling), wanted)
    response.headers["Location"] = f"{calling.request.scope['root_path']}/episodes/{episode.reference}"
    asked = episode.open_handover
    return Begun(
        reference=episode.reference,
        responsible_team=episode.stay.team,
        handover=asked.reference if asked else None,
        warnings=warnings,
    )


@router.post("/patients/look-up")
def look_up(calling: Calls, body: Number) -> LookedUp:
    """Look a number up, before beginning: whether it can be one, and which episodes of the patient the caller sees."""
    calling.require(Right.BEGIN)
    return calling.service.patient_access.look_up(calling.viewer, body.identifier)


@router.get("/episodes/{reference}/patient")
def show_patient(calling: Calls, reference: EpisodeReference) -> ShownPatient:
    """Show who an episode is about. A protected identity is masked for all but those who were named."""
    return calling.service.patient_access.patient(calling.viewer, read(reference, ReferenceKind.EPISODE))


@router.post("/episodes/{reference}/open-in-emergency")
def open_in_emergency(calling: Calls, reference: EpisodeReference, body: Reason) -> Opened:
    """Open an episode in which the caller's team has no part, for a while. Whoever reviews the log is shown it."""
    calling.require(Right.OPEN_IN_EMERGENCY)
    calling.count_look_up()
    known = read(reference, ReferenceKind.EPISODE)
    return Opened(until_at=calling.service.access.open_in_emergency(calling.viewer, known, body.reason))
