"""The pages, one file each: what is read for it, and what a press on it does."""

from desk.pages import (
    agreements,
    begin,
    board,
    cover,
    emergency,
    episode,
    handover,
    inbox,
    log,
    log_extract,
    notices,
    pathways,
    places,
    request,
    triage,
    users,
)

PAGES = (
    inbox.router,
    board.router,
    handover.router,
    episode.router,
    request.router,
    begin.router,
    places.router,
    cover.router,
    notices.router,
    users.router,
    pathways.router,
    agreements.router,
    triage.router,
    emergency.router,
    log.router,
    log_extract.router,
)
