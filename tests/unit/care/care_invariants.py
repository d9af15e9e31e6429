"""What holds of an episode whatever was tried on it. Each claim is one function; `CLAIMS` are all of them."""

from dataclasses import replace
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Protocol

from care_stories import Story

from pathways.access.relations import relations_of
from pathways.access.table import Relation, Role
from pathways.access.users import Membership
from pathways.care.beginnings import carries_its_level
from pathways.care.clocks import declared_key, declared_name
from pathways.care.communication import Summary
from pathways.care.concerned import parties, teams_concerned
from pathways.care.episodes import ClockKind, Episode, Handover, Standing
from pathways.care.events import ClockPassed, ClockStarted, EndTakenBack, EpisodePaused, EpisodeResumed, FactRecorded
from pathways.care.events_of_handovers import (
    HandoverAddressed,
    HandoverChanged,
    HandoverEscalated,
    ResponsibilityPassed,
)
from pathways.care.joint_visits.values import JointVisitStatus
from pathways.care.late_entries import LONGEST_AGO
from pathways.care.notice_kinds import ABOUT_THE_ANSWER, NoticeKind
from pathways.care.notice_parts import ASKING, CLOSING
from pathways.care.occupancy import claims_of, in_line
from pathways.care.patient import Kit, TreatmentLimits
from pathways.care.patient_clocks import OF_THE_PATIENT
from pathways.care.phases import phase_of
from pathways.care.plans import move_of
from pathways.care.recording import Context, NoticeOwed
from pathways.care.repeats import lengthened
from pathways.care.states import UNANSWERED, EpisodeStatus, HandoverStatus, MarkKind
from pathways.care.waits import WaitKind, waits, waits_by_clock
from pathways.definition.models import Side, TimeCounted, Trigger

_ASKS_FOR_AN_ANSWER = {
    NoticeKind.REQUESTED,
    NoticeKind.REMINDER,
    NoticeKind.ESCALATED,
    NoticeKind.HANDED_ON,
    NoticeKind.NOT_DELIVERED,
    NoticeKind.NOT_SEEN,
}
_OF_THE_PATIENT = {NoticeKind.PHASE_DUE, NoticeKind.REVIEW_DUE, NoticeKind.KIT_EXPIRED}
_CLOSES = {
    NoticeKind.REJECTED,
    NoticeKind.COMPLETED,
    NoticeKind.CANCELLED,
    NoticeKind.FAILED,
}
_AFTER_AN_END = {NoticeKind.ENDED, NoticeKind.LOOK_FIRST, NoticeKind.FOLLOW_UP_DUE, NoticeKind.LIMIT_PASSED}
_ABOUT_THE_EPISODE = _AFTER_AN_END | {
    NoticeKind.END_TAKEN_BACK,
    NoticeKind.RESPONSIBLE_AGAIN,
    NoticeKind.EPISODE_PAUSED,
    NoticeKind.EPISODE_RESUMED,
    NoticeKind.RULES_CHANGED,
    NoticeKind.PAUSE_DUE,
    NoticeKind.SERVICES_PAUSED,
    NoticeKind.SERVICES_RESUMED,
    NoticeKind.DEATH_REPORTED,
    NoticeKind.LIFE_REPORTED,
    NoticeKind.REPORT_WITHDRAWN,
}


_ACTS_BY_ITSELF = {ClockKind.GRANT_END, ClockKind.ORDER_END}
_URGES_TO_ANSWER = {ClockKind.DELIVERED, ClockKind.SEEN, ClockKind.CLOSING, ClockKind.STALE}


class Seen(Protocol):
    """An episode as it stands, with what it is decided in."""

    @property
    def episode(self) -> Episode: ...
    @property
    def context(self) -> Context: ...


def is_active(story: Seen) -> bool:
    return not story.episode.has_ended


def exactly_one_team_is_responsible_while_it_is_active(story: Seen) -> None:
    team = story.episode.responsible_team
    assert (team in story.context.network.teams) if is_active(story) else (team is None)


