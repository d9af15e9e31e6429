"""A handover in any state, and an episode's view with its history, without a database."""

from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path

from demands import undemanding

from pathways.care.actors import Actor, ActorKind
from pathways.care.commands import BeginEpisode, ChangeHandover, Command, ConfirmReadiness, PlanHandover
from pathways.care.decisions import begin, decide
from pathways.care.episodes import Asked, Episode, Handover, Mark, PlaceStanding, Plan
from pathways.care.events import Recorded
from pathways.care.occupancy import UnitOccupancy
from pathways.care.recording import Context
from pathways.care.states import Action, HandoverStatus, MarkKind
from pathways.definition.models import Pathway, Side
from pathways.definition.networks import Network
from pathways.definition.reading import read_definitions
from pathways.operations.views import EpisodeView

E, H = "E222-2222", "H222-2222"
START = datetime(2026, 3, 10, 9, tzinfo=UTC)
NAME = "Astrid Påhittad"
FREE_TEXT = "he told me on the phone"
SENDER, RECEIVER = "municipal-palliative-team", "short-term-north"
ROOT = Path(__file__).parents[3]


@cache
def definitions() -> tuple[Pathway, Network]:
    """The pathway and the network of the demonstration."""
    folder = ROOT / "pathways"
    files = [folder / "catalogue/jonkoping-palliative.yaml", folder / "networks/jonkoping-demo.yaml"]
    pathways, networks = read_definitions(files)
    return undemanding(pathways[0]), networks[0]


def person(team: str) -> Actor:
    return Actor(kind=ActorKind.PERSON, team=team, name=NAME, via="command-line")


def handover_in(status: HandoverStatus, travels: bool = True, marks: tuple[str, ...] = ()) -> Handover:
    """A handover in this state, with these marks."""
    plan = Plan(
        move="admit",
        urgency="acute",
        reason="worse",
        from_level="home",
        from_team="home-north",
        from_unit=None,
        to_level="bed",
        to_team="ward-east",
        to_unit="east-bed",
        travels=travels,
        items={"receiver-named": Side.RECEIVER, "medicines-listed": Side.SENDER},
    )
    made = tuple(Mark(kind=MarkKind(kind), at=START, actor=person("ward-east")) for kind in marks)
    return Handover(
        reference=H,
        plan=plan,
        status=status,
        drafted_at=START,
        changed_at=START,
        marks=made,
        asked=(Asked(team=plan.to_team, unit=plan.to_unit, place=PlaceStanding.HELD, since=START),),
    )


class Tale:
    """An episode at home, told command by command, one minute apart."""

    def __init__(self) -> None:
        self.now = START
        self.occupancy: dict[str, UnitOccupancy] | None = None
        self.history: tuple[Recorded, ...] = ()
        command = BeginEpisode(actor=person(SENDER), reference=E, level="home")
        decision = begin(self._context(), command)
        self.episode: Episode = decision.episode
        self.history += decision.events

    def _context(self) -> Context:
        return Context(*definitions(), self.now, self.occupancy)

    def tell(self, command: Command) -> None:
        self.now += timedelta(minutes=1)
        decision = decide(self._context(), self.episode, command)
        self.episode = decision.episode
        self.history += decision.events

    def request(self) -> None:
        self.tell(
            PlanHandover(
                actor=person(SENDER),
                reference=H,
                move="home-to-short-term",
                urgency="acute",
                reason="relief",
                to_units=("korttids-norr",),
            )
        )

    def change(self, action: Action, team: str, reason: str | None = None) -> None:
        given = {"actor": person(team), "handover": H, "action": action, "reason": reason}
        self.tell(ChangeHandover.model_validate(given))

    def ready(self) -> None:
        for team in (SENDER, RECEIVER):
            self.tell(ConfirmReadiness(actor=person(team), handover=H, evidence=FREE_TEXT))

    def view(self) -> EpisodeView:
        pathway, network = definitions()
        return EpisodeView(
            self.episode, pathway, network, self.history, (), Context(pathway, network, self.episode.began_at)
        )


def view_in(status: HandoverStatus) -> EpisodeView:
    """The view of an episode whose handover is requested, accepted or ready."""
    tale = Tale()
    tale.request()
    if status is not HandoverStatus.REQUESTED:
        tale.change(Action.ACCEPT, RECEIVER)
    if status is HandoverStatus.READY:
        tale.ready()
    assert tale.episode.handovers[H].status is status
    return tale.view()


def page_of(reference: str) -> str:
    """The page of a reference at a desk."""
    return f"https://desk.example/to/{reference}"
