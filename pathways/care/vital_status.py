"""What is recorded elsewhere of the patient's life: a report that a person here confirms or denies, with a clock.

Elsewhere is another network or, where a network keeps its organisations apart, another organisation.

A death that became known elsewhere ends nothing here by itself: the responsible team ends the episode, or says that the
report is wrong. It is the same where a death that was recorded here is doubted elsewhere: the end is taken back, or it
stands. What is reported names neither the network nor the episode that it comes from.
"""

from pathways.care.actors import ActorKind
from pathways.care.clocks import started
from pathways.care.commands import DenyVitalStatus, ReportVitalStatus
from pathways.care.endings import is_death_by
from pathways.care.episodes import ClockKind, Episode
from pathways.care.events import VitalStatusDenied, VitalStatusReported
from pathways.care.notice_kinds import NoticeKind
from pathways.care.recording import Recorder
from pathways.definition.durations import Duration, Unit
from pathways.errors import Refused

DEATH_KEY, LIFE_KEY = ClockKind.DEATH_REPORTED.value, ClockKind.LIFE_REPORTED.value
"""The keys of the clocks by which a report is answered: an episode has at most one of them."""

_LIMIT = Duration(amount=1, unit=Unit.HOUR)
"""Within this a report is answered: until then visits are made and relatives called as if it were not so."""


def report(recorder: Recorder, command: ReportVitalStatus) -> None:
    """Record what is said elsewhere, and ask the responsible team about it; nothing where it says nothing new.

    Raises Refused for a person: only Handslag itself knows what is said elsewhere.
    """
    if recorder.actor.kind is ActorKind.PERSON:
        raise Refused(
            "Cannot report this in episode {episode}: that is for Handslag itself to do.",
            "If the patient has died, end the episode.",
            episode=recorder.episode.reference,
        )
    episode = recorder.episode
    is_dead_here = episode.has_ended and is_death_by(recorder.context.pathway, episode.end)
    asked = LIFE_KEY if is_dead_here else DEATH_KEY
    if command.is_dead is is_dead_here:  # both say the same
        if asked in episode.clocks:
            recorder.record(VitalStatusReported(is_dead=command.is_dead))
            _close(recorder, asked, withdrawn=True)
            recorder.owe(NoticeKind.REPORT_WITHDRAWN, episode.stay.team, subject=asked)
        return
    if asked in episode.clocks or (episode.has_ended and not is_dead_here):
        return
    recorder.record(VitalStatusReported(is_dead=command.is_dead))
    clock = started(
        recorder.context,
        key=asked,
        kind=ClockKind(asked),
        subject=episode.reference,
        owner=episode.stay.team,
        limit=_LIMIT,
        repeat=_LIMIT,
    )
    recorder.start(clock)
    kind = NoticeKind.LIFE_REPORTED if is_dead_here else NoticeKind.DEATH_REPORTED
    recorder.owe(kind, clock.owner, subject=asked, due_at=clock.due_at)


def is_death_reported(episode: Episode) -> bool:
    """Whether the patient's death is reported from elsewhere, and nobody here has confirmed or denied it yet."""
    return DEATH_KEY in episode.clocks


def deny(recorder: Recorder, command: DenyVitalStatus) -> None:
    """Say that what is reported from elsewhere is wrong: the patient lives, or the death stands. Raises Refused."""
    episode = recorder.episode
    clock = next((episode.clocks[key] for key in (DEATH_KEY, LIFE_KEY) if key in episode.clocks), None)
    if clock is None:
        raise Refused(
            "Cannot answer a report in episode {episode}: nobody else has reported anything that waits.",
            "Nothing needs to be done.",
            episode=episode.reference,
        )
    if command.actor.team != clock.owner:
        raise Refused(
            "Cannot answer the report in episode {episode}: that is for {team}.",
            "Ask that team to answer it.",
            episode=episode.reference,
            team=clock.owner,
        )
    if command.actor.is_program:
        raise Refused(
            "Cannot answer the report in episode {episode}: a person says whether a patient lives.",
            "Ask {team} to answer it.",
            episode=episode.reference,
            team=clock.owner,
        )
    recorder.record(VitalStatusDenied(is_dead=clock.key == DEATH_KEY))
    _close(recorder, clock.key, withdrawn=False)


def _close(recorder: Recorder, key: str, *, withdrawn: bool) -> None:
    recorder.stop(key, withdrawn=withdrawn)
    recorder.withdraw_notices(subject=key)