def whoever_it_concerns_or_waits_for_has_a_part_in_it(story: Story) -> None:
    """What a team is told of, or is waited for with, somebody of that team may see."""
    owners = {clock.owner for clock in story.episode.clocks.values()}
    concerned = teams_concerned(story.context, story.episode) if is_active(story) else ()
    context = replace(story.context, now=story.now)
    for team in owners.union(concerned) & {*context.network.teams}:
        member = Membership(network=context.network.network, team=team, role=Role.TEAM_MEMBER)
        found = relations_of(context, story.episode, member, timedelta(0))
        assert found.isdisjoint({Relation.UNRELATED, Relation.ENDED})


def responsibility_moves_with_each_completed_handover_and_never_otherwise(story: Story) -> None:
    completed = [
        recorded.event.handover
        for recorded in story.history
        if isinstance(recorded.event, HandoverChanged) and recorded.event.after is HandoverStatus.COMPLETED
    ]
    passed = [recorded.event for recorded in story.history if isinstance(recorded.event, ResponsibilityPassed)]
    assert [event.handover for event in passed] == completed
    plans = [story.episode.handovers[reference].plan for reference in completed]
    first = story.episode.stays[0].team
    assert [stay.team for stay in story.episode.stays] == [first, *(plan.to_team for plan in plans)]
    assert [stay.team for stay in story.episode.stays[:-1]] == [plan.from_team for plan in plans]
    assert [stay.unit for stay in story.episode.stays[1:]] == [plan.to_unit for plan in plans]


def the_responsible_team_has_the_role_of_the_level(story: Story) -> None:
    """But for a first stay under the team that has begun the episode for another, which has not taken over yet."""
    begun_for_another = any(handover.plan.begins for handover in story.episode.handovers.values())
    for stay in story.episode.stays[1 if begun_for_another else 0 :]:
        role = story.context.pathway.levels[stay.level].responsible
        assert story.context.network.teams[stay.team].role == role
        assert (stay.unit is not None) == story.context.pathway.levels[stay.level].places


def everything_owed_is_in_somebodys_inbox_with_a_clock(story: Seen) -> None:
    """Every clock is what a team waits for, or belongs to a handover that a team waits for, or acts by itself."""
    episode, teams = story.episode, story.context.network.teams
    found = waits_by_clock(episode)
    subjects = {wait.subject for wait in found.values()}
    assert found.keys() <= episode.clocks.keys()
    assert all(wait.teams and set(wait.teams) <= set(teams) for wait in found.values())
    for key, clock in episode.clocks.items():
        rests = episode.pause is not None and clock.subject in episode.handovers  # the pause is looked at instead
        assert key in found or clock.subject in subjects or rests or clock.kind in _ACTS_BY_ITSELF
    if episode.open_handover:
        assert episode.open_handover.reference in subjects or ClockKind.PAUSE in episode.clocks


def what_was_begun_for_another_team_is_waited_for_until_one_takes_over(story: Seen) -> None:
    episode = story.episode
    if episode.status is EpisodeStatus.ACTIVE and not carries_its_level(story.context, episode):
        assert episode.awaits_its_first_team
        asks = {clock.owner for clock in episode.clocks.values() if clock.kind is ClockKind.NEXT_STEP}
        assert episode.open_handover or asks == {episode.responsible_team}


ALWAYS = (
    exactly_one_team_is_responsible_while_it_is_active,
    everything_owed_is_in_somebodys_inbox_with_a_clock,
    what_was_begun_for_another_team_is_waited_for_until_one_takes_over,
)
"""What holds after every command of every kind, in every world: each walk claims it, and those of `CLAIMS` besides."""


def at_most_one_handover_is_open(story: Story) -> None:
    still_open = [handover for handover in story.episode.handovers.values() if handover.is_open]
    assert len(still_open) <= (1 if is_active(story) else 0)
    assert story.episode.open_handover == (still_open[0] if still_open else None)


