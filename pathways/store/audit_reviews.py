"""The reviews of the audit log as rows: what was drawn to be looked at, and what was found."""

from collections.abc import Sequence

from sqlmodel import Session, col, select

from pathways.audit.reviews import Drawn, Found, Review
from pathways.errors import NotFound
from pathways.store.audit_tables import AuditReviewRow
from pathways.store.texts import Texts, of_network


class AuditReviews:
    """Reads and writes reviews within one unit of work."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def add(self, drawn: Drawn) -> int:
        """Keep a new review; gives its number."""
        cases = [case.model_dump(mode="json") for case in drawn.cases]
        row = AuditReviewRow(**drawn.model_dump(exclude={"cases"}), cases=cases)
        self._session.add(row)
        self._session.flush()
        if row.number is None:
            raise AssertionError("a flushed row has a number")
        return row.number

    def get(self, number: int) -> Review:
        """A review by its number; other writers of it wait. Raises NotFound."""
        return self._review(self._row(number))

    def finish(self, number: int, found: Found) -> None:
        """Keep what was found."""
        row = self._row(number)
        finding = self._texts().seal(found.finding, of_network(row.network), "finding")
        row.sqlmodel_update({**found.model_dump(), "finding": finding})
        self._session.flush()

    def of(self, network: str) -> Sequence[Review]:
        """The reviews of a network's log, in the order in which they were drawn."""
        rows = select(AuditReviewRow).where(AuditReviewRow.network == network)
        return [self._review(row) for row in self._session.exec(rows.order_by(col(AuditReviewRow.number)))]

    def _texts(self) -> Texts:
        return Texts(self._session.connection())

    def _review(self, row: AuditReviewRow) -> Review:
        values = row.model_dump()
        drawn = Drawn.model_validate({name: values[name] for name in Drawn.model_fields})
        if not values["done_at"]:
            return Review(number=values["number"], drawn=drawn)
        finding = self._texts().open(values["finding"], of_network(row.network), "finding")
        found = Found(**{**{name: values[name] for name in Found.model_fields}, "finding": finding})
        return Review(number=values["number"], drawn=drawn, found=found)

    def _row(self, number: int) -> AuditReviewRow:
        row = self._session.get(AuditReviewRow, number, with_for_update=True)
        if row is None:
            raise no_review()
        return row


def no_review() -> NotFound:
    """There is no review with this number: or none that whoever asks may know of."""
    return NotFound("There is no review with that number.", "See them.", command="handslag audit reviews")
