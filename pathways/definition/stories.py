"""How a fault of a pathway comes about: the shortest story of a patient, for those who give the care.

Only faults that a patient would meet have a story. What is misspelt or missing is told by its sentence alone.
"""

from collections.abc import Callable, Mapping

from pathways.definition.faults import Code, Finding
from pathways.definition.models import Pathway


def told(finding: Finding, pathway: Pathway) -> Finding:
    """The finding with its story, where it has one and none was told yet. Never raises, whatever is wrong."""
    tell = _STORIES.get(finding.code)
    if tell is None or finding.example:
        return finding
    try:
        story = tell(finding, pathway)
    except LookupError:  # what the story would be about is not declared, which is told by itself
        return finding
    return Finding(**{**vars(finding), "example": story})


def way_to(pathway: Pathway, level: str) -> tuple[str, ...] | None:
    """The fewest moves that lead from where an episode begins to a level; None where no way leads there."""
    ways: dict[str, tuple[str, ...]] = dict.fromkeys(pathway.begin_at, ())
    waiting = list(ways)
    while waiting:
        here = waiting.pop(0)
        for name, move in pathway.moves.items():
            if here in move.from_levels and move.to not in ways:
                ways[move.to] = (*ways[here], name)
                waiting.append(move.to)
    return ways.get(level)


def _coming_to(pathway: Pathway, level: str) -> str:
    """How a patient comes to a level, as the beginning of a story."""
    way = way_to(pathway, level) or ()
    begun = pathway.moves[way[0]].from_levels if way else (level,)
    first = next(each for each in begun if each in pathway.begin_at) if way else level
    return " ".join((f"A patient begins at `{first}`.", *(f"Then `{name}` is carried out." for name in way)))


def _stuck(finding: Finding, pathway: Pathway) -> str:
    level = str(finding.path[1])
    return f"{_coming_to(pathway, level)} The patient is at `{level}`, gets worse or better, and can be moved nowhere."


def _never_there(finding: Finding, pathway: Pathway) -> str:
    level, begun = finding.path[1], _listed(pathway.begin_at)
    if not begun:
        return f"No patient can begin anywhere, and so none ever comes to `{level}`."
    return f"A patient begins at {begun}. Whatever moves are carried out, the patient never comes to `{level}`."


def _no_place(finding: Finding, pathway: Pathway) -> str:
    name = str(finding.path[1])
    move = pathway.moves[name]
    way_on = pathway.moves[str(move.if_no_place)]
    asked = f"{_coming_to(pathway, move.from_levels[0])} `{name}` is asked for. There is no place at `{move.to}`."
    return f"{asked} `{move.if_no_place}` is the way on, and leads to `{way_on.to}` from {_listed(way_on.from_levels)}."


def _round(finding: Finding, pathway: Pathway) -> str:
    first = here = str(finding.path[1])
    steps: list[str] = []
    while not steps or here != first:
        steps.append(f"`{here}` is asked for, and there is no place.")
        here = str(pathway.moves[here].if_no_place)
    return " ".join((_coming_to(pathway, pathway.moves[first].from_levels[0]), *steps, f"Then `{first}` again."))


def _limits(finding: Finding, pathway: Pathway) -> str:
    first, second = (_at(pathway, path) for path in finding.compares)
    what, other = (str(path[-1]) for path in finding.compares)
    return f"A request is sent at 08:00. `{what}` runs until {first} later, and `{other}` until {second} later."


def _at(pathway: Pathway, path: tuple[str | int, ...]) -> str:
    value: object = pathway
    for step in path:
        value = value[str(step)] if isinstance(value, Mapping) else getattr(value, str(step))
    return str(value)


def _runs_on(finding: Finding, pathway: Pathway) -> str:
    clock = pathway.clocks[str(finding.path[1])]
    stops = ", ".join(map(str, clock.stops))
    return (
        f"The clock starts at {clock.starts[0]}, and would stop at {stops}. It runs on, told again each {clock.repeat}."
    )


def _nothing_passes(finding: Finding, pathway: Pathway) -> str:
    return f"A patient is in the phase {finding.path[1]}. No request is urgent, so each of them is held back."


def _never_suggested(finding: Finding, pathway: Pathway) -> str:
    return f"Whatever is known of a patient, this never speaks for `{finding.path[1]}`."


def _always_suggested(finding: Finding, pathway: Pathway) -> str:
    return f"Whatever is known of a patient, this speaks for `{finding.path[1]}`."


def _nobody_answers(finding: Finding, pathway: Pathway) -> str:
    task = finding.path[1]
    coming = _coming_to(pathway, finding.words)
    return f"{coming} `{task}` is to be done at `{finding.words}`, and nobody can say who answers for it."


def _no_way_back(finding: Finding, pathway: Pathway) -> str:
    name = str(finding.path[1])
    move = pathway.moves[finding.words]
    level = next(each for each in pathway.treatments[name].levels if each not in move.from_levels)
    return f"A patient gets `{name}` at `{level}`. There is a complication. `{finding.words}` cannot start there."


