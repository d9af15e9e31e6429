"""A playground: short limits while a story is told, and the agreements' own ones when it is somebody's turn to try."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from handslag.inbox import Inbox
from handslag.playground import Playground
from handslag.processes import free_port
from pathways.care.actors import Actor, ActorKind
from pathways.operations.beginning import Begin


@pytest.fixture
def playground(tmp_path: Path) -> Iterator[Playground]:
    before = dict(os.environ)
    with Inbox(lambda _letter: None) as inbox, Playground(tmp_path / "demo", inbox, free_port()) as found:
        yield found
    os.environ.clear()
    os.environ.update(before)


def _answer_of_what_begins(playground: Playground) -> str:
    nurse = Actor(kind=ActorKind.PERSON, team="municipal-palliative-team")
    begun, _warnings = playground.service.begin_episode(Begin("jonkoping-palliative", "jonkoping-demo", "home"), nurse)
    pathway = playground.service.views.show(begun.reference).pathway
    return str(pathway.moves["home-to-short-term"].urgencies["acute"].answer)


def test_what_begins_after_a_story_has_the_agreements_own_limits_and_places(playground: Playground) -> None:
    playground.prepare(limits_divided_by=300)
    nurse = Actor(kind=ActorKind.PERSON, team="short-term-north")
    playground.service.places.close("korttids-norr", 3, nurse, reason="staff")
    assert _answer_of_what_begins(playground) == "6 s"
    playground.take_time()
    assert _answer_of_what_begins(playground) == "30 min"
    assert not any(unit.closed for unit in playground.service.places.shown())


def test_an_agreement_that_is_to_end_keeps_its_short_limits(playground: Playground) -> None:
    playground.prepare(("vesthimmerland-demo",), limits_divided_by=300)
    before, _networks = playground.service.publishing.published()
    playground.take_time()
    assert playground.service.publishing.published()[0] == before


def test_each_team_has_somebody_who_can_be_chosen_and_a_second_time_nobody_is_added(playground: Playground) -> None:
    playground.prepare()
    users = playground.service.users.listed()
    teams = {membership.team for user in users for membership in user.memberships}
    assert set(playground.service.publishing.network("jonkoping-demo").teams) <= teams
    playground.prepare()
    assert playground.service.users.listed() == users