def an_open_handover_has_a_running_clock_and_somebody_who_is_waited_for(story: Story) -> None:
    waiting = {wait.subject: wait for wait in waits(story.episode)}
    for handover in story.episode.handovers.values():
        clocks = {clock.kind for clock in story.episode.clocks.values() if clock.subject == handover.reference}
        always = {ClockKind.ARRIVE} | clocks_of_what_is_said_and_expires(handover)
        match handover.status:
            case HandoverStatus.DRAFT:
                assert clocks == {ClockKind.DRAFT}
            case HandoverStatus.REQUESTED | HandoverStatus.RECEIVED:
                wanted = clocks_until_the_answer(handover, story) | always
                assert wanted <= clocks
                assert clocks - wanted <= (_URGES_TO_ANSWER if handover.able_to_accept else set())
            case _ if handover.is_open and story.episode.pause:  # the pause itself is looked at again
                assert clocks == always - {ClockKind.ARRIVE}
                clocks -= {ClockKind.EXPIRY}
            case _ if handover.is_open:
                assert clocks == always
            case HandoverStatus.COMPLETED if is_active(story) and _lacks_a_cause(handover):
                assert clocks == {ClockKind.RETURN_CAUSE}
            case _ if is_active(story):
                assert clocks <= {ClockKind.NEXT_STEP}
            case _:
                assert not clocks
        assert (handover.reference in waiting) == bool(clocks)
        if handover.is_open and clocks:
            teams = waiting[handover.reference].teams
            assert teams
            assert set(teams) <= {handover.plan.from_team, *(asked.team for asked in handover.asked)}


def clocks_until_the_answer(handover: Handover, story: Story) -> set[ClockKind]:
    """While no receiver has a place, the wait for one; else the answer, unless that waits for a question's."""
    clocks = set()
    if not handover.able_to_accept:
        clocks.add(ClockKind.PLACE)
    elif handover.answer_left_seconds is None:
        clocks.add(ClockKind.ANSWER)
    if handover.held_units and story.context.pathway.rules_for(handover.plan.urgency).hold:
        clocks.add(ClockKind.HOLD)
    return clocks


def clocks_of_what_is_said_and_expires(handover: Handover) -> set[ClockKind]:
    """A clock for each thing that one side has still to say, and one for what is in place for a time only."""
    is_on_the_way = handover.status is HandoverStatus.IN_PROGRESS
    wanted = {
        ClockKind.QUESTION: bool(handover.questions) and handover.questions[-1].answer is None,
        ClockKind.CANCEL: handover.cancel_asked is not None,
        ClockKind.READ_BACK: bool(handover.read_backs)
        and not handover.read_backs[-1].is_confirmed
        and not handover.read_back_waiver,
        ClockKind.EXPIRY: not is_on_the_way
        and any(tick.expires_at and item not in handover.waivers for item, tick in handover.ticks.items()),
    }
    return {kind for kind, is_wanted in wanted.items() if is_wanted}


def a_request_has_the_summary_that_its_urgency_asks_for(story: Story) -> None:
    for handover in story.episode.handovers.values():
        if handover.requested_at:
            wanted = story.context.pathway.rules_for(handover.plan.urgency).summary
            assert not (handover.summary or Summary()).missing(wanted)


def readiness_and_read_back_hold_or_are_waived_by_name(story: Story) -> None:
    """Whenever a patient has departed, or responsibility has passed, all was in place or somebody said why not."""
    pathway = story.context.pathway
    for handover in story.episode.handovers.values():
        went = handover.mark(MarkKind.DEPARTED if handover.plan.travels else MarkKind.ARRIVED)
        if went:
            for item, side in handover.plan.items.items():
                assert item in handover.waivers or is_in_place(handover, item, side, went.at, story)
        if handover.status is HandoverStatus.COMPLETED and pathway.rules_for(handover.plan.urgency).read_back:
            assert handover.read_back_waiver or handover.read_backs[-1].is_confirmed
            assert handover.read_back_waiver or handover.mark(MarkKind.READ_BACK)
        for waiver in (*handover.waivers.values(), handover.read_back_waiver):
            assert waiver is None or (waiver.actor.name and waiver.words.strip() and waiver.reason in pathway.waivers)


def is_in_place(handover: Handover, item: str, side: Side, at: datetime, story: Story) -> bool:
    tick = handover.ticks[item]
    owner = handover.plan.from_team if side is Side.SENDER else handover.plan.to_team
    assert tick.actor.team == owner
    assert tick.checked_at <= min(tick.at, at)
    assert tick.evidence or not story.context.pathway.readiness[item].evidence
    return tick.expires_at is None or at < tick.expires_at


def what_is_never_waived_was_never_waived(story: Story) -> None:
    for handover in story.episode.handovers.values():
        for item in handover.waivers:
            waiving = story.context.pathway.readiness[item].waive
            assert waiving
            assert not waiving.urgencies or handover.plan.urgency in waiving.urgencies


