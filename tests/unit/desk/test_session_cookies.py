"""The cookie of a session, by how the desk is reached."""

from dataclasses import dataclass
from typing import cast

import pytest

from desk.asking import is_reached_by_tls, session_cookie
from pathways.operations.service import Operations


@dataclass(frozen=True)
class _Settings:
    desk_address: str


@dataclass(frozen=True)
class _Service:
    settings: _Settings


@pytest.mark.parametrize(
    ("address", "name"),
    [("https://handslag.example.org", "__Host-handslag"), ("http://127.0.0.1:4280", "handslag")],
)
def test_over_tls_a_browser_takes_it_from_this_very_host_alone(address: str, name: str) -> None:
    service = cast(Operations, _Service(_Settings(address)))
    assert session_cookie(service) == name
    assert is_reached_by_tls(service) == name.startswith("__Host-")
