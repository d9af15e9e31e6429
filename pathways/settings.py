"""The settings of Handslag, one typed class, read from the environment when asked and given in from there.

Nothing reads them at import. They refuse to start unsafe: see `Settings`.
"""

import os
from collections.abc import Iterator, Mapping
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from pathlib import Path
from typing import Annotated, Any, NamedTuple

from pydantic import AfterValidator, Field, SecretStr, ValidationError, ValidationInfo, field_validator
from pydantic_core import ErrorDetails
from pydantic_settings import BaseSettings, SettingsConfigDict

from pathways.errors import SettingsError
from pathways.people.keys import demo_keys, fault_in_hash_key, fault_in_key, new_keys
from pathways.server_secrets import kept_secret

__all__ = [
    "SettingDescription",
    "Settings",
    "described_settings",
    "new_keys",
    "settings_from_environment",
    "templates_folder",
]

PREFIX = "HANDSLAG_"
_MAKE_KEYS = "Make one with: handslag keys"
_TEMPLATES = Path(__file__).parents[1] / "templates"
_SHORTEST_TOKEN = 32
_PAGE_OF = "/to/"
_DATABASES = ("sqlite:///", "postgresql://", "postgresql+psycopg://")


def _absolute(path: Path) -> Path:
    return path.expanduser().absolute()


def _web_address(url: str) -> str:
    if not url.startswith(("http://", "https://")):
        raise ValueError("is no web address. Begin it with https:// or http://")
    return url.rstrip("/")


def _where_people_answer(known: Mapping[str, Any]) -> str:
    if known["is_demo"] or known["login_url"]:
        return f"{known['desk_address']}{_PAGE_OF}{{reference}}"
    return f"{known['prefect_api_url'].removesuffix('/api')}/runs?tag={{reference}}"


Folder = Annotated[Path, AfterValidator(_absolute)]
WebAddress = Annotated[str, AfterValidator(_web_address)]


