"""What a definition's texts are: the languages that Handslag speaks, and one text in several of them."""

from collections.abc import Mapping
from enum import StrEnum


class Language(StrEnum):
    """A language in which Handslag has texts."""

    SWEDISH = "sv"
    DANISH = "da"
    ENGLISH = "en"


LANGUAGES = tuple(language.value for language in Language)
"""Their codes."""

Text = Mapping[str, str]
"""One text in several languages: language code (`sv`, `da`, `en`) to words."""
