"""Pausing an episode and going on with it: what waits meanwhile, who is told, and which services pause when."""

from copy import copy
from datetime import timedelta

import pytest
from care_stories import E, H, Story, person, told, with_handover
from care_worlds import NETWORK, PATHWAY, PERSON_NAME, START, TEAMS

from pathways.care.actors import CLOCK, SYSTEM, Actor
from pathways.care.commands import PauseEpisode, ResumeEpisode, TakeBackEnd
from pathways.care.episodes import ClockKind, ClockOutcome, Pause
from pathways.care.events import ClockStopped, ServicesChanged
from pathways.care.notice_kinds import NoticeKind
from pathways.care.pauses import cancelled_by_a_pause
from pathways.care.recording import Context, Decision
from pathways.care.states import Action, EpisodeStatus, HandoverStatus
from pathways.care.waits import Wait, WaitKind, waits
from pathways.errors import Refused

PAUSE, ARRIVE, NEXT_STEP = "episode.pause", f"{H}/handover.arrive", f"{H}/handover.next-step"
S, R = "home-north", "ward-east"


def pause(story: Story, team: str = S, kind: str = "elsewhere") -> Decision:
    """Pause it, by somebody who knows which request that cancels."""
    cancelled = cancelled_by_a_pause(story.episode)
    return story.perform(
        PauseEpisode(actor=person(team), kind=kind, cancels=cancelled.reference if cancelled else None)
    )


def resume(story: Story, team: str = S) -> Decision:
    return story.perform(ResumeEpisode(actor=person(team)))


def test_while_it_pauses_its_team_stays_responsible_and_all_services_pause() -> None:
    story = Story()
    pause(story)
    assert story.episode.status is EpisodeStatus.ON_HOLD
    assert story.episode.pause == Pause(kind="elsewhere", at=story.now)
    assert story.episode.responsible_team == S
    assert story.episode.stay.until_at is None
    assert story.episode.paused_services == ("pump",)


def test_those_who_serve_are_told_that_they_pause_and_all_others_concerned_that_it_rests() -> None:
    assert told(pause(Story())) == {
        (NoticeKind.SERVICES_PAUSED, "experts"),
        (NoticeKind.EPISODE_PAUSED, "clinic-one"),
        (NoticeKind.EPISODE_PAUSED, "clinic-two"),
    }


def test_going_on_restores_the_services_and_tells_the_same_teams() -> None:
    story = Story()
    pause(story)
    story.wait(days=2)
    decision = resume(story)
    assert told(decision) == {
        (NoticeKind.SERVICES_RESUMED, "experts"),
        (NoticeKind.EPISODE_RESUMED, "clinic-one"),
        (NoticeKind.EPISODE_RESUMED, "clinic-two"),
    }
    assert (story.episode.status, story.episode.pause) == (EpisodeStatus.ACTIVE, None)
    assert story.episode.paused_services == ()
    assert not story.episode.clocks
    assert [event.event.outcome for event in decision.events if isinstance(event.event, ClockStopped)] == [
        ClockOutcome.MET
    ]


def test_what_was_not_yet_sent_about_the_pause_is_withdrawn_when_it_goes_on() -> None:
    story = Story()
    pause(story)
    resume(story)
    assert {owed.kind for owed in story.outbox} == {NoticeKind.SERVICES_RESUMED, NoticeKind.EPISODE_RESUMED}


def test_a_team_whose_own_service_pauses_by_its_own_doing_is_not_told() -> None:
    story = Story("home-plus", team=None)
    assert "experts" not in {owed.team for owed in pause(story, "experts").notices}