class Settings(BaseSettings):
    """Everything that differs between installations. The environment names are the fields' with `HANDSLAG_` before.

    Refused outside the demonstration: keys that are missing, malformed or placeholders, and listening on more than
    loopback, where nothing is encrypted. Made by `settings_from_environment`, which says what is wrong in sentences.
    """

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, env_ignore_empty=True, frozen=True, hide_input_in_errors=True, validate_default=True
    )

    is_demo: bool = Field(
        default=False,
        description="Whether this is a demonstration with made-up patients; keys are then made by itself.",
    )
    data_folder: Folder = Field(
        default=Path(".handslag"), description="Folder for what Handslag itself keeps: its SQLite file and logs."
    )
    database_url: str = Field(
        default_factory=lambda known: f"sqlite:///{known['data_folder'] / 'handslag.db'}",
        repr=False,
        description="SQLAlchemy URL of the database, SQLite or PostgreSQL. Left out: `handslag.db` in the data folder.",
    )
    keys: SecretStr = Field(
        default=SecretStr(""),
        description="Fernet keys for what is known of patients, with commas between; the first seals, all open.",
    )
    hash_key: SecretStr = Field(
        default=SecretStr(""),
        description="Key of the hash by which patients are found, at least 32 characters; a new one finds nobody.",
    )
    log_megabytes: int = Field(
        default=20, ge=1, le=10_000, description="Size in megabytes from which a log file is begun anew."
    )
    log_files: int = Field(
        default=5,
        ge=0,
        le=1_000,
        description="How many older files of each process's log are kept, besides the one in use.",
    )
    contacts_file: Folder | None = Field(
        default=None, description="TOML file of secret name = Apprise URL, for the contact points of the networks."
    )
    templates_folder: Folder = Field(
        default_factory=lambda: _TEMPLATES,
        description="Folder of the texts that people read. Left out: the `templates` that come with Handslag.",
    )
    prefect_api_url: WebAddress = Field(
        default="http://127.0.0.1:4200/api", description="Address of the Prefect server's API."
    )
    prefect_api_auth: SecretStr = Field(
        default=SecretStr(""), description="User and password of the Prefect server, with a colon between, if any."
    )
    answers_in_prefect: bool = Field(
        default=True,
        description="Whether people may answer handovers, begin and end episodes in the Prefect UI, where nobody is "
        "identified. Without, they do it at the desk.",
    )
    stuck_after_seconds: int = Field(
        default=90,
        ge=5,
        le=86_400,
        description="Time after which a flow run that neither works nor waits is taken for dead.",
    )
    alert_block: str = Field(
        default="",
        pattern=r"^([a-z0-9-]+/[a-z0-9-]+)?$",
        description="Notification block of the Prefect server, by type and name as `slack-webhook/it-duty`, that is "
        "told when `watch` stops, a run crashes or notices do not leave. Left out, nobody is.",
    )
    alert_contact: str = Field(
        default="",
        max_length=100,
        description="Secret name of the contact, in HANDSLAG_CONTACTS_FILE, of whoever looks after Handslag: told "
        "when notices do not leave, so let it not rest on the mail server of the teams. Left out, nobody is.",
    )
    work_pool: str = Field(
        default="handslag", min_length=1, description="Prefect work pool that the resident worker serves."
    )
    notice_attempts: int = Field(
        default=6,
        ge=1,
        le=50,
        description="How often a notice is tried before a person has to look at it. "
        "While its channel is away it is tried as long as it matters.",
    )
    notice_timeout_seconds: int = Field(
        default=10, ge=1, le=300, description="Longest time in seconds that one attempt to send a notice may take."
    )
    session_idle_minutes: int = Field(
        default=15, ge=1, le=120, description="Time in minutes without a press after which a session of the desk ends."
    )
    fresh_login_minutes: int = Field(
        default=15,
        ge=1,
        le=720,
        description="Time in minutes for which a login is fresh. Giving roles, making tokens, and protecting an "
        "identity or lifting that ask for a fresh one.",
    )
    session_hours: int = Field(
        default=10, ge=1, le=24, description="Time in hours after which a session of the desk ends in any case."
    )
    tries_a_minute: int = Field(
        default=30,
        ge=1,
        le=100_000,
        description="How often a minute one user may look a patient up, and one address try a wrong token.",
    )
    numbers_an_hour: int = Field(
        default=60,
        ge=1,
        le=100_000,
        description="How often an hour one user may use a patient's number: to look up, to begin, to identify.",
    )
    access_after_days: int = Field(
        default=30, ge=0, le=365, description="Days for which a team still sees an episode after its part in it ended."
    )
    emergency_minutes: int = Field(
        default=60, ge=5, le=720, description="Time in minutes for which an episode opened in an emergency is shown."
    )
    log_review_days: int = Field(
        default=30, ge=1, le=366, description="Days after which the next review of the audit log is due."
    )
    bind_host: str = Field(
        default="127.0.0.1", description="Address that the Prefect server and the desk listen on: loopback."
    )
    desk_port: int = Field(default=4280, ge=1, le=65535, description="Port that the coordinators' desk listens on.")
    desk_address: WebAddress = Field(
        default_factory=lambda known: f"http://{known['bind_host']}:{known['desk_port']}",
        description="Address by which people reach the desk: that of the proxy before it. "
        "Left out: the desk on this machine.",
    )
    trusted_proxies: str = Field(
        default="",
        description="Addresses (or networks, as 10.0.0.0/24) of the proxies before the desk, with commas between. "
        "Only they are believed who asks, and whether by https; left out, nobody is.",
    )
    calendar_networks: str = Field(
        default="",
        description="Private networks (as 10.1.0.0/16), with commas between, in which calendars may be fetched.",
    )
    connections: int = Field(
        default=2_000, ge=20, le=50_000, description="How many connections the desk has open at once, in all."
    )
    connections_per_address: int = Field(
        default=1_000,
        ge=10,
        le=50_000,
        description="How many connections and requests one address may have open at once: every open page takes one.",
    )
    sign_ins_a_minute: int = Field(
        default=120,
        ge=1,
        le=10_000,
        description="How often a minute one address may sign in: a hospital may be one. Each sign-in counts once.",
    )
    metrics_token: SecretStr = Field(
        default=SecretStr(""),
        description="What a program must bring to read `/metrics` of the desk, at least 32 characters; left out, "
        "it is read on this very machine only.",
    )
    login_url: WebAddress | None = Field(
        default=None, description="Address (issuer) of the OpenID Connect login service; without one nobody signs in."
    )
    login_client_id: str = Field(default="handslag", description="What the login service calls the desk.")
    login_client_secret: SecretStr = Field(
        default=SecretStr(""), description="The desk's secret at the login service, if it has one."
    )
    login_scope: str = Field(default="openid profile email", description="What the login service is asked to tell.")
    login_claim: str = Field(
        default="email",
        description="Which of its answers is the login of a user here: `sub`, an HSA-id, or a verified e-mail address.",
    )
    login_acr: str = Field(
        default="",
        description="How strongly people must have been identified: the `acr` values that are enough, with spaces "
        "between. Left out: the login service decides.",
    )
    link: WebAddress = Field(
        default_factory=lambda known: _where_people_answer(known),
        description="Link in a notice: where the reader answers. `{reference}` stands for the handover or episode. "
        "Left out: its page at the desk or, where nobody can sign in there, its runs in the Prefect UI.",
    )

    @field_validator("database_url")
    @classmethod
    def _is_a_known_database(cls, url: str) -> str:
        if not url.startswith(_DATABASES):
            raise ValueError("names neither SQLite nor PostgreSQL. Begin it with sqlite:/// or postgresql+psycopg://")
        return url

    @field_validator("keys")
    @classmethod
    def _are_sound(cls, keys: SecretStr, info: ValidationInfo) -> SecretStr:
        ring = _split(keys)
        if not ring and not info.data.get("is_demo"):
            raise ValueError(f"is missing. {_MAKE_KEYS}")
        faults = {place: fault_in_key(key) for place, key in enumerate(ring, 1)}
        wrong = [f"key {place} {fault}" for place, fault in faults.items() if fault]
        if wrong:
            raise ValueError(f"cannot be used: {', '.join(wrong)}. {_MAKE_KEYS}")
        return keys

    @field_validator("hash_key")
    @classmethod
    def _is_sound(cls, hash_key: SecretStr, info: ValidationInfo) -> SecretStr:
        key = hash_key.get_secret_value()
        if not key:
            if info.data.get("is_demo"):
                return hash_key
            raise ValueError(f"is missing. {_MAKE_KEYS}")
        fault = fault_in_hash_key(key)
        if fault is None and key in _split(info.data.get("keys", SecretStr(""))):
            fault = "is also a key of HANDSLAG_KEYS"
        if fault:
            raise ValueError(f"{fault}. {_MAKE_KEYS}")
        return hash_key

    @field_validator("metrics_token")
    @classmethod
    def _is_long_enough(cls, token: SecretStr) -> SecretStr:
        if 0 < len(token.get_secret_value()) < _SHORTEST_TOKEN:
            raise ValueError(f"is too short. Make it of at least {_SHORTEST_TOKEN} random characters")
        return token

    @field_validator("bind_host")
    @classmethod
    def _is_loopback(cls, host: str, info: ValidationInfo) -> str:
        if not _names_loopback(host) and not info.data.get("is_demo"):
            raise ValueError(
                "is open to others, and nothing there is encrypted. "
                "Set it to 127.0.0.1, and let a proxy with TLS stand before it"
            )
        return host

    @field_validator("trusted_proxies", "calendar_networks")
    @classmethod
    def _are_addresses(cls, networks: str) -> str:
        try:
            _networks(networks)
        except ValueError:
            raise ValueError("holds what is no address. Write addresses such as 127.0.0.1, with commas") from None
        return networks

    @field_validator("trusted_proxies")
    @classmethod
    def _are_named(cls, proxies: str, info: ValidationInfo) -> str:
        if not proxies and str(info.data.get("desk_address", "")).startswith("https://"):
            raise ValueError(
                "is missing: by https the desk is reached through a proxy. Name its address, such as 127.0.0.1"
            )
        return proxies

    def link_to(self, reference: str) -> str:
        """The link to a handover or episode that a notice carries."""
        return self.link.replace("{reference}", reference)

    def page_of(self, reference: str) -> str:
        """The page of a handover, an episode or a meeting's list at the desk, as people reach it."""
        return f"{self.desk_address}{_PAGE_OF}{reference}"

    @property
    def proxies(self) -> tuple[IPv4Network | IPv6Network, ...]:
        """Where the proxies are that may say who asks."""
        return _networks(self.trusted_proxies)

    @property
    def private_calendars(self) -> tuple[IPv4Network | IPv6Network, ...]:
        """The private networks in which calendars may be fetched."""
        return _networks(self.calendar_networks)

    @property
    def desk_url(self) -> str:
        """The address of the desk on this machine."""
        return f"http://{self.bind_host}:{self.desk_port}"

    @property
    def key_ring(self) -> tuple[str, ...]:
        """The encryption keys, the one that seals first, as `Vault` takes them. Secret."""
        return _split(self.keys)


