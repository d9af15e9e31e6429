"""A page as HTML, in its reader's language and time zone. Every page goes through here."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache, partial
from pathlib import Path
from typing import Any

from babel.dates import format_date, format_time, format_timedelta, get_timezone
from babel.units import format_unit
from jinja2 import Environment
from markupsafe import Markup, escape

from desk import care_terms, terms
from desk.refusals import Teller, called
from desk.words import translations
from pathways.definition.covers import Weekday
from pathways.definition.durations import Duration, Unit
from pathways.definition.models import Pathway
from pathways.definition.networks import Network
from pathways.definition.texts import Language, Text
from pathways.errors import SpokenError
from pathways.notices import local_times
from pathways.notices.words import environment
from pathways.reports.words import in_language

_UNITS = {
    Unit.SECOND: "duration-second",
    Unit.MINUTE: "duration-minute",
    Unit.HOUR: "duration-hour",
    Unit.DAY: "duration-day",
    Unit.WEEK: "duration-week",
    Unit.MONTH: "duration-month",
}
_A_MONDAY = date(2024, 1, 1)
_SOON = timedelta(minutes=30)


@lru_cache(maxsize=8)
def _pages(templates: Path, language: Language) -> Environment:
    """The templates' environment, speaking one language."""
    pages = environment(templates).overlay(extensions=["jinja2.ext.i18n"])
    pages.globals = {**pages.globals, "terms": terms, "care_terms": care_terms}
    pages.install_gettext_translations(translations(templates, language), newstyle=True)  # type: ignore[attr-defined]
    return pages


@dataclass(frozen=True)
class Reader:
    """For whom a page is written: the language, the time zone (IANA), and the instant (UTC) at which it is read."""

    language: Language
    time_zone: str
    now: datetime

    def at(self, instant: datetime) -> Markup:
        """An instant in words, with the exact time for machines."""
        words = local_times.in_words(instant, self.now, self.time_zone, self.language)
        return Markup('<time datetime="{}">{}</time>').format(instant.isoformat(timespec="seconds"), words)

    def clock(self, instant: datetime | None) -> str:
        """The local time of day, as 16.45; without an instant the end of the day."""
        pattern = "HH:mm" if self.language is Language.ENGLISH else "HH.mm"
        if instant is None:
            return pattern.replace("HH", "24").replace("mm", "00")
        return format_time(instant, pattern, tzinfo=get_timezone(self.time_zone), locale=self.language.value)

    def weekday(self, day: date) -> str:
        """The day of the week, short: mon."""
        return format_date(day, "ccc", locale=self.language.value)

    def weekday_name(self, day: Weekday) -> str:
        """A day of the week, short: mon."""
        return self.weekday(_A_MONDAY + timedelta(days=tuple(Weekday).index(day)))

    def day(self, day: date) -> str:
        """A date in words: 3 March 2026."""
        return local_times.day_in_words(day, self.language)

    def on_day(self, instant: datetime) -> str:
        """The local day of an instant in words."""
        return self.day(instant.astimezone(get_timezone(self.time_zone)).date())

    def left(self, due_at: datetime) -> str:
        """How long it is until an instant, or since then, in words."""
        return format_timedelta(due_at - self.now, threshold=1.2, add_direction=True, locale=self.language.value)

    def duration(self, limit: Duration) -> str:
        """A length of time in words: 30 minutes, 3 days."""
        return format_unit(limit.amount, _UNITS[limit.unit], locale=self.language.value)

    def urgency(self, due_at: datetime) -> str:
        """How a limit stands: `overdue`, `soon` or `in-time`."""
        left = due_at - self.now
        return "overdue" if left <= timedelta(0) else "soon" if left <= _SOON else "in-time"

    def title(self, text: Text) -> str:
        """A text of a definition in this language, or in the next best."""
        return in_language(text, self.language)


def page(template: str, templates: Path, reader: Reader, values: Mapping[str, Any]) -> str:
    """A page as HTML. What people have typed is text and nothing else."""
    teller = _teller(templates, reader, values)
    tools = {
        "at": reader.at,
        "clock": reader.clock,
        "weekday": reader.weekday,
        "weekday_name": reader.weekday_name,
        "day": reader.day,
        "on_day": reader.on_day,
        "left": reader.left,
        "urgency": reader.urgency,
        "title": reader.title,
        "duration": reader.duration,
        "lines": lines,
        "told": teller.said,
    }
    if isinstance(fault := values.get("fault"), SpokenError):
        values = {**values, "fault": teller.told(fault)}
    found = _pages(templates, reader.language).get_template(f"pages/{template}")
    return found.render({**tools, "language": reader.language.value, "now": reader.now, **values})


def _teller(templates: Path, reader: Reader, values: Mapping[str, Any]) -> Teller:
    """Says faults in the reader's language, with the names of what the page is about."""
    about = (values.get("network"), values.get("pathway"), getattr(values.get("view"), "pathway", None))
    network = next((each for each in about if isinstance(each, Network)), None)
    pathway = next((each for each in about if isinstance(each, Pathway)), None)
    return Teller(
        translations(templates, reader.language, "refusals").gettext,
        translations(templates, reader.language).gettext,
        reader.day,
        partial(called, network, pathway, reader.title),
    )


def lines(text: str) -> Markup:
    """Typed text with its line breaks."""
    return Markup("<br>").join(escape(line) for line in text.splitlines())
