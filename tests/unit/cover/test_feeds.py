"""Calendars as duties: what an event means, and what a broken calendar does, which is nothing."""

import pytest
from cover_worlds import STOCKHOLM, at, calendar, local, network, office, rota, team
from hypothesis import given, settings
from hypothesis import strategies as st

from pathways.cover.feeds import LARGEST_FEED, FeedFault, duties_in_month, fault_in
from pathways.cover.rotas import Rota, rota_of
from pathways.cover.spans import month_of

NIGHTS = "DTSTART;TZID=Europe/Stockholm:20260302T210000 DTEND;TZID=Europe/Stockholm:20260303T070000 RRULE:FREQ=DAILY"
MINUTES = ",".join(str(minute) for minute in range(60))
NOW = at("2026-03-02 12:00")


def by(*events: str, contacts: tuple[str, ...] = ("nurse-on-duty", "chief")) -> Rota:
    return rota({"calendar": "ROTA"}, *contacts, feed=calendar(*events))


def on_duty(day: Rota, text: str) -> list[str]:
    return [each.contact for each in day.on_duty("day", at(text))]


def test_an_event_puts_the_whole_team_on_duty() -> None:
    day = by(NIGHTS, contacts=("nurse", "chief"))
    assert on_duty(day, "2026-03-10 22:00") == ["nurse", "chief"]
    assert on_duty(day, "2026-03-10 12:00") == []
    assert local(day.opens_at("day", at("2026-03-10 12:00"))) == "2026-03-10 21:00"
    assert local(day.closes_at("day", at("2026-03-10 22:00"))) == "2026-03-11 07:00"


@pytest.mark.parametrize("title", ["nurse-on-duty", "Nurse-On-Duty", "Nurse\\ on\\ duty"])
def test_an_event_with_the_name_of_a_contact_puts_only_that_one_on_duty(title: str) -> None:
    day = rota({"calendar": "ROTA"}, "nurse-on-duty", "chief", feed=calendar(NIGHTS).replace(
        "RRULE:FREQ=DAILY", "RRULE:FREQ=DAILY\r\nSUMMARY:" + title.replace("\\", "")))  # fmt: skip
    assert on_duty(day, "2026-03-10 22:00") == ["nurse-on-duty"]


def test_any_other_title_means_the_whole_team() -> None:
    assert on_duty(by(NIGHTS + " SUMMARY:Jour"), "2026-03-10 22:00") == ["nurse-on-duty", "chief"]


def test_a_contact_with_a_cover_of_its_own_does_not_follow_the_calendar() -> None:
    day = rota({"calendar": "ROTA"}, "nurse", ("chief", office()), feed=calendar(NIGHTS))
    assert on_duty(day, "2026-03-10 22:00") == ["nurse"]
    assert on_duty(day, "2026-03-10 12:00") == ["chief"]


def test_a_duty_keeps_the_wall_clock_across_both_clock_changes() -> None:
    day = by(NIGHTS)
    for date, morning in (("2026-03-28", "2026-03-29 07:00"), ("2026-10-24", "2026-10-25 07:00")):
        assert local(day.opens_at("day", at(f"{date} 12:00"))) == f"{date} 21:00"
        assert local(day.closes_at("day", at(f"{date} 23:00"))) == morning


def test_times_without_a_zone_are_local_and_days_run_from_midnight_to_midnight() -> None:
    day = by("DTSTART:20260310T120000 DURATION:PT2H", "DTSTART;VALUE=DATE:20260314 DTEND;VALUE=DATE:20260316")
    assert local(day.opens_at("day", at("2026-03-10 00:00"))) == "2026-03-10 12:00"
    assert local(day.closes_at("day", at("2026-03-10 13:00"))) == "2026-03-10 14:00"
    assert local(day.opens_at("day", at("2026-03-13 00:00"))) == "2026-03-14 00:00"
    assert local(day.closes_at("day", at("2026-03-15 00:00"))) == "2026-03-16 00:00"


def test_cancelled_events_left_out_dates_and_events_of_no_length_are_no_duty() -> None:
    day = by(
        "DTSTART:20260310T120000Z DTEND:20260310T140000Z STATUS:CANCELLED",
        "DTSTART:20260311T120000Z DTEND:20260311T140000Z RRULE:FREQ=DAILY;COUNT=2 EXDATE:20260311T120000Z",
        "DTSTART:20260310T150000Z",
    )
    assert day.opens_at("day", at("2026-03-10 00:00")) == at("2026-03-12 13:00")


