"""Soundness of the limits of a pathway: what comes first has no more time than what comes after it."""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from pathways.definition.durations import Duration
from pathways.definition.faults import Code, Finding, KeyPath
from pathways.definition.models import Beginning, Pathway, UrgencyRules


class _Given(NamedTuple):
    """A limit and where it stands."""

    path: KeyPath
    limit: Duration

    @property
    def seconds(self) -> int:
        return self.limit.approximate_seconds


def check_limits(pathway: Pathway) -> Iterator[Finding]:
    """The limits of every move, urgency and phase, and of coming back, can be kept in their order."""
    yield from _check_moves(pathway)
    if pathway.coming_back is not None:
        answer = _Given(("coming_back", "answer"), pathway.coming_back.answer)
        yield from _check_arrive(_Given(("coming_back", "arrive"), pathway.coming_back.arrive), answer)
    yield from _check_beginning(pathway.beginning)
    for name, rules in pathway.urgencies.items():
        yield from _check_marks(("urgencies", name), rules, _answers(pathway, name))
        yield from _check_stale(pathway, name, rules)
        yield from _check_hold(pathway, name, rules)
    yield from _check_watched(pathway)
    yield from _check_phases(pathway)


def _check_moves(pathway: Pathway) -> Iterator[Finding]:
    for key, move in pathway.moves.items():
        for name, urgency in move.urgencies.items():
            path: KeyPath = ("moves", key, "urgencies", name)
            answer = _Given((*path, "answer"), urgency.answer)
            yield from _check_arrive(_Given((*path, "arrive"), urgency.arrive), answer)
            if urgency.remind is not None and urgency.remind.approximate_seconds >= answer.seconds:
                sentence = f"`remind` is not shorter than `answer` ({answer.limit}); it counts back from there."
                mend = "Remind closer to the end, or leave `remind` out."
                remind = _Given((*path, "remind"), urgency.remind)
                yield _finding(Code.REMIND_NOT_SHORTER, remind, sentence, mend, answer)


def _check_arrive(arrive: _Given, answer: _Given) -> Iterator[Finding]:
    if arrive.seconds <= answer.seconds:
        sentence = f"`arrive` is not longer than `answer` ({answer.limit}); both count from the request."
        mend = "Give more time to arrive, or less to answer."
        yield _finding(Code.ARRIVE_NOT_LONGER, arrive, sentence, mend, answer)


def _check_beginning(beginning: Beginning) -> Iterator[Finding]:
    answer = _Given(("beginning", "answer"), beginning.answer)
    yield from _check_arrive(_Given(("beginning", "arrive"), beginning.arrive), answer)
    yield from _check_marks(("beginning",), beginning.rules, [answer])


def _check_marks(path: KeyPath, rules: UrgencyRules, answers: Iterable[_Given]) -> Iterator[Finding]:
    """Delivered, then seen, then answered. What is too long for several moves is told for the quickest."""
    marks = [
        _Given((*path, mark), limit)
        for mark, limit in (("delivered", rules.delivered), ("seen", rules.seen))
        if limit is not None
    ]
    if len(marks) == 2 and marks[1].seconds < marks[0].seconds:
        sentence = f"`seen` is shorter than `delivered` ({marks[0].limit}); both count from the request."
        mend = "Give more time to be seen, or less to be delivered."
        yield _finding(Code.SEEN_BEFORE_DELIVERED, marks[1], sentence, mend, marks[0])
    quickest = min(answers, key=lambda answer: answer.seconds, default=None)
    for mark in marks:
        if quickest is not None and mark.seconds > quickest.seconds:
            of = f" of the move `{quickest.path[1]}`" if quickest.path[0] == "moves" else ""
            sentence = f"`{mark.path[-1]}` is longer than `answer`{of} ({quickest.limit})."
            yield _finding(Code.MARK_AFTER_ANSWER, mark, sentence, f"Write at most {quickest.limit}.", quickest)


def _check_watched(pathway: Pathway) -> Iterator[Finding]:
    """Every urgency that can be asked for says by when a request has come and is opened, or why nobody watches that.

    Without, an address that does not work is not noticed before the answer is late.
    """
    for name, answer in _first_answers(pathway).items():
        rules = pathway.rules_for(name)
        limits = {"delivered": rules.delivered, "seen": rules.seen}
        missing = " and ".join(f"`{mark}`" for mark, limit in limits.items() if limit is None)
        is_declared = name in pathway.urgencies
        if pathway.urgencies and not is_declared:
            continue  # it is told that nobody knows it
        path = ("urgencies", name) if is_declared else answer.path[:-1]
        if missing and not (rules.unwatched_because or "").strip():
            sentence = (
                f"The urgency `{name}` has no {missing}: a request that reaches nobody is noticed only by its answer."
            )
            mend = "Write both limits, or under `unwatched_because` why nobody watches."
            where = "" if is_declared else f"Declare `{name}` under `urgencies`. "
            yield Finding(Code.UNWATCHED_REQUEST, path, name, sentence, where + mend, at_key=True)
        elif not missing and rules.unwatched_because is not None:
            sentence = f"The urgency `{name}` says why nobody watches, and has both limits."
            at = (*path, "unwatched_because")
            words = "unwatched_because"
            yield Finding(Code.UNWATCHED_REQUEST, at, words, sentence, "Leave `unwatched_because` out.", at_key=True)


