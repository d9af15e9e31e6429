"""The Prefect server's REST API over plain HTTP, tried again while the server is busy.

Plain HTTP and not Prefect's client, because the command line uses it too and importing Prefect takes two seconds.
"""

import time
from typing import Any

import httpx

from pathways.errors import Failed
from pathways.settings import Settings

_FIRST_PAUSE_SECONDS = 0.05
_BUSY = (httpx.codes.SERVICE_UNAVAILABLE, httpx.codes.TOO_MANY_REQUESTS)


class PrefectApi:
    """One kept connection to the server that the settings name.

    `patience_seconds`: how long one request is tried, a busy or slow server included. SQLite's server is busy for
    moments, seldom for seconds.
    """

    def __init__(self, settings: Settings, *, patience_seconds: float = 15) -> None:
        self._patience_seconds = patience_seconds
        user, _, password = settings.prefect_api_auth.get_secret_value().partition(":")
        self._client = httpx.Client(
            base_url=settings.prefect_api_url,
            timeout=patience_seconds,
            auth=(user, password) if user else None,
        )

    def ask(self, method: str, path: str, body: Any = None) -> Any:
        """The server's answer as data, or None for what it does not have (404). Raises Failed for everything else.

        A busy server is asked again a few times: so a request that creates something must carry a key that makes
        asking twice harmless.
        """
        try:
            answer = self._asked(method, path, body)
            if answer.status_code == httpx.codes.NOT_FOUND:
                return None
            answer.raise_for_status()
            return answer.json() if answer.content else {}
        except (httpx.HTTPError, ValueError) as error:
            raise Failed(
                f"The Prefect server does not do what was asked ({type(error).__name__}).",
                "Look at it with: handslag doctor.",
            ) from error

    def _asked(self, method: str, path: str, body: Any) -> httpx.Response:
        until = time.monotonic() + self._patience_seconds
        pause_seconds = _FIRST_PAUSE_SECONDS
        while True:
            answer = self._client.request(method, path, json=body)
            if answer.status_code not in _BUSY or time.monotonic() + pause_seconds > until:
                return answer
            time.sleep(pause_seconds)
            pause_seconds *= 2
