"""Moving running episodes between versions in the database: shown, done once each, killed in the middle, done again."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine

from engine.databases import Database
from engine.kills import Point, killed_at, place_of
from engine.world import MUNICIPAL, NAME, NETWORK, NUMBER, PATHWAY, Day, a_day, demonstration, settings
from pathways.care.actors import Actor, ActorKind
from pathways.care.commands import EndEpisode
from pathways.care.evolution import replayed
from pathways.care.migrations.fates import Fate
from pathways.care.states import Action, HandoverStatus
from pathways.definition.models import Pathway
from pathways.errors import NotFound, Refused
from pathways.operations.beginning import Begin
from pathways.operations.migrating import WantedMigration
from pathways.operations.people import Patient

PRESENT, PLACES = demonstration()
NEXT = date(2026, 3, 10)
KEEPER = Actor(kind=ActorKind.PERSON, name="Eva, care developer", via="command-line")
TO_NEXT = WantedMigration(pathway=PATHWAY, to=PATHWAY, version=NEXT)
NEWER = "newer-care"


def later(**changes: Any) -> Pathway:
    return PRESENT.model_copy(update={"in_force_from": NEXT, **changes})


@pytest.fixture
def day(engine: Engine, tmp_path: Path) -> Day:
    return a_day(engine, settings(tmp_path))


def publish(day: Day, pathway: Pathway | None = None) -> None:
    day.operations.publishing.apply([pathway or later()], [])


def versions(day: Day, *episodes: str) -> list[date]:
    return [day.operations.views.show(episode).episode.version for episode in episodes]


def is_whole(day: Day, episode: str) -> bool:
    view = day.operations.views.show(episode)
    return replayed(view.history) == view.episode


def move_all(day: Day) -> None:
    for _passed in day.operations.migrations.carried_out(TO_NEXT, KEEPER):
        pass


def test_what_is_only_shown_changes_nothing(day: Day) -> None:
    episode = day.begun()
    publish(day)
    (shown,) = day.operations.migrations.shown(TO_NEXT, KEEPER)
    assert (shown.episode, shown.network, shown.is_moved, shown.left_because) == (episode, NETWORK, False, None)
    assert (shown.from_version, shown.to_version) == (PRESENT.in_force_from, NEXT)
    assert {matter.fate for matter in shown.matters} == {Fate.KEPT}
    assert versions(day, episode) == [PRESENT.in_force_from]


def test_running_episodes_move_with_what_is_open_and_their_history_gives_the_same(day: Day) -> None:
    calm, asked, over = day.begun(), day.begun(), day.begun()
    handover = day.requested(asked)
    day.operations.perform(over, EndEpisode(actor=MUNICIPAL, end="discharged"))
    publish(day)
    day.woken.clear()

    passed = list(day.operations.migrations.carried_out(TO_NEXT, KEEPER))

    assert sorted(each.episode for each in passed if each.is_moved) == sorted([calm, asked])
    assert versions(day, calm, asked, over) == [NEXT, NEXT, PRESENT.in_force_from]
    assert all(is_whole(day, episode) for episode in (calm, asked, over))
    assert day.woken == [handover]
    day.made_ready(handover)
    day.do(handover, Action.ARRIVE)
    assert day.operations.views.show(asked).handover(handover).status is HandoverStatus.COMPLETED
    assert list(day.operations.migrations.carried_out(TO_NEXT, KEEPER)) == []


def test_what_needs_a_person_stays_and_moves_with_a_later_run(day: Day) -> None:
    calm, asked = day.begun(), day.begun()
    handover = day.requested(asked)
    publish(day, later(moves={k: move for k, move in PRESENT.moves.items() if k != "home-to-home-specialised"}))

    passed = {each.episode: each for each in day.operations.migrations.carried_out(TO_NEXT, KEEPER)}

    assert passed[calm].is_moved
    assert not passed[asked].is_moved
    assert passed[asked].left_because == (
        f"Handover {handover}: the new version has no such move. Complete or cancel it first."
    )
    assert versions(day, calm, asked) == [NEXT, PRESENT.in_force_from]
    day.do(handover, Action.CANCEL, MUNICIPAL, "it is not needed")
    (again,) = day.operations.migrations.carried_out(TO_NEXT, KEEPER)
    assert (again.episode, again.is_moved) == (asked, True)


@pytest.mark.parametrize("point", [Point.AFTER_DECIDING, Point.AFTER_STATE, Point.AT_COMMIT, Point.AFTER_COMMIT])
def test_killed_in_the_middle_a_second_run_goes_on_where_the_first_stopped(
    point: Point, database: Database, tmp_path: Path
) -> None:
    day = a_day(database.engine, settings(tmp_path))
    episodes = [day.begun() for _ in range(3)]
    publish(day)

    killed_at(point, place_of(day, database.url), move_all)

    moved = versions(day, *episodes).count(NEXT)
    assert moved == (1 if point is Point.AFTER_COMMIT else 0)
    assert all(is_whole(day, episode) for episode in episodes)
    move_all(day)
    assert versions(day, *episodes) == [NEXT] * 3
    for episode in episodes:
        history = day.operations.views.show(episode).history
        assert [recorded.event.type for recorded in history].count("episode-migrated") == 1
        assert is_whole(day, episode)


def replacing() -> Pathway:
    agreement = PRESENT.agreement.model_copy(update={"replaces": (PATHWAY,)})
    home = PRESENT.levels["home"]
    levels = {"at-home": home, **{name: level for name, level in PRESENT.levels.items() if name != "home"}}
    plain = later(pathway=NEWER, agreement=agreement, levels=levels, begin_at=("at-home",)).model_dump_json(
        by_alias=True
    )
    return Pathway.model_validate_json(plain.replace('"home"', '"at-home"'))


def test_episodes_move_to_the_pathway_that_replaces_theirs_but_a_patient_is_on_it_once(day: Day) -> None:
    patient = Patient(NUMBER, NAME)
    alone, twice = day.begun(), day.begun(patient)
    both = PLACES.model_copy(update={"pathways": (PATHWAY, NEWER)})
    day.operations.publishing.apply([replacing()], [both])
    with pytest.raises(Refused, match=f"was replaced by {NEWER} on {NEXT}"):
        day.begun()
    begun, _ = day.operations.begin_episode(Begin(NEWER, NETWORK, "at-home", patient), MUNICIPAL)
    wanted = WantedMigration(pathway=PATHWAY, to=NEWER, names={"home": "at-home"})

    passed = {each.episode: each for each in day.operations.migrations.carried_out(wanted, KEEPER)}

    assert passed[alone].is_moved
    episode = day.operations.views.show(alone).episode
    assert (episode.pathway, episode.level, episode.responsible_team) == (NEWER, "at-home", MUNICIPAL.team)
    assert passed[twice].left_because == (
        f"The same patient has the episode {begun.reference} on {NEWER}. End one of the two first."
    )
    assert is_whole(day, alone)
    assert day.operations.views.show(twice).episode.pathway == PATHWAY


def test_a_move_that_cannot_be_meant_is_refused_before_anything_moves(day: Day) -> None:
    day.begun()
    migrations = day.operations.migrations

    def refused(because: str, **wanted: Any) -> None:
        values: dict[str, Any] = {"pathway": PATHWAY, "to": PATHWAY, **wanted}
        with pytest.raises(Refused, match=because):
            migrations.shown(WantedMigration(**values), KEEPER)

    refused("That version of jonkoping-palliative is not in force", version=NEXT)
    refused("does not carry the pathway to move to", to="another")
    refused("There is no network", network="nowhere")
    with pytest.raises(NotFound, match="No network carries that pathway"):
        migrations.shown(WantedMigration(pathway="another", to="another"), KEEPER)
    publish(day)
    refused("A name to map is no level", names={"nowhere": "home"})
    unrelated = later(pathway="unrelated")
    both = PLACES.model_copy(update={"pathways": (PATHWAY, "unrelated")})
    day.operations.publishing.apply([unrelated], [both])
    refused("No version of unrelated replaces that pathway", to="unrelated")


def test_an_episode_that_ends_between_the_look_and_the_move_stays(day: Day) -> None:
    first, second = sorted([day.begun(), day.begun()])
    publish(day)
    moving = day.operations.migrations.carried_out(TO_NEXT, KEEPER)
    assert next(moving).episode == first
    day.operations.perform(second, EndEpisode(actor=MUNICIPAL, end="discharged"))
    (left,) = moving
    assert (left.is_moved, left.left_because) == (
        False,
        f"Cannot move episode {second}: it has ended. Leave it on its version.",
    )
