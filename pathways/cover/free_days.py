"""Which dates are holidays in a country. The only place that knows the library `holidays`.

Sweden: the holidays of lag (1989:253), and Midsummer Eve, Christmas Eve and New Year's Eve, which semesterlagen
(1977:480, § 7) puts on a par with them. Denmark: the holidays of the church and also 1 May, 5 June, 24 December and
31 December, on which public offices close in whole or in part. In doubt a day is a holiday: a team that works on it
writes an exception, and until it does, the next on the ladder answers. An ordinary Sunday is no holiday but a Sunday:
weekly hours say what it means. A country that the library does not know has no holidays.
"""

from datetime import date
from functools import lru_cache

import holidays
from holidays.constants import DE_FACTO, OPTIONAL, PUBLIC

_BESIDES = {"DK": (OPTIONAL,)}


def is_holiday(country: str, day: date) -> bool:
    """Whether the date is a holiday in the country (ISO 3166, two letters)."""
    return day in _holidays_of(country, day.year)


@lru_cache(maxsize=256)
def _holidays_of(country: str, year: int) -> frozenset[date]:
    if country not in holidays.list_supported_countries(include_aliases=False):
        return frozenset()
    offered = set(holidays.country_holidays(country).supported_categories)
    wanted = {PUBLIC, DE_FACTO, *_BESIDES.get(country, ())} & offered
    return frozenset(holidays.country_holidays(country, years=year, expand=False, categories=tuple(wanted)))
