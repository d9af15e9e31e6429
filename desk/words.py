"""The words of the pages in a reader's language: English stands in the templates, the others in gettext catalogues.

A catalogue is `templates/pages/words.<language>.po`, and for what was refused or failed `refusals.<language>.po`. Both
are read as they are: nothing has to be built.
"""

from functools import lru_cache
from gettext import NullTranslations
from io import BytesIO
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import PoFileError, read_po
from babel.support import Translations

from pathways.definition.texts import Language
from pathways.errors import Failed
from pathways.phrases import Phrase


def N_(words: str) -> str:  # noqa: N802 - the name by which Babel finds them
    """Mark English words that stand in code, so that they are translated where they are shown."""
    return words


@lru_cache(maxsize=8)
def translations(templates: Path, language: Language, name: str = "words") -> NullTranslations:
    """A catalogue of a language; English needs none. Raises Failed where it is missing or faulty."""
    if language is Language.ENGLISH:
        return NullTranslations()
    file = templates / "pages" / f"{name}.{language}.po"
    try:
        with file.open("rb") as text:
            catalogue = read_po(text, locale=language.value, abort_invalid=True)
    except (OSError, PoFileError, UnicodeDecodeError) as error:
        mend = Phrase("Put back the catalogue that came with Handslag, or mend it.")
        raise Failed(
            "The words {file} are missing or faulty ({fault}).", mend, file=file.name, fault=type(error).__name__
        ) from error
    compiled = BytesIO()
    write_mo(compiled, catalogue)
    compiled.seek(0)
    return Translations(compiled)
