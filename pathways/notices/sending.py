"""Owns the sending of one notice to one address through Apprise, within a bounded time and without a trace of secrets.

An address holds a password and names a receiver. Apprise and urllib3 write both to their logs: what they log in a
thread that sends a notice is dropped. Apprise is asked only whether it went well; it never raises for a bad host.
"""

import copy
import hashlib
import logging
import threading
from functools import lru_cache
from queue import SimpleQueue

import apprise
from apprise import NotifyBase, NotifyFormat
from apprise.plugins import url_to_dict
from pydantic import SecretStr

from pathways.notices.guard import SENDER
from pathways.notices.mail import SCHEMAS, NoticeMail
from pathways.notices.outcomes import NotSent, NotSentCode, Outcome, Sender, Sent
from pathways.notices.words import Words

__all__ = ["AppriseSender", "NotSent", "NotSentCode", "Outcome", "Sender", "Sent"]

_LOGGERS_THAT_QUOTE = ("apprise", "urllib3.connectionpool", "urllib3.util.retry")
_ASSET = apprise.AppriseAsset(app_id=SENDER, app_desc=SENDER, app_url="", async_mode=False)
_THREAD = "handslag-notice"
_BAD_ADDRESS = NotSent(NotSentCode.BAD_ADDRESS, permanent=True)


class _OutsideOfSending(logging.Filter):
    """Lets log records through that were not written while a notice was being sent."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Whether to keep the record."""
        return record.threadName != _THREAD


_OUTSIDE_OF_SENDING = _OutsideOfSending()


class AppriseSender:
    """Sends notices to Apprise addresses. One may be shared by all threads.

    `timeout_seconds` bounds a whole sending, whatever the host does. An attempt that was given up may still be taken
    by a host that had the message already: then the next attempt is a repeat, with the same identity.
    """

    def __init__(self, timeout_seconds: float) -> None:
        self._timeout_seconds = timeout_seconds
        self._service = lru_cache(maxsize=256)(self._read)
        for name in _LOGGERS_THAT_QUOTE:
            logging.getLogger(name).addFilter(_OUTSIDE_OF_SENDING)

    def send(self, words: Words, address: SecretStr, notice_key: str) -> Outcome:
        """Send `words` to the Apprise URL `address`, and say how it went.

        Mail carries `Message-ID: <…>` and `X-Handslag-Notice`, a webhook a header `X-Handslag-Notice` and a field
        `notice`: all made from a hash of `notice_key`, so that they repeat when it does and tell nothing.
        A bad address is permanent; a host that is dead, slow or says no is not.
        """
        given_up = threading.Event()
        outcomes: SimpleQueue[Outcome] = SimpleQueue()

        def attempt() -> None:
            try:
                outcomes.put(self._attempt(words, address, notice_key, given_up))
            except Exception:  # noqa: BLE001 - a service's own fault, and its text could hold the address
                outcomes.put(NotSent(NotSentCode.NOT_TAKEN, permanent=False))

        thread = threading.Thread(target=attempt, name=_THREAD, daemon=True)
        thread.start()
        thread.join(self._timeout_seconds)
        if outcomes.empty():
            given_up.set()
            return NotSent(NotSentCode.TOO_SLOW, permanent=False)
        return outcomes.get()

    def shown_sender(self, address: SecretStr) -> str:
        """The sender that a reader at `address` sees, for the guard to look at: `Handslag`, with an address in mail."""
        service = self._service(address)
        return f"{SENDER} <{service.sender_address}>" if isinstance(service, NoticeMail) else SENDER

    def _attempt(self, words: Words, address: SecretStr, notice_key: str, given_up: threading.Event) -> Outcome:
        """Send with a copy of the address's service: a copy has its own headers, and no memory to throttle by."""
        service = self._service(address)
        if service is None:
            return _BAD_ADDRESS
        courier = copy.copy(service)
        _mark(courier, hashlib.sha256(notice_key.encode()).hexdigest()[:32], given_up)
        post = apprise.Apprise(courier, asset=_ASSET)
        if post.notify(title=words.subject, body=words.body, body_format=NotifyFormat.TEXT):
            return Sent()
        why = courier.failure if isinstance(courier, NoticeMail) else None
        return NotSent(why or NotSentCode.NOT_TAKEN, permanent=False)

    def _read(self, address: SecretStr) -> NotifyBase | None:
        """The service that an address means, or None. What it says of timeouts and trying again is ours to decide."""
        service = _mail(address) if _schema(address) in SCHEMAS else _other_service(address)
        if service is not None:
            service.socket_connect_timeout = service.socket_read_timeout = self._timeout_seconds
            service.retry = 0
            service.optional = False  # it would call a failure a success
        return service


def _schema(address: SecretStr) -> str:
    """What stands before `://`, in lower case."""
    return address.get_secret_value().partition("://")[0].strip().lower()


def _mail(address: SecretStr) -> NoticeMail | None:
    """A mail address, or None. Read here, for Apprise would first load a hundred services that are not mail."""
    facts = NoticeMail.parse_url(address.get_secret_value())  # type: ignore[no-untyped-call]  # apprise is typed in part
    if not facts:
        return None
    try:
        mail = NoticeMail(**{**facts, "format": "text", "asset": _ASSET})  # type: ignore[no-untyped-call]  # as above
    except TypeError:  # how Apprise says that there is no sender in it
        return None
    mail.from_addr = [SENDER, mail.sender_address]
    return mail if mail.targets else None


def _other_service(address: SecretStr) -> NotifyBase | None:
    """The service of any other address, or None."""
    facts = url_to_dict(address.get_secret_value())  # type: ignore[no-untyped-call]  # as above
    return apprise.Apprise.instantiate(facts, asset=_ASSET) if facts else None


def _mark(courier: NotifyBase, notice_id: str, given_up: threading.Event) -> None:
    """Give a copy of a service the identity of the one notice that it is to send."""
    if isinstance(courier, NoticeMail):
        courier.notice_id, courier.given_up = notice_id, given_up
        return
    for name, key in (("headers", "X-Handslag-Notice"), ("payload_extras", "notice")):
        own = getattr(courier, name, None)
        if isinstance(own, dict):
            setattr(courier, name, {**own, key: notice_id})
