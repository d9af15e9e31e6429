"""Settings: what they default to, when they refuse to start, and that their complaints hold no secret."""

import pickle
import re
from pathlib import Path

import pytest
from cryptography.fernet import Fernet

from pathways.errors import SettingsError
from pathways.people.vault import Vault
from pathways.settings import Settings, described_settings, new_keys, settings_from_environment

SOUND = {name.removeprefix("HANDSLAG_").lower(): value for name, value in new_keys().items()}


@pytest.fixture(autouse=True)
def _an_empty_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for setting in described_settings():
        monkeypatch.delenv(setting.variable, raising=False)
    monkeypatch.chdir(tmp_path)


def complaint_about(**given: object) -> str:
    with pytest.raises(SettingsError) as error:
        settings_from_environment(**{**SOUND, **given})
    return str(error.value)


def test_with_sound_keys_everything_else_has_a_default(tmp_path: Path) -> None:
    settings = settings_from_environment(**SOUND)
    assert settings.data_folder == tmp_path / ".handslag"
    assert settings.database_url == f"sqlite:///{tmp_path}/.handslag/handslag.db"
    assert settings.templates_folder == Path(__file__).parents[2] / "templates"
    assert settings.bind_host == "127.0.0.1"
    assert settings.work_pool == "handslag"
    assert (settings.notice_attempts, settings.notice_timeout_seconds) == (6, 10)
    assert settings.contacts_file is None
    assert not settings.is_demo


def test_they_are_read_from_the_environment_when_asked(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name, value in {**SOUND, "data_folder": "data", "notice_attempts": "3", "work_pool": ""}.items():
        monkeypatch.setenv(f"HANDSLAG_{name.upper()}", value)
    settings = settings_from_environment(link="https://handslag.example/")
    assert settings.notice_attempts == 3
    assert settings.work_pool == "handslag"
    assert settings.link == "https://handslag.example"
    assert settings.database_url == f"sqlite:///{tmp_path}/data/handslag.db"


def test_several_keys_are_a_ring_that_a_vault_takes() -> None:
    older = Fernet.generate_key().decode()
    settings = settings_from_environment(**{**SOUND, "keys": f"{SOUND['keys']} , {older},"})
    assert settings.key_ring == (SOUND["keys"], older)
    assert Vault(settings.key_ring, settings.hash_key.get_secret_value())


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"keys": ""}, r"HANDSLAG_KEYS is missing\. Make one with: handslag keys\.$"),
        ({"keys": " , "}, r"HANDSLAG_KEYS is missing"),
        ({"keys": "changethis"}, r"HANDSLAG_KEYS cannot be used: key 1 is a placeholder\. Make one"),
        ({"keys": f"{SOUND['keys']},abc"}, r"key 2 is malformed"),
        ({"hash_key": ""}, r"HANDSLAG_HASH_KEY is missing\. Make one with: handslag keys\.$"),
        ({"hash_key": "short"}, r"HANDSLAG_HASH_KEY is shorter than 32 characters"),
        ({"hash_key": SOUND["keys"]}, r"HANDSLAG_HASH_KEY is also a key of HANDSLAG_KEYS"),
        ({"bind_host": "0.0.0.0"}, r"HANDSLAG_BIND_HOST is open to others.*Set it to 127\.0\.0\.1, and let a proxy"),  # noqa: S104
        ({"bind_host": "handslag.example"}, r"HANDSLAG_BIND_HOST is open to others"),
        ({"database_url": "mysql://elsewhere/x"}, r"HANDSLAG_DATABASE_URL names neither"),
        ({"link": "javascript:alert(1)"}, r"HANDSLAG_LINK is no web address"),
        ({"notice_attempts": "many"}, r"HANDSLAG_NOTICE_ATTEMPTS does not fit: input should be a valid integer"),
        ({"notice_timeout_seconds": 0}, r"HANDSLAG_NOTICE_TIMEOUT_SECONDS does not fit"),
    ],
)
def test_what_is_unsafe_or_does_not_fit_stops_the_start_with_what_to_do(given: dict[str, object], told: str) -> None:
    assert re.search(told, complaint_about(**given))


@pytest.mark.parametrize("host", ["127.0.0.1", "127.8.8.8", "::1", "localhost"])
def test_loopback_has_several_names(host: str) -> None:
    assert settings_from_environment(**SOUND, bind_host=host).bind_host == host


