"""What a process writes down of what it does: lines of JSON or, in a terminal, lines to read.

Who began something can be followed by what is bound to it: `request` at the desk, `run` and `flow` in a flow run. Lines
hold references and codes. What an error of a library says could quote a patient: only its name and place are written.
"""

import logging
import sys
from collections.abc import Mapping, MutableMapping
from contextlib import AbstractContextManager, nullcontext
from traceback import walk_tb
from types import TracebackType
from typing import Any, TextIO

import structlog

from pathways.errors import HandslagError

KEYS = frozenset(
    {
        *("request", "run", "flow"),  # who began it
        *("handover", "notice", "kind", "woken"),  # what it is about
        *("method", "route", "status", "milliseconds"),  # how it went at the desk
    }
)
"""What a line may hold besides its sentence: `extra={…}` with other keys is left out."""


def during(**bound: str) -> AbstractContextManager[None]:
    """Within the block, and in the threads that it starts by `asyncio.to_thread`, each line holds this as well."""
    return structlog.contextvars.bound_contextvars(**bound)


def from_now_on(**bound: str) -> None:
    """In this task and what it starts, each line holds this, and nothing that was bound before."""
    structlog.contextvars.clear_contextvars()
    structlog.contextvars.bind_contextvars(**bound)


def for_request(request: str | None) -> AbstractContextManager[None]:
    """As `during`, for what is done later and elsewhere for a request of the desk, if it is for one."""
    return during(request=request) if request else nullcontext()


def request_here() -> str | None:
    """The id of the request of the desk in which this is done; None elsewhere."""
    found: str | None = structlog.contextvars.get_contextvars().get("request")
    return found


def write_to(stream: TextIO = sys.stderr) -> None:
    """Let this process write its log to a stream, in place of wherever it wrote before."""
    handler = logging.StreamHandler(stream)
    handler.setFormatter(formatter(is_terminal=stream.isatty()))
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(logging.WARNING)
    logging.getLogger("handslag").setLevel(logging.INFO)
    logging.captureWarnings(capture=True)


def formatter(*, is_terminal: bool) -> logging.Formatter:
    """What makes a line of a record: to be read in a terminal, and else one object of JSON."""
    renderer = structlog.dev.ConsoleRenderer() if is_terminal else structlog.processors.JSONRenderer(ensure_ascii=False)
    return structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=[
            structlog.contextvars.merge_contextvars,
            structlog.stdlib.add_logger_name,
            structlog.stdlib.add_log_level,
            structlog.stdlib.ExtraAdder(allow=KEYS),
            structlog.processors.TimeStamper(fmt="iso", utc=True),
        ],
        processors=[
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            _without_what_errors_quote,
            renderer,
        ],
    )


def _without_what_errors_quote(_logger: Any, _name: str, line: MutableMapping[str, Any]) -> Mapping[str, Any]:
    line.pop("exception", None)
    given = line.pop("exc_info", None)
    error = given[1] if isinstance(given, tuple) else given
    if isinstance(error, BaseException):
        line["error"] = str(error) if isinstance(error, HandslagError) else type(error).__name__
        line["where"] = _places(error.__traceback__)
    return line


def _places(trace: TracebackType | None) -> str:
    frames = [(frame.f_globals.get("__name__", "?"), line) for frame, line in walk_tb(trace)]
    return " > ".join(f"{module}:{line}" for module, line in frames[-8:])
