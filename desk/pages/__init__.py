"""The pages, one file each: what is read for it, and what a press on it does."""

from desk.pages import begin, board, cover, episode, handover, inbox, places, request, users

PAGES = (
    inbox.router,
    board.router,
    handover.router,
    episode.router,
    request.router,
    begin.router,
    places.router,
    cover.router,
    users.router,
)
