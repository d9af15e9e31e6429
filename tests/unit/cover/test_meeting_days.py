"""On which days a weekly meeting is held, and when its list is made."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pathways.cover.free_days import is_holiday
from pathways.cover.meeting_days import list_at, meeting_from
from pathways.definition.meetings import Meeting, OnHoliday

ZONE = ZoneInfo("Europe/Copenhagen")


def meeting(day: str = "tue", holidays: str = "day-after", before: str = "1 day", at: str = "09:00") -> Meeting:
    return Meeting.model_validate(
        {
            "title": {"en": "Meeting"},
            "role": "home-care",
            "day": day,
            "at": at,
            "holidays": holidays,
            "list_before": before,
            "grounds": ["raised"],
            "decisions": {"kept": {"en": "Kept"}},
        }
    )


def held(defined: Meeting, day: str) -> str:
    return f"{meeting_from(defined, 'DK', ZONE, date.fromisoformat(day)).astimezone(ZONE):%a %Y-%m-%d %H:%M}"


def test_it_is_held_on_its_weekday_at_local_time_also_on_the_very_day() -> None:
    assert held(meeting(), "2026-11-23") == "Tue 2026-11-24 09:00"
    assert held(meeting(), "2026-11-24") == "Tue 2026-11-24 09:00"
    assert held(meeting(), "2026-11-25") == "Tue 2026-12-01 09:00"


@pytest.mark.parametrize(
    ("holidays", "expected"),
    [
        ("day-after", "Tue 2026-04-07 09:00"),  # Easter Monday goes over to Tuesday
        ("day-before", "Wed 2026-04-01 09:00"),  # past Easter Day, Good Friday and Maundy Thursday
        ("skip", "Mon 2026-04-13 09:00"),
    ],
)
def test_on_a_holiday_it_is_moved_or_left_out_as_the_meeting_says(holidays: str, expected: str) -> None:
    assert held(meeting("mon", holidays), "2026-04-01") == expected


def test_a_meeting_that_was_moved_into_the_next_week_is_still_found_there() -> None:
    friday = meeting("fri", "day-after")  # Good Friday, then Easter Monday is a holiday too
    assert held(friday, "2026-04-06") == "Tue 2026-04-07 09:00"
    assert held(friday, "2026-04-08") == "Fri 2026-04-10 09:00"


def test_its_hour_stays_when_the_clocks_change() -> None:
    before = meeting_from(meeting("sun"), "DK", ZONE, date(2026, 3, 22))
    after = meeting_from(meeting("sun"), "DK", ZONE, date(2026, 3, 29))
    assert (before.hour, after.hour) == (8, 7)


def test_the_list_is_made_so_long_before_by_the_calendar_of_the_wall() -> None:
    begins_at = meeting_from(meeting("sun", before="1 day"), "DK", ZONE, date(2026, 3, 29))
    assert list_at(meeting("sun", before="1 day"), begins_at, ZONE) == datetime(2026, 3, 28, 8, tzinfo=UTC)
    assert list_at(meeting("sun", before="2 h"), begins_at, ZONE) == datetime(2026, 3, 29, 5, tzinfo=UTC)


@settings(deadline=None)
@given(
    st.dates(date(2020, 1, 1), date(2040, 1, 1)),
    st.sampled_from(["mon", "tue", "wed", "thu", "fri"]),
    st.sampled_from(OnHoliday),
)
def test_it_is_never_held_on_a_holiday_nor_before_the_day_that_was_asked_for(
    day: date, weekday: str, holidays: OnHoliday
) -> None:
    found = meeting_from(meeting(weekday, holidays), "DK", ZONE, day).astimezone(ZONE).date()
    assert found >= day
    assert not is_holiday("DK", found)
    assert found.weekday() < 5
    assert (found - day).days <= 28
