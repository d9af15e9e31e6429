"""People who act in the Prefect UI: whether they may here, and who they say they are. Prefect itself knows nobody."""

import re
from collections.abc import Mapping
from datetime import datetime

from pathways.care.actors import Actor, ActorKind
from pathways.care.texts import require_name
from pathways.errors import Refused
from pathways.instants import true_instant
from pathways.operations.service import Operations

NOTHING = "look again, change nothing"
"""The choice that stands in a form at first, and what a wake without an answer means."""

NAME = "answered_by"
"""The field for the name of whoever answers."""

WAKE: Mapping[str, str] = {"answer": NOTHING, NAME: "Handslag"}
"""What resumes a run without an answer. A form that takes no answers is given nothing."""

NAME_IN_A_FORM = r"^[^0-9]*[^0-9\s][^0-9]*$"
"""What a name looks like: no digits, so that no number of anybody is written there."""

LONGEST_NAME = 100

OCCURRED_AT = "occurred_at"
"""The field for when it happened, of what is entered late."""

EARLIER = "If it happened earlier: when?"
LOCAL_TIME = "Local time, such as 2026-11-30 03:10; left empty: now. It is kept with the time of your entry."
TIME_IN_A_FORM = r"^(\d{4}-\d\d-\d\d[ T]\d\d:\d\d([+-]\d\d:?\d\d)?)?$"
"""What a time looks like, so that nothing else is written there."""


def person(service: Operations, team: str | None) -> Actor:
    """A person of a team who acts in the Prefect UI, and whom nobody has identified.

    Raises Refused where this installation lets nobody act there.
    """
    if not service.settings.answers_in_prefect:
        raise Refused("Nobody answers or begins anything in Prefect here.", "Do it in Handslag's own pages.")
    return Actor(kind=ActorKind.PERSON, team=team, via="prefect", is_identified=False)


def occurred(service: Operations, local_time: str | None, reference: str) -> datetime | None:
    """When what is entered late happened, where the network of this episode or handover is. Raises Refused."""
    return true_instant(local_time, service.views.show(reference).network) if local_time else None


def given_name(answer: object) -> str:
    """The name that somebody gave with an answer. Raises Refused where it is missing, or cannot be one."""
    name = answer.strip() if isinstance(answer, str) else ""
    if not re.fullmatch(NAME_IN_A_FORM, name) or len(name) > LONGEST_NAME:
        raise Refused(
            "Your answer was not taken: it does not say who you are.",
            "Write your name, without digits, and answer again.",
        )
    require_name(name)
    return name
