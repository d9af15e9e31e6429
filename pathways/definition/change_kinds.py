"""What a change between two versions is about, for those who live by it: limits, responsibilities, moves, and so on."""

from collections.abc import Iterable, Mapping
from enum import StrEnum

from pathways.definition.differences import Difference
from pathways.definition.texts import Text


class ChangeKind(StrEnum):
    """What a change is about. The order is that in which changes are told."""

    RESPONSIBILITY = "responsibilities"
    LIMIT = "limits"
    MOVE = "moves"
    ITEM = "items"
    AGREEMENT = "agreement"
    OTHER = "other"


_RESPONSIBILITIES = {"responsible", "consulted", "carries_out", "informed", "informs", "role", "roles", "tasks", "side"}
_LIMITS = {
    *("answer", "arrive", "remind", "repeat", "delivered", "seen", "hold", "question", "stale", "valid_for", "within"),
    *("cause_within", "change_within", "limit", "later", "end_of_day", "draft_limit", "clocks", "record_within"),
    *("act_within", "longest", "name_within", "review"),
}
_MOVES = {"moves", "levels", "begin_at", "reasons", "rejections", "ends", "coming_back", "beginning", "urgencies"}
_ITEMS = {"readiness", "ready", "waivers", "waive", "summary", "read_back", "waive_read_back", "evidence"}
_AGREEMENT = {"pathway", "agreement", "in_force_from", "in_force_until", "title", "languages"}
_BY_NAME = (
    (ChangeKind.RESPONSIBILITY, _RESPONSIBILITIES),
    (ChangeKind.LIMIT, _LIMITS),
    (ChangeKind.ITEM, _ITEMS),
)


def kind_of(difference: Difference) -> ChangeKind:
    """What a change is about: by the key that has changed, or else by the part of the file that it stands in."""
    top, last = str(difference.path[0]), str(difference.path[-1])
    if top in _AGREEMENT:
        return ChangeKind.AGREEMENT
    if top == "tasks":
        return ChangeKind.RESPONSIBILITY
    for kind, names in _BY_NAME:
        if last in names or top in names:
            return kind
    return ChangeKind.MOVE if top in _MOVES else ChangeKind.OTHER


def by_kind(differences: Iterable[Difference]) -> Mapping[ChangeKind, list[Difference]]:
    """The changes in the order in which they are told, by what they are about; kinds without any are left out."""
    found: dict[ChangeKind, list[Difference]] = {kind: [] for kind in ChangeKind}
    for difference in differences:
        found[kind_of(difference)].append(difference)
    return {kind: changes for kind, changes in found.items() if changes}


def title_in(text: Text, language: str) -> str:
    """A title in this language or, where it is not there, in the first that is."""
    return text.get(language) or next(iter(text.values()))