def an_ended_episode_waits_for_what_its_end_has_started_only(story: Story) -> None:
    if is_active(story):
        return
    declared, end = story.context.pathway.clocks, Trigger(end=story.episode.end)
    started = {declared_key(name) for name, clock in declared.items() if end in clock.starts}
    clocks = story.episode.clocks.values()
    assert all(clock.kind is ClockKind.FOLLOW_UP or clock.key in started for clock in clocks)
    assert {wait.kind for wait in waits(story.episode)} <= {WaitKind.FOLLOW_UP, WaitKind.LIMIT}


def _lacks_a_cause(handover: Handover) -> bool:
    return handover.plan.returns is not None and len(handover.causes) < len(Side)


def services_pause_at_levels_without_them_and_all_do_while_the_episode_does(story: Story) -> None:
    if not is_active(story):
        return
    services = story.context.pathway.services.items()
    pauses = story.episode.status is EpisodeStatus.ON_HOLD
    at_rest = {name for name, service in services if story.episode.level not in service.levels}
    assert set(story.episode.paused_services) == ({name for name, _ in services} if pauses else at_rest)


def a_pause_is_looked_at_again_and_lets_no_handover_go_on(story: Story) -> None:
    pauses = story.episode.status is EpisodeStatus.ON_HOLD
    reviews = [clock for clock in story.episode.clocks.values() if clock.kind is ClockKind.PAUSE]
    assert len(reviews) == pauses == (story.episode.pause is not None)
    assert all(clock.owner == story.episode.responsible_team for clock in reviews)
    handover = story.episode.open_handover
    assert not pauses or handover is None or handover.status is HandoverStatus.ON_HOLD


def a_question_to_cancel_is_open_only_under_way(story: Story) -> None:
    for handover in story.episode.handovers.values():
        assert handover.cancel_asked is None or handover.status is HandoverStatus.IN_PROGRESS


def whoever_comes_back_does_so_soon_and_to_where_they_came_from(story: Story) -> None:
    for handover in story.episode.handovers.values():
        if handover.plan.returns is None:
            assert not handover.causes
            continue
        before = story.episode.handovers[handover.plan.returns]
        assert before.status is HandoverStatus.COMPLETED
        assert handover.drafted_at - before.changed_at <= timedelta(hours=72)
        there, back = before.plan, handover.plan
        assert (back.from_level, back.from_team, back.from_unit) == (there.to_level, there.to_team, there.to_unit)
        assert (back.to_level, back.to_team, back.to_unit) == (there.from_level, there.from_team, there.from_unit)
        assert Side.SENDER in handover.causes


def a_declared_clock_is_the_patients_own_teams_and_what_started_it_holds(story: Story) -> None:
    episode, network = story.episode, story.context.network
    for key, clock in episode.clocks.items():
        if clock.kind is not ClockKind.DECLARED:
            continue
        declared = story.context.pathway.clocks[declared_name(key)]
        teams = network.teams_in(declared.role)
        role_of_the_level = story.context.pathway.levels[episode.level].responsible
        is_begun_for_it = episode.awaits_its_first_team and declared.role == role_of_the_level
        own = episode.stay.team if is_begun_for_it else episode.care_team.get(declared.role, teams[0])
        assert clock.owner == own
        assert clock.started_at <= story.now
        assert clock.subject == episode.reference or clock.subject in episode.milestones
        left = {trigger.leaves for trigger in declared.stops if trigger.leaves and clock.subject == episode.reference}
        assert not left or episode.level in left


def _first_ended_at(story: Story) -> datetime | None:
    """When the episode was over: a death that follows another end moves nothing."""
    at, stopped = story.episode.ended_at, story.episode.stopped
    while stopped and stopped.ended_at:
        at, stopped = stopped.ended_at, stopped.earlier
    return at


def stays_follow_one_another_without_a_gap(story: Story) -> None:
    stays = story.episode.stays
    assert stays[0].from_at == story.episode.began_at
    for earlier, later in pairwise(stays):
        assert earlier.until_at == later.from_at
        assert earlier.from_at <= later.from_at
    assert stays[-1].until_at == _first_ended_at(story)
    assert (story.episode.ended_at is None) == is_active(story)


