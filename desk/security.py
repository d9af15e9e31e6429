"""What protects every answer of the desk: headers that a browser obeys, and the limit on how often somebody may try."""

from collections.abc import Awaitable, Callable

from fastapi import Request, Response
from limits import RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter

from pathways.errors import Refused

_CONTENT = "; ".join(
    (
        "default-src 'none'",
        *("script-src 'self'", "style-src 'self'", "img-src 'self'", "connect-src 'self'", "manifest-src 'self'"),
        *("form-action 'self'", "base-uri 'none'", "frame-ancestors 'none'"),
    )
)

HEADERS = {
    "Content-Security-Policy": _CONTENT,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Robots-Tag": "noindex, nofollow",
}
"""Sent with every answer: nothing from elsewhere is loaded, shown in a frame or told where we came from."""

_NOT_KEPT = "no-store"
_KEPT_A_DAY = "public, max-age=86400"


async def with_headers(request: Request, answer: Callable[[Request], Awaitable[Response]]) -> Response:
    """Answer with the headers, but for one that an answer brings itself; no browser or proxy keeps a patient's page."""
    response = await answer(request)
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    is_static = request.url.path.startswith("/static/") and response.status_code == 200
    response.headers["Cache-Control"] = _KEPT_A_DAY if is_static else _NOT_KEPT
    if request.url.scheme == "https":
        response.headers["Strict-Transport-Security"] = "max-age=31536000"
    return response


_LOOPBACK = ("127.0.0.1", "::1")
_FORWARDED = ("forwarded", "x-forwarded-for", "x-forwarded-host", "x-forwarded-proto", "x-real-ip", "via")


def is_from_this_machine(request: Request) -> bool:
    """Whether a request comes from this very machine. One that a proxy passes on does not, whatever its address says.

    Proxies set the headers; whoever sets one without being one loses by it.
    """
    is_near = request.client is not None and request.client.host in _LOOPBACK
    return is_near and not any(name in request.headers for name in _FORWARDED)


class TooOften(Refused):
    """Somebody tried something more often than they may in a minute."""


class Tries:
    """How often somebody may try something in a minute: to sign in, to look somebody up. Kept in memory."""

    def __init__(self, a_minute: int) -> None:
        self._limit = RateLimitItemPerMinute(a_minute)
        self._limiter = MovingWindowRateLimiter(MemoryStorage())

    def count(self, who: str) -> None:
        """Count one more try of somebody. Raises TooOften when there were too many."""
        if not self._limiter.hit(self._limit, who):
            raise _too_often()

    def note(self, who: str) -> None:
        """Count one more try of somebody; whether there were too many is asked with `require`."""
        self._limiter.hit(self._limit, who)

    def require(self, who: str) -> None:
        """Count nothing. Raises TooOften when somebody has no try left."""
        if not self._limiter.test(self._limit, who):
            raise _too_often()


def _too_often() -> TooOften:
    return TooOften("That was tried too often.", "Wait a minute, then try again.")
