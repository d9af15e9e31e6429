"""The keys of the vault: makes them, says what is wrong with one, and keeps those of a demonstration in its folder."""

import secrets
from base64 import urlsafe_b64decode
from pathlib import Path

from cryptography.fernet import Fernet

from pathways.errors import SettingsError
from pathways.private_files import make_folder, write_once

_FEWEST_DIFFERENT = 8  # bytes of an encryption key or characters of a hash key; chance practically never gives fewer
_LEAST_HASH_KEY_LENGTH = 32
_PLACEHOLDERS = ("change", "default", "example", "insecure", "password", "placeholder", "secret")
_DEMO_FILE = "demo-keys.env"
_MEND_DEMO = "Delete the data folder or set HANDSLAG_DATA_FOLDER to another one, then start the demonstration again."


def new_keys() -> dict[str, str]:
    """Fresh keys by the names of their settings: one Fernet key and the key of the hash by which people are found."""
    return {"HANDSLAG_KEYS": Fernet.generate_key().decode(), "HANDSLAG_HASH_KEY": secrets.token_urlsafe(32)}


def fault_in_key(key: str) -> str | None:
    """What is wrong with an encryption key (`is malformed`, `is a placeholder`), or None when it may be used."""
    if _is_placeholder(key):
        return "is a placeholder"
    try:
        decoded = urlsafe_b64decode(key)
    except ValueError:
        return "is malformed"
    if len(decoded) != 32:
        return "is malformed"
    return "is a placeholder" if len(set(decoded)) < _FEWEST_DIFFERENT else None


def fault_in_hash_key(key: str) -> str | None:
    """What is wrong with the key of the keyed hash, or None when it may be used."""
    if _is_placeholder(key):
        return "is a placeholder"
    if len(key) < _LEAST_HASH_KEY_LENGTH:
        return f"is shorter than {_LEAST_HASH_KEY_LENGTH} characters"
    return "is a placeholder" if len(set(key)) < _FEWEST_DIFFERENT else None


def demo_keys(folder: Path) -> dict[str, str]:
    """The keys kept in a demonstration's data folder, made there (readable by their owner only) the first time.

    Processes that start together get the same keys. Raises SettingsError when the file cannot be kept or is damaged.
    """
    path = folder / _DEMO_FILE
    try:
        make_folder(folder)
        write_once(path, "".join(f"{name}={value}\n" for name, value in new_keys().items()))
        lines = path.read_text(encoding="ascii").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError("The keys of the demonstration cannot be kept in its data folder.", _MEND_DEMO) from error
    kept = dict(line.split("=", 1) for line in lines if "=" in line)
    if set(kept) != {"HANDSLAG_KEYS", "HANDSLAG_HASH_KEY"}:
        raise SettingsError("The file with the keys of the demonstration is damaged.", _MEND_DEMO)
    return kept


def _is_placeholder(key: str) -> bool:
    return any(word in key.lower() for word in _PLACEHOLDERS)
