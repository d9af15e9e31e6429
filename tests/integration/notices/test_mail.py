"""The mail service by itself: what it says of why a notice was not taken, and that it stops when it is told."""

import threading

from notice_receivers import silent_host

from handslag.inbox import HOST, Inbox
from pathways.notices.mail import NoticeMail
from pathways.notices.outcomes import NotSentCode

A_MOMENT = 0.1


def mail_to(address: str) -> NoticeMail:
    facts = NoticeMail.parse_url(f"{address}&cto={A_MOMENT}")  # type: ignore[no-untyped-call]  # apprise is typed in part
    return NoticeMail(**facts)  # type: ignore[no-untyped-call]  # as above


def test_once_given_up_nothing_is_handed_over() -> None:
    with Inbox() as inbox:
        mail = mail_to(inbox.address("team@example.org"))
        mail.given_up = threading.Event()
        mail.given_up.set()

        assert not mail.send("Hej", "Ett ärende")
        assert not inbox.letters
    assert mail.failure is NotSentCode.TOO_SLOW


def test_a_silence_is_told_from_a_hang_up() -> None:
    with silent_host() as port:
        mail = mail_to(f"mailto://{HOST}:{port}/?from=handslag@example.org")

        assert not mail.send("Hej", "Ett ärende")
    assert mail.failure is NotSentCode.TOO_SLOW
