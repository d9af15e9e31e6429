"""Places: a request holds one or waits for one, what frees one, and to whom it goes then. Never two on one place.

Others' claims come with the context, read under lock; one's own follow from the episode. The waiting list is kept:
nobody takes a place that somebody before them waits for.
"""

from collections.abc import Iterable
from datetime import datetime

from pathways.care.actors import ActorKind
from pathways.care.answering import start_answering, start_stale, stop_answering
from pathways.care.clocks import handover_key, hold_key, limits_of, started
from pathways.care.commands import (
    BeginEpisode,
    ChangeHandover,
    ComeBack,
    Command,
    OfferPlace,
    PassClock,
    PlanHandover,
    TakeBackEnd,
)
from pathways.care.episodes import Asked, ClockKind, Episode, Handover, PlaceStanding, RunningClock
from pathways.care.events import ClockChanged
from pathways.care.events_of_handovers import PlaceAwaited, PlaceHeld, PlaceReleased
from pathways.care.notice_kinds import NoticeKind
from pathways.care.occupancy import InLine, UnitOccupancy, claims_of, in_line
from pathways.care.orders.commands import RecordComplication
from pathways.care.parties import tell_other_side
from pathways.care.permissions import no_place
from pathways.care.programme.commands import Enrol
from pathways.care.reaching import stop_what_is_met
from pathways.care.recording import Context, Recorder
from pathways.care.states import UNANSWERED, Action, HandoverStatus
from pathways.definition.models import BEGINNING, Pathway
from pathways.definition.networks import Network
from pathways.errors import Refused
from pathways.phrases import Phrase


def units_to_look_at(pathway: Pathway, network: Network, episode: Episode | None, command: Command) -> tuple[str, ...]:
    """The units of which a decision on this command must know who is there. Sorted; for most commands none."""
    units: Iterable[str | None] = ()
    match command:
        case BeginEpisode(level=level, unit=unit):
            units = [unit] if unit else _units_at(network, level)
        case PlanHandover(is_draft=False) if command.move == BEGINNING and episode:
            units = command.to_units or _units_at(network, episode.level)
        case PlanHandover(is_draft=False):
            move = pathway.moves.get(command.move)
            units = command.to_units or (_units_at(network, move.to) if move else ())
        case Enrol() if episode:
            units = [episode.stay.unit]
        case OfferPlace(unit=unit):
            units = [unit]
        case RecordComplication() if episode:
            order = episode.orders.get(command.order)
            treatment = pathway.treatments.get(order.treatment) if order else None
            back = pathway.moves.get(treatment.complication.move) if treatment and treatment.complication else None
            units = _units_at(network, back.to) if back else ()
        case ChangeHandover() | PassClock() | TakeBackEnd() | ComeBack() if episode:
            units = _units_of(episode, command)
    return tuple(sorted({unit for unit in units if unit is not None and unit in network.units}))


def _units_of(episode: Episode, command: Command) -> Iterable[str | None]:
    match command:
        case ChangeHandover(action=Action.REQUEST, handover=reference) if reference in episode.handovers:
            return _asked_units(episode.handovers[reference])
        case ChangeHandover(action=Action.ACCEPT | Action.DEPART | Action.ARRIVE, handover=reference) if (
            reference in episode.handovers
        ):
            return episode.handovers[reference].awaited_units
        case PassClock(key=key) if key in episode.clocks and episode.clocks[key].kind is ClockKind.HOLD:
            return [_unit_of(episode.clocks[key])]
        case TakeBackEnd():
            handover = episode.stopped.handover if episode.stopped else None
            return [episode.stay.unit, *(_asked_units(handover) if handover else ())]
        case ComeBack(returns=reference) if reference in episode.handovers:
            return [episode.handovers[reference].plan.from_unit]
    return ()


def _units_at(network: Network, level: str) -> tuple[str, ...]:
    return tuple(key for key, unit in network.units.items() if unit.level == level)


def _asked_units(handover: Handover) -> list[str | None]:
    return [asked.unit for asked in handover.asked]


def _unit_of(clock: RunningClock) -> str:
    return clock.key.rpartition("/")[2]


def open_places(context: Context, unit: str) -> int:
    """How many places a unit has that are not closed."""
    known = context.network.units.get(unit)
    return max(0, known.places - _occupancy(context, unit).closed) if known else 0


def is_full(context: Context, unit: str) -> bool:
    """Whether others have all the places of a unit, the closed ones too: then not even who was there can be there."""
    known = context.network.units.get(unit)
    return known is not None and len(_occupancy(context, unit).claims) >= known.places


def require_free(context: Context, unit: str) -> None:
    """A patient begins only where a place is free. Raises Refused."""
    if len(_occupancy(context, unit).claims) >= open_places(context, unit):
        raise Refused(
            "No place is free at {unit}.",
            "Begin at another unit or level, or see who is there.",
            command="handslag places",
            unit=unit,
        )


