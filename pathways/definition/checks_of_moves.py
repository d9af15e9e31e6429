"""Soundness of the ways through a pathway: levels that are reached and left, and the ways on with no place."""

from collections.abc import Iterator

from pathways.definition.faults import Code, Finding
from pathways.definition.models import NO_PLACE, Move, Pathway


def check_ways(pathway: Pathway) -> Iterator[Finding]:
    """Every level can be reached from where an episode begins, and left again."""
    reached = _reached(pathway)
    left = {level for move in pathway.moves.values() for level in move.from_levels}
    for name in pathway.levels:
        path = ("levels", name)
        if name not in reached:
            mend = "Add it to `begin_at`, or add a move to it from a level that can be reached."
            yield Finding(Code.UNREACHABLE_LEVEL, path, name, f"No way leads to the level `{name}`.", mend, at_key=True)
        if name not in left:
            mend = "Name it under the `from` of a move."
            yield Finding(
                Code.LEVEL_WITHOUT_EXIT, path, name, f"No move leads away from the level `{name}`.", mend, at_key=True
            )


def check_moves(pathway: Pathway) -> Iterator[Finding]:
    """Every move leads elsewhere, and has a way on that ends."""
    for name, move in pathway.moves.items():
        if move.to in move.from_levels:
            path = ("moves", name, "from", move.from_levels.index(move.to))
            sentence = f"The move leads from the level `{move.to}` to the same level."
            yield Finding(Code.MOVE_TO_ITSELF, path, move.to, sentence, "Remove the level here, or change `to`.")
        yield from _check_fallback(name, move, pathway)
    yield from _check_circles(pathway)


def _reached(pathway: Pathway) -> set[str]:
    reached, waiting = set(pathway.begin_at), list(pathway.begin_at)
    while waiting:
        level = waiting.pop()
        for move in pathway.moves.values():
            if level in move.from_levels and move.to not in reached:
                reached.add(move.to)
                waiting.append(move.to)
    return reached


def _check_fallback(name: str, move: Move, pathway: Pathway) -> Iterator[Finding]:
    """The way on can be gone by whoever may need it. A way on that is not declared is told elsewhere."""
    way_on = pathway.moves.get(move.if_no_place or "")
    if move.if_no_place is None or way_on is None:
        return
    path, word = ("moves", name, "if_no_place"), move.if_no_place
    if move.to in pathway.levels and not pathway.levels[move.to].places:
        sentence = f"The level `{move.to}` has no places, so it never lacks one."
        mend = f"Remove `if_no_place`, or write `places: true` at the level `{move.to}`."
        yield Finding(Code.FALLBACK_WITHOUT_PLACES, path, word, sentence, mend)
    if way_on.to == move.to:
        sentence = f"`{word}` leads to `{move.to}` too, which has no place."
        yield Finding(Code.FALLBACK_TO_SAME_LEVEL, path, word, sentence, "Name a move to another level.")
    if NO_PLACE not in pathway.rejections:
        sentence = f"No receiver can say that there is no place: `{NO_PLACE}` is not among the `rejections`."
        yield Finding(Code.MISSING_NO_PLACE, path, word, sentence, f"Add `{NO_PLACE}:` under `rejections`.")
    yield from _check_fallback_covers(name, move, way_on, word)


def _check_fallback_covers(name: str, move: Move, way_on: Move, word: str) -> Iterator[Finding]:
    path = ("moves", name, "if_no_place")
    comparisons = (
        (Code.FALLBACK_FROM_ELSEWHERE, "from", move.from_levels, way_on.from_levels, "cannot start at"),
        (Code.FALLBACK_LACKS_URGENCY, "urgencies", tuple(move.urgencies), tuple(way_on.urgencies), "has no limits for"),
        (Code.FALLBACK_LACKS_REASON, "reasons", move.reasons, way_on.reasons, "cannot be asked for with"),
    )
    for code, section, needed, offered, lacks in comparisons:
        missing = [f"`{each}`" for each in needed if each not in offered]
        if missing:
            sentence = f"`{word}` {lacks} {', '.join(missing)}, where this move may need it."
            yield Finding(code, path, word, sentence, f"Add that under `{section}` of `{word}`, or name another move.")


def _check_circles(pathway: Pathway) -> Iterator[Finding]:
    """Ways on that lead round are told once, at the move of the circle that stands first in the file."""
    told: set[str] = set()
    ways_on = {name: move.if_no_place for name, move in pathway.moves.items() if move.if_no_place is not None}
    for name in ways_on:
        chain, here = [name], ways_on[name]
        while here in ways_on and here not in chain:
            chain.append(here)
            here = ways_on[here]
        if here == name and name not in told:
            sentence = f"With no place anywhere this leads round: {' → '.join((*chain, name))}."
            mend = "Let one of these moves end without `if_no_place`."
            yield Finding(Code.FALLBACK_IN_CIRCLE, ("moves", name, "if_no_place"), ways_on[name], sentence, mend)
            told.update(chain)
