"""Two minutes of torture: processes killed and stopped, database and mail cut off, and no promise is broken."""

from pathlib import Path

import pytest

from acceptance.torture import Checks, tortured

pytestmark = pytest.mark.acceptance

_SECONDS = 60.0


def test_nothing_is_lost_whatever_is_killed_stopped_or_cut_off(tmp_path: Path) -> None:
    with tortured(tmp_path, seed=7) as it:
        it.work(_SECONDS, least=5)
        checks = Checks(it)
        assert checks.all() == []
        assert len(it.histories.done) > 5
        assert len(checks.took_seconds) == 4
