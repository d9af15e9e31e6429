"""The secret of the Prefect server: made once, kept for its owner alone, and read by every process."""

from pathlib import Path

import pytest

from pathways.errors import SettingsError
from pathways.server_secrets import keep_secret, kept_secret
from pathways.settings import new_keys, settings_from_environment


def test_it_is_made_once_and_every_process_reads_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("HANDSLAG_PREFECT_API_AUTH", raising=False)
    keys = {name.removeprefix("HANDSLAG_").lower(): value for name, value in new_keys().items()}
    folder = tmp_path / "data"
    assert kept_secret(folder) == ""
    made = keep_secret(folder)
    assert keep_secret(folder) == made == kept_secret(folder)
    assert made.startswith("handslag:")
    assert len(made) > 40
    assert [file.stat().st_mode & 0o777 for file in folder.iterdir()] == [0o600]
    read = settings_from_environment(data_folder=folder, is_demo=False, **keys)
    assert read.prefect_api_auth.get_secret_value() == made
    assert made not in repr(read)
    given = settings_from_environment(data_folder=folder, is_demo=False, prefect_api_auth="a:b", **keys)
    assert given.prefect_api_auth.get_secret_value() == "a:b"


def test_a_demonstration_reads_none(tmp_path: Path) -> None:
    keep_secret(tmp_path)
    assert settings_from_environment(data_folder=tmp_path, is_demo=True).prefect_api_auth.get_secret_value() == ""


@pytest.mark.parametrize("words", ["", "PREFECT_API_AUTH_STRING=", "PREFECT_API_AUTH_STRING=x:", "OTHER=a:b", "ä"])
def test_a_damaged_file_is_told_and_never_taken_for_no_secret(tmp_path: Path, words: str) -> None:
    (tmp_path / "prefect.env").write_text(words, encoding="utf-8")
    with pytest.raises(SettingsError, match=r"prefect\.env"):
        kept_secret(tmp_path)
    (tmp_path / "prefect.env").unlink()
    (tmp_path / "prefect.env").mkdir()
    for call in (kept_secret, keep_secret):
        with pytest.raises(SettingsError, match="secret"):
            call(tmp_path)