def test_a_pause_is_looked_at_again_by_the_responsible_team_until_it_ends() -> None:
    story = Story()
    pause(story)
    due_at = story.episode.clocks[PAUSE].due_at
    assert waits(story.episode) == (
        Wait(episode=E, subject=E, kind=WaitKind.PAUSE_REVIEW, teams=(S,), due_at=due_at, passed=0),
    )
    for contact in ("first", "second", "third", "third"):
        story.wait(days=8)
        (due,) = story.pass_clock(PAUSE).notices
        assert (due.kind, due.team, due.contact, due.handover) == (NoticeKind.PAUSE_DUE, S, contact, None)
    resume(story)
    assert not story.episode.clocks
    assert NoticeKind.PAUSE_DUE not in {owed.kind for owed in story.outbox}


@pytest.mark.parametrize(
    ("status", "after"),
    [
        ("draft", "cancelled"),
        ("requested", "cancelled"),
        ("received", "cancelled"),
        ("accepted", "on-hold"),
        ("ready", "on-hold"),
        ("on-hold", "on-hold"),
    ],
)
def test_a_pause_cancels_what_is_unanswered_and_holds_what_was_promised(status: str, after: str) -> None:
    story = with_handover(HandoverStatus(status))
    pause(story, str(story.episode.responsible_team))
    assert story.handover().status == after
    assert story.handover().closing_reason == ("episode-paused" if after == "cancelled" else None)


def test_a_handover_that_is_done_stays_as_it_is() -> None:
    story = with_handover(HandoverStatus.COMPLETED)
    before = story.handover()
    pause(story, R)
    assert story.handover() == before


def test_the_other_side_is_told_what_the_pause_does_to_its_handover() -> None:
    asked = told(pause(with_handover(HandoverStatus.REQUESTED)))
    assert {(NoticeKind.CANCELLED, R), (NoticeKind.EPISODE_PAUSED, R)} <= asked
    promised = told(pause(with_handover(HandoverStatus.READY)))
    assert {(NoticeKind.HELD, R), (NoticeKind.EPISODE_PAUSED, R)} <= promised


def test_a_held_handover_goes_back_to_where_it_was_when_its_teams_take_it_up_after_the_pause() -> None:
    story = with_handover(HandoverStatus.READY)
    pause(story)
    with pytest.raises(Refused, match=f"Cannot resume a handover of episode {E}: the episode pauses. Go on"):
        story.change(Action.RESUME, R)
    resume(story)
    assert story.handover().status is HandoverStatus.ON_HOLD
    story.change(Action.RESUME, R)
    assert story.handover().status is HandoverStatus.READY


def test_nobody_pauses_while_the_patient_is_on_the_way() -> None:
    with pytest.raises(Refused, match=rf"Cannot pause episode {E}: the patient is on the way on handover {H}\. Ask"):
        pause(with_handover(HandoverStatus.IN_PROGRESS))


def test_no_handover_is_asked_for_while_it_pauses() -> None:
    story = Story()
    pause(story)
    with pytest.raises(Refused, match=rf"the episode pauses\. Go on with it first: handslag resume-episode {E}\."):
        story.plan()


def test_it_may_end_while_it_pauses() -> None:
    story = Story()
    pause(story)
    story.end("moved")
    assert story.episode.pause is None
    assert not story.episode.clocks
    assert {owed.kind for owed in story.outbox} == {NoticeKind.ENDED}


def test_it_pauses_once_and_goes_on_once() -> None:
    story = Story()
    with pytest.raises(Refused, match=f"Cannot resume episode {E}: it does not pause. Nothing needs to be done."):
        resume(story)
    pause(story)
    with pytest.raises(Refused, match=f"Cannot pause episode {E}: it pauses already. Nothing needs to be done."):
        pause(story)


def test_what_has_ended_neither_pauses_nor_goes_on() -> None:
    story = Story()
    story.end()
    for attempt in (pause, resume):
        with pytest.raises(Refused, match=f"episode {E}: it has ended. If that is wrong, take the end back: handslag"):
            attempt(story)


_OTHERS = [person(each) for each in (*(team for team in TEAMS if team != S), None)]


