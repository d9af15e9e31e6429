"""The page of notices that were given up on: to whom, about what, why they did not leave; and to send one again."""

from fastapi import APIRouter
from fastapi.responses import HTMLResponse, Response

from desk.asking import Asking, Asks, Presses, tried, went_well
from desk.typed import Number
from pathways.access.table import Right
from pathways.care.notice_kinds import NoticeKind
from pathways.errors import Failed
from pathways.notices.words import NoticeFacts, render
from pathways.store.boards import DeadNotice

router = APIRouter(include_in_schema=False)


@router.get("/notices")
def show(asking: Asks, done: str = "") -> HTMLResponse:
    """Show the notices given up on, for the viewer's team or, where the viewer looks after a network, all of it."""
    asking.require(Right.SEE_NOTICES)
    return _page(asking, done=done)


@router.post("/notices/{number}")
def resend(asking: Presses, number: Number) -> Response:
    """Send one again."""
    asking.require(Right.SEE_NOTICES)

    def do() -> Response:
        asking.service.given_up.resend(number, asking.viewer)
        return went_well("/notices", "notice-again")

    return tried(do, lambda fault: _page(asking, 409, fault=fault))


def _page(asking: Asking, status: int = 200, **values: object) -> HTMLResponse:
    found = asking.service.given_up.listed(asking.viewer)
    given = {
        "notices": [(notice, _subject(asking, notice)) for notice in found],
        "network": asking.network,
        "fault": None,
        "done": "",
    }
    return asking.page("notices.html", status, **{**given, **values})


def _subject(asking: Asking, notice: DeadNotice) -> str:
    """What it says in its first line, in the viewer's language; its kind where there are no words for that."""
    about = notice.episode or notice.about or ""
    facts = NoticeFacts(
        kind=NoticeKind(notice.kind),
        language=asking.reader.language,
        reference=notice.handover or about,
        episode=about,
        due_at=notice.due_at,
        time_zone=asking.reader.time_zone,
        link=None,
        is_repeat=False,
    )
    try:
        return render(facts, asking.service.settings.templates_folder, asking.reader.now).subject
    except Failed:
        return notice.kind