def _rested(story: Story) -> dict[str, timedelta]:
    """For how long each clock has rested in pauses of the episode since it last went by."""
    found: dict[str, timedelta] = {}
    paused_at = story.episode.began_at
    for before, recorded in pairwise(story.history):
        match recorded.event:
            case EpisodePaused():
                paused_at = recorded.true_at
            case ClockPassed(key=key):
                found.pop(key, None)
            case ClockStarted(clock=clock) if not clock.passed:
                found.pop(clock.key, None)
            case ClockStarted(clock=clock) if isinstance(before.event, EpisodeResumed):
                found[clock.key] = found.get(clock.key, timedelta(0)) + recorded.true_at - paused_at
    return found


def _last_passed(story: Story) -> dict[str, datetime]:
    """When each clock last went by, since it started afresh."""
    found: dict[str, datetime] = {}
    for recorded in story.history:
        match recorded.event:
            case ClockPassed(key=key):
                found[key] = recorded.at
            case ClockStarted(clock=clock) if not clock.passed:
                found.pop(clock.key, None)
    return found


def every_clock_has_an_owner_and_a_next_step_within_its_repeat(story: Story) -> None:
    last_passed = _last_passed(story)
    for key, clock in story.episode.clocks.items():
        assert key == clock.key
        assert clock.owner in story.context.network.teams
        is_of_a_day = clock.kind in (ClockKind.REVIEW, ClockKind.KIT)
        assert clock.started_at < clock.due_at or is_of_a_day  # a day may have come before it was recorded
        assert clock.started_at <= clock.next_at
        if clock.kind is ClockKind.CLOSING:
            assert clock.started_at <= clock.next_at <= clock.due_at
        elif clock.passed:
            rested = _rested(story).get(key, timedelta(0))
            repeats = {lengthened(clock.repeat, again) for again in range(4)}  # less and less often, once all have it
            passed_at = last_passed[key]
            again_at = {each.after(passed_at, story.context.zone) for each in repeats}
            opens_at = {story.context.rota.opens_at(clock.owner, at) for at in (passed_at, *again_at)}
            assert clock.next_at - rested in again_at | opens_at  # what can wait is told once its team is open
        else:
            assert clock.next_at <= max(clock.due_at, clock.started_at)
            assert key not in last_passed


def notices_have_keys_of_their_own_and_go_where_somebody_is(story: Story) -> None:
    assert len({owed.key for owed in story.owed}) == len(story.owed)
    for owed in story.outbox:
        assert owed.contact in [contact.name for contact in story.context.network.teams[owed.team].contacts]


def no_unsent_notice_asks_for_what_is_no_longer_wanted(story: Story) -> None:
    for owed in story.outbox:
        if owed.handover is None:
            assert owed.kind in _ABOUT_THE_EPISODE | _OF_THE_PATIENT
            continue
        handover = story.episode.handovers[owed.handover]
        if owed.kind in _ASKS_FOR_AN_ANSWER:
            assert handover.status in (HandoverStatus.REQUESTED, HandoverStatus.RECEIVED)
        if owed.kind is NoticeKind.DRAFT_WAITING:
            assert handover.status is HandoverStatus.DRAFT
        if owed.kind is NoticeKind.CANCEL_ASKED:
            assert handover.cancel_asked is not None
        if owed.kind is NoticeKind.CAUSE_WANTED:
            assert _lacks_a_cause(handover)
        assert (owed.kind in _CLOSES | {NoticeKind.CAUSE_WANTED, NoticeKind.NEXT_STEP_WANTED}) == (not handover.is_open)


def no_notice_but_of_the_end_and_what_it_started_is_unsent_after_an_end(story: Story) -> None:
    """But that a death that had followed the end was taken back."""
    taken_back = {NoticeKind.END_TAKEN_BACK} if _was_taken_back(story) else set()
    assert is_active(story) or {owed.kind for owed in story.outbox} <= _AFTER_AN_END | taken_back


def closed_handovers_have_said_why_and_open_ones_nothing(story: Story) -> None:
    silent = (HandoverStatus.COMPLETED,)
    for handover in story.episode.handovers.values():
        assert not (handover.is_open and handover.closing_reason)
        assert handover.is_open or handover.status in silent or handover.closing_reason
        assert (handover.held_from is not None) == (handover.status is HandoverStatus.ON_HOLD)
        assert set(handover.ticks) | set(handover.waivers) <= set(handover.plan.items)
        assert len({mark.kind for mark in handover.marks}) == len(handover.marks)


