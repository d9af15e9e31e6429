"""Reviews of the audit log: draws the cases that a reviewer looks at, keeps what was found, and says what is due.

That cases were drawn, and what was found, is noted in the log itself, where nobody changes it unseen.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from random import Random, SystemRandom
from zoneinfo import ZoneInfo

from sqlalchemy import Engine

from pathways.access.administration import is_read
from pathways.audit.entries import read_entry
from pathways.audit.reviews import TIME_TO_DO, Drawn, Found, Review, ReviewState, next_at
from pathways.audit.samples import Case, Cases, Known, drawn
from pathways.care.texts import LONGEST_TEXT, require_text
from pathways.clock import Clock
from pathways.definition.networks import Network
from pathways.errors import NotFound, Refused
from pathways.operations.audit import Reviewer
from pathways.people.vault import Vault
from pathways.settings import Settings
from pathways.store.audit_reviews import no_review
from pathways.store.unit_of_work import UnitOfWork


@dataclass(frozen=True)
class Reviewing:
    """How the reviews of a network's log stand: those that were made, and when the next is to be drawn."""

    network: Network
    reviews: Sequence[Review]
    next_at: datetime
    is_due: bool

    def is_late(self, now: datetime) -> bool:
        """Whether a review is to be drawn, or what was found in one should have been written down by now."""
        return self.is_due or any(review.state(now) is ReviewState.OVERDUE for review in self.reviews)


class LogReviews:
    """Draws and keeps reviews, on one database."""

    def __init__(self, engine: Engine, vault: Vault, clock: Clock, settings: Settings) -> None:
        self._engine = engine
        self._vault = vault
        self._clock = clock
        self._every = timedelta(days=settings.log_review_days)

    def draw(self, network: str, reviewer: Reviewer, *, size: int = 10, chance: Random | None = None) -> Review:
        """Draw cases from the time that no review of a network's log has seen yet.

        Of each flag, and of what has none, `size` cases at most, by chance. Raises NotFound where there is no log.
        """
        now = self._clock()
        if not reviewer.reads(network):
            raise _no_log()
        (standing,) = self.standing(network, reviewer)
        since, organisation = standing.next_at - self._every, reviewer.organisation(standing.network)
        with UnitOfWork(self._engine, writes=False) as work:
            cases = self._cases(work, standing.network, since, now, organisation)
        made = Drawn(
            network=network,
            organisation=organisation,
            since_at=since,
            until_at=now,
            drawn_at=now,
            drawn_by=reviewer.login,
            due_at=now + TIME_TO_DO,
            cases=drawn(cases, size, chance or SystemRandom()),
        )
        with UnitOfWork(self._engine) as work:
            number = work.audit_reviews.add(made)
            said = f"review {number}: {len(made.cases)} of {len(cases)} cases since {since.isoformat()}"
            work.audit.add(reviewer.entry(now, network, "draw-review", said))
            work.commit()
        return Review(number=number, drawn=made)

    def seen(self, number: int, reviewer: Reviewer) -> Review:
        """A review with its cases, for whoever looks at them; it is noted that they did. Raises NotFound."""
        with UnitOfWork(self._engine) as work:
            review = _own(work, work.audit_reviews.get(number), reviewer)
            work.audit.add(reviewer.entry(self._clock(), review.drawn.network, "see-review", f"review {number}"))
            work.commit()
        return review

    def write_finding(self, number: int, finding: str, reviewer: Reviewer, *, is_in_order: bool) -> Review:
        """Write down what was found in a review. Raises NotFound, or Refused where that was done already."""
        require_text(finding)
        if not finding.strip():
            raise Refused("A finding says something.", "Say what you looked at, and what follows.")
        now = self._clock()
        with UnitOfWork(self._engine) as work:
            review = _own(work, work.audit_reviews.get(number), reviewer)
            if review.found:
                raise Refused(
                    "What was found in review {number} is written down already.", "Draw a new one.", number=number
                )
            found = Found(done_at=now, done_by=reviewer.login, is_in_order=is_in_order, finding=finding.strip())
            work.audit_reviews.finish(number, found)
            verdict = "in order" if is_in_order else "not in order"
            said = f"review {number}, {verdict}: {finding.strip()}"[:LONGEST_TEXT]
            work.audit.add(reviewer.entry(now, review.drawn.network, "write-finding", said))
            work.commit()
        return review.model_copy(update={"found": found})

    def standing(self, network: str | None = None, reviewer: Reviewer | None = None) -> Sequence[Reviewing]:
        """How the reviews of a network stand, or of each that has a log; to a reviewer, those of their organisation.

        Raises NotFound.
        """
        if network is not None:
            return [self._one(network, reviewer)]
        with UnitOfWork(self._engine, writes=False) as work:
            known = {each.network for each in work.definitions.networks()}
            logs = [each for each in work.audit.networks() if each in known]
        return [self._one(each) for each in logs]

    def _one(self, network: str, reviewer: Reviewer | None = None) -> Reviewing:
        now = self._clock()
        with UnitOfWork(self._engine, writes=False) as work:
            found = work.definitions.network(network)
            first = work.audit.oldest(network)
            if first is None:
                raise _no_log()
            reviews = work.audit_reviews.of(network)
        own, begun_at = reviewer.organisation(found) if reviewer else None, read_entry(first.entry).at
        organisations = {own} if own else {team.organisation for team in found.teams.values()}
        due_at = min(
            next_at(
                [each for each in reviews if each.drawn.organisation in (None, organisation)], begun_at, self._every
            )
            for organisation in organisations
        )
        shown = [each for each in reviews if own in (None, each.drawn.organisation)]
        return Reviewing(found, shown, due_at, due_at <= now)

    def _cases(
        self, work: UnitOfWork, network: Network, since: datetime, until: datetime, organisation: str | None
    ) -> Sequence[Case]:
        cases = Cases(ZoneInfo(network.time_zone), until, self._clock())
        for each in work.audit.sealed(network.network, since=since):
            entry = read_entry(each.entry)
            if is_read(network, organisation, entry.team):
                cases.take(each.link.number, entry)
        return cases.all(cache(self._known(work)))

    def _known(self, work: UnitOfWork) -> Callable[[int], Known | None]:
        def known(number: int) -> Known | None:
            sealed = work.people.record(number)
            if sealed is None:
                return None
            person = self._vault.opened(sealed)
            names = (person.name, *person.earlier_names)
            return Known(names, [relative.name for relative in person.relatives], person.is_protected)

        return known


def _no_log() -> NotFound:
    return NotFound("There is no log of that network.", "There will be one when somebody sees a patient.")


def _own(work: UnitOfWork, review: Review, reviewer: Reviewer) -> Review:
    """The review, if it is of a log that is this reviewer's; another's is answered as one that there is not."""
    if not reviewer.reads(review.drawn.network):
        raise no_review()
    organisation = reviewer.organisation(work.definitions.network(review.drawn.network))
    if organisation not in (None, review.drawn.organisation):
        raise no_review()
    return review
