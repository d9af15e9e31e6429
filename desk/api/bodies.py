"""What may come into the API: JSON of a sensible size. Looked at before anything is read."""

from fastapi import HTTPException
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from desk.api.problems import problem

LARGEST_BYTES = 256_000
"""Of the body of a request."""

_WITH_A_BODY = frozenset({"POST", "PUT", "PATCH", "DELETE"})
_TOO_LARGE = f"The request is larger than {LARGEST_BYTES} bytes. Send less at once."
_NOT_JSON = "The request is not JSON. Send it with: Content-Type: application/json."


class Bodies:
    """Lets through what is JSON and not too large, however it is sent."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        headers = Headers(scope=scope)
        length = headers.get("content-length", "")
        has_body = bool(length not in ("", "0") or "transfer-encoding" in headers)
        if length.isdecimal() and int(length) > LARGEST_BYTES:
            await problem(413, _TOO_LARGE)(scope, receive, send)
        elif has_body and scope["method"] in _WITH_A_BODY and not _is_json(headers.get("content-type", "")):
            await problem(415, _NOT_JSON)(scope, receive, send)
        else:
            await self._app(scope, _counted(receive), send)


def _is_json(content_type: str) -> bool:
    kind, _, rest = content_type.partition(";")
    charset = rest.strip().lower().removeprefix("charset=").strip('"')
    return kind.strip().lower() == "application/json" and charset in ("", "utf-8")


def _counted(receive: Receive) -> Receive:
    """As `receive`; raises HTTPException once it has been too much, for what comes without a length."""
    total = 0

    async def counted() -> Message:
        nonlocal total
        message = await receive()
        total += len(message.get("body", b""))
        if total > LARGEST_BYTES:
            raise HTTPException(413)
        return message

    return counted
