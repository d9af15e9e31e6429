"""Whose login an answer of the login service means: for whom it was made, how strongly, and whether proved. Pure."""

from collections.abc import Collection, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from pathways.access.users import is_hsa_id
from pathways.errors import Refused

_SUBJECT, _MAIL = "sub", "email"
_CLOCKS_DIFFER = 60
"""By how many seconds the clock of the login service may be ahead."""


def login_of(claims: Mapping[str, Any], *, claim: str, client: str, levels: Collection[str] = ()) -> str:
    """The login that the claims of an ID token name in `claim`.

    They must have been made for this `client` and, where `levels` are given, with one of these (`acr`). An HSA-id, and
    the subject, are the login service's own; an e-mail address counts only if the service has verified it. Raises
    Refused.
    """
    audience = claims.get("aud")
    if client not in ([audience] if isinstance(audience, str) else audience or ()):
        raise Refused("The answer of the login service was made for somebody else.", "Tell IT: its `aud` is another.")
    if levels and claims.get("acr") not in levels:
        raise Refused("You were not identified strongly enough.", "Sign in in another way; if there is none, tell IT.")
    login = claims.get(claim)
    if not isinstance(login, str):
        raise Refused("The login service did not say who you are.", "Tell IT: its answer has no {claim}.", claim=claim)
    if claim == _SUBJECT or is_hsa_id(login):
        return login
    if claims.get("email_verified") is not True or claims.get(_MAIL) != login:
        raise Refused(
            "The login service has not verified your e-mail address.", "Tell IT: `email_verified` is not true in it."
        )
    return login


def proved_at(claims: Mapping[str, Any], now: datetime, within: timedelta | None = None) -> datetime | None:
    """When the person proved who they are, as the claims say (`auth_time`); None where they do not.

    `within`: the login service was asked to let them prove it anew, which must be no longer ago. Raises Refused.
    """
    told = claims.get("auth_time")
    at = None
    if isinstance(told, int) and 0 < told <= now.timestamp() + _CLOCKS_DIFFER:
        at = min(datetime.fromtimestamp(told, UTC), now)
    if within is not None and (at is None or now - at > within):
        raise Refused(
            "The login service did not let you prove anew who you are.", "Tell IT: its `auth_time` is missing, or old."
        )
    return at
