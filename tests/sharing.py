"""Which tests stay together where two processes share the tests: those of a file, and those that share what is dear.

A plugin of pytest, which `make test` asks for. The processes share neither database cluster nor Prefect server nor
folder: each has its own of what it needs.
"""

import pytest
from xdist.remote import Producer
from xdist.scheduler import LoadScopeScheduling

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
