"""The pages of whoever reviews the log: what is due, the cases of a review, and what was found."""

from typing import Any

from fastapi import APIRouter
from fastapi.responses import HTMLResponse, Response

from desk.asking import Asking, Asks, Presses, Typed, text, tried, went_well
from desk.typed import Number
from pathways.access.table import Right
from pathways.audit.reviews import Review
from pathways.errors import Refused
from pathways.operations.audit import Reviewer

router = APIRouter(include_in_schema=False)


@router.get("/log")
def show(asking: Asks) -> HTMLResponse:
    """Show the reviews that were made, and when the next one is due."""
    asking.require(Right.REVIEW_LOG)
    return _list(asking)


@router.post("/log")
def draw(asking: Presses) -> Response:
    """Draw the cases of a new review."""
    asking.require(Right.REVIEW_LOG)

    def do() -> Response:
        made = asking.service.log_reviews.draw(asking.viewer.network, Reviewer.of(asking.viewer))
        return went_well(f"/log/reviews/{made.number}", "review-drawn")

    return tried(do, lambda fault: _list(asking, 409, fault=fault))


@router.get("/log/reviews/{number}")
def show_review(asking: Asks, number: Number, done: str = "") -> HTMLResponse:
    """Show the cases of a review."""
    asking.require(Right.REVIEW_LOG)
    return _review(asking, number, done=done)


@router.post("/log/reviews/{number}")
def write_finding(asking: Presses, number: Number, form: Typed) -> Response:
    """Write down what was found; where it is refused, show why, with all that was typed."""
    asking.require(Right.REVIEW_LOG)

    def do() -> Response:
        verdict = text(form, "verdict")
        if verdict not in ("in-order", "not-in-order"):
            raise Refused("Whether all is in order was not chosen.", "Choose it, then press again.")
        asking.service.log_reviews.write_finding(
            number, text(form, "finding"), Reviewer.of(asking.viewer), is_in_order=verdict == "in-order"
        )
        return went_well(f"/log/reviews/{number}", "finding-written")

    return tried(do, lambda fault: _review(asking, number, 409, fault=fault, typed=form))


def _list(asking: Asking, status: int = 200, **values: Any) -> HTMLResponse:
    (standing,) = asking.service.log_reviews.standing(asking.viewer.network, Reviewer.of(asking.viewer))
    return asking.page("log.html", status, **{"standing": standing, "fault": None, **values})


def _review(asking: Asking, number: int, status: int = 200, **values: Any) -> HTMLResponse:
    review: Review = asking.service.log_reviews.seen(number, Reviewer.of(asking.viewer))
    given = {"review": review, "network": asking.network, "typed": {}, "fault": None, "done": ""}
    return asking.page("log-review.html", status, **{**given, **values})
