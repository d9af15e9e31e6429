"""Reads what was counted in a kit of medicines, one thing a line: how many, its name, and perhaps when it expires."""

import re
from collections.abc import Iterable, Iterator
from datetime import date

from pathways.care.patient import KitItem
from pathways.errors import Refused

_LINE = re.compile(r"(?P<count>[0-9]{1,6})\s+(?P<name>.*\S)", re.ASCII)
_ENDS_IN_A_DAY = re.compile(r"\s(?P<day>[0-9]{4}-[0-9]{2}-[0-9]{2})$", re.ASCII)


def counted_items(given: Iterable[str]) -> Iterator[KitItem]:
    """The things that were counted, such as `5 NAME 10 mg/ml 2027-03-01`. Raises Refused for a line without a count.

    What is written as a day at the end of a line is the day on which it expires.
    """
    for line in (line.strip() for text in given for line in text.splitlines()):
        if line:
            yield _counted(line)


def _counted(line: str) -> KitItem:
    found = _ENDS_IN_A_DAY.search(line)
    read = _LINE.fullmatch(line[: found.start()].strip() if found else line)
    try:
        day = date.fromisoformat(found["day"]) if found else None
    except ValueError:
        raise Refused("A day on which something expires is not in the calendar.", "Correct the day.") from None
    if read is None:
        raise Refused(
            "A line does not say how many there are, and of what.",
            "Write the number first, then the name as on the package: 5 NAME, or 5 NAME 2027-03-01.",
        )
    return KitItem(name=read["name"], count=int(read["count"]), expires_on=day)
