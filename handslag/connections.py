"""The connections of the desk: how many at once, how many of one address, and how long the head of a request takes."""

import asyncio
import resource
from ipaddress import IPv4Network, IPv6Network, ip_address
from typing import Any, ClassVar

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

HEAD_SECONDS = 10.0
"""Within which the head of a request has to have come, from its first byte or from the beginning of a connection."""

_FILES_BESIDE = 256


class Connection(H11Protocol):
    """One connection. Of too many, and of one whose head does not come, nothing is read: it is closed.

    `most`: in all; `most_of_one`: of one address that is no `proxies`' (the connections of a proxy are many people's).
    """

    most: ClassVar[int]
    most_of_one: ClassVar[int]
    proxies: ClassVar[tuple[IPv4Network | IPv6Network, ...]]
    head_seconds: ClassVar[float] = HEAD_SECONDS
    _awaited: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn's own
        """Take a connection, or close it."""
        super().connection_made(transport)
        if self._is_one_too_many():
            transport.abort()
        else:
            self._await_head()

    def data_received(self, data: bytes) -> None:
        """Take what has come, and go on waiting where no head is whole yet."""
        super().data_received(data)
        has_begun = self.conn.their_state is h11.IDLE and bool(self.conn.trailing_data[0])
        if not has_begun:
            self._stop_waiting()
        elif self._awaited is None:
            self._await_head()

    def connection_lost(self, exc: Exception | None) -> None:
        """Wait no longer."""
        self._stop_waiting()
        super().connection_lost(exc)

    def _is_one_too_many(self) -> bool:
        if len(self.connections) > self.most:
            return True
        host = self.client[0] if self.client else ""
        if is_within(host, self.proxies):
            return False
        return sum(1 for each in self.connections if _host(each) == host) > self.most_of_one

    def _await_head(self) -> None:
        self._awaited = self.loop.call_later(self.head_seconds, self.transport.abort)

    def _stop_waiting(self) -> None:
        if self._awaited is not None:
            self._awaited.cancel()
            self._awaited = None


def is_within(host: str, networks: tuple[IPv4Network | IPv6Network, ...]) -> bool:
    """Whether an address is in one of the networks; what is no address is in none."""
    try:
        address = ip_address(host)
    except ValueError:
        return False
    return any(address in network for network in networks)


def allow_files(connections: int) -> None:
    """Let this process have as many files open as its connections need, as far as the system lets it."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = connections + _FILES_BESIDE
    if soft != resource.RLIM_INFINITY and soft < wanted:
        most = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
        resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, most), hard))


def _host(connection: Any) -> str:
    return connection.client[0] if connection.client else ""
