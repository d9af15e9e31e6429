"""Stories in the strict world: home-north asks ward-east for a bed, with all that the pathway asks for before it."""

from typing import Any

from care_commands import FULL
from care_stories import WORDS, H, Story, person
from care_worlds import NETWORK, START, STRICT

from pathways.care.commands import Waive, WriteSummary
from pathways.care.communication import Summary
from pathways.care.recording import Context, Decision
from pathways.care.states import Action

S, R = "home-north", "ward-east"
EXPIRY, QUESTION, READ_BACK, ANSWER = (
    f"{H}/{kind}" for kind in ("readiness.expiry", "handover.question", "handover.read-back", "handover.answer")
)


def begun() -> Story:
    return Story(context=Context(STRICT, NETWORK, START))


def write(story: Story, summary: Summary = FULL, team: str = S) -> Decision:
    return story.perform(WriteSummary(actor=person(team), summary=summary))


def requested(urgency: str = "acute") -> Story:
    story = begun()
    write(story)
    story.plan("admit", urgency)
    return story


def accepted(urgency: str = "acute") -> Story:
    story = requested(urgency)
    story.change(Action.ACCEPT, R)
    return story


def ready() -> Story:
    """All is in place; what the sender has listed holds for two hours from now."""
    story = accepted()
    story.confirm(R, "named", evidence="nurse on duty")
    story.confirm(S, "listed", evidence="list of today")
    return story


def waive(story: Story, team: str, *items: str, **other: Any) -> Decision:
    given = {"reason": "in-a-hurry", "words": WORDS, **other}
    return story.perform(Waive(actor=person(team), handover=H, items=items, **given))


def read_back(story: Story) -> None:
    story.do(Action.READ_BACK, R)
    story.change(Action.CONFIRM_READ_BACK, S)
