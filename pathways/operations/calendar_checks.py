"""Looks whether a calendar can be used, in a process of its own with so much of a processor and of memory.

A calendar of a few lines can ask for the work of minutes, and the libraries that work its series out know no limit.
What takes too much is told like any other fault, before anybody's cover rests on it.

    python -m pathways.operations.calendar_checks ZONE INSTANT PROCESSOR_SECONDS < CALENDAR
"""

import os
import resource
import subprocess
import sys
from datetime import datetime
from zoneinfo import ZoneInfo

from pathways.cover.feeds import FeedFault, fault_in

PROCESSOR_SECONDS = 12
"""For reading a calendar and working out a year of it, beginning the process among it."""

_MEMORY_BYTES = 2_000_000_000
_WAITING_SECONDS = 120.0


def fault_within_limits(
    text: str, zone: ZoneInfo, at: datetime, processor_seconds: int = PROCESSOR_SECONDS
) -> str | None:
    """As `fault_in`, the code of what is wrong; `too-much` where it takes more than the limits."""
    own = {name: value for name, value in os.environ.items() if not name.startswith("HANDSLAG_")}
    try:
        done = subprocess.run(
            [sys.executable, "-m", __name__, zone.key, at.isoformat(), str(processor_seconds)],
            input=text.encode("utf-8", "surrogatepass"),
            env=own,
            capture_output=True,
            timeout=_WAITING_SECONDS,
            check=True,
        )
    except (subprocess.CalledProcessError, subprocess.TimeoutExpired):
        return FeedFault.TOO_MUCH
    return done.stdout.decode("ascii") or None


def main() -> None:
    """Look at the calendar on standard input, and print what is wrong with it, if anything is."""
    zone, at, seconds = ZoneInfo(sys.argv[1]), datetime.fromisoformat(sys.argv[2]), int(sys.argv[3])
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY_BYTES, _MEMORY_BYTES))
    text = sys.stdin.buffer.read().decode("utf-8", "surrogatepass")
    sys.stdout.write(fault_in(text, zone, at) or "")


if __name__ == "__main__":
    main()
