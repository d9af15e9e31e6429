"""Tells whoever looks after Handslag what keeps notices from leaving: once, then ever more seldom, and when it is over.

It goes to a contact of its own, over a channel that the notices of care should not rest on. Counts, codes and times;
never a patient, a reference, a team or an address.
"""

import logging
from collections.abc import Sequence

from sqlalchemy import Engine

from pathways.clock import Clock
from pathways.notices.contacts import Contacts
from pathways.notices.outcomes import NotSent, Sender
from pathways.notices.words import Words
from pathways.store.incidents import DEAD_LETTERS, Incident
from pathways.store.unit_of_work import UnitOfWork

_log = logging.getLogger("handslag.notices")


class Incidents:
    """Looks after incidents on one database. `contact`: the secret name of whom to tell; empty, nobody."""

    def __init__(self, engine: Engine, contacts: Contacts, contact: str, sender: Sender, clock: Clock) -> None:
        self._engine = engine
        self._contacts = contacts
        self._contact = contact
        self._sender = sender
        self._clock = clock

    def open(self) -> Sequence[Incident]:
        """Those that are not over, the oldest first."""
        with UnitOfWork(self._engine, writes=False) as work:
            return work.incidents.open()

    def report(self) -> Sequence[Incident]:
        """Report what is to be reported now, and give it. Each report is taken by one process and tried once."""
        with UnitOfWork(self._engine) as work:
            work.incidents.settle(self._clock())
            reports = work.incidents.take_reports(self._clock())
            work.commit()
        for incident in reports:
            self._tell(incident)
        return reports

    def _tell(self, incident: Incident) -> None:
        words = words_of(incident)
        _log.error("%s %s", words.subject, words.body)
        if not self._contact:
            return
        address = self._contacts.address(self._contact)
        key = f"incident/{incident.key}/{incident.began_at.isoformat()}/{incident.reports}/{incident.over_at is None}"
        outcome = address if isinstance(address, NotSent) else self._sender.send(words, address, key)
        if isinstance(outcome, NotSent):
            _log.error("HANDSLAG_ALERT_CONTACT was not told (%s). Look with: handslag doctor.", outcome.code)


def words_of(incident: Incident) -> Words:
    """What is told of an incident, in English as all that is for those who look after machines."""
    since = f"{incident.began_at:%Y-%m-%d %H:%M} UTC"
    if incident.key == DEAD_LETTERS:
        began = (
            f"Since {since} {incident.notices} notices have reached nobody. Ring the teams, mend their contacts, and "
        )
        text = f"{began}send them again: handslag notices --dead."
        over = f"The notices that had reached nobody since {since} have been sent or are no longer wanted."
    else:
        text = f"Since {since} a channel takes no notices ({incident.code}); {incident.notices} wait for it. "
        text += "Look at its host, and meanwhile let teams ring each other: handslag notices."
        over = f"The channel that took no notices since {since} takes them again, or nothing waits for it."
    if incident.over_at is not None:
        return Words("Handslag: notices leave again", over)
    return Words("Handslag: notices do not leave", text)
