"""What happened to an episode, as a person reads it: each event with its words, who did it, and what was typed."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from desk import terms
from pathways.care.actors import Actor, ActorKind
from pathways.care.events import Recorded
from pathways.care.events_of_handovers import HandoverMarked
from pathways.care.states import HandoverStatus, MarkKind
from pathways.definition.models import Pathway
from pathways.definition.texts import Text
from pathways.operations.views import EpisodeView

_STATES = (MarkKind.ACCEPTED, MarkKind.DEPARTED, MarkKind.ARRIVED)
"""Marks that come with a new state of the handover, which says the same."""

_NAMES = ("team", "unit", "contact", "to_team")
_TYPED = ("words", "text", "answer", "correction", "next_action", "contingency", "evidence")


@dataclass(frozen=True)
class Happened:
    """One thing that happened. `words`: English, to translate; `terms`: words to translate after them.

    `titles`: texts of the pathway. `names`: teams, units and contacts. `typed`: what a person wrote. `team` and `who`:
    of a person; empty for a clock and for Handslag itself.
    """

    number: int
    at: datetime
    kind: str
    handover: str | None
    words: str
    terms: tuple[str, ...]
    titles: tuple[Text, ...]
    names: tuple[str, ...]
    typed: tuple[str, ...]
    team: str | None
    who: str | None


def happened(view: EpisodeView) -> Iterator[Happened]:
    """What happened to an episode, in order, without what concerns nobody who reads."""
    for recorded in view.history:
        is_said_by_the_state = isinstance(recorded.event, HandoverMarked) and recorded.event.mark in _STATES
        if recorded.event.type in terms.EVENTS and not is_said_by_the_state:
            yield _told(view, recorded)


def _told(view: EpisodeView, recorded: Recorded) -> Happened:
    event = recorded.event
    data: Mapping[str, Any] = event.model_dump(mode="json")
    is_person = recorded.actor.kind is ActorKind.PERSON
    return Happened(
        number=recorded.number,
        at=recorded.at,
        kind=event.type,
        handover=data.get("handover"),
        words=terms.EVENTS[event.type],
        terms=tuple(_terms(data)),
        titles=tuple(_titles(view.pathway, data)),
        names=tuple(_name(view, data[key]) for key in _NAMES if isinstance(data.get(key), str)),
        typed=tuple(data[key] for key in _TYPED if isinstance(data.get(key), str) and data[key]),
        team=_name(view, recorded.actor.team) if is_person and recorded.actor.team else None,
        who=_who(recorded.actor),
    )


def _terms(data: Mapping[str, Any]) -> Iterator[str]:
    if data["type"] == "handover-changed":
        yield terms.HANDOVER_STATUSES[HandoverStatus(data["after"])]
    if data["type"] == "handover-marked":
        yield terms.MARKS[MarkKind(data["mark"])]


def _titles(pathway: Pathway, data: Mapping[str, Any]) -> Iterator[Text]:
    """The titles of what the pathway names in this event: a move, a reason, readiness items, a level, an end."""
    plan = data.get("plan") or {}
    named: Sequence[tuple[Any, Mapping[str, Text]]] = (
        (plan.get("move"), {name: move.title for name, move in pathway.moves.items()}),
        (plan.get("reason"), pathway.reasons),
        *((item, {name: item.title for name, item in pathway.readiness.items()}) for item in data.get("items") or ()),
        (data.get("level"), {name: level.title for name, level in pathway.levels.items()}),
        (data.get("reason"), pathway.rejections),
        (data.get("reason"), pathway.waivers),
        (data.get("end"), {name: end.title for name, end in pathway.ends.items()}),
        (data.get("milestone"), {name: milestone.title for name, milestone in pathway.milestones.items()}),
    )
    return (titles[name] for name, titles in named if isinstance(name, str) and name in titles)


def _name(view: EpisodeView, key: str) -> str:
    """What a team or a unit is called; its key where the network no longer has it."""
    if key in view.network.teams:
        return view.network.teams[key].name
    return view.network.units[key].name if key in view.network.units else key


def _who(actor: Actor) -> str | None:
    return actor.name if actor.kind is ActorKind.PERSON else None
