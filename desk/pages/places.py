"""The places: how many are free at each unit, which are closed and who waits; and closing and opening one's own."""

from zoneinfo import ZoneInfo

from fastapi import APIRouter
from fastapi.responses import HTMLResponse, Response
from starlette.datastructures import FormData

from desk.asking import Asking, Asks, Presses, Typed, text, tried, went_well
from pathways.access.table import Right
from pathways.errors import HandslagError, Refused
from pathways.instants import local_instant

router = APIRouter(include_in_schema=False)


@router.get("/places")
def show(asking: Asks, done: str = "") -> HTMLResponse:
    """Show the units of the network. Who is there or waits, by reference, is shown of the units of one's own team."""
    asking.require(Right.SEE_BOARD)
    return _page(asking, done=done)


@router.post("/places/{unit}")
def close(asking: Presses, unit: str, form: Typed) -> Response:
    """Let so many places of a unit of one's own be closed from now on; 0 opens them all."""
    asking.require(Right.MANAGE_PLACES)

    def do() -> Response:
        places, until = _number(form), text(form, "until")
        asking.service.places.close(
            unit,
            places,
            asking.viewer.actor,
            reason=text(form, "reason"),
            until=local_instant(until, ZoneInfo(asking.network.time_zone)) if until else None,
            network=asking.viewer.network,
        )
        return went_well("/places", "close-places" if places else "open-places")

    def otherwise(fault: HandslagError) -> HTMLResponse:
        return _page(asking, 409, fault=fault, typed=form, pressed=unit)

    return tried(do, otherwise)


def _page(
    asking: Asking,
    status: int = 200,
    *,
    fault: HandslagError | None = None,
    typed: FormData | None = None,
    pressed: str = "",
    done: str = "",
) -> HTMLResponse:
    units = asking.service.places.shown(network=asking.viewer.network)
    own = [each for each in units if each.unit.team == asking.viewer.team]
    return asking.page(
        "places.html",
        status,
        network=asking.network,
        units=[*own, *(each for each in units if each not in own)],
        own={each.key for each in own},
        fault=fault,
        typed=typed or {},
        pressed=pressed,
        done=done,
    )


def _number(form: FormData) -> int:
    """How many places are to be closed. Raises Refused for what is no number."""
    typed = text(form, "places")
    if not typed.isdecimal() or len(typed) > 4:
        raise Refused("That is no number of places.", "Give a number from 0 to all places of the unit.")
    return int(typed)
