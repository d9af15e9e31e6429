"""Episodes and their handovers, as the caller may see them, and what is done to them."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Annotated

from fastapi import APIRouter, Query, Response
from pydantic import Field

from desk.api.calling import (
    Calling,
    Calls,
    EpisodeReference,
    HandoverReference,
    IfMatch,
    Limit,
    known_number,
    read,
)
from desk.api.commanding import Acting, add_commands, body_of, told_by
from desk.api.problems import responses
from desk.sheets import made_sheet
from pathways.access.table import Relation, Right
from pathways.care.commands import ComeBack, PlanHandover, WantedHandover
from pathways.care.communication import WrittenSummary
from pathways.care.continuity.values import Continuity
from pathways.care.episodes import Episode, Handover, Pause, RunningClock, Stay
from pathways.care.events import Recorded
from pathways.care.grants.values import Grant
from pathways.care.joint_visits.values import JointVisit
from pathways.care.ladder import LadderView
from pathways.care.meetings.values import AtMeeting
from pathways.care.occupancy import InLine
from pathways.care.orders.values import Order
from pathways.care.patient import KnownFact
from pathways.care.plans import moves_from_here
from pathways.care.possible import possible
from pathways.care.programme.values import Enrolment, Measurement
from pathways.care.references import ReferenceKind
from pathways.care.states import Action, EpisodeStatus
from pathways.care.suggestions import Suggestion
from pathways.care.waits import Wait
from pathways.definition.frozen import Frozen
from pathways.operations.views import EpisodeView
from pathways.reports.night_sheets import html

router = APIRouter()


class ShownEpisode(Frozen):
    """An episode: all that is known of a patient's way, under a reference that names nobody.

    `level`, `unit` and `responsible_team`: where the patient is now, and whose; nobody's once it has ended.
    `relations`: how the caller's team stands to it. `rights`: what the caller may do with it.
    """

    reference: str
    pathway: str
    version: date
    network: str
    status: EpisodeStatus
    number: int
    began_at: datetime
    ended_at: datetime | None
    end: str | None
    level: str
    unit: str | None
    responsible_team: str | None
    district: str | None
    stays: tuple[Stay, ...]
    care_team: Mapping[str, str]
    known: Mapping[str, KnownFact]
    summary: WrittenSummary | None
    paused_services: tuple[str, ...]
    pause: Pause | None
    milestones: Mapping[str, datetime]
    grants: Mapping[str, Grant]
    enrolment: Enrolment | None
    measurements: tuple[Measurement, ...]
    orders: Mapping[int, Order]
    continuity: Continuity
    meetings: Mapping[str, AtMeeting]
    joint_visits: Mapping[str, JointVisit]
    clocks: Mapping[str, RunningClock]
    handovers: Mapping[str, Handover]
    waits: tuple[Wait, ...]
    suggestions: tuple[Suggestion, ...]
    moves: tuple[str, ...]
    relations: tuple[Relation, ...]
    rights: tuple[Right, ...]


class PossibleAction(Frozen):
    """Something that may be done to a handover now, by which team and, where several are asked, for which unit."""

    action: Action
    team: str
    unit: str | None


class HandoverNow(Frozen):
    """A handover of an episode. `can`: what may be done to it now. `ladders`: who has been told, who is next."""

    episode: str
    number: int
    handover: Handover
    can: tuple[PossibleAction, ...]
    waits: tuple[Wait, ...]
    ladders: tuple[LadderView, ...]
    lines: Mapping[str, tuple[InLine, ...]]
    offered_instead: str | None


class NewHandover(Frozen):
    """The reference of a handover that was planned."""

    reference: str


class Complication(Acting):
    """A complication of a treatment that was ordered, in words."""

    order: Annotated[int, Field(ge=1, le=1_000_000)]
    words: str


@router.get("/episodes/{reference}", tags=["episodes"])
def show_episode(calling: Calls, reference: EpisodeReference, response: Response) -> ShownEpisode:
    """Show an episode. The ETag of the answer is the number of its last event."""
    view = _seen(calling, read(reference, ReferenceKind.EPISODE), response)
    relations = calling.service.access.relations(calling.viewer, view.episode.reference)
    return _shown(view, tuple(sorted(relations)), _rights(calling, relations))


@router.get("/episodes/{reference}/history", tags=["episodes"])
def show_history(
    calling: Calls,
    reference: EpisodeReference,
    after: Annotated[int, Query(ge=0, le=1_000_000_000, description="Only events after this number.")] = 0,
    limit: Limit = 100,
) -> tuple[Recorded, ...]:
    """Show what happened to an episode, in the order in which it was entered: who did what, and when.

    `occurred_at`: when it happened, of what was entered late.
    """
    view = calling.service.access.see(calling.viewer, read(reference, ReferenceKind.EPISODE))
    return tuple(each for each in view.history if each.number > after)[:limit]


@router.get("/handovers/{reference}", tags=["handovers"])
def show_handover(calling: Calls, reference: HandoverReference, response: Response) -> HandoverNow:
    """Show a handover. That a person has opened it is said with `see`: this does not say so."""
    known = read(reference, ReferenceKind.HANDOVER)
    view = _seen(calling, known, response)
    handover = view.handover(known)
    return HandoverNow(
        episode=view.episode.reference,
        number=view.episode.number,
        handover=handover,
        can=tuple(PossibleAction(**each._asdict()) for each in possible(handover)),
        waits=tuple(wait for wait in view.waits if wait.subject == known),
        ladders=view.ladders if handover.is_open else (),
        lines=view.lines if handover.is_open else {},
        offered_instead=view.offered_instead(known),
    )


@router.post(
    "/episodes/{reference}/night-sheet",
    tags=["episodes"],
    response_class=Response,
    responses={200: {"description": "The sheet.", "content": {"text/html": {"schema": {"type": "string"}}}}},
)
def make_night_sheet(calling: Calls, reference: EpisodeReference) -> Response:
    """Make the night sheet, to print, in the caller's language. That it was made is noted in the episode."""
    known, service = read(reference, ReferenceKind.EPISODE), calling.service
    page = made_sheet(service, calling.viewer, known, lambda sheet: html(sheet, service.settings.templates_folder))
    return Response(page, media_type="text/html")


