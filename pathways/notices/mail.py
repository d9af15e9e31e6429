"""Owns how a notice travels as e-mail: Apprise's mail service, made to say why it failed and to keep a stable identity.

Apprise gives every message a new Message-ID, answers only yes or no, and reads the certificate store anew for each
message, encrypted or not (30 ms). `NoticeMail` keeps its reading of addresses, its messages and its settings, and
holds the SMTP conversation itself.
"""

import contextlib
import re
import smtplib
import socket
import ssl
from collections.abc import Callable, Iterator
from functools import lru_cache, partial
from threading import Event
from typing import Any

from apprise import NotifyFormat, NotifyType
from apprise.plugins.email import AppriseEmailException, EmailMessage, NotifyEmail, SecureMailMode

from pathways.notices.outcomes import NotSentCode

SCHEMAS = (NotifyEmail.protocol, NotifyEmail.secure_protocol)
"""How an address that means e-mail begins: `mailto`, `mailtos`."""

_MESSAGE_ID = re.compile(r"^Message-ID:.*(?:\n[ \t].*)*", re.MULTILINE | re.IGNORECASE)
_ANSWERED_NO = (smtplib.SMTPResponseException, smtplib.SMTPRecipientsRefused)
_NEVER_SENT: Event = Event()


class NoticeMail(NotifyEmail):  # type: ignore[no-untyped-call]  # apprise is typed in part
    """One mail address. A copy of it, with `notice_id` and `given_up` set, sends one notice.

    After `send` has answered False, `failure` says why. Once `given_up` is set, nothing more is handed to the host.
    """

    notify_format = NotifyFormat.TEXT
    notice_id: str = ""
    given_up: Event = _NEVER_SENT
    failure: NotSentCode | None = None

    def send(
        self, body: str, title: str = "", notify_type: NotifyType = NotifyType.INFO, attach: None = None, **kwargs: Any
    ) -> bool:
        """Send one text to every recipient of the address; True once the host has taken all of them."""
        try:
            with self._conversation() as host:
                for message in self._messages(body, title):
                    self.failure = self._hand_over(host, message) or self.failure
        except (OSError, AppriseEmailException) as error:
            self.failure = _why(error)
        return self.failure is None

    @property
    def sender_address(self) -> str:
        """The address that the mail comes from."""
        return str(self.from_addr[1])

    @contextlib.contextmanager
    def _conversation(self) -> Iterator[smtplib.SMTP]:
        """An open conversation with the host, encrypted and logged in as the address says."""
        if self.secure_mode == SecureMailMode.SSL:
            connect: Callable[..., smtplib.SMTP] = partial(smtplib.SMTP_SSL, context=_tls(self.verify_certificate))
        else:
            connect = smtplib.SMTP
        host = connect(str(self.smtp_host), int(self.port or 0), _own_name(), timeout=self.socket_connect_timeout)
        try:
            if self.secure_mode == SecureMailMode.STARTTLS:
                host.starttls(context=_tls(self.verify_certificate))
            if self.user and self.password:
                host.login(self.user, self.password)
            yield host
            with contextlib.suppress(OSError):
                host.putcmd("quit")  # and no waiting for the goodbye: it can no longer change what was taken
        finally:
            host.close()

    def _hand_over(self, host: smtplib.SMTP, message: EmailMessage) -> NotSentCode | None:
        """Give the host one message; None if it took it for all its recipients. The other messages do not suffer."""
        if self.given_up.is_set():
            return NotSentCode.TOO_SLOW
        try:
            refused = host.sendmail(self.sender_address, message.to_addrs, self._with_stable_identity(message.body))
        except OSError as error:  # smtplib's own are OSErrors too
            return _why(error)
        return NotSentCode.REFUSED if refused else None

    def _messages(self, body: str, title: str) -> Iterator[EmailMessage]:
        """Apprise's messages for this text, one for each recipient."""
        messages: Iterator[EmailMessage] = self.prepare_emails(
            subject=title,
            body=body,
            notify_format=self.notify_format,
            from_addr=self.from_addr,
            to=self.targets,
            cc=self.cc,
            bcc=self.bcc,
            reply_to=self.reply_to,
            smtp_host=self.smtp_host,
            headers={**self.headers, "Auto-Submitted": "auto-generated", "X-Handslag-Notice": self.notice_id},
            names=self.names,
            pgp=self.pgp,
            pgp_mode=self.pgp_mode,
            tzinfo=self.tzinfo,
        )
        return messages

    def _with_stable_identity(self, message: str) -> str:
        """The message with a Message-ID that is the same each time. The body stays byte for byte: it may be signed."""
        head, gap, rest = message.partition("\n\n")
        domain = self.sender_address.rpartition("@")[2]
        return _MESSAGE_ID.sub(f"Message-ID: <{self.notice_id}@{domain}>", head) + gap + rest


def _why(error: Exception) -> NotSentCode:
    """What an error of the conversation means. smtplib hides a timeout behind "disconnected"."""
    if isinstance(error, _ANSWERED_NO):
        return NotSentCode.REFUSED
    if isinstance(error, TimeoutError) or isinstance(error.__context__, TimeoutError):
        return NotSentCode.TOO_SLOW
    if isinstance(error, smtplib.SMTPServerDisconnected) or not isinstance(error, smtplib.SMTPException):
        return NotSentCode.NOT_REACHED
    return NotSentCode.NOT_TAKEN


@lru_cache(maxsize=2)
def _tls(is_verified: bool) -> ssl.SSLContext:
    """The TLS settings, read from the certificate store once. Safe across threads."""
    context = ssl.create_default_context()
    if not is_verified:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    return context


@lru_cache(maxsize=1)
def _own_name() -> str:
    """This machine's name as the host is greeted with it. Asked for once: a name server may be slow."""
    return socket.getfqdn()
