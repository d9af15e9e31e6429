"""A whole Handslag on this machine, in a folder of its own, on loopback, with a mail inbox: to show, measure and test.

It is no installation for patients: its keys lie in its folder, and its mail goes nowhere.
"""

import os
from collections.abc import Collection, Mapping, Sequence
from datetime import date
from pathlib import Path
from types import TracebackType
from typing import Self

from flows.waking import Waker
from handslag.inbox import Inbox
from handslag.made_up_users import let_sign_in
from handslag.processes import Processes, free_port
from handslag.running import deploy, prefect_environment, start_desk, start_server, start_worker
from pathways.care.actors import Actor, ActorKind
from pathways.cover.demonstrations import with_every_desk_open
from pathways.definition.limits import with_limits_divided_by
from pathways.definition.models import Pathway
from pathways.definition.moved_dates import with_dates_moved, years_until_in_force
from pathways.definition.networks import Network
from pathways.definition.reading import read_definitions
from pathways.definition.versions import in_force
from pathways.operations.at_rest import sealing_engine
from pathways.operations.couriers import AtOnce
from pathways.operations.service import Operations
from pathways.private_files import write
from pathways.settings import settings_from_environment
from pathways.store.schema import upgrade

DEFINITIONS = Path(__file__).parents[1] / "pathways"
JONKOPING = (DEFINITIONS / "catalogue/jonkoping-palliative.yaml", DEFINITIONS / "networks/jonkoping-demo.yaml")


class Playground:
    """Handslag with its processes, definitions and contacts. Leaving the block stops every process.

    Every desk of its networks is open, so that it is the same at every hour. `moved`: by how many years the dates of a
    pathway have been moved, by name, where its time was over.
    """

    def __init__(
        self,
        folder: Path,
        inbox: Inbox,
        port: int,
        *,
        desk_port: int | None = None,
        extra: Mapping[str, str] | None = None,
    ) -> None:
        """Prepare an installation in `folder`, its Prefect server on `port`. `extra`: further settings.

        `desk_port`: of the desk; left out, any that is free.
        """
        self.folder = folder
        self.inbox = inbox
        self.ui = f"http://127.0.0.1:{port}"
        self.given = {
            "HANDSLAG_IS_DEMO": "true",
            "HANDSLAG_DATA_FOLDER": str(folder),
            "HANDSLAG_CONTACTS_FILE": str(folder / "contacts.toml"),
            "HANDSLAG_PREFECT_API_URL": f"{self.ui}/api",
            "HANDSLAG_DESK_PORT": str(desk_port or free_port()),
            **(extra or {}),
        }
        self.processes = Processes(folder)

    def __enter__(self) -> Self:
        """Take the folder. Raises Refused if another program has it."""
        self.processes.__enter__()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop every process."""
        self.processes.__exit__(kind, error, trace)

    def prepare(self, networks: Collection[str] = ("jonkoping-demo",), *, limits_divided_by: int = 1) -> None:
        """Make the database, and publish networks that come with Handslag, and their pathways with limits divided.

        Pathways whose time is over have it again: see `moved`. Sets this process's environment.
        """
        os.environ.update(self.given)
        self.settings = settings_from_environment()
        self.environment = {**self.given, **prefect_environment(self.settings, self.folder / "prefect")}
        os.environ.update(self.environment)
        pathways, served = definitions_of(networks)
        self._write_contacts(served)
        engine = sealing_engine(self.settings)
        upgrade(engine)
        self.service = Operations.opened(self.settings, engine, Waker(self.settings, engine).wake, courier=AtOnce)
        today = self.service.clock().date()
        self.moved = {name: years for name, years in _years(pathways, today).items() if years}
        pathways = [with_dates_moved(pathway, self.moved.get(pathway.pathway, 0)) for pathway in pathways]
        self._unhurried = {(pathway.pathway, pathway.in_force_from): pathway for pathway in pathways}
        short = [with_limits_divided_by(pathway, limits_divided_by) for pathway in pathways]
        open_networks = [with_every_desk_open(network, today) for network in served]
        self.service.publishing.apply(pathways if limits_divided_by == 1 else short, open_networks)
        let_sign_in(self.service.users, open_networks)

    def take_time(self) -> None:
        """Let what begins from now on have the agreements' own limits, and every place be open: for people to try.

        An agreement that is to end keeps its short limits: no version can follow it before its end.
        """
        today = self.service.clock().date()
        published, networks = self.service.publishing.published()
        for name, network in {name: each for each in networks for name in each.pathways}.items():
            hurried = in_force(name, published, today, network.pathways)
            if hurried is not None and hurried.in_force_from < today and hurried.in_force_until is None:
                usual = self._unhurried[name, hurried.in_force_from]
                self.service.publishing.apply([usual.model_copy(update={"in_force_from": today})], [])
        for unit in self.service.places.shown():
            if unit.closing:
                team = Actor(kind=ActorKind.PERSON, team=unit.unit.team, via="command-line")
                self.service.places.close(unit.key, 0, team, network=unit.network.network)

    def start(self) -> None:
        """Start the Prefect server, the desk and a resident worker, and deploy."""
        self.start_server()
        self.start_desk()
        self.start_worker()
        deploy(self.service, self.environment)

    def start_server(self) -> None:
        """Start the Prefect server and wait until it answers."""
        start_server(self.processes, self.settings, self.environment)

    def start_desk(self) -> None:
        """Start the desk and wait until it answers."""
        start_desk(self.processes, self.settings, self.environment)

    def start_worker(self, name: str = "worker") -> None:
        """Start a resident worker."""
        start_worker(self.processes, self.settings, self.environment, name)

    def _write_contacts(self, networks: Sequence[Network]) -> None:
        secrets = [c.secret for network in networks for team in network.teams.values() for c in team.contacts]
        lines = [f'{name} = "{self.inbox.address(mailbox(name))}"' for name in dict.fromkeys(secrets)]
        text = "\n".join(["[contacts]", *lines, ""])
        write(self.folder / "contacts.toml", text)


def definitions_of(networks: Collection[str]) -> tuple[list[Pathway], list[Network]]:
    """Networks that come with Handslag, by name, with every version of every pathway that they serve."""
    files = [DEFINITIONS / "networks" / f"{name}.yaml" for name in networks]
    pathways, found = read_definitions([*sorted(DEFINITIONS.glob("catalogue/*.yaml")), *files])
    served = {name for network in found for name in network.pathways}
    return [pathway for pathway in pathways if pathway.pathway in served], list(found)


def _years(pathways: Sequence[Pathway], today: date) -> Mapping[str, int]:
    names = dict.fromkeys(pathway.pathway for pathway in pathways)
    return {name: years_until_in_force([p for p in pathways if p.pathway == name], today) for name in names}


def mailbox(secret: str) -> str:
    """The address at which a contact's letters arrive: `SSIH_FIRST` is `ssih-first@example.org`."""
    return f"{secret.lower().replace('_', '-')}@example.org"
