"""Owns what a sending can end in, and what whoever sends must be able to do. It imports no outside service."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from pydantic import SecretStr

from pathways.notices.words import Words


class NotSentCode(StrEnum):
    """Why a notice was not sent. It is stored and shown, and says nothing of the address."""

    NO_ADDRESS = "no-address"  # nobody has said what the contact's secret name stands for
    BAD_ADDRESS = "bad-address"  # the address is not one that can be sent to
    NO_WORDS = "no-words"  # its text is missing or faulty, or the vault's key is
    NOT_REACHED = "not-reached"  # the host is dead, unknown or hung up
    TOO_SLOW = "too-slow"  # no answer within the time given
    REFUSED = "refused"  # the host answered, and would not take the message
    NOT_TAKEN = "not-taken"  # the service did not take it, and there is no telling why


AWAY = frozenset({NotSentCode.NOT_REACHED, NotSentCode.TOO_SLOW})
"""The codes that say nothing of a notice or its contact, but that the channel is away."""


@dataclass(frozen=True)
class Sent:
    """The service took the message. Whether anyone has seen it is another matter."""


@dataclass(frozen=True)
class NotSent:
    """The service did not take the message. `permanent`: trying again is useless until someone mends the address."""

    code: NotSentCode
    permanent: bool


Outcome = Sent | NotSent


class Sender(Protocol):
    """Whoever can send a notice."""

    def send(self, words: Words, address: SecretStr, notice_key: str) -> Outcome:
        """Send `words` to one address, and say how it went; never raises for what the world does.

        `notice_key` is the notice's own unique key: sending it again gives the same message identity, so that the
        receiving system can see the repeat.
        """
        ...

    def shown_sender(self, address: SecretStr) -> str:
        """Name and address that the reader will see as the sender, for the guard to look at."""
        ...
