"""Times as a person writes them: local, as in the network whose matter it is."""

from datetime import datetime
from zoneinfo import ZoneInfo

from pathways.definition.durations import first_instant
from pathways.errors import Refused

_YEARS = range(1970, 2101)


def local_instant(text: str, zone: ZoneInfo) -> datetime:
    """The instant of a local time such as `2026-12-24 16:45`; of two with one name, the first. Raises Refused."""
    try:
        wanted = datetime.fromisoformat(text)
    except ValueError:
        wanted = None
    if wanted is None or wanted.tzinfo is not None or wanted.year not in _YEARS:
        raise Refused(
            "This is no local time.",
            "Write it as '2026-12-24 16:45', in the years {first} to {last}.",
            first=_YEARS[0],
            last=_YEARS[-1],
        )
    return first_instant(wanted.replace(tzinfo=zone), zone)
