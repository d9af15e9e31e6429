"""Hypothesis strategies: ten years of covers with hours, holidays, exceptions and calendars, in Sweden and Denmark."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from cover_oracle import QUARTER, Shift, SlowRota, easter
from cover_worlds import COPENHAGEN, STOCKHOLM, WEEK, calendar, network, team
from hypothesis import strategies as st

from pathways.cover.rotas import Rota, rota_of

FIRST_YEAR, LAST_YEAR = 2025, 2034
COUNTRIES = {"SE": STOCKHOLM, "DK": COPENHAGEN}
CONTACTS = ("first", "second", "third")

times = st.integers(0, 95).map(lambda quarter: f"{quarter // 4:02}:{quarter % 4 * 15:02}")
night_free = st.integers(16, 95).map(lambda quarter: f"{quarter // 4:02}:{quarter % 4 * 15:02}")
days = st.lists(st.sampled_from(WEEK), min_size=1, max_size=7, unique=True)


def _last_sunday(year: int, month: int) -> date:
    return next(
        day for day in (date(year, month, 31) - timedelta(days=back) for back in range(7)) if day.weekday() == 6
    )


def _telling_days(year: int) -> list[date]:
    """Days near which covers go wrong: both clock changes, Easter, Midsummer, Christmas and New Year."""
    return [
        *(_last_sunday(year, month) for month in (3, 10)),
        easter(year),
        *(date(year, month, day) for month, day in ((6, 19), (6, 24), (12, 24), (12, 31), (1, 1), (2, 28), (5, 1))),
    ]


@st.composite
def starts(draw: st.DrawFn) -> datetime:
    """An instant on a quarter in ten years, often near a telling day."""
    year = draw(st.integers(FIRST_YEAR, LAST_YEAR))
    day = draw(st.sampled_from(_telling_days(year)) | st.dates(date(year, 1, 1), date(year, 12, 31)))
    begin = datetime(day.year, day.month, day.day, tzinfo=UTC)
    return begin + draw(st.integers(-96 * 2, 96)) * QUARTER


@st.composite
def exceptions(draw: st.DrawFn, near: date) -> list[dict[str, Any]]:
    """A few exceptions near a date: each closed, or with hours."""
    found = []
    for shift in draw(st.lists(st.integers(-3, 8), max_size=3, unique=True)):
        day: dict[str, Any] = {"day": (near + timedelta(days=shift)).isoformat()}
        pieces = draw(st.lists(st.tuples(times, times), max_size=2))
        found += [{**day, "from": begin, "until": end} for begin, end in pieces] or [{**day, "closed": True}]
    return found


@st.composite
def weekly(draw: st.DrawFn, near: date) -> dict[str, Any]:
    """A cover of weekly hours."""
    pieces = draw(st.lists(st.tuples(days, times, times), min_size=1, max_size=3))
    return {
        "hours": [{"days": each, "from": begin, "until": end} for each, begin, end in pieces],
        "holidays": draw(st.sampled_from(["closed", "open", "sun", "wed"])),
        "exceptions": draw(exceptions(near)),
    }


@st.composite
def shifts(draw: st.DrawFn, near: date) -> Shift:
    """A weekly shift of a calendar. It neither begins nor ends in an hour that a clock change touches."""
    begins = draw(night_free)
    hour, minute = (int(part) for part in begins.split(":"))
    to_midnight = 96 - hour * 4 - minute // 15
    lengths = [*range(1, to_midnight + 5), *range(to_midnight + 16, to_midnight + 40)]
    first = near - timedelta(days=draw(st.integers(-3, 900)))
    return Shift(
        first=first,
        days=tuple(draw(days)),
        without=tuple(
            near + timedelta(days=each) for each in draw(st.lists(st.integers(-2, 6), max_size=2, unique=True))
        ),
        begins=begins,
        quarters=draw(st.sampled_from([each for each in lengths if each <= 96])),
        contact=draw(st.sampled_from(["everyone", *CONTACTS])),
    )


@dataclass(frozen=True)
class Case:
    """A rota, the slow telling of the same, and an instant to begin at. The team is called `day`."""

    rota: Rota
    slow: SlowRota
    start: datetime
    zone: ZoneInfo
    told: Any

    def quarters(self, count: int) -> list[datetime]:
        return [self.start + each * QUARTER for each in range(count)]


@st.composite
def cases(draw: st.DrawFn) -> Case:
    """A team of one to three contacts, some with a cover of their own, covered by hours or by a calendar."""
    country = draw(st.sampled_from(list(COUNTRIES)))
    zone, start = COUNTRIES[country], draw(starts())
    near = start.date()
    has_calendar = draw(st.booleans())
    rotation = draw(st.lists(shifts(near), max_size=3)) if has_calendar else []
    cover = {"calendar": "ROTA"} if has_calendar else draw(weekly(near))
    names = CONTACTS[: draw(st.integers(1, 3))]
    own = {name: draw(st.none() | st.none() | weekly(near)) for name in names}
    rotation = [each for each in rotation if each.contact in (*names, "everyone")]
    rota = rota_of(
        network(country, zone.key, day=team(cover, *own.items())),
        {"day": calendar(*(each.event(zone) for each in rotation))},
    )
    slow = SlowRota(country, zone, {name: each or cover for name, each in own.items()}, rotation)
    return Case(rota, slow, start, zone, (cover, own, rotation))
