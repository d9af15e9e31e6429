"""The frozen models of what is done for a patient visit by visit: treatments, the competence they need, the contact.

They hold data; `checks_of_treatments.py` says whether the data is sound.
"""

from pathways.definition.durations import Limit
from pathways.definition.frozen import Frozen
from pathways.definition.texts import Text


class Complication(Frozen):
    """Where a complication of a treatment takes the patient, at once: a move, with its urgency and reason.

    The move starts at every level where the treatment is given, and its urgency asks for no summary: nothing that has
    to be written first may hold the patient back.
    """

    move: str
    urgency: str
    reason: str


class Treatment(Frozen):
    """A treatment that is ordered for a patient and given visit by visit, by the team responsible at its `levels`.

    `ordered_by`: the roles that order it, change it and stop it. `competences`: what whoever gives it must have, all of
    them in one person. `record_within`: by when after its time a visit is recorded as done, missed or refused.
    `act_within`: by when somebody has acted on a visit that was missed. Both are told again after each `repeat`.
    `longest_days`: on how many days an order may run, the first and the last counted. Without a `complication` nobody
    is moved because of one.
    """

    title: Text
    levels: tuple[str, ...]
    ordered_by: tuple[str, ...]
    competences: tuple[str, ...] = ()
    record_within: Limit
    act_within: Limit
    repeat: Limit
    longest_days: int | None = None
    complication: Complication | None = None


class FixedContact(Frozen):
    """The one person whom the patient and the relatives can turn to, whoever is responsible.

    `roles`: whose teams the contact may belong to. `name_within`: by when one is named, from when there is none: the
    beginning, or a handover after which the contact's team has no part in the care. The responsible team is told
    then, and again after each `repeat`.
    """

    title: Text
    roles: tuple[str, ...]
    name_within: Limit
    repeat: Limit
