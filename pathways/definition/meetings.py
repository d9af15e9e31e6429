"""The frozen models of how the sides meet: weekly meetings with their list of matters, and joint visits at home."""

from collections.abc import Mapping
from enum import StrEnum

from pathways.definition.covers import Weekday
from pathways.definition.days import TimeOfDay
from pathways.definition.durations import Duration, Limit, Unit
from pathways.definition.frozen import Frozen
from pathways.definition.texts import Text


class OnHoliday(StrEnum):
    """What becomes of a meeting whose day is a holiday: none that week, or the nearest working day before or after."""

    SKIP = "skip"
    BEFORE = "day-before"
    AFTER = "day-after"


class Ground(StrEnum):
    """Why a matter stands on the list of a meeting.

    `raised`: a team put it there. `grant-ending`: whoever decides is asked whether a grant is renewed. `granted`:
    somebody else than the role that decides has granted something. `swapped`: the citizen has swapped services.
    `limit-passed`: a limit of the episode has passed.
    """

    RAISED = "raised"
    GRANT_ENDING = "grant-ending"
    GRANTED = "granted"
    SWAPPED = "swapped"
    LIMIT_PASSED = "limit-passed"


class Meeting(Frozen):
    """A weekly meeting of each team with a role, at a local time, about the patients of that team.

    `sits_in`: the roles whose teams take part. `list_before`: how long before it begins its list is made and sent to
    all of them. `grounds`: what puts a matter on the list. `decisions`: what may be decided; what is decided leaves
    the list, all else comes back the next week. `only_in`: the roll-out outside of which a matter is not on the list.
    """

    title: Text
    role: str
    sits_in: tuple[str, ...] = ()
    day: Weekday
    at: TimeOfDay
    holidays: OnHoliday = OnHoliday.AFTER
    list_before: Limit
    grounds: tuple[Ground, ...]
    decisions: Mapping[str, Text]
    only_in: str | None = None


class JointVisits(Frozen):
    """Visits at home by two sides together: one proposes a time, and it is booked when the other says yes.

    `roles`: those whose teams may propose one to each other. `answer`: by when the other side answers. `record`: by
    when after its time it is recorded that it was held, or not. Both are told again after each `repeat`.
    """

    roles: tuple[str, ...]
    answer: Limit
    record: Limit
    repeat: Limit = Duration(amount=1, unit=Unit.DAY)
    only_in: str | None = None
