"""What becomes of each part of an episode when it moves to another version: kept, mapped, or a matter for a person.

Pure, and changes nothing: the same answer is shown before anything is done, and decides what is done. The
responsibility never moves here: where another role would be responsible, a person hands the patient over first.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from enum import StrEnum

from pathways.care.clocks import declared_key, declared_name
from pathways.care.episodes import ClockKind, Episode, Handover, RunningClock
from pathways.care.grants.values import GrantStatus
from pathways.care.migrations.commands import MigrateEpisode
from pathways.care.orders.values import OrderStatus
from pathways.care.phases import phase_of
from pathways.care.recording import Context
from pathways.care.states import EpisodeStatus
from pathways.definition.durations import Duration
from pathways.definition.frozen import Frozen
from pathways.definition.models import Pathway, Trigger


class Fate(StrEnum):
    """What becomes of one part of an episode."""

    KEPT = "kept"
    MAPPED = "mapped"
    STARTS = "starts"
    LET_GO = "let-go"
    NEEDS_A_PERSON = "needs-a-person"


class Matter(Frozen):
    """One part of an episode and its fate. `becomes`: its name from then on. `why`, `mend`: for a person to act on."""

    what: str
    name: str
    fate: Fate
    becomes: str = ""
    why: str = ""
    mend: str = ""


@dataclass(frozen=True)
class Passage:
    """A move of one episode: `context` holds the version that it moves to, `old` is the one that it leaves."""

    context: Context
    old: Pathway
    episode: Episode
    command: MigrateEpisode

    @property
    def new(self) -> Pathway:
        """The version that it moves to."""
        return self.context.pathway

    def renamed(self, section: str, name: str) -> str:
        """What a level, move or clock of the old version is called in the new one."""
        wanted = self.command.names.get(name, name)
        return wanted if wanted in getattr(self.new, section) else name


def matters(passage: Passage) -> tuple[Matter, ...]:
    """The fate of the level, the open handover, the pause, grants, orders, the enrolment and every clock."""
    return (
        *_level(passage),
        *_handover(passage),
        *_pause(passage),
        *_grants(passage),
        *_orders(passage),
        *_enrolment(passage),
        *(_clock(passage, clock) for clock in passage.episode.clocks.values()),
        *(Matter(what="clock", name=name, fate=Fate.STARTS) for name in (*starting(passage), *_beside(passage))),
    )


def starting(passage: Passage) -> tuple[str, ...]:
    """Clocks that only the new version declares, that start with the present level, and that nothing has stopped yet.

    They run from the move on: the new version has not held before.
    """
    new, episode = passage.new, passage.episode
    here = Trigger(level=passage.renamed("levels", episode.level))
    known = {passage.renamed("clocks", name) for name in passage.old.clocks}
    return tuple(
        name
        for name, clock in new.clocks.items()
        if here in clock.starts
        and name not in known
        and not any(trigger.milestone in episode.milestones for trigger in clock.stops if trigger.milestone)
    )


def limit_of_phase(passage: Passage) -> Duration | None:
    """By when the present phase of illness is to change in the new version, where no clock runs for that yet."""
    is_running = ClockKind.PHASE.value in passage.episode.clocks
    return None if is_running else passage.new.rules_in(phase_of(passage.episode)).change_within


def _beside(passage: Passage) -> Iterator[str]:
    """What starts beside the declared clocks: the wait for another phase, and for the name of a fixed contact."""
    if limit_of_phase(passage) is not None:
        yield ClockKind.PHASE.value
    episode = passage.episode
    has_one = episode.continuity.contact is not None or ClockKind.FIXED_CONTACT.value in episode.clocks
    if passage.new.fixed_contact is not None and not has_one and episode.status is not EpisodeStatus.WAITLIST:
        yield ClockKind.FIXED_CONTACT.value


def _level(passage: Passage) -> Iterator[Matter]:
    stay, network = passage.episode.stay, passage.context.network
    name = passage.renamed("levels", stay.level)
    level = passage.new.levels.get(name)
    team = network.teams.get(stay.team)
    unit = network.units.get(stay.unit) if stay.unit else None
    if level is None:
        why = "the new version has no level of that name"
        yield _person("level", stay.level, why, f"Name its counterpart: --map {stay.level}=LEVEL.")
    elif team is None or team.role != level.responsible:
        why = f"there {level.responsible} is responsible, and {stay.team} is another"
        yield _person("level", stay.level, why, "Hand the patient over first, or map the level to another.")
    elif level.places != (stay.unit is not None) or (unit is not None and unit.level != name):
        why = "the unit where the patient stays is none of that level"
        yield _person("level", stay.level, why, "Hand the patient over first, or let the network offer the unit there.")
    else:
        yield _same("level", stay.level, name)


def _handover(passage: Passage) -> Iterator[Matter]:
    handover = passage.episode.open_handover
    if handover is None:
        return
    move = passage.renamed("moves", handover.plan.move)
    why = _misfit(passage, handover, move)
    if why:
        yield _person("handover", handover.reference, why, "Complete or cancel it first.")
    else:
        yield _same("handover", handover.reference, handover.reference, move if move != handover.plan.move else "")


def _misfit(passage: Passage, handover: Handover, name: str) -> str | None:
    """Why an open handover could not go on under the new version; None where it can."""
    plan, new = handover.plan, passage.new
    start, end = (passage.renamed("levels", level) for level in (plan.from_level, plan.to_level))
    if plan.begins:
        return _misplaced(passage, handover, end) if end in new.levels else "the new version has no level of that name"
    move = new.moves.get(name)
    if move is None:
        return "the new version has no such move"
    if plan.returns is not None:
        if new.coming_back is None or {start, end} - set(new.levels):
            return "the new version knows no such coming back"
    elif start not in move.from_levels or end != move.to:
        return "its move leads elsewhere in the new version"
    elif plan.urgency not in move.urgencies or plan.reason not in move.reasons:
        return "its urgency or reason is not that of the move in the new version"
    if set(plan.items) - set(new.readiness):
        return "it waits for readiness items that the new version does not have"
    return _misplaced(passage, handover, end)


def _misplaced(passage: Passage, handover: Handover, level: str) -> str | None:
    """Why one of those asked could not take the patient at the level that the handover leads to; None where all can."""
    network, needed = passage.context.network, passage.new.levels[level]
    for asked in handover.asked:
        team, unit = network.teams.get(asked.team), network.units.get(asked.unit or "")
        if team is None or team.role != needed.responsible:
            return "there another role receives the patient in the new version"
        if needed.places != (unit is not None) or (unit is not None and unit.level != level):
            return "the unit that it asks is none of that level in the new version"
    return None


def _pause(passage: Passage) -> Iterator[Matter]:
    pause = passage.episode.pause
    if pause is None:
        return
    if pause.kind in passage.new.pauses:
        yield _same("pause", pause.kind, pause.kind)
    else:
        yield _person("pause", pause.kind, "the new version has no such reason to pause", "Resume the episode first.")


def _grants(passage: Passage) -> Iterator[Matter]:
    for name, grant in passage.episode.grants.items():
        if grant.status is not GrantStatus.IN_FORCE:
            continue
        if grant.package in passage.new.packages and set(grant.minutes) <= set(passage.new.services):
            yield _same("grant", name, name)
        else:
            why = "the new version has no such package or service"
            yield _person("grant", name, why, "Withdraw the grant first, or let it end.")


def _orders(passage: Passage) -> Iterator[Matter]:
    """A treatment that the new version does not give here would stop by itself: somebody decides that, and not this."""
    level = passage.renamed("levels", passage.episode.level)
    for number, order in passage.episode.orders.items():
        treatment = passage.new.treatments.get(order.treatment)
        if not order.is_open:
            continue
        if treatment is not None and (order.status is OrderStatus.DRAFT or level in treatment.levels):
            yield _same("order", str(number), str(number))
        else:
            why = "the new version does not give that treatment where the patient is"
            yield _person("order", str(number), why, "Stop the order first, or let it end.")


def _enrolment(passage: Passage) -> Iterator[Matter]:
    """A programme is entered by enrolment, where its places are counted, and by nothing else."""
    episode, new = passage.episode, passage.new
    is_same = episode.pathway == new.pathway and episode.enrolment is not None
    if new.enrolment is not None and not is_same:
        yield _person("enrolment", new.pathway, "the patient is not enrolled in it", "Enrol the patient there.")
    elif new.enrolment is None and episode.status is EpisodeStatus.WAITLIST:
        why = "the episode waits for a place, and the new version has none to wait for"
        yield _person("enrolment", episode.pathway, why, "Enrol the patient, or end the episode.")
    elif episode.enrolment is not None:
        yield _same("enrolment", episode.pathway, new.pathway)


def _clock(passage: Passage, clock: RunningClock) -> Matter:
    """A clock that runs keeps its limit: it was promised under the old version. What starts later has the new one's."""
    if clock.kind is ClockKind.RETURN_CAUSE and passage.new.coming_back is None:
        why = "the new version knows no causes of coming back"
        return _person("clock", clock.key, why, "Record the cause first: handslag return-cause.")
    if clock.kind is ClockKind.FIXED_CONTACT and passage.new.fixed_contact is None:
        why = "the new version asks for no fixed contact"
        return _person("clock", clock.key, why, "Name the contact first: handslag fixed-contact.")
    if clock.kind is ClockKind.MEASURE and clock.key.partition("/")[2] not in _measures(passage.new):
        why = "the new version does not measure this"
        return _person("clock", clock.key, why, "Record the measurement first.")
    if clock.kind is ClockKind.MATTER and clock.subject not in passage.new.meetings:
        why = "the new version has no meeting of that name"
        return _person("clock", clock.key, why, "Record what the meeting decided first: handslag triage-decide.")
    if clock.kind is not ClockKind.DECLARED:
        return _same("clock", clock.key, clock.key)
    name = declared_name(clock.key)
    then = passage.renamed("clocks", name)
    if then in passage.new.clocks and then != name and declared_key(then) in passage.episode.clocks:
        why = "the clock that it would become runs already"
        return _person("clock", clock.key, why, "Record what it waits for, or leave it out of what is mapped.")
    if then in passage.new.clocks:
        return _same("clock", clock.key, declared_key(then))
    if name in passage.command.let_go:
        return Matter(what="clock", name=clock.key, fate=Fate.LET_GO)
    why = "the new version does not declare this clock"
    mend = f"Map it to one that it does (--map {name}=CLOCK), or decide that it is no longer wanted (--let-go {name})."
    return _person("clock", clock.key, why, mend)


def _measures(pathway: Pathway) -> Collection[str]:
    return pathway.evaluation.measures if pathway.evaluation else ()


def _same(what: str, name: str, then: str, also: str = "") -> Matter:
    is_mapped = then != name or bool(also)
    becomes = also or (then if then != name else "")
    return Matter(what=what, name=name, fate=Fate.MAPPED if is_mapped else Fate.KEPT, becomes=becomes)


def _person(what: str, name: str, why: str, mend: str) -> Matter:
    return Matter(what=what, name=name, fate=Fate.NEEDS_A_PERSON, why=why, mend=mend)