def test_every_problem_is_told_at_once() -> None:
    told = complaint_about(keys="abc", hash_key="", bind_host="::", notice_attempts=0, data_folder=3)
    assert told.startswith("Handslag does not start, for 5 reasons:")
    assert told.count("\n- HANDSLAG_") == 5


def test_no_complaint_and_no_repr_holds_a_secret() -> None:
    secret = "kept-to-ourselves-kept-to-ourselves"
    told = complaint_about(keys=secret, hash_key=secret[:20], database_url=f"mysql://handslag:{secret}@db/handslag")
    settings = settings_from_environment(**SOUND, database_url=f"postgresql+psycopg://handslag:{secret}@db/handslag")
    for text in (told, repr(settings), str(settings)):
        assert secret[:20] not in text
        assert SOUND["keys"] not in text
        assert SOUND["hash_key"] not in text


def test_a_complaint_survives_pickle() -> None:
    with pytest.raises(SettingsError) as error:
        settings_from_environment()
    assert str(pickle.loads(pickle.dumps(error.value))) == str(error.value)  # noqa: S301  # our own bytes


def test_a_demonstration_makes_its_keys_and_keeps_them() -> None:
    first, second = (settings_from_environment(is_demo=True, bind_host="0.0.0.0") for _ in range(2))  # noqa: S104
    assert first.key_ring == second.key_ring != ()
    assert first.hash_key == second.hash_key
    assert Vault(first.key_ring, first.hash_key.get_secret_value())


def test_a_demonstration_uses_the_keys_that_it_is_given() -> None:
    assert settings_from_environment(is_demo=True, **SOUND).key_ring == (SOUND["keys"],)
    half = settings_from_environment(is_demo=True, keys=SOUND["keys"])
    assert half.key_ring == (SOUND["keys"],)
    assert half.hash_key.get_secret_value() not in ("", SOUND["hash_key"])


def test_every_setting_is_described_for_the_reference_without_a_path_of_this_machine() -> None:
    described = described_settings()
    assert [row.variable for row in described] == [f"HANDSLAG_{name.upper()}" for name in Settings.model_fields]
    assert all(row.description.endswith(".") for row in described)
    assert str(Path.cwd()) not in str(described)
    assert str(Path(__file__).parents[2]) not in str(described)


def test_a_notice_leads_to_the_desk_where_people_can_sign_in_there_and_else_to_prefect() -> None:
    to_prefect = settings_from_environment(**SOUND)
    proxied = settings_from_environment(
        **SOUND, login_url="https://login.example", desk_address="https://desk.example/", trusted_proxies="127.0.0.1"
    )
    demonstrated = settings_from_environment(**SOUND, is_demo=True, desk_port=4281)
    assert to_prefect.link_to("H7K2-QM4T") == "http://127.0.0.1:4200/runs?tag=H7K2-QM4T"
    assert proxied.link_to("H7K2-QM4T") == proxied.page_of("H7K2-QM4T") == "https://desk.example/to/H7K2-QM4T"
    assert demonstrated.link_to("E7K2-QM4T") == "http://127.0.0.1:4281/to/E7K2-QM4T"


def test_a_link_that_the_settings_name_is_the_one_of_notices() -> None:
    named = settings_from_environment(**SOUND, is_demo=True, link="https://handslag.example/{reference}")
    assert named.link_to("H7K2-QM4T") == "https://handslag.example/H7K2-QM4T"


def test_proxies_are_named_by_their_addresses_and_nobody_is_one_unnamed() -> None:
    assert settings_from_environment(**SOUND).proxies == ()
    named = settings_from_environment(**SOUND, trusted_proxies="127.0.0.1, 10.1.0.0/16")
    assert [str(each) for each in named.proxies] == ["127.0.0.1/32", "10.1.0.0/16"]
    for wrong in ("*", "proxy.example.org", "10.1.0.0/40", "127.0.0.1;10.0.0.1"):
        with pytest.raises(SettingsError, match="HANDSLAG_TRUSTED_PROXIES holds what is no address"):
            settings_from_environment(**SOUND, trusted_proxies=wrong)


def test_a_desk_that_is_reached_by_https_must_name_its_proxy() -> None:
    with pytest.raises(SettingsError, match="HANDSLAG_TRUSTED_PROXIES is missing"):
        settings_from_environment(**SOUND, desk_address="https://desk.example")
