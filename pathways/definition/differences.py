"""What changes between two versions of a pathway or of a network, in sentences for the person who decides."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from pathways.definition.change_words import ENGLISH, ChangeWords, Saying, titles_in
from pathways.definition.faults import KeyPath
from pathways.definition.models import Pathway
from pathways.definition.networks import Network
from pathways.definition.plain_values import ORDER, plain_network, plain_pathway


@dataclass(frozen=True)
class Difference:
    """One change: where, what stood there and what stands there now (None for nothing), and a sentence that says it."""

    path: KeyPath
    old: Any
    new: Any
    sentence: str


def differences(old: Pathway, new: Pathway, words: ChangeWords = ENGLISH) -> list[Difference]:
    """What changes from one version of a pathway to another, in the order of a pathway file; empty if nothing does."""
    saying = Saying(words, titles_in(old, words) | titles_in(new, words))
    return list(_compared(plain_pathway(old, saying), plain_pathway(new, saying), (), saying))


def differences_between_networks(old: Network, new: Network) -> list[Difference]:
    """What changes from one state of a network to another, in the order of a network file; empty if nothing does."""
    return list(_compared(plain_network(old), plain_network(new), (), Saying(ENGLISH)))


def _compared(old: Any, new: Any, path: KeyPath, saying: Saying) -> Iterator[Difference]:
    if old == new:
        return
    if isinstance(old, Mapping) and isinstance(new, Mapping):
        for key in dict.fromkeys((*old, *new)):
            yield from _compared(old.get(key), new.get(key), (*path, key), saying)
    elif path[-1] == ORDER:
        sentence = saying.phrase("tried", about=_subject(path[:-1], saying), names=", ".join(new))
        yield Difference((*path[:-1], "contacts"), old, new, _capitalised(sentence))
    else:
        yield Difference(path, old, new, _capitalised(_sentence(old, new, path, saying)))


def _sentence(old: Any, new: Any, path: KeyPath, saying: Saying) -> str:
    came_or_went, last = "new" if old is None else "removed", str(path[-1])
    if len(path) > 1 and path[-2] in saying.words.things:
        what = f"{_subject(path[:-2], saying)}{saying.thing(str(path[-2]), last)}"
        return saying.phrase(came_or_went, what=what)
    if last in saying.words.whole:
        return saying.phrase(came_or_went, what=saying.words.whole[last][0])
    what = f"{_subject(path[:-1], saying)}{saying.field(str(path[0]), last)}"
    if isinstance(old, list) and isinstance(new, list):
        return saying.phrase("changes", what=what, how=_list_change(old, new, last, saying))
    before, then = saying.value(last, old), saying.value(last, new)
    if old is None:
        return saying.phrase("now", what=what, new=then)
    if new is None:
        return saying.phrase("no_longer", what=what, old=before)
    return saying.phrase("becomes", what=what, old=before, new=then)


def _list_change(old: list[str], new: list[str], field: str, saying: Saying) -> str:
    more = [entry for entry in new if entry not in old]
    fewer = [entry for entry in old if entry not in new]
    if not more and not fewer:
        return saying.phrase("order", names=saying.names(field, new))
    said = [saying.phrase("also", names=saying.names(field, more))] if more else []
    return "; ".join(said + ([saying.phrase("fewer", names=saying.names(field, fewer))] if fewer else []))


def _subject(path: KeyPath, saying: Saying) -> str:
    """What a change is about, such as the urgency of a move; nothing for what stands at the top of the file."""
    if path == ("title",):
        return saying.phrase("title")
    said, rest = [], list(path)
    while rest:
        step = str(rest.pop(0))
        if step in saying.words.whole:
            said.append(saying.words.whole[step][1])
        elif step in saying.words.things and rest:
            said.append(f"{saying.words.things[step]} {saying.named(step, str(rest.pop(0)))}")
    return f"{', '.join(said)}, " if said else ""


def _capitalised(sentence: str) -> str:
    return sentence[:1].upper() + sentence[1:]
