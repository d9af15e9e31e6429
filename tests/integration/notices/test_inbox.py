"""The built-in inbox itself."""

import smtplib
import threading
from email.message import EmailMessage

import pytest

from handslag.inbox import HOST, Inbox, Letter

SECONDS = 10.0


def post(inbox: Inbox, *subjects: str | None) -> None:
    with smtplib.SMTP(HOST, inbox.port) as server:
        for subject in subjects:
            message = EmailMessage()
            if subject is not None:
                message["Subject"] = subject
            message.set_content("Hej å hå")
            server.send_message(message, "handslag@example.org", ["team@example.org"])


def test_whoever_waits_for_a_letter_gets_it_when_it_comes() -> None:
    with Inbox() as inbox:
        posting = threading.Thread(target=post, args=(inbox, "first", "second"))
        posting.start()
        letter = inbox.wait_for(lambda letter: letter.subject == "second", SECONDS)
        posting.join()

    assert letter.sender == "handslag@example.org"
    assert letter.text == "Hej å hå\n"
    assert [letter.subject for letter in inbox.letters] == ["first", "second"]


def test_waiting_for_a_letter_that_never_comes_ends() -> None:
    with Inbox() as inbox, pytest.raises(TimeoutError, match="No such letter came"):
        inbox.wait_for(lambda _: True, 0.01)


def test_each_letter_is_told_as_it_arrives() -> None:
    told: list[Letter] = []
    with Inbox(told.append) as inbox:
        post(inbox, None)

    assert [letter.subject for letter in told] == [""]
    assert told == list(inbox.letters)


def test_a_letter_without_plain_text_reads_as_empty() -> None:
    message = EmailMessage()
    message.set_content("<p>Hej</p>", subtype="html")

    assert Letter("", (), message).text == ""


def test_a_port_in_use_is_told_at_once_and_stopping_twice_does_no_harm() -> None:
    with Inbox() as inbox:
        second = Inbox(port=inbox.port)
        with pytest.raises(OSError, match="in use"):
            second.start()
        second.stop()
    inbox.stop()


def test_waiting_for_a_letter_to_be_held_back_ends_too() -> None:
    with Inbox() as inbox, pytest.raises(TimeoutError, match="held back"):
        inbox.wait_until_holding(0.01)


def test_it_stops_while_it_holds_a_letter_back() -> None:
    with Inbox() as inbox:
        inbox.hold()
        refusals: list[Exception] = []
        thread = threading.Thread(target=lambda: _note_failure(inbox, refusals))
        thread.start()
        inbox.wait_until_holding(SECONDS)
    thread.join()

    assert len(refusals) == 1
    assert not inbox.letters


def _note_failure(inbox: Inbox, refusals: list[Exception]) -> None:
    try:
        post(inbox, "never")
    except smtplib.SMTPException as error:
        refusals.append(error)
