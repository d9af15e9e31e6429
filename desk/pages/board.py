"""The board: who is where, by level or by team, what each waits for and until when; and the places that are free."""

from fastapi import APIRouter
from fastapi.responses import HTMLResponse

from desk.asking import Asks
from desk.news import KINDS
from pathways.access.table import Right
from pathways.store.boards import BoardSide

router = APIRouter(include_in_schema=False)
_FEW, _MORE = 25, 100


@router.get("/board")
def show(
    asking: Asks,
    by: BoardSide = BoardSide.LEVEL,
    team: str = "",
    unit: str = "",
    district: str = "",
    column: str = "",
    mine: bool = False,
) -> HTMLResponse:
    """Show the episodes that concern the viewer's team. `mine`: only those that it is responsible for.

    `column`: only this column, with more of its cards.
    """
    asking.require(Right.SEE_BOARD)
    viewer = asking.viewer
    board = asking.service.boards.board(
        viewer.network,
        team=viewer.team,
        responsible=viewer.team if mine else team or None,
        unit=unit or None,
        district=district or None,
        by=by,
        column=tuple(column.split("|")) if column else None,
        limit=_MORE if column else _FEW,
    )
    chosen = {"by": by.value, "team": team, "unit": unit, "district": district, "mine": mine, "column": column}
    shown = {card.reference for column in board.columns for card in column.cards}
    news = asking.service.looks.with_news(viewer, shown, KINDS)
    return asking.page(
        "board.html", news=news, board=board, network=board.network, chosen=chosen, sides=list(BoardSide)
    )
