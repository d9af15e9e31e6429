"""Soundness of what people choose from: no two entries of a list read the same, no two moves are one choice."""

import unicodedata
from collections.abc import Iterator, Mapping
from itertools import combinations

from pathways.definition.faults import Code, Finding
from pathways.definition.models import Move, Pathway
from pathways.definition.texts import Text

_TITLED = ("levels", "urgencies", "readiness", "ends", "pauses", "milestones", "follow_ups")
_PLAIN = ("roles", "reasons", "rejections", "waivers")


def check_choices(pathway: Pathway) -> Iterator[Finding]:
    """Whoever chooses from a list can tell its entries apart."""
    for section in _PLAIN:
        yield from _check_texts(section, getattr(pathway, section), titled=False)
    for section in _TITLED:
        texts = {key: entry.title for key, entry in getattr(pathway, section).items()}
        yield from _check_texts(section, texts, titled=True)
    for (first, one), (second, other) in combinations(pathway.moves.items(), 2):
        yield from _check_moves(first, one, second, other)


def _check_texts(section: str, texts: Mapping[str, Text], *, titled: bool) -> Iterator[Finding]:
    for (first, one), (second, other) in combinations(texts.items(), 2):
        for language in one:
            if one[language].strip() and _read(one[language]) == _read(other.get(language, "")):
                path = (section, second, *(("title",) if titled else ()), language)
                sentence = f"`{first}` reads the same in `{language}`, and both stand in one list."
                yield Finding(Code.TEXTS_ALIKE, path, one[language], sentence, "Write what tells the two apart.")


def _read(words: str) -> str:
    """A text as people read it, who see no difference in spaces, in how an å is put together, or between a and A."""
    return unicodedata.normalize("NFC", " ".join(words.split())).casefold()


def _check_moves(first: str, one: Move, second: str, other: Move) -> Iterator[Finding]:
    """Two moves are one choice where the same level, urgency and reason could ask for either, to the same level."""
    levels = [level for level in one.from_levels if level in other.from_levels]
    if not levels:
        return
    urgencies = [name for name in one.urgencies if name in other.urgencies]
    reasons = [name for name in one.reasons if name in other.reasons]
    is_alike = one.to == other.to and one.suggested_when == other.suggested_when and one.travels == other.travels
    if is_alike and urgencies and reasons:
        sentence = f"Nothing tells this move from `{first}`: same levels, urgency and reason, and the same suggestion."
        mend = "Make one move of the two, or give each its own reasons or urgencies."
        example = (
            f"A patient is at `{levels[0]}`. A handover to `{one.to}` is asked for, {urgencies[0]}, because of "
            f"{reasons[0]}. `{first}` and `{second}` both fit, and nobody can say whose limits hold."
        )
        yield Finding(Code.MOVES_ALIKE, ("moves", second), second, sentence, mend, at_key=True, example=example)
    else:
        yield from _check_texts("moves", {first: one.title, second: other.title}, titled=True)
