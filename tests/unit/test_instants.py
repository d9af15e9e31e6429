"""Local times that people write: those that are, those that came twice, and those that never were."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

import pathways
from pathways.definition.reading import read_network
from pathways.errors import Refused
from pathways.instants import came_twice, true_instant

NETWORK = read_network(Path(pathways.__path__[0]) / "networks" / "jonkoping-demo.yaml")


@pytest.mark.parametrize(
    "text", ["2026-11-30 03:10", "2026-11-30T03:10", " 2026-11-30 03:10 ", "2026-11-30 03:10+01:00"]
)
def test_a_local_time_is_an_instant(text: str) -> None:
    assert true_instant(text, NETWORK) == datetime(2026, 11, 30, 2, 10, tzinfo=UTC)


@pytest.mark.parametrize("text", [None, "", "  "])
def test_nothing_is_no_time(text: str | None) -> None:
    assert true_instant(text, NETWORK) is None


@pytest.mark.parametrize("text", ["03:10", "yesterday", "1899-11-30 03:10", "2026-13-01 00:00"])
def test_what_is_no_time_is_refused_without_repeating_it(text: str) -> None:
    with pytest.raises(Refused, match="no local time") as caught:
        true_instant(text, NETWORK)
    assert text not in str(caught.value)


def test_an_hour_that_came_twice_asks_which() -> None:
    with pytest.raises(Refused, match="came twice") as caught:
        true_instant("2026-10-25 02:30", NETWORK)
    assert "'2026-10-25 02:30+0200' or '2026-10-25 02:30+0100'" in str(caught.value)
    assert true_instant("2026-10-25 02:30", NETWORK, "first") == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    assert true_instant("2026-10-25 02:30", NETWORK, "second") == datetime(2026, 10, 25, 1, 30, tzinfo=UTC)
    assert true_instant("2026-10-25 02:30+0100", NETWORK) == datetime(2026, 10, 25, 1, 30, tzinfo=UTC)


def test_an_hour_that_was_left_out_is_no_time() -> None:
    with pytest.raises(Refused, match="There was no such time"):
        true_instant("2026-03-29 02:30", NETWORK)


def test_a_page_asks_which_only_in_the_days_after_the_clock_went_back() -> None:
    night = datetime(2026, 10, 24, 12, tzinfo=UTC), datetime(2026, 10, 25, 12, tzinfo=UTC)
    assert came_twice(*night, NETWORK)
    assert not came_twice(night[1], datetime(2026, 11, 1, tzinfo=UTC), NETWORK)
    assert not came_twice(datetime(2026, 3, 28, tzinfo=UTC), datetime(2026, 3, 30, tzinfo=UTC), NETWORK)
