"""Tells one channel from another: all addresses that rest on the same host are away together and come back together."""

from hashlib import sha256
from urllib.parse import parse_qs, urlsplit

from pydantic import SecretStr


def channel_of(address: SecretStr) -> str:
    """A hash of the service and host of an Apprise address, the same for all that rest on them. It tells neither."""
    plain = address.get_secret_value()
    try:
        parts = urlsplit(plain)
        (host,) = parse_qs(parts.query).get("smtp", [parts.netloc.rpartition("@")[2]])[:1]
        plain = f"{parts.scheme}://{host}".lower()
    except ValueError:  # no address of this form: a channel for itself
        pass
    return sha256(plain.encode("utf-8", "surrogatepass")).hexdigest()[:16]
