"""Soundness of the conditions under which moves are suggested: each asks for one thing that can and need not be.

What a condition asks for is turned into ways to fulfil it: sets of values that instruments, the phase and facts must
have. Without a way it is never true; when its opposite has no way, it is always true.
"""

from collections.abc import Iterator, Mapping
from itertools import product

from pathways.definition.checks_of_texts import check_lists
from pathways.definition.conditions import SCORES, Condition, Fact, Instrument, Phase
from pathways.definition.faults import Code, Finding, KeyPath
from pathways.definition.models import Pathway

MOST_TESTS = 12
"""Phases, assessments and facts in one condition."""

DEEPEST = 3
"""How many conditions may lie inside each other, the innermost counted too."""

_Way = Mapping[Instrument | Fact | type[Phase], frozenset[object]]
"""One way to fulfil a condition: the values that each thing known of the patient must have."""


def check_conditions(pathway: Pathway) -> Iterator[Finding]:
    """Every condition of the pathway can be read, and can be both fulfilled and not fulfilled."""
    for name, move in pathway.moves.items():
        if move.suggested_when is None:
            continue
        path = ("moves", name, "suggested_when")
        tests, depth = _size(move.suggested_when)
        if tests > MOST_TESTS or depth > DEEPEST:
            sentence = f"This has {tests} tests, and conditions {depth} deep inside each other."
            mend = f"Write at most {MOST_TESTS} tests, {DEEPEST} deep, and let people judge the rest."
            yield Finding(Code.LARGE_CONDITION, path, "suggested_when", sentence, mend, at_key=True)
        else:
            yield from _check(move.suggested_when, path)


def _size(condition: Condition) -> tuple[int, int]:
    """How many tests a condition has, and how deep they lie."""
    inner = [_size(each) for each in (*condition.any_of, *condition.all_of)]
    if not inner:
        return 1, 1
    return sum(tests for tests, _ in inner), 1 + max(depth for _, depth in inner)


def _check(condition: Condition, path: KeyPath) -> list[Finding]:
    """The faults of the innermost conditions; of those that hold them only when these have none."""
    found = [*_check_form(condition, path)]
    for key, inner in (("any", condition.any_of), ("all", condition.all_of)):
        for place, each in enumerate(inner):
            here = (*path, key, place)
            if each in inner[:place]:
                sentence, mend = "The same condition stands twice in this list.", "Remove one of the two."
                found.append(Finding(Code.REPEATED_ENTRY, here, "", sentence, mend))
            found += _check(each, here)
    return found or [*_check_meaning(condition, path)]


def _check_form(condition: Condition, path: KeyPath) -> Iterator[Finding]:
    given = {
        "any": condition.any_of,
        "all": condition.all_of,
        "phase": condition.phase,
        "assessment": condition.assessment,
        "fact": condition.fact,
    }
    kinds = [name for name, value in given.items() if value]
    if not kinds:
        sentence, mend = "This condition asks for nothing.", f"Write one of: {', '.join(given)}."
        yield Finding(Code.EMPTY_CONDITION, path, "", sentence, mend)
    if len(kinds) > 1:
        sentence = f"This condition asks for several things at once: {', '.join(kinds)}."
        mend = "Make each a condition of its own, in a list under `any` (one is enough) or `all`."
        yield Finding(Code.MIXED_CONDITION, path, "", sentence, mend)
    yield from check_lists([((*path, "phase"), condition.phase)])
    yield from _check_bounds(condition, path)


def _check_bounds(condition: Condition, path: KeyPath) -> Iterator[Finding]:
    for key, bound in (("at_least", condition.at_least), ("at_most", condition.at_most)):
        if bound is None:
            continue
        if condition.assessment is None:
            sentence, mend = f"`{key}` does not say of which assessment.", "Add `assessment:` beside it, or remove it."
            yield Finding(Code.BOUND_WITHOUT_ASSESSMENT, (*path, key), key, sentence, mend, at_key=True)
        elif bound not in SCORES[condition.assessment]:
            scores = SCORES[condition.assessment]
            steps = f" in steps of {scores.step}" if scores.step > 1 else ""
            sentence = f"`{condition.assessment}` never gives {bound}."
            mend = f"Write a number from {scores[0]} to {scores[-1]}{steps}."
            yield Finding(Code.WRONG_SCORE, (*path, key), str(bound), sentence, mend)


def _check_meaning(condition: Condition, path: KeyPath) -> Iterator[Finding]:
    if not _ways(condition, wanted=True):
        sentence = "This can never be true."
        mend = "Compare what it asks for: it contradicts itself."
        yield Finding(Code.NEVER_TRUE, path, "", sentence, mend)
    elif not _ways(condition, wanted=False):
        sentence = "This is true whatever is known of the patient."
        mend = "Ask for less than everything, or remove it."
        yield Finding(Code.ALWAYS_TRUE, path, "", sentence, mend)


def _ways(condition: Condition, *, wanted: bool) -> list[_Way]:
    """Every way in which a condition is true, or with `wanted` false in which it is not."""
    if condition.any_of or condition.all_of:
        inner = [_ways(each, wanted=wanted) for each in (*condition.any_of, *condition.all_of)]
        if bool(condition.any_of) == wanted:
            return [way for ways in inner for way in ways]
        joined = [_joined(ways) for ways in product(*inner)]
        return [way for way in joined if all(way.values())]
    what, values, possible = _test(condition)
    left = values if wanted else possible - values
    return [{what: left}] if left else []


def _joined(ways: tuple[_Way, ...]) -> _Way:
    """The way that goes all of these ways; with an empty set where they exclude each other."""
    joined: dict[Instrument | Fact | type[Phase], frozenset[object]] = {}
    for way in ways:
        for what, values in way.items():
            joined[what] = joined.get(what, values) & values
    return joined


def _test(condition: Condition) -> tuple[Instrument | Fact | type[Phase], frozenset[object], frozenset[object]]:
    """What one test looks at, the values that it wants, and all that are possible."""
    if condition.fact is not None:
        return condition.fact, frozenset({True}), frozenset({True, False})
    if condition.assessment is None:
        return Phase, frozenset(condition.phase), frozenset(Phase)
    scores = SCORES[condition.assessment]
    at_least = scores[0] if condition.at_least is None else condition.at_least
    at_most = scores[-1] if condition.at_most is None else condition.at_most
    return condition.assessment, frozenset(each for each in scores if at_least <= each <= at_most), frozenset(scores)
