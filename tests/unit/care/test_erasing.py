"""Erasing by rule: only what is over and old enough, and nothing is ever done to what was erased."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from care_stories import Story, person
from care_worlds import NETWORK

from pathways.access.commands import name_of_kind
from pathways.care.actors import SYSTEM
from pathways.care.commands import Command, EndEpisode, EraseRecord
from pathways.care.decisions import _RULES, decide
from pathways.care.erasing import erased_before, retention_of
from pathways.care.events import RecordErased
from pathways.errors import Refused

NORTH = "home-north"
COMMANDS: list[type[Command]] = sorted(_RULES, key=name_of_kind)


def over(end: str = "moved") -> Story:
    """An episode that is over, with nothing that waits."""
    story = Story()
    story.perform(EndEpisode(actor=person(NORTH), end=end))
    return story


def erase(story: Story, *, days_ago: int = 3653) -> tuple[object, ...]:
    last = story.now - timedelta(days=days_ago)
    return tuple(each.event for each in story.perform(EraseRecord(actor=SYSTEM, last_entry_at=last)).events)


def test_what_is_over_and_old_enough_is_erased_and_says_since_when() -> None:
    story = over()
    assert not story.episode.clocks
    assert erase(story) == (RecordErased(after_years=10),)
    assert story.episode.erased_at == story.now


def test_the_years_are_counted_from_the_last_entry_to_the_instant() -> None:
    story = over()
    before = erased_before(NETWORK, story.now)
    assert (before.year, before.month, before.day) == (story.now.year - 10, story.now.month, story.now.day)
    for last, is_old in ((before, False), (before - timedelta(seconds=1), True)):
        command = EraseRecord(actor=SYSTEM, last_entry_at=last)
        if is_old:
            story.perform(command)
            continue
        with pytest.raises(Refused, match="is not 10 years old"):
            story.perform(command)


def test_a_record_of_the_29th_of_february_is_kept_until_the_28th_at_least() -> None:
    assert erased_before(NETWORK, datetime(2036, 2, 29, 12, tzinfo=UTC)) == datetime(2026, 2, 28, 12, tzinfo=UTC)


def test_what_goes_on_or_still_waits_for_something_is_kept_however_old() -> None:
    with pytest.raises(Refused, match="is not over, or something of it still waits"):
        erase(Story())
    waits = over("deceased")
    assert waits.episode.clocks
    with pytest.raises(Refused, match="is not over, or something of it still waits"):
        erase(waits)


def test_without_a_rule_everything_is_kept() -> None:
    story = over()
    for_ever = NETWORK.model_copy(update={"retention_years": None})
    with pytest.raises(Refused, match="has no rule by which records are erased"):
        retention_of(for_ever)
    story.context = replace(story.context, network=for_ever)
    with pytest.raises(Refused, match="has no rule"):
        erase(story)


@pytest.mark.parametrize("kind", COMMANDS, ids=name_of_kind)
def test_nothing_is_ever_done_to_what_was_erased(kind: type[Command]) -> None:
    story = over()
    erase(story)
    with pytest.raises(Refused, match="The record of episode E222-2222 was erased"):
        decide(story.context, story.episode, kind.model_construct(actor=SYSTEM))
