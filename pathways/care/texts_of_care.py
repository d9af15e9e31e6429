"""Which fields of events and of an episode hold what a person typed of the care: said here, once, for every field.

What is typed is sealed wherever it is kept; codes, references, names of teams and times stay in clear, each for the
reason that is given. A field of which nothing is said here is an error when this module is imported.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel

from pathways.care import communication, episodes, events, events_of_handovers, patient
from pathways.care.actors import Actor
from pathways.care.continuity.events import FixedContactNamed
from pathways.care.continuity.values import FixedContact
from pathways.care.grants.events import GrantWithdrawn
from pathways.care.grants.values import Grant
from pathways.care.joint_visits.values import JointVisit
from pathways.care.meetings.events import MatterDecided
from pathways.care.meetings.values import AtMeeting
from pathways.care.orders import events as order_events
from pathways.care.orders.values import Order, RecordedVisit

SEALED: Mapping[type[BaseModel], frozenset[str]] = {
    communication.Summary: frozenset({"situation", "background", "assessment", "recommendation", "contingency"}),
    communication.ActionItem: frozenset({"what", "who", "when"}),
    communication.ReadBack: frozenset({"next_action", "contingency", "correction"}),
    communication.Question: frozenset({"text", "answer"}),
    episodes.Handover: frozenset({"closing_reason", "cancel_asked"}),
    episodes.Plan: frozenset({"departs_because", "goes_ahead_because"}),
    episodes.Tick: frozenset({"evidence"}),
    episodes.Waiver: frozenset({"words"}),
    events_of_handovers.HandoverChanged: frozenset({"reason"}),
    events_of_handovers.ReadinessConfirmed: frozenset({"evidence"}),
    events_of_handovers.ReadinessWaived: frozenset({"words"}),
    events_of_handovers.ReadBackGiven: frozenset({"next_action", "contingency"}),
    events_of_handovers.ReadBackCorrected: frozenset({"correction"}),
    events_of_handovers.ReadBackWaived: frozenset({"words"}),
    events_of_handovers.QuestionAsked: frozenset({"text"}),
    events_of_handovers.QuestionAnswered: frozenset({"answer"}),
    events_of_handovers.CancelAsked: frozenset({"reason"}),
    events_of_handovers.HandoverSettled: frozenset({"words"}),
    patient.TreatmentLimits: frozenset({"document"}),
    patient.Kit: frozenset({"where", "checked_by", "differs_because"}),
    patient.KitItem: frozenset({"name"}),
    FixedContactNamed: frozenset({"name"}),
    FixedContact: frozenset({"name"}),
    GrantWithdrawn: frozenset({"reason"}),
    Order: frozenset({"drug"}),
    RecordedVisit: frozenset({"words", "acted_words"}),
    order_events.OrderPlaced: frozenset({"drug"}),
    order_events.OrderChanged: frozenset({"drug"}),
    order_events.OrderStopped: frozenset({"words"}),
    order_events.VisitRecorded: frozenset({"words"}),
    order_events.MissedVisitActedOn: frozenset({"words"}),
    order_events.ComplicationRecorded: frozenset({"words"}),
}
"""The texts of care, by the model that holds them."""

_REFERENCE = "a reference, or a number in the episode: it says nothing of anybody"
_OF_THE_NETWORK = "a name of the network file: it says where, and of no patient"
_OF_THE_PATHWAY = "a name of the pathway file, chosen from a list"
_OF_THE_ENGINE = "a word of the engine's own"

CLEAR: Mapping[str, str] = {
    **dict.fromkeys(
        ("reference", "handover", "told_in", "joined", "replaces", "returns", "grant", "swap", "visit"), _REFERENCE
    ),
    **dict.fromkeys(
        ("network", "team", "unit", "care_team", "district", "to_team", "from_team", "with_team", "to_unit"),
        _OF_THE_NETWORK,
    ),
    **dict.fromkeys(
        ("from_unit", "owner", "contact", "receiver", "receivers", "passed_over", "role", "meeting", "organisation"),
        _OF_THE_NETWORK,
    ),
    **dict.fromkeys(
        ("pathway", "from_pathway", "level", "from_level", "to_level", "move", "urgency", "end", "kind", "first"),
        _OF_THE_PATHWAY,
    ),
    **dict.fromkeys(
        ("second", "paused", "paused_services", "follow_up", "milestone", "takes_back", "package", "give", "get"),
        _OF_THE_PATHWAY,
    ),
    **dict.fromkeys(("criteria", "measure", "treatment", "items", "cause", "causes"), _OF_THE_PATHWAY),
    **dict.fromkeys(("key", "subject", "late", "mark", "via"), _OF_THE_ENGINE),
}
"""Why a field of this name, in whichever model, stays in clear."""

CLEAR_IN: Mapping[type[BaseModel], Mapping[str, str]] = {
    Actor: {"name": "who of the staff did it: the history and the log answer for that, also when texts are erased"},
    AtMeeting: {"decision": _OF_THE_PATHWAY},
    Grant: {"name": "the package with its number"},
    JointVisit: {"name": _REFERENCE},
    MatterDecided: {"decision": _OF_THE_PATHWAY},
    episodes.Plan: {"reason": _OF_THE_PATHWAY},
    episodes.Waiver: {"reason": _OF_THE_PATHWAY},
    events_of_handovers.ReadinessWaived: {"reason": _OF_THE_PATHWAY},
    events_of_handovers.ReadBackWaived: {"reason": _OF_THE_PATHWAY},
    events_of_handovers.ReceiverDeclined: {"reason": _OF_THE_PATHWAY},
}
"""Why a field of one model stays in clear, whose name might as well be that of a text."""

Change = Callable[[str, str], str]
"""What is to become of a text, given the name of its field and the text."""


class Places:
    """Where the texts are in the JSON of a value: in itself, in each of its items or values, or in fields of it."""

    def __init__(
        self,
        *,
        is_text: bool = False,
        each: "Places | None" = None,
        fields: "Mapping[str, Places] | None" = None,
        is_whole: bool = True,
    ) -> None:
        self.is_text = is_text
        self.each = each
        self.fields = dict(fields or {})
        self.is_whole = is_whole

    @property
    def has_some(self) -> bool:
        """Whether there can be a text; what is not looked through to the end, may hold one."""
        return self.is_text or self.each is not None or bool(self.fields) or not self.is_whole

    def changed(self, value: Any, change: Change, field: str = "") -> Any:
        """The same JSON with each text that is not empty changed. What is not shaped as expected stays as it is."""
        if isinstance(value, str):
            return change(field, value) if self.is_text and value else value
        if isinstance(value, list | tuple):
            return [self.each.changed(each, change, field) for each in value] if self.each else value
        if not isinstance(value, dict):
            return value
        if self.each:
            return {key: self.each.changed(each, change, field) for key, each in value.items()}
        here = self.fields
        return {key: here[key].changed(each, change, key) if key in here else each for key, each in value.items()}


_KNOWN: dict[type[BaseModel], Places] = {}


def places_in(model: type[BaseModel]) -> Places:
    """Where the texts are in the JSON of a model. Raises TypeError for a field of which nothing is said."""
    if model not in _KNOWN:
        found = _KNOWN[model] = Places(is_whole=False)  # before its fields are: a model may hold itself
        for name, field in model.model_fields.items():
            inside = _places_of(field.annotation, model, name)
            if inside.has_some:
                found.fields[name] = inside
        found.is_whole = True
    return _KNOWN[model]


def _places_of(kind: Any, model: type[BaseModel], name: str) -> Places:
    if kind is str:
        return Places(is_text=is_sealed(model, name))
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        return places_in(kind)
    origin, inside = get_origin(kind), get_args(kind)
    if origin is Annotated:
        return _places_of(inside[0], model, name)
    if origin in (Union, UnionType):
        return _any_of([_places_of(each, model, name) for each in inside if each is not NoneType])
    if origin is Literal or not inside:
        return Places()
    each = _places_of(inside[-2] if inside[-1] is Ellipsis else inside[-1], model, name)
    return Places(each=each if each.has_some else None)


def _any_of(kinds: Sequence[Places]) -> Places:
    if len(kinds) == 1:
        return kinds[0]
    found = Places(is_text=any(each.is_text for each in kinds))
    for each in kinds:
        found.fields.update(each.fields)
    return found


def is_sealed(model: type[BaseModel], name: str) -> bool:
    """Whether a field of a model holds a text of care. Raises TypeError where nothing is said of it."""
    if name in SEALED.get(model, ()):
        return True
    if name in CLEAR or name in CLEAR_IN.get(model, {}):
        return False
    raise TypeError(f"say in texts_of_care.py whether {model.__name__}.{name} holds a text of care")


def _events(union: Any) -> Iterator[type[BaseModel]]:
    if isinstance(union, type):
        yield union
    for each in get_args(union) if not isinstance(union, type) else ():
        if isinstance(each, type | UnionType) or get_origin(each) is Union:
            yield from _events(each)


IN_EVENTS: Mapping[str, Places] = {
    event.model_fields["type"].default: places_in(event) for event in _events(events.Event)
}
"""Where the texts are in each event, by its type."""

IN_EPISODE = places_in(episodes.Episode)
"""Where the texts are in the state of an episode."""

IN_HANDOVER = places_in(episodes.Handover)
"""Where the texts are in the state of a handover."""
