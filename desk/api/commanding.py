"""A route for each command of `care`: its body is the command itself, without who does it and to what."""

from collections.abc import Callable, Mapping
from typing import Annotated, Any

from fastapi import APIRouter, Body
from pydantic import Field, create_model

from desk.api.calling import Calling, Calls, EpisodeReference, HandoverReference, IfMatch, known_number, read
from desk.api.problems import responses
from pathways.access.commands import RIGHTS, name_of_kind
from pathways.access.table import Right
from pathways.access.users import Viewer
from pathways.care.commands import ChangeHandover, ComeBack, Command, PlanHandover
from pathways.care.episodes import Episode
from pathways.care.late_entries import may_be_late
from pathways.care.orders.commands import RecordComplication
from pathways.care.references import ReferenceKind
from pathways.care.states import Action, EpisodeStatus, HandoverStatus
from pathways.definition.frozen import Frozen

_GIVEN = frozenset({"actor", "handover", "action", "told_in", "told_to"})
"""What a command says that the path says, or that is for Handslag itself to say."""

_NOT_LATE = _GIVEN | {"occurred_at"}
"""The same of a command that is never entered late."""

ACTIONS = tuple(
    action
    for action in Action
    if action
    not in {Action.DELIVER, Action.WITHDRAW, Action.CONFIRM, Action.WAIVE, Action.READ_BACK, Action.CORRECT}
    | {Action.ASK, Action.REPLY}
)
"""What is done to a handover with no more than a reason."""


class Acting(Frozen):
    """In whose place something is done, where it is not simply the caller's."""

    for_team: Annotated[
        str | None, Field(description="A team that is closed, for which the caller's team answers now.")
    ] = None
    person: Annotated[
        str | None,
        Field(
            description="Of a program's token: the person of the team in whose name it is done. Only persons promise."
        ),
    ] = None

    def viewer(self, calling: Calling) -> Viewer:
        """Who does it. Raises Refused."""
        return calling.viewer.acting_for(self.for_team).speaking_for(self.person)


class Changed(Frozen):
    """What has become of an episode. `number`: that of its last event; `handovers`: those of its handovers."""

    episode: str
    number: int
    status: EpisodeStatus
    handovers: Mapping[str, HandoverStatus]


def changed(episode: Episode) -> Changed:
    """What has become of an episode."""
    return Changed(
        episode=episode.reference,
        number=episode.number,
        status=episode.status,
        handovers={each.reference: each.status for each in episode.handovers.values()},
    )


def body_of(kind: type[Frozen], without: frozenset[str] = _GIVEN, name: str | None = None) -> type[Acting]:
    """The body that stands for a command: its own fields but for these, and in whose place it is done."""
    fields: Any = {key: (field.annotation, field) for key, field in kind.model_fields.items() if key not in without}
    return create_model(name or kind.__name__, __base__=Acting, __doc__=kind.__doc__, **fields)


def told_by(body: Acting) -> dict[str, Any]:
    """What a body says of the command itself."""
    return {key: value for key, value in body if key not in Acting.model_fields}


def add_commands(router: APIRouter) -> None:
    """Add the routes of all commands that a person may give, but for those that give a new reference."""
    for kind, right in RIGHTS.items():
        if "handover" in kind.model_fields and kind is not ChangeHandover:
            _add(router, name_of_kind(kind), right, _body(kind), _of_a_handover(kind))
        elif kind not in (PlanHandover, ComeBack, ChangeHandover, RecordComplication):
            _add(router, name_of_kind(kind), right, _body(kind), _of_an_episode(kind))
    for action in ACTIONS:
        without = _GIVEN if may_be_late(ChangeHandover, action) else _NOT_LATE
        body = body_of(ChangeHandover, without, f"{action.title().replace('-', '')}Handover")
        _add(router, action.value, Right.ACT_ON_HANDOVER, body, _of_a_handover(ChangeHandover, action=action))


def _body(kind: type[Command]) -> type[Acting]:
    return body_of(kind, _GIVEN if may_be_late(kind) else _NOT_LATE)


_Do = Callable[..., Changed]


def _of_a_handover(kind: type[Command], **fixed: Any) -> _Do:
    def do(calling: Calls, reference: HandoverReference, body: Any, if_match: IfMatch = None) -> Changed:
        known, viewer = read(reference, ReferenceKind.HANDOVER), body.viewer(calling)
        command = kind.model_validate({**told_by(body), **fixed, "actor": viewer.actor, "handover": known})
        return changed(calling.service.access.perform(viewer, known, command, known_number(if_match)).episode)

    do.__doc__ = kind.__doc__
    return do


def _of_an_episode(kind: type[Command]) -> _Do:
    def do(calling: Calls, reference: EpisodeReference, body: Any, if_match: IfMatch = None) -> Changed:
        known, viewer = read(reference, ReferenceKind.EPISODE), body.viewer(calling)
        command = kind.model_validate({**told_by(body), "actor": viewer.actor})
        return changed(calling.service.access.perform(viewer, known, command, known_number(if_match)).episode)

    do.__doc__ = kind.__doc__
    return do


def _add(router: APIRouter, name: str, right: Right, body: type[Acting], do: _Do) -> None:
    do.__annotations__["body"] = Annotated[body, Body()]
    where = "handovers" if do.__annotations__["reference"] is HandoverReference else "episodes"
    router.add_api_route(
        f"/{where}/{{reference}}/{name}",
        do,
        methods=["POST"],
        operation_id=f"{where}-{name}",
        summary=name.replace("-", " ").capitalize(),
        tags=[where],
        responses=responses(412),
        openapi_extra={"x-right": right.value},
    )