class SettingDescription(NamedTuple):
    """One row of the settings reference: its environment variable, its default as text (may be empty), its meaning."""

    variable: str
    default: str
    description: str


def described_settings() -> tuple[SettingDescription, ...]:
    """Every setting, in the order of the class, for the reference. Holds no value of this machine."""
    return tuple(
        SettingDescription(
            PREFIX + name.upper(),
            str(field.default) if isinstance(field.default, str | int | Path) else "",
            field.description or "",
        )
        for name, field in Settings.model_fields.items()
    )


def templates_folder() -> Path:
    """The folder of the texts that people read, for what needs no installation: no keys, and no database."""
    named = os.environ.get(f"{PREFIX}TEMPLATES_FOLDER")
    return _absolute(Path(named)) if named else _TEMPLATES


def settings_from_environment(**given: object) -> Settings:
    """The settings of this process's environment, `given` ones before it. A demonstration gets keys of its own.

    Raises SettingsError with every problem, one sentence each and never with a value, or when the demonstration's
    keys cannot be kept.
    """
    try:
        settings = Settings(**given)  # type: ignore[arg-type]  # pydantic checks them
        if not settings.is_demo and not settings.prefect_api_auth.get_secret_value():
            return settings.model_copy(update={"prefect_api_auth": SecretStr(kept_secret(settings.data_folder))})
        if not settings.is_demo or (settings.key_ring and settings.hash_key.get_secret_value()):
            return settings
        kept = demo_keys(settings.data_folder)
        given["keys"] = settings.keys if settings.key_ring else kept["HANDSLAG_KEYS"]
        given["hash_key"] = settings.hash_key if settings.hash_key.get_secret_value() else kept["HANDSLAG_HASH_KEY"]
        return Settings(**given)  # type: ignore[arg-type]  # as above
    except ValidationError as error:
        problems = tuple(_sentences(error))
    if len(problems) == 1:
        raise SettingsError("Handslag does not start:", problems[0])
    raise SettingsError(f"Handslag does not start, for {len(problems)} reasons:", "\n- ".join(("", *problems)))


def _sentences(error: ValidationError) -> Iterator[str]:
    for fault in error.errors(include_url=False, include_input=False):
        if fault["type"] == "default_factory_not_called":
            continue  # follows from another fault, which is told
        name = str(fault["loc"][0])
        yield f"{PREFIX}{name.upper()} {_complaint(fault, name)}."


def _complaint(fault: ErrorDetails, name: str) -> str:
    if fault["type"] == "value_error":
        return str(fault["ctx"]["error"])
    meaning = (Settings.model_fields[name].description or "").rstrip(".")
    return f"does not fit: {fault['msg'][0].lower()}{fault['msg'][1:]}. Correct it; it means: {meaning}"


def _split(keys: SecretStr) -> tuple[str, ...]:
    return tuple(key.strip() for key in keys.get_secret_value().split(",") if key.strip())


def _networks(text: str) -> tuple[IPv4Network | IPv6Network, ...]:
    """Raises ValueError."""
    return tuple(ip_network(each.strip()) for each in text.split(",") if each.strip())


def _names_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
