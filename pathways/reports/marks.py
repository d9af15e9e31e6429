"""The mark of a night sheet: eight characters that follow from what it says, and say nothing of it."""

import re

from pathways.care.references import ALPHABET
from pathways.errors import Refused
from pathways.people.vault import Vault
from pathways.reports.contents import SheetContent

_LENGTH = 8
_SEPARATORS = re.compile(r"[\s\-_.\u2010-\u2015\u2212]+")
_MISREAD = str.maketrans("ZU", "2V")


def mark_of(content: SheetContent, vault: Vault) -> str:
    """The mark, such as `K7QM-2F4T`: the same for the same content, whatever the time, the language and the reader.

    It is keyed: without the hash key nobody can try names or phone numbers against it.
    """
    left = int.from_bytes(vault.keyed_hash("night-sheet", content.written()))
    characters = ""
    for _ in range(_LENGTH):
        left, place = divmod(left, len(ALPHABET))
        characters += ALPHABET[place]
    return f"{characters[:4]}-{characters[4:]}"


def read_mark(text: str) -> str:
    """The mark that `text` means, however it was typed. Raises Refused, never repeating it, when it is none."""
    characters = _SEPARATORS.sub("", text).upper().translate(_MISREAD)
    if len(characters) != _LENGTH or not set(characters) <= set(ALPHABET):
        raise Refused("That is no mark of a night sheet.", "Copy the eight characters at the top of the sheet.")
    return f"{characters[:4]}-{characters[4:]}"
