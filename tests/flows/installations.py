"""A Handslag on the tests' Prefect server: a data folder and database of its own, an inbox, and all flows deployed."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Any
from uuid import UUID

from demands import undemanding
from loops import run_apart
from prefect.client.schemas.objects import DeploymentSchedule, FlowRun
from prefect_on_test import Pools, wait_until
from pydantic import SecretStr

from flows.deploying import deploy
from flows.waking import Waker
from handslag.inbox import Inbox
from handslag.playground import JONKOPING, mailbox
from pathways.care.actors import Actor, ActorKind
from pathways.care.commands import ChangeHandover, ConfirmReadiness, WantedHandover
from pathways.care.episodes import Episode
from pathways.care.states import Action
from pathways.clock import system_clock
from pathways.cover.demonstrations import with_every_desk_open
from pathways.definition.models import Pathway
from pathways.definition.networks import Network
from pathways.definition.reading import read_definitions
from pathways.notices.sending import AppriseSender
from pathways.operations.beginning import Begin
from pathways.operations.service import Operations
from pathways.settings import Settings
from pathways.store.database import open_engine
from pathways.store.schema import upgrade

POOL = "handslag"
FLOWS = (
    *("begin-episode", "request-handover", "end-episode", "make-list", "handover"),
    *("watch", "deliver", "refresh-cover", "meetings"),
)
PATHWAY, NETWORK = "jonkoping-palliative", "jonkoping-demo"
SENDER, RECEIVER = "municipal-palliative-team", "ssih-jonkoping"
ANSWERS = "Nils Påhittad"
"""The name of whoever answers in a form."""

NAME = "Astrid Påhittad"
"""A made-up person, who may stand nowhere in Prefect."""

FREE_TEXT = "as she said on the phone"
ENDED = ("COMPLETED", "FAILED", "CRASHED", "CANCELLED")
KEYS = {
    "HANDSLAG_KEYS": "b2Zyb21hZGVvbmx5Zm9ydGVzdHNhYmNkZWZnaGlqa2w=",
    "HANDSLAG_HASH_KEY": "only-for-tests-0123456789-abcdefghijkl",
}


def person(team: str, name: str | None = NAME) -> Actor:
    """Somebody at the command line."""
    return Actor(kind=ActorKind.PERSON, team=team, name=name, via="command-line")


@cache
def definitions() -> tuple[list[Pathway], list[Network]]:
    """The demonstration's pathway and network."""
    found_pathways, found_networks = read_definitions(JONKOPING)
    return [undemanding(pathway) for pathway in found_pathways], list(found_networks)


