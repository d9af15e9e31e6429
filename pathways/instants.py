"""Times as a person writes them: local, as in the network whose matter it is."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from pathways.definition.durations import first_instant
from pathways.definition.networks import Network
from pathways.errors import Refused

_YEARS = range(1970, 2101)


def local_instant(text: str, zone: ZoneInfo) -> datetime:
    """The instant of a local time such as `2026-12-24 16:45`; of two with one name, the first. Raises Refused."""
    wanted = _read(text)
    if wanted is None or wanted.tzinfo is not None:
        raise _no_local_time()
    return first_instant(wanted.replace(tzinfo=zone), zone)


def true_instant(text: str | None, network: Network, which: str = "") -> datetime | None:
    """When something happened (UTC), of a local time that somebody wrote; None where nothing is written.

    An hour that came twice asks `which` of the two, `first` or `second`, or for the distance to UTC behind the time.
    An hour that a clock change left out is none. Raises Refused.
    """
    if not text or not text.strip():
        return None
    wanted, zone = _read(text.strip()), ZoneInfo(network.time_zone)
    if wanted is None or not set(text.strip()) & set(" Tt"):  # a day alone is no time at which anything happened
        raise _no_local_time()
    if wanted.tzinfo is not None:
        return wanted.astimezone(UTC)
    first, second = (wanted.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1))
    if first > second:
        raise Refused("There was no such time: the clock went forward then.", "Give a time before or after that hour.")
    if first == second:
        return first
    if which not in ("first", "second"):
        raise Refused(
            "That time came twice: the clock went back then.",
            "Say whether it was the first or the second time.",
            command=" or ".join(f"'{each.astimezone(zone):%Y-%m-%d %H:%M%z}'" for each in (first, second)),
        )
    return first if which == "first" else second


def came_twice(since: datetime, until: datetime, network: Network) -> bool:
    """Whether an hour came twice between two instants: the clock went back."""
    zone = ZoneInfo(network.time_zone)
    before, after = since.astimezone(zone).utcoffset(), until.astimezone(zone).utcoffset()
    return before is not None and after is not None and after < before


def _read(text: str) -> datetime | None:
    try:
        wanted = datetime.fromisoformat(text)
    except ValueError:
        return None
    return wanted if wanted.year in _YEARS else None


def _no_local_time() -> Refused:
    return Refused(
        "This is no local time.",
        "Write it as '2026-12-24 16:45', in the years {first} to {last}.",
        first=_YEARS[0],
        last=_YEARS[-1],
    )
