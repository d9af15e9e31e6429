"""After a stop of the whole program: no request goes more than one step, none closes unseen, and who asked is told."""

import random
from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import cache

import pytest
from care_stories import WORDS, H, Story, change, person, told
from care_worlds import NETWORK, PATHWAY, ROOT

from pathways.care.actors import SYSTEM
from pathways.care.answer_limits import ANSWER_LIMITS
from pathways.care.clocks import handover_key
from pathways.care.commands import AskQuestion
from pathways.care.episodes import ClockKind, ClockOutcome
from pathways.care.events import ClockStopped
from pathways.care.events_of_handovers import HandoverAddressed, HandoverEscalated
from pathways.care.notice_kinds import NoticeKind
from pathways.care.recording import Context, Decision
from pathways.care.states import Action, HandoverStatus
from pathways.definition.models import Pathway, UrgencyRules
from pathways.definition.networks import Network
from pathways.definition.reading import read_pathway

CATALOGUE = sorted(path.name for path in (ROOT / "pathways/catalogue").glob("*.yaml"))
MONDAY = datetime.fromisoformat("2026-03-02T09:00:00+00:00")
FRIDAY_EVENING = datetime.fromisoformat("2026-03-06T19:30:00+00:00")
DOWNTIMES = [
    timedelta(minutes=3),
    timedelta(minutes=9, seconds=30),
    timedelta(minutes=31),
    timedelta(hours=3),
    timedelta(hours=13),
    timedelta(days=2),
    timedelta(days=16),
]
TELLS_THE_SENDER = {NoticeKind.NOT_DELIVERED, NoticeKind.NOT_SEEN, NoticeKind.OVERDUE, NoticeKind.STOOD_STILL}
CLOSING, SEEN = (handover_key(H, kind) for kind in (ClockKind.CLOSING, ClockKind.SEEN))
KINDS = (*ANSWER_LIMITS, ClockKind.CLOSING)


@cache
def office_hours() -> Network:
    """The network in which the receiver's first two contacts are there by day only."""
    plain = NETWORK.model_dump(mode="json", by_alias=True)
    office = {"hours": [{"days": ["mon", "tue", "wed", "thu", "fri"], "from": "08:00", "until": "16:30"}]}
    for contact in plain["teams"]["ward-east"]["contacts"][:2]:
        contact["cover"] = office
    return Network.model_validate(plain)


@cache
def rules_of(name: str) -> tuple[Pathway, ...]:
    """The two shores with the limits of each move and urgency of a pathway of the catalogue, each once."""
    catalogued = read_pathway(ROOT / "pathways/catalogue" / name)
    silent = {"summary": (), "read_back": False, "waive_read_back": None, "hold": None}
    found: dict[str, Pathway] = {}
    for move in catalogued.moves.values():
        for urgency, limits in move.urgencies.items():
            admit = PATHWAY.moves["admit"].model_copy(
                update={"urgencies": {"acute": limits.model_copy(update={"ready": ()})}}
            )
            asked = catalogued.rules_for(urgency).model_copy(update=silent)
            rules = {"moves": {**PATHWAY.moves, "admit": admit}, "urgencies": {"acute": asked}}
            found.setdefault(f"{limits} {asked}", PATHWAY.model_copy(update=rules))
    return tuple(found.values())


def due(story: Story) -> list[str]:
    """The keys of the limits of the request that are up, the oldest first."""
    clocks = [each for each in story.episode.clocks.values() if each.kind in KINDS and each.next_at <= story.now]
    return [clock.key for clock in sorted(clocks, key=lambda clock: (clock.next_at, clock.key))]


def run(story: Story, shuffled: random.Random | None = None) -> list[Decision]:
    """What acting on all limits that are up does, as one run of `watch` does it."""
    keys = due(story)
    if shuffled:
        shuffled.shuffle(keys)
    return [story.pass_clock(key) for key in keys]


def watch(story: Story, until: datetime) -> list[Decision]:
    """Act on each limit within the minute in which it is up, until then."""
    decisions: list[Decision] = []
    while True:
        coming = [each.next_at for each in story.episode.clocks.values() if each.kind in KINDS]
        at = max(min(coming, default=until), story.now) + timedelta(seconds=40)
        if at >= until:
            story.now = until
            return decisions
        story.now = at
        decisions += run(story)


def steps(decisions: list[Decision]) -> list[HandoverEscalated | HandoverAddressed]:
    events = [recorded.event for decision in decisions for recorded in decision.events]
    return [event for event in events if isinstance(event, HandoverEscalated | HandoverAddressed)]


