"""What is new to somebody on a page of an episode: what others changed since the visit before this one. Pure.

The rule. A visit is a run of pages of one episode that are shown to one person, with less than `VISIT` from each to
the next. All that came after what the visit before had shown is new, and stays so until this visit is over: loading the
page again takes no mark away. A page that is shown because of a press of one's own goes on with the visit, however long
it was looked at before. Nobody is told at their first visit that all is new. What a page does not show of the episode
is not seen by looking at that page.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta

from pathways.definition.frozen import Frozen

VISIT = timedelta(minutes=10)
"""For as long as this nothing was shown: what is shown next begins a new visit."""


class Look(Frozen):
    """What a person has seen of an episode. `seen`: up to this event it was shown, the last time `at` this instant.

    `new_after`: what came after this event is new in this visit. `new_since`: when the visit before ended; None where
    this is the first. Instants are UTC.
    """

    seen: int
    at: datetime
    new_after: int
    new_since: datetime | None = None


def look_at(
    before: Look | None, number: int, now: datetime, *, hidden: Iterable[int] = (), goes_on: bool = False
) -> Look:
    """What somebody has seen once a page was shown to them at an episode's event `number`.

    `hidden`: the numbers of events that the page does not show: from the first of them that is not seen yet, nothing is
    seen. `goes_on`: the page is shown because of a press of their own.
    """
    if before is None:
        return Look(seen=number, at=now, new_after=number)
    up_to = min((each - 1 for each in hidden if each > before.seen), default=number)
    seen = max(before.seen, up_to)
    if goes_on or now - before.at < VISIT:
        return before.model_copy(update={"seen": seen, "at": max(before.at, now)})
    return Look(seen=seen, at=now, new_after=before.seen, new_since=before.at)
