"""The page that says what changes from one version of an agreement to another, for those who live by it."""

from dataclasses import dataclass
from pathlib import Path

from jinja2 import TemplateError

from pathways.definition.change_kinds import by_kind
from pathways.definition.differences import differences
from pathways.definition.models import Pathway
from pathways.errors import Failed
from pathways.notices.local_times import Language
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
    groups = {kind.value: found for kind, found in by_kind(differences(changes.old, changes.new)).items()}
    try:
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
                groups=groups,
            )
        )
    except (TemplateError, TypeError, ValueError, KeyError) as error:  # words may lack one, or have a wrong %(…)s
        raise Failed(
            f"The template or the words of the page of changes are faulty ({type(error).__name__}).",
            "Put back those that came with Handslag, or mend them.",
        ) from error
