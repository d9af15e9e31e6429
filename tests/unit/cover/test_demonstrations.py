"""Cover for demonstrations: whatever the hour, every desk is open, but for those that are named."""

from datetime import UTC, date, datetime

import pytest
from cover_worlds import network, office, team

from pathways.cover.demonstrations import with_every_desk_open
from pathways.cover.rotas import rota_of
from pathways.definition.networks import Network

TODAY = date(2026, 3, 1)  # a Sunday
HOURS = [datetime(2026, 3, 1, hour, tzinfo=UTC) for hour in (0, 9, 23)]


def small() -> Network:
    day = team(office(), "desk", ("phone", office()))
    day["contacts"][0]["secret"] = "DESK"
    return network(day=day)


def open_contacts(shown: Network, at: datetime) -> set[str]:
    return {rung.contact for rung in rota_of(shown, {}).ladder("day", at) if rung.is_open}


@pytest.mark.parametrize("at", HOURS)
def test_every_desk_is_open_on_a_sunday_and_at_night(at: datetime) -> None:
    assert open_contacts(small(), at) == {"doctor"}
    assert open_contacts(with_every_desk_open(small(), TODAY), at) == {"desk", "phone", "doctor"}


@pytest.mark.parametrize("at", HOURS)
def test_a_desk_that_is_named_is_closed_all_day(at: datetime) -> None:
    assert open_contacts(with_every_desk_open(small(), TODAY, {"DESK"}), at) == {"phone", "doctor"}
