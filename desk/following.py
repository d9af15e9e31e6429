"""Follows each request: an id that goes in and out with it and into the log, and how long its answer took.

Of an address only the route is kept as it is written: what stands in its place may be a reference, or typed.
"""

import logging
import re
from time import perf_counter
from uuid import uuid4

from prometheus_client import CollectorRegistry, Histogram
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from pathways.logs import from_now_on

HEADER = "X-Request-ID"
"""Comes in from a proxy that numbers requests, and goes out with every answer."""

_log = logging.getLogger("handslag.desk")
_UUID = re.compile(r"[0-9a-f]{8}-?(?:[0-9a-f]{4}-?){3}[0-9a-f]{12}", re.ASCII | re.IGNORECASE)
_STEPS_SECONDS = (0.01, 0.025, 0.05, 0.1, 0.2, 0.3, 0.5, 1, 2.5, 5, 10)
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
_NO_ROUTE, _STATIC = "none", "/static"
_OFTEN = frozenset({_STATIC, "/live", "/health/live", "/health/ready", "/metrics"})
"""Asked for by machines all the time: measured, but no line of the log each."""


class Times:
    """How long answers took until they began, by method, route and status, since this process began."""

    def __init__(self, registry: CollectorRegistry) -> None:
        labels = ("method", "route", "status")
        what = "How long an answer of the desk took until it began."
        self._seconds = Histogram(
            "handslag_desk_request_seconds", what, labels, buckets=_STEPS_SECONDS, registry=registry
        )

    def took(self, method: str, route: str, status: int, seconds: float) -> None:
        """Count one answer."""
        self._seconds.labels(method, route, str(status)).observe(seconds)


class Followed:
    """Gives each request its id, and tells log and measures how it went."""

    def __init__(self, app: ASGIApp, times: Times) -> None:
        self._app = app
        self._times = times

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        number = _number(Headers(scope=scope).get(HEADER, ""))
        scope.setdefault("state", {})["number"] = number
        from_now_on(request=number)  # each request is a task of its own: nothing has to be unbound
        began = perf_counter()

        async def sent(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message)[HEADER] = number
                self._took(scope, message["status"], perf_counter() - began)
            await send(message)

        try:
            await self._app(scope, receive, sent)
        except Exception:
            self._took(scope, 500, perf_counter() - began)
            raise

    def _took(self, scope: Scope, status: int, seconds: float) -> None:
        route, method = route_of(scope), scope["method"] if scope["method"] in _METHODS else "other"
        self._times.took(method, route, status, seconds)
        if route not in _OFTEN:
            how = {"method": method, "route": route, "status": status, "milliseconds": round(seconds * 1000)}
            _log.info("A request was answered.", extra=how)


def number_of(scope: Scope) -> str:
    """The id of a request that is followed."""
    return str(scope.get("state", {}).get("number", ""))


def route_of(scope: Scope) -> str:
    """The route of a request as it is written in the program."""
    if str(scope.get("path", "")).startswith("/static/"):
        return _STATIC
    path = getattr(scope.get("route"), "path", None)
    return _NO_ROUTE if path is None else f"{scope.get('root_path', '')}{path}"


def _number(given: str) -> str:
    """The id that came in, if it is one that a machine made; what else is written there could be anything."""
    return given.lower() if _UUID.fullmatch(given) else uuid4().hex
