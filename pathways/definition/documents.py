"""One YAML text as plain values with the place of each: the parts of YAML that a definition may use, and no others."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError
from ruamel.yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    Event,
    MappingEndEvent,
    MappingStartEvent,
    NodeEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)
from ruamel.yaml.reader import ReaderError

from pathways.definition.faults import Code, DefinitionError, Fault, KeyPath

Value = str | int | bool | None | list["Value"] | dict[str, "Value"]
"""What a document holds: nothing that a JSON text could not hold as well."""

_DEEPEST = 12
_MOST_EVENTS = 30_000
"""Far more than any definition of the catalogue has; a text with more would only take time to refuse."""

_LONGEST_WORDS = 60
_WHOLE_NUMBER = re.compile(r"[-+]?[0-9]{1,9}")
_WORDS_FOR: Mapping[str, bool | None] = {
    "": None, "~": None, "null": None, "Null": None, "NULL": None,
    "true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False,
}  # fmt: skip
_ANSWERS: Mapping[Code, tuple[str, str]] = {
    Code.YAML_SYNTAX: (
        "This is not YAML ({said}).",
        "Check the colons, quotes, brackets and the indentation (spaces, never tabs) here and just above.",
    ),
    Code.TOO_LARGE: ("No definition has so many entries.", "Leave out what is no definition, or split the file."),
    Code.EMPTY: ("There is nothing in the file.", "Begin with `pathway:` or `network:` and a name."),
    Code.MANY_DOCUMENTS: ("A second document begins here.", "Put each definition into a file of its own."),
    Code.TOO_DEEP: (
        f"More than {_DEEPEST} lists and mappings lie inside each other here.",
        "Compare the brackets and the indentation with a definition of the catalogue.",
    ),
    Code.ANCHOR: ("{words} is not allowed here.", "Write out the value in every place where it is used."),
    Code.MERGE_KEY: ("The merge key << is not allowed here.", "Write out the entries that it stands for."),
    Code.TAG: ("The tag {words} is not allowed here.", "Remove the tag and write the plain value."),
    Code.DUPLICATE_KEY: (
        "`{words}` stands here a second time; the first is on line {said}.",
        "Remove or rename one of the two.",
    ),
    Code.ODD_KEY: ("This key is a list or a mapping.", "Write a single word before the colon."),
}


@dataclass(frozen=True)
class Spot:
    """A place in a file, counted from 1, and the words that stand there."""

    line: int
    column: int
    words: str


@dataclass(frozen=True)
class Document:
    """The values of a text, where each key and value stands, and what was refused while reading them."""

    name: str
    value: Value
    keys: Mapping[KeyPath, Spot]
    values: Mapping[KeyPath, Spot]
    faults: tuple[Fault, ...]
    doubtful: frozenset[KeyPath]
    """Paths whose value was refused, so that nothing more is said about them."""

    def spot(self, path: KeyPath, at_key: bool = False) -> Spot:
        """Where the path stands, or the nearest of what holds it when it stands nowhere itself."""
        found = self.keys.get(path) if at_key else self.values.get(path)
        while found is None:
            path = path[:-1]
            found = self.keys.get(path) or self.values.get(path)
        return found


def document_of(text: str, name: str) -> Document:
    """Read one YAML text.

    Raises DefinitionError for a text that is not YAML, holds nothing, or nests too deep to be a definition.
    """
    return _Reader(name).read(text)


def short(words: str) -> str:
    """Words as a fault shows them: on one line, and not longer than a line."""
    line = " ".join(words.split())
    return line if len(line) <= _LONGEST_WORDS else f"{line[: _LONGEST_WORDS - 1]}…"


class _Reader:
    def __init__(self, name: str) -> None:
        self._name = name
        self._keys: dict[KeyPath, Spot] = {}
        self._values: dict[KeyPath, Spot] = {}
        self._faults: list[Fault] = []
        self._doubtful: set[KeyPath] = set()

    def read(self, text: str) -> Document:
        try:
            value = self._documents(self._counted(YAML(typ="safe", pure=True).parse(text)))
        except ReaderError as error:
            before = text[: error.position]
            spot = Spot(before.count("\n") + 1, error.position - before.rfind("\n"), repr(text[error.position]))
            raise self._stopped(spot, Code.YAML_SYNTAX, "a character that cannot be seen") from None
        except MarkedYAMLError as error:
            mark = error.problem_mark or error.context_mark
            said = "; ".join(short(str(part)) for part in (error.context, error.problem) if part)
            raise self._stopped(Spot(mark.line + 1, mark.column + 1, ""), Code.YAML_SYNTAX, said) from None
        except (OverflowError, ValueError):  # ruamel.yaml lets these through, and cannot say where
            last = next(reversed(self._values.values()), Spot(1, 1, ""))
            raise self._stopped(last, Code.YAML_SYNTAX, "after this, \\ is followed by no real character") from None
        return Document(self._name, value, self._keys, self._values, tuple(self._faults), frozenset(self._doubtful))

    def _counted(self, events: Iterable[Event]) -> Iterator[Event]:
        for count, event in enumerate(events):
            if count >= _MOST_EVENTS:
                raise self._stopped(_spot(event, ""), Code.TOO_LARGE)
            yield event

    def _documents(self, events: Iterator[Event]) -> Value:
        value: Value = None
        documents = 0
        for event in events:
            documents += isinstance(event, DocumentStartEvent)
            if documents == 2:
                self._note(_spot(event, "---"), Code.MANY_DOCUMENTS)
                break
            if isinstance(event, NodeEvent):
                value = self._value(event, events, ())
        if value is None:
            raise self._stopped(Spot(0, 0, ""), Code.EMPTY)
        return value

    def _value(self, event: Event, events: Iterator[Event], path: KeyPath) -> Value:
        self._inspect(event, path)
        self._values[path] = _spot(event, event.value if isinstance(event, ScalarEvent) else "")
        if isinstance(event, ScalarEvent):
            return _scalar(event)
        if isinstance(event, AliasEvent):
            return None
        if len(path) >= _DEEPEST:
            raise self._stopped(_spot(event, ""), Code.TOO_DEEP)
        if isinstance(event, MappingStartEvent):
            return self._mapping(events, path)
        return self._sequence(events, path)

    def _mapping(self, events: Iterator[Event], path: KeyPath) -> dict[str, Value]:
        entries: dict[str, Value] = {}
        while not isinstance(event := next(events), MappingEndEvent):
            if not isinstance(event, ScalarEvent):
                self._note(_spot(event, ""), Code.ODD_KEY)
                _skip(event, events)
                _skip(next(events), events)
                continue
            self._inspect(event, (*path, event.value))
            if self._is_refused(event, path):
                _skip(next(events), events)
                continue
            self._keys[(*path, event.value)] = _spot(event, event.value)
            entries[event.value] = self._value(next(events), events, (*path, event.value))
        return entries

    def _is_refused(self, key: ScalarEvent, path: KeyPath) -> bool:
        first = self._keys.get((*path, key.value))
        if key.value == "<<":
            self._note(_spot(key, key.value), Code.MERGE_KEY)
            self._doubtful.add(path)
        elif first is not None:
            self._note(_spot(key, key.value), Code.DUPLICATE_KEY, str(first.line))
        return key.value == "<<" or first is not None

    def _sequence(self, events: Iterator[Event], path: KeyPath) -> list[Value]:
        entries: list[Value] = []
        while not isinstance(event := next(events), SequenceEndEvent):
            entries.append(self._value(event, events, (*path, len(entries))))
        return entries

    def _inspect(self, event: Event, path: KeyPath) -> None:
        anchor, tag = getattr(event, "anchor", None), getattr(event, "tag", None)
        if isinstance(event, AliasEvent):
            self._note(_spot(event, f"*{anchor}"), Code.ANCHOR)
            self._doubtful.add(path)
        elif anchor is not None:
            self._note(_spot(event, f"&{anchor}"), Code.ANCHOR)
        if tag is not None:
            self._note(_spot(event, str(tag)), Code.TAG)
        if isinstance(event, ScalarEvent) and not event.value.isascii():
            whole = event.value.encode("utf-8", "replace").decode("utf-8")
            if whole != event.value:
                self._note(_spot(event, whole), Code.YAML_SYNTAX, "half a character, as in \\uD800")
                event.value = whole

    def _note(self, spot: Spot, code: Code, said: str = "") -> None:
        sentence, mend = _ANSWERS[code]
        words = short(spot.words)
        fault = Fault(
            code=code,
            file=self._name,
            line=spot.line,
            column=spot.column,
            words=words,
            sentence=sentence.format(words=words, said=said),
            mend=mend,
        )
        self._faults.append(fault)

    def _stopped(self, spot: Spot, code: Code, said: str = "") -> DefinitionError:
        self._note(spot, code, said)
        return DefinitionError(tuple(self._faults))


def _skip(event: Event, events: Iterator[Event]) -> None:
    """Pass over the rest of the value that begins with this event."""
    depth = int(isinstance(event, (MappingStartEvent, SequenceStartEvent)))
    while depth:
        following = next(events)
        depth += isinstance(following, (MappingStartEvent, SequenceStartEvent))
        depth -= isinstance(following, (MappingEndEvent, SequenceEndEvent))


def _spot(event: Event, words: str) -> Spot:
    return Spot(event.start_mark.line + 1, event.start_mark.column + 1, words)


def _scalar(event: ScalarEvent) -> Value:
    """A bare word is nothing, true, false or a whole number where it looks so. All else, and all in quotes, is text."""
    text = str(event.value)
    if event.style is not None:
        return text
    if text in _WORDS_FOR:
        return _WORDS_FOR[text]
    return int(text) if _WHOLE_NUMBER.fullmatch(text) else text
