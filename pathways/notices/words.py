"""Owns how a notice is worded: the one Jinja2 renderer, and the facts that a notice may state.

`NoticeFacts` is all that a text can say: there is no field that could carry health data.
"""

from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from pathlib import Path

from jinja2 import FileSystemLoader, StrictUndefined, TemplateError, select_autoescape
from jinja2.sandbox import ImmutableSandboxedEnvironment

from pathways.care.notice_kinds import NoticeKind
from pathways.definition.texts import Language
from pathways.errors import Failed
from pathways.notices.local_times import in_words

__all__ = ["VARIABLES", "Language", "NoticeFacts", "Words", "environment", "render", "render_generic"]

VARIABLES = frozenset({"reference", "episode", "due", "is_past", "link", "is_repeat", "times"})
"""What a notice text may use: `due` is `due_at` in the reader's words or None, `is_past` says that it has passed, and
the rest is as in `NoticeFacts`."""

_FAULTS = (TemplateError, ArithmeticError, LookupError, TypeError, ValueError)
"""What a faulty text raises: Jinja's own, and what its sums, indexes and endless loops lead to."""

GENERIC = "generic"
"""Name of the bare text that is sent when the guard has refused another."""


@dataclass(frozen=True, kw_only=True)
class NoticeFacts:
    """All that one notice may say.

    `reference` is what the notice is about, `episode` the reference of its episode (the same where the notice is
    about the episode itself). `due_at` is aware, in UTC, or None. `time_zone` is the reader's, an IANA name. `link`
    is the address of the page where the reader answers, or None. `is_repeat` says that it may have been sent before.
    `times`: for the how manyth time the same is said, from 1.
    Raises ValueError for a `due_at` without time zone.
    """

    kind: NoticeKind
    language: Language
    reference: str
    episode: str
    due_at: datetime | None
    time_zone: str
    link: str | None
    is_repeat: bool
    times: int = 1

    def __post_init__(self) -> None:
        """Refuse a due time that does not say its time zone."""
        if self.due_at is not None and self.due_at.tzinfo is None:
            raise ValueError("due_at must be an aware datetime in UTC")


@dataclass(frozen=True)
class Words:
    """A notice as it is read: `subject` is one line, `body` is plain text without trailing newline."""

    subject: str
    body: str


@lru_cache(maxsize=8)
def environment(templates: Path) -> ImmutableSandboxedEnvironment:
    """The Jinja2 sandbox for the folder `templates`: an unknown variable is an error, only `.html` is escaped.

    The folder may be an adopter's own, so a text reads only what it is given: reaching from there into Python, and with
    it the keys, is an error.
    """
    return ImmutableSandboxedEnvironment(
        loader=FileSystemLoader(templates),
        autoescape=select_autoescape(enabled_extensions=("html",), default=False, default_for_string=False),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def render(facts: NoticeFacts, templates: Path, now: datetime) -> Words:
    """The words of a notice, from `templates/notices/<language>/<kind>.txt`. `now` is aware and decides "today".

    Raises Failed when the text is missing or faulty.
    """
    return _render(facts.kind.value, facts, templates, now)


def render_generic(facts: NoticeFacts, templates: Path, now: datetime) -> Words:
    """The bare words that say only that something waits in Handslag. Raises as `render` does."""
    return _render(GENERIC, facts, templates, now)


def _render(name: str, facts: NoticeFacts, templates: Path, now: datetime) -> Words:
    """The words of one text: its first line is the subject, what follows the blank line is the body."""
    try:
        text = (
            environment(templates).get_template(f"notices/{facts.language}/{name}.txt").render(_variables(facts, now))
        )
    except _FAULTS as error:
        raise Failed(
            "The notice text {language}/{name}.txt is missing or faulty ({fault}).",
            "Put back the text that came with Handslag, or mend it; the notice is sent then.",
            language=facts.language,
            name=name,
            fault=type(error).__name__,
        ) from error
    subject, _, body = text.strip().partition("\n")
    return Words(subject.strip(), body.strip())


def _variables(facts: NoticeFacts, now: datetime) -> dict[str, str | bool | int | None]:
    """What the texts may use, see `VARIABLES`."""
    due_at = facts.due_at
    return {
        "reference": facts.reference,
        "episode": facts.episode,
        "due": None if due_at is None else in_words(due_at, now, facts.time_zone, facts.language),
        "is_past": due_at is not None and due_at <= now,
        "link": facts.link,
        "is_repeat": facts.is_repeat,
        "times": facts.times,
    }
