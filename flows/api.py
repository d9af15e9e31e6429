"""The Prefect server's REST API over plain HTTP, tried again while the server is busy.

Plain HTTP and not Prefect's client, because the command line uses it too and importing Prefect takes two seconds.
"""

import time
from typing import Any

import httpx

from pathways.errors import Failed
from pathways.settings import Settings

_TIMEOUT_SECONDS = 5.0
_PAUSES_SECONDS = (0.05, 0.1, 0.2, 0.4, 0.8, 1.6, 3.2)  # SQLite's server is busy for moments, seldom for seconds
_BUSY = (httpx.codes.SERVICE_UNAVAILABLE, httpx.codes.TOO_MANY_REQUESTS)


class PrefectApi:
    """One kept connection to the server that the settings name."""

    def __init__(self, settings: Settings) -> None:
        user, _, password = settings.prefect_api_auth.get_secret_value().partition(":")
        self._client = httpx.Client(
            base_url=settings.prefect_api_url,
            timeout=_TIMEOUT_SECONDS,
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
        for pause_seconds in _PAUSES_SECONDS:
            answer = self._client.request(method, path, json=body)
            if answer.status_code not in _BUSY:
                return answer
            time.sleep(pause_seconds)
        return self._client.request(method, path, json=body)
