"""One entry of the audit log: a person, acting for a team, saw or changed something at a time, and why they might."""

from collections.abc import Mapping
from datetime import UTC, datetime
from enum import StrEnum
from typing import Annotated, Any

from pydantic import AfterValidator, AwareDatetime, ValidationError

from pathways.care.texts import require_name, require_text
from pathways.definition.frozen import Frozen
from pathways.errors import Failed, Refused

YEARS_KEPT = 5
"""An entry is kept for so many years at least: HSLF-FS 2016:40, chapter 4, section 9."""


class Outcome(StrEnum):
    """What became of it: it was done, it was refused, or there was nothing that the person may know of."""

    DONE = "done"
    REFUSED = "refused"
    NOT_FOUND = "not-found"


def _in_utc(instant: datetime) -> datetime:
    return instant.astimezone(UTC)


def _name(words: str) -> str:
    require_name(words)
    return str(words)  # a key that is a member of an enumeration, too


def _text(words: str) -> str:
    require_text(words)
    return str(words)


Instant = Annotated[AwareDatetime, AfterValidator(_in_utc)]
Name = Annotated[str, AfterValidator(_name)]
Text = Annotated[str, AfterValidator(_text)]


def instant_as_text(instant: datetime) -> str:
    """An instant as the log keeps it: a text in UTC that sorts by time."""
    return instant.astimezone(UTC).isoformat(timespec="microseconds")


class Entry(Frozen):
    """Who (`login`, `name`, in `role`) for which unit (`network`, `team`) at which instant did what, to whom, and why.

    `what` is a right or a named way in, such as `see-episode`. `person` is the patient's number, which never changes
    its meaning. `why` is the relation of the team to the episode or, where `is_emergency`, the reason that was given.

    Raises Refused for words that cannot be kept. A field to come may be None, and is None in older entries.
    """

    at: Instant
    login: Name
    name: Name
    role: Name
    network: Name
    team: Name | None = None
    what: Name
    episode: Name | None = None
    person: int | None = None
    why: Text
    is_emergency: bool = False
    outcome: Outcome = Outcome.DONE

    def plain(self) -> dict[str, Any]:
        """The entry in the one form in which it is kept and sealed, for all time."""
        return {**self.__dict__, "at": instant_as_text(self.at), "outcome": self.outcome.value}


def read_entry(plain: Mapping[str, Any]) -> Entry:
    """An entry from the form in which it is kept. Raises Failed where that is no entry any more."""
    try:
        return Entry.model_validate(plain)
    except (ValidationError, Refused):
        raise Failed(
            "An entry of the audit log cannot be read.", "Verify the log.", command="handslag audit verify"
        ) from None