@pytest.mark.parametrize("actor", [*_OTHERS, CLOCK, SYSTEM])
def test_only_the_responsible_team_pauses_it_or_goes_on_with_it(actor: Actor) -> None:
    story = with_handover(HandoverStatus.ACCEPTED)  # the receiver of a handover has a part in it, as the consulted have
    with pytest.raises(Refused, match=rf"Cannot pause episode {E}: your team is not responsible for it\. Ask {S}"):
        story.perform(PauseEpisode(actor=actor, kind="elsewhere"))
    pause(story)
    with pytest.raises(Refused, match=rf"Cannot resume episode {E}: your team is not responsible for it\. Ask {S}"):
        story.perform(ResumeEpisode(actor=actor))


_UNANSWERED = [HandoverStatus.DRAFT, HandoverStatus.REQUESTED, HandoverStatus.RECEIVED]


@pytest.mark.parametrize("status", _UNANSWERED)
@pytest.mark.parametrize("named", [None, "", "H333-3333"])
def test_nobody_cancels_by_a_pause_what_they_have_not_named(status: HandoverStatus, named: str | None) -> None:
    story = with_handover(status)
    with pytest.raises(Refused, match=rf"would cancel handover {H} \(acute\), .* Wait for the answer of {R}, or say"):
        story.perform(PauseEpisode(actor=person(S), kind="elsewhere", cancels=named))


@pytest.mark.parametrize("status", _UNANSWERED)
def test_what_a_pause_cancelled_waits_for_the_senders_next_step_as_soon_as_it_goes_on(status: HandoverStatus) -> None:
    story = with_handover(status)
    story.wait(hours=10)  # at night, when the sender's own desk may be closed
    pause(story)
    assert NEXT_STEP not in story.episode.clocks
    story.wait(days=2)
    (notice,) = (owed for owed in resume(story).notices if owed.kind is NoticeKind.NEXT_STEP_WANTED)
    clock = story.episode.clocks[NEXT_STEP]
    on_duty = [rung for rung in story.context.rota.ladder(S, story.now) if rung.is_open]
    assert (notice.team, notice.contact) == (on_duty[0].team, on_duty[0].contact)
    assert (notice.handover, notice.subject, notice.due_at) == (H, NEXT_STEP, clock.due_at)
    (wait,) = waits(story.episode)
    assert (wait.kind, wait.subject, wait.teams) == (WaitKind.NEXT_STEP, H, (S,))
    assert clock.due_at > story.now
    pause(story)
    resume(story)
    assert story.episode.clocks[NEXT_STEP] == clock  # another pause has cancelled nothing, and forgets nothing


def test_asking_anew_after_a_pause_takes_the_next_step() -> None:
    story = with_handover(HandoverStatus.REQUESTED)
    pause(story)
    resume(story)
    story.plan(reference="H333-3333", replaces=H)
    assert NEXT_STEP not in story.episode.clocks
    assert NoticeKind.NEXT_STEP_WANTED not in {owed.kind for owed in story.outbox}


def test_only_for_the_reasons_of_the_pathway() -> None:
    with pytest.raises(Refused, match=r"no reason of its pathway to pause\. Choose one of: elsewhere\.") as refusal:
        pause(Story(), kind=PERSON_NAME)
    assert PERSON_NAME not in str(refusal.value)
    without = Story(context=Context(PATHWAY.model_copy(update={"pauses": {}}), NETWORK, START))
    with pytest.raises(Refused, match=r"no reason of its pathway to pause\. Ask those who keep the pathway"):
        pause(without)


def moved_to_bed(story: Story) -> Decision:
    story.plan()
    story.change(Action.ACCEPT, R)
    story.confirm(R)
    story.confirm(S)
    story.change(Action.DEPART, S)
    return story.change(Action.ARRIVE, R)


