"""Made-up citizens in the programme of the catalogue, with what was measured of them; nobody has a name."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from pathways.care.actors import Actor, ActorKind
from pathways.care.episodes import Episode, Stay
from pathways.care.programme.values import Enrolment, Measurement
from pathways.care.states import EpisodeStatus
from pathways.definition.programmes import Evaluation
from pathways.definition.reading import read_pathway
from pathways.definition.texts import Language
from pathways.reports.evaluation_contents import EvaluationContent, Subject, evaluated
from pathways.reports.evaluations import Report

ROOT = Path(__file__).parents[3]
TEMPLATES = ROOT / "templates"
PATHWAY = read_pathway(ROOT / "pathways/catalogue/jammerbugt-tryg-hjemkomst.yaml")
NETWORK = "jammerbugt-demo"
ZONE = ZoneInfo("Europe/Copenhagen")
NAME = "Mette Påhittad"
NURSE = Actor(kind=ActorKind.PERSON, team="hjemmetraeningen", name=NAME)
START = datetime(2021, 3, 1, 9, tzinfo=UTC)
ABILITY, HOURS = "self-reliance", "home-care-hours"
DAYS = (0, 28, 126)
"""Days after the enrolment on which a citizen is measured: before, during and after."""

Numbers = Sequence[float | None]


def evaluation() -> Evaluation:
    assert PATHWAY.evaluation
    return PATHWAY.evaluation


def citizen(
    number: int,
    ability: Numbers = (),
    *,
    waits: bool = False,
    enrolled_after: int | None = None,
    end: str | None = None,
) -> Subject:
    """Somebody measured on those days; None where it was missed. `enrolled_after`: days of waiting before that."""
    start = START + timedelta(days=number)
    enrolled_at = None if waits else start + timedelta(days=enrolled_after or 0)
    measured = [
        Measurement(measure=ABILITY, value=value, at=at, recorded_at=at, recorded_by=NURSE)
        for day, value in zip(DAYS, ability, strict=False)
        if value is not None and (at := start + timedelta(days=day))
    ]
    episode = Episode(
        reference=f"E222-22{number:02}",
        pathway=PATHWAY.pathway,
        version=PATHWAY.in_force_from,
        network=NETWORK,
        status=EpisodeStatus.WAITLIST if waits else EpisodeStatus.FINISHED if end else EpisodeStatus.ACTIVE,
        began_at=start,
        stays=(Stay(level="leaving-hospital", team="visitationen", unit=None, from_at=start),),
        care_team={},
        end=end,
        enrolment=Enrolment(
            criteria=(),
            confirmed_at=start,
            confirmed_by=NURSE,
            waits_since=start if waits or enrolled_after is not None else None,
            enrolled_at=enrolled_at,
            place_of=25 if enrolled_at and not end else None,
        ),
        measurements=tuple(measured),
    )
    return Subject(episode, PATHWAY, ZONE)


def many(count: int, gain: float, *, waits: bool = False, first: int = 0) -> list[Subject]:
    """So many citizens, each with another start, who all gain as much."""
    return [
        citizen(first + number, (40 + 5 * (number % 5), None, 40 + 5 * (number % 5) + gain), waits=waits)
        for number in range(count)
    ]


def content(subjects: Sequence[Subject]) -> EvaluationContent:
    return evaluated(PATHWAY, evaluation(), [NETWORK], subjects)


def report(subjects: Sequence[Subject], language: Language = Language.ENGLISH) -> Report:
    return Report(content(subjects), START + timedelta(days=200), "Europe/Copenhagen", language)
