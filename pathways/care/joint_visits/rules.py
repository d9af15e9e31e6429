"""Joint visits: one side proposes a time, the other says yes or no within a limit, and one of them records it after.

A proposal that nobody answered lapses when its time comes, and both sides are told.
"""

from collections.abc import Callable, Mapping
from datetime import UTC
from typing import Any

from pathways.care.clocks import until
from pathways.care.commands import Command
from pathways.care.concerned import teams_for_role
from pathways.care.episodes import ClockKind, RunningClock
from pathways.care.events import Event
from pathways.care.grants.rules import require_role
from pathways.care.joint_visits.commands import (
    AnswerJointVisit,
    CancelJointVisit,
    ProposeJointVisit,
    RecordJointVisit,
)
from pathways.care.joint_visits.events import (
    JointVisitBooked,
    JointVisitCancelled,
    JointVisitDeclined,
    JointVisitLapsed,
    JointVisitProposed,
    JointVisitRecorded,
)
from pathways.care.joint_visits.values import JointVisit, JointVisitStatus
from pathways.care.notice_kinds import NoticeKind
from pathways.care.pauses import require_going_on
from pathways.care.recording import Recorder
from pathways.care.repeats import record_passing
from pathways.care.roll_outs import is_in_roll_out
from pathways.care.viewing import require_seen_by
from pathways.definition.meetings import JointVisits
from pathways.errors import Refused
from pathways.phrases import Phrase, one_of


def answer_key(visit: str) -> str:
    """The key of the clock by which the other side answers."""
    return f"{ClockKind.JOINT_VISIT_ANSWER}/{visit}"


def record_key(visit: str) -> str:
    """The key of the clock by which a booked visit is recorded."""
    return f"{ClockKind.JOINT_VISIT_RECORD}/{visit}"


def propose(recorder: Recorder, command: ProposeJointVisit) -> None:
    """Propose a joint visit to another team around the patient. Raises Refused."""
    context, episode = recorder.context, recorder.episode
    rules, team = _rules(recorder), recorder.actor.team
    if not is_in_roll_out(context, episode, rules.only_in):
        raise Refused(
            "Cannot propose a joint visit in episode {episode}: they are tried out elsewhere, or no longer.",
            "Each side visits on its own.",
            episode=episode.reference,
        )
    require_role(recorder, rules.roles, Phrase("propose a joint visit"))
    require_going_on(episode, Phrase("propose a joint visit"))
    around = [each for role in rules.roles for each in teams_for_role(context, episode, role) if each != team]
    require_seen_by(context.whole, context.network, command.with_team, tuple(dict.fromkeys(around)))
    if command.with_team not in around:
        raise Refused(
            "Cannot propose a joint visit in episode {episode}: that is not a team to visit with.",
            "Choose one of: {choices}.",
            episode=episode.reference,
            choices=tuple(dict.fromkeys(around)),
        )
    if command.at <= context.now:
        raise Refused(
            "Cannot propose a joint visit in episode {episode}: its time has been.",
            "Give a time to come.",
            episode=episode.reference,
        )
    name, at = f"joint-visit-{len(episode.joint_visits) + 1}", command.at.astimezone(UTC)
    recorder.record(JointVisitProposed(visit=name, from_team=str(team), to_team=command.with_team, at=at))
    due_at = min(rules.answer.after(context.now, context.zone), at)
    recorder.start(
        until(
            context,
            key=answer_key(name),
            kind=ClockKind.JOINT_VISIT_ANSWER,
            subject=name,
            owner=command.with_team,
            due_at=due_at,
            repeat=rules.repeat,
        )
    )
    recorder.owe(NoticeKind.JOINT_VISIT_PROPOSED, command.with_team, subject=answer_key(name), due_at=due_at)


def answer(recorder: Recorder, command: AnswerJointVisit) -> None:
    """Say yes or no, as the team that was asked. Yes books it. Raises Refused."""
    context, rules = recorder.context, _rules(recorder)
    visit = _open(recorder, command.visit, Phrase("answer"), JointVisitStatus.PROPOSED)
    if recorder.actor.team != visit.with_team:
        raise Refused(
            "Cannot answer {visit}: your team was not asked.",
            "Ask {other}.",
            visit=visit.name,
            other=visit.with_team,
        )
    if visit.at <= context.now:
        raise Refused("Cannot answer {visit}: its time has been.", "Propose another time.", visit=visit.name)
    _stop(recorder, answer_key(visit.name))
    if not command.is_accepted:
        recorder.record(JointVisitDeclined(visit=visit.name))
        _tell(recorder, NoticeKind.JOINT_VISIT_OFF, visit)
        return
    recorder.record(JointVisitBooked(visit=visit.name))
    recorder.start(
        until(
            context,
            key=record_key(visit.name),
            kind=ClockKind.JOINT_VISIT_RECORD,
            subject=visit.name,
            owner=visit.team,
            due_at=rules.record.after(visit.at, context.zone),
            repeat=rules.repeat,
        )
    )
    _tell(recorder, NoticeKind.JOINT_VISIT_BOOKED, visit)


