"""Which steps ask for a fresh login, how fresh, and what a token may that never signs in."""

from datetime import UTC, datetime, timedelta

import pytest

from pathways.access.freshness import BY_TOKEN, NeedsFreshLogin, Step, require_fresh
from pathways.access.table import Role
from pathways.access.users import Membership, User, Viewer, Way
from pathways.errors import Refused

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
WITHIN = timedelta(minutes=15)
NURSE = Membership(network="made-up", team="home-team", role=Role.COORDINATOR)
SIV = Viewer(user=User(login="siv@region.example", name="Siv Made-up", memberships=(NURSE,)), membership=NURSE)


@pytest.mark.parametrize("step", Step)
@pytest.mark.parametrize("ago", [timedelta(0), WITHIN, -timedelta(seconds=1)])
def test_whoever_signed_in_a_short_while_ago_may(step: Step, ago: timedelta) -> None:
    require_fresh(SIV.model_copy(update={"proved_at": NOW - ago}), step, NOW, WITHIN)


@pytest.mark.parametrize("step", Step)
@pytest.mark.parametrize("proved_at", [None, NOW - WITHIN - timedelta(seconds=1)])
def test_whoever_did_not_signs_in_again(step: Step, proved_at: datetime | None) -> None:
    with pytest.raises(NeedsFreshLogin, match="within the last 15 minutes"):
        require_fresh(SIV.model_copy(update={"proved_at": proved_at}), step, NOW, WITHIN)


@pytest.mark.parametrize("step", Step)
def test_a_token_may_what_takes_nothing_back_and_the_installation_all(step: Step) -> None:
    require_fresh(None, step, NOW, WITHIN)
    by_token = SIV.model_copy(update={"via": Way.API})
    if BY_TOKEN[step]:
        require_fresh(by_token, step, NOW, WITHIN)
        return
    with pytest.raises(Refused, match="Sign in to the desk"):
        require_fresh(by_token, step, NOW, WITHIN)


def test_every_step_says_what_a_token_may() -> None:
    assert set(BY_TOKEN) == set(Step)
