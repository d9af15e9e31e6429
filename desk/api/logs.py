"""The log of who saw what: reviews of it, and a patient's extract, for whoever reviews the log of a network."""

from dataclasses import replace
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter
from pydantic import Field

from desk.api.calling import Calls, read
from desk.typed import Number
from pathways.access.table import Right
from pathways.audit.reviews import Review, ReviewState
from pathways.care.references import ReferenceKind
from pathways.definition.frozen import Frozen
from pathways.definition.texts import Language
from pathways.reports.log_extracts import Line

router = APIRouter(prefix="/log", tags=["log"])


class ShownReview(Frozen):
    """A review, and where it stands."""

    state: ReviewState
    review: Review


class Reviewing(Frozen):
    """The reviews that were made, and when the next is to be drawn."""

    reviews: tuple[ShownReview, ...]
    next_at: datetime
    is_due: bool


class Finding(Frozen):
    """What was found in a review."""

    finding: str
    is_in_order: bool


class Wanted(Frozen):
    """Of whose episode an extract is made, and in which language: left out, the country's."""

    episode: Annotated[str, Field(max_length=40)]
    language: Language | None = None
    with_names: Annotated[bool, Field(description="Whether staff are named, beside the unit.")] = False


class ShownExtract(Frozen):
    """All that the log says of the patient of some episodes, by time. Names are empty where staff are not named."""

    episodes: tuple[str, ...]
    made_at: datetime
    time_zone: str
    language: Language
    lines: tuple[Line, ...]


@router.get("/reviews")
def show_reviews(calling: Calls) -> Reviewing:
    """Show the reviews of the network's log."""
    calling.require(Right.REVIEW_LOG)
    (standing,) = calling.service.log_reviews.standing(calling.viewer.network, calling.reviewer)
    now = calling.service.clock()
    return Reviewing(
        reviews=tuple(ShownReview(state=each.state(now), review=each) for each in standing.reviews),
        next_at=standing.next_at,
        is_due=standing.is_due,
    )


@router.post("/reviews", status_code=201)
def draw_review(calling: Calls) -> Review:
    """Draw the cases of a new review."""
    calling.require(Right.REVIEW_LOG)
    return calling.service.log_reviews.draw(calling.viewer.network, calling.reviewer)


@router.get("/reviews/{number}")
def show_review(calling: Calls, number: Number) -> Review:
    """Show the cases of a review."""
    calling.require(Right.REVIEW_LOG)
    return calling.service.log_reviews.seen(number, calling.reviewer)


@router.post("/reviews/{number}/finding")
def write_finding(calling: Calls, number: Number, body: Finding) -> Review:
    """Write down, once, what was found in a review."""
    calling.require(Right.REVIEW_LOG)
    reviews = calling.service.log_reviews
    return reviews.write_finding(number, body.finding, calling.reviewer, is_in_order=body.is_in_order)


@router.post("/extracts")
def make_extract(calling: Calls, body: Wanted) -> ShownExtract:
    """Make the extract for the patient of an episode. It names staff only where that is asked for."""
    calling.require(Right.REVIEW_LOG)
    calling.count_look_up()
    known = read(body.episode, ReferenceKind.EPISODE)
    made = calling.service.log_extracts.made(known, calling.reviewer, body.language)
    return ShownExtract(
        episodes=made.episodes,
        made_at=made.made_at,
        time_zone=made.time_zone,
        language=made.language,
        lines=made.lines if body.with_names else tuple(replace(line, name="") for line in made.lines),
    )