def is_known_undelivered(story: Story) -> bool:
    """Whether the sender has heard that no channel took the request: that nobody opened it is then nothing new."""
    delivered = story.episode.clocks.get(handover_key(H, ClockKind.DELIVERED))
    return delivered is not None and delivered.passed > 0


def limit_of(story: Story, kind: ClockKind) -> datetime:
    return story.episode.clocks[handover_key(H, kind)].due_at


def stopped_for(
    rules: Pathway, network: Network, begin: datetime, after: timedelta, downtime: timedelta, *, is_delivered: bool
) -> Story:
    """A request at the moment when the program runs again."""
    story = Story(context=Context(rules, network, begin), now=begin)
    story.plan("admit", "acute")
    if is_delivered:
        story.perform(change(Action.DELIVER, SYSTEM))
    watch(story, begin + after)
    story.now += downtime
    return story


def stops() -> Iterator[tuple[datetime, timedelta]]:
    for begin in (MONDAY, FRIDAY_EVENING):
        for after in (timedelta(seconds=30), timedelta(minutes=28), timedelta(hours=11)):
            yield begin, after


def given_until(story: Story, *, is_anew: bool) -> datetime:
    """Until when whoever is told late has it: a repeat long; what is asked anew has its own limits again."""
    rules = story.context.pathway
    limits, asked = rules.moves["admit"].urgencies["acute"], rules.rules_for("acute")
    own = [each for each in (asked.delivered, asked.seen, limits.answer) if each and is_anew]
    return min(each.after(story.now, story.context.zone) for each in (limits.repeat, *own)) - timedelta(seconds=1)


@pytest.mark.exhaustive
@pytest.mark.parametrize("name", CATALOGUE)
@pytest.mark.parametrize("downtime", DOWNTIMES, ids=str)
def test_catching_up_takes_no_request_further_than_one_step_and_closes_none(name: str, downtime: timedelta) -> None:
    lots, tried = random.Random(f"{name} {downtime}"), 0  # noqa: S311 - lots, no secrets
    for rules in rules_of(name):
        for begin, after in stops():
            story = stopped_for(
                rules, lots.choice((NETWORK, office_hours())), begin, after, downtime, is_delivered=lots.random() < 0.5
            )
            if story.handover().status is not HandoverStatus.REQUESTED:
                continue  # its own closing came before
            tried += 1
            passed = [
                key
                for key in due(story)
                if key not in (CLOSING, *([SEEN] if is_known_undelivered(story) else []))
                and story.episode.clocks[key].due_at <= story.now
            ]
            late = story.now - min((story.episode.clocks[key].next_at for key in due(story)), default=story.now)
            decisions = run(story, lots if lots.random() < 0.5 else None)

            assert story.handover().status is HandoverStatus.REQUESTED
            assert len(steps(decisions)) <= 2  # to those who take over from a desk that has closed, or one step up
            climbed = [step for step in steps(decisions) if isinstance(step, HandoverEscalated)]
            assert len(climbed) <= 1
            assert not due(story) or due(story) == [CLOSING]
            kinds = {kind for each in decisions for kind, _team in told(each)}
            assert not passed or kinds & TELLS_THE_SENDER
            if climbed and late > timedelta(minutes=2):
                again = watch(story, given_until(story, is_anew=NoticeKind.STOOD_STILL in kinds))
                assert not [step for step in steps(again) if isinstance(step, HandoverEscalated)]
                assert story.handover().status is HandoverStatus.REQUESTED
    assert tried


def rules(**limits: str | bool) -> Pathway:
    acute = UrgencyRules.model_validate({"title": {"en": "Acute"}, "is_urgent": True, **limits})
    return PATHWAY.model_copy(update={"urgencies": {"acute": acute}})


ACUTE = rules(delivered="5 min", seen="10 min", stale="12 h")


def test_a_request_that_should_have_closed_while_nothing_ran_gets_new_limits_and_the_sender_hears_of_it() -> None:
    story = stopped_for(ACUTE, NETWORK, MONDAY, timedelta(seconds=30), timedelta(hours=13), is_delivered=True)
    decisions = run(story)

    (step,) = steps(decisions)
    assert (step.team, step.contact) == ("ward-east", "second")
    assert (NoticeKind.STOOD_STILL, "home-north") in {each for decision in decisions for each in told(decision)}
    assert limit_of(story, ClockKind.ANSWER) == story.now + timedelta(minutes=30)
    assert limit_of(story, ClockKind.SEEN) == story.now + timedelta(minutes=10)
    assert limit_of(story, ClockKind.STALE) == story.now + timedelta(hours=12)
    watch(story, story.now + timedelta(hours=12, minutes=2))
    assert story.handover().closing_reason == "stale"


