"""Who calls the API: the token of a request, and what its owner may do. No cookie is looked at."""

from dataclasses import dataclass
from functools import cached_property
from typing import Annotated

from fastapi import Depends, Header, Path, Query, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from desk.api.problems import NoTokenError
from desk.asking import operations_of
from desk.intake import address_of
from desk.security import Tries
from pathways.access.relations import UNRELATED
from pathways.access.table import Right
from pathways.access.users import Viewer
from pathways.care.references import ALPHABET, ReferenceKind, read_reference
from pathways.definition.networks import Network
from pathways.errors import NotFound, Refused
from pathways.operations.audit import Reviewer
from pathways.operations.service import Operations

_bearer = HTTPBearer(
    auto_error=False, scheme_name="token", description="A token made at the desk, or by `handslag users token`."
)


@dataclass(frozen=True)
class Calling:
    """One request with a token that holds."""

    request: Request
    service: Operations
    viewer: Viewer

    @cached_property
    def network(self) -> Network:
        """The network that the viewer acts in."""
        return self.service.publishing.network(self.viewer.network)

    @property
    def reviewer(self) -> Reviewer:
        """The viewer, as the log names whoever looks into it."""
        return Reviewer.of(self.viewer)

    def require(self, right: Right) -> None:
        """Answer as if the route did not exist to whoever may not do this. Raises NotFound."""
        if not self.viewer.may(right, UNRELATED):
            raise no_route()

    def count_look_up(self) -> None:
        """Count one more look-up of the caller, at the desk or here. Raises TooOften."""
        look_ups: Tries = self.request.app.state.look_ups
        look_ups.count(self.viewer.user.login)


def no_route() -> NotFound:
    """What whoever may not use a route at all is told."""
    return NotFound("There is nothing here for this token.", "Use one with the right that the route asks for.")


def calling(request: Request, credentials: Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)]) -> Calling:
    """Who calls. Raises NoTokenError, or TooOften for whoever tries many tokens that do not hold."""
    service = operations_of(request)
    viewer = service.tokens.viewer_of(credentials.credentials) if credentials else None
    if viewer is None:
        failures: Tries = request.app.state.failures
        failures.count(address_of(request.scope))
        raise NoTokenError
    return Calling(request, service, viewer)


Calls = Annotated[Calling, Depends(calling)]

_WRITTEN = f"[{ALPHABET}]{{3}}-[{ALPHABET}]{{4}}$"
EpisodeReference = Annotated[str, Path(pattern=f"^E{_WRITTEN}", description="The reference of an episode.")]
HandoverReference = Annotated[str, Path(pattern=f"^H{_WRITTEN}", description="The reference of a handover.")]
Key = Annotated[str, Path(pattern="^[a-z0-9][a-z0-9-]{0,99}$", description="A name in a definition.")]
Limit = Annotated[int, Query(ge=1, le=200, description="How many at most.")]
Skip = Annotated[int, Query(ge=0, le=100_000, description="How many to leave out first.")]
IfMatch = Annotated[
    str | None,
    Header(
        pattern='^"[0-9]{1,9}"$',
        description="The ETag with which the episode was read. Where more has happened since, nothing is done: 412.",
    ),
]


def known_number(if_match: str | None) -> int | None:
    """The number of the last event that the caller knows of, if they said it."""
    return int(if_match.strip('"')) if if_match else None


def read(reference: str, kind: ReferenceKind) -> str:
    """A reference whose check character fits; another is none. Raises NotFound."""
    try:
        return read_reference(reference, kind)
    except Refused as refused:
        raise NotFound(refused.sentence, refused.mend) from refused