@dataclass
class Installation:
    """What the tests do as people do it: in the Prefect UI's API, on the command line, and at the inbox."""

    folder: Path
    inbox: Inbox
    pools: Pools
    worker_log: Path | None = None
    deployments: dict[str, UUID] = field(default_factory=dict)
    schedules: dict[str, list[DeploymentSchedule]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.settings = Settings(
            data_folder=self.folder,
            contacts_file=self.folder / "contacts.toml",
            prefect_api_url=self.pools.url,
            keys=SecretStr(KEYS["HANDSLAG_KEYS"]),
            hash_key=SecretStr(KEYS["HANDSLAG_HASH_KEY"]),
        )
        found_pathways, networks = definitions()
        secrets = [
            contact.secret for network in networks for team in network.teams.values() for contact in team.contacts
        ]
        addresses = [f'{secret} = "{self.inbox.address(mailbox(secret))}"\n' for secret in dict.fromkeys(secrets)]
        (self.folder / "contacts.toml").write_text("[contacts]\n" + "".join(addresses), encoding="utf-8")
        self.engine = open_engine(self.settings.database_url)
        upgrade(self.engine)
        self.waker = Waker(self.settings, self.engine, patience_seconds=20)
        self.service = Operations.opened(self.settings, self.engine, self.waker.wake)
        today = system_clock().date()
        self.service.publishing.apply(found_pathways, [with_every_desk_open(network, today) for network in networks])

    @property
    def environment(self) -> Mapping[str, str]:
        """The environment of its worker."""
        return {
            **KEYS,
            "HANDSLAG_DATA_FOLDER": str(self.folder),
            "HANDSLAG_CONTACTS_FILE": str(self.folder / "contacts.toml"),
            "HANDSLAG_PREFECT_API_URL": self.pools.url,
            "HANDSLAG_NOTICE_TIMEOUT_SECONDS": "5",
        }

    def deploy(self) -> None:
        """Put the deployments on the server."""
        run_apart(deploy(POOL, *definitions()))
        for flow in FLOWS:
            self.deployments[flow] = self.pools.client.read_deployment_by_name(f"{flow}/{flow}").id

    def stop_schedules(self) -> None:
        """Let nothing run but what a test starts. What was there before is kept in `schedules`."""
        for flow in FLOWS:
            self.schedules[flow] = self.pools.client.read_deployment_schedules(self.deployments[flow])
            for schedule in self.schedules[flow]:
                self.pools.client.update_deployment_schedule(self.deployments[flow], schedule.id, active=False)

    def start(self, flow: str, **parameters: Any) -> UUID:
        """Start a flow as its button in the Prefect UI does."""
        body = {"parameters": parameters, "state": {"type": "SCHEDULED"}}
        return UUID(self.pools.ask(f"/deployments/{self.deployments[flow]}/create_flow_run", body)["id"])

    def end_of(self, run: UUID) -> FlowRun:
        """The run when it has ended."""
        wait_until(lambda: self.pools.read(run).state_type in ENDED, "the run ends", seconds=40)
        return self.pools.read(run)

    def flow(self, flow: str, **parameters: Any) -> str:
        """Start a flow, see it end well, and give the sentence with which it ended."""
        ended = self.end_of(self.start(flow, **parameters))
        assert ended.state is not None
        assert ended.state.is_completed(), ended.state
        return ended.state.message or ""

    def begin(self, *, minutes_ago: float = 0) -> str:
        """Begin an episode at home, at the command line; gives its reference."""
        found, _ = self.at(minutes_ago).begin_episode(Begin(PATHWAY, NETWORK, "home"), person(SENDER))
        return found.reference

    def request(self, episode: str, *, minutes_ago: float = 0) -> str:
        """Request specialised care at home, to be answered within 30 minutes; gives the handover's reference."""
        return self.at(minutes_ago).plan_handover(
            episode,
            person(SENDER),
            WantedHandover(move="home-to-home-specialised", urgency="acute", reason="worsening"),
        )

    def at(self, minutes_ago: float) -> Operations:
        """The operations as they were carried out some minutes ago."""
        if not minutes_ago:
            return self.service
        earlier = timedelta(minutes=minutes_ago)
        sender = AppriseSender(self.settings.notice_timeout_seconds)
        clock = lambda: system_clock() - earlier  # noqa: E731 - short, and only here
        return Operations(self.settings, self.engine, sender, clock=clock, wake=self.waker.wake)

    def do(
        self, handover: str, action: Action, team: str = RECEIVER, reason: str | None = None, *, wakes: bool = True
    ) -> None:
        """Do something to a handover at the command line, and wake its run, unless Prefect cannot be reached."""
        given = {"actor": person(team), "handover": handover, "action": action, "reason": reason}
        service = self.service if wakes else Operations.opened(self.settings, self.engine)
        service.perform(handover, ChangeHandover.model_validate(given))

    def make_ready(self, handover: str) -> None:
        """Both sides say that everything is in place."""
        for team in (SENDER, RECEIVER):
            self.service.perform(
                handover, ConfirmReadiness(actor=person(team), handover=handover, evidence="document 7")
            )

    def episode(self, reference: str) -> Episode:
        """The episode as it is now."""
        return self.service.views.show(reference).episode

    def status(self, handover: str) -> str:
        """The state of a handover."""
        return self.episode(handover).handovers[handover].status

    def run_of(self, handover: str) -> FlowRun | None:
        """The run that carries a handover now, if one has been started."""
        run = self.waker._run_of(handover)
        return self.pools.read(UUID(run)) if run else None

    def waits(self, handover: str, status: str, *, after: str | None = None) -> FlowRun:
        """The run of a handover when it is suspended, its form is there, and its tags tell this state.

        `after`: the key of a form that has been answered or gone out of date; another one is waited for.
        """

        def look() -> FlowRun | None:
            run = self.run_of(handover)
            if run is None or run.state is None or run.state.name != "Suspended" or f"state:{status}" not in run.tags:
                return None
            key = form_key(run)
            return run if key != after and self.pools.has_input(run.id, key) else None

        found = wait_until(look, f"{handover} is suspended and {status}", seconds=40)
        assert found is not None
        return found

    def form(self, run: FlowRun) -> dict[str, Any]:
        """The schema of a suspended run's form, as the Prefect UI reads it."""
        return dict(self.pools.read_input(run.id, form_key(run)))

    def description(self, run: FlowRun) -> str:
        """What stands above a suspended run's form."""
        return str(self.pools.read_input(run.id, form_key(run).replace("-schema", "-description")))

    def answer(self, run: FlowRun, words: str, **more: str) -> dict[str, Any]:
        """Fill in a suspended run's form with the choice that has these words, as the Prefect UI does."""
        offered = self.form(run)["properties"]["answer"]["enum"]
        choice = next(choice for choice in offered if words in choice)
        return self.resume(run.id, {"answer": choice, "answered_by": ANSWERS, **more})

    def resume(self, run: UUID, answer: dict[str, str]) -> dict[str, Any]:
        """Send an answer to a suspended run; gives the server's verdict."""
        return self.pools.ask(f"/flow_runs/{run}/resume", {"run_input": answer})


def form_key(run: FlowRun) -> str:
    """The key under which the form of a suspended run lies on the server."""
    assert run.state is not None
    keys = run.state.state_details.run_input_keyset
    assert keys is not None
    return keys["schema"]


@contextmanager
def installed(folder: Path, pools: Pools) -> Iterator[Installation]:
    """An installation whose flows are deployed twice, as at every start, and whose schedules are stopped then."""
    with Inbox() as inbox:
        found = Installation(folder, inbox, pools)
        found.deploy()
        found.deploy()
        found.stop_schedules()
        yield found
