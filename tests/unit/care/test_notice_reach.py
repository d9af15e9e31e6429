"""Whom each kind of notice reaches, at every hour of two weeks: somebody on duty, or a closed desk once and no more."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import Enum
from functools import cache

import pytest
from care_stories import H, told, with_handover
from care_worlds import NETWORK, PATHWAY, START

from pathways.care.actors import CLOCK
from pathways.care.addressees import reach_of
from pathways.care.clocks import declared_key
from pathways.care.commands import PassClock
from pathways.care.decisions import decide
from pathways.care.episodes import ClockKind, Episode, RunningClock
from pathways.care.notice_kinds import REACH, NoticeKind, Reach
from pathways.care.recording import Context, Recorder
from pathways.care.repeats import lengthened
from pathways.care.states import Action, HandoverStatus
from pathways.care.tables import complete
from pathways.cover.rotas import rota_of
from pathways.definition.durations import Duration
from pathways.definition.networks import Network

S, R = "home-north", "ward-east"
TWO_WEEKS = [START + timedelta(hours=hour) for hour in range(14 * 24)]
DAYS = {"hours": [{"days": ["mon", "tue", "wed", "thu", "fri"], "from": "08:00", "until": "16:00"}]}


def network(cover: Mapping[str, object], covered_by: str | None = None) -> Network:
    """The network with this cover of the sender's team, whose contacts have none of their own."""
    given = NETWORK.model_dump(mode="json", by_alias=True, exclude_none=True)
    team = given["teams"][S]
    team["cover"] = cover
    team["covered_by"] = covered_by
    team["contacts"] = [{key: value for key, value in each.items() if key != "cover"} for each in team["contacts"]]
    return Network.model_validate(given)


WORLDS = {
    "open by day": network(DAYS),
    "covered": network(DAYS, covered_by="ward-east"),
    "calendar without anybody": network({"calendar": "ROTA"}),
    "always": network({"always": True}),
}


@cache
def episode_with(urgency: str) -> Episode:
    """An episode that asks for a handover of this urgency."""
    episode = with_handover(HandoverStatus.REQUESTED).episode
    handover = episode.handovers[H]
    plan = handover.plan.model_copy(update={"urgency": urgency})
    return episode.model_copy(update={"handovers": {H: handover.model_copy(update={"plan": plan})}})


def owed(world: Network, now: datetime, kind: NoticeKind, times: int, urgency: str) -> set[tuple[str, str]]:
    """The team and contact of each notice."""
    recorder = Recorder(Context(PATHWAY, world, now), episode_with(urgency), CLOCK)
    recorder.owe(kind, S, handover=H, times=times)
    return {(each.team, each.contact) for each in recorder.decided().notices}


@pytest.mark.exhaustive
@pytest.mark.parametrize("world", WORLDS.values(), ids=WORLDS)
@pytest.mark.parametrize("urgency", ["acute", "planned"])
def test_every_kind_reaches_somebody_on_duty_or_waits_once_for_a_closed_desk(world: Network, urgency: str) -> None:
    rota = rota_of(world)
    kinds = [kind for kind in NoticeKind if urgency == "acute" or REACH[kind] is Reach.AS_ITS_HANDOVER]
    for now in TWO_WEEKS:
        on_duty = {(each.team, each.contact) for each in rota.ladder(S, now) if each.is_open}
        own = {(S, each.name) for each in world.teams[S].contacts}
        opens_at = rota.opens_at(S, now)
        for kind in kinds:
            for times in (1, 2):
                found = owed(world, now, kind, times, urgency)
                can_wait = REACH[kind] is Reach.CAN_WAIT or (
                    REACH[kind] is Reach.AS_ITS_HANDOVER and urgency == "planned"
                )
                if can_wait and opens_at is not None:
                    assert found <= own
                    assert rota.is_open(S, now) or len(found) == (times == 1)
                else:
                    assert found & on_duty, (kind, now)
                if can_wait and rota.is_open(S, now):
                    assert found <= own


def test_what_the_team_itself_must_find_goes_to_its_closed_desk_as_well() -> None:
    now = datetime.fromisoformat("2026-03-03T01:00:00+00:00")
    first = WORLDS["covered"].teams[S].contacts[0].name
    found = owed(WORLDS["covered"], now, NoticeKind.LOOK_FIRST, 1, "acute")
    assert (S, first) in found
    assert len(found) == 2


