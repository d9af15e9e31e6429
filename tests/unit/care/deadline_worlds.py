"""Stories on the small pathway with every clock of the domain declared in it."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

from care_stories import H, Story, person
from care_worlds import NETWORK, PATHWAY, ZONE
from ruamel.yaml import YAML

from pathways.care.commands import RecordMilestone
from pathways.care.recording import Context, Decision
from pathways.care.states import Action
from pathways.definition.models import Pathway

_DECLARED = YAML(typ="safe", pure=True).load(Path(__file__).parent / "every_deadline.yaml")
DEADLINES = Pathway.model_validate(PATHWAY.model_dump(mode="json", by_alias=True) | _DECLARED)


def at_bed(now: datetime, care_team: Mapping[str, str] | None = None) -> Story:
    """A patient in hospital, with the municipality's home-north unless `care_team` says otherwise."""
    context = Context(DEADLINES, NETWORK, now)
    care_team = care_team or {"home-care": "home-north"}
    return Story("bed", team=None, unit="east-bed", context=context, care_team=care_team)


def at_home(now: datetime, level: str = "home", team: str | None = "home-north") -> Story:
    return Story(level, team=team, context=Context(DEADLINES, NETWORK, now))


def reach(story: Story, milestone: str, team: str = "ward-east", at: datetime | None = None) -> Decision:
    return story.perform(RecordMilestone(actor=person(team), milestone=milestone, at=at))


def move(story: Story, name: str, unit: str | None = None, to_team: str | None = None, reference: str = H) -> None:
    """Carry a planned move out, at once."""
    story.plan(name, "planned", unit=unit, to_team=to_team, reference=reference, departs_because="so it is")
    plan = story.handover(reference).plan
    story.change(Action.ACCEPT, plan.to_team, reference=reference)
    for team in (plan.to_team, plan.from_team):
        if story.handover(reference).missing:
            story.confirm(team, reference=reference)
    story.change(Action.DEPART, plan.from_team, reference=reference)
    story.change(Action.ARRIVE, plan.to_team, reference=reference)


def local(day: str, time: str) -> datetime:
    """An instant as people write it where the network is."""
    return datetime.fromisoformat(f"{day}T{time}").replace(tzinfo=ZONE).astimezone(UTC)


def days_on(now: datetime, days: int, *, months: int = 0, midnight: bool = False) -> datetime:
    """So many calendar days or months on, at the same local time or at midnight. Told without the engine."""
    then = now.astimezone(ZONE).replace(tzinfo=None) + timedelta(days=days)
    years, month = divmod(then.month - 1 + months, 12)
    then = then.replace(year=then.year + years, month=month + 1)
    if midnight:
        then = then.replace(hour=0, minute=0, second=0)
    return then.replace(tzinfo=ZONE).astimezone(UTC)