@pytest.mark.parametrize(
    ("minutes", "outcome"),
    [(-5, ClockOutcome.MET), (0, ClockOutcome.MET), (90, ClockOutcome.LATE), (None, ClockOutcome.MET)],
)
def test_an_answer_of_before_is_judged_by_the_limit_of_its_own_asking(
    minutes: int | None, outcome: ClockOutcome
) -> None:
    story = stopped_for(ACUTE, NETWORK, MONDAY, timedelta(seconds=30), timedelta(hours=13), is_delivered=True)
    key = handover_key(H, ClockKind.ANSWER)
    due_at = story.episode.clocks[key].due_at
    run(story)
    story.wait(minutes=10)
    accept = change(Action.ACCEPT, person("ward-east"))
    at = story.now if minutes is None else due_at + timedelta(minutes=minutes)
    decision = story.perform(accept.model_copy(update={"occurred_at": at}))
    stopped = {each.event.key: each.event.outcome for each in decision.events if isinstance(each.event, ClockStopped)}
    assert stopped[key] == outcome


def test_the_time_in_which_nothing_ran_does_not_count_towards_the_closing() -> None:
    """Five minutes before it would have closed, nobody had been asked but the first contact."""
    story = stopped_for(ACUTE, NETWORK, MONDAY, timedelta(0), timedelta(hours=11, minutes=55), is_delivered=True)
    run(story)
    assert limit_of(story, ClockKind.STALE) == MONDAY + timedelta(hours=12) + timedelta(hours=11, minutes=45)


def test_whoever_is_told_late_has_a_whole_repeat_though_the_answer_is_due_before_that() -> None:
    story = stopped_for(ACUTE, NETWORK, MONDAY, timedelta(minutes=4), timedelta(minutes=25), is_delivered=False)
    (step,) = steps(run(story))
    assert step.contact == "second"
    assert limit_of(story, ClockKind.ANSWER) == story.now + timedelta(minutes=10)


def test_a_late_reminder_moves_no_limit() -> None:
    story = stopped_for(rules(), NETWORK, MONDAY, timedelta(minutes=4), timedelta(minutes=20), is_delivered=True)
    (decision,) = run(story)
    assert told(decision) == {(NoticeKind.REMINDER, "ward-east")}
    assert limit_of(story, ClockKind.ANSWER) == MONDAY + timedelta(minutes=30)


def test_nobody_is_reminded_of_what_they_were_told_in_the_same_moment() -> None:
    story = stopped_for(ACUTE, NETWORK, MONDAY, timedelta(minutes=4), timedelta(minutes=17), is_delivered=False)
    assert {kind for decision in run(story) for kind, _team in told(decision)} == {
        NoticeKind.ESCALATED,
        NoticeKind.NOT_DELIVERED,
    }


def test_who_takes_over_from_a_closed_desk_is_not_passed_in_the_same_moment() -> None:
    """The desks closed at 16:30; the third contact is asked as the one who takes over, and the ladder stops there."""
    begin = datetime.fromisoformat("2026-03-02T15:20:00+00:00")
    story = stopped_for(ACUTE, office_hours(), begin, timedelta(0), timedelta(hours=2), is_delivered=True)
    handed_on = story.pass_clock(CLOSING)
    late = run(story)
    (step,) = steps([handed_on, *late])
    assert step.contact == "third"
    assert {NoticeKind.OVERDUE} == {kind for decision in late for kind, _team in told(decision)}


def test_a_request_that_waits_for_a_question_stays_open_and_is_told_to_nobody_further() -> None:
    stopping = rules(stale="12 h", question_stops_answer=True)
    story = Story(context=Context(stopping, NETWORK, MONDAY), now=MONDAY)
    story.plan("admit", "acute")
    story.perform(AskQuestion(actor=person("ward-east"), handover=H, text=WORDS))
    story.wait(hours=13)
    decisions = run(story)
    assert not steps(decisions)
    assert {each for decision in decisions for each in told(decision)} == {(NoticeKind.STOOD_STILL, "home-north")}
    assert limit_of(story, ClockKind.STALE) == story.now + timedelta(hours=12)
