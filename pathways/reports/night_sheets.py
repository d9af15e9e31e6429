"""The night sheet as a page: one A4 sheet, or two where what is recorded is long, for whoever is called at 03:00.

It holds health data and names: the page goes to those who give care, and never into logs, notices or Prefect.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from jinja2 import TemplateError

from pathways.definition.texts import Language, Text
from pathways.errors import Failed
from pathways.notices.local_times import day_in_words, on_paper
from pathways.notices.words import environment
from pathways.reports.contents import Contingency, Relatives, SheetContent, State, Where
from pathways.reports.duties import Duty
from pathways.reports.paper import Pages, Printer
from pathways.reports.words import in_language, phone_in_groups, visible, words_of

MOST_PAGES = 2
"""A sheet never has more: long texts are cut then, and the page says so where it is."""

_SIZES = (10.5, 9.5, 8.5)
"""Sizes of the type in points, the largest first. The smallest is that of a printed medicine list."""

_CUTS = (1850, 1600, 1200, 700, 400)
"""How long a text may be, in characters, tried one after the other where the whole does not fit."""

_NEVER_FITS = 25_000
"""From how many characters on nobody needs to try whether the whole fits: laying it out would take minutes."""

_LONGEST_LINE = 120
"""How long what stands on one line may be, where the whole does not fit; so it is with a name."""

_MOST_RELATIVES = 6
"""How many relatives are shown, where the whole does not fit. The page says how many more there are."""


@dataclass(frozen=True, repr=False)
class Sheet:
    """A night sheet: what it says, who answers, and the stamp: mark, event, time (UTC), and who made it."""

    reference: str
    content: SheetContent
    duties: tuple[Duty, ...]
    mark: str
    number: int
    made_at: datetime
    made_by: str | None
    made_for: str
    time_zone: str
    language: Language


def an_empty_sheet(language: Language, now: datetime) -> Sheet:
    """A sheet of an episode of which nothing is recorded, to try a template with."""
    nowhere = Where(pathway={"": "–"}, level={"": "–"}, unit=None, team="–", asked=None)
    content = SheetContent(
        over=None,
        paused=None,
        who=None,
        where=nowhere,
        cover="",
        limits=None,
        state=State(None, None, None),
        contingency=Contingency(None, None, is_confirmed=False, correction=None),
        kit=None,
        care_wish=None,
        death_wish=None,
        carer=None,
        relatives=Relatives((), 0),
        consent=None,
    )
    return Sheet("E222-2222", content, (), "2222-2222", 1, now, None, "–", "UTC", language)


@dataclass(frozen=True)
class _Layout:
    """The size of the type, in points, and how long a text may be."""

    points: float
    longest: int | None = None
    has_footer: bool = True

    @property
    def most_relatives(self) -> int | None:
        """How many relatives are shown."""
        return None if self.longest is None else _MOST_RELATIVES


def html(sheet: Sheet, templates: Path) -> str:
    """The sheet as HTML, whole and complete in itself. Raises Failed when its template or words are faulty."""
    return _page(sheet, templates, _Layout(_SIZES[0]))


def pdf(sheet: Sheet, templates: Path, printer: Printer) -> bytes:
    """The sheet as PDF: on one page if it fits, in smaller type if need be, and never on more than two."""
    return fitted(sheet, templates, printer).pdf()


def fitted(sheet: Sheet, templates: Path, printer: Printer) -> Pages:
    """The pages of the sheet. The last layout fits on two, whatever was written. Raises as `html` does."""
    tried: list[Pages] = []
    for layout in _layouts(is_hopeless=len(sheet.content.written()) > _NEVER_FITS):
        pages = printer.laid_out(_page(sheet, templates, layout))
        if len(pages) == 1:
            return pages
        tried.append(pages)
        if layout.points > _SIZES[-1] or (
            layout.longest and _only_its_footer_spills(sheet, templates, printer, layout)
        ):
            continue  # a text that is cut anyway is cut a little more, rather than that the footer takes a page
        if two := _on_two(tried):
            return two
    if two := _on_two(tried):
        return two
    raise Failed("The night sheet does not fit on two pages.", "Shorten what its template holds.")


def _on_two(tried: Sequence[Pages]) -> Pages | None:
    return next((pages for pages in tried if len(pages) <= MOST_PAGES), None)


def _only_its_footer_spills(sheet: Sheet, templates: Path, printer: Printer, layout: _Layout) -> bool:
    return len(printer.laid_out(_page(sheet, templates, replace(layout, has_footer=False)))) == 1


def _layouts(*, is_hopeless: bool) -> Iterator[_Layout]:
    if not is_hopeless:
        yield from map(_Layout, _SIZES)
    for longest in _CUTS:
        yield _Layout(_SIZES[-1], longest)


def _page(sheet: Sheet, templates: Path, layout: _Layout) -> str:
    words = words_of("night-sheet", sheet.language, templates)
    try:
        return (
            environment(templates)
            .get_template("reports/night-sheet.html")
            .render(sheet=sheet, content=sheet.content, w=words, layout=layout, **_tools(sheet, words, layout))
        )
    except (TemplateError, TypeError, ValueError, KeyError) as error:  # words may lack one, or have a wrong %(…)s
        raise Failed(
            "The template or the words of the night sheet are faulty ({fault}).",
            "Put back those that came with Handslag, or mend them.",
            fault=type(error).__name__,
        ) from error


def _tools(sheet: Sheet, words: dict[str, Any], layout: _Layout) -> dict[str, Any]:
    """What the template says things with: a day, an instant, a text of the pathway, words that a person typed."""
    today = sheet.made_at.astimezone(ZoneInfo(sheet.time_zone)).date()

    def typed(text: str) -> list[str]:
        whole = visible(text)
        if layout.longest is None or len(whole) <= layout.longest:
            return whole.splitlines()
        end = words["cut"] % {"reference": sheet.reference}
        return [" ".join(whole[: layout.longest].splitlines()), end]

    def line(text: str) -> str:
        whole = " ".join(visible(text).splitlines())
        is_short = layout.longest is None or len(whole) <= _LONGEST_LINE
        return whole if is_short else " ".join((whole[:_LONGEST_LINE], words["cut_line"]))

    def title(text: Text) -> str:
        return line(in_language(text, sheet.language))

    return {
        "day": lambda each: day_in_words(each, sheet.language),
        "time": lambda each: on_paper(each, sheet.time_zone, sheet.language),
        "title": title,
        "typed": typed,
        "line": line,
        "is_past": lambda day: day < today,
        "has_expired": lambda day: day <= today,  # as everywhere: on the day itself a kit no longer counts
        "phone": phone_in_groups,
        "check": f"handslag night-sheet {sheet.reference} --check {sheet.mark}",
    }