def test_a_clock_of_the_pathway_waits_only_where_it_says_so() -> None:
    episode = with_handover(HandoverStatus.REQUESTED).episode
    name, clock = (
        "plan",
        {
            "title": {"en": "Plan"},
            "role": "home-care",
            "starts": [{"begins": True}],
            "stops": [{"end": "deceased"}],
            "limit": "1 day",
            "repeat": "1 day",
        },
    )
    for can_wait, reach in ((False, Reach.NOW), (True, Reach.CAN_WAIT)):
        pathway = PATHWAY.model_validate(
            {
                **PATHWAY.model_dump(mode="json", by_alias=True, exclude_none=True),
                "clocks": {name: {**clock, "can_wait": can_wait}},
            }
        )
        assert reach_of(NoticeKind.LIMIT_PASSED, pathway, episode, subject=declared_key(name)) is reach
    assert reach_of(NoticeKind.NEXT_STEP_WANTED, PATHWAY, episode) is Reach.NOW


def test_the_next_step_after_an_acute_no_in_the_night_reaches_somebody_on_duty() -> None:
    story = with_handover(HandoverStatus.REQUESTED)
    story.change(Action.REJECT, R, "no-place")
    night = datetime.fromisoformat("2026-03-03T01:00:00+00:00")
    context = Context(PATHWAY, WORLDS["covered"], night)
    key = f"{H}/{ClockKind.NEXT_STEP}"
    (notice,) = decide(context, story.episode, PassClock(actor=CLOCK, key=key)).notices
    rungs = context.rota.ladder(S, night)
    assert (notice.team, notice.contact) in {(each.team, each.contact) for each in rungs if each.is_open}


def test_what_can_wait_is_told_to_a_closed_desk_once_and_then_when_it_opens() -> None:
    story = with_handover(HandoverStatus.REQUESTED)
    world, begin = WORLDS["open by day"], datetime.fromisoformat("2026-03-06T20:00:00+00:00")
    clock = RunningClock(
        key=ClockKind.REVIEW,
        kind=ClockKind.REVIEW,
        subject=story.episode.reference,
        owner=S,
        started_at=begin,
        due_at=begin,
        next_at=begin,
        repeat=Duration.model_validate("1 h"),
    )
    episode = story.episode.model_copy(update={"clocks": {clock.key: clock}})
    heard: list[datetime] = []
    for hour in range(72):
        now = begin + timedelta(hours=hour)
        decision = decide(Context(PATHWAY, world, now), episode, PassClock(actor=CLOCK, key=clock.key))
        heard += [now for _notice in decision.notices]
        episode = decision.episode
    friday_night, monday_morning = heard[:2]
    assert friday_night == begin
    assert rota_of(world).is_open(S, monday_morning)
    assert all(rota_of(world).is_open(S, each) for each in heard[1:])


def test_a_clock_that_comes_late_while_the_desk_is_closed_is_told_as_soon_as_it_opens() -> None:
    story = with_handover(HandoverStatus.REQUESTED)
    world, now = WORLDS["open by day"], datetime.fromisoformat("2026-03-07T20:00:00+00:00")
    clock = RunningClock(
        key=ClockKind.REVIEW,
        kind=ClockKind.REVIEW,
        subject=story.episode.reference,
        owner=S,
        started_at=now,
        due_at=now,
        next_at=now,
        repeat=Duration.model_validate("1 day"),
        passed=1,
    )
    episode = story.episode.model_copy(update={"clocks": {clock.key: clock}})
    decision = decide(Context(PATHWAY, world, now), episode, PassClock(actor=CLOCK, key=clock.key))
    assert not told(decision)
    assert decision.episode.clocks[clock.key].next_at == rota_of(world).opens_at(S, now)


@pytest.mark.parametrize(
    ("repeat", "again", "expected"),
    [
        ("10 min", -3, "10 min"),
        ("10 min", 0, "10 min"),
        ("10 min", 1, "20 min"),
        ("10 min", 2, "40 min"),
        ("10 min", 9, "80 min"),
        ("10 h", 5, "20 h"),
        ("1 day", 5, "1 day"),
        ("7 days", 5, "7 days"),
    ],
)
def test_what_is_told_again_is_told_less_and_less_often_but_each_day(repeat: str, again: int, expected: str) -> None:
    assert lengthened(Duration.model_validate(repeat), again) == Duration.model_validate(expected)


def test_a_table_with_a_gap_is_an_error_at_once() -> None:
    class Colour(Enum):
        RED = 1
        BLUE = 2

    with pytest.raises(TypeError, match="BLUE of Colour"):
        complete(Colour, {Colour.RED: "stop"})