def what_is_known_of_the_patient_has_its_clocks_with_the_responsible_team(story: Story) -> None:
    if not is_active(story):
        return
    facts = {slot: known.fact for slot, known in story.episode.known.items()}
    limits, kit, wanted = facts.get("treatment-limits"), facts.get("kit"), set()
    if story.context.pathway.rules_in(phase_of(story.episode)).change_within:
        wanted.add(ClockKind.PHASE)
    if isinstance(limits, TreatmentLimits) and limits.review_on:
        wanted.add(ClockKind.REVIEW)
    if isinstance(kit, Kit) and kit.expires_on and not kit.retrieved_on:
        wanted.add(ClockKind.KIT)
    clocks = [clock for clock in story.episode.clocks.values() if clock.kind in OF_THE_PATIENT]
    assert {clock.kind for clock in clocks} == wanted
    assert len(clocks) == len(wanted)
    assert {clock.owner for clock in clocks} <= {story.episode.responsible_team}


def an_answer_takes_no_longer_than_the_phase_of_illness_allows(story: Story) -> None:
    handover, context = story.episode.open_handover, story.context
    limit = context.pathway.rules_in(phase_of(story.episode)).answer
    clock = story.episode.clocks.get(f"{handover.reference}/{ClockKind.ANSWER}") if handover else None
    if limit and clock:
        changes = [
            recorded.at
            for recorded in story.history
            if isinstance(recorded.event, FactRecorded) and recorded.event.fact.type == "phase"
        ]
        assert clock.due_at <= limit.after(max(clock.started_at, changes[-1]), context.zone)
    if clock:
        plan = story.episode.handovers[clock.subject].plan
        usual = move_of(context, plan).urgencies[plan.urgency].answer
        counts = context.pathway.rules_for(plan.urgency).answer_counts
        assert counts is TimeCounted.COVER or clock.due_at <= usual.after(clock.started_at, context.zone)


def a_move_that_departs_from_the_preferred_place_has_said_why(story: Story) -> None:
    for handover in story.episode.handovers.values():
        departs = handover.plan.travels and handover.plan.standing is Standing.DEPARTS
        assert departs == (handover.plan.departs_because is not None)


def no_patient_is_on_two_places_and_none_is_held_but_for_the_open_handover(story: Story) -> None:
    claims = claims_of(story.episode)
    occupied = [claim.unit for claim in claims if not claim.is_held]
    assert occupied == ([story.episode.stay.unit] if is_active(story) and story.episode.stay.unit else [])
    handover = story.episode.open_handover
    held = [(claim.unit, claim.handover) for claim in claims if claim.is_held]
    assert sorted(held) == sorted((unit, handover.reference) for unit in handover.held_units) if handover else not held
    assert handover or not in_line(story.episode)


def whoever_is_asked_for_a_place_holds_or_awaits_one_until_it_closes(story: Story) -> None:
    for handover in story.episode.handovers.values():
        is_asked = handover.is_open and handover.status is not HandoverStatus.DRAFT
        for asked in handover.asked:
            arrived = handover.status is HandoverStatus.COMPLETED
            assert arrived or (asked.place is not None) == (is_asked and asked.unit is not None)
            assert (asked.place is None) == (asked.since is None)
        if handover.status not in (HandoverStatus.DRAFT, *UNANSWERED, HandoverStatus.REJECTED) and handover.is_open:
            assert len(handover.asked) == 1
            assert not handover.awaited_units or _was_taken_back(story)
        first = handover.asked[0]
        assert (handover.plan.to_team, handover.plan.to_unit) == (first.team, first.unit)


def _was_taken_back(story: Story) -> bool:
    """Whether an end was: then an accepted handover may have lost the place that was held for it."""
    return any(isinstance(recorded.event, EndTakenBack) for recorded in story.history)


def no_step_of_a_ladder_ends_at_a_closed_desk(story: Story) -> None:
    for recorded in story.history:
        if isinstance(recorded.event, HandoverAddressed | HandoverEscalated):
            told = recorded.event
            on_duty = story.context.rota.on_duty(told.team, recorded.at)
            assert told.contact in [duty.contact for duty in on_duty]


