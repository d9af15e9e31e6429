"""Contacts are put in, taken out and moved while a request is on its way up the ladder: nobody is passed over."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import permutations

import pytest
from care_stories import H, Story, with_handover
from care_worlds import NETWORK

from pathways.care.episodes import Asked, ClockKind, Told
from pathways.care.events_of_handovers import HandoverEscalated
from pathways.care.evolution import replayed
from pathways.care.ladder import ladders
from pathways.care.notice_kinds import NoticeKind
from pathways.care.states import HandoverStatus
from pathways.definition.networks import Network

ANSWER = f"{H}/{ClockKind.ANSWER}"
FIRST, SECOND, THIRD, NEW = "first", "second", "third", "new"
BEFORE = (FIRST, SECOND, THIRD)
LAST = "experts/third"


def with_contacts(names: Sequence[str]) -> Network:
    """The network in which the receiver has these contacts, all always on duty."""
    plain = NETWORK.model_dump(mode="json", by_alias=True)
    contact = plain["teams"]["ward-east"]["contacts"][0]
    plain["teams"]["ward-east"]["contacts"] = [{**contact, "name": name} for name in names]
    return Network.model_validate(plain)


def on_rung(number: int) -> Story:
    """A request that has climbed so far, from 0."""
    story = with_handover(HandoverStatus.REQUESTED)
    for _climb in range(number):
        climbed(story)
    return story


def climbed(story: Story) -> str:
    """Whom the request is told to next."""
    story.now = story.episode.clocks[ANSWER].due_at + timedelta(days=story.handover().escalations)
    (step,) = [r.event for r in story.pass_clock(ANSWER).events if isinstance(r.event, HandoverEscalated)]
    return f"{step.team}/{step.contact}"


def published(story: Story, names: Sequence[str]) -> None:
    """Put another state of the network in force."""
    story.context = replace(story.context, network=with_contacts(names))


def changes() -> Iterator[tuple[str, ...]]:
    """One taken out, one put in at each place, another in the place of each, and every order."""
    for place in range(3):
        yield BEFORE[:place] + BEFORE[place + 1 :]
        yield (*BEFORE[:place], NEW, *BEFORE[place + 1 :])
    for place in range(4):
        yield (*BEFORE[:place], NEW, *BEFORE[place:])
    yield from permutations(BEFORE)


@pytest.mark.parametrize("rung", range(4))
@pytest.mark.parametrize("names", changes(), ids=",".join)
def test_whatever_becomes_of_a_ladder_the_next_step_goes_on_from_who_has_the_request(
    names: tuple[str, ...], rung: int
) -> None:
    story = on_rung(rung)
    has = (*BEFORE, LAST)[rung]
    published(story, names)
    ladder = [*(f"ward-east/{name}" for name in names), LAST]
    told = [f"ward-east/{name}" for name in BEFORE[: rung + 1]] + [LAST] * (rung == 3)

    following = climbed(story)

    present = has if has == LAST else f"ward-east/{has}"
    above = ladder[ladder.index(present) + 1 :] if present in ladder else []
    untold = [each for each in ladder if each not in told]
    assert following == [*above, *untold, LAST][0]
    for _climb in range(2 * len(ladder)):
        told += [following]
        following = climbed(story)
    assert set(ladder) <= set(told)


@pytest.mark.parametrize(
    ("rung", "names", "following"),
    [
        (0, (SECOND, THIRD), SECOND),
        (1, (FIRST, THIRD), THIRD),
        (1, (THIRD, SECOND, FIRST), FIRST),
        (1, (NEW, FIRST, SECOND, THIRD), THIRD),
        (0, (FIRST, NEW, SECOND, THIRD), NEW),
        (0, (THIRD, SECOND, FIRST), LAST),
    ],
)
def test_the_next_contact_after_a_change(rung: int, names: tuple[str, ...], following: str) -> None:
    story = on_rung(rung)
    published(story, names)
    assert climbed(story).removeprefix("ward-east/") == following


def test_who_has_a_request_is_shown_and_reminds_the_next_where_they_are_no_longer_on_the_ladder() -> None:
    story = with_handover(HandoverStatus.REQUESTED)
    published(story, (SECOND, THIRD))
    (seen,) = ladders(story.context, story.episode, story.handover())
    assert (seen.present.contact, seen.present.is_open, seen.following.contact) == (FIRST, False, SECOND)

    story.now = story.episode.clocks[ANSWER].next_at
    assert [(owed.kind, owed.contact) for owed in story.pass_clock(ANSWER).notices] == [(NoticeKind.REMINDER, SECOND)]


def test_a_request_kept_as_a_number_is_with_whoever_was_told_last() -> None:
    told = [{"team": "ward-east", "contact": FIRST}, {"team": "ward-east", "contact": SECOND}]
    assert Asked.model_validate({"team": "ward-east", "rung": 1, "told": told}).has == Told(**told[1])
    assert Asked.model_validate({"team": "ward-east", "rung": 0}).has is None


def test_what_happened_says_by_itself_who_has_the_request() -> None:
    story = on_rung(2)
    episode = replayed(story.history)
    assert episode is not None
    (asked,) = episode.handovers[H].asked
    assert asked.has == Told(team="ward-east", contact=THIRD)
    assert isinstance(asked.told_at, datetime)
