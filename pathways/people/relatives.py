"""A patient's relatives: who may be called, by day and at night. Pure but for the default chance.

No `repr` here shows anybody.
"""

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field, replace
from random import Random
from secrets import SystemRandom

from pathways.errors import Refused
from pathways.people.identifiers import Country

_CHANCE = SystemRandom()
_KEY_ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXY"
_KEY_LENGTH = 4

_PREFIXES = {Country.SWEDEN: "+46", Country.DENMARK: "+45"}
_HOME_FORMS = {  # ITU-T national numbering plans: Sweden 7-9 digits after the leading 0, Denmark 8 digits
    Country.SWEDEN: re.compile(r"0(?P<rest>[1-9]\d{6,8})", re.ASCII),
    Country.DENMARK: re.compile(r"(?P<rest>[2-9]\d{7})", re.ASCII),
}
_INTERNATIONAL = re.compile(r"\+[1-9]\d{6,14}", re.ASCII)  # E.164: at most 15 digits
_PUNCTUATION = re.compile(r"[\s().\-/\u2010-\u2015\u2212]+")


@dataclass(frozen=True)
class Relative:
    """Somebody close to the patient. `phone` is international (`+46701234567`); `key` names the entry, not the person.

    `told_in`: the episode in which they were written down, `told_by`: the organisation that did so; each is empty where
    it was not kept. Made by `new_relative`.
    """

    key: str
    name: str = field(repr=False)
    relation: str = field(repr=False)
    phone: str = field(repr=False)
    is_carer: bool = field(default=False, repr=False)
    may_be_called_at_night: bool = field(default=False, repr=False)
    told_in: str = ""
    told_by: str = ""

    def is_same_as(self, other: "Relative") -> bool:
        """Whether both are about one person, told in one episode: name and number are equal."""
        return (self.name, self.phone, self.told_in) == (other.name, other.phone, other.told_in)

    def with_key_besides(self, taken: Iterable[str]) -> "Relative":
        """This relative under its key, or under a new one where that is taken."""
        keys = frozenset(taken)
        return replace(self, key=_new_key(keys, _CHANCE)) if self.key in keys else self


def new_relative(
    name: str,
    relation: str,
    phone: str,
    country: Country,
    taken: Collection[str] = (),
    *,
    is_carer: bool = False,
    may_be_called_at_night: bool = False,
    told_in: str = "",
    told_by: str = "",
    random: Random = _CHANCE,
) -> Relative:
    """A relative with a key that is not `taken`.

    Raises Refused, repeating nothing, without a name or a relation, or for a phone number as `read_phone` does.
    """
    if not name.strip() or not relation.strip():
        raise Refused("A relative has a name and a relation to the patient.", "Give both, such as daughter.")
    return Relative(
        key=_new_key(taken, random),
        name=name.strip(),
        relation=relation.strip(),
        phone=read_phone(phone, country),
        is_carer=is_carer,
        may_be_called_at_night=may_be_called_at_night,
        told_in=told_in,
        told_by=told_by,
    )


def read_phone(text: str, country: Country) -> str:
    """The number that `text` means, in its international form: `+` and at most 15 digits.

    Understands spaces, hyphens, brackets, `00` for `+`, `(0)` after the country code, and numbers of the country
    without its code. It looks at the form only: that somebody answers, and who, shows when they are called. Raises
    Refused, never repeating the text.
    """
    plain = _PUNCTUATION.sub("", text.replace("(0)", "") if text.strip().startswith(("+", "00")) else text)
    found = "+" + plain[2:] if plain.startswith("00") else plain
    if home := _HOME_FORMS[country].fullmatch(found):
        found = _PREFIXES[country] + home["rest"]
    if not _INTERNATIONAL.fullmatch(found):
        raise Refused("That is no phone number.", "Write it with its area code, or with + and the country code.")
    return found


def read_key(text: str) -> str:
    """The key that a person means: capitals, without spaces."""
    return text.strip().upper()


def _new_key(taken: Collection[str], random: Random) -> str:
    while (key := "".join(random.choice(_KEY_ALPHABET) for _ in range(_KEY_LENGTH))) in taken:
        continue
    return key
