"""How runs end: refused and never retried, failed and retried, and never retried once something is committed."""

from collections.abc import Awaitable, Callable
from types import ModuleType, SimpleNamespace
from typing import Any, NoReturn

import pytest
from flow_worlds import SENDER, E, Tale
from loops import run_apart
from prefect import State

from flows import begin_episode as beginning
from flows import end_episode as ending
from flows import request_handover as requesting
from flows.endings import best_effort, done, refusals_end_the_run
from pathways.errors import Failed, Refused


def ended(run: Awaitable[State[Any]]) -> State[Any]:
    """The state with which a flow's function ends."""

    async def wait() -> State[Any]:
        return await run

    return run_apart(wait())


class CutOff:
    """Operations that commit what they are asked, and whose database is away from then on."""

    def __init__(self, *, answers_in_prefect: bool = True) -> None:
        self.committed: list[str] = []
        self.settings = SimpleNamespace(answers_in_prefect=answers_in_prefect)
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


@pytest.mark.parametrize(
    ("module", "run"),
    [
        (
            beginning,
            lambda: beginning.begin_episode.fn(beginning.Beginning(pathway="p", network="n", level="home", team="t")),
        ),
        (ending, lambda: ending.end_episode.fn(ending.Ending(episode=E, team="t", end="deceased"))),
        (
            requesting,
            lambda: requesting.request_handover.fn(requesting.Request(episode=E, team="t", move="m", reason="r")),
        ),
    ],
    ids=["begin", "end", "request"],
)
def test_where_nobody_acts_in_prefect_a_run_that_somebody_starts_is_refused_with_where_to_act(
    module: ModuleType, run: Callable[[], Awaitable[State[Any]]], monkeypatch: pytest.MonkeyPatch
) -> None:
    service = CutOff(answers_in_prefect=False)
    monkeypatch.setattr(module, "operations", lambda: service)
    state = ended(run())
    assert (state.is_cancelled(), service.committed) == (True, [])
    assert "Do it in Handslag's own pages." in (state.message or "")


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
