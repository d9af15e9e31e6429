"""Fetching a calendar: from a file or over the web, within a time and a size. Its address is a secret and told nowhere.

Calendars are often reached by a link that is all that protects them. The libraries would log it: here they do not.
"""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from enum import StrEnum
from pathlib import Path
from urllib.parse import unquote, urlsplit

import httpx
from pydantic import SecretStr

from pathways.cover.feeds import LARGEST_FEED

_TELLS_NO_ADDRESS: ContextVar[bool] = ContextVar("tells_no_address", default=False)
_LOGGERS = ("httpx", "httpcore.connection", "httpcore.http11", "httpcore.proxy")
_MOST_REDIRECTS = 3


class FetchFault(StrEnum):
    """Why a calendar could not be fetched."""

    NO_ADDRESS = "no-address"
    WRONG_ADDRESS = "wrong-address"
    NOT_REACHED = "not-reached"
    NOT_GIVEN = "not-given"
    TOO_LARGE = "too-large"
    NOT_UTF_8 = "not-utf-8"


def fetch_calendar(address: SecretStr, timeout_seconds: float) -> str | FetchFault:
    """The text at an address (`https:`, `http:`, `webcal:`, which is https, or `file:`), or why it cannot be had."""
    try:
        parts = urlsplit(address.get_secret_value())
        if parts.scheme == "file":
            content = _in_file(Path(unquote(parts.path)))
        elif parts.scheme in ("https", "http", "webcal"):
            scheme = "https" if parts.scheme == "webcal" else parts.scheme
            content = _on_the_web(parts._replace(scheme=scheme).geturl(), timeout_seconds)
        else:
            return FetchFault.WRONG_ADDRESS
        return content.decode("utf-8-sig") if isinstance(content, bytes) else content
    except UnicodeDecodeError:
        return FetchFault.NOT_UTF_8
    except (httpx.InvalidURL, ValueError):
        return FetchFault.WRONG_ADDRESS
    except (httpx.HTTPError, OSError):
        return FetchFault.NOT_REACHED


def _in_file(path: Path) -> bytes | FetchFault:
    with path.open("rb") as file:
        content = file.read(LARGEST_FEED + 1)
    return FetchFault.TOO_LARGE if len(content) > LARGEST_FEED else content


def _on_the_web(url: str, timeout_seconds: float) -> bytes | FetchFault:
    with (
        _no_address_is_logged(),
        httpx.Client(timeout=timeout_seconds, follow_redirects=True, max_redirects=_MOST_REDIRECTS) as client,
        client.stream("GET", url) as answer,
    ):
        if not answer.is_success:
            return FetchFault.NOT_GIVEN
        content = b""
        for piece in answer.iter_bytes():
            content += piece
            if len(content) > LARGEST_FEED:
                return FetchFault.TOO_LARGE
        return content


def _may_be_logged(_record: logging.LogRecord) -> bool:
    return not _TELLS_NO_ADDRESS.get()


for _name in _LOGGERS:
    logging.getLogger(_name).addFilter(_may_be_logged)


@contextmanager
def _no_address_is_logged() -> Iterator[None]:
    token = _TELLS_NO_ADDRESS.set(True)
    try:
        yield
    finally:
        _TELLS_NO_ADDRESS.reset(token)
