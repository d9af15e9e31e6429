"""Fetching a calendar: from a file or over the web, within a time and a size. Its address is a secret and told nowhere.

Calendars are often reached by a link that is all that protects them. The libraries would log it: here they do not.
Whoever serves one may lead elsewhere, to what only this machine reaches: each address is looked at before it is asked.
"""

import asyncio
import logging
import socket
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from enum import StrEnum
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address
from pathlib import Path
from urllib.parse import unquote, urlsplit

import httpx
from pydantic import SecretStr

from pathways.cover.feeds import LARGEST_FEED

_TELLS_NO_ADDRESS: ContextVar[bool] = ContextVar("tells_no_address", default=False)
_LOGGERS = ("httpx", "httpcore.connection", "httpcore.http11", "httpcore.proxy")
_MOST_REDIRECTS = 3

Networks = Sequence[IPv4Network | IPv6Network]


class FetchFault(StrEnum):
    """Why a calendar could not be fetched."""

    NO_ADDRESS = "no-address"
    WRONG_ADDRESS = "wrong-address"
    PRIVATE_ADDRESS = "private-address"
    NOT_REACHED = "not-reached"
    NOT_GIVEN = "not-given"
    TOO_LARGE = "too-large"
    TOO_SLOW = "too-slow"
    NOT_UTF_8 = "not-utf-8"


def fetch_calendar(address: SecretStr, timeout_seconds: float, allowed: Networks = ()) -> str | FetchFault:
    """The text at an address (`https:`, `http:`, `webcal:`, which is https, or `file:`), or why it cannot be had.

    The time is for the whole of it, redirects as well. `allowed`: networks that may be asked though they are private.
    """
    try:
        parts = urlsplit(address.get_secret_value())
        if parts.scheme == "file":
            content = _in_file(Path(unquote(parts.path)))
        elif parts.scheme in ("https", "http", "webcal"):
            scheme = "https" if parts.scheme == "webcal" else parts.scheme
            url = httpx.URL(parts._replace(scheme=scheme).geturl())
            content = asyncio.run(_within(timeout_seconds, url, allowed))
        else:
            return FetchFault.WRONG_ADDRESS
        return content.decode("utf-8-sig") if isinstance(content, bytes) else content
    except UnicodeDecodeError:
        return FetchFault.NOT_UTF_8
    except TimeoutError:
        return FetchFault.TOO_SLOW
    except (httpx.InvalidURL, ValueError):
        return FetchFault.WRONG_ADDRESS
    except (httpx.HTTPError, OSError):
        return FetchFault.NOT_REACHED


def _in_file(path: Path) -> bytes | FetchFault:
    with path.open("rb") as file:
        content = file.read(LARGEST_FEED + 1)
    return FetchFault.TOO_LARGE if len(content) > LARGEST_FEED else content


async def _within(seconds: float, url: httpx.URL, allowed: Networks) -> bytes | FetchFault:
    with _no_address_is_logged():
        async with asyncio.timeout(seconds), httpx.AsyncClient(timeout=seconds) as client:
            for _ in range(_MOST_REDIRECTS + 1):
                found = await _asked(client, url, allowed)
                if not isinstance(found, httpx.URL):
                    return found
                url = found
            return FetchFault.NOT_REACHED


async def _asked(client: httpx.AsyncClient, url: httpx.URL, allowed: Networks) -> bytes | FetchFault | httpx.URL:
    """What is there, or where it has moved to. It is asked at the very address that was looked at."""
    if url.scheme not in ("http", "https"):
        return FetchFault.WRONG_ADDRESS
    host = await _address_of(url, allowed)
    if isinstance(host, FetchFault):
        return host
    request = client.build_request(
        "GET",
        url.copy_with(host=str(host)),
        headers={"Host": url.netloc.decode("ascii")},
        extensions={"sni_hostname": url.raw_host.decode("ascii")},
    )
    answer = await client.send(request, stream=True)
    try:
        if answer.has_redirect_location:
            return url.join(answer.headers["location"])
        if not answer.is_success:
            return FetchFault.NOT_GIVEN
        content = b""
        async for piece in answer.aiter_bytes():
            content += piece
            if len(content) > LARGEST_FEED:
                return FetchFault.TOO_LARGE
        return content
    finally:
        await answer.aclose()


async def _address_of(url: httpx.URL, allowed: Networks) -> IPv4Address | IPv6Address | FetchFault:
    """The address to ask; none where one of the host's leads into a private network that is not allowed."""
    if not url.host:
        return FetchFault.NOT_REACHED
    port = url.port or (443 if url.scheme == "https" else 80)
    known = await asyncio.get_running_loop().getaddrinfo(url.host, port, type=socket.SOCK_STREAM)
    addresses = [ip_address(str(each[4][0]).partition("%")[0]) for each in known]
    if not all(_may_be_asked(each, allowed) for each in addresses):
        return FetchFault.PRIVATE_ADDRESS
    return addresses[0]


def _may_be_asked(address: IPv4Address | IPv6Address, allowed: Networks) -> bool:
    meant = (address.ipv4_mapped or address) if isinstance(address, IPv6Address) else address
    is_public = meant.is_global and not meant.is_multicast
    return is_public or any(meant in network for network in allowed)


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
