"""What is known of a patient: identifiers, names, address and relatives; and how two records of one patient become one.

Pure. No `repr` here shows a person, and whoever prints a name asks for what is open: `open_name`, `open_relatives`.
"""

import re
import unicodedata
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field, replace

from pathways.errors import Refused
from pathways.people.identifiers import Identifier
from pathways.people.relatives import Relative
from pathways.people.statements import UNKNOWN, Agreement, Statement, strongest_first

_WORD = re.compile(r"[^\W_]+")


@dataclass(frozen=True)
class Person:
    """What Handslag knows of a patient: the current identifier first, then those that the patient was known by before.

    `earlier_names` are no longer shown, but still kept out of notices. `statements`: who said what of it, each
    organisation once; `agreements`: who says that this is the record of another number too. Raises Refused without an
    identifier or with one given twice.
    """

    identifiers: tuple[Identifier, ...] = field(repr=False)
    name: str = field(repr=False)
    is_protected: bool = field(default=False, repr=False)
    address: str = field(default="", repr=False)
    earlier_names: tuple[str, ...] = field(default=(), repr=False)
    relatives: tuple[Relative, ...] = field(default=(), repr=False)
    statements: tuple[Statement, ...] = field(default=(), repr=False)
    agreements: tuple[Agreement, ...] = field(default=(), repr=False)

    def __post_init__(self) -> None:
        """Hold the rules: every identifier is there once, and one at least; every key of a relative once."""
        if not self.identifiers or len(set(self.identifiers)) != len(self.identifiers):
            raise Refused("A person has one current identifier, and each identifier once.", "Give each one once.")
        if len({relative.key for relative in self.relatives}) != len(self.relatives):
            raise Refused("Two relatives of a person have the same key.", "Give each a key of its own.")

    @property
    def current(self) -> Identifier:
        """The identifier that holds now."""
        return self.identifiers[0]

    @property
    def open_name(self) -> str | None:
        """The name, or None for a protected identity (skyddad identitet), whose name no page shows."""
        return None if self.is_protected else self.name

    @property
    def open_address(self) -> str | None:
        """The address, or None for a protected identity, whose address no page shows."""
        return None if self.is_protected else self.address

    @property
    def open_relatives(self) -> tuple[Relative, ...]:
        """The relatives; none for a protected identity, whom a name, a phone number or a relation would give away."""
        return () if self.is_protected else self.relatives

    @property
    def names(self) -> frozenset[str]:
        """Every word of a name that tells who this is: no notice may hold one."""
        known = (self.name, *self.earlier_names, *(relative.name for relative in self.relatives))
        return frozenset(word for name in known for word in name.split())

    def identified_as(self, identifier: Identifier) -> "Person":
        """This person with `identifier`, as the current one unless it is weaker than that (a reserve number, say).

        The others stay, so that the person is still found by them. A second call changes nothing.
        """
        others = (known for known in self.identifiers if known != identifier)
        return replace(self, identifiers=strongest_first((identifier, *others)))

    def named(self, name: str) -> "Person":
        """This person under another name, which is what is shown from now on; an empty one changes nothing."""
        if not name or name == self.name:
            return self
        return replace(self, name=name, earlier_names=_earlier(name, (*self.earlier_names, self.name)))

    def also_called(self, name: str) -> "Person":
        """This person, shown as before; the other name is only kept out of notices."""
        return (
            self
            if self.name in ("", name)
            else replace(self, earlier_names=_earlier(self.name, (*self.earlier_names, name)))
        )

    def stated(self, episodes: Iterable[str]) -> "Person":
        """This person with who said what; before that was kept nobody knows who, in any of the patient's `episodes`."""
        if self.statements:
            return self
        unknown = Statement(UNKNOWN, self.identifiers, self.name, self.is_protected, tuple(episodes))
        return replace(self, statements=(unknown,))

    def statement_of(self, organisation: str) -> Statement:
        """What an organisation has said: nothing, if it has said nothing."""
        own = (each for each in self.statements if each.organisation == organisation)
        return next(own, Statement(organisation))

    def with_statement(self, statement: Statement) -> "Person":
        """This person with what an organisation says now, instead of what it said before."""
        rest = (each for each in self.statements if each.organisation != statement.organisation)
        return replace(self, statements=(*rest, statement))

    def without_episode(self, episode: str) -> "Person":
        """This person without what was told in an episode alone: who is close, and what an organisation said there.

        That an organisation protects the identity stays, wherever it said who it is.
        """
        fewer = (each.without_episode(episode) for each in self.statements)
        return replace(
            self,
            relatives=tuple(each for each in self.relatives if each.told_in != episode),
            statements=tuple(each for each in fewer if each is not None),
        )

    def joined(self, other: "Person") -> "Person":
        """One record out of two of the same patient: every identifier, name and relative of both is kept.

        Name and address are those of the record with the stronger current identifier (this one where they are equal),
        or of the other where it has none. The identity is protected if either was. A second call changes nothing.
        """
        is_weaker = other.current.strength > self.current.strength
        leading, following = (other, self) if is_weaker else (self, other)
        name = leading.name or following.name
        names = (*leading.earlier_names, leading.name, *following.earlier_names, following.name)
        return Person(
            identifiers=strongest_first((*leading.identifiers, *following.identifiers)),
            name=name,
            is_protected=self.is_protected or other.is_protected,
            address=leading.address or following.address,
            earlier_names=_earlier(name, names),
            relatives=_together(leading.relatives, following.relatives),
            statements=_all_said(self.statements, other.statements),
        )

    def with_relative(self, relative: Relative, among: Collection[Relative] | None = None) -> "Person":
        """This person with one more relative. Raises Refused when somebody of that name and number is there already.

        `among`: the relatives that whoever adds one may know of; all of them, if left out.
        """
        if any(known.is_same_as(relative) for known in (self.relatives if among is None else among)):
            raise Refused("That relative is there already.", "Look at them.", command="handslag relative EPISODE list")
        return replace(self, relatives=(*self.relatives, relative))

    def without_relative(self, key: str, among: Collection[Relative] | None = None) -> "Person":
        """This person without the relative of that key. Raises Refused when there is none.

        `among`: the relatives that whoever removes one may remove; all of them, if left out.
        """
        rest = tuple(relative for relative in self.relatives if relative.key != key)
        if not any(relative.key == key for relative in (self.relatives if among is None else among)):
            raise Refused("No relative has that key.", "Look at them.", command="handslag relative EPISODE list")
        return replace(self, relatives=rest)


def are_same_name(one: str, other: str) -> bool:
    """Whether two names have the same words, in whatever order, case and punctuation. A missing one is like no other.

    Strict on purpose: a wrong no costs a question, a wrong yes could make one record of two patients.
    """
    first, second = (frozenset(_WORD.findall(unicodedata.normalize("NFC", name).casefold())) for name in (one, other))
    return bool(first) and first == second


def _earlier(present: str, names: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name for name in names if name and name != present))


def _together(ours: tuple[Relative, ...], theirs: tuple[Relative, ...]) -> tuple[Relative, ...]:
    together = ours
    for relative in theirs:
        if not any(known.is_same_as(relative) and known.told_by == relative.told_by for known in together):
            together += (relative.with_key_besides(known.key for known in together),)
    return together


def _all_said(ours: tuple[Statement, ...], theirs: tuple[Statement, ...]) -> tuple[Statement, ...]:
    together = {each.organisation: each for each in ours}
    for each in theirs:
        own = together.get(each.organisation)
        together[each.organisation] = own.joined(each) if own else each
    return tuple(together.values())
