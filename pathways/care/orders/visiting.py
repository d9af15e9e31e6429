"""What became of a visit: done, missed, or refused by the citizen; and what was done about one that was missed."""

from pathways.care.concerned import teams_concerned
from pathways.care.episodes import Episode
from pathways.care.notice_kinds import NoticeKind
from pathways.care.orders.clocks import missed_key
from pathways.care.orders.commands import ActOnMissedVisit, RecordVisit
from pathways.care.orders.events import MissedVisitActedOn, VisitRecorded
from pathways.care.orders.ordering import order_of
from pathways.care.orders.schedules import recordable, unrecorded
from pathways.care.orders.values import Order, Visit, VisitOutcome
from pathways.care.recording import Context, Recorder
from pathways.errors import Refused


def record(recorder: Recorder, command: RecordVisit) -> None:
    """Say what became of a visit whose time has come, or of the next one. Said anew, it is corrected. Raises Refused.

    A visit that was missed is told to the responsible team, one that was refused to those who ordered it.
    """
    episode = recorder.episode
    if episode.has_ended:
        raise Refused(
            f"Cannot record a visit in episode {episode.reference}: it has ended, and its visits with it.",
            "If that is wrong, take the end back with: handslag take-back-end.",
        )
    order = order_of(episode, command.order)
    visit = _visit(recorder, order, command.visit)
    _require_part(recorder, visit)
    before = order.visits.get(visit.key)
    if before and (before.outcome, before.words) == (command.outcome, command.words.strip()):
        return
    recorder.record(
        VisitRecorded(order=order.number, visit=visit.key, outcome=command.outcome, words=command.words.strip())
    )
    _tell(recorder, order, visit, command.outcome)


def act_on_missed(recorder: Recorder, command: ActOnMissedVisit) -> None:
    """Say what was done about a missed visit, as a team with a part in the episode. Raises Refused."""
    episode = recorder.episode
    order = order_of(episode, command.order)
    said = order.visits.get(command.visit)
    if said is None or said.outcome is not VisitOutcome.MISSED:
        missed = [key for key, each in order.visits.items() if each.outcome is VisitOutcome.MISSED]
        raise Refused(
            f"Cannot act on that visit in episode {episode.reference}: it is not recorded as missed.",
            f"Missed are: {', '.join(missed)}." if missed else "Nothing needs to be done.",
        )
    if recorder.actor.team not in (*teams_concerned(recorder.context, episode), order.ordered_by.team):
        raise Refused(
            f"Cannot act on that visit in episode {episode.reference}: your team has no part in it.",
            f"Ask {episode.stay.team}, which is responsible.",
        )
    if not command.words.strip():
        raise Refused(
            f"Cannot act on that visit in episode {episode.reference}: nothing says what was done.",
            "Say it in a few words.",
        )
    if said.acted_at is None:
        recorder.record(MissedVisitActedOn(order=order.number, visit=command.visit, words=command.words.strip()))


def _visit(recorder: Recorder, order: Order, key: str | None) -> Visit:
    context, episode = recorder.context, recorder.episode
    now = context.now
    if key is None:
        waiting = unrecorded(order, context.zone, now)
        if not waiting:
            raise Refused(
                f"Cannot record a visit of order {order.number} in episode {episode.reference}: none waits for it.",
                "Name the visit to correct what was said of it.",
            )
        return waiting[0]
    found = {visit.key: visit for visit in recordable(order, context.zone, now)}
    if key not in found:
        near = ", ".join(list(found)[-3:])
        raise Refused(
            f"Cannot record that visit of order {order.number} in episode {episode.reference}: it is none whose time "
            "has come, nor the next one.",
            f"The latest that can be recorded: {near}." if near else "It has none yet.",
        )
    return found[key]


def teams_that_record(context: Context, episode: Episode, visit: Visit) -> tuple[str, ...]:
    """The teams that say what became of a visit: whose it is, the one that covers that, and those concerned."""
    known = context.network.teams.get(visit.team)
    covering = (known.covered_by,) if known and known.covered_by else ()
    return (*teams_concerned(context, episode), visit.team, *covering)


def _require_part(recorder: Recorder, visit: Visit) -> None:
    if recorder.actor.team in teams_that_record(recorder.context, recorder.episode, visit):
        return
    raise Refused(
        f"Cannot record a visit in episode {recorder.episode.reference}: your team has no part in it.",
        f"Ask {visit.team}, whose visit it is.",
    )


def _tell(recorder: Recorder, order: Order, visit: Visit, outcome: VisitOutcome) -> None:
    responsible, ordering = recorder.episode.stay.team, order.ordered_by.team
    if outcome is VisitOutcome.MISSED and responsible != recorder.actor.team:
        recorder.owe_on_duty(NoticeKind.VISIT_MISSED, responsible, subject=missed_key(order.number, visit.key))
    is_known = ordering in recorder.context.network.teams
    if outcome is VisitOutcome.REFUSED and ordering and is_known and ordering != recorder.actor.team:
        recorder.owe(NoticeKind.VISIT_REFUSED, ordering, subject=f"order/{order.number}")
