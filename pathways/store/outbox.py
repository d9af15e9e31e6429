"""The outbox: notices recorded with the decision that owes them, until they are sent, withdrawn or given up on.

They are claimed, held back while a channel is away, tried again, and given to another contact instead.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    ColumnElement,
    CursorResult,
    bindparam,
    case,
    exists,
    false,
    insert,
    literal_column,
    or_,
    update,
)
from sqlalchemy import (
    select as sql_select,
)
from sqlmodel import Session, col, select

from pathways.care.episodes import Told
from pathways.care.notice_parts import CLOSING, REMINDING
from pathways.care.recording import NoticeOwed
from pathways.errors import NotFound, Refused
from pathways.logs import request_here
from pathways.store.tables import EPISODE, NOTICE, NoticeRow, NoticeStatus
from pathways.store.upserts import upsert

_LARGEST_NUMBER = 2**31 - 1  # of a whole number in PostgreSQL
_BACK_OFF_SECONDS = (10, 60, 300, 900, 3600)
_LONGEST_BEHIND_OTHERS_SECONDS = 5
_UNSENT = (NoticeStatus.WAITING, NoticeStatus.DEAD)
_UNSENT_IS_WITHDRAWN = update(NOTICE).where(NOTICE.c.status.in_(_UNSENT)).values(status=NoticeStatus.WITHDRAWN)
_WITHDRAW = _UNSENT_IS_WITHDRAWN.where(NOTICE.c.episode == bindparam("of_episode"))


def _is(status: NoticeStatus) -> ColumnElement[bool]:
    """A status written out and not as a parameter: a database uses an index of one status only where it reads it."""
    return NOTICE.c.status == literal_column(f"'{status}'")


class Outbox:
    """Reads and writes notices within one unit of work."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def add(self, episode: str, notices: Sequence[NoticeOwed], now: datetime) -> None:
        """Put in notices that wait to be sent at once. One notice is one row: `key` is unique."""
        self._add({"episode": episode}, notices, now)

    def add_about(self, reference: str, network: str, notices: Sequence[NoticeOwed], now: datetime) -> None:
        """Put in notices about what has a reference of its own in a network, as `add` does."""
        self._add({"about": reference, "network": network}, notices, now)

    def _add(self, about: Mapping[str, str], notices: Sequence[NoticeOwed], now: datetime) -> None:
        rows = [
            {
                **about,
                **_untried(now),
                "request": request_here(),
                **self._taken_place_of(about, owed, now),
                **owed.model_dump(),
            }
            for owed in notices
        ]
        self._session.connection().execute(insert(NOTICE), rows)

    def _taken_place_of(self, about: Mapping[str, str], owed: NoticeOwed, now: datetime) -> Mapping[str, Any]:
        """Withdraw the unsent reminders to the same contact of which this is a newer one, and go on with their tries.

        A contact who could not be reached for hours gets one; another is told, and it is given up on, as soon as if the
        first had been tried on and on.
        """
        if owed.kind not in REMINDING:
            return {}
        same = {"kind": owed.kind, "team": owed.team, "contact": owed.contact, "handover": owed.handover}
        same |= {**about, "subject": owed.subject}
        known = sql_select(NOTICE.c.id, NOTICE.c.status, NOTICE.c.created_at, NOTICE.c.attempts)
        known = known.where(*(NOTICE.c[name] == it for name, it in same.items())).with_for_update()
        found = [each for each in self._session.connection().execute(known) if each.status == NoticeStatus.WAITING]
        if not found:
            return {}
        older = update(NOTICE).where(NOTICE.c.id.in_([each.id for each in found]))
        self._session.connection().execute(older.values(status=NoticeStatus.WITHDRAWN))
        return {"created_at": min(each.created_at for each in found), "attempts": max(each.attempts for each in found)}

    def withdraw(
        self,
        episode: str,
        handover: str | None = None,
        subject: str | None = None,
        kinds: Sequence[str] = (),
        team: str | None = None,
        informed: Collection[str] = (),
    ) -> None:
        """Withdraw what has not been sent: of one handover or subject, or of all the episode. The given up ones too.

        `kinds`: only those of these kinds; none named, all. `team`: only those to this team. What closes a matter for
        a team that may have been asked is withdrawn only where that team is `informed` by what takes its place.
        """
        withdrawal = _WITHDRAW if handover is None else _WITHDRAW.where(NOTICE.c.handover == handover)
        withdrawal = withdrawal if subject is None else withdrawal.where(NOTICE.c.subject == subject)
        withdrawal = withdrawal.where(NOTICE.c.kind.in_(kinds)) if kinds else withdrawal
        withdrawal = withdrawal if team is None else withdrawal.where(NOTICE.c.team == team)
        withdrawal = withdrawal.where(or_(NOTICE.c.kind.not_in(CLOSING), NOTICE.c.team.in_(informed)))
        self._session.connection().execute(withdrawal, {"of_episode": episode})

    def withdraw_of_gone(self, network: str, teams: Collection[str]) -> None:
        """Withdraw what has not been sent in a network to teams that are none of these: they have left it."""
        of_network = sql_select(EPISODE.c.reference).where(EPISODE.c.network == network)
        here = or_(NOTICE.c.network == network, NOTICE.c.episode.in_(of_network))
        self._session.connection().execute(_UNSENT_IS_WITHDRAWN.where(here, NOTICE.c.team.not_in(tuple(teams))))

    def unsent_of(self, network: str) -> Sequence[tuple[str, str]]:
        """The episodes of a network about which something has not been sent, each with the team it is for."""
        query = (
            sql_select(NOTICE.c.episode, NOTICE.c.team)
            .join(EPISODE, EPISODE.c.reference == NOTICE.c.episode)
            .where(EPISODE.c.network == network, NOTICE.c.status.in_(_UNSENT))
        )
        return [(each.episode, each.team) for each in self._session.connection().execute(query.distinct())]

    def waiting(self, now: datetime, limit: int, *, episode: str | None = None) -> Sequence[int]:
        """Numbers of the notices that may be tried now, the oldest first; of one episode if it is named."""
        query = (
            select(NoticeRow.id)
            .where(_is(NoticeStatus.WAITING), NoticeRow.next_attempt_at <= now, _unclaimed(now), _has_its_turn(now))
            .order_by(col(NoticeRow.next_attempt_at), col(NoticeRow.id))
            .limit(limit)
        )
        found = self._session.exec(query.where(NoticeRow.episode == episode) if episode else query)
        return [number for number in found if number is not None]

    def claim(self, number: int, now: datetime, seconds: float) -> NoticeRow | None:
        """Claim a notice for so long; None if it is no longer waiting or somebody else has it."""
        claimed: CursorResult[Any] = self._session.exec(
            update(NoticeRow)
            .where(
                col(NoticeRow.id) == number,
                col(NoticeRow.status) == NoticeStatus.WAITING,
                _unclaimed(now),
                _has_its_turn(now),
            )
            .values(
                claimed_until=now + timedelta(seconds=seconds),
                may_have_arrived=or_(col(NoticeRow.may_have_arrived), col(NoticeRow.claimed_until).is_not(None)),
            )
        )
        return self._session.get(NoticeRow, number, populate_existing=True) if claimed.rowcount == 1 else None

    def sent(self, notice: NoticeRow, now: datetime, leaks: Sequence[str]) -> None:
        """Record that the channel took it, even where it was withdrawn meanwhile: that is what happened.

        `leaks` are the guard's codes, where the generic text went out.
        """
        self._session.exec(
            update(NoticeRow)
            .where(col(NoticeRow.id) == notice.id)
            .values(status=NoticeStatus.SENT, sent_at=now, claimed_until=None, error=None, leaks=list(leaks))
        )

    def hold(self, notice: NoticeRow, channel: str, until: datetime) -> None:
        """Give back a claimed notice that was not tried, because its channel is away; it waits until then."""
        mine = (col(NoticeRow.id) == notice.id, col(NoticeRow.claimed_until) == notice.claimed_until)
        held = {"channel": channel, "next_attempt_at": until + _behind(notice.attempts), "claimed_until": None}
        self._session.exec(update(NoticeRow).where(*mine).values(**held))

    def not_sent(
        self,
        notice: NoticeRow,
        now: datetime,
        error: str,
        *,
        gives_up: bool,
        may_have_arrived: bool = False,
        channel: str | None = None,
        next_probe_at: datetime | None = None,
    ) -> None:
        """Record a failed attempt: tried again later and later, or given up on.

        `channel` and `next_probe_at`, where it was the channel that is away: it is tried again soon after that.
        One that was withdrawn meanwhile stays so. Only the latest claim may say so: whoever comes back after a claim
        ran out changes nothing.
        """
        attempts = notice.attempts + 1
        is_seen_to = notice.instead_of or self.is_with_another(notice)  # where all failed, the first one says so
        after = NoticeStatus.WITHDRAWN if is_seen_to else NoticeStatus.DEAD
        wait = timedelta(seconds=_BACK_OFF_SECONDS[min(attempts, len(_BACK_OFF_SECONDS)) - 1])
        self._session.exec(
            update(NoticeRow)
            .where(
                col(NoticeRow.id) == notice.id,
                col(NoticeRow.status) != NoticeStatus.SENT,
                col(NoticeRow.claimed_until) == notice.claimed_until,
            )
            .values(
                status=case(
                    (col(NoticeRow.status) == NoticeStatus.WITHDRAWN, NoticeStatus.WITHDRAWN),
                    else_=after if gives_up else NoticeStatus.WAITING,
                ),
                attempts=attempts,
                may_have_arrived=notice.may_have_arrived or may_have_arrived,
                next_attempt_at=next_probe_at + _behind(attempts) if next_probe_at else now + wait,
                claimed_until=None,
                error=error,
                channel=channel,
            )
        )

    def tried(self, notice: NoticeRow) -> tuple[Told, ...]:
        """The contacts to which a notice, or the one that it goes instead of, has been sent or was to be sent."""
        first = notice.instead_of or notice.id
        query = sql_select(NOTICE.c.team, NOTICE.c.contact)
        query = query.where(or_(NOTICE.c.id == first, NOTICE.c.instead_of == first))
        return tuple(Told(team=row.team, contact=row.contact) for row in self._session.connection().execute(query))

    def is_with_another(self, notice: NoticeRow, *, on_its_way: bool = False) -> bool:
        """Whether somebody after this contact has got it instead, or may yet where `on_its_way` counts as well."""
        first = notice.instead_of or notice.id
        wanted = (NoticeStatus.SENT, NoticeStatus.WAITING) if on_its_way else (NoticeStatus.SENT,)
        query = select(NoticeRow.id).where(NoticeRow.instead_of == first, col(NoticeRow.id) > notice.id)
        return self._session.exec(query.where(col(NoticeRow.status).in_(wanted)).limit(1)).first() is not None

    def first_of(self, notice: NoticeRow) -> NoticeRow:
        """The notice that this one goes instead of, as it is now; else itself."""
        return self._session.exec(
            select(NoticeRow)
            .where(NoticeRow.id == (notice.instead_of or notice.id))
            .execution_options(populate_existing=True)
        ).one()

    def add_instead(self, first: NoticeRow, to: Told, now: datetime) -> None:
        """Put in the same notice to another contact, once, while it is still wanted."""
        if first.status not in (NoticeStatus.WAITING, NoticeStatus.DEAD):
            return
        kept = ("episode", "network", "about", "handover", "subject", "kind", "due_at", "times", "request")
        values = {
            **{name: getattr(first, name) for name in kept},
            "team": to.team,
            "contact": to.contact,
            **_untried(now),
            "instead_of": first.id,
        }
        key = f"{first.key}/instead/{to.team}/{to.contact}"
        upsert(self._session.connection(), NOTICE, {"key": key}, values, only_where=false())

    def has_reached_another(self, notice: NoticeRow) -> None:
        """Record that one that was given up on is no longer wanted, where this notice goes instead of it."""
        if notice.instead_of is not None:
            given_up = (col(NoticeRow.id) == notice.instead_of, col(NoticeRow.status) == NoticeStatus.DEAD)
            self._session.exec(update(NoticeRow).where(*given_up).values(status=NoticeStatus.WITHDRAWN))

    def resend(self, number: int, now: datetime) -> None:
        """Let a dead notice wait again, with all its attempts. Raises NotFound, or Refused if it is not dead."""
        is_possible = 0 < number <= _LARGEST_NUMBER
        row = self._session.get(NoticeRow, number, with_for_update=True) if is_possible else None
        if row is None:
            raise NotFound("There is no notice of that number.", "List them.", command="handslag notices")
        if row.status != NoticeStatus.DEAD:
            raise Refused(
                "Notice {number} is {status}, not dead.",
                "Only a dead notice can be sent again.",
                number=number,
                status=row.status,
            )
        waiting = {"status": NoticeStatus.WAITING, "attempts": 0, "next_attempt_at": now, "error": None}
        self._session.exec(update(NoticeRow).where(col(NoticeRow.id) == number).values(**waiting))

    def listed(self, *, status: NoticeStatus | None = None, episode: str | None = None) -> Sequence[NoticeRow]:
        """Notices, the newest first, of one status or one episode if named."""
        query = select(NoticeRow).order_by(col(NoticeRow.id).desc())
        if status is not None:
            query = query.where(_is(status))
        if episode is not None:
            query = query.where(NoticeRow.episode == episode)
        return self._session.exec(query).all()


