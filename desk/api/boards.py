"""What the caller's team has before it: its inbox, the board, the triage list, and notices that were given up on."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Query

from desk.api.calling import Calls, Limit, Skip
from desk.meetings import lists_of
from desk.typed import Number
from pathways.access.table import Right, Role
from pathways.care.meetings.values import Matter
from pathways.definition.frozen import Frozen
from pathways.definition.texts import Language
from pathways.operations.boards import Board, UnitPlaces
from pathways.store.boards import BoardSide, Card, DeadNotice, TeamWait

router = APIRouter()
Chosen = Annotated[str | None, Query(pattern="^[a-z0-9][a-z0-9-]{0,99}$")]


class Me(Frozen):
    """Who a token belongs to, and what it gives. `is_program`: nobody that signs in. `rights`: those of no one patient,
    and those of a patient that it has wherever the team stands to the episode so that the role gives them.
    """

    login: str
    name: str
    language: Language
    network: str
    team: str | None
    role: Role
    is_program: bool
    rights: tuple[Right, ...]


class ShownColumn(Frozen):
    """A level of a pathway, or a team: of so many cards in `total` those that are shown, the most urgent first."""

    key: tuple[str, ...]
    total: int
    cards: tuple[Card, ...]


class ShownBoard(Frozen):
    """The episodes in which the caller's team has a part. `covered`: the closed teams for which it stands in."""

    at: datetime
    total: int
    columns: tuple[ShownColumn, ...]
    units: tuple[UnitPlaces, ...]
    covered: tuple[str, ...]


class ShownInbox(Frozen):
    """What the caller's team is waited for, the most urgent first. `counts`: of each team, shown or not."""

    at: datetime
    count: int
    counts: Mapping[str, int]
    items: tuple[TeamWait, ...]
    given_up: tuple[DeadNotice, ...]
    covered: tuple[str, ...]


class ShownMatters(Frozen):
    """An episode on the list of a meeting, and why."""

    episode: str
    matters: tuple[Matter, ...]


class ShownList(Frozen):
    """The list of the next meeting of a team, as of now."""

    pathway: str
    meeting: str
    team: str
    sits_in: tuple[str, ...]
    begins_at: datetime
    entries: tuple[ShownMatters, ...]


class BeingSent(Frozen):
    """The number of a notice that is being sent again. If it cannot leave, it is tried again, or given up on anew."""

    number: int


@router.get("/me", tags=["caller"])
def show_me(calling: Calls) -> Me:
    """Show whose token this is."""
    viewer, user = calling.viewer, calling.viewer.user
    return Me(
        login=user.login,
        name=user.name,
        language=user.language,
        network=viewer.network,
        team=viewer.team,
        role=viewer.role,
        is_program=user.is_system,
        rights=tuple(right for right in Right if viewer.may_ever(right)),
    )


@router.get("/inbox", tags=["boards"])
def show_inbox(calling: Calls, limit: Limit = 50) -> ShownInbox:
    """Show what the caller's team has to do now."""
    calling.require(Right.SEE_BOARD)
    found = calling.service.boards.inbox(calling.viewer.network, str(calling.viewer.team), limit)
    return ShownInbox(
        at=found.at,
        count=found.count,
        counts=found.counts,
        items=found.items,
        given_up=found.dead,
        covered=found.covered,
    )


@router.get("/board", tags=["boards"])
def show_board(
    calling: Calls,
    by: BoardSide = BoardSide.LEVEL,
    responsible: Chosen = None,
    unit: Chosen = None,
    district: Chosen = None,
    pathway: Chosen = None,
    limit: Limit = 25,
) -> ShownBoard:
    """Show the episodes in which the caller's team has a part: of each column the first ones.

    `responsible`: only those that a team is responsible for.
    """
    calling.require(Right.SEE_BOARD)
    viewer = calling.viewer
    return _shown(
        calling.service.boards.board(
            viewer.network,
            team=viewer.team,
            responsible=responsible,
            unit=unit,
            district=district,
            pathway=pathway,
            by=by,
            limit=limit,
        )
    )


@router.get("/board/column", tags=["boards"])
def show_column(
    calling: Calls,
    key: Annotated[list[str], Query(min_length=1, max_length=2, description="As a column of the board has it.")],
    by: BoardSide = BoardSide.LEVEL,
    limit: Limit = 100,
    skip: Skip = 0,
) -> ShownBoard:
    """Show more of one column of the board."""
    calling.require(Right.SEE_BOARD)
    viewer, column = calling.viewer, tuple(key)
    return _shown(
        calling.service.boards.board(viewer.network, team=viewer.team, by=by, column=column, limit=limit, skip=skip)
    )


@router.get("/triage", tags=["boards"])
def show_triage(calling: Calls) -> tuple[ShownList, ...]:
    """Show the lists of the next meetings that the caller's team holds or sits in. Decide with `decide-matter`."""
    calling.require(Right.SEE_TRIAGE)
    return tuple(
        ShownList(
            pathway=each.pathway,
            meeting=each.meeting,
            team=each.team,
            sits_in=each.sits_in,
            begins_at=each.begins_at,
            entries=tuple(ShownMatters(episode=entry.episode, matters=entry.matters) for entry in each.entries),
        )
        for each in lists_of(calling.service, calling.viewer)
    )


@router.get("/notices", tags=["notices"])
def show_given_up(calling: Calls, limit: Limit = 100) -> tuple[DeadNotice, ...]:
    """Show the notices that were given up on, for the caller's team or, for IT, in the network; the newest first."""
    calling.require(Right.SEE_NOTICES)
    return tuple(calling.service.given_up.listed(calling.viewer, limit))


@router.post("/notices/{number}/resend", status_code=202, tags=["notices"])
def resend_notice(calling: Calls, number: Number) -> BeingSent:
    """Let a notice be sent again that was given up on. The answer does not wait for it."""
    calling.require(Right.SEE_NOTICES)
    calling.service.given_up.resend(number, calling.viewer)
    return BeingSent(number=number)


def _shown(board: Board) -> ShownBoard:
    columns = tuple(ShownColumn(key=each.key, total=each.total, cards=each.cards) for each in board.columns)
    return ShownBoard(at=board.at, total=board.total, columns=columns, units=board.units, covered=board.covered)
