"""What machines that watch over the desk are told: measures with the token, and that the database is gone."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from pydantic import SecretStr
from starlette.testclient import TestClient

from desk.app import create_app
from handslag.playground import JONKOPING
from pathways.definition.reading import read_definitions
from pathways.operations.measuring import WATCH
from pathways.operations.service import Operations
from pathways.settings import Settings, settings_from_environment
from pathways.store.database import open_engine
from pathways.store.schema import upgrade

TOKEN = "measure-me-measure-me-measure-me-measure-me"
AWAY = "198.51.100.7"
"""Another machine."""


def opened(folder: Path, **given: object) -> Operations:
    settings: Settings = settings_from_environment(is_demo=True, data_folder=folder, **given)
    engine = open_engine(settings.database_url)
    upgrade(engine)
    service = Operations.opened(settings, engine)
    pathways, networks = read_definitions(JONKOPING)
    service.publishing.apply(pathways, networks)
    return service


@pytest.fixture
def guarded(tmp_path: Path) -> Iterator[Operations]:
    service = opened(tmp_path, metrics_token=SecretStr(TOKEN))
    yield service
    service.engine.dispose()


def asked(service: Operations, host: str, **headers: str) -> int:
    client = TestClient(create_app(service), client=(host, 5000), raise_server_exceptions=False)
    answer = client.get("/metrics", headers=headers)
    assert ("handslag_database_up" in answer.text) is (answer.status_code == 200)
    return int(answer.status_code)


def test_measures_are_told_to_whoever_brings_the_token_from_wherever(guarded: Operations) -> None:
    for host in ("127.0.0.1", AWAY):
        assert asked(guarded, host, Authorization=f"Bearer {TOKEN}") == 200
    through_a_proxy = {"Authorization": f"Bearer {TOKEN}", "X-Forwarded-For": AWAY}
    assert asked(guarded, "127.0.0.1", **through_a_proxy) == 200


@pytest.mark.parametrize("given", ["", TOKEN, f"Bearer {TOKEN[:-1]}", f"Bearer {TOKEN}x", f"Basic {TOKEN}", "Bearer "])
def test_with_a_token_in_the_settings_nobody_reads_without_it_not_even_here(guarded: Operations, given: str) -> None:
    headers = {"Authorization": given} if given else {}
    for host in ("127.0.0.1", AWAY):
        assert asked(guarded, host, **headers) == 404


def test_without_a_token_in_the_settings_only_this_machine_reads(tmp_path: Path) -> None:
    service = opened(tmp_path)
    assert asked(service, "127.0.0.1") == 200
    assert asked(service, "::1") == 200
    assert asked(service, AWAY) == 404
    assert asked(service, AWAY, Authorization=f"Bearer {TOKEN}") == 404
    assert asked(service, AWAY, Authorization="Bearer ") == 404


def test_where_the_database_is_gone_the_desk_lives_but_is_not_ready(tmp_path: Path) -> None:
    service = opened(tmp_path)
    service.measuring.ran(WATCH)
    client = TestClient(create_app(service), client=("127.0.0.1", 5000), raise_server_exceptions=False)
    service.engine.dispose()
    for file in tmp_path.glob("handslag.db*"):
        file.unlink()
    (tmp_path / "handslag.db").mkdir()  # nothing can be opened there

    ready = client.get("/health/ready")
    assert ready.status_code == 503
    assert ready.json() == {
        "status": "not-ready",
        "parts": {"database": "not-well", "schema": "unknown", "watch": "unknown"},
    }
    assert client.get("/health/live").status_code == 200
    measured = client.get("/metrics")
    assert measured.status_code == 200
    assert "handslag_database_up 0.0" in measured.text