def _untried(now: datetime) -> Mapping[str, Any]:
    """How every notice begins: it waits, and may be tried at once."""
    return {
        "status": NoticeStatus.WAITING,
        "created_at": now,
        "next_attempt_at": now,
        "attempts": 0,
        "may_have_arrived": False,
        "leaks": [],
    }


def _behind(attempts: int) -> timedelta:
    """How long after others a notice tries whether a channel is back: should it be its own fault, they go first."""
    return timedelta(seconds=min(attempts, _LONGEST_BEHIND_OTHERS_SECONDS))


def _has_its_turn(now: datetime) -> ColumnElement[bool]:
    """Nobody is sending an earlier notice about the same episode to the same contact.

    What closes a request never overtakes a request that is on its way while it is withdrawn.
    """
    earlier = NOTICE.alias("earlier")
    return ~exists(
        sql_select(earlier.c.id).where(
            earlier.c.episode == col(NoticeRow.episode),
            earlier.c.team == col(NoticeRow.team),
            earlier.c.contact == col(NoticeRow.contact),
            earlier.c.id < col(NoticeRow.id),
            earlier.c.claimed_until >= now,
        )
    )


def _unclaimed(now: datetime) -> Any:
    return or_(col(NoticeRow.claimed_until).is_(None), col(NoticeRow.claimed_until) < now)
