"""Orders in the database: rows and replay tell the same, and a complication is one transaction, on both databases."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from demands import undemanding
from sqlalchemy import Engine

from engine.world import Day, a_day, person, settings
from pathways.care.commands import ChangeHandover
from pathways.care.continuity.commands import NameFixedContact
from pathways.care.evolution import replayed
from pathways.care.orders.commands import PlaceOrder, RecordVisit
from pathways.care.orders.values import Schedule, StopReason, VisitOutcome
from pathways.care.states import Action
from pathways.cover.demonstrations import with_every_desk_open
from pathways.definition.reading import read_definitions
from pathways.errors import Refused
from pathways.operations.beginning import Begin

ROOT = Path(__file__).parents[3] / "pathways"
HOME, WARD, CLINIC = person("hjemmesygeplejen"), person("afdeling-aalborg"), person("regionsklinikken-pandrup")
DRUG = "benzylpenicillin for Astrid"


@pytest.fixture
def day(engine: Engine, tmp_path: Path) -> Day:
    made = a_day(engine, settings(tmp_path))
    network_file = ROOT / "networks/jammerbugt-demo.yaml"
    pathways, networks = read_definitions([*sorted((ROOT / "catalogue").glob("*.yaml")), network_file])
    (network,) = networks
    served = [undemanding(each) for each in pathways if each.pathway in network.pathways]
    made.operations.publishing.apply(served, [with_every_desk_open(network, made.clock().date())])
    return made


def ordered(day: Day) -> str:
    """An episode at home with an order at noon, three days."""
    begun, _warnings = day.operations.begin_episode(Begin("jammerbugt-iv", "jammerbugt-demo", "home"), HOME)
    today = day.clock().date()
    days = {"from_day": today, "until_day": today + timedelta(days=2)}
    schedule = Schedule.model_validate({"times": ("12:00",), **days})
    command = PlaceOrder(actor=WARD, treatment="iv-antibiotics", drug=DRUG, schedule=schedule)
    day.operations.perform(begun.reference, command)
    return begun.reference


def test_an_order_and_its_visits_are_kept_as_they_are_replayed(day: Day) -> None:
    episode = ordered(day)
    day.clock.forward(hours=5)
    assert day.operations.pass_due_clocks() == 1
    day.operations.perform(episode, RecordVisit(actor=HOME, order=1, outcome=VisitOutcome.MISSED, words="Astrid slept"))
    view = day.operations.views.show(episode)
    assert replayed(view.history) == view.episode
    assert view.episode.orders[1].visits["2026-03-10T12:00"].outcome is VisitOutcome.MISSED
    network = day.operations.publishing.network("jammerbugt-demo")
    today = day.operations.orders.day(network, "hjemmesygeplejen")
    assert [(each.episode, each.said is not None) for each in today] == [(episode, True)]
    tomorrow = day.operations.orders.day(network, "hjemmesygeplejen", day.clock().date() + timedelta(days=1))
    assert [each.said for each in tomorrow] == [None]
    assert not any("Astrid" in str(words) for _key, words in day.post.sent)


def test_a_complication_is_one_transaction_and_wakes_the_handover(day: Day) -> None:
    episode = ordered(day)
    before = day.operations.views.show(episode).episode.number
    with pytest.raises(Refused, match="nothing says what has happened"):
        day.operations.orders.complication(episode, HOME, 1, " ")
    assert day.operations.views.show(episode).episode.number == before
    handover = day.operations.orders.complication(episode, HOME, 1, "a rash")
    view = day.operations.views.show(handover)
    assert replayed(view.history) == view.episode
    assert view.episode.orders[1].stopped_because is StopReason.COMPLICATION
    assert handover in day.woken
    assert {recorded.at for recorded in view.history if recorded.number > before} == {day.clock()}
    command = ChangeHandover(actor=WARD, handover=handover, action=Action.ACCEPT)
    day.operations.perform(handover, command)
    assert day.operations.views.show(handover).handover(handover).plan.to_unit == "aalborg"


def test_the_continuity_of_a_network_is_counted_over_its_episodes(day: Day) -> None:
    beginning = Begin("sammen-om-sundhed", "jammerbugt-demo", "region-clinic")
    for names in (("Ann",), ("Bo", "Ann")):
        begun, _warnings = day.operations.begin_episode(beginning, CLINIC)
        for name in names:
            day.operations.perform(begun.reference, NameFixedContact(actor=CLINIC, name=name))
    ordered(day)
    network = day.operations.publishing.network("jammerbugt-demo")
    found = {each.pathway: each for each in day.operations.orders.continuity(network)}
    clinic = found["sammen-om-sundhed"]
    assert (clinic.episodes, clinic.with_contact, clinic.kept, clinic.breaks) == (2, 2, 0, 1)
    assert found["jammerbugt-iv"].episodes == 1


def test_a_network_may_have_what_only_a_later_version_knows_while_episodes_run_on_an_earlier_one(day: Day) -> None:
    pathways, networks = day.operations.publishing.published()
    (network,) = [each for each in networks if each.network == "jammerbugt-demo"]
    first, _later = [each for each in pathways if each.pathway == "jammerbugt-iv"]
    day.clock.now = datetime(2021, 3, 2, 9, tzinfo=UTC)
    begun, _warnings = day.operations.begin_episode(Begin("jammerbugt-iv", "jammerbugt-demo", "home"), HOME)
    assert begun.version == first.in_force_from
    day.clock.now = datetime(2026, 3, 10, 9, tzinfo=UTC)
    beds = network.units["aalborg"].model_copy(update={"places": 9})
    changed = network.model_copy(update={"units": {**network.units, "aalborg": beds}})
    (published,) = day.operations.publishing.apply([], [changed])
    assert [each.sentence for each in published.differences] == ["Unit `aalborg`, the places: 8 becomes 9."]
