"""Notices given up on, for viewers: each sees and sends again those that are theirs to see to, and the log tells it."""

from pathlib import Path

import pytest

from engine.databases import Database
from engine.made_up_users import hired, viewer
from engine.world import NETWORK, Day, a_day, settings
from pathways.errors import NotFound
from pathways.notices.outcomes import NotSent, NotSentCode, Sent
from pathways.store.unit_of_work import UnitOfWork


@pytest.fixture
def day(database: Database, tmp_path: Path) -> Day:
    """A day on which the request to a team could not be sent."""
    day = a_day(database.engine, settings(tmp_path))
    hired(day.operations)
    day.post.answer = lambda key: NotSent(NotSentCode.REFUSED, permanent=True)
    day.requested(day.begun())
    day.post.answer = lambda key: Sent()
    return day


def number(day: Day) -> int:
    (notice,) = day.operations.views.notices(only_dead=True)
    assert notice.id is not None
    return notice.id


@pytest.mark.parametrize("name", ["ssih", "municipal", "it"])
def test_whom_it_was_for_who_is_responsible_and_it_see_it_and_send_it_again(day: Day, name: str) -> None:
    by = viewer(name)
    (found,) = day.operations.given_up.listed(by)
    assert (found.number, found.error) == (number(day), NotSentCode.REFUSED)
    day.operations.given_up.resend(found.number, by)
    assert day.operations.given_up.listed(by) == ()
    with UnitOfWork(day.operations.engine, writes=False) as work:
        noted = [each.entry for each in work.audit.sealed(NETWORK)][-1]
    assert (noted["login"], noted["what"], noted["episode"]) == (by.user.login, "resend-notice", found.episode)


@pytest.mark.parametrize(("name", "place"), [("north", 0), ("ryhov", 1), ("admin", 0), ("reviewer", 0)])
def test_for_others_it_does_not_exist(day: Day, name: str, place: int) -> None:
    by = viewer(name, place)
    assert day.operations.given_up.listed(by) == ()
    with pytest.raises(NotFound, match="does not wait"):
        day.operations.given_up.resend(number(day), by)
    assert number(day)


def test_what_was_sent_meanwhile_is_not_sent_again(day: Day) -> None:
    dead = number(day)
    day.operations.given_up.resend(dead)
    with pytest.raises(NotFound, match="no longer"):
        day.operations.given_up.resend(dead, viewer("it"))
