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
from pathways.phrases import Phrase


def record(recorder: Recorder, command: RecordVisit) -> None:
    """Say what became of a visit whose time has come, or of the next one. Said anew, it is corrected. Raises Refused.

    A visit that was missed is told to the responsible team, one that was refused to those who ordered it.
    """
    episode = recorder.episode
    if episode.has_ended:
        raise Refused(
            "Cannot record a visit in episode {episode}: it has ended, and its visits with it.",
            "If that is wrong, take the end back.",
            command="handslag take-back-end",
            episode=episode.reference,
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
            "Cannot act on that visit in episode {episode}: it is not recorded as missed.",
            Phrase("Missed are: {choices}.", choices=tuple(missed)) if missed else Phrase("Nothing needs to be done."),
            episode=episode.reference,
        )
    if recorder.actor.team not in (*teams_concerned(recorder.context, episode), order.ordered_by.team):
        raise Refused(
            "Cannot act on that visit in episode {episode}: your team has no part in it.",
            "Ask {team}, which is responsible.",
            episode=episode.reference,
            team=episode.stay.team,
        )
    if not command.words.strip():
        raise Refused(
            "Cannot act on that visit in episode {episode}: nothing says what was done.",
            "Say it in a few words.",
            episode=episode.reference,
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
                "Cannot record a visit of order {number} in episode {episode}: none waits for it.",
                "Name the visit to correct what was said of it.",
                number=order.number,
                episode=episode.reference,
            )
        return waiting[0]
    found = {visit.key: visit for visit in recordable(order, context.zone, now)}
    if key not in found:
        near = tuple(found)[-3:]
        raise Refused(
            "Cannot record that visit of order {number} in episode {episode}: it is none whose time has come, nor the "
            "next one.",
            Phrase("The latest that can be recorded: {near}.", near=near) if near else Phrase("It has none yet."),
            number=order.number,
            episode=episode.reference,
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
        "Cannot record a visit in episode {episode}: your team has no part in it.",
        "Ask {team}, whose visit it is.",
        episode=recorder.episode.reference,
        team=visit.team,
    )


def _tell(recorder: Recorder, order: Order, visit: Visit, outcome: VisitOutcome) -> None:
    responsible, ordering = recorder.episode.stay.team, order.ordered_by.team
    if outcome is VisitOutcome.MISSED and responsible != recorder.actor.team:
        recorder.owe(NoticeKind.VISIT_MISSED, responsible, subject=missed_key(order.number, visit.key))
    is_known = ordering in recorder.context.network.teams
    if outcome is VisitOutcome.REFUSED and ordering and is_known and ordering != recorder.actor.team:
        recorder.owe(NoticeKind.VISIT_REFUSED, ordering, subject=f"order/{order.number}")
