"""How runs end: refused and never retried, failed and retried, and never retried once something is committed."""

from collections.abc import Awaitable
from types import SimpleNamespace
from typing import Any, NoReturn

import pytest
from flow_worlds import SENDER, E, Tale
from loops import run_apart
from prefect import State

from flows import begin_episode as beginning
from flows import end_episode as ending
from flows.endings import best_effort, done, refusals_end_the_run
from pathways.errors import Failed, Refused


def ended(run: Awaitable[State[Any]]) -> State[Any]:
    """The state with which a flow's function ends."""

    async def wait() -> State[Any]:
        return await run

    return run_apart(wait())


class CutOff:
    """Operations that commit what they are asked, and whose database is away from then on."""

    def __init__(self) -> None:
        self.committed: list[str] = []
        self.views = SimpleNamespace(reference=lambda text, kind: text, show=self._away)

    @property
    def engine(self) -> NoReturn:
        raise Failed("The database does not answer.", "Look whether it runs.")

    def _away(self, *_: Any) -> NoReturn:
        raise Failed("The database does not answer.", "Look whether it runs.")

    def begin_episode(self, *_: Any) -> tuple[Any, tuple[str, ...]]:
        self.committed.append("begun")
        return Tale().episode, ()

    def perform(self, *_: Any) -> None:
        self.committed.append("ended")


def test_an_episode_that_has_begun_ends_its_run_well_even_if_announcing_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    service = CutOff()
    monkeypatch.setattr(beginning, "operations", lambda: service)
    wanted = beginning.Beginning(pathway="p", network="n", level="home", team=SENDER)
    state = ended(beginning.begin_episode.fn(wanted))
    assert state.is_completed()
    assert state.message == f"Episode {E} has begun at home, under {SENDER}."
    assert service.committed == ["begun"]


def test_an_episode_that_has_ended_ends_its_run_well_even_if_reporting_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    service = CutOff()
    monkeypatch.setattr(ending, "operations", lambda: service)
    wanted = ending.Ending(episode=E, team=SENDER, end="deceased")
    state = ended(ending.end_episode.fn(wanted))
    assert (state.is_completed(), state.message) == (True, f"Episode {E} has ended.")
    assert service.committed == ["ended"]


def test_a_refusal_is_a_cancelled_run_called_refused_with_our_sentence() -> None:
    @refusals_end_the_run
    async def refuses() -> State[Any]:
        raise Refused("There is no place.", "Ask another unit.")

    state = ended(refuses())
    assert (state.type.value, state.name) == ("CANCELLED", "Refused")
    assert state.message == "There is no place. Ask another unit."


def test_a_failure_goes_through_to_be_retried() -> None:
    @refusals_end_the_run
    async def fails() -> State[Any]:
        raise Failed("The database does not answer.", "Look whether it runs.")

    with pytest.raises(Failed):
        ended(fails())


def test_what_went_well_is_completed_with_its_sentence() -> None:
    state = done("It is done.")
    assert (state.type.value, state.message) == ("COMPLETED", "It is done.")


def test_best_effort_tells_the_kind_of_a_failure_and_not_its_words(caplog: pytest.LogCaptureFixture) -> None:
    with best_effort():
        raise ValueError("Astrid Påhittad")
    assert "ValueError" in caplog.text
    assert "Astrid" not in caplog.text
