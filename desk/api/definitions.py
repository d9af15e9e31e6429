"""The pathways and agreements of the caller's network: each version, and what changes from one to another."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Annotated

from fastapi import APIRouter, Query, Response

from desk.api.calling import Calling, Calls, Key
from desk.drawings import Drawings
from desk.versions import changes_of, version_of, versions_of
from pathways.access.table import Right
from pathways.definition.agreements import Agreement
from pathways.definition.frozen import Frozen
from pathways.definition.models import Pathway
from pathways.definition.texts import Language, Text
from pathways.operations.agreements import AgreementInForce
from pathways.reports.changes import told_by_kind

router = APIRouter(tags=["pathways"])


class Version(Frozen):
    """A version of a pathway. It is in force from `first` to `last`, both among them; without `last`, without end.

    `holds`: whether it is in force today. `begins_at`: the instant from which it is.
    """

    pathway: str
    version: date
    title: Text
    agreement: Agreement
    first: date
    last: date | None
    begins_at: datetime
    holds: bool


class ShownVersion(Frozen):
    """A version, and what it says. `teams`: of the network, by role."""

    version: Version
    definition: Pathway
    teams: Mapping[str, tuple[str, ...]]


@router.get("/pathways")
def show_versions(calling: Calls) -> tuple[Version, ...]:
    """Show the versions of the pathways of the caller's network, and their agreements."""
    return tuple(_version(each) for each in _versions(calling))


@router.get("/pathways/{name}/{version}")
def show_version(calling: Calls, name: Key, version: date) -> ShownVersion:
    """Show a version: levels, moves, limits, and whose each task is."""
    found = version_of(_versions(calling), name, version)
    pathway, network = found.term.pathway, calling.network
    return ShownVersion(
        version=_version(found),
        definition=pathway,
        teams={role: network.teams_in(role) for role in pathway.roles},
    )


@router.get(
    "/pathways/{name}/{version}/drawing",
    response_class=Response,
    responses={200: {"description": "A drawing.", "content": {"image/svg+xml": {"schema": {"type": "string"}}}}},
)
def draw_version(calling: Calls, name: Key, version: date, language: Language = Language.ENGLISH) -> Response:
    """Draw a version."""
    pathway = version_of(_versions(calling), name, version).term.pathway
    drawings: Drawings = calling.request.app.state.drawings
    return Response(drawings.of(pathway, language.value), media_type="image/svg+xml")


@router.get("/pathways/{name}/{version}/changes")
def show_changes(
    calling: Calls,
    name: Key,
    version: date,
    since: Annotated[str, Query(max_length=200, description="Another version, as `name@2022-01-01`.")],
) -> Mapping[str, tuple[str, ...]]:
    """Show what changes from another version to this one, in sentences, by what it is about."""
    changes = changes_of(_versions(calling), name, version, since, calling.viewer)
    told = told_by_kind(changes, calling.service.settings.templates_folder)
    return {kind: tuple(sentences) for kind, sentences in told.items()}


def _versions(calling: Calling) -> tuple[AgreementInForce, ...]:
    calling.require(Right.SEE_DEFINITIONS)
    return tuple(versions_of(calling.service, calling.viewer))


def _version(found: AgreementInForce) -> Version:
    pathway, term = found.term.pathway, found.term
    return Version(
        pathway=pathway.pathway,
        version=pathway.in_force_from,
        title=pathway.title,
        agreement=pathway.agreement,
        first=term.first,
        last=term.last,
        begins_at=found.begins_at,
        holds=found.holds,
    )
