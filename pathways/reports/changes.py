"""The page that says what changes from one version of an agreement to another, for those who live by it."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from jinja2 import TemplateError

from pathways.definition.change_kinds import by_kind
from pathways.definition.change_words import ENGLISH, ChangeWords
from pathways.definition.differences import differences
from pathways.definition.models import Pathway
from pathways.definition.texts import Language
from pathways.errors import Failed
from pathways.notices.words import environment
from pathways.reports.words import in_language, words_of


@dataclass(frozen=True)
class Changes:
    """What is to be told: the two versions, and in which language its frame and the titles are."""

    old: Pathway
    new: Pathway
    language: Language


def html(changes: Changes, templates: Path) -> str:
    """The page as HTML that fetches nothing. Raises Failed where its words or template are missing or faulty."""
    words = words_of("agreement-changes", changes.language, templates)
    with _faults_told():
        return (
            environment(templates)
            .get_template("reports/agreement-changes.html")
            .render(
                language=changes.language,
                w=words,
                old=changes.old,
                new=changes.new,
                old_title=in_language(changes.old.title, changes.language),
                new_title=in_language(changes.new.title, changes.language),
                groups=_told(changes, words),
            )
        )


def told_by_kind(changes: Changes, templates: Path) -> Mapping[str, Sequence[str]]:
    """What changes, in sentences, by what it is about in words; empty if nothing does. Raises Failed as `html`."""
    words = words_of("agreement-changes", changes.language, templates)
    with _faults_told():
        return _told(changes, words)


def change_words(language: Language, templates: Path) -> ChangeWords:
    """The words in which the page tells changes. Raises Failed where they are faulty, or say less than the English."""
    words = words_of("agreement-changes", language, templates)
    with _faults_told():
        return _change_words(words, language)


@contextmanager
def _faults_told() -> Iterator[None]:
    try:
        yield
    except (TemplateError, AttributeError, TypeError, ValueError, LookupError) as error:
        raise Failed(
            "The template or the words of the page of changes are faulty ({fault}).",
            "Put back those that came with Handslag, or mend them.",
            fault=type(error).__name__,
        ) from error


def _told(changes: Changes, words: Mapping[str, Any]) -> Mapping[str, Sequence[str]]:
    said = differences(changes.old, changes.new, _change_words(words, changes.language))
    return {words["kinds"][kind.value]: [each.sentence for each in found] for kind, found in by_kind(said).items()}


def _change_words(words: Mapping[str, Any], language: Language) -> ChangeWords:
    """With titles, and in English those words that come with the program. Raises LookupError where one is missing."""
    if language is Language.ENGLISH:
        return replace(ENGLISH, has_titles=True)
    return ChangeWords(
        language=language,
        things={key: words["things"][key] for key in ENGLISH.things},
        fields=words["fields"],
        whole={key: (words["whole"][key][0], words["whole"][key][1]) for key in ENGLISH.whole},
        phrases={key: words["phrases"][key] for key in ENGLISH.phrases},
        values=words["values"],
        has_titles=True,
    )
