"""The small world of the operations' tests: the Jönköping demonstration, a clock in the hand, and a post that keeps."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from pathlib import Path

from demands import undemanding
from pydantic import SecretStr
from sqlalchemy import Engine
from stdnum import luhn

import pathways
from pathways.care.actors import Actor, ActorKind
from pathways.care.commands import ChangeHandover, ConfirmReadiness, GiveReadBack, WantedHandover
from pathways.care.communication import IllnessSeverity
from pathways.care.states import Action
from pathways.definition.models import Pathway
from pathways.definition.networks import Network
from pathways.definition.reading import read_definitions
from pathways.notices.outcomes import Outcome, Sender, Sent
from pathways.notices.words import Words
from pathways.operations.beginning import Begin
from pathways.operations.people import Patient
from pathways.operations.service import Operations, Wake
from pathways.people.vault import Vault
from pathways.settings import Settings
from pathways.store.texts import sealing_texts

START = datetime(2026, 3, 10, 9, tzinfo=UTC)
CATALOGUE_FILE = Path(pathways.__path__[0]) / "catalogue" / "jonkoping-palliative.yaml"
NETWORK_FILE = Path(pathways.__path__[0]) / "networks" / "jonkoping-demo.yaml"
PATHWAY = "jonkoping-palliative"
NETWORK = "jonkoping-demo"
NAME = "Astrid Exempelsson"
NUMBER = "19480229980" + luhn.calc_check_digit("480229980")
"""Belongs to nobody: Skatteverket keeps serials from 980 for made-up numbers."""
KEY = "b2Zyb21hZGVvbmx5Zm9ydGVzdHNhYmNkZWZnaGlqa2w="
HASH_KEY = "only-for-tests-0123456789-abcdefghijkl"


def person(team: str) -> Actor:
    return Actor(kind=ActorKind.PERSON, team=team, name=f"coordinator of {team}", via="command-line")


MUNICIPAL = person("municipal-palliative-team")
SSIH = person("ssih-jonkoping")
NORTH = person("short-term-north")
RYHOV = person("ward-ryhov")


def sealing(engine: Engine) -> Engine:
    """The engine, which seals and opens texts with the keys of the tests' settings."""
    return sealing_texts(engine, Vault([KEY], HASH_KEY))


@lru_cache(maxsize=1)
def demonstration() -> tuple[Pathway, Network]:
    """The pathway and the network of the demonstration, read once."""
    pathways_read, networks_read = read_definitions([CATALOGUE_FILE, NETWORK_FILE])
    return undemanding(pathways_read[0]), networks_read[0]


@dataclass
class HandClock:
    """A clock that stands still until it is moved."""

    now: datetime = START

    def __call__(self) -> datetime:
        return self.now

    def forward(self, **units: float) -> None:
        self.now += timedelta(**units)


@dataclass
class Post:
    """A sender that keeps what it sends, and answers as it is told."""

    answer: Callable[[str], Outcome] = lambda key: Sent()
    sent: list[tuple[str, Words]] = field(default_factory=list)

    def send(self, words: Words, address: SecretStr, notice_key: str) -> Outcome:
        outcome = self.answer(notice_key)
        if isinstance(outcome, Sent):
            self.sent.append((notice_key, words))
        return outcome

    def shown_sender(self, address: SecretStr) -> str:
        return "Handslag"


def settings(folder: Path, address: Callable[[str], str] = lambda name: f"json://localhost/{name}") -> Settings:
    """Settings whose contacts are `address(secret name)` for every contact point of the demonstration."""
    names = [contact.secret for team in demonstration()[1].teams.values() for contact in team.contacts]
    file = folder / "contacts.toml"
    file.write_text("[contacts]\n" + "".join(f'{name} = "{address(name)}"\n' for name in names), encoding="utf-8")
    return Settings(
        data_folder=folder,
        contacts_file=file,
        notice_timeout_seconds=5,
        keys=SecretStr(KEY),
        hash_key=SecretStr(HASH_KEY),
    )


@dataclass
class Day:
    """Operations on one database, with their clock and their post. `woken` are the handovers that were woken."""

    operations: Operations
    clock: HandClock
    post: Post
    woken: list[str]

    def begun(self, patient: Patient | None = None, level: str = "home") -> str:
        """The reference of a new episode."""
        found = self.operations.begin_episode(Begin(PATHWAY, NETWORK, level, patient), MUNICIPAL)
        return found[0].reference

    def requested(self, episode: str, *, is_draft: bool = False) -> str:
        """The reference of a new handover from home to SSIH: the patient stays, only responsibility passes."""
        return self.operations.plan_handover(
            episode,
            MUNICIPAL,
            WantedHandover(move="home-to-home-specialised", urgency="acute", reason="worsening", is_draft=is_draft),
        )

    def do(self, handover: str, action: Action, actor: Actor = SSIH, reason: str | None = None) -> None:
        command = ChangeHandover.model_validate(
            {"actor": actor, "handover": handover, "action": action, "reason": reason}
        )
        self.operations.perform(handover, command)

    def read_back(self, handover: str) -> None:
        """The receiver reads back, and the sender confirms."""
        self.operations.perform(
            handover,
            GiveReadBack(
                actor=SSIH,
                handover=handover,
                severity=IllnessSeverity.WATCHER,
                next_action="a visit tonight",
                contingency="ring the doctor on duty",
            ),
        )
        self.do(handover, Action.CONFIRM_READ_BACK, MUNICIPAL)

    def made_ready(self, handover: str) -> None:
        """Accept, and confirm what both sides see to."""
        self.do(handover, Action.ACCEPT)
        for actor in (SSIH, MUNICIPAL):
            self.operations.perform(handover, ConfirmReadiness(actor=actor, handover=handover, evidence="document 7"))


def a_day(
    engine: Engine,
    given: Settings,
    sender: Sender | None = None,
    *,
    is_published: bool = False,
    wake: Wake | None = None,
) -> Day:
    """A day that begins with the demonstration's pathway and network in force."""
    clock, post, woken = HandClock(), Post(), list[str]()
    operations = Operations(given, engine, sender or post, clock=clock, wake=wake or woken.append)
    if not is_published:
        pathway, network = demonstration()
        operations.publishing.apply([pathway], [network])
    return Day(operations, clock, post, woken)
