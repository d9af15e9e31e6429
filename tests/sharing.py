"""How `make test` runs and divides tests: which are measured, and which stay together where two processes share them.

A plugin of pytest, which `make test` asks for. The processes share neither database cluster nor Prefect server nor
folder: each has its own of what it needs.
"""

import pytest
from hypothesis import HealthCheck, settings
from xdist.remote import Producer
from xdist.scheduler import LoadScopeScheduling

settings.register_profile("any-machine", settings(), deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("any-machine")  # how long an example takes says nothing where other work runs beside

_TOGETHER = {
    "tests/flows/": "the one Prefect server and worker of all flow tests",
    "tests/pages/": "the one desk and the browser of all tests of its pages",
    "tests/acceptance/test_stopping.py": "demonstrations",
    "tests/acceptance/test_the_demonstration.py": "demonstrations",
    "tests/acceptance/test_the_other_stories.py": "demonstrations",
}
"""Two demonstrations that start at the same time would both find Prefect's usual port free."""


class Together(LoadScopeScheduling):  # type: ignore[misc] # xdist carries no types
    """Hands out whole files; some of them together, to the same process."""

    def _split_scope(self, nodeid: str) -> str:
        file = nodeid.partition("::")[0]
        return next((group for begin, group in _TOGETHER.items() if file.startswith(begin)), file)


@pytest.hookimpl
def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> Together:
    """Share the tests out in this way."""
    return Together(config, log)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark the unit tests: they are measured, but for those that try very much."""
    for item in items:
        if item.nodeid.startswith("tests/unit/"):
            item.add_marker(pytest.mark.unit)
