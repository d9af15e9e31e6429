"""Keeps the catalogues of the desk's words up to date: `python docs/translations.py`, and `--check` only looks.

`words` holds those of the pages, `refusals` what is said of what was refused or failed (see docs/refusals.py). New
words get an empty translation for a person to fill in, and those that nothing uses any more go. What is missing is an
error, for a page would then fall back to English.
"""

import sys
from collections.abc import Callable, Iterator, Mapping
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

from docs.refusals import ROOT, said

PAGES = ROOT / "templates" / "pages"
LANGUAGES = ("sv", "da")
_OPTIONS = {"**.html": {"trimmed": "true", "newstyle_gettext": "true"}}


def words_of_the_pages() -> Catalog:
    """All words that the pages use, in the order of their English."""
    found = Catalog(charset="utf-8")
    for folder, methods in ((PAGES, [("**.html", "jinja2")]), (ROOT / "desk", [("**.py", "python")])):
        keywords = {"_": None, "gettext": None, "ngettext": (1, 2), "N_": None}
        for _file, _line, words, _comments, _context in extract_from_dir(
            folder, methods, _OPTIONS, keywords, comment_tags=()
        ):
            found.add(words)
    return found


def words_of_refusals() -> Catalog:
    """All that is said of what was refused or failed."""
    found = Catalog(charset="utf-8")
    for each in said():
        for template in filter(None, each.templates):
            found.add(template)
    return found


CATALOGUES: Mapping[str, Callable[[], Catalog]] = {"words": words_of_the_pages, "refusals": words_of_refusals}
"""The catalogues by name, and what finds their words."""


def updated(file: Path, language: str, words: Catalog) -> Catalog:
    """The catalogue in a file with exactly these words, and the translations that it has of them."""
    known = read_po(file.open("rb"), locale=language) if file.exists() else Catalog(locale=language)
    made = Catalog(
        locale=language, charset="utf-8", fuzzy=False, header_comment=f"# The words of the desk: {language}."
    )
    for message in sorted(words, key=lambda each: str(each.id).lower()):
        if message.id:
            there = known.get(message.id)
            made.add(message.id, there.string if there else None)
    return made


def as_text(catalogue: Catalog) -> bytes:
    """A catalogue as it stands in its file: nothing in it changes with the time or the machine."""
    out = BytesIO()
    write_po(out, catalogue, omit_header=True, no_location=True, width=0)
    header = f'msgid ""\nmsgstr ""\n"Language: {catalogue.locale}\\n"\n"Content-Type: text/plain; charset=utf-8\\n"\n'
    plural = f'"Plural-Forms: {catalogue.plural_forms}\\n"\n\n'
    return (
        f"# The words of the desk in this language. See docs/translations.py.\n{header}{plural}".encode()
        + out.getvalue()
    )


def missing(catalogue: Catalog) -> Iterator[str]:
    """The words that have no translation."""
    for message in catalogue:
        strings = message.string if isinstance(message.string, tuple | list) else (message.string,)
        if message.id and not all(strings):
            yield str(message.id)


def main(arguments: list[str]) -> int:
    """Write the catalogues, or check them; gives the exit status."""
    found = [f"{each.where}: {fault}" for each in said() for fault in each.faults]
    for each in found:
        print(each, file=sys.stderr)  # noqa: T201
    faults = len(found)
    for name, find in CATALOGUES.items():
        for language in LANGUAGES:
            faults += _brought_up_to_date(name, language, find(), only_look="--check" in arguments)
    return 1 if faults else 0


def _brought_up_to_date(name: str, language: str, words: Catalog, *, only_look: bool) -> int:
    """Write one catalogue, or look at it; gives the number of faults."""
    file, faults = PAGES / f"{name}.{language}.po", 0
    made = updated(file, language, words)
    if not only_look:
        file.write_bytes(as_text(made))
    elif not file.exists() or file.read_bytes() != as_text(made):
        print(f"{file.name} is not up to date: python docs/translations.py", file=sys.stderr)  # noqa: T201
        faults += 1
    for each in missing(made):
        print(f"{file.name}: no translation of “{each}”", file=sys.stderr)  # noqa: T201
        faults += 1
    return faults


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
