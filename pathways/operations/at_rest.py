"""Texts of care at rest: the database of an installation with the keys that seal them, and what is done about both."""

from collections.abc import Mapping

from sqlalchemy import Engine

from pathways.errors import Unreadable
from pathways.people.vault import Vault
from pathways.settings import Settings
from pathways.store.database import open_engine
from pathways.store.schema import wipe
from pathways.store.texts import sealing_texts
from pathways.store.unit_of_work import UnitOfWork

_RESEALED_AT_ONCE = 100
_LOOKED_AT = 20_000


def sealing_engine(settings: Settings) -> Engine:
    """An engine for the database of the settings that seals and opens texts of care with their key ring."""
    vault = Vault(settings.key_ring, settings.hash_key.get_secret_value())
    return sealing_texts(open_engine(settings.database_url), vault)


class TextsAtRest:
    """Looks after the texts of care as they are kept, and the keys that seal them."""

    def __init__(self, engine: Engine, vault: Vault) -> None:
        self._engine = engine
        self._vault = vault

    def reseal(self) -> int:
        """Seal the key of every episode's texts with the first key of the ring, and every text that stands in clear.

        Gives how many keys there are. May be broken off and repeated. Raises Failed when the key of one is no longer
        in the ring; those before it are sealed anew already.
        """
        self._seal_what_is_clear()
        done, last = 0, ""
        while True:
            with UnitOfWork(self._engine) as work:
                batch = work.text_keys.sealed_after(last, _RESEALED_AT_ONCE)
                for subject, sealed in batch:
                    work.text_keys.reseal(subject, self._vault.rotated(sealed))
                work.commit()
            if not batch:
                return done
            done, last = done + len(batch), batch[-1][0]

    def _seal_what_is_clear(self) -> None:
        """Whoever writes waits only where there is something to seal."""
        with UnitOfWork(self._engine, writes=False) as work:
            is_clear = bool(work.text_keys.in_clear())
        if is_clear:
            with UnitOfWork(self._engine) as work:
                work.text_keys.seal_what_is_clear()
                work.commit()
            wipe(self._engine)

    def in_clear(self) -> Mapping[str, int]:
        """How many of the newest rows of each table have a text in clear; none named has none."""
        with UnitOfWork(self._engine, writes=False) as work:
            return work.text_keys.in_clear(_LOOKED_AT)

    def unreadable(self) -> tuple[str, ...]:
        """The episodes, networks and logs whose texts no key of the ring opens. Every key in use is tried."""
        with UnitOfWork(self._engine, writes=False) as work:
            return tuple(subject for subject, sealed in work.text_keys.all_sealed() if not self._opens(sealed))

    def _opens(self, sealed: bytes) -> bool:
        try:
            self._vault.opened_key(sealed)
        except Unreadable:
            return False
        return True
