"""Moving running episodes to the version in force, or to the pathway that replaces theirs: shown first, then done.

Each episode is a transaction of its own. What cannot move is left as it was, with the reason, for a person. A second
run goes on where a first one stopped: it meets only the episodes that have not moved.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import Engine

from pathways.access.commands import name_of
from pathways.care.actors import Actor
from pathways.care.decisions import migrate
from pathways.care.migrations.commands import MigrateEpisode
from pathways.care.migrations.fates import Fate, Matter, Passage, matters
from pathways.care.recording import Context
from pathways.clock import Clock
from pathways.definition.models import Pathway
from pathways.definition.networks import Network
from pathways.definition.renaming import require_names
from pathways.errors import NotFound, Refused
from pathways.operations.deaths import Written, written
from pathways.operations.noting import note_unidentified
from pathways.store.unit_of_work import UnitOfWork


@dataclass(frozen=True)
class WantedMigration:
    """Which episodes are to move: those of `pathway`, in one network or in all; and to what.

    `to`: the pathway, the same one or that which replaces it. `version`: its version, where it is said; it must be the
    one in force. `names` and `let_go` as in `MigrateEpisode`.
    """

    pathway: str
    to: str
    version: date | None = None
    network: str | None = None
    names: Mapping[str, str] = field(default_factory=dict)
    let_go: tuple[str, ...] = ()


@dataclass(frozen=True)
class Passed:
    """One episode: from where to where, the fate of its parts, and whether it has moved, would move, or cannot.

    `left_because`: why it stays on its version, with what to do; None where it moves.
    """

    episode: str
    network: str
    from_version: date
    to_version: date
    matters: tuple[Matter, ...]
    is_moved: bool = False
    left_because: str | None = None


class Migrations:
    """Shows and carries out moves between versions, on one database. `after` is told of each that holds."""

    def __init__(self, engine: Engine, clock: Clock, after: Callable[[Written], None]) -> None:
        self._engine = engine
        self._clock = clock
        self._after = after

    def shown(self, wanted: WantedMigration, actor: Actor) -> Sequence[Passed]:
        """What moving would do to each episode. Changes nothing. Raises Refused, as `carried_out`."""
        return [self._passed(wanted, actor, *each, is_done=False) for each in self._episodes(wanted)]

    def carried_out(self, wanted: WantedMigration, actor: Actor) -> Iterator[Passed]:
        """Move one episode after the other; each holds as soon as it is given.

        Raises Refused before the first where nothing can move: the version is in force in no network, or a name to map
        means nothing.
        """
        for each in self._episodes(wanted):
            yield self._passed(wanted, actor, *each, is_done=True)

    def _episodes(self, wanted: WantedMigration) -> list[tuple[str, date]]:
        """The episodes that do not go by the wanted version yet, in a lasting order."""
        with UnitOfWork(self._engine, writes=False) as work:
            found = []
            for network in self._networks(work, wanted):
                target = self._target(work, wanted, network)
                for reference, version in work.episodes.under_way(wanted.pathway, network.network):
                    if (wanted.pathway, version) != (target.pathway, target.in_force_from):
                        old = work.definitions.pathway(wanted.pathway, version)
                        require_names(old, target, wanted.names)
                        found.append((reference, version))
        return found

    def _networks(self, work: UnitOfWork, wanted: WantedMigration) -> list[Network]:
        """The networks in which episodes may move. Raises NotFound or Refused where there is none."""
        if wanted.network is not None:
            return [work.definitions.network(wanted.network)]
        known = [each for each in work.definitions.networks() if wanted.pathway in each.pathways]
        if not known:
            raise NotFound("No network carries that pathway.", "Look at the pathways.", command="handslag agreements")
        return [each for each in known if wanted.to in each.pathways] or known

    def _target(self, work: UnitOfWork, wanted: WantedMigration, network: Network) -> Pathway:
        """The version to move to: the one in force now, in this network. Raises Refused."""
        if wanted.to not in network.pathways:
            raise Refused(
                "The network {network} does not carry the pathway to move to.",
                "Choose one of: {choices}; or add it to the network file and apply that.",
                network=network.network,
                choices=tuple(network.pathways),
            )
        target = work.definitions.pathway_in_force(wanted.to, network, self._clock())
        if wanted.version not in (None, target.in_force_from):
            raise Refused(
                "That version of {to} is not in force in the network {network} now.",
                "Move to the one that is.",
                command=f"--to {target.version}",
                to=wanted.to,
                network=network.network,
            )
        if wanted.to != wanted.pathway and wanted.pathway not in _replaced_by(work, wanted.to):
            raise Refused(
                "No version of {to} replaces that pathway.",
                "Name the pathway under `replaces` of the agreement, or begin new episodes.",
                to=wanted.to,
            )
        return target

    def _passed(self, wanted: WantedMigration, actor: Actor, reference: str, version: date, *, is_done: bool) -> Passed:
        made: Written | None = None
        with UnitOfWork(self._engine, writes=is_done) as work:
            episode = work.episodes.get(reference, for_writing=is_done)
            if is_done:
                work.definitions.keep_networks()
            network = work.definitions.network(episode.network)
            target = self._target(work, wanted, network)
            command = MigrateEpisode(actor=actor, names=wanted.names, let_go=wanted.let_go)
            now = work.episodes.turn(reference, self._clock())
            context = Context(target, network, now, feeds=work.cover.feeds(network.network)).about(episode)
            passage = Passage(context, work.definitions.pathway(episode.pathway, episode.version), episode, command)
            found = matters(passage)
            left = _left_because(work, passage, found)
            if left is None and is_done:
                try:
                    made = written(work, episode, migrate(passage))
                    note_unidentified(work, self._clock(), actor, name_of(command), episode)
                    work.commit()
                except Refused as refused:  # somebody was faster: it has ended or has moved meanwhile
                    left = str(refused)
        if made is not None and left is None:
            self._after(made)
        return Passed(
            episode=reference,
            network=network.network,
            from_version=version,
            to_version=target.in_force_from,
            matters=found,
            is_moved=is_done and left is None,
            left_because=left,
        )


def _left_because(work: UnitOfWork, passage: Passage, found: Sequence[Matter]) -> str | None:
    other = work.people.active_episode_beside(passage.episode.reference, passage.new.pathway)
    if other is not None and passage.new.pathway != passage.episode.pathway:
        return f"The same patient has the episode {other} on {passage.new.pathway}. End one of the two first."
    hard = next((matter for matter in found if matter.fate is Fate.NEEDS_A_PERSON), None)
    return f"{hard.what.capitalize()} {hard.name}: {hard.why}. {hard.mend}" if hard else None


def _replaced_by(work: UnitOfWork, name: str) -> set[str]:
    return {
        replaced
        for each in work.definitions.all_pathways()
        if each.pathway == name
        for replaced in each.agreement.replaces
    }
