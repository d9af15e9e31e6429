"""The demonstration: everything on this machine, on loopback, in a data folder of its own, with a made-up patient.

Limits are divided, so that what takes half an hour takes seconds; the pathway file and its own limits stay as they are.
"""

import os
import shutil
import time
from collections.abc import Mapping
from pathlib import Path

from handslag.inbox import Inbox, Letter
from handslag.printing import say
from handslag.processes import Processes, Stopped, free_port, stop_signals
from handslag.running import deploy, prefect_environment, start_server, start_worker
from handslag.stories import jonkoping_palliative
from handslag.stories.telling import StoryError, Teller
from pathways.definition.limits import with_limits_divided_by
from pathways.definition.models import Network
from pathways.definition.reading import read_definitions
from pathways.errors import HandslagError
from pathways.operations.service import Operations
from pathways.settings import Settings, settings_from_environment
from pathways.store.database import open_engine
from pathways.store.schema import upgrade

LIMITS_DIVIDED_BY = 300
"""An answer within 30 minutes becomes one within 6 seconds."""

_DEFINITIONS = Path(__file__).parents[1] / "pathways"


def tell(*, stays: bool) -> int:
    """Run the demonstration; gives the exit status. With `stays`, it goes on until Ctrl-C after the story."""
    began = time.monotonic()
    folder = Path(os.environ.get("HANDSLAG_DATA_FOLDER", ".handslag")).absolute() / "demo"
    try:
        with stop_signals(), Processes(folder) as processes, Inbox(_print_letter) as inbox:
            _clear(folder)
            port = _port()
            settings = _settings(folder, port)
            environment = _environment(settings, folder)
            os.environ.update(environment)
            teller = _set_up(processes, settings, environment, inbox)
            say(f"[bold]Everything runs[/] after {time.monotonic() - began:.1f} s. Prefect UI: {_ui(settings)}")
            episode = _play(teller)
            _close(teller, episode, settings, time.monotonic() - began)
            if stays and episode is not None:
                _leave_one_waiting(teller, settings)
            while stays:
                processes.require_all()
                time.sleep(0.5)
            return 1 if teller.faults else 0
    except Stopped:
        say("\nStopped. Everything that was started has been stopped.")
        return 0


def _set_up(processes: Processes, settings: Settings, environment: Mapping[str, str], inbox: Inbox) -> Teller:
    say("Handslag's demonstration. The patient is made up, and nothing leaves this machine.")
    engine = open_engine(settings.database_url)
    upgrade(engine)
    pathways, networks = read_definitions(
        [_DEFINITIONS / "catalogue/jonkoping-palliative.yaml", _DEFINITIONS / "networks/jonkoping-demo.yaml"]
    )
    _write_contacts(settings, networks, inbox)
    service = Operations.opened(settings, engine)
    short = [with_limits_divided_by(pathway, LIMITS_DIVIDED_BY) for pathway in pathways]
    for published in service.publishing.apply(short, networks):
        say(f"Published: {published.name}")
    say("Starting the Prefect server; the first time this takes half a minute …")
    start_server(processes, settings, environment)
    start_worker(processes, settings, environment)
    deploy(service, environment)
    from flows.waking import Waker

    service = Operations.opened(settings, engine, Waker(settings, engine).wake)
    return Teller(service, inbox)


def _play(teller: Teller) -> str | None:
    try:
        return jonkoping_palliative.tell(teller)
    except (StoryError, HandslagError, TimeoutError):
        return None


def _close(teller: Teller, episode: str | None, settings: Settings, seconds: float) -> None:
    if episode is None:
        say("\n[bold red]The story broke off.[/] The logs are in the data folder: server.log and worker.log.")
        return
    say(f"\n[bold green]The story is told[/], in {seconds:.0f} s.")
    say(f"  Prefect UI:                   {_ui(settings)}")
    say(f"  The runs of this patient:     {_ui(settings)}/runs?tag={episode}")
    say(f"  Timeline of the episode:      {_ui(settings)}/artifacts/key/episode-{episode.lower()}")
    say(f"  What waits for whom:          {_ui(settings)}/artifacts/key/waiting")


def _leave_one_waiting(teller: Teller, settings: Settings) -> None:
    handover = jonkoping_palliative.leave_one_waiting(teller)
    say(f"\n[bold]Your turn.[/] Another handover, {handover}, waits for an answer. Open its run, press Resume, choose:")
    say(f"  {teller.run_page(handover, _ui(settings))}")
    say("Stop with Ctrl-C.")


def _print_letter(letter: Letter) -> None:
    recipient = letter.recipients[0].partition("@")[0]
    say(f"   [magenta]mail to {recipient}[/]: {letter.subject}")


def _settings(folder: Path, port: int) -> Settings:
    return settings_from_environment(
        is_demo=True,
        data_folder=folder,
        database_url=f"sqlite:///{folder / 'handslag.db'}",
        contacts_file=folder / "contacts.toml",
        prefect_api_url=f"http://127.0.0.1:{port}/api",
        link=f"http://127.0.0.1:{port}/runs?tag={{reference}}",
    )


def _environment(settings: Settings, folder: Path) -> Mapping[str, str]:
    given = {
        "HANDSLAG_IS_DEMO": "true",
        "HANDSLAG_DATA_FOLDER": str(folder),
        "HANDSLAG_DATABASE_URL": settings.database_url,
        "HANDSLAG_CONTACTS_FILE": str(settings.contacts_file),
        "HANDSLAG_PREFECT_API_URL": settings.prefect_api_url,
        "HANDSLAG_LINK": settings.link,
    }
    return {**given, **prefect_environment(settings, folder / "prefect")}


def _write_contacts(settings: Settings, networks: tuple[Network, ...], inbox: Inbox) -> None:
    secrets = [c.secret for network in networks for team in network.teams.values() for c in team.contacts]
    lines = [f'{name} = "{inbox.address(name.lower().replace("_", "-") + "@example.org")}"' for name in secrets]
    if settings.contacts_file is not None:
        settings.contacts_file.write_text("[contacts]\n" + "\n".join(lines) + "\n", encoding="utf-8")


def _port() -> int:
    """Prefect's usual port if it is free, so that its address is the known one; otherwise any free port."""
    import socket

    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", 4200))
        except OSError:
            return free_port()
    return 4200


def _clear(folder: Path) -> None:
    """Begin afresh: what an earlier demonstration kept would go on in the middle of this one."""
    for path in folder.glob("handslag.db*"):
        path.unlink()
    shutil.rmtree(folder / "prefect", ignore_errors=True)


def _ui(settings: Settings) -> str:
    return settings.prefect_api_url.removesuffix("/api")
