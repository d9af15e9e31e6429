"""The flow by which a person requests a handover in the Prefect UI. The handover itself is a run of its own."""

import asyncio
from enum import StrEnum
from typing import Any

from prefect import State, flow
from pydantic import BaseModel, Field

from flows.endings import RETRIES, done, refusals_end_the_run
from flows.installation import operations
from flows.people import EARLIER, LOCAL_TIME, TIME_IN_A_FORM, occurred, person
from pathways.care.commands import WantedHandover
from pathways.care.references import ReferenceKind


class DepartsBecause(StrEnum):
    """Why a move departs from the preferred place: choices, for Prefect keeps what is written. Words: command line."""

    NOT_POSSIBLE_THERE = "not-possible-there"
    NO_PLACE_THERE = "no-place-there"
    CARER_CANNOT = "carer-cannot"
    PATIENT_AGREES = "patient-agrees"


class GoesAheadBecause(StrEnum):
    """Why a move goes ahead that would wait: choices, for Prefect keeps what is written. Words: command line."""

    CANNOT_WAIT = "cannot-wait"
    PATIENT_AGREES = "patient-agrees"
    RELATIVES_AGREE = "relatives-agree"
    AGREED_BETWEEN_THE_TEAMS = "agreed-between-the-teams"


class Request(BaseModel):
    """What must be known to request a handover. Write nothing about the patient here: Prefect keeps it."""

    episode: str = Field(title="Episode", description="The episode's reference, such as E7K2-QM4T.")
    team: str = Field(title="Your team", description="The team that is responsible now and asks.")
    move: str = Field(title="Move", description="From which level of care to which.")
    urgency: str = Field(default="planned", title="Urgency", description="It decides how long the receiver may take.")
    reason: str = Field(title="Reason", description="Why the patient needs another level of care.")
    to_team: str | None = Field(default=None, title="Receiving team", description="Only where there are several.")
    to_unit: str | None = Field(default=None, title="Receiving unit", description="Where the level has units.")
    also_unit: str | None = Field(default=None, title="Second unit", description="The first to say yes takes it.")
    replaces: str | None = Field(default=None, title="Replaces", description="An earlier handover, if this one does.")
    departs_because: DepartsBecause | None = Field(
        default=None, title="Departs because", description="Where it departs from the place that the patient prefers."
    )
    goes_ahead_because: GoesAheadBecause | None = Field(
        default=None, title="Goes ahead because", description="Where it should wait as things are, and cannot."
    )
    occurred_at: str | None = Field(default=None, title=EARLIER, description=LOCAL_TIME, pattern=TIME_IN_A_FORM)


@flow(name="request-handover", **RETRIES)
@refusals_end_the_run
async def request_handover(request: Request) -> State[Any]:
    """Ask another team to take over. Its answer is waited for in the run of the handover."""
    service = operations()
    actor = person(service, request.team)
    episode = await asyncio.to_thread(service.views.reference, request.episode, ReferenceKind.EPISODE)
    at = await asyncio.to_thread(occurred, service, request.occurred_at, episode)
    wanted = WantedHandover(
        move=request.move,
        urgency=request.urgency,
        reason=request.reason,
        to_team=request.to_team,
        to_units=tuple(unit for unit in (request.to_unit, request.also_unit) if unit),
        replaces=request.replaces,
        departs_because=request.departs_because,
        goes_ahead_because=request.goes_ahead_because,
        occurred_at=at,
    )
    reference = await asyncio.to_thread(service.plan_handover, episode, actor, wanted)
    return done(f"Handover {reference} of {episode} is requested.")
