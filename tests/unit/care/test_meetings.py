"""What stands on the list of a weekly meeting and why, what is decided there, and what comes back the next week."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from care_stories import E, Story, person, told
from care_worlds import PERSON_NAME
from grant_worlds import ASSESSOR, GRANTING, HOME, PLAIN, PLANNER, begun, grant, held, leave, renew, swap, undo

from pathways.care.commands import EndEpisode, PauseEpisode
from pathways.care.grants.rules import decision_key
from pathways.care.meetings.commands import DecideMatter, RaiseMatter
from pathways.care.meetings.matters import matters, on_list_at
from pathways.care.meetings.rules import matter_key, next_meeting
from pathways.care.notice_kinds import NoticeKind
from pathways.care.recording import Decision
from pathways.care.waits import WaitKind, waits
from pathways.definition.meetings import Ground
from pathways.definition.models import Pathway
from pathways.errors import Refused

KEY = matter_key("triage")


def on_the_list(story: Story) -> list[tuple[Ground, str]]:
    context = replace(story.context, now=story.now)
    return [(each.ground, each.subject) for each in matters(context, story.episode, "triage")]


def put_on(story: Story, team: str | None = HOME, meeting: str = "triage") -> Decision:
    return story.perform(RaiseMatter(actor=person(team), meeting=meeting))


def decide(story: Story, decision: str = "kept", team: str = ASSESSOR, meeting: str = "triage") -> Decision:
    return story.perform(DecideMatter(actor=person(team), meeting=meeting, decision=decision))


def test_nothing_is_on_the_list_of_an_episode_that_asks_for_nothing() -> None:
    story = begun()
    assert on_the_list(story) == []
    with pytest.raises(Refused, match="it is not on the list of that meeting"):
        decide(story)


def test_what_a_team_raises_is_on_the_list_until_it_is_decided() -> None:
    story = begun()
    put_on(story)
    assert on_the_list(story) == [(Ground.RAISED, E)]
    with pytest.raises(Refused, match="on that list already"):
        put_on(story)
    story.wait(days=1)
    decide(story)
    assert on_the_list(story) == []
    assert story.episode.meetings["triage"].decision == "kept"
    assert not story.episode.clocks
    story.wait(days=1)
    put_on(story)
    assert on_the_list(story) == [(Ground.RAISED, E)]


def test_what_was_raised_and_not_decided_is_told_after_the_day_of_the_meeting_and_again_each_week() -> None:
    story = begun()
    put_on(story)
    (wait,) = waits(story.episode)
    assert (wait.kind, wait.subject, wait.teams) == (WaitKind.MATTER, "triage", (HOME,))
    assert wait.due_at == datetime(2026, 3, 3, 23, tzinfo=UTC)  # the midnight after Tuesday 3 March
    for _week in range(2):
        story.now = story.episode.clocks[KEY].next_at
        assert told(story.pass_clock(KEY)) == {(NoticeKind.MATTER_UNDECIDED, HOME)}
        assert on_the_list(story) == [(Ground.RAISED, E)]
    decide(story)
    assert not [owed for owed in story.outbox if owed.kind is NoticeKind.MATTER_UNDECIDED]


def test_what_is_raised_after_the_hour_of_the_meeting_waits_for_the_next() -> None:
    story = begun(now=datetime(2026, 3, 3, 8, 0, tzinfo=UTC))  # nine o'clock in Sweden: it begins
    put_on(story)
    assert story.episode.clocks[KEY].due_at == datetime(2026, 3, 10, 23, tzinfo=UTC)
    assert next_meeting(story.context, GRANTING.meetings["triage"]) == datetime(2026, 3, 3, 8, tzinfo=UTC)


def test_what_somebody_else_than_the_assessor_granted_is_looked_at() -> None:
    story = begun()
    grant(story)
    assert on_the_list(story) == []
    grant(story, "infection", PLANNER)
    assert on_the_list(story) == [(Ground.GRANTED, "infection-1")]
    story.wait(days=1)
    decide(story)
    assert on_the_list(story) == []


def test_what_the_citizen_swapped_is_looked_at_unless_it_was_undone() -> None:
    story = begun()
    grant(story)
    swap(story, "cleaning", "walk", 10)
    assert on_the_list(story) == [(Ground.SWAPPED, "household-1/1")]
    undo(story)
    assert on_the_list(story) == []


def test_a_grant_that_ends_soon_is_on_the_list_until_it_is_renewed_or_left_to_lapse() -> None:
    for settle in (renew, leave):
        story = begun()
        grant(story)
        story.now = held(story).ends_at - timedelta(days=14, seconds=1)
        assert on_the_list(story) == []
        story.wait(seconds=1)
        assert on_the_list(story) == [(Ground.GRANT_ENDING, "household-1")]
        story.pass_clock(decision_key("household-1"))
        assert on_the_list(story) == [(Ground.GRANT_ENDING, "household-1")]
        settle(story)
        assert on_the_list(story) == []


def test_a_limit_that_passed_is_on_the_list() -> None:
    story = begun()
    story.perform(PauseEpisode(actor=person(HOME), kind="elsewhere"))
    story.wait(days=8)
    story.pass_clock("episode.pause")
    assert on_the_list(story) == [(Ground.LIMIT_PASSED, "episode.pause")]


def test_a_limit_that_the_pathway_declares_stands_there_by_its_name() -> None:
    clock = {
        "title": {"en": "Call"},
        "role": "home-care",
        "starts": [{"begins": True}],
        "stops": [{"leaves": "home"}],
        "limit": "2 days",
        "repeat": "1 day",
    }
    plain = {**GRANTING.model_dump(mode="json", by_alias=True), "clocks": {"law.call": clock}}
    story = begun(pathway=Pathway.model_validate(plain))
    story.wait(days=3)
    story.pass_clock("declared/law.call")
    assert on_the_list(story) == [(Ground.LIMIT_PASSED, "law.call")]


def test_outside_the_roll_out_and_after_the_end_nothing_is_on_the_list() -> None:
    story = begun("town")
    grant(story, "infection", ASSESSOR)
    with pytest.raises(Refused, match="that meeting does not take up such matters"):
        put_on(story)
    assert on_the_list(story) == []
    inside = begun()
    put_on(inside)
    inside.end()
    assert on_the_list(inside) == []
    assert KEY not in inside.episode.clocks
    with pytest.raises(Refused, match="it has ended"):
        put_on(inside)


def test_a_meeting_takes_up_only_its_own_grounds() -> None:
    plain = GRANTING.model_dump(mode="json", by_alias=True)
    plain["meetings"]["triage"]["grounds"] = ["swapped"]
    story = begun(pathway=Pathway.model_validate(plain))
    grant(story, "infection", PLANNER)
    assert on_the_list(story) == []
    with pytest.raises(Refused, match="does not take up"):
        put_on(story)


def test_only_those_concerned_raise_and_only_those_who_sit_in_it_decide() -> None:
    story = begun()
    with pytest.raises(Refused, match=rf"your team has no part in it\. Ask {HOME}"):
        put_on(story, "ward-east")
    put_on(story, ASSESSOR)
    with pytest.raises(Refused, match=f"Ask {HOME} or {ASSESSOR} or {PLANNER}"):
        decide(story, team="ward-east")
    decide(story, team=HOME)


def test_meetings_and_decisions_are_those_of_the_pathway_and_nothing_typed_is_repeated() -> None:
    story = begun()
    put_on(story)
    with pytest.raises(Refused, match=r"no decision of that meeting\. Choose one of: kept, to-assess") as refusal:
        decide(story, PERSON_NAME)
    assert PERSON_NAME not in str(refusal.value)
    with pytest.raises(Refused, match=r"Choose one of: triage\.") as refusal:
        put_on(story, meeting=PERSON_NAME)
    assert PERSON_NAME not in str(refusal.value)
    without = begun(district=None, pathway=Pathway.model_validate(PLAIN))
    with pytest.raises(Refused, match="Its pathway has no meetings"):
        put_on(without)
    assert matters(without.context, without.episode, "triage") == ()


def comes_at(story: Story) -> datetime | None:
    return on_list_at(replace(story.context, now=story.now), story.episode)


def test_nothing_comes_onto_a_list_before_it_is_said_and_nothing_that_is_there_comes_later() -> None:
    story = begun()
    assert comes_at(story) is None
    assert put_on(story).on_list_at == story.now == comes_at(story)
    story.wait(days=1)
    assert decide(story).on_list_at is None
    assert comes_at(story) is None


def test_a_grant_that_ends_comes_onto_the_list_at_the_very_moment_that_is_told_beforehand() -> None:
    story = begun()
    grant(story)
    comes = comes_at(story)
    assert comes is not None
    assert comes > story.now
    before = replace(story.context, now=comes - timedelta(seconds=1))
    assert Ground.GRANT_ENDING not in {each.ground for each in matters(before, story.episode, "triage")}
    at = replace(story.context, now=comes)
    assert Ground.GRANT_ENDING in {each.ground for each in matters(at, story.episode, "triage")}


def test_an_ended_episode_comes_onto_no_list() -> None:
    story = begun()
    put_on(story)
    assert story.perform(EndEpisode(actor=person(HOME), end="deceased")).on_list_at is None
    assert comes_at(story) is None
