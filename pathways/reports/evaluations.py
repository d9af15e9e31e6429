"""The evaluation of a programme as a page, in Swedish, Danish or English, and as data. It names nobody.

The page is complete in itself: its plots are within it, and nothing is fetched.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from babel.numbers import format_decimal
from jinja2 import TemplateError

from pathways.care.programme.windows import Occasion
from pathways.definition.checks_of_programmes import SMALLEST_GROUP
from pathways.definition.texts import Language
from pathways.errors import Failed
from pathways.notices.local_times import on_paper
from pathways.notices.words import environment
from pathways.reports.evaluation_contents import EvaluationContent, Group, MeasureContent, Spread, Told
from pathways.reports.plots import plot_of
from pathways.reports.words import in_language, words_of

_REPORT = "evaluation"


@dataclass(frozen=True)
class Report:
    """An evaluation with what stamps it: when it was made (UTC), the time zone and the language of its reader."""

    content: EvaluationContent
    made_at: datetime
    time_zone: str
    language: Language


def html(report: Report, templates: Path) -> str:
    """The report as HTML. Raises Failed when its template or words are faulty."""
    words = words_of(_REPORT, report.language, templates)
    try:
        return (
            environment(templates)
            .get_template(f"reports/{_REPORT}.html")
            .render(report=report, content=report.content, w=words, occasions=list(Occasion), **_tools(report, words))
        )
    except (TemplateError, TypeError, ValueError, KeyError) as error:  # words may lack one, or have a wrong %(…)s
        raise Failed(
            "The template or the words of the evaluation are faulty ({fault}).",
            "Put back those that came with Handslag, or mend them.",
            fault=type(error).__name__,
        ) from error


def plots(report: Report, templates: Path) -> Mapping[str, str]:
    """The plot as SVG of each measure of which anything may be told, by the measure's name."""
    return _drawn(report, words_of(_REPORT, report.language, templates))


def data(report: Report) -> dict[str, Any]:
    """The report for programs. Of groups that are too small it says as little as the page."""
    content = report.content
    return {
        "pathway": content.pathway.pathway,
        "version": content.pathway.version,
        "networks": list(content.networks),
        "made_at": report.made_at.isoformat(),
        "few": content.evaluation.few,
        "smallest_group": SMALLEST_GROUP,
        "cap": content.pathway.enrolment.cap if content.pathway.enrolment else None,
        "enrolled": _number(content.enrolled),
        "places_taken": _number(content.taken),
        "waiting": _number(content.waiting),
        "ends": {end: _number(each.count) for end, each in content.ends.items()},
        "is_compared": content.is_compared,
        "claims_an_effect": False,
        "measures": {each.name: _measure_data(each) for each in content.measures},
    }


def _measure_data(content: MeasureContent) -> dict[str, Any]:
    measure = content.measure
    return {
        "instrument": measure.instrument,
        "lowest": measure.lowest,
        "highest": measure.highest,
        "better": measure.better,
        "groups": {
            group.group: {
                "citizens": _number(group.citizens.count),
                **{occasion: _told_data(each) for occasion, each in group.occasions.items()},
                "change": _told_data(group.change),
                "courses": [dict(course) for course in group.courses],
            }
            for group in content.groups
        },
    }


def _told_data(each: Told) -> dict[str, Any]:
    known = {"observations": _number(each.count), "is_few": each.is_few}
    if each.spread is None:
        return known
    return known | {"median": each.spread.median, "lower": each.spread.lower, "upper": each.spread.upper}


def _number(count: int) -> int | str:
    return f"<{SMALLEST_GROUP}" if 0 < count < SMALLEST_GROUP else count


def _tools(report: Report, words: dict[str, Any]) -> dict[str, Any]:
    """What the template says things with: a number, a title, a time, what was found, the plots and the windows."""
    drawn = _drawn(report, words)

    def number(value: float) -> str:
        return format_decimal(value, format="#,##0.##", locale=str(report.language))

    return {
        "number": number,
        "title": lambda text: in_language(text, report.language),
        "time": lambda at: on_paper(at, report.time_zone, report.language),
        "plots": {name: _element(svg) for name, svg in drawn.items()},
        "finding": lambda each: _finding(each, words, number),
        "smallest": SMALLEST_GROUP,
        "windows": _windows(report.content, words),
    }


def _windows(content: EvaluationContent, words: dict[str, Any]) -> dict[str, str]:
    """The limits of the windows in words."""
    evaluation = content.evaluation
    limits = {
        "earlier": evaluation.before.earlier,
        "later": evaluation.before.later,
        "d1": evaluation.during.opens,
        "d2": evaluation.during.closes,
        "a1": evaluation.after.opens,
        "a2": evaluation.after.closes,
    }
    return {name: words["units"][limit.unit] % {"n": limit.amount} for name, limit in limits.items()}


def _drawn(report: Report, words: dict[str, Any]) -> dict[str, str]:
    return {
        each.name: plot_of(each, words, in_language(each.measure.title, report.language))
        for each in report.content.measures
        if each.can_be_drawn
    }


def _element(svg: str) -> str:
    """The element alone, without the head of a file of its own."""
    return svg[svg.index("<svg") :]


def _finding(content: MeasureContent, words: dict[str, Any], number: Any) -> list[str]:
    """What may be said of the change, in sentences: how much, how few, and that it is no effect."""
    groups = {group.group: group for group in content.groups}
    own, other = groups[Group.ENROLLED].change, groups[Group.WAITING].change if Group.WAITING in groups else None
    if own.spread is None:
        return [words["finding"]["too_few" if own.count else "nobody"] % {"smallest": SMALLEST_GROUP}]
    said = [words["finding"]["changed"] % _facts(own.spread, number)]
    if own.is_few:
        said.append(words["finding"]["few"] % {"count": own.count})
    if other is None or other.spread is None:
        said.append(words["finding"]["alone"])
    else:
        said.append(words["finding"]["compared"] % _facts(other.spread, number))
        if other.is_few:
            said.append(words["finding"]["few_compared"] % {"count": other.count})
        said.append(words["finding"]["not_by_lot"])
    return said


def _facts(spread: Spread, number: Any) -> dict[str, Any]:
    said = {name: number(getattr(spread, name)) for name in ("median", "lower", "upper")}
    return {"count": spread.count, **said}
