"""The references by which people name episodes and handovers, such as `H7K2-QM4T`. Pure but for the default chance.

A reference holds nothing of the patient: a letter for its kind, six characters of chance and a check character, written
four and four. Its alphabet leaves out what a tired reader takes for something else (0 and O, 1, I and L, U, Z) and has
a prime number of characters. Over it ISO 7064's pure system with radix 2 catches every wrong character and every two
characters that changed places.
"""

import re
from collections.abc import Callable, Iterator
from enum import StrEnum
from random import Random
from secrets import SystemRandom

from stdnum.iso7064 import mod_37_2

from pathways.errors import Refused
from pathways.phrases import Phrase

ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXY"
"""The 29 characters of a reference. The check holds because 29 is a prime."""

_LENGTH = 8
_MISREAD = str.maketrans("ZU", "2V")
_SEPARATORS = re.compile(r"[\s\-_.\u2010-\u2015\u2212]+")
_CHANCE = SystemRandom()


class ReferenceKind(StrEnum):
    """What a reference names. The value is its first letter."""

    EPISODE = "E"
    HANDOVER = "H"
    MEETING = "M"

    @property
    def noun(self) -> Phrase:
        """The kind in a sentence: `an episode`, `a handover`."""
        nouns = {ReferenceKind.EPISODE: Phrase("an episode"), ReferenceKind.HANDOVER: Phrase("a handover")}
        return nouns.get(self, Phrase("the list of a meeting"))


_KINDS = tuple(kind.value for kind in ReferenceKind)


def new_reference(kind: ReferenceKind, random: Random = _CHANCE) -> str:
    """A fresh reference. Nobody can guess it with the default `random`.

    There are 594 million of each kind: whoever keeps them holds each one unique and asks again on the rare repeat.
    """
    body = kind.value + "".join(random.choice(ALPHABET) for _ in range(_LENGTH - 2))
    return _written(body + mod_37_2.calc_check_digit(body, alphabet=ALPHABET))


def read_reference(text: str, kind: ReferenceKind) -> str:
    """The reference that `text` means, as it is written: capitals and a hyphen.

    Understands lower case, missing, wrong or additional hyphens and spaces, Z for 2 and U for V.
    Raises Refused, never repeating the text, when it is malformed, of another kind or its check character does not fit.
    """
    found = _characters(text)
    if len(found) != _LENGTH or not set(found) <= set(ALPHABET) or found[0] not in _KINDS:
        raise Refused(
            "That is not the reference of {noun}.",
            "Write all eight characters, the first one {letter}; 0, O, 1, I and L never occur.",
            noun=kind.noun,
            letter=kind.value,
        )
    if not _fits(found):
        raise Refused(
            "That reference of {noun} is mistyped: its check character does not fit.",
            "Compare it with the notice character by character and write it again.",
            noun=ReferenceKind(found[0]).noun,
        )
    if found[0] != kind:
        raise Refused(
            "{reference} is the reference of {noun}, not of {wanted}.",
            "Write the one that begins with {letter}.",
            reference=_written(found),
            noun=ReferenceKind(found[0]).noun,
            wanted=kind.noun,
            letter=kind.value,
        )
    return _written(found)


def referred(text: str) -> tuple[ReferenceKind, str] | None:
    """Which kind of reference `text` means and how it is written; None where it is no sound reference."""
    found = _characters(text)
    if len(found) != _LENGTH or not _is_sound(found):
        return None
    return ReferenceKind(found[0]), _written(found)


def nearest(text: str, known: Callable[[str], bool]) -> str | None:
    """The one known reference that `text` misses by one wrong character or by two neighbours that changed places.

    Gives nothing when no known reference is that near, when more than one is, or when `text` is not mistyped at all.
    `known` is asked about at most fifteen references, each with a check character that fits.
    """
    candidates = {_written(candidate) for candidate in _one_edit_from(_characters(text)) if _is_sound(candidate)}
    found = [candidate for candidate in sorted(candidates) if known(candidate)]
    return found[0] if len(found) == 1 else None


def _characters(text: str) -> str:
    return _SEPARATORS.sub("", text).upper().translate(_MISREAD)


def _written(characters: str) -> str:
    return f"{characters[:4]}-{characters[4:]}"


def _fits(characters: str) -> bool:
    return bool(mod_37_2.checksum(characters, alphabet=ALPHABET) == 1)


def _is_sound(characters: str) -> bool:
    return set(characters) <= set(ALPHABET) and characters[0] in _KINDS and _fits(characters)


def _one_edit_from(characters: str) -> Iterator[str]:
    if len(characters) != _LENGTH:
        return
    for at in range(_LENGTH):
        for other in ALPHABET.replace(characters[at], ""):
            yield characters[:at] + other + characters[at + 1 :]
    for at in range(_LENGTH - 1):
        if characters[at] != characters[at + 1]:
            yield characters[:at] + characters[at + 1] + characters[at] + characters[at + 2 :]
