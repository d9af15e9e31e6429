"""Pieces of work that begin at once, in threads of their own, and what became of them."""

from collections.abc import Callable, Sequence
from threading import Barrier, Thread

from pathways.errors import Refused


def at_once(*works: Callable[[], object]) -> list[object]:
    """What each piece of work gave or raised, when all began together in threads of their own."""
    begin = Barrier(len(works))
    outcomes: list[object] = [None] * len(works)

    def run(place: int, work: Callable[[], object]) -> None:
        begin.wait()
        try:
            outcomes[place] = work()
        except Exception as error:  # noqa: BLE001 - the test looks at it
            outcomes[place] = error

    threads = [Thread(target=run, args=pair) for pair in enumerate(works)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return outcomes


def refused(outcomes: Sequence[object]) -> list[Refused]:
    """The refusals among outcomes; any other error is a fault."""
    errors = [outcome for outcome in outcomes if isinstance(outcome, Exception)]
    assert all(isinstance(error, Refused) for error in errors), errors
    return [error for error in errors if isinstance(error, Refused)]
