"""Soundness of meetings and joint visits: who takes part is declared, and a list is for one meeting only."""

from collections.abc import Iterator, Mapping, Sequence

from pathways.definition.checks_of_grants import Named
from pathways.definition.faults import Code, Finding, KeyPath
from pathways.definition.models import Pathway

_WEEK_SECONDS = 7 * 86_400


def named_in_meetings(pathway: Pathway) -> Iterator[Named]:
    """Every place where meetings and joint visits name a role or a roll-out."""
    for key, meeting in pathway.meetings.items():
        path: KeyPath = ("meetings", key)
        yield "roles", (*path, "role"), meeting.role, False
        yield from (("roles", (*path, "sits_in", place), name, False) for place, name in enumerate(meeting.sits_in))
        if meeting.only_in is not None:
            yield "roll_outs", (*path, "only_in"), meeting.only_in, False
    if (visits := pathway.joint_visits) is not None:
        path = ("joint_visits",)
        yield from (("roles", (*path, "roles", place), name, False) for place, name in enumerate(visits.roles))
        if visits.only_in is not None:
            yield "roll_outs", (*path, "only_in"), visits.only_in, False


def needed_in_meetings(pathway: Pathway) -> Iterator[tuple[KeyPath, Sequence[object] | Mapping[str, object]]]:
    """What may not be empty."""
    for key, meeting in pathway.meetings.items():
        yield ("meetings", key, "grounds"), meeting.grounds
        yield ("meetings", key, "decisions"), meeting.decisions


def lists_in_meetings(pathway: Pathway) -> Iterator[tuple[KeyPath, Sequence[str]]]:
    """What may hold nothing twice."""
    for key, meeting in pathway.meetings.items():
        yield ("meetings", key, "sits_in"), meeting.sits_in
        yield ("meetings", key, "grounds"), meeting.grounds
    if pathway.joint_visits is not None:
        yield ("joint_visits", "roles"), pathway.joint_visits.roles


def check_meetings(pathway: Pathway) -> Iterator[Finding]:
    """A list is made after the meeting before, and a joint visit is one of two sides."""
    for key, meeting in pathway.meetings.items():
        if meeting.list_before.approximate_seconds >= _WEEK_SECONDS:
            path: KeyPath = ("meetings", key, "list_before")
            sentence = "The list would be made before the meeting of the week before was held."
            mend = "Make it less than a week before the meeting."
            yield Finding(Code.LIST_TOO_EARLY, path, str(meeting.list_before), sentence, mend, compares=(path,))
    if pathway.joint_visits is not None and len(set(pathway.joint_visits.roles)) < 2:
        sentence, mend = "A joint visit is made by two sides.", "Name at least two roles."
        yield Finding(Code.ONE_SIDE_ALONE, ("joint_visits", "roles"), "roles", sentence, mend, at_key=True)
