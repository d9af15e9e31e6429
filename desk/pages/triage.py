"""The triage list: what stands on the lists of the meetings in which the viewer's team sits, and what they decide."""

from collections.abc import Iterator, Mapping
from typing import Annotated

from fastapi import APIRouter, Query
from fastapi.responses import HTMLResponse, Response

from desk.asking import Asking, Asks, Presses, Typed, text, tried, went_well
from desk.meetings import lists_of
from desk.versions import versions_of
from pathways.access.table import Right
from pathways.care.meetings.commands import DecideMatter, RaiseMatter
from pathways.definition.meetings import Ground
from pathways.definition.models import Pathway
from pathways.definition.texts import Text
from pathways.errors import HandslagError, NotFound

router = APIRouter(include_in_schema=False)
_OF_EACH, _OF_ONE = 10, 50
_FARTHEST = 100_000

Skip = Annotated[int, Query(ge=0, le=_FARTHEST)]


@router.get("/triage")
def show(
    asking: Asks, done: str = "", episode: str = "", meeting: str = "", of: str = "", skip: Skip = 0
) -> HTMLResponse:
    """Show the lists of the next meetings as they stand now, of each what has stood there longest.

    `meeting` and `of`: only that list, of that team, after the first `skip`. `episode`: one to put on a list.
    """
    asking.require(Right.SEE_TRIAGE)
    one = (meeting, of, skip) if meeting and of else None
    return _page(asking, one=one, done=done, typed={"reference": episode})


@router.post("/triage")
def raise_matter(asking: Presses, form: Typed) -> Response:
    """Put an episode on the list of a meeting."""
    asking.require(Right.SEE_TRIAGE)

    def do() -> Response:
        matter = RaiseMatter(actor=asking.viewer.actor, meeting=text(form, "meeting"))
        asking.service.access.perform(asking.viewer, text(form, "reference"), matter)
        return went_well("/triage", "raised")

    return tried(do, lambda fault: _page(asking, 409, fault=fault, typed=form))


@router.post("/triage/{reference}/{meeting}")
def decide(asking: Presses, reference: str, meeting: str, form: Typed) -> Response:
    """Record what the meeting decided on an episode: it leaves the list."""
    asking.require(Right.SEE_TRIAGE)

    def do() -> Response:
        decision = DecideMatter(actor=asking.viewer.actor, meeting=meeting, decision=text(form, "decision"))
        asking.service.access.perform(asking.viewer, reference, decision)
        return went_well("/triage", "decided")

    def otherwise(fault: HandslagError) -> HTMLResponse:
        if isinstance(fault, NotFound):
            raise fault
        return _page(asking, 409, fault=fault)

    return tried(do, otherwise)


def _page(
    asking: Asking,
    status: int = 200,
    *,
    one: tuple[str, str, int] | None = None,
    fault: HandslagError | None = None,
    done: str = "",
    typed: Mapping[str, object] | None = None,
) -> HTMLResponse:
    in_force = {
        each.term.pathway.pathway: each.term.pathway
        for each in versions_of(asking.service, asking.viewer)
        if each.holds
    }
    meeting, team, skip = one or (None, None, 0)
    most = _OF_ONE if one else _OF_EACH
    found = lists_of(asking.service, asking.viewer, meeting, team, skip=skip, limit=most)
    return asking.page(
        "triage.html",
        status,
        lists=[each for each in found if each.pathway in in_force],
        network=asking.network,
        pathways=in_force,
        meetings=dict(_open_to_all(in_force)),
        is_one=one is not None,
        next_skip=skip + most,
        fault=fault,
        done=done,
        typed=typed or {},
    )


def _open_to_all(pathways: Mapping[str, Pathway]) -> Iterator[tuple[str, Text]]:
    """The meetings on whose list a team may put an episode, with their titles."""
    for pathway in pathways.values():
        for name, meeting in pathway.meetings.items():
            if Ground.RAISED in meeting.grounds:
                yield name, meeting.title
