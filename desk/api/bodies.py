"""What may come into the API: JSON. Its size and its time are looked at before, for the whole desk: `desk.intake`."""

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from desk.api.problems import problem

_WITH_A_BODY = frozenset({"POST", "PUT", "PATCH", "DELETE"})
_NOT_JSON = "The request is not JSON. Send it with: Content-Type: application/json."


class Bodies:
    """Lets through what is JSON."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        headers = Headers(scope=scope)
        has_body = bool(headers.get("content-length", "") not in ("", "0") or "transfer-encoding" in headers)
        if has_body and scope["method"] in _WITH_A_BODY and not _is_json(headers.get("content-type", "")):
            await problem(415, _NOT_JSON)(scope, receive, send)
        else:
            await self._app(scope, receive, send)


def _is_json(content_type: str) -> bool:
    kind, _, rest = content_type.partition(";")
    charset = rest.strip().lower().removeprefix("charset=").strip('"')
    return kind.strip().lower() == "application/json" and charset in ("", "utf-8")
