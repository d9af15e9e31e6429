"""What a page offers of grants and orders: to each team exactly what would not be refused."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import timedelta

import pytest
from care_stories import Story, person
from grant_worlds import ASSESSOR, GRANTING, HOME, PLAIN, begun, grant, held, renew, swap, withdraw
from order_worlds import MONDAY, Ordered, schedule

from pathways.care.commands import Command, EndEpisode, PauseEpisode
from pathways.care.grants import possible as of_grants
from pathways.care.grants.commands import GrantPackage, LeaveToLapse, RenewGrant, SwapServices, UndoSwap, WithdrawGrant
from pathways.care.grants.possible import GrantAction, Rate
from pathways.care.orders import possible as of_orders
from pathways.care.orders.commands import (
    ActOnMissedVisit,
    ChangeOrder,
    PlaceOrder,
    RecordComplication,
    RecordVisit,
    StopOrder,
)
from pathways.care.orders.possible import OrderAction
from pathways.care.orders.values import OrderStatus, VisitOutcome
from pathways.definition.models import Pathway
from pathways.errors import Refused

NAME = "household-1"
MISSED = "2026-03-02T11:00"


def not_refused(story: Story, commands: Mapping[str, Command]) -> set[str]:
    """The names of the commands that would be carried out."""
    found = set()
    for name, command in commands.items():
        try:
            story.decide(command)
        except Refused:
            continue
        found.add(name)
    return found


def teams(story: Story) -> Iterable[str | None]:
    return (*story.context.network.teams, None)


def granted() -> Story:
    story = begun()
    grant(story)
    return story


def swapped() -> Story:
    story = granted()
    swap(story, "cleaning", "walk", 10)
    return story


def renewed() -> Story:
    story = granted()
    while held(story).renewals < GRANTING.packages["household"].renewals:
        renew(story)
    return story


def left_to_lapse() -> Story:
    story = granted()
    story.perform(LeaveToLapse(actor=person(ASSESSOR), grant=NAME))
    return story


def paused() -> Story:
    story = swapped()
    story.perform(PauseEpisode(actor=person(HOME), kind="elsewhere"))
    return story


def ended() -> Story:
    story = swapped()
    story.perform(EndEpisode(actor=person(HOME), end=next(iter(GRANTING.ends))))
    return story


def over() -> Story:
    story = granted()
    withdraw(story)
    return story


def without_swaps() -> Story:
    story = granted()
    story.context = begun(pathway=GRANTING.model_copy(update={"swaps": None})).context
    return story


def in_town() -> Story:
    story = begun("town")
    grant(story)
    return story


GRANTS = (begun, granted, swapped, renewed, left_to_lapse, paused, ended, over, without_swaps, in_town)


@pytest.mark.parametrize("made", GRANTS)
def test_each_team_is_offered_the_packages_that_it_may_grant(made: Callable[[], Story]) -> None:
    story = made()
    for team in teams(story):
        commands = {name: GrantPackage(actor=person(team), package=name) for name in story.context.pathway.packages}
        assert set(of_grants.grantable(story.context, story.episode, team)) == not_refused(story, commands)


@pytest.mark.parametrize("made", GRANTS[1:])
def test_each_team_is_offered_of_a_grant_what_it_may_do(made: Callable[[], Story]) -> None:
    story = made()
    for team in teams(story):
        actor = person(team)
        commands: dict[str, Command] = {
            GrantAction.RENEW: RenewGrant(actor=actor, grant=NAME),
            GrantAction.LAPSE: LeaveToLapse(actor=actor, grant=NAME),
            GrantAction.WITHDRAW: WithdrawGrant(actor=actor, grant=NAME, reason="moved in"),
            GrantAction.SWAP: SwapServices(actor=actor, grant=NAME, give="cleaning", get="walk", minutes=5),
            GrantAction.UNDO_SWAP: UndoSwap(actor=actor, grant=NAME),
        }
        offered = of_grants.possible_with(story.context, story.episode, team, held(story))
        assert set(offered) == not_refused(story, commands)


def test_what_may_be_swapped_is_told_with_its_rate() -> None:
    story = granted()
    found = of_grants.rates(story.context, story.episode, held(story))
    assert Rate("bath", "walk", 15, 10) in found
    assert Rate("cleaning", "walk", 1, 1) in found
    assert {rate.give for rate in found} == {"cleaning", "bath"}
    resting = story.episode.model_copy(update={"paused_services": ("walk",)})
    assert "walk" not in {rate.get for rate in of_grants.rates(story.context, resting, held(story))}


def test_of_a_package_that_the_pathway_no_longer_has_nothing_is_offered() -> None:
    story = granted()
    context = begun(district=None, pathway=Pathway.model_validate(PLAIN)).context
    assert of_grants.possible_with(context, story.episode, ASSESSOR, held(story)) == frozenset()
    assert of_grants.grantable(context, story.episode, ASSESSOR) == ()


def placed() -> Ordered:
    """Visits at eleven, two and three; it is ten."""
    story = Ordered()
    story.place("11:00", "14:00", "15:00")
    return story


def of_the_lamp() -> Ordered:
    story = Ordered()
    story.place("11:00", treatment="lamp")
    return story


def missed() -> Ordered:
    story = placed()
    story.wait(hours=2)
    story.say(VisitOutcome.MISSED, MISSED)
    return story


def made_early() -> Ordered:
    story = placed()
    story.say(VisitOutcome.DONE, MISSED)
    return story


def acted_on() -> Ordered:
    story = missed()
    story.act_on(MISSED)
    return story


def waiting_for_the_patient() -> Ordered:
    story = Ordered(level="bed", team="ward-east", unit="east-bed")
    story.place("14:00", until_day=MONDAY + timedelta(days=6), by="ward-east")
    assert story.order().status is OrderStatus.DRAFT
    return story


def resting() -> Ordered:
    story = placed()
    story.perform(PauseEpisode(actor=person("home-north"), kind="elsewhere"))
    return story


def stopped() -> Ordered:
    story = missed()
    story.stop()
    return story


def ended_with_orders() -> Ordered:
    story = missed()
    story.perform(EndEpisode(actor=person("home-north"), end="moved"))
    return story


ORDERS = (
    placed,
    of_the_lamp,
    missed,
    made_early,
    acted_on,
    waiting_for_the_patient,
    resting,
    stopped,
    ended_with_orders,
)


@pytest.mark.parametrize("made", [Ordered, *ORDERS])
def test_each_team_is_offered_the_treatments_that_it_orders(made: Callable[[], Ordered]) -> None:
    story = made()
    wanted = schedule("14:00", from_day=MONDAY + timedelta(days=1))
    for team in teams(story):
        commands = {
            name: PlaceOrder(actor=person(team), treatment=name, drug="3 g", schedule=wanted)
            for name in story.context.pathway.treatments
        }
        assert set(of_orders.orderable(story.context, story.episode, team)) == not_refused(story, commands)


@pytest.mark.parametrize("made", ORDERS)
def test_each_team_is_offered_of_an_order_what_it_may_do(made: Callable[[], Ordered]) -> None:
    story = made()
    for team in teams(story):
        actor = person(team)
        commands: dict[str, Command] = {
            OrderAction.CHANGE: ChangeOrder(actor=actor, order=1, drug="2 g"),
            OrderAction.STOP: StopOrder(actor=actor, order=1, words="no fever"),
            OrderAction.COMPLICATION: RecordComplication(actor=actor, order=1, words="a rash", reference="H777-7777"),
        }
        offered = of_orders.possible_with(story.context, story.episode, team, story.order())
        assert set(offered) == not_refused(story, commands)


@pytest.mark.parametrize("made", ORDERS)
def test_each_team_is_offered_the_visits_that_it_may_record_or_act_on(made: Callable[[], Ordered]) -> None:
    story = made()
    everyone = [f"2026-03-02T{hour}:00" for hour in (11, 14, 15)]
    for team in teams(story):
        actor, given = person(team), (story.context, story.episode, team, story.order())
        record = {
            key: RecordVisit(actor=actor, order=1, visit=key, outcome=VisitOutcome.DONE)
            for key in everyone
            if key not in story.order().visits
        }
        assert {visit.key for visit in of_orders.visits_to_record(*given)} == not_refused(story, record)
        act = {key: ActOnMissedVisit(actor=actor, order=1, visit=key, words="rang them") for key in everyone}
        done = {key for key, said in story.order().visits.items() if said.acted_at}
        assert set(of_orders.visits_to_act_on(*given)) == not_refused(story, act) - done


def test_of_a_treatment_that_the_pathway_no_longer_has_nothing_is_offered() -> None:
    story = placed()
    pathway = story.context.pathway.model_copy(update={"treatments": {}})
    context = replace(story.context, pathway=pathway)
    assert of_orders.possible_with(context, story.episode, "clinic-one", story.order()) == frozenset()
    assert of_orders.orderable(context, story.episode, "clinic-one") == ()
