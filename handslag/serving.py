"""The desk's process: a web server on the operations, which wake flow runs. Started beside the Prefect server."""

import uvicorn

from flows.waking import Waker
from handslag.printing import say
from pathways.errors import HandslagError
from pathways.logs import write_to
from pathways.operations.service import Operations
from pathways.settings import settings_from_environment
from pathways.store.database import open_engine

_STOP_SECONDS = 5


def main() -> int:
    """Serve the desk until somebody stops the process; gives the exit status."""
    write_to()
    from desk.app import create_app  # what libraries warn of when they are imported goes into the log as well

    try:
        settings = settings_from_environment()
        engine = open_engine(settings.database_url)
        service = Operations.opened(settings, engine, Waker(settings, engine).wake)
        app = create_app(service)
    except HandslagError as error:
        say(str(error))
        return 1
    uvicorn.run(
        app,
        host=settings.bind_host,
        port=settings.desk_port,
        log_config=None,
        log_level="warning",
        access_log=False,
        server_header=False,
        proxy_headers=True,
        timeout_graceful_shutdown=_STOP_SECONDS,
    )
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