@router.post("/episodes/{reference}/record-complication", status_code=201, tags=["episodes"])
def record_complication(
    calling: Calls, reference: EpisodeReference, body: Complication, response: Response
) -> NewHandover:
    """Record a complication of a treatment, and ask the hospital at once, as the pathway says."""
    viewer, known = body.viewer(calling), read(reference, ReferenceKind.EPISODE)
    with calling.service.access.acting(viewer, known, Right.WRITE) as episode:
        made = calling.service.orders.complication(episode, viewer.actor, body.order, body.words)
    return _made(calling, response, made)


_PlanBody = body_of(PlanHandover, frozenset({"actor", "reference"}))
_ComeBackBody = body_of(ComeBack, frozenset({"actor", "reference", "returns"}))


def _plan(
    calling: Calls, reference: EpisodeReference, body: Acting, response: Response, if_match: IfMatch = None
) -> NewHandover:
    """Plan a handover and, unless it stays a draft, request it. It takes the episode's latest summary with it."""
    wanted = WantedHandover.model_validate(told_by(body))
    known = read(reference, ReferenceKind.EPISODE)
    access, viewer = calling.service.access, body.viewer(calling)
    return _made(calling, response, access.plan_handover(viewer, known, wanted, known_number(if_match)))


def _come_back(
    calling: Calls, reference: HandoverReference, body: Acting, response: Response, if_match: IfMatch = None
) -> NewHandover:
    """Ask those who handed a patient over to take the patient back. `cause`: one that the pathway names."""
    known = read(reference, ReferenceKind.HANDOVER)
    access, viewer = calling.service.access, body.viewer(calling)
    said, number = told_by(body), known_number(if_match)
    return _made(calling, response, access.come_back(viewer, known, said["cause"], number, said["occurred_at"]))


_plan.__annotations__["body"], _come_back.__annotations__["body"] = _PlanBody, _ComeBackBody
for path, name, endpoint in (
    ("/episodes/{reference}/handovers", "plan_handover", _plan),
    ("/handovers/{reference}/come-back", "come_back", _come_back),
):
    router.add_api_route(
        path,
        endpoint,
        methods=["POST"],
        status_code=201,
        name=name,
        tags=["handovers"],
        responses=responses(412),
    )
add_commands(router)


def _seen(calling: Calling, reference: str, response: Response) -> EpisodeView:
    view = calling.service.access.see(calling.viewer, reference)
    response.headers["ETag"] = f'"{view.episode.number}"'
    return view


def _made(calling: Calling, response: Response, reference: str) -> NewHandover:
    response.headers["Location"] = f"{calling.request.scope['root_path']}/handovers/{reference}"
    return NewHandover(reference=reference)


def _rights(calling: Calling, relations: frozenset[Relation]) -> tuple[Right, ...]:
    return tuple(right for right in Right if right.is_of_a_patient and calling.viewer.may(right, relations))


def _shown(view: EpisodeView, relations: tuple[Relation, ...], rights: tuple[Right, ...]) -> ShownEpisode:
    episode: Episode = view.episode
    own = {key: value for key, value in episode if key in ShownEpisode.model_fields}
    moves = tuple(moves_from_here(view.pathway, episode))
    return ShownEpisode(
        **own,
        level=episode.level,
        unit=episode.stay.unit,
        responsible_team=episode.responsible_team,
        waits=view.waits,
        suggestions=view.suggestions,
        moves=moves if not episode.has_ended else (),
        relations=relations,
        rights=rights,
    )