def _is_still_wanted(story: Story, asked: NoticeOwed) -> bool:
    """Whether an answer to a notice that asks for one is wanted still, of the team that got it."""
    if asked.kind is NoticeKind.JOINT_VISIT_PROPOSED:
        visit = story.episode.joint_visits[str(asked.subject).rpartition("/")[2]]
        return is_active(story) and visit.status is JointVisitStatus.PROPOSED
    handover = story.episode.handovers[str(asked.handover)]
    if asked.kind is NoticeKind.CANCEL_ASKED:
        return handover.cancel_asked is not None
    if asked.kind in (NoticeKind.READ_BACK_GIVEN, NoticeKind.READ_BACK_CORRECTED):
        return handover.is_open and handover.awaits_review
    if asked.kind is NoticeKind.QUESTION_ASKED:
        return handover.is_open and handover.open_question is not None
    assert asked.kind in ABOUT_THE_ANSWER
    known_to = {*parties(handover), *(told.team for told in handover.stand_ins)}
    return handover.status in UNANSWERED and asked.team in known_to


def what_was_asked_of_a_team_is_closed_for_it_once_it_is_over(story: Story) -> None:
    """As if every notice had left the moment it was owed. Whoever has acted on it knows, and needs to hear nothing."""
    for place, asked in enumerate(story.owed):
        if asked.kind in ASKING and not _is_still_wanted(story, asked):
            number = int(asked.key.split("/")[1])
            acted = [each for each in story.history if each.number > number and each.actor.team == asked.team]
            closed = [each for each in story.owed[place + 1 :] if each.kind in CLOSING and each.team == asked.team]
            assert acted or closed, f"{asked.kind} to {asked.team} was never closed"


def what_was_entered_late_lies_in_time_and_stays_in_the_order_of_its_entry(story: Story) -> None:
    """Its entry is never before the one before it, what happened never after its entry or before the beginning."""
    for earlier, later in pairwise(story.history):
        assert earlier.at <= later.at
    for recorded in story.history:
        assert story.episode.began_at <= recorded.true_at <= recorded.at
        assert recorded.occurred_at is None or recorded.at - recorded.occurred_at <= LONGEST_AGO
    for handover in story.episode.handovers.values():
        made = [handover.mark(kind) for kind in (MarkKind.ACCEPTED, MarkKind.DEPARTED, MarkKind.ARRIVED)]
        times = [handover.requested_at or handover.drafted_at, *(mark.at for mark in made if mark)]
        assert times == sorted(times)


CLAIMS = (
    what_was_asked_of_a_team_is_closed_for_it_once_it_is_over,
    what_was_entered_late_lies_in_time_and_stays_in_the_order_of_its_entry,
    no_notice_but_of_the_end_and_what_it_started_is_unsent_after_an_end,
    no_step_of_a_ladder_ends_at_a_closed_desk,
    a_request_has_the_summary_that_its_urgency_asks_for,
    readiness_and_read_back_hold_or_are_waived_by_name,
    what_is_never_waived_was_never_waived,
    *ALWAYS,
    whoever_it_concerns_or_waits_for_has_a_part_in_it,
    responsibility_moves_with_each_completed_handover_and_never_otherwise,
    the_responsible_team_has_the_role_of_the_level,
    at_most_one_handover_is_open,
    an_open_handover_has_a_running_clock_and_somebody_who_is_waited_for,
    an_ended_episode_waits_for_what_its_end_has_started_only,
    a_declared_clock_is_the_patients_own_teams_and_what_started_it_holds,
    services_pause_at_levels_without_them_and_all_do_while_the_episode_does,
    a_pause_is_looked_at_again_and_lets_no_handover_go_on,
    a_question_to_cancel_is_open_only_under_way,
    whoever_comes_back_does_so_soon_and_to_where_they_came_from,
    stays_follow_one_another_without_a_gap,
    every_clock_has_an_owner_and_a_next_step_within_its_repeat,
    notices_have_keys_of_their_own_and_go_where_somebody_is,
    no_unsent_notice_asks_for_what_is_no_longer_wanted,
    closed_handovers_have_said_why_and_open_ones_nothing,
    what_is_known_of_the_patient_has_its_clocks_with_the_responsible_team,
    an_answer_takes_no_longer_than_the_phase_of_illness_allows,
    a_move_that_departs_from_the_preferred_place_has_said_why,
    no_patient_is_on_two_places_and_none_is_held_but_for_the_open_handover,
    whoever_is_asked_for_a_place_holds_or_awaits_one_until_it_closes,
)