def cancel(recorder: Recorder, command: CancelJointVisit) -> None:
    """Call a visit off, as one of its two sides. Raises Refused."""
    visit = _own(recorder, command.visit, Phrase("cancel"), JointVisitStatus.PROPOSED, JointVisitStatus.BOOKED)
    _end(recorder, visit, JointVisitCancelled(visit=visit.name))
    _tell(recorder, NoticeKind.JOINT_VISIT_OFF, visit)


def record(recorder: Recorder, command: RecordJointVisit) -> None:
    """Record, as one of its two sides, whether a booked visit was held; not before its time. Raises Refused."""
    visit = _own(recorder, command.visit, Phrase("record"), JointVisitStatus.BOOKED)
    if visit.at > recorder.context.now:
        raise Refused(
            "Cannot record {visit}: its time has not come.",
            "Call it off if it is not to be.",
            command="handslag cancel-joint-visit",
            visit=visit.name,
        )
    _end(recorder, visit, JointVisitRecorded(visit=visit.name, was_held=command.was_held))


def pass_answer(recorder: Recorder, clock: RunningClock) -> None:
    """Ask the other side again; when the visit's own time has come, it lapses."""
    context, visit = recorder.context, recorder.episode.joint_visits[clock.subject]
    if context.now >= visit.at:
        _end(recorder, visit, JointVisitLapsed(visit=visit.name))
        _tell(recorder, NoticeKind.JOINT_VISIT_OFF, visit)
        return
    record_passing(recorder, clock, NoticeKind.JOINT_VISIT_PROPOSED, latest=visit.at)
    recorder.owe(
        NoticeKind.JOINT_VISIT_PROPOSED, clock.owner, subject=clock.key, due_at=clock.due_at, times=clock.passed + 2
    )


def _rules(recorder: Recorder) -> JointVisits:
    rules = recorder.context.pathway.joint_visits
    if rules is None:
        raise Refused(
            "The pathway of episode {episode} knows no joint visits.",
            "Each side visits on its own.",
            episode=recorder.episode.reference,
        )
    return rules


def _open(recorder: Recorder, name: str, verb: Phrase, *wanted: JointVisitStatus) -> JointVisit:
    episode = recorder.episode
    require_going_on(episode, Phrase("{verb} a joint visit", verb=verb))
    found = {each.name: each for each in episode.joint_visits.values() if each.status in wanted}
    if name not in found:
        raise Refused(
            "Cannot {verb} a joint visit of episode {episode}: none of that name waits for it.",
            one_of(found, Phrase("Nothing needs to be done.")),
            verb=verb,
            episode=episode.reference,
        )
    return found[name]


def _own(recorder: Recorder, name: str, verb: Phrase, *wanted: JointVisitStatus) -> JointVisit:
    visit = _open(recorder, name, verb, *wanted)
    if recorder.actor.team not in (visit.team, visit.with_team):
        raise Refused(
            "Cannot {verb} {visit}: your team has no part in it.",
            "Ask {team} or {other}.",
            verb=verb,
            visit=visit.name,
            team=visit.team,
            other=visit.with_team,
        )
    return visit


def _end(recorder: Recorder, visit: JointVisit, event: Event) -> None:
    for key in (answer_key(visit.name), record_key(visit.name)):
        _stop(recorder, key)
    recorder.record(event)


def _stop(recorder: Recorder, key: str) -> None:
    if key in recorder.episode.clocks:
        recorder.withdraw_notices(subject=key)
        recorder.stop(key)


def _tell(recorder: Recorder, kind: NoticeKind, visit: JointVisit) -> None:
    for team in (visit.team, visit.with_team):
        if team != recorder.actor.team and team in recorder.context.network.teams:
            recorder.owe(kind, team, subject=f"joint-visit/{visit.name}")


RULES: Mapping[type[Command], Callable[[Recorder, Any], None]] = {
    ProposeJointVisit: propose,
    AnswerJointVisit: answer,
    CancelJointVisit: cancel,
    RecordJointVisit: record,
}
