"""Running Handslag: the database up to date, the Prefect server, the desk, the deployments and the resident worker."""

import asyncio
import os
import time
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urlsplit

from pydantic import SecretStr

from handslag.log_files import LogLimits
from handslag.printing import say
from handslag.processes import Processes, Stopped, python, stop_signals
from pathways.operations.at_rest import sealing_engine
from pathways.operations.service import Operations
from pathways.server_secrets import keep_secret
from pathways.settings import PREFIX, Settings
from pathways.store.schema import upgrade

_SERVER_READY_SECONDS = 120
_USUAL_PORT = 4200
_QUIET = {
    "DO_NOT_TRACK": "1",
    "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
    "PREFECT_LOGGING_LEVEL": "WARNING",
    "PREFECT_LOGGING_SERVER_LEVEL": "WARNING",
    "PREFECT_SERVER_UI_SHOW_PROMOTIONAL_CONTENT": "false",
    "PREFECT_CLI_WRAP_LINES": "false",
    "PREFECT_SERVER_SERVICES_DB_VACUUM_ENABLED": "events,flow_runs",  # ended runs and their logs: kept for 90 days
}


def prefect_environment(settings: Settings, home: Path) -> Mapping[str, str]:
    """The environment of the Prefect server, its clients and the worker: nothing of it leaves this machine."""
    auth = settings.prefect_api_auth.get_secret_value()
    environment = {
        **_QUIET,
        "PREFECT_HOME": str(home),
        "PREFECT_API_URL": settings.prefect_api_url,
        "PREFECT_SERVER_CORS_ALLOWED_ORIGINS": settings.prefect_api_url.removesuffix("/api"),  # its own UI alone
    }
    if auth:
        environment |= {"PREFECT_API_AUTH_STRING": auth, "PREFECT_SERVER_API_AUTH_STRING": auth}
    return environment


def start_server(processes: Processes, settings: Settings, environment: Mapping[str, str]) -> None:
    """Start the Prefect server on the host and port of the settings, and wait until it answers.

    It needs nothing of Handslag's own settings, the keys among them, and gets none of them.
    """
    port = urlsplit(settings.prefect_api_url).port or _USUAL_PORT
    command = python("-m", "flows.resident.server", "--host", settings.bind_host, "--port", str(port))
    processes.start("server", command, environment, without=PREFIX)
    processes.wait_for("server", f"{settings.prefect_api_url}/health", _SERVER_READY_SECONDS)


def start_desk(processes: Processes, settings: Settings, environment: Mapping[str, str]) -> None:
    """Start the desk on the host and port of the settings, and wait until it answers."""
    processes.start("desk", python("-m", "handslag.serving"), environment)
    processes.wait_for("desk", f"{settings.desk_url}/static/desk.css", _SERVER_READY_SECONDS)


def start_worker(
    processes: Processes, settings: Settings, environment: Mapping[str, str], name: str = "worker"
) -> None:
    """Start a resident worker on the work pool of the settings."""
    command = python("-m", "prefect", "worker", "start", "--type", "handslag-resident", "--pool", settings.work_pool)
    processes.start(name, [*command, "--name", f"handslag-{name}"], environment)


def deploy(service: Operations, environment: Mapping[str, str]) -> None:
    """Put the deployments and automations on the server, with the published pathways and networks as choices."""
    os.environ.update(environment)
    from flows import automations, deploying  # imports Prefect, which reads its environment then

    pathways, networks = service.publishing.published()
    asyncio.run(deploying.deploy(service.settings.work_pool, pathways, networks))
    if not asyncio.run(automations.declare(service.settings.alert_block)):
        say("Nobody is told when watch stops: the Prefect server has no block of the name in HANDSLAG_ALERT_BLOCK.")


def _with_secret(settings: Settings) -> Settings:
    """The settings with a secret of the Prefect server; a demonstration goes without, unless it was given one."""
    if settings.is_demo or settings.prefect_api_auth.get_secret_value():
        return settings
    return settings.model_copy(update={"prefect_api_auth": SecretStr(keep_secret(settings.data_folder))})


def run_until_stopped(settings: Settings) -> int:
    """What an adopter runs: everything that Handslag needs, until Ctrl-C or SIGTERM. Gives the exit status."""
    logs = LogLimits.of(settings.log_megabytes, settings.log_files)
    try:
        with stop_signals(), Processes(settings.data_folder, logs) as processes:
            settings = _with_secret(settings)
            environment = prefect_environment(settings, settings.data_folder / "prefect")
            engine = sealing_engine(settings)
            upgrade(engine)
            say("The database is up to date. Starting the Prefect server …")
            start_server(processes, settings, environment)
            start_desk(processes, settings, environment)
            start_worker(processes, settings, environment)
            deploy(Operations.opened(settings, engine), environment)
            say(f"Handslag runs. Desk: {settings.desk_url}")
            say(f"Prefect UI: {settings.prefect_api_url.removesuffix('/api')}  Stop with Ctrl-C.")
            if not settings.is_demo:
                say("It asks for a password: HANDSLAG_PREFECT_API_AUTH, or that of prefect.env in the data folder.")
            while True:
                processes.require_all()
                time.sleep(1)
    except Stopped:
        say("Handslag has stopped.")
        return 0
