"""Says an instant in a reader's own words and time zone: "i dag kl. 16.45". It never asks for the time itself."""

from datetime import date, datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_datetime

from pathways.definition.texts import Language


class _Patterns(NamedTuple):
    """How one language says a time, as Babel locale and CLDR date patterns."""

    locale: str
    yesterday: str
    today: str
    tomorrow: str
    this_year: str
    other_year: str
    zone: str
    day: str
    on_paper: str


_PATTERNS = {
    Language.SWEDISH: _Patterns(
        locale="sv_SE",
        yesterday="'i går kl.' HH.mm",
        today="'i dag kl.' HH.mm",
        tomorrow="'i morgon kl.' HH.mm",
        this_year="EEEE 'den' d MMMM 'kl.' HH.mm",
        other_year="EEEE 'den' d MMMM y 'kl.' HH.mm",
        zone=" (zzzz)",
        day="d MMMM y",
        on_paper="EEE d MMMM y 'kl.' HH.mm",
    ),
    Language.DANISH: _Patterns(
        locale="da_DK",
        yesterday="'i går kl.' HH.mm",
        today="'i dag kl.' HH.mm",
        tomorrow="'i morgen kl.' HH.mm",
        this_year="EEEE 'den' d. MMMM 'kl.' HH.mm",
        other_year="EEEE 'den' d. MMMM y 'kl.' HH.mm",
        zone=" (zzzz)",
        day="d. MMMM y",
        on_paper="EEE 'd.' d. MMMM y 'kl.' HH.mm",
    ),
    Language.ENGLISH: _Patterns(
        locale="en_GB",
        yesterday="'yesterday at' HH:mm",
        today="'today at' HH:mm",
        tomorrow="'tomorrow at' HH:mm",
        this_year="EEEE d MMMM 'at' HH:mm",
        other_year="EEEE d MMMM y 'at' HH:mm",
        zone=" (zzzz)",
        day="d MMMM y",
        on_paper="EEE d MMMM y 'at' HH:mm",
    ),
}


def in_words(instant: datetime, now: datetime, time_zone: str, language: Language) -> str:
    """The instant as `language` says it in `time_zone` (an IANA name), seen from `now`. Both instants are aware.

    Yesterday, today and tomorrow are said as such; other days by weekday and date, with the year where it differs.
    An hour that happens twice, when the clocks go back, also names which of the two it is.
    """
    zone = ZoneInfo(time_zone)
    patterns = _PATTERNS[language]
    return _written(instant, zone, _day_pattern(instant.astimezone(zone), now.astimezone(zone), patterns), patterns)


def on_paper(instant: datetime, time_zone: str, language: Language) -> str:
    """The instant by weekday, date and time, as paper must say it that is read at another time than it was printed."""
    patterns = _PATTERNS[language]
    return _written(instant, ZoneInfo(time_zone), patterns.on_paper, patterns)


def day_in_words(day: date, language: Language) -> str:
    """A date as `language` writes it out: 3 mars 2026."""
    patterns = _PATTERNS[language]
    return format_date(day, patterns.day, locale=patterns.locale)


def _written(instant: datetime, zone: ZoneInfo, pattern: str, patterns: _Patterns) -> str:
    local = instant.astimezone(zone)
    if local.utcoffset() != local.replace(fold=1 - local.fold).utcoffset():
        pattern += patterns.zone
    return format_datetime(local, pattern, tzinfo=zone, locale=patterns.locale)


def _day_pattern(local: datetime, local_now: datetime, patterns: _Patterns) -> str:
    """The pattern for the day of `local`, seen from `local_now`. Both are in the reader's time zone."""
    by_distance = {
        timedelta(days=-1): patterns.yesterday,
        timedelta(0): patterns.today,
        timedelta(days=1): patterns.tomorrow,
    }
    same_year = local.year == local_now.year
    return by_distance.get(local.date() - local_now.date(), patterns.this_year if same_year else patterns.other_year)