def test_a_duty_of_many_months_is_one() -> None:
    day = by("DTSTART:20260115T120000Z DTEND:20260615T120000Z")
    assert local(day.closes_at("day", NOW)) == "2026-06-15 14:00"


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("", FeedFault.NO_CALENDAR),
        ("<html><body>Log in</body></html>", FeedFault.NO_CALENDAR),
        ("BEGIN:VEVENT\r\nUID:1\r\nEND:VEVENT\r\n", FeedFault.NO_CALENDAR),
        (calendar(NIGHTS)[:-20], FeedFault.NO_CALENDAR),
        (calendar(NIGHTS) * 2, FeedFault.NO_CALENDAR),
        (calendar(NIGHTS + "\0"), FeedFault.NO_CALENDAR),
        (calendar("DTSTART:20260302T210000Z RRULE:FREQ=SECONDLY"), FeedFault.TOO_MUCH),
        (calendar("DTSTART:20260302T210000Z RRULE:FREQ=MINUTELY"), FeedFault.TOO_MUCH),
        (calendar(f"DTSTART:20200302T210000Z RRULE:FREQ=DAILY;BYMINUTE={MINUTES}"), FeedFault.TOO_MUCH),
        (calendar("DTSTART:20260302T210000Z RRULE:FREQ=DAILY RRULE:FREQ=MINUTELY"), FeedFault.TOO_MUCH),
        (calendar("DTSTART:00010302T210000Z RRULE:FREQ=DAILY"), FeedFault.TOO_MUCH),
        (calendar(*["DTSTART:19800302T210000Z RRULE:FREQ=DAILY"] * 20), FeedFault.TOO_MUCH),
        (calendar(NIGHTS) + " " * LARGEST_FEED, FeedFault.NO_CALENDAR),
        (calendar("SUMMARY:no-start RRULE:FREQ=DAILY"), FeedFault.UNREADABLE_EVENT),
        (calendar("DTSTART:20260302T210000Z RRULE:FREQ=NEVER"), FeedFault.UNREADABLE_EVENT),
    ],
)  # fmt: skip
def test_what_cannot_be_used_is_told_and_puts_nobody_on_duty(text: str, fault: FeedFault) -> None:
    assert fault_in(text, STOCKHOLM, NOW) is fault
    broken = rota_of(network(day=team({"calendar": "ROTA"})), {"day": text})
    assert broken.ladder("day", NOW)[0].is_open is False
    assert broken.who_answers("day", NOW).team == "night"


def test_a_sound_calendar_has_no_fault_even_where_it_holds_no_duty() -> None:
    assert fault_in(calendar(NIGHTS), STOCKHOLM, NOW) is None
    assert fault_in(calendar(), STOCKHOLM, NOW) is None


LINES = st.sampled_from(
    [
        "BEGIN:VEVENT", "END:VEVENT", "BEGIN:VCALENDAR", "END:VCALENDAR", "BEGIN:VTIMEZONE", "END:VTIMEZONE",
        "DTSTART:20260302T210000Z", "DTSTART;TZID=Nowhere/City:20260302T210000", "DTSTART;VALUE=DATE:20260302",
        "DTSTART:never", "DTEND:20260101T000000Z", "DURATION:-PT1H", "DURATION:P9W", "RRULE:FREQ=WEEKLY;BYDAY=XX",
        "RRULE:FREQ=YEARLY;BYMONTHDAY=99", "RRULE:FREQ=DAILY;UNTIL=20260310", "RRULE:", "RDATE:20260401T120000Z",
        "EXDATE;VALUE=DATE:20260302", "RECURRENCE-ID:20260302T210000Z", "SUMMARY:desk", "SEQUENCE:x", "UID:1", "é;=",
    ]
)  # fmt: skip


@settings(deadline=None, max_examples=100)
@given(st.lists(LINES, max_size=12), st.booleans())
def test_no_calendar_however_broken_ever_raises(lines: list[str], is_framed: bool) -> None:
    frame = ["BEGIN:VCALENDAR", "BEGIN:VEVENT", *lines, "END:VEVENT", "END:VCALENDAR"]
    text = "\r\n".join(frame if is_framed else lines)
    fault = fault_in(text, STOCKHOLM, NOW)
    duties = duties_in_month(text, STOCKHOLM, month_of(NOW))
    assert fault is None or isinstance(fault, FeedFault)
    assert fault is not FeedFault.NO_CALENDAR or duties == ()
    assert rota({"calendar": "ROTA"}, feed=text).who_answers("day", NOW).contact in ("desk", "doctor")
