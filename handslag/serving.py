"""The desk's process: a web server on the operations, which wake flow runs. Started beside the Prefect server.

It also sends what waits in the outbox, and acts on limits while `watch` is silent: see `flows.upkeep`.
"""

import uvicorn

from flows.upkeep import Upkeep
from flows.waking import Waker
from handslag.connections import Connection, allow_files
from handslag.printing import say
from pathways.errors import HandslagError
from pathways.logs import write_to
from pathways.operations.service import Operations
from pathways.settings import Settings, settings_from_environment
from pathways.store.database import open_engine

_STOP_SECONDS = 5
_LARGEST_HEAD_BYTES = 32_768


def main() -> int:
    """Serve the desk until somebody stops the process; gives the exit status."""
    write_to()
    from desk.app import create_app  # what libraries warn of when they are imported goes into the log as well

    try:
        settings = settings_from_environment()
        engine = open_engine(settings.database_url)
        waker = Waker(settings, engine)
        service = Operations.opened(settings, engine, waker.wake)
        app = create_app(service)
    except HandslagError as error:
        say(str(error))
        return 1
    allow_files(settings.connections)
    with Upkeep(lambda: (service, waker)):
        uvicorn.run(
            app,
            host=settings.bind_host,
            port=settings.desk_port,
            log_config=None,
            log_level="warning",
            access_log=False,
            server_header=False,
            http=_limited(settings),
            h11_max_incomplete_event_size=_LARGEST_HEAD_BYTES,
            proxy_headers=bool(settings.proxies),
            forwarded_allow_ips=[str(network) for network in settings.proxies],
            timeout_graceful_shutdown=_STOP_SECONDS,
        )
    return 0


def _limited(settings: Settings) -> type[Connection]:
    """Connections with the limits of the settings."""

    class Limited(Connection):
        most, most_of_one, proxies = settings.connections, settings.connections_per_address, settings.proxies

    return Limited


if __name__ == "__main__":
    raise SystemExit(main())