def test_a_service_pauses_at_the_levels_that_it_does_not_name_and_goes_on_at_those_that_it_does() -> None:
    story = Story()
    assert (NoticeKind.SERVICES_PAUSED, "experts") in told(moved_to_bed(story))
    assert story.episode.paused_services == ("pump",)
    story.plan("discharge", "planned", reference="H333-3333")
    story.change(Action.ACCEPT, S, reference="H333-3333")
    story.change(Action.DEPART, R, reference="H333-3333")
    decision = story.change(Action.ARRIVE, S, reference="H333-3333")
    assert (NoticeKind.SERVICES_RESUMED, "experts") in told(decision)
    assert (NoticeKind.SERVICES_PAUSED, "experts") not in {(owed.kind, owed.team) for owed in story.outbox}
    assert not story.episode.paused_services


def test_what_pauses_already_at_the_beginning_is_noted_and_nobody_is_told() -> None:
    story = Story("bed", team=None, unit="west-bed")
    assert story.episode.paused_services == ("pump",)
    assert not story.owed
    assert isinstance(story.history[-1].event, ServicesChanged)


def test_a_pause_away_from_home_changes_no_service_that_pauses_already() -> None:
    story = Story("bed", team=None, unit="west-bed")
    before = copy(story)
    pause(story, "ward-west")
    resume(story, "ward-west")
    assert story.episode.paused_services == before.episode.paused_services
    assert not any(owed.kind in (NoticeKind.SERVICES_PAUSED, NoticeKind.SERVICES_RESUMED) for owed in story.owed)


def test_the_clock_of_a_pause_is_the_episodes() -> None:
    story = Story()
    pause(story)
    clock = story.episode.clocks[PAUSE]
    assert (clock.kind, clock.subject, clock.owner) == (ClockKind.PAUSE, E, S)


@pytest.mark.parametrize("status", [HandoverStatus.ACCEPTED, HandoverStatus.READY, HandoverStatus.ON_HOLD])
def test_nobody_is_told_that_an_arrival_is_overdue_while_the_episode_pauses(status: HandoverStatus) -> None:
    story = with_handover(status)
    before = story.episode.clocks[ARRIVE]
    pause(story)
    assert ARRIVE not in story.episode.clocks
    assert [(wait.kind, wait.subject) for wait in waits(story.episode)] == [(WaitKind.PAUSE_REVIEW, E)]
    story.wait(days=3)
    resume(story)
    rest = timedelta(days=3)
    later = {"due_at": before.due_at + rest, "next_at": before.next_at + rest}
    assert story.episode.clocks[ARRIVE] == before.model_copy(update=later)


def test_what_was_overdue_when_it_paused_is_told_again_at_the_next_interval_only() -> None:
    story = with_handover(HandoverStatus.READY)
    story.wait(hours=5)
    assert (NoticeKind.OVERDUE, R) in told(story.pass_clock(ARRIVE))
    story.wait(minutes=4)
    pause(story)
    assert NoticeKind.OVERDUE not in {owed.kind for owed in story.outbox}
    story.wait(days=1)
    resume(story)
    assert not story.pass_clock(ARRIVE).events
    story.wait(minutes=6)
    assert (NoticeKind.OVERDUE, R) in told(story.pass_clock(ARRIVE))
    assert story.episode.clocks[ARRIVE].passed == 2


def test_a_handover_that_closes_during_a_pause_has_no_limit_afterwards() -> None:
    story = with_handover(HandoverStatus.ACCEPTED)
    pause(story)
    story.change(Action.CANCEL, S, "no longer needed")
    resume(story)
    assert ARRIVE not in story.episode.clocks


def test_what_rests_still_rests_after_an_end_that_was_taken_back() -> None:
    story = with_handover(HandoverStatus.ACCEPTED)
    pause(story)
    before = story.episode.pause
    story.end()
    story.perform(TakeBackEnd(actor=person(S)))
    assert story.episode.pause == before
    assert ARRIVE not in story.episode.clocks
    resume(story)
    assert ARRIVE in story.episode.clocks
