"""Erasing by rule: what of a network's record is old enough, and its erasing, one episode after the other."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Engine

from pathways.care.actors import SYSTEM
from pathways.care.commands import EraseRecord
from pathways.care.decisions import decide
from pathways.care.erasing import erased_before, retention_of
from pathways.care.recording import Context
from pathways.clock import Clock
from pathways.errors import Failed, Refused
from pathways.operations.audit import Reviewer
from pathways.people.vault import Vault
from pathways.store.schema import OF_KEYS_AND_PEOPLE, wipe
from pathways.store.unit_of_work import UnitOfWork


@dataclass(frozen=True)
class Erasable:
    """An episode whose record is old enough to be erased, with the time of its last entry."""

    episode: str
    last_entry_at: datetime


class Erasing:
    """Erases the records that the rule of their network no longer has kept."""

    def __init__(self, engine: Engine, vault: Vault, clock: Clock) -> None:
        self._engine = engine
        self._vault = vault
        self._clock = clock

    def erasable(self, network: str) -> Sequence[Erasable]:
        """What of a network may be erased now, the oldest first. Raises NotFound, and Refused without a rule."""
        with UnitOfWork(self._engine, writes=False) as work:
            before = erased_before(work.definitions.network(network), self._clock())
            return [Erasable(*each) for each in work.episodes.over_since(network, before)]

    def erase(self, network: str, reviewer: Reviewer, keep: Collection[str] = ()) -> Sequence[str]:
        """Erase what may be, but for `keep`; gives the references of the episodes. May be broken off and repeated.

        Gone are the key of every text of the episode, who it is about, and who was written down there as close; a
        patient of whom no other episode is left is gone too. Each is noted in the audit log, which stays.

        Raises NotFound, and Refused without a rule, and where a reference to keep is none of those; Failed where a text
        stands in clear, which no key seals.
        """
        found = [each.episode for each in self.erasable(network)]
        if unknown := sorted({*keep} - {*found}):
            raise Refused(
                "These are not among what would be erased: {references}.",
                "Look at the preview, and name only those of it that are to be kept.",
                references=tuple(unknown),
            )
        self._require_sealed()
        erased = [each for each in found if each not in keep and self._erase(network, each, reviewer)]
        if erased:
            wipe(self._engine, OF_KEYS_AND_PEOPLE)
        return erased

    def _require_sealed(self) -> None:
        with UnitOfWork(self._engine, writes=False) as work:
            if work.text_keys.in_clear():
                raise Failed("Some texts stand in clear.", "Seal them first.", command="handslag reseal")

    def _erase(self, network: str, reference: str, reviewer: Reviewer) -> bool:
        """Erase the record of an episode; false where it may no longer be, because of what has happened meanwhile."""
        now = self._clock()
        with UnitOfWork(self._engine) as work:
            person = work.people.of(reference)
            if person is not None:
                work.people.hold((person,))
            episode = work.episodes.get(reference, for_writing=True)
            work.definitions.keep_networks()
            rules = work.definitions.network(network)
            context = Context(
                work.definitions.pathway(episode.pathway, episode.version), rules, work.episodes.turn(reference, now)
            )
            last_entry_at = work.episodes.last_entry_at(reference) or now
            try:
                decision = decide(context, episode, EraseRecord(actor=SYSTEM, last_entry_at=last_entry_at))
            except Refused:
                return False
            work.episodes.write(episode, decision)
            work.text_keys.erase(reference)
            work.people.disconnect(reference)
            if person is not None and work.people.episodes_of(person):
                known = self._vault.opened(work.people.sealed(person))
                work.people.reseal(person, self._vault.sealed(known.without_episode(reference)))
            why = f"the last entry was more than {retention_of(rules)} years ago"
            work.audit.add(reviewer.entry(now, network, "erase-record", why, episode=reference, person=person))
            work.commit()
        return True
