"""What has happened to the fixed contact. Read with all others by `pathways.care.events`."""

from typing import Literal

from pathways.definition.frozen import Frozen


class FixedContactNamed(Frozen):
    """Somebody was named as the fixed contact; in the place of another, where there was one."""

    type: Literal["fixed-contact-named"] = "fixed-contact-named"
    name: str
    team: str


class FixedContactKept(Frozen):
    """A handover has passed the responsibility, and the patient has the same fixed contact as before."""

    type: Literal["fixed-contact-kept"] = "fixed-contact-kept"
    handover: str


class FixedContactLost(Frozen):
    """After a handover the team of the fixed contact has no part in the care any more."""

    type: Literal["fixed-contact-lost"] = "fixed-contact-lost"
    handover: str
