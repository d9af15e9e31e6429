"""What a definition's texts are: the languages that Handslag speaks, and one text in several of them."""

from collections.abc import Mapping

LANGUAGES = ("sv", "da", "en")
"""The languages in which Handslag has texts: Swedish, Danish, English."""

Text = Mapping[str, str]
"""One text in several languages: language code (`sv`, `da`, `en`) to words."""
