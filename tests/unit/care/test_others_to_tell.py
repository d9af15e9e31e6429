"""Whom a notice goes to that did not reach a contact: every kind, whether its team is open, covered or closed."""

from datetime import timedelta

import pytest
from care_worlds import NETWORK, START

from pathways.care.addressees import others_to_tell
from pathways.care.episodes import Told
from pathways.care.notice_kinds import REACH, NoticeKind, Reach
from pathways.cover.rotas import rota_of

ROTA = rota_of(NETWORK, {})
STAYS_IN_ITS_TEAM = (Reach.CAN_WAIT, Reach.AS_ITS_CLOCK)


@pytest.mark.parametrize("kind", NoticeKind)
@pytest.mark.parametrize("team", sorted(NETWORK.teams))
def test_each_is_told_once_who_answers_for_the_team_and_those_on_duty_before_others(
    kind: NoticeKind, team: str
) -> None:
    for hours in range(0, 14 * 24, 7):
        now = START + timedelta(hours=hours)
        on_ladder = ROTA.ladder(team, now)
        first = Told(team=on_ladder[0].team, contact=on_ladder[0].contact)
        others = others_to_tell(ROTA, kind, team, now, [first])
        assert first not in others
        assert len(others) == len(set(others))
        on_duty = {Told(team=rung.team, contact=rung.contact) for rung in on_ladder if rung.is_open} - {first}
        own = {Told(team=rung.team, contact=rung.contact) for rung in on_ladder if rung.team == team} - {first}
        if REACH[kind] in STAYS_IN_ITS_TEAM:
            assert set(others) == own
        else:
            assert set(others) == on_duty | own
        told_on_duty = [told in on_duty for told in others]
        assert told_on_duty == sorted(told_on_duty, reverse=True)
    assert not others_to_tell(ROTA, kind, team, START, [*others, first])
