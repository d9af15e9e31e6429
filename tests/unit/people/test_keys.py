"""Keys: what is fit for use, and those that a demonstration keeps."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from cryptography.fernet import Fernet

from pathways.errors import SettingsError
from pathways.people.keys import demo_keys, fault_in_hash_key, fault_in_key, new_keys


def test_new_keys_are_sound_and_never_the_same() -> None:
    keys = [new_keys() for _ in range(50)]
    assert all(fault_in_key(made["HANDSLAG_KEYS"]) is None for made in keys)
    assert all(fault_in_hash_key(made["HANDSLAG_HASH_KEY"]) is None for made in keys)
    assert len({value for made in keys for value in made.values()}) == 100


@pytest.mark.parametrize(
    ("key", "fault"),
    [
        ("abc", "is malformed"),
        ("å" * 44, "is malformed"),
        pytest.param(Fernet.generate_key().decode()[:-4], "is malformed", id="cut off"),
        ("changethis", "is a placeholder"),
        ("A" * 43 + "=", "is a placeholder"),
    ],
)
def test_keys_that_protect_nobody_are_told_apart(key: str, fault: str) -> None:
    assert fault_in_key(key) == fault


@pytest.mark.parametrize(
    ("key", "fault"),
    [
        ("short", "is shorter than 32 characters"),
        ("Change-me-" * 4, "is a placeholder"),
        ("abab" * 10, "is a placeholder"),
    ],
)
def test_hash_keys_that_protect_nobody_are_told_apart(key: str, fault: str) -> None:
    assert fault_in_hash_key(key) == fault


def test_a_demonstration_keeps_its_keys_for_their_owner_only(tmp_path: Path) -> None:
    folder = tmp_path / "new" / "demo"
    kept = demo_keys(folder)
    assert demo_keys(folder) == kept
    (file,) = folder.iterdir()
    assert file.stat().st_mode & 0o777 == 0o600


def test_processes_that_start_together_get_the_same_keys(tmp_path: Path) -> None:
    with ThreadPoolExecutor(16) as pool:
        kept = list(pool.map(demo_keys, [tmp_path] * 16))
    assert all(keys == kept[0] for keys in kept)
    assert len(list(tmp_path.iterdir())) == 1


@pytest.mark.parametrize("damage", [b"", b"HANDSLAG_KEYS=x\n", b"\xff\xfe"])
def test_damaged_demonstration_keys_are_told(tmp_path: Path, damage: bytes) -> None:
    demo_keys(tmp_path)
    (file,) = tmp_path.iterdir()
    file.write_bytes(damage)
    with pytest.raises(SettingsError, match="Delete the data folder"):
        demo_keys(tmp_path)


def test_a_data_folder_that_is_a_file_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(SettingsError, match="cannot be kept"):
        demo_keys(tmp_path / "file")
