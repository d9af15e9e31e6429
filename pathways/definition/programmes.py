"""The frozen models of a programme: who may be enrolled in it, how many, who waits, and how it is evaluated."""

from collections.abc import Iterator, Mapping
from enum import StrEnum

from pathways.definition.durations import Limit
from pathways.definition.frozen import Frozen
from pathways.definition.texts import Text

_Path = tuple[str | int, ...]


class WaitingList(Frozen):
    """Who finds no place waits for one, in the order of time.

    `ask_again`: how often the team that is responsible for the wait is asked whether it still makes sense.
    `enrol_within`: how long a place that has come free is left to the first in line before the next is told of it too.
    """

    ask_again: Limit
    enrol_within: Limit


class Enrolment(Frozen):
    """What must hold for an episode to begin in the programme.

    `criteria`: each is confirmed, by name, by whoever begins. `cap`: how many places the programme has, in one network
    and over all versions of the pathway. `frees`: the ends that give the place to another; after any other end it is
    used up. Left out, every end frees it. Without `waiting_list` nobody waits: a full programme refuses.
    `package`: granted to whoever is enrolled, in the moment of the enrolment.
    """

    criteria: Mapping[str, Text] = {}
    cap: int | None = None
    frees: tuple[str, ...] | None = None
    waiting_list: WaitingList | None = None
    package: str | None = None


class Better(StrEnum):
    """Which way a measure is better."""

    HIGHER = "higher"
    LOWER = "lower"


class Measure(Frozen):
    """Something that is measured with a named instrument, by the patient's team with a role.

    It gives numbers from `lowest` to `highest`, in steps of `step` or, where that is 1, with so many `decimals`.
    """

    title: Text
    instrument: str
    role: str
    lowest: int
    highest: int
    step: int = 1
    decimals: int = 0
    better: Better


class BeforeWindow(Frozen):
    """From so much `earlier` than the enrolment to so much `later`."""

    earlier: Limit
    later: Limit


class Window(Frozen):
    """From `opens` to `closes`, both counted from the enrolment."""

    opens: Limit
    closes: Limit


class Comparison(StrEnum):
    """With whom those who are enrolled are compared."""

    WAITING_LIST = "waiting-list"


class Evaluation(Frozen):
    """What is measured before, during and after the effort, and how it is reported.

    Every window counts from the enrolment; for those who wait, from the day on which their wait began. While one is
    open and nothing has been measured, the role of the measure is reminded after each `repeat`. Fewer observations
    than `few` are said to be few. `not_after`: ends after which nobody is measured; a death is always one.
    """

    measures: Mapping[str, Measure]
    before: BeforeWindow
    during: Window
    after: Window
    repeat: Limit
    few: int = 10
    compare_with: Comparison | None = None
    not_after: tuple[str, ...] = ()


def texts_in(enrolment: Enrolment | None, evaluation: Evaluation | None) -> Iterator[tuple[_Path, Text]]:
    """Every text that is written in several languages, with its path."""
    if enrolment:
        yield from ((("enrolment", "criteria", key), text) for key, text in enrolment.criteria.items())
    if evaluation:
        for key, measure in evaluation.measures.items():
            yield ("evaluation", "measures", key, "title"), measure.title


def names_in(enrolment: Enrolment | None, evaluation: Evaluation | None) -> Iterator[tuple[str, _Path, str]]:
    """Every place that names something which the pathway declares: the section, the path, the name."""
    if enrolment and enrolment.package:
        yield "packages", ("enrolment", "package"), enrolment.package
    for place, end in enumerate((enrolment and enrolment.frees) or ()):
        yield "ends", ("enrolment", "frees", place), end
    if evaluation:
        for key, measure in evaluation.measures.items():
            yield "roles", ("evaluation", "measures", key, "role"), measure.role
        for place, end in enumerate(evaluation.not_after):
            yield "ends", ("evaluation", "not_after", place), end
