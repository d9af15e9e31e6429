"""Keeps the catalogues of the desk's words up to date: `python docs/translations.py`, and `--check` only looks.

New words get an empty translation for a person to fill in, and those that no page uses any more go. What is missing
is an error, for a page would then fall back to English.
"""

import sys
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).parents[1]
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


def updated(language: str, words: Catalog) -> Catalog:
    """The catalogue of a language with exactly these words, and the translations that it has of them."""
    file = PAGES / f"words.{language}.po"
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
    words, faults = words_of_the_pages(), 0
    for language in LANGUAGES:
        file, made = PAGES / f"words.{language}.po", updated(language, words)
        if "--check" in arguments:
            if not file.exists() or file.read_bytes() != as_text(made):
                print(f"{file.name} is not up to date: python docs/translations.py", file=sys.stderr)  # noqa: T201
                faults += 1
        else:
            file.write_bytes(as_text(made))
        for each in missing(made):
            print(f"{file.name}: no translation of “{each}”", file=sys.stderr)  # noqa: T201
            faults += 1
    return 1 if faults else 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
