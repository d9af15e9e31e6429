"""Whom a notice goes to: somebody on duty, or the contacts of a closed team where it may wait. Changes nothing."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from pathways.care.episodes import Episode, Told
from pathways.care.notice_kinds import REACH, NoticeKind, Reach
from pathways.care.tables import complete
from pathways.cover.rotas import Rota, Rung
from pathways.definition.models import Pathway


def reach_of(
    kind: NoticeKind, pathway: Pathway, episode: Episode, *, handover: str | None = None, subject: str | None = None
) -> Reach:
    """The rule that holds for a notice of this kind about this handover, or about this subject: a clock's key."""
    reach = REACH[kind]
    if reach is Reach.AS_ITS_HANDOVER:
        urgency = episode.handovers[handover].plan.urgency if handover else None
        return Reach.NOW if urgency is None or pathway.rules_for(urgency).is_urgent else Reach.CAN_WAIT
    if reach is Reach.AS_ITS_CLOCK:
        declared = pathway.clocks.get((subject or "").partition("/")[2])
        return Reach.CAN_WAIT if declared and declared.can_wait else Reach.NOW
    return reach


def addressees(rota: Rota, team: str, now: datetime, reach: Reach, times: int = 1) -> tuple[Told, ...]:
    """Who gets a notice to a team for the `times`-th time (from 1): each time the next contact on duty, up to the last.

    Nobody, where it may wait, the team is closed, and its first contact has it already. A team that does not open
    within a year has nothing to wait for. `reach` is one of those that `reach_of` gives.
    """
    rungs = rota.ladder(team, now)
    own = [rung for rung in rungs if rung.team == team]
    own_on_duty = [rung for rung in own if rung.is_open]
    if reach is Reach.CAN_WAIT and own_on_duty:
        return (_number(own_on_duty, times),)
    if reach is Reach.CAN_WAIT and rota.opens_at(team, now) is not None:
        return tuple(_told(rung) for rung in own[:1] if times == 1)
    found = _number([rung for rung in rungs if rung.is_open] or rungs[:1], times)
    is_told_itself = reach is Reach.NOW_AND_OWN and not own_on_duty and times == 1
    return tuple(dict.fromkeys((found, *(_told(rung) for rung in own[:1] if is_told_itself))))


_WHOLE_LADDER: Mapping[Reach, bool] = complete(
    Reach,
    {
        Reach.NOW: True,
        Reach.NOW_AND_OWN: True,
        Reach.AS_ITS_HANDOVER: True,
        Reach.CAN_WAIT: False,
        Reach.AS_ITS_CLOCK: False,
    },
)
"""Whether what does not reach a contact goes on to whoever answers for the team, or stays within the team."""


def others_to_tell(rota: Rota, kind: NoticeKind, team: str, now: datetime, tried: Collection[Told]) -> tuple[Told, ...]:
    """Who gets a notice to a team instead of the contacts that were `tried` and not reached, the first first.

    Those on duty, before those of the team itself who are not: a channel may reach them all the same.
    """
    ladder = [rung for rung in rota.ladder(team, now) if _WHOLE_LADDER[REACH[kind]] or rung.team == team]
    in_order = [*(rung for rung in ladder if rung.is_open), *(rung for rung in ladder if rung.team == team)]
    return tuple(told for told in dict.fromkeys(map(_told, in_order)) if told not in tried)


def _number(rungs: Sequence[Rung], times: int) -> Told:
    return _told(rungs[min(times, len(rungs)) - 1])


def _told(rung: Rung) -> Told:
    return Told(team=rung.team, contact=rung.contact)