def _check_stale(pathway: Pathway, name: str, rules: UrgencyRules) -> Iterator[Finding]:
    longest = max(_answers(pathway, name), key=lambda answer: answer.seconds, default=None)
    if rules.stale is None or longest is None or rules.stale.approximate_seconds > longest.seconds:
        return
    sentence = f"`stale` is not longer than `answer` of the move `{longest.path[1]}` ({longest.limit})."
    mend = "Give more time, so that the request has been told to all contacts before it closes."
    yield _finding(Code.STALE_BEFORE_ANSWER, _Given(("urgencies", name, "stale"), rules.stale), sentence, mend, longest)


def _check_hold(pathway: Pathway, name: str, rules: UrgencyRules) -> Iterator[Finding]:
    if rules.hold is None:
        return
    hold = _Given(("urgencies", name, "hold"), rules.hold)
    arrivals = [
        _Given(("moves", key, "urgencies", name, "arrive"), move.urgencies[name].arrive)
        for key, move in pathway.moves.items()
        if name in move.urgencies and move.to in pathway.levels and pathway.levels[move.to].places
    ]
    if not arrivals:
        sentence = f"No move that is `{name}` leads to a level with places."
        mend = "Remove `hold`, or write `places: true` at the level where places are."
        yield Finding(Code.HOLD_WITHOUT_PLACES, hold.path, "hold", sentence, mend, at_key=True)
        return
    shortest = min(arrivals, key=lambda arrive: arrive.seconds)
    if hold.seconds > shortest.seconds:
        sentence = f"`hold` is longer than `arrive` of the move `{shortest.path[1]}` ({shortest.limit})."
        yield _finding(Code.HOLD_AFTER_ARRIVE, hold, sentence, f"Write at most {shortest.limit}.", shortest)


def _check_phases(pathway: Pathway) -> Iterator[Finding]:
    """Every phase changes something, and one that holds back lets what is urgent pass."""
    answers = [answer for name in _first_answers(pathway) for answer in _answers(pathway, name)]
    longest = max(answers, key=lambda answer: answer.seconds, default=None)
    for phase, rules in pathway.phases.items():
        path: KeyPath = ("phases", phase.value)
        if rules.change_within is None and rules.answer is None and not rules.holds_back:
            sentence = f"Nothing is different in the phase `{phase}`."
            mend = "Remove it, or write `change_within`, `answer` or `holds_back`."
            yield Finding(Code.PHASE_WITHOUT_EFFECT, path, phase.value, sentence, mend, at_key=True)
        if rules.answer is not None and longest and rules.answer.approximate_seconds >= longest.seconds:
            sentence = f"No answer takes as long even without this: the longest `answer` is {longest.limit}."
            answer = _Given((*path, "answer"), rules.answer)
            mend = "Give less time to answer in this phase, or leave `answer` out."
            yield _finding(Code.PHASE_WITHOUT_EFFECT, answer, sentence, mend, longest)
        if rules.holds_back and not any(urgency.is_urgent for urgency in pathway.urgencies.values()):
            sentence = "Nothing could pass: no urgency is marked as urgent."
            mend = "Write `is_urgent: true` at an urgency, or leave `holds_back` out."
            yield Finding(Code.ALL_HELD_BACK, (*path, "holds_back"), "holds_back", sentence, mend, at_key=True)


def _first_answers(pathway: Pathway) -> dict[str, _Given]:
    """The limit to answer of the first move with each urgency that moves have limits for."""
    names = dict.fromkeys(name for move in pathway.moves.values() for name in move.urgencies)
    return {name: _answers(pathway, name)[0] for name in names}


def _answers(pathway: Pathway, name: str) -> list[_Given]:
    """The limits to answer of all moves with this urgency."""
    return [
        _Given(("moves", key, "urgencies", name, "answer"), move.urgencies[name].answer)
        for key, move in pathway.moves.items()
        if name in move.urgencies
    ]


def _finding(code: Code, at: _Given, sentence: str, mend: str, other: _Given) -> Finding:
    return Finding(code, at.path, str(at.limit), sentence, mend, compares=(at.path, other.path))
