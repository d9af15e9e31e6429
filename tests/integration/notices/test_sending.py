"""Sending notices to real receivers, good and bad."""

import logging
import threading
from pathlib import Path

import pytest
from notice_receivers import (
    HOST,
    Post,
    bell,
    dead_port,
    mail_server,
    own_certificate,
    silent_host,
    webhook,
)
from pydantic import SecretStr

from handslag.inbox import Inbox
from pathways.notices.guard import Leak, LeakCode, Place, inspect
from pathways.notices.sending import AppriseSender, NotSent, NotSentCode, Outcome, Sender, Sent
from pathways.notices.words import Words

WORDS = Words("Svar önskas: överlämning H7K2-QM4T", "En överlämning till er väntar på svar.\n\nSvara i dag kl. 16.45.")
TEAM = "team@example.org"
SECONDS = 10.0
A_MOMENT = 0.2

NOT_REACHED = NotSent(NotSentCode.NOT_REACHED, permanent=False)
TOO_SLOW = NotSent(NotSentCode.TOO_SLOW, permanent=False)
REFUSED = NotSent(NotSentCode.REFUSED, permanent=False)
NOT_TAKEN = NotSent(NotSentCode.NOT_TAKEN, permanent=False)
BAD_ADDRESS = NotSent(NotSentCode.BAD_ADDRESS, permanent=True)


def send(address: str, *, key: str = "notice-1", within: float = SECONDS) -> Outcome:
    sender: Sender = AppriseSender(timeout_seconds=within)
    return sender.send(WORDS, SecretStr(address), key)


def test_a_mail_arrives_in_plain_text_from_handslag_marked_as_automatic() -> None:
    with Inbox() as inbox:
        assert send(inbox.address(TEAM)) == Sent()
        letter = inbox.wait_for(lambda _: True, SECONDS)

    assert letter.recipients == (TEAM,)
    assert letter.subject == WORDS.subject
    assert letter.text.rstrip("\n") == WORDS.body
    assert letter.message.get_content_type() == "text/plain"
    assert letter.message["From"] == "Handslag <handslag@example.org>"
    assert letter.message["Auto-Submitted"] == "auto-generated"


def test_the_same_notice_has_the_same_message_id_and_another_has_another() -> None:
    sender = AppriseSender(SECONDS)
    with Inbox() as inbox:
        for key in ("palliative-team/1", "palliative-team/1", "palliative-team/2"):
            assert sender.send(WORDS, SecretStr(inbox.address(TEAM)), key) == Sent()
        first, again, other = (letter.message for letter in inbox.letters)

    assert first.get_all("Message-ID") == again.get_all("Message-ID")
    assert first["Message-ID"] == f"<{first['X-Handslag-Notice']}@example.org>"
    assert first["Message-ID"] != other["Message-ID"]
    assert "palliative" not in first.as_string()


def test_the_sender_is_handslag_whatever_the_address_says() -> None:
    with Inbox() as inbox:
        assert send(f"{inbox.address(TEAM)}&name=Palliativa+teamet&format=html&retry=3") == Sent()
        letter = inbox.wait_for(lambda _: True, SECONDS)

    assert letter.message["From"] == "Handslag <handslag@example.org>"
    assert letter.message.get_content_type() == "text/plain"


def test_the_sender_that_is_shown_can_be_looked_at_before_sending() -> None:
    sender = AppriseSender(SECONDS)

    shown = sender.shown_sender(SecretStr(f"mailto://{HOST}/?from=palliativ@example.org&to={TEAM}"))
    assert shown == "Handslag <palliativ@example.org>"
    assert inspect(Words("Hej", "Hej"), [], shown) == [Leak(LeakCode.REVEALING_WORD, Place.SENDER)]
    assert sender.shown_sender(SecretStr("json://host")) == "Handslag"


