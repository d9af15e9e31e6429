"""Closing places of a unit: who may, how many, until when, and who is left without a place."""

from datetime import timedelta
from typing import Any

import pytest
from care_stories import Story, with_handover
from care_worlds import NETWORK, PERSON_NAME, START

from pathways.care.closings import Closing, require_closable, without_a_place
from pathways.care.occupancy import Claim, UnitOccupancy, claims_of, in_line
from pathways.care.states import HandoverStatus
from pathways.errors import Refused

UNIT = "east-bed"
EAST = NETWORK.units[UNIT]  # two places, of ward-east
THERE = Claim(unit=UNIT, episode="E222-2222")
ON_THE_WAY = Claim(unit=UNIT, episode="E333-3333", handover="H333-3333")


def closing(**other: Any) -> Closing:
    return Closing.model_validate({"places": 1, "reason": "no staff", "at": START, "team": "ward-east", **other})


def test_it_closes_until_the_very_instant_that_it_names_or_until_somebody_opens() -> None:
    until = START + timedelta(hours=8)
    assert closing(until=until).places_at(until - timedelta(seconds=1)) == 1
    assert closing(until=until).places_at(until) == 0
    assert closing().places_at(START + timedelta(days=365)) == 1


@pytest.mark.parametrize(
    "other", [{}, {"places": 2}, {"places": 0, "reason": ""}, {"until": START + timedelta(seconds=1)}]
)
def test_a_units_own_team_closes_and_opens_what_there_is(other: dict[str, Any]) -> None:
    require_closable(UNIT, EAST, closing(**other))


@pytest.mark.parametrize(
    ("other", "sentence"),
    [
        ({"team": "ward-west"}, r"places of east-bed: it belongs to ward-east\. Ask that team\."),
        ({"places": 3}, r"that many places of east-bed: it has 2\. Give a number from 0 to 2\."),
        ({"places": -1}, r"that many places of east-bed: it has 2\."),
        ({"reason": " "}, r"places of east-bed: no reason was given\. Say why in a few words\."),
        ({"until": START, "reason": PERSON_NAME}, r"until then: that is past\. Give a time that is to come\."),
    ],
)
def test_what_cannot_be_closed_is_refused(other: dict[str, Any], sentence: str) -> None:
    with pytest.raises(Refused, match=sentence) as refusal:
        require_closable(UNIT, EAST, closing(**other))
    assert PERSON_NAME not in str(refusal.value)


def test_while_the_open_places_suffice_nobody_is_without_one() -> None:
    assert without_a_place(EAST, UnitOccupancy(closed=1, claims=(THERE,))) == ()
    assert without_a_place(EAST, UnitOccupancy(claims=(ON_THE_WAY, THERE))) == ()


def test_where_they_do_not_all_are_named_and_first_those_who_are_on_their_way() -> None:
    assert without_a_place(EAST, UnitOccupancy(closed=1, claims=(THERE, ON_THE_WAY))) == (ON_THE_WAY, THERE)


def test_who_asks_for_nothing_stands_in_no_line_and_takes_no_place_at_home() -> None:
    assert in_line(Story("home", team="home-north").episode) == frozenset()
    assert in_line(with_handover(HandoverStatus.REJECTED).episode) == frozenset()
    assert claims_of(Story("home", team="home-north").episode) == frozenset()
