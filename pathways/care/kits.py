"""What a kit of medicines may say of its items: what a check counts, and what came back when it was retrieved.

The one place that decides it, for every door. No kind of item is named anywhere: what belongs in a kit is prescribed
for the patient. Repeats nothing typed.
"""

from collections.abc import Iterable
from datetime import date

from pathways.care.episodes import Episode
from pathways.care.patient import Kit, KitItem
from pathways.errors import Refused
from pathways.phrases import Phrase

MOST_ITEMS = 20
"""How many items a kit may list: they fit on a night sheet."""

_Fault = tuple[Phrase, Phrase] | None
"""Why a kit cannot be so and what to do; None where it can."""


def fault_of(kit: Kit, episode: Episode) -> _Fault:
    """Why a check, or a retrieval, of the kit of an episode cannot be recorded."""
    known = episode.known.get(kit.slot)
    before = known.fact if known and isinstance(known.fact, Kit) else None
    if kit.retrieved_on:
        return _of_retrieval(kit, kit.retrieved_on, before, has_ended=episode.has_ended)
    in_place = before if before and not before.retrieved_on else None
    was_never_counted = in_place is not None and not in_place.items
    return _of_check(kit) or _of_items(kit.items, in_place.items if in_place else (), may_be_used_up=was_never_counted)


def retrieved(kit: Kit, on: date, counts: Iterable[tuple[str, int]], because: str = "") -> Kit:
    """The kit as it came back: of each item, by its name, how many. Raises Refused for what is not listed in it.

    `because`: why other counts came back than were there at the check.
    """
    found: dict[str, int] = {}
    for name, count in counts:
        if _key(name) in found or _key(name) not in {_key(item.name) for item in kit.items}:
            raise Refused(
                "Something was counted twice, or is not listed in the kit.",
                "Look at what is listed now, and count each once, by its name.",
            )
        found[_key(name)] = count
    items = tuple(item.model_copy(update={"returned": found.get(_key(item.name))}) for item in kit.items)
    return kit.model_copy(update={"retrieved_on": on, "items": items, "differs_because": because})


def _of_check(kit: Kit) -> _Fault:
    if not kit.where.strip() or not kit.checked_by.strip():
        return Phrase("it does not say where it is kept and who checked it"), Phrase("Write both in a few words.")
    if kit.differs_because or any(item.returned is not None for item in kit.items):
        return Phrase("it says what came back of a kit that is in place"), Phrase(
            "Leave that out, or say on which day the kit was retrieved."
        )
    if kit.expires_on and kit.expires_first and kit.expires_first < kit.expires_on:
        return Phrase("something in it expires before the day given for the whole"), Phrase(
            "Leave out the day of the kit, or correct one of the days."
        )
    if kit.expires_first and kit.expires_first < kit.checked_on:
        return Phrase("it had expired before it was checked"), Phrase(
            "Correct one of the two days, or put a new kit in place."
        )
    return None


def _of_items(items: tuple[KitItem, ...], before: tuple[KitItem, ...], *, may_be_used_up: bool) -> _Fault:
    """Each thing is listed once and counted. What was counted before is counted again: 0 where it is used up.

    `may_be_used_up`: the kit is in place and nothing in it was ever counted, so 0 is a count too.
    """
    names, was_there = [_key(item.name) for item in items], {_key(item.name): item.count for item in before}
    if not items:
        return Phrase("it does not say what is in it"), Phrase("List each thing in it, and how many there are.")
    if len(items) > MOST_ITEMS:
        return Phrase("it lists too many things"), Phrase("List at most {most}.", most=MOST_ITEMS)
    if "" in names:
        return Phrase("a thing in it has no name"), Phrase("Write its name as on the package, or leave it out.")
    if len(set(names)) < len(names):
        return Phrase("a thing in it is listed twice"), Phrase("List each once, with how many there are.")
    if any(item.count < 0 for item in items):
        return Phrase("there are fewer than none of a thing in it"), Phrase("Write how many there are.")
    if not may_be_used_up and any(not item.count and _key(item.name) not in was_there for item in items):
        return Phrase("there is none of a thing in it that was not there before"), Phrase(
            "Write how many there are, or leave it out; 0 says that what was counted before is used up."
        )
    if any(count and name not in names for name, count in was_there.items()):
        return Phrase("a thing that was in it at the last check is not counted"), Phrase(
            "Count each again, and write 0 where none is left."
        )
    return None


def _of_retrieval(kit: Kit, retrieved_on: date, before: Kit | None, *, has_ended: bool) -> _Fault:
    """A retrieval is of the kit that is in place, all of it counted, and changes nothing else of what is known."""
    if before is None or before != _as_checked(kit):
        return Phrase("this kit is not known to be in place"), Phrase("Look at what is known.", command="handslag show")
    if retrieved_on < kit.checked_on:
        return Phrase("it was checked after that day"), Phrase("Correct the day.")
    if not kit.items and not has_ended:
        return Phrase("nobody has counted what is in it"), Phrase(
            "Check it first: list each thing in it, and how many there are."
        )
    if any(item.returned is None or item.returned < 0 for item in kit.items):
        return Phrase("not everything in it was counted"), Phrase(
            "Write of each thing how many came back, 0 where none did."
        )
    if any(item.differs for item in kit.items) and not kit.differs_because.strip():
        return Phrase("other counts came back than at the last check"), Phrase(
            "Count again; if it is so, say why in a few words, such as given, broken or not found."
        )
    return None


def _as_checked(kit: Kit) -> Kit:
    """A kit that was retrieved, as the last check has it."""
    items = tuple(item.model_copy(update={"returned": None}) for item in kit.items)
    return kit.model_copy(update={"retrieved_on": None, "items": items, "differs_because": ""})


def _key(name: str) -> str:
    """Two names are one where only blanks or capitals differ."""
    return " ".join(name.split()).casefold()
