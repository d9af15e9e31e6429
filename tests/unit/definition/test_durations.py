"""Durations as an agreement writes them, and the instants that they lead to across daylight saving."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from pathways.definition.durations import Duration, Unit

STOCKHOLM = ZoneInfo("Europe/Stockholm")
LONGEST = {
    Unit.SECOND: 300_000_000,
    Unit.MINUTE: 5_000_000,
    Unit.HOUR: 80_000,
    Unit.DAY: 3650,
    Unit.WEEK: 520,
    Unit.MONTH: 120,
}


def durations_in(*units: Unit) -> st.SearchStrategy[Duration]:
    return st.sampled_from(units).flatmap(
        lambda unit: st.integers(1, LONGEST[unit]).map(lambda amount: Duration(amount=amount, unit=unit))
    )


durations = durations_in(*Unit)
calendar_durations = durations_in(Unit.DAY, Unit.WEEK, Unit.MONTH)
instants = st.datetimes(datetime(2020, 1, 1), datetime(2040, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - zone apart


@given(durations)
def test_a_duration_reads_back_as_it_was_written(duration: Duration) -> None:
    assert Duration.of(str(duration)) == duration


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("30 min", "30 min"),
        ("30min", "30 min"),
        ("1 day", "1 day"),
        ("2 day", "2 days"),
        ("1 months", "1 month"),
        (" 4 h ", "4 h"),
    ],
)
def test_a_duration_is_read_with_or_without_space_and_plural(text: str, written: str) -> None:
    assert str(Duration.of(text)) == written


@pytest.mark.parametrize(
    "text", ["", "min", "5", "-1 h", "1.5 h", "0 h", "2 hs", "3 mins", "1 year", "999999999 h", "٣ h"]
)
def test_what_is_no_duration_is_refused(text: str) -> None:
    with pytest.raises(ValidationError):
        Duration.of(text)


@given(durations, instants)
def test_a_due_time_is_in_utc_and_after_its_start(duration: Duration, start: datetime) -> None:
    due = duration.after(start, STOCKHOLM)
    assert due.tzinfo is UTC
    assert due > start


@given(calendar_durations, instants)
def test_days_weeks_and_months_keep_the_time_of_day_or_the_moment_of_a_change(
    duration: Duration, start: datetime
) -> None:
    due = duration.after(start, STOCKHOLM).astimezone(STOCKHOLM)
    local = start.astimezone(STOCKHOLM)
    just_before = (due.astimezone(UTC) - timedelta(seconds=1)).astimezone(STOCKHOLM)
    is_moment_of_change = just_before.utcoffset() != due.utcoffset()
    assert due.time() == local.time() or is_moment_of_change
    assert due.fold == 0


@given(calendar_durations, instants, st.integers(0, 7200))
def test_who_starts_later_is_never_due_earlier_within_one_offset(
    duration: Duration, start: datetime, seconds: int
) -> None:
    later = start + timedelta(seconds=seconds)
    if later.astimezone(STOCKHOLM).utcoffset() == start.astimezone(STOCKHOLM).utcoffset():
        assert duration.after(start, STOCKHOLM) <= duration.after(later, STOCKHOLM)


@pytest.mark.parametrize(
    ("start", "duration", "due"),
    [
        # clocks go forward on 29 March 2026 at 02:00, which becomes 03:00
        (datetime(2026, 3, 28, 12, 0, tzinfo=STOCKHOLM), "1 day", datetime(2026, 3, 29, 10, 0, tzinfo=UTC)),
        (datetime(2026, 3, 28, 12, 0, tzinfo=STOCKHOLM), "24 h", datetime(2026, 3, 29, 11, 0, tzinfo=UTC)),
        (datetime(2026, 3, 28, 2, 30, tzinfo=STOCKHOLM), "1 day", datetime(2026, 3, 29, 1, 0, tzinfo=UTC)),
        (datetime(2026, 3, 28, 2, 0, tzinfo=STOCKHOLM), "1 day", datetime(2026, 3, 29, 1, 0, tzinfo=UTC)),
        (datetime(2026, 3, 28, 2, 59, 59, 999999, tzinfo=STOCKHOLM), "1 day", datetime(2026, 3, 29, 1, 0, tzinfo=UTC)),
        (datetime(2026, 3, 28, 3, 0, tzinfo=STOCKHOLM), "1 day", datetime(2026, 3, 29, 1, 0, tzinfo=UTC)),
        # clocks go back on 25 October 2026 at 03:00, which becomes 02:00
        (datetime(2026, 10, 24, 12, 0, tzinfo=STOCKHOLM), "1 day", datetime(2026, 10, 25, 11, 0, tzinfo=UTC)),
        (datetime(2026, 10, 24, 12, 0, tzinfo=STOCKHOLM), "24 h", datetime(2026, 10, 25, 10, 0, tzinfo=UTC)),
        (datetime(2026, 10, 24, 2, 30, tzinfo=STOCKHOLM), "1 day", datetime(2026, 10, 25, 0, 30, tzinfo=UTC)),
        (datetime(2026, 10, 25, 2, 30, fold=1, tzinfo=STOCKHOLM), "1 week", datetime(2026, 11, 1, 1, 30, tzinfo=UTC)),
        # a month ends where it ends
        (datetime(2026, 1, 31, 9, 0, tzinfo=STOCKHOLM), "1 month", datetime(2026, 2, 28, 8, 0, tzinfo=UTC)),
    ],
)  # fmt: skip
def test_a_due_time_across_a_clock_change(start: datetime, duration: str, due: datetime) -> None:
    assert Duration.of(duration).after(start, STOCKHOLM) == due


def test_a_duration_is_shortened_to_whole_seconds_and_never_to_nothing() -> None:
    assert str(Duration.of("30 min").divided_by(60)) == "30 s"
    assert str(Duration.of("1 s").divided_by(60)) == "1 s"
