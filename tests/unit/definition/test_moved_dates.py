"""Dates moved for a demonstration: all of them, by whole years, as few as are needed."""

from datetime import date

import pytest
from small_definitions import PATHWAY

from pathways.definition.models import Pathway
from pathways.definition.moved_dates import with_dates_moved, years_until_in_force
from pathways.definition.reading import pathway_of

SMALL = pathway_of(PATHWAY, "small")


def version(begins: str, until: str | None = None) -> Pathway:
    last = date.fromisoformat(until) if until else None
    return SMALL.model_copy(update={"in_force_from": date.fromisoformat(begins), "in_force_until": last})


@pytest.mark.parametrize(
    ("until", "today", "years"),
    [
        (None, "2026-11-22", 0),
        ("2021-12-31", "2026-11-22", 5),
        ("2025-12-31", "2026-11-22", 1),
        ("2025-11-22", "2026-11-22", 1),
        ("2026-11-22", "2026-11-22", 0),
        ("2027-01-01", "2026-11-22", 0),
    ],
)
def test_a_pathway_whose_time_is_over_is_moved_by_as_few_years_as_are_needed(
    until: str | None, today: str, years: int
) -> None:
    versions = [version("2021-01-01", until), version("2020-01-01", "2020-12-31")]
    assert years_until_in_force(versions, date.fromisoformat(today)) == years


def test_every_date_is_moved_and_nothing_else() -> None:
    leap = version("2020-02-29", "2021-12-31")
    moved = with_dates_moved(leap, 5)
    assert (moved.in_force_from, moved.in_force_until) == (date(2025, 2, 28), date(2026, 12, 31))
    assert moved.model_copy(update={"in_force_from": leap.in_force_from, "in_force_until": leap.in_force_until}) == leap
    assert with_dates_moved(leap, 0) == leap