def hold_or_wait(recorder: Recorder, reference: str) -> None:
    """Hold a place, or join the waiting list, at each unit that a request names; then let the clocks run."""
    for asked in recorder.episode.handovers[reference].asked:
        if asked.unit is None:
            continue
        place = _in_line(recorder, reference, asked.unit, recorder.context.now)
        if _may_hold(recorder, place):
            _hold(recorder, place)
        else:
            recorder.record(
                PlaceAwaited(handover=reference, unit=place.unit, since=place.since, is_urgent=place.is_urgent)
            )
    handover = recorder.episode.handovers[reference]
    able = [asked.team for asked in handover.able_to_accept]
    settle(recorder, reference, newly_able=able)
    clock = recorder.episode.clocks.get(handover_key(reference, ClockKind.PLACE))
    for team in dict.fromkeys(asked.team for asked in handover.asked if asked.team not in able):
        recorder.owe(NoticeKind.PLACE_AWAITED, team, handover=reference, due_at=clock.due_at if clock else None)


def settle(recorder: Recorder, reference: str, *, newly_able: Iterable[str] = ()) -> None:
    """See that the right clock runs: the answer's while somebody can say yes, else the one of the wait for a place.

    `newly_able`: the teams that can say yes from now on, and are told.
    """
    handover = recorder.episode.handovers[reference]
    if handover.status not in UNANSWERED:
        return
    if able := [asked.team for asked in handover.able_to_accept]:
        recorder.stop(handover_key(reference, ClockKind.PLACE))
        start_stale(recorder, handover)
        give_clock(recorder, handover_key(reference, ClockKind.ANSWER), *able)
        stop_what_is_met(recorder, reference)
        if newly_able := tuple(newly_able):
            start_answering(recorder, reference, newly_able)
    elif handover_key(reference, ClockKind.PLACE) not in recorder.episode.clocks:
        stop_answering(recorder, reference, withdrawn=True)
        recorder.stop(handover_key(reference, ClockKind.STALE), withdrawn=True)  # nobody can answer
        _start_waiting(recorder, handover)


def give_clock(recorder: Recorder, key: str, *teams: str) -> None:
    """Give a clock, if it runs, to the first of these teams, unless one of them has it already."""
    clock = recorder.episode.clocks.get(key)
    if clock and clock.owner not in teams:
        recorder.record(ClockChanged(clock=clock.model_copy(update={"owner": teams[0]})))


def _start_waiting(recorder: Recorder, handover: Handover) -> None:
    made = handover.plan
    urgency = limits_of(recorder.context, made)
    recorder.start(
        started(
            recorder.context,
            key=handover_key(handover.reference, ClockKind.PLACE),
            kind=ClockKind.PLACE,
            subject=handover.reference,
            owner=made.from_team,
            limit=urgency.answer,
            repeat=urgency.repeat,
        )
    )


def release(recorder: Recorder, reference: str, receivers: Iterable[Asked]) -> None:
    """Give up the places that are held for a handover at these receivers, and its waits for one."""
    for asked in receivers:
        if asked.unit and asked.place:
            recorder.record(PlaceReleased(handover=reference, unit=asked.unit))
            recorder.stop(hold_key(reference, asked.unit), withdrawn=True)


def release_all(recorder: Recorder) -> None:
    """Give up all that the open handover of an episode holds and waits for, before it closes without an arrival."""
    if handover := recorder.episode.open_handover:
        release(recorder, handover.reference, handover.asked)


def make_firm(recorder: Recorder, reference: str) -> None:
    """Keep what is held for an accepted handover until it arrives or closes."""
    for asked in recorder.episode.handovers[reference].asked:
        if asked.unit:
            recorder.stop(hold_key(reference, asked.unit))


def require_place_to_arrive(recorder: Recorder, handover: Handover) -> None:
    """Nobody arrives on another's place. Raises Refused.

    Who stands at the door takes a place that is free before all who wait for one. Where none is, the unit finds or
    opens one first: until then the sender stays responsible.
    """
    for unit in handover.awaited_units:
        if _free(recorder, unit) <= 0:
            mend = Phrase(
                "Until then {team} is responsible. Free or open a place there, then record the arrival.",
                command=f"handslag open-places {unit}",
                team=handover.plan.from_team,
            )
            raise no_place(handover, Action.ARRIVE, unit, place_in_line(recorder, unit), mend)


def hold_again(recorder: Recorder) -> None:
    """After an end was taken back: where the place held has gone to another patient meanwhile, wait for one.

    The sender of a handover that had been accepted is told at once: nobody departs without a place.
    """
    handover = recorder.episode.open_handover
    if handover is None:
        return
    for asked in handover.asked:
        if asked.unit and asked.place is PlaceStanding.HELD and _free(recorder, asked.unit) < 0:
            _wait_again(recorder, handover.reference, asked.unit, asked.since or recorder.context.now)
            if handover.status not in UNANSWERED:
                recorder.owe(NoticeKind.NO_PLACE_YET, handover.plan.from_team, handover=handover.reference)
    settle(recorder, handover.reference)


