"""A patient on the way, for the pages to show: an episode with a handover that waits for its answer."""

from dataclasses import dataclass

from handslag.stories.telling import whole_summary
from pages.api_on_test import Installation
from pages.desk_on_test import MUNICIPALITY, Desk
from pathways.care.actors import Actor, ActorKind
from pathways.care.commands import WantedHandover, WriteSummary
from pathways.operations.beginning import Begin
from pathways.operations.people import Patient

SITUATION = "ont sedan i måndags, påhittat"
"""What somebody wrote in the summary: for those with a part in the episode, and nowhere else."""


@dataclass(frozen=True)
class OnTheWay:
    """References of an episode, and of the handover in it."""

    episode: str
    handover: str


NURSE = Actor(kind=ActorKind.PERSON, team=MUNICIPALITY, name="Alva Påhittad", via="desk", is_identified=True)


def at_home(desk: Desk | Installation, patient: Patient | None = None) -> str:
    """Begin an episode at home with the municipality; gives its reference."""
    begin = Begin("jonkoping-palliative", "jonkoping-demo", "home", patient=patient)
    episode, _warnings = desk.service.begin_episode(begin, NURSE)
    desk.service.perform(episode.reference, WriteSummary(actor=NURSE, summary=whole_summary(SITUATION)))
    return episode.reference


def on_the_way(desk: Desk | Installation, patient: Patient | None = None) -> OnTheWay:
    """Begin an episode with the municipality, and ask specialised home care, which has no places that could end."""
    episode = at_home(desk, patient)
    wanted = WantedHandover(move="home-to-home-specialised", urgency="acute", reason="worsening")
    return OnTheWay(episode, desk.service.plan_handover(episode, NURSE, wanted))