def _complication_waits(finding: Finding, pathway: Pathway) -> str:
    asked = "Nobody is asked until a summary has been written."
    return f"A patient gets `{finding.path[1]}`. There is a complication. {asked}"


def _for_ever(finding: Finding, pathway: Pathway) -> str:
    waits = "All places of the programme are taken, and a patient waits for one."
    return f"{waits} Somebody leaves it, by whichever end: the place is used up, and no other ever comes free."


def _windows(finding: Finding, pathway: Pathway) -> str:
    first, later = finding.compares[0], finding.path
    then = f"`{later[2]}` of `{later[1]}` {finding.words} later: no day lies between."
    return f"Somebody is enrolled. `{first[2]}` of `{first[1]}` is {_at(pathway, first)} later, and {then}"


def _beside_the_effort(finding: Finding, pathway: Pathway) -> str:
    lasts, renewals = (_at(pathway, path) for path in finding.compares)
    granted = f"Somebody is enrolled, and `{finding.compares[0][1]}` is granted for {lasts}"
    if finding.path[1] == "during":
        return f"{granted}. What is measured {finding.words} later is measured when it has ended."
    may_run = f"{granted}; it may be renewed {renewals} times."
    return f"{may_run} What is measured {finding.words} later is measured while it may still run."


def _asked_too_early(finding: Finding, pathway: Pathway) -> str:
    ask, lasts = (_at(pathway, path) for path in finding.compares)
    return f"`{finding.path[1]}` is granted for {lasts}. Whoever decides on a renewal is asked {ask} before its end."


def _swapped(finding: Finding, pathway: Pathway) -> str:
    gives, gets = (_at(pathway, (*finding.path, each)) for each in ("gives", "gets"))
    give, get = (_at(pathway, (*finding.path, each)) for each in ("give", "get"))
    return f"A citizen gives {gives} minutes a week of `{give}`, and gets {gets} of `{get}` for them."


def _never_rolled_out(finding: Finding, pathway: Pathway) -> str:
    until = _at(pathway, finding.compares[1])
    return f"The roll-out is over after {until}. The stage would begin on {finding.words}: it never holds for anybody."


def _rolled_out_alone(finding: Finding, pathway: Pathway) -> str:
    until, last = (_at(pathway, path) for path in finding.compares)
    return f"The pathway ends on {last}. Its rules would still be tried out until {until}, and hold for nobody."


def _list_before_meeting(finding: Finding, pathway: Pathway) -> str:
    day = pathway.meetings[str(finding.path[1])].day
    return (
        f"The meeting is held each {day}. The list of the next one is made {finding.words} before it, "
        "with all that is to be decided in the meeting still to be held."
    )


def _listed(names: tuple[str, ...]) -> str:
    return ", ".join(f"`{name}`" for name in names)


_STORIES: Mapping[Code, Callable[[Finding, Pathway], str]] = {
    Code.UNREACHABLE_LEVEL: _never_there,
    Code.LEVEL_WITHOUT_EXIT: _stuck,
    Code.FALLBACK_TO_SAME_LEVEL: _no_place,
    Code.FALLBACK_FROM_ELSEWHERE: _no_place,
    Code.FALLBACK_LACKS_URGENCY: _no_place,
    Code.FALLBACK_LACKS_REASON: _no_place,
    Code.FALLBACK_IN_CIRCLE: _round,
    Code.ARRIVE_NOT_LONGER: _limits,
    Code.REMIND_NOT_SHORTER: _limits,
    Code.SEEN_BEFORE_DELIVERED: _limits,
    Code.MARK_AFTER_ANSWER: _limits,
    Code.STALE_BEFORE_ANSWER: _limits,
    Code.HOLD_AFTER_ARRIVE: _limits,
    Code.CLOCK_NEVER_STOPS: _runs_on,
    Code.STOP_OUT_OF_REACH: _runs_on,
    Code.ALL_HELD_BACK: _nothing_passes,
    Code.NEVER_TRUE: _never_suggested,
    Code.ALWAYS_TRUE: _always_suggested,
    Code.TASK_OF_NOBODY: _nobody_answers,
    Code.MOVE_FROM_ELSEWHERE: _no_way_back,
    Code.COMPLICATION_WAITS: _complication_waits,
    Code.NEVER_A_PLACE: _for_ever,
    Code.WINDOWS_OVERLAP: _windows,
    Code.WINDOW_OUTSIDE_PACKAGE: _beside_the_effort,
    Code.ASK_NOT_SHORTER: _asked_too_early,
    Code.SWAP_MAKES_TIME: _swapped,
    Code.STAGE_AFTER_END: _never_rolled_out,
    Code.ROLL_OUT_OUTLASTS: _rolled_out_alone,
    Code.LIST_TOO_EARLY: _list_before_meeting,
}
