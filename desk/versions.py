"""The versions of the pathways of a viewer's network."""

from collections.abc import Sequence
from datetime import date

from pathways.access.users import Viewer
from pathways.definition.models import Pathway
from pathways.errors import NotFound
from pathways.operations.agreements import AgreementInForce
from pathways.operations.service import Operations
from pathways.reports.changes import Changes


def versions_of(service: Operations, viewer: Viewer) -> Sequence[AgreementInForce]:
    """Every version of the pathways of the viewer's network, with its time in force."""
    return service.agreements.listed(network=viewer.network)


def version_of(versions: Sequence[AgreementInForce], name: str, version: date) -> AgreementInForce:
    """One version of a pathway of the viewer's network. Raises NotFound."""
    for each in versions:
        if (each.term.pathway.pathway, each.term.pathway.in_force_from) == (name, version):
            return each
    raise _none()


def changes_of(versions: Sequence[AgreementInForce], name: str, version: date, since: str, viewer: Viewer) -> Changes:
    """What changes to a version from another, `since`: its pathway and date, as `name@2022-01-01`. Raises NotFound."""
    new = version_of(versions, name, version).term.pathway
    old = next((each.term.pathway for each in versions if _named(each.term.pathway) == since), None)
    if old is None:
        raise _none()
    return Changes(old, new, viewer.user.language)


def _named(pathway: Pathway) -> str:
    return f"{pathway.pathway}@{pathway.version}"


def _none() -> NotFound:
    return NotFound("There is no such version.", "Choose one from the page of all pathways.")
