"""Erasing by rule: what of a network's record is old enough, what is kept all the same, and the erasing itself."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Engine

from pathways.care.actors import SYSTEM
from pathways.care.commands import EraseRecord
from pathways.care.decisions import decide
from pathways.care.erasing import erased_before, require_not_erased, retention_of
from pathways.care.recording import Context
from pathways.care.texts import require_text
from pathways.clock import Clock
from pathways.errors import Failed, Refused, Unreadable
from pathways.operations.audit import Reviewer
from pathways.people.vault import Vault
from pathways.store.schema import OF_KEYS_AND_PEOPLE, wipe
from pathways.store.unit_of_work import UnitOfWork


@dataclass(frozen=True)
class OldRecord:
    """An episode whose record is old enough to be erased: its last entry, and who has it kept all the same."""

    episode: str
    last_entry_at: datetime
    kept_by: str | None


class Erasing:
    """Erases the records that the rule of their network no longer has kept."""

    def __init__(self, engine: Engine, vault: Vault, clock: Clock) -> None:
        self._engine = engine
        self._vault = vault
        self._clock = clock

    def old(self, network: str) -> Sequence[OldRecord]:
        """What of a network is old enough now, the oldest first. Raises NotFound, and Refused without a rule."""
        with UnitOfWork(self._engine, writes=False) as work:
            before = erased_before(work.definitions.network(network), self._clock())
            return [OldRecord(*each) for each in work.episodes.over_since(network, before)]

    def keep(self, episode: str, why: str, reviewer: Reviewer) -> None:
        """Have the record of an episode kept, however old, until that is lifted. Raises NotFound, Refused."""
        require_text(why)
        if not why.strip():
            raise Refused("Why the record is to be kept is missing.", "Say it in a few words, such as a complaint.")
        self._note_keeping(episode, reviewer, "keep-record", why, kept_by=reviewer.name)

    def keep_no_longer(self, episode: str, reviewer: Reviewer) -> None:
        """Lift what `keep` said. Raises NotFound, and Refused where nobody has said it."""
        self._note_keeping(episode, reviewer, "keep-record-no-longer", "it need not be kept any longer", kept_by=None)

    def _note_keeping(self, reference: str, reviewer: Reviewer, what: str, why: str, *, kept_by: str | None) -> None:
        with UnitOfWork(self._engine) as work:
            episode = work.episodes.get(reference, for_writing=True)
            require_not_erased(episode)
            if kept_by is None and work.episodes.record_kept_by(reference) is None:
                raise Refused(
                    "Nobody has said that the record of episode {episode} is kept.",
                    "Nothing needs to be done.",
                    episode=reference,
                )
            work.episodes.keep_record(reference, kept_by)
            person = work.people.of(reference)
            entry = reviewer.entry(self._clock(), episode.network, what, why, episode=reference, person=person)
            work.audit.add(entry)
            work.commit()

    def erase(self, network: str, reviewer: Reviewer) -> Sequence[str]:
        """Erase what is old enough and not kept; gives the references. May be broken off and repeated.

        Gone are the key of every text of the episode, who it is about, and who was written down there as close; a
        patient of whom no other episode is left is gone too. Each is noted in the audit log, which stays.

        Raises NotFound, and Refused without a rule; Failed where a text stands in clear, which no key seals, and, when
        all others are erased, where records cannot be opened.
        """
        found = [each.episode for each in self.old(network) if each.kept_by is None]
        self._require_sealed()
        erased, unreadable = [], []
        for each in found:
            try:
                erased += [each] if self._erase(network, each, reviewer) else []
            except Unreadable:
                unreadable.append(each)
        with UnitOfWork(self._engine, writes=False) as work:
            is_to_be_wiped = work.text_keys.were_erased()  # also what a run erased that was broken off
        if is_to_be_wiped:
            wipe(self._engine, OF_KEYS_AND_PEOPLE)
        if unreadable:
            raise Failed(
                "The records of these episodes could not be opened, and were not erased: {episodes}.",
                "Put the key that sealed them back into HANDSLAG_KEYS, or restore the database from a backup.",
                episodes=tuple(unreadable),
            )
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
            if work.episodes.record_kept_by(reference) is not None:
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
