"""Whose login an answer of the login service means: for whom it was made, how strongly, and whether proved. Pure."""

from collections.abc import Collection, Mapping
from typing import Any

from pathways.access.users import is_hsa_id
from pathways.errors import Refused

_SUBJECT, _MAIL = "sub", "email"


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
