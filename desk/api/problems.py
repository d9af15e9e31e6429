"""What the API answers when something is wrong: problem details (RFC 9457), the same for every route.

Whoever has no access is answered as if what was named did not exist. What was typed is never repeated.
"""

import logging
from collections.abc import Collection, Iterator, Mapping
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from desk.following import route_of
from desk.security import TooOften
from pathways.definition.frozen import Frozen
from pathways.errors import Failed, NotFound, Refused, Stale

MEDIA_TYPE = "application/problem+json"
_log = logging.getLogger("handslag.desk")
_A_MINUTE = "60"
_WRONG = "Something went wrong, and nothing was changed. Try again; if it goes on, tell IT."
_NO_PLACE = "There is nothing here. See /api/v1/openapi.json for what there is."


class Fault(Frozen):
    """Something in the request that cannot be. `at`: where, `code`: what is wrong there."""

    at: str
    code: str


class Problem(Frozen):
    """Why nothing was done. `detail`: what is wrong and what to do about it, for a person."""

    type: str = "about:blank"
    title: str
    status: int
    detail: str
    faults: tuple[Fault, ...] = ()


class NoTokenError(Exception):
    """No token came with the request, or none that holds."""


_MEANINGS = {
    401: "No token came with the request, or none that holds.",
    404: "There is no such thing, or none that the caller may know of.",
    405: "That is not done here.",
    408: "The request came too slowly.",
    409: "Refused as things stand; `detail` says why, and what to do.",
    412: "More has happened than the number in If-Match says: look again, then decide.",
    413: "The request is too large.",
    415: "The request is not JSON.",
    422: "The request does not make sense; `faults` say where.",
    429: "Too often: wait as long as Retry-After says.",
    503: "Something that Handslag rests on does not answer; nothing was changed.",
}
_HEADERS = {401: "WWW-Authenticate", 429: "Retry-After"}


def responses(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """How these problems are declared in the OpenAPI."""
    return {status: _declared(status) for status in statuses}


def _declared(status: int) -> dict[str, Any]:
    schema = {"$ref": "#/components/schemas/Problem"}
    found: dict[str, Any] = {"description": _MEANINGS[status], "content": {MEDIA_TYPE: {"schema": schema}}}
    if status in _HEADERS:
        found["headers"] = {_HEADERS[status]: {"required": True, "schema": {"type": "string"}}}
    return found


ALWAYS = responses(401, 404, 408, 409, 413, 415, 422, 429, 503)
"""What any route may answer."""


def problem(
    status: int, detail: str, faults: Collection[Fault] = (), headers: Mapping[str, str] | None = None
) -> JSONResponse:
    """The answer that says what is wrong."""
    found = Problem(title=HTTPStatus(status).phrase, status=status, detail=detail, faults=tuple(faults))
    return JSONResponse(found.model_dump(mode="json"), status, headers, media_type=MEDIA_TYPE)


def answer_faults(api: FastAPI) -> None:
    """Every fault is answered with a problem; none shows what is inside."""

    @api.exception_handler(NoTokenError)
    def no_token(_request: Request, _fault: NoTokenError) -> JSONResponse:
        said = "A token is needed, and one that holds. Make one at the desk, and send it as: Authorization: Bearer …"
        return problem(401, said, headers={"WWW-Authenticate": "Bearer"})

    @api.exception_handler(NotFound)
    def no_such(_request: Request, fault: NotFound) -> JSONResponse:
        return problem(404, str(fault))

    @api.exception_handler(Refused)
    def refused(_request: Request, fault: Refused) -> JSONResponse:
        return problem(409, str(fault))

    @api.exception_handler(Stale)
    def stale(request: Request, fault: Stale) -> JSONResponse:
        return problem(412 if "if-match" in request.headers else 409, str(fault))

    @api.exception_handler(TooOften)
    def too_often(_request: Request, fault: TooOften) -> JSONResponse:
        return problem(429, str(fault), headers={"Retry-After": _A_MINUTE})

    @api.exception_handler(Failed)
    def failed(request: Request, fault: Failed) -> JSONResponse:
        _log.error("%s %s failed: %s", request.method, route_of(request.scope), fault)
        return problem(503, str(fault))

    @api.exception_handler(RequestValidationError)
    def no_sense(_request: Request, fault: RequestValidationError) -> JSONResponse:
        faults = tuple(_faults(fault, _names(api)))
        return problem(422, f"{_sentence(faults)} Compare it with /api/v1/openapi.json.", faults)

    @api.exception_handler(HTTPException)
    def not_there(_request: Request, fault: HTTPException) -> JSONResponse:
        status = 422 if fault.status_code == 400 else fault.status_code  # what cannot be read at all
        return problem(status, _MEANINGS.get(status, _NO_PLACE), headers=fault.headers)

    @api.exception_handler(Exception)
    def wrong(request: Request, fault: Exception) -> JSONResponse:
        _log.error("%s %s went wrong: %s", request.method, route_of(request.scope), type(fault).__name__)
        return problem(500, _WRONG)


def _faults(fault: RequestValidationError, known: Collection[str]) -> Iterator[Fault]:
    """What is wrong and where, as far as the place has a name of ours: another may be typed."""
    for each in fault.errors():
        parts = [str(part) for part in each["loc"] if isinstance(part, int) or part in known]
        yield Fault(at="/".join(parts), code=str(each["type"]))


def _names(api: FastAPI) -> frozenset[str]:
    found = {"body", "query", "path", "header"}
    schema = api.openapi()
    for model in schema["components"]["schemas"].values():
        found.update(model.get("properties", ()))
    for path in schema["paths"].values():
        found.update(each["name"] for operation in path.values() for each in operation.get("parameters", ()))
    return frozenset(found)


def _sentence(faults: Collection[Fault]) -> str:
    if len(faults) == 1:
        (only,) = faults
        return f"The request does not make sense at {only.at or 'its beginning'}: {only.code}."
    return f"The request does not make sense at {len(faults)} places."