def test_many_threads_may_send_through_one_sender() -> None:
    sender = AppriseSender(SECONDS)
    with Inbox() as inbox:
        address = SecretStr(inbox.address(TEAM))
        threads = [threading.Thread(target=sender.send, args=(WORDS, address, f"notice-{n}")) for n in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        identities = {letter.message["Message-ID"] for letter in inbox.letters}

    assert len(identities) == 8


def test_a_refused_recipient_is_not_sent_but_may_be_tried_again() -> None:
    with Inbox() as inbox:
        inbox.refuse(TEAM)
        assert send(inbox.address(TEAM)) == REFUSED
        inbox.refuse()
        assert send(inbox.address(TEAM)) == Sent()


def test_one_refused_recipient_does_not_keep_the_notice_from_the_others() -> None:
    with Inbox() as inbox:
        inbox.refuse(TEAM)
        assert send(f"{inbox.address(TEAM)},second@example.org") == REFUSED
        assert [letter.recipients for letter in inbox.letters] == [("second@example.org",)]


def test_a_refused_copy_is_told_too() -> None:
    with Inbox() as inbox:
        inbox.refuse("copy@example.org")
        assert send(f"{inbox.address(TEAM)}&cc=copy@example.org") == REFUSED


def test_a_dead_host_is_not_reached() -> None:
    assert send(f"mailto://{HOST}:{dead_port()}/?from=handslag@example.org&to={TEAM}") == NOT_REACHED


def test_a_host_that_says_nothing_is_too_slow() -> None:
    with silent_host() as port:
        address = f"mailto://{HOST}:{port}/?from=handslag@example.org&to={TEAM}&cto=60&rto=60"
        assert send(address, within=A_MOMENT) == TOO_SLOW


def test_a_host_that_goes_silent_is_too_slow_and_its_late_taking_is_a_repeat() -> None:
    with Inbox() as inbox:
        inbox.hold()
        assert send(inbox.address(TEAM), within=A_MOMENT) == TOO_SLOW
        inbox.release()
        assert send(inbox.address(TEAM)) == Sent()
        identities = {letter.message["Message-ID"] for letter in inbox.letters}

    assert len(identities) == 1


@pytest.mark.parametrize(
    "address",
    [
        "",
        "nonsense",
        "foo://host",
        "mailto://",
        "mailto://[::1/",
        "mailto://host-without-sender",
        f"mailto://{HOST}/?from=handslag@example.org&to=not-an-address",
        f"mailto://{HOST}/?from=handslag@example.org&to={TEAM}&mode=unheard-of",
        "json://",
    ],
)
def test_a_bad_address_is_permanent(address: str) -> None:
    assert send(address) == BAD_ADDRESS


def test_an_encrypted_host_gets_the_login_and_the_notice(tmp_path: Path) -> None:
    post = Post()
    with mail_server(post, tls_context=own_certificate(tmp_path), authenticator=post.authenticate) as port:
        address = f"mailtos://user:right@{HOST}:{port}/?from=handslag@example.org&to={TEAM}&mode=starttls&verify=no"
        assert send(address) == Sent()

    assert post.passwords.get() == b"right"
    assert b"Auto-Submitted" in post.texts.get()


def test_a_wrong_password_is_refused(tmp_path: Path) -> None:
    post = Post()
    with mail_server(post, tls_context=own_certificate(tmp_path), authenticator=post.authenticate) as port:
        address = f"mailtos://user:wrong@{HOST}:{port}/?from=handslag@example.org&to={TEAM}&mode=starttls&verify=no"
        assert send(address) == REFUSED

    assert post.texts.empty()


def test_a_host_encrypted_from_the_start_gets_the_notice(tmp_path: Path) -> None:
    post = Post()
    with mail_server(post, ssl_context=own_certificate(tmp_path)) as port:
        address = f"mailtos://{HOST}:{port}/?from=handslag@example.org&to={TEAM}&mode=ssl"
        assert send(f"{address}&verify=no") == Sent()
        assert send(address) == NOT_REACHED  # nobody vouches for its certificate


def test_a_host_without_the_encryption_asked_for_gets_nothing() -> None:
    post = Post()
    with mail_server(post) as port:
        address = f"mailtos://{HOST}:{port}/?from=handslag@example.org&to={TEAM}&mode=starttls"
        assert send(address) == NOT_TAKEN

    assert post.texts.empty()


def test_a_webhook_gets_the_words_and_the_notices_identity() -> None:
    with webhook() as hook:
        assert send(hook.address) == Sent()
        request = hook.requests.get()

    assert request.path == "/secret-path"
    assert request.content["title"] == WORDS.subject
    assert request.content["message"] == WORDS.body
    assert request.content["notice"] == request.headers["x-handslag-notice"]


def test_a_webhook_that_fails_has_not_taken_it() -> None:
    with webhook(status=500) as hook:
        assert send(f"{hook.address}?optional=yes") == NOT_TAKEN


def test_a_dead_webhook_has_not_taken_it() -> None:
    assert send(f"json://{HOST}:{dead_port()}/") == NOT_TAKEN


def test_a_slow_webhook_is_given_up() -> None:
    with webhook() as hook:
        hook.may_answer.clear()
        assert send(hook.address, within=A_MOMENT) == TOO_SLOW


def test_a_service_without_headers_gets_the_words() -> None:
    with bell() as rung:
        assert send("bell://tower") == Sent()

    assert rung == [(WORDS.subject, WORDS.body)]


def test_a_service_that_breaks_has_not_taken_it() -> None:
    with bell():
        assert send("bell://cracked") == NOT_TAKEN


def test_no_log_line_holds_the_address(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(1)
    for name in ("apprise", "urllib3.connectionpool"):
        caplog.set_level(1, logger=name)
    with webhook(status=500) as hook:
        send(hook.address)
        send("json://user:hush-hush@")
        send(f"mailto://user:hush-hush@{HOST}:{dead_port()}/?from=handslag@example.org&to={TEAM}")

    assert "hush-hush" not in caplog.text
    assert "secret-path" not in caplog.text
    assert TEAM not in caplog.text


def test_what_others_log_through_apprise_is_kept(caplog: pytest.LogCaptureFixture) -> None:
    AppriseSender(SECONDS)
    logging.getLogger("apprise").warning("somebody else's")

    assert "somebody else's" in caplog.text
