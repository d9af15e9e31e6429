"""Contacts: which address a secret name stands for, and what is said when the file is at fault."""

from pathlib import Path

import pytest
from pydantic import SecretStr

from pathways.errors import SettingsError
from pathways.notices.contacts import read_contacts
from pathways.notices.outcomes import NotSent, NotSentCode

SECRET = "mailto://user:hush-hush@mail.example/?to=team@example.org"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "contacts.toml"


def test_a_name_stands_for_the_address_in_the_file(file: Path) -> None:
    file.write_text(f'[contacts]\nssih-on-call = "{SECRET}"\n', encoding="utf-8")
    contacts = read_contacts(file, {})

    assert contacts.address("ssih-on-call") == SecretStr(SECRET)
    assert contacts.address("SSIH_ON_CALL") == SecretStr(SECRET)


def test_the_environment_wins_over_the_file(file: Path) -> None:
    file.write_text('[contacts]\nssih = "json://old"\nward = "json://ward"\n', encoding="utf-8")
    contacts = read_contacts(file, {"HANDSLAG_CONTACT_SSIH": "json://new", "HANDSLAG_CONTACT_WARD": " ", "PATH": "x"})

    assert contacts.address("ssih") == SecretStr("json://new")
    assert contacts.address("ward") == SecretStr("json://ward")


def test_a_name_that_nobody_has_explained_is_permanently_without_address() -> None:
    assert read_contacts(None, {}).address("ssih") == NotSent(NotSentCode.NO_ADDRESS, permanent=True)


def test_contacts_do_not_show_their_addresses() -> None:
    contacts = read_contacts(None, {"HANDSLAG_CONTACT_SSIH": SECRET})

    assert "hush-hush" not in f"{contacts!r} {contacts}"


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (f'[contacts]\nssih = "{SECRET}\n', "is not TOML: look at line 2"),
        (f'contacts = "{SECRET}', "is not TOML: look at"),
        ("[contacts", "is not TOML: look at its end"),
        (f'ssih = "{SECRET}"', "must hold one table"),
        ('[contacts]\n[other]\nx = "hush-hush"', "must hold one table"),
        ("[contacts]\nssih = 7", "The contact ssih in contacts.toml has no address"),
        ('[contacts]\nssih = ""', "The contact ssih in contacts.toml has no address"),
        (f'[contacts]\nssih-a = "{SECRET}"\nSSIH_A = "{SECRET}"', "The contact SSIH_A in contacts.toml is there twice"),
        (b"[contacts]\nssih = '\xff'", "is not UTF-8"),
    ],
)
def test_a_faulty_file_is_told_in_one_sentence_without_its_addresses(
    file: Path, content: str | bytes, sentence: str
) -> None:
    file.write_bytes(content if isinstance(content, bytes) else content.encode())

    with pytest.raises(SettingsError, match=sentence) as raised:
        read_contacts(file, {})
    assert "hush-hush" not in str(raised.value)
    assert raised.value.__cause__ is None


def test_a_file_that_cannot_be_read_is_told(file: Path) -> None:
    with pytest.raises(SettingsError, match="cannot be read: No such file"):
        read_contacts(file, {})
