"""Owns which address a contact's secret name stands for. Addresses hold passwords: none is shown, logged or raised.

They come from a TOML file and from the environment, which wins:

    [contacts]
    ssih-on-call = "mailtos://user:password@mail.example?to=on-call@example.org"

    HANDSLAG_CONTACT_SSIH_ON_CALL="mailtos://…"
"""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from pydantic import SecretStr

from pathways.errors import SettingsError
from pathways.notices.outcomes import NotSent, NotSentCode

ENVIRONMENT_PREFIX = "HANDSLAG_CONTACT_"

_NOT_IN_A_NAME = re.compile(r"[^A-Z0-9]+")
_POSITION = re.compile(r"at line (\d+), column \d+|at end of document")


@dataclass(frozen=True)
class Contacts:
    """Addresses by secret name. Names differ neither by case nor by what stands between their words."""

    by_name: Mapping[str, SecretStr]

    def address(self, name: str) -> SecretStr | NotSent:
        """The Apprise address that `name` stands for, or a permanent `no-address` where nobody has said."""
        return self.by_name.get(_plain(name), NotSent(NotSentCode.NO_ADDRESS, permanent=True))


def read_contacts(file: Path | None, environment: Mapping[str, str]) -> Contacts:
    """The contacts of a TOML file (None: no file) and of the environment's `HANDSLAG_CONTACT_<NAME>`, which win.

    Empty variables are as good as none. Raises SettingsError, naming file and line but no address, when the file
    cannot be read, is not TOML, or holds anything but one table of texts.
    """
    addresses = {} if file is None else _from_file(file)
    for variable, value in environment.items():
        if variable.startswith(ENVIRONMENT_PREFIX) and value.strip():
            addresses[_plain(variable.removeprefix(ENVIRONMENT_PREFIX))] = SecretStr(value.strip())
    return Contacts(addresses)


def _from_file(file: Path) -> dict[str, SecretStr]:
    """The addresses of a TOML file, by plain name."""
    addresses: dict[str, SecretStr] = {}
    for name, value in _table_in(file).items():
        if not isinstance(value, str) or not value.strip():
            raise SettingsError(
                f"The contact {name} in {file.name} has no address.",
                'Write it as a text: name = "mailto://…".',
            )
        if _plain(name) in addresses:
            raise SettingsError(
                f"The contact {name} in {file.name} is there twice: case and hyphens make no difference.",
                "Keep one of them.",
            )
        addresses[_plain(name)] = SecretStr(value.strip())
    return addresses


def _table_in(file: Path) -> Mapping[str, object]:
    """The table `[contacts]` of a TOML file. The errors' causes are left out: they could quote an address."""
    try:
        content = tomllib.loads(file.read_text(encoding="utf-8"))
    except OSError as error:
        raise SettingsError(
            f"The contacts file {file} cannot be read: {error.strerror}.",
            "Set HANDSLAG_CONTACTS_FILE to a file that Handslag may read.",
        ) from None
    except UnicodeDecodeError:
        raise SettingsError(f"The contacts file {file.name} is not UTF-8.", "Save it as UTF-8.") from None
    except tomllib.TOMLDecodeError as error:
        position = _POSITION.search(str(error))
        where = f"line {position[1]}" if position and position[1] else "its end"
        raise SettingsError(
            f"The contacts file {file.name} is not TOML: look at {where}.",
            'Write [contacts] and under it lines such as name = "mailto://…".',
        ) from None
    table = content.get("contacts")
    if not isinstance(table, dict) or len(content) > 1:
        raise SettingsError(
            f"The contacts file {file.name} must hold one table, [contacts], and nothing else.",
            'Write [contacts] and under it lines such as name = "mailto://…".',
        )
    return table


def _plain(name: str) -> str:
    """The name as an environment variable would write it: capitals, digits and underscores."""
    return _NOT_IN_A_NAME.sub("_", name.upper()).strip("_")
