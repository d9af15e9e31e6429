"""The pages of the desk as the real application makes them, each asked for by somebody whom it is for."""

from collections.abc import Mapping

from starlette.testclient import TestClient

from bench.crowds import RECEIVER
from desk.app import create_app
from desk.asking import COOKIE
from pathways.access.table import Role
from pathways.access.users import Membership, User
from pathways.definition.texts import Language
from pathways.operations.service import Operations
from pathways.store.boards import BoardSide

MOST_BYTES = 100_000
"""How large a page may be, before it is compressed."""

_FOR_THE_NETWORK = {"/notices": Role.IT, "/users": Role.NETWORK_ADMIN, "/log": Role.LOG_REVIEWER}


class Visits:
    """Somebody of each role at the desk on one database. `kilobytes`: how large each page was."""

    def __init__(self, service: Operations, network: str) -> None:
        self._client = TestClient(create_app(service), base_url="http://127.0.0.1")
        roles = {Role.COORDINATOR, *_FOR_THE_NETWORK.values()}
        self._sessions = {role: _signed_in(service, network, role) for role in roles}
        self.paths = _paths(service, network)
        self.kilobytes: dict[str, float] = {}

    def visit(self, name: str) -> None:
        """Ask for a page. Raises RuntimeError where it is not shown."""
        path = self.paths[name]
        session = self._sessions[_FOR_THE_NETWORK.get(path, Role.COORDINATOR)]
        headers = {"Cookie": f"{COOKIE}={session}"}
        answer = self._client.get(path, headers=headers, follow_redirects=False)
        if answer.status_code != 200:
            raise RuntimeError(f"the page {name} was answered with {answer.status_code}")
        self.kilobytes[name] = len(answer.content) / 1000


def _signed_in(service: Operations, network: str, role: Role) -> str:
    login = f"{role}@{network}.example"
    membership = Membership(network=network, team=RECEIVER if role is Role.COORDINATOR else None, role=role)
    service.users.add(User(login=login, name="Alva Påhittad", language=Language.SWEDISH, memberships=(membership,)))
    return service.sessions.sign_in(login)


def _paths(service: Operations, network: str) -> Mapping[str, str]:
    """The pages by name: those of an episode and a handover are of one that waits, with the team that looks."""
    board = service.boards.board(network, team=RECEIVER)
    column = max(board.columns, key=lambda each: each.total)
    episode, handover = next(
        (card.reference, card.handover.reference) for each in board.columns for card in each.cards if card.handover
    )
    pathway = next(iter(board.pathways.values()))
    version = f"{pathway.pathway}/{pathway.in_force_from}"
    return {
        "inbox": "/inbox",
        "board by level": "/board",
        "board by team": f"/board?by={BoardSide.TEAM}",
        "one column of the board": f"/board?column={'|'.join(column.key)}",
        "episode": f"/episodes/{episode}",
        "handover": f"/handovers/{handover}",
        "begin": "/begin",
        "places": "/places",
        "cover": "/cover",
        "week of a team": f"/cover/{RECEIVER}",
        "triage list": "/triage",
        "pathways": "/pathways",
        "pathway": f"/pathways/{version}",
        "agreements": "/agreements",
        "emergency": "/emergency",
        "notices": "/notices",
        "users": "/users",
        "log": "/log",
    }
