"""What the evaluation of a programme says: numbers of groups, never of a person. Pure; knows no names.

A group of fewer than five is told as that, and nothing more of it. No effect is claimed: what differs is shown, with
how few it rests on, and whether there is anybody to compare with.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from statistics import median, quantiles
from zoneinfo import ZoneInfo

from pathways.care.episodes import Episode
from pathways.care.programme.windows import Occasion, counted, effort_began_at, openings
from pathways.definition.checks_of_programmes import SMALLEST_GROUP
from pathways.definition.models import Pathway
from pathways.definition.programmes import Comparison, Evaluation, Measure

Course = Mapping[Occasion, float]
"""What was measured of one citizen, by occasion."""


class Group(StrEnum):
    """Whose measurements are told together."""

    ENROLLED = "enrolled"
    WAITING = "waiting"


@dataclass(frozen=True)
class Spread:
    """How many numbers there are, their median, and the quartiles between which the middle half lies."""

    count: int
    median: float
    lower: float
    upper: float


@dataclass(frozen=True)
class Told:
    """What may be told of a group: the spread, or only that there is nobody, or fewer than five."""

    count: int
    spread: Spread | None
    is_few: bool

    @property
    def is_hidden(self) -> bool:
        """Whether there are some, but too few to tell anything of them."""
        return 0 < self.count < SMALLEST_GROUP


@dataclass(frozen=True)
class GroupContent:
    """One measure in one group: how many could have been measured, each occasion, the change, and the courses.

    `change`: of those measured both before and after, what came after less what was before. `courses`: the numbers of
    each citizen of whom there are at least two; sorted by the numbers, so that their order tells nothing; none where
    they are fewer than five.
    """

    group: Group
    citizens: Told
    occasions: Mapping[Occasion, Told]
    change: Told
    courses: tuple[Course, ...]


@dataclass(frozen=True)
class MeasureContent:
    """One measure, with its groups, the enrolled first."""

    name: str
    measure: Measure
    groups: tuple[GroupContent, ...]

    @property
    def can_be_drawn(self) -> bool:
        """Whether there is an occasion at which anything may be told of a group."""
        return any(each.spread for group in self.groups for each in group.occasions.values())


@dataclass(frozen=True)
class EvaluationContent:
    """A whole evaluation. `networks`: whose citizens it is about. `taken`: how many places of the programme are taken.

    More may have been enrolled than there are places: some ends free theirs.
    """

    pathway: Pathway
    evaluation: Evaluation
    networks: tuple[str, ...]
    enrolled: int
    taken: int
    waiting: int
    ends: Mapping[str, Told]
    measures: tuple[MeasureContent, ...]

    @property
    def is_compared(self) -> bool:
        """Whether somebody was to be compared with, and at least five of them were measured."""
        found = [group for each in self.measures for group in each.groups if group.group is Group.WAITING]
        return any(group.change.spread is not None for group in found)


@dataclass(frozen=True)
class Subject:
    """An episode as an evaluation sees it: with the version of the pathway and the time zone that it is under."""

    episode: Episode
    pathway: Pathway
    zone: ZoneInfo


def evaluated(
    pathway: Pathway, evaluation: Evaluation, networks: Sequence[str], subjects: Sequence[Subject]
) -> EvaluationContent:
    """What is to be told of these episodes. The measures are those of `evaluation`."""
    enrolled = [each for each in subjects if effort_began_at(each.episode)]
    waiting = [each for each in subjects if each.episode.enrolment and each.episode.enrolment.waits_since]
    ends: dict[str, int] = {}
    for each in enrolled:
        if each.episode.end:
            ends[each.episode.end] = ends.get(each.episode.end, 0) + 1
    return EvaluationContent(
        pathway=pathway,
        evaluation=evaluation,
        networks=tuple(networks),
        enrolled=len(enrolled),
        taken=sum(
            each.episode.enrolment is not None and each.episode.enrolment.place_of is not None for each in enrolled
        ),
        waiting=sum(effort_began_at(each.episode) is None for each in waiting),
        ends={end: told([], evaluation, count=ends[end]) for end in pathway.ends if end in ends},
        measures=tuple(
            MeasureContent(name, measure, tuple(_groups(name, evaluation, enrolled, waiting)))
            for name, measure in evaluation.measures.items()
        ),
    )


def told(numbers: Sequence[float], evaluation: Evaluation, *, count: int | None = None) -> Told:
    """What may be told of these numbers; with `count`, only of how many there are."""
    found = len(numbers) if count is None else count
    spread = spread_of(numbers) if len(numbers) >= SMALLEST_GROUP else None
    return Told(count=found, spread=spread, is_few=found < evaluation.few)


def spread_of(numbers: Sequence[float]) -> Spread:
    """Median and quartiles (the inclusive method) of at least two numbers."""
    lower, _middle, upper = quantiles(numbers, n=4, method="inclusive")
    return Spread(count=len(numbers), median=median(numbers), lower=lower, upper=upper)


def _groups(
    name: str, evaluation: Evaluation, enrolled: Iterable[Subject], waiting: Iterable[Subject]
) -> Iterable[GroupContent]:
    of_enrolled = [_course(each, name, effort_began_at(each.episode), None) for each in enrolled]
    yield _group(Group.ENROLLED, of_enrolled, evaluation)
    if evaluation.compare_with is Comparison.WAITING_LIST:
        waits = ((each, each.episode.enrolment) for each in waiting)
        of_waiting = [_course(each, name, it.waits_since, it.enrolled_at) for each, it in waits if it]
        yield _group(Group.WAITING, of_waiting, evaluation)


def _course(subject: Subject, name: str, start: datetime | None, until: datetime | None) -> Course:
    """What counts of one citizen, in windows that count from `start`; what was measured before `until`."""
    if start is None or subject.pathway.evaluation is None:
        return {}
    windows = openings(subject.pathway.evaluation, start, subject.zone)
    there = [each for each in subject.episode.measurements if until is None or each.at < until]
    return counted(there, windows, name)


def _group(group: Group, courses: Sequence[Course], evaluation: Evaluation) -> GroupContent:
    changes = [
        course[Occasion.AFTER] - course[Occasion.BEFORE]
        for course in courses
        if Occasion.BEFORE in course and Occasion.AFTER in course
    ]
    of_each = {
        occasion: told([course[occasion] for course in courses if occasion in course], evaluation)
        for occasion in Occasion
    }
    shown = {occasion for occasion, each in of_each.items() if each.spread}
    seen = [{occasion: course[occasion] for occasion in Occasion if occasion in course} for course in courses]
    lines = sorted((course for course in seen if len(course) > 1 and set(course) <= shown), key=_order)
    return GroupContent(
        group=group,
        citizens=told([], evaluation, count=len(courses)),
        occasions=of_each,
        change=told(changes, evaluation),
        courses=tuple(lines) if len(lines) >= SMALLEST_GROUP else (),
    )


def _order(course: Course) -> tuple[float, ...]:
    return tuple(course.get(occasion, float("-inf")) for occasion in Occasion)
