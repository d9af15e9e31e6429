"""Says an instant in a reader's own words and time zone: "i dag kl. 16.45". It never asks for the time itself."""

from datetime import datetime, timedelta
from enum import StrEnum
from typing import NamedTuple
from zoneinfo import ZoneInfo

from babel.dates import format_datetime


class Language(StrEnum):
    """The languages that a notice can be written in."""

    SWEDISH = "sv"
    DANISH = "da"
    ENGLISH = "en"


class _Patterns(NamedTuple):
    """How one language says a time, as Babel locale and CLDR date patterns."""

    locale: str
    yesterday: str
    today: str
    tomorrow: str
    this_year: str
    other_year: str
    zone: str


_PATTERNS = {
    Language.SWEDISH: _Patterns(
        locale="sv_SE",
        yesterday="'i går kl.' HH.mm",
        today="'i dag kl.' HH.mm",
        tomorrow="'i morgon kl.' HH.mm",
        this_year="EEEE 'den' d MMMM 'kl.' HH.mm",
        other_year="EEEE 'den' d MMMM y 'kl.' HH.mm",
        zone=" (zzzz)",
    ),
    Language.DANISH: _Patterns(
        locale="da_DK",
        yesterday="'i går kl.' HH.mm",
        today="'i dag kl.' HH.mm",
        tomorrow="'i morgen kl.' HH.mm",
        this_year="EEEE 'den' d. MMMM 'kl.' HH.mm",
        other_year="EEEE 'den' d. MMMM y 'kl.' HH.mm",
        zone=" (zzzz)",
    ),
    Language.ENGLISH: _Patterns(
        locale="en_GB",
        yesterday="'yesterday at' HH:mm",
        today="'today at' HH:mm",
        tomorrow="'tomorrow at' HH:mm",
        this_year="EEEE d MMMM 'at' HH:mm",
        other_year="EEEE d MMMM y 'at' HH:mm",
        zone=" (zzzz)",
    ),
}


def in_words(instant: datetime, now: datetime, time_zone: str, language: Language) -> str:
    """The instant as `language` says it in `time_zone` (an IANA name), seen from `now`. Both instants are aware.

    Yesterday, today and tomorrow are said as such; other days by weekday and date, with the year where it differs.
    An hour that happens twice, when the clocks go back, also names which of the two it is.
    """
    zone = ZoneInfo(time_zone)
    local = instant.astimezone(zone)
    patterns = _PATTERNS[language]
    pattern = _day_pattern(local, now.astimezone(zone), patterns)
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
