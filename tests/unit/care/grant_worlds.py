"""The small shores with packages, swaps and a roll-out, for tests of what is granted."""

from typing import Any

from care_stories import Story, person
from care_worlds import NETWORK, PATHWAY, START

from pathways.care.actors import Actor
from pathways.care.grants.commands import (
    GrantPackage,
    LeaveToLapse,
    RenewGrant,
    SwapServices,
    UndoSwap,
    WithdrawGrant,
)
from pathways.care.grants.values import Grant
from pathways.care.recording import Context, Decision
from pathways.definition.models import Pathway
from pathways.definition.networks import Network

ASSESSOR, PLANNER, HOME = "clinic-one", "experts", "home-north"
"""Who grants by the ordinary rules, who may inside the roll-out, and who carries it out."""

_SERVICES = {
    "bath": ("home-care", ["home", "home-plus"]),
    "cleaning": ("home-care", ["home"]),
    "walk": ("home-care", ["home"]),
    "cooking": ("clinic", ["home"]),
    "nursing": ("expert-care", ["home", "home-plus"]),
}
PACKAGES: dict[str, Any] = {
    "household": {
        "title": {"en": "Household"},
        "services": {"cleaning": {"minutes": 60, "at_least": 30, "at_most": 120}, "bath": {"minutes": 45}},
        "by": ["clinic"],
        "lasts": "8 weeks",
        "renewals": 1,
        "decides": "clinic",
        "ask": "2 weeks",
        "repeat": "3 days",
    },
    "infection": {
        "title": {"en": "Infection"},
        "services": {"nursing": {"minutes": 140}},
        "by": ["clinic"],
        "by_in": {"trial": ["expert-care"]},
        "lasts": "14 days",
        "decides": "clinic",
        "ask": "3 days",
    },
}
_RULES: dict[str, Any] = {
    "services": {
        name: {"title": {"en": name}, "role": role, "levels": levels} for name, (role, levels) in _SERVICES.items()
    },
    "roll_outs": {
        "trial": {
            "title": {"en": "Trial"},
            "provider": "home-care",
            "stages": {
                "first": {"from": "2026-03-01", "districts": ["rural"], "providers": ["north-shore"]},
                "later": {"from": "2026-06-01", "districts": ["rural", "town"]},
            },
            "until": "2026-12-31",
        }
    },
    "packages": PACKAGES,
    "swaps": {
        "by": ["home-care"],
        "among": {"household": ["cleaning", "walk", "cooking"]},
        "exchanges": {"bath-for-walk": {"give": "bath", "get": "walk", "gives": 15, "gets": 10}},
        "only_in": "trial",
    },
    "meetings": {
        "triage": {
            "title": {"en": "Triage"},
            "role": "home-care",
            "sits_in": ["clinic", "expert-care"],
            "day": "tue",
            "at": "09:00",
            "list_before": "1 day",
            "grounds": ["raised", "grant-ending", "granted", "swapped", "limit-passed"],
            "decisions": {"kept": {"en": "Left as it is"}, "to-assess": {"en": "To be assessed anew"}},
            "only_in": "trial",
        }
    },
    "joint_visits": {
        "roles": ["clinic", "home-care", "expert-care"],
        "answer": "2 days",
        "record": "1 day",
        "repeat": "6 h",
        "only_in": "trial",
    },
}
PLAIN = PATHWAY.model_dump(mode="json", by_alias=True)
GRANTING = Pathway.model_validate({**PLAIN, **_RULES})
AREA = Network.model_validate(
    {
        **NETWORK.model_dump(mode="json", by_alias=True),
        "districts": {"rural": {"name": "Rural"}, "town": {"name": "Town"}},
    }
)
CARE_TEAM = {"clinic": ASSESSOR}


def begun(district: str | None = "rural", team: str = HOME, **context: Any) -> Story:
    """An episode at home, in a district where the trial is (rural) or is not yet (town)."""
    given = Context(context.get("pathway", GRANTING), context.get("network", AREA), context.get("now", START))
    return Story(team=team, context=given, care_team=CARE_TEAM, district=district)


def grant(story: Story, package: str = "household", team: str = ASSESSOR, **minutes: int) -> Decision:
    return story.perform(GrantPackage(actor=person(team), package=package, minutes=minutes))


def renew(story: Story, name: str = "household-1", team: str = ASSESSOR) -> Decision:
    return story.perform(RenewGrant(actor=person(team), grant=name))


def leave(story: Story, name: str = "household-1", team: str = ASSESSOR) -> Decision:
    return story.perform(LeaveToLapse(actor=person(team), grant=name))


def withdraw(story: Story, name: str = "household-1", team: str = ASSESSOR, reason: str = "moved in") -> Decision:
    return story.perform(WithdrawGrant(actor=person(team), grant=name, reason=reason))


def swap(story: Story, give: str, get: str, minutes: int, name: str = "household-1", team: str = HOME) -> Decision:
    return story.perform(SwapServices(actor=person(team), grant=name, give=give, get=get, minutes=minutes))


def undo(story: Story, number: int | None = None, name: str = "household-1", by: Actor | None = None) -> Decision:
    return story.perform(UndoSwap(actor=by or person(HOME), grant=name, swap=number))


def held(story: Story, name: str = "household-1") -> Grant:
    return story.episode.grants[name]
