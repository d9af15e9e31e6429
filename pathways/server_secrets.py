"""The secret of the Prefect server, where an installation has set none: made once, and kept in its data folder.

Whoever has it may do in Prefect all that a coordinator may answer there; so the file is for its owner alone.
"""

import secrets
from pathlib import Path

from pathways.errors import SettingsError
from pathways.private_files import make_folder, write_once

_FILE = "prefect.env"
_NAME = "PREFECT_API_AUTH_STRING"
_REMEDY = "Delete prefect.env in the data folder, then start Handslag again; or set HANDSLAG_PREFECT_API_AUTH."


def kept_secret(folder: Path) -> str:
    """User and password with a colon between, as they are kept in a data folder; empty where none are.

    Raises SettingsError where the file cannot be read.
    """
    path = folder / _FILE
    try:
        words = path.read_text(encoding="ascii").strip() if path.exists() else f"{_NAME}="
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError("The secret of the Prefect server cannot be read.", _REMEDY) from error
    name, _, secret = words.partition("=")
    if name != _NAME or (path.exists() and not all(secret.partition(":"))):
        raise SettingsError("The file with the secret of the Prefect server is damaged.", _REMEDY)
    return secret


def keep_secret(folder: Path) -> str:
    """The secret that is kept in a data folder, made there the first time. Raises SettingsError."""
    try:
        make_folder(folder)
        write_once(folder / _FILE, f"{_NAME}=handslag:{secrets.token_urlsafe(32)}\n")
    except OSError as error:
        raise SettingsError("The secret of the Prefect server cannot be kept.", _REMEDY) from error
    return kept_secret(folder)
