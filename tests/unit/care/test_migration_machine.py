"""Episodes that are moved to other versions at any moment: whatever is tried before and after, what must hold holds."""

from typing import Any

import pytest
from care_commands import pick
from care_stories import Story
from care_worlds import WORLDS
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import initialize, rule
from migration_worlds import fates, moved, version
from test_care_machine import Care

from pathways.care.migrations.fates import Fate
from pathways.definition.models import Pathway
from pathways.errors import Refused

pytestmark = pytest.mark.exhaustive


def later_versions(pathway: Pathway, day: str) -> list[Pathway]:
    """Versions that change limits, clocks, services and moves, and in which the same may be asked as before."""
    plain = pathway.model_dump(mode="json", by_alias=True)
    longer: dict[str, Any] = {**plain["moves"]["admit"], "informs": ["clinic"]}
    longer["urgencies"] = {name: {**each, "arrive": "9 days"} for name, each in longer["urgencies"].items()}
    review: dict[str, Any] = {"title": {"en": "Review"}, "role": "home-care", "limit": "3 days", "repeat": "1 day"}
    review |= {"starts": [{"level": "home"}], "stops": [{"leaves": "home"}]}
    services = plain["services"] | {"meals": {"title": {"en": "Meals"}, "role": "clinic", "levels": ["bed"]}}
    return [
        version(pathway, in_force_from=day),
        version(pathway, in_force_from=day, moves=plain["moves"] | {"admit": longer}),
        version(pathway, in_force_from=day, clocks=plain["clocks"] | {"stay.review": review}),
        version(pathway, in_force_from=day, services=services),
        version(pathway, in_force_from=day, levels=without_places(plain["levels"])),
    ]


def without_places(levels: dict[str, dict[str, object]]) -> dict[str, dict[str, object]]:
    """A version that no patient at home can move to: there the ward would be responsible."""
    return {**levels, "home": {**levels["home"], "responsible": "ward"}}


class Moving(Care):
    """One episode that is asked for anything, and now and then moved to another version."""

    worlds = WORLDS

    @initialize()
    def count(self) -> None:
        self.times = 0

    @rule(number=st.integers(0, 10))
    def move_to_another_version(self, number: int) -> None:
        story = self.story
        before, clocks = story.episode, dict(story.episode.clocks)
        self.times += 1
        day = f"{2027 + self.times}-01-01"
        to = pick(later_versions(story.context.pathway, day), number)
        if any(fate is Fate.NEEDS_A_PERSON for fate in fates(story, to).values()) or before.has_ended:
            self.stays(story, to)
            return
        if to.levels["home"].responsible != "home-care":
            return  # it could be, but then nothing that the machine asks for would lead home
        moved(story, to)
        assert story.episode.responsible_team == before.responsible_team
        assert story.episode.open_handover == before.open_handover
        assert story.episode.stays == before.stays
        assert {key: story.episode.clocks[key] for key in clocks} == clocks

    def stays(self, story: Story, to: Pathway) -> None:
        before = story.episode
        try:
            moved(story, to)
        except Refused:
            assert story.episode == before
        else:
            raise AssertionError("what needs a person moved all the same")


TestMoving = Moving.TestCase
TestMoving.settings = settings(
    max_examples=25, stateful_step_count=30, deadline=None, suppress_health_check=list(HealthCheck)
)
