"""Soundness of the clocks that a pathway declares: each can start, can stop, and has one time."""

from collections.abc import Iterator

from pathways.definition.faults import Code, Finding, KeyPath
from pathways.definition.models import DeclaredClock, Pathway, Trigger

_LONGEST_DAYS = 3_650


def triggers_in(pathway: Pathway) -> Iterator[tuple[KeyPath, Trigger]]:
    """Everything that starts or stops a clock, with its path."""
    for key, clock in pathway.clocks.items():
        for field, triggers in (("starts", clock.starts), ("stops", clock.stops)):
            yield from ((("clocks", key, field, place), trigger) for place, trigger in enumerate(triggers))


def check_clocks(pathway: Pathway) -> Iterator[Finding]:
    """Every clock can start and stop, and has one time; every milestone that is taken back is one."""
    for path, trigger in triggers_in(pathway):
        yield from _check_trigger(path, trigger)
    for name, clock in pathway.clocks.items():
        yield from _check_time(name, clock)
        yield from _check_order(name, clock)
        yield from _check_reach(pathway, name, clock)
    for name, milestone in pathway.milestones.items():
        taken = pathway.milestones.get(milestone.takes_back or "")
        if taken and (milestone.takes_back == name or taken.takes_back):
            sentence = f"`{milestone.takes_back}` takes something back itself."
            mend = "Name the milestone that no longer holds."
            path = ("milestones", name, "takes_back")
            yield Finding(Code.TAKES_BACK_UNCLEAR, path, str(milestone.takes_back), sentence, mend)


def _check_trigger(path: KeyPath, trigger: Trigger) -> Iterator[Finding]:
    given = (trigger.milestone, trigger.level, trigger.leaves, trigger.end, trigger.begins or None)
    if sum(each is not None for each in given) != 1:
        sentence = "This does not name exactly one thing."
        mend = "Write one of: milestone, level, leaves, end, `begins: true`; and an entry of its own for each."
        yield Finding(Code.TRIGGER_UNCLEAR, path, "", sentence, mend)


def _check_time(name: str, clock: DeclaredClock) -> Iterator[Finding]:
    path: KeyPath = ("clocks", name)
    if (clock.limit is None) == (clock.end_of_day is None):
        sentence = f"This clock has {'no time' if clock.limit is None else 'two times'}."
        yield Finding(
            Code.CLOCK_LIMIT_UNCLEAR, path, name, sentence, "Write either `limit` or `end_of_day`.", at_key=True
        )
    elif clock.end_of_day is not None and clock.later is not None:
        sentence = "A later start is given another limit, but the clock ends with a day."
        yield Finding(
            Code.CLOCK_LIMIT_UNCLEAR, (*path, "later"), "later", sentence, "Remove it, or write a `limit`.", at_key=True
        )
    if clock.end_of_day is not None and not 0 <= clock.end_of_day <= _LONGEST_DAYS:
        sentence = "That is no number of days after the start."
        mend = "Write 0 for the same day, 1 for the next, and so on, for at most ten years."
        yield Finding(Code.CLOCK_LIMIT_UNCLEAR, (*path, "end_of_day"), str(clock.end_of_day), sentence, mend)


def _check_order(name: str, clock: DeclaredClock) -> Iterator[Finding]:
    path: KeyPath = ("clocks", name)
    for field, triggers in (("starts", clock.starts), ("stops", clock.stops)):
        for place, trigger in enumerate(triggers):
            if trigger in triggers[:place]:
                sentence, mend = "This stands twice in the list.", "Remove one of the two."
                yield Finding(Code.REPEATED_ENTRY, (*path, field, place), "", sentence, mend)
    for place, trigger in enumerate(clock.stops):
        here = (*path, "stops", place)
        if trigger.end is not None or trigger.begins:
            sentence = "Every end stops every clock, and nothing runs before an episode begins."
            mend = "Remove it. What may still be done after an end is a milestone."
            yield Finding(Code.STOP_WITHOUT_EFFECT, here, "", sentence, mend)
        elif trigger in clock.starts:
            sentence, mend = "The clock starts at the same.", "Let it stop at something else."
            yield Finding(Code.STARTS_AND_STOPS, here, "", sentence, mend)
    has_milestone = any(trigger.milestone is not None for trigger in clock.stops)
    if clock.stops and not has_milestone and any(trigger.end is not None for trigger in clock.starts):
        sentence = "Once the episode has ended, nothing can stop this clock."
        mend = "Let a milestone stop it."
        yield Finding(Code.CLOCK_NEVER_STOPS, (*path, "stops"), "stops", sentence, mend, at_key=True)


def _check_reach(pathway: Pathway, name: str, clock: DeclaredClock) -> Iterator[Finding]:
    """Something that stops the clock can come about from wherever the patient is when it starts."""
    if not clock.stops or any(
        trigger.milestone is not None or trigger.end is not None or trigger.begins for trigger in clock.stops
    ):
        return
    for place, trigger in enumerate(clock.starts):
        starts = _levels_at(pathway, trigger)
        stops = [each.level or each.leaves for each in clock.stops]
        if starts and not any(_reached_from(pathway, level) & set(stops) for level in starts):
            path = ("clocks", name, "starts", place)
            sentence = "Started at this, the clock is stopped by nothing but the end of the episode."
            mend = "Let a milestone stop it, or a level to which the patient can come from here."
            yield Finding(Code.STOP_OUT_OF_REACH, path, str(trigger), sentence, mend)


def _levels_at(pathway: Pathway, trigger: Trigger) -> set[str]:
    """The levels at which the patient may be right after this; none where that could be any."""
    if trigger.level is not None:
        return {trigger.level} & set(pathway.levels)
    if trigger.leaves is not None:
        return {move.to for move in pathway.moves.values() if trigger.leaves in move.from_levels}
    return set(pathway.begin_at) if trigger.begins else set()


def _reached_from(pathway: Pathway, level: str) -> set[str | None]:
    """All levels to which a patient can come from a level, itself among them."""
    reached: set[str | None] = {level}
    waiting = [level]
    while waiting:
        here = waiting.pop()
        for move in pathway.moves.values():
            if here in move.from_levels and move.to not in reached:
                reached.add(move.to)
                waiting.append(move.to)
    return reached