def pass_hold(recorder: Recorder, clock: RunningClock) -> None:
    """A place has been held for an unanswered request for long: it goes on to who comes before it now, if anybody."""
    handover, unit = recorder.episode.handovers[clock.subject], _unit_of(clock)
    mine = _in_line(recorder, handover.reference, unit, recorder.context.now)
    if not _ahead_of(recorder, mine):
        return
    _wait_again(recorder, handover.reference, unit, recorder.context.now)
    after = recorder.episode.handovers[handover.reference]
    if not after.able_to_accept:
        recorder.withdraw_notices(handover.reference)
    settle(recorder, handover.reference)
    waits = recorder.episode.clocks.get(handover_key(handover.reference, ClockKind.PLACE))
    due_at = waits.due_at if waits else None
    recorder.owe(NoticeKind.PLACE_AWAITED, clock.owner, handover=handover.reference, due_at=due_at)
    recorder.owe(NoticeKind.NO_PLACE_YET, handover.plan.from_team, handover=handover.reference, due_at=due_at)


def offer(recorder: Recorder, command: OfferPlace) -> None:
    """Hold a place that has become free for the handover that waits, if nobody is before it. Raises Refused."""
    handover = recorder.episode.handovers.get(command.handover)
    if recorder.actor.kind is ActorKind.PERSON:
        raise Refused(
            "Cannot offer a place to a handover of episode {episode}: Handslag itself does that.",
            "Nothing needs to be done.",
            episode=recorder.episode.reference,
        )
    if handover is None or not handover.is_open or command.unit not in handover.awaited_units:
        return
    asked = next(asked for asked in handover.asked if asked.unit == command.unit)
    place = next(each for each in in_line(recorder.episode) if each.unit == command.unit)
    if not _may_hold(recorder, place):
        return
    _hold(recorder, place)
    if handover.status in UNANSWERED:
        settle(recorder, handover.reference, newly_able=[asked.team])
    else:
        tell_other_side(recorder, NoticeKind.PLACE_HELD, handover)


def place_in_line(recorder: Recorder, unit: str) -> Phrase:
    """Which number the open handover is on a unit's waiting list, and why, in words."""
    mine = next(entry for entry in in_line(recorder.episode) if entry.unit == unit)
    number = _ahead_of(recorder, mine) + 1
    since = mine.since.astimezone(recorder.context.zone)
    return Phrase(
        "number {number} on its waiting list ({why}, since {since})",
        number=number,
        why=mine.why,
        since=f"{since:%Y-%m-%d %H:%M}",
    )


def _wait_again(recorder: Recorder, reference: str, unit: str, since: datetime) -> None:
    place = _in_line(recorder, reference, unit, since)
    recorder.record(PlaceAwaited(handover=reference, unit=unit, since=since, is_urgent=place.is_urgent))
    recorder.stop(hold_key(reference, unit), withdrawn=True)


def _hold(recorder: Recorder, place: InLine) -> None:
    recorder.record(PlaceHeld(handover=place.handover, unit=place.unit))
    handover = recorder.episode.handovers[place.handover]
    limit = recorder.context.pathway.rules_for(handover.plan.urgency).hold
    if limit is None or handover.status not in UNANSWERED:
        return
    recorder.start(
        started(
            recorder.context.at_entry,  # the place is held from now on
            key=hold_key(place.handover, place.unit),
            kind=ClockKind.HOLD,
            subject=place.handover,
            owner=next(asked.team for asked in handover.asked if asked.unit == place.unit),
            limit=limit,
            repeat=limit,
        )
    )


def _in_line(recorder: Recorder, reference: str, unit: str, since: datetime) -> InLine:
    """Where a handover would stand on a waiting list that it joins."""
    handover = recorder.episode.handovers[reference]
    is_on_the_way = handover.status is HandoverStatus.IN_PROGRESS
    return InLine(
        unit=unit,
        episode=recorder.episode.reference,
        handover=reference,
        is_urgent=recorder.context.pathway.rules_for(handover.plan.urgency).is_urgent or is_on_the_way,
        standing=handover.plan.standing,
        wish=_asked_units(handover).index(unit) + 1,
        since=since,
    )


def _occupancy(context: Context, unit: str) -> UnitOccupancy:
    return UnitOccupancy() if context.occupancy is None else context.occupancy[unit]


def _free(recorder: Recorder, unit: str) -> int:
    """Places that nobody has; below zero where more have one than there are."""
    own = claims_of(recorder.episode)
    others = [c for c in _occupancy(recorder.context, unit).claims if c.episode != recorder.episode.reference]
    taken = len(others) + sum(claim.unit == unit for claim in own)
    return open_places(recorder.context, unit) - taken


def _ahead_of(recorder: Recorder, place: InLine) -> int:
    waiting = _occupancy(recorder.context, place.unit).waiting
    return sum(other.order < place.order for other in waiting if other.episode != place.episode)


def _may_hold(recorder: Recorder, place: InLine) -> bool:
    return _free(recorder, place.unit) > _ahead_of(recorder, place)
