"""The extract of the audit log for a patient as a page, in Swedish, Danish or English: who saw or changed what, when.

Swedish patients are told the unit and the time (PDL 2008:355, chapter 8, section 5); names of staff only where the
care giver decides so. Reasons that staff typed are theirs, and are not on the page.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path

from jinja2 import TemplateError

from pathways.definition.texts import Language
from pathways.errors import Failed
from pathways.notices.local_times import on_paper
from pathways.notices.words import environment
from pathways.reports.words import words_of

_REPORT = "log-extract"


class Deed(StrEnum):
    """What was done, as a patient may read it."""

    SEEN = "seen"
    CHANGED = "changed"
    EMERGENCY = "emergency"
    TURNED_AWAY = "turned-away"


@dataclass(frozen=True)
class Line:
    """One entry about the patient: when, for which unit, in which role and by whom; `grounds`: relations, as codes."""

    at: datetime
    unit: str
    role: str
    name: str
    deed: Deed
    grounds: tuple[str, ...]


@dataclass(frozen=True)
class Extract:
    """All that the log says of the patient of some episodes, by time, as of an instant."""

    episodes: tuple[str, ...]
    made_at: datetime
    time_zone: str
    language: Language
    lines: tuple[Line, ...]


def html(extract: Extract, templates: Path, *, with_names: bool) -> str:
    """The page as HTML that fetches nothing. Raises Failed where its words or template are missing or faulty."""
    words = words_of(_REPORT, extract.language, templates)
    try:
        return (
            environment(templates)
            .get_template(f"reports/{_REPORT}.html")
            .render(
                extract=extract,
                w=words,
                with_names=with_names,
                time=lambda instant: on_paper(instant, extract.time_zone, extract.language),
            )
        )
    except (TemplateError, TypeError, ValueError, KeyError) as error:  # words may lack one, or have a wrong %(…)s
        raise Failed(
            "The template or the words of the extract are faulty ({fault}).",
            "Put back those that came with Handslag, or mend them.",
            fault=type(error).__name__,
        ) from error
