"""Publishing: puts pathways and networks into the database, shows what changes, and refuses what would break a promise.

A published pathway version never changes. A network changes at once, but not under the feet of a running episode.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import lru_cache
from pathlib import Path

from sqlalchemy import Engine

from pathways.care.notice_parts import NOT_CLOSING
from pathways.care.proof.proving import Prover
from pathways.care.view_limits import somebody_remains
from pathways.care.viewing import hidden_teams
from pathways.clock import Clock
from pathways.definition.checks import check_pathway, check_version
from pathways.definition.differences import Difference, differences, differences_between_networks
from pathways.definition.faults import Finding
from pathways.definition.models import Pathway
from pathways.definition.networks import Network
from pathways.definition.reading import read_definitions
from pathways.definition.soundness import check_texts_together, prove
from pathways.definition.versions import clashes
from pathways.errors import NotFound, Refused
from pathways.operations.places import crowded
from pathways.phrases import Phrase
from pathways.store.episodes import Needs
from pathways.store.unit_of_work import UnitOfWork


class Outcome(StrEnum):
    """What publishing a definition did."""

    NEW = "new"
    CHANGED = "changed"
    UNCHANGED = "unchanged"


@dataclass(frozen=True)
class Published:
    """One definition, what publishing it did, what is different from before, and what to look at because of it."""

    name: str
    version: str | None
    outcome: Outcome
    differences: Sequence[Difference] = ()
    warnings: Sequence[str] = ()


class Publishing:
    """Publishes definitions. Everything that is given at once is published together, or nothing of it."""

    def __init__(self, engine: Engine, clock: Clock) -> None:
        self._engine = engine
        self._clock = clock

    def published(self) -> tuple[list[Pathway], list[Network]]:
        """Every version of every published pathway, and the networks as they are now."""
        with UnitOfWork(self._engine, writes=False) as work:
            return list(work.definitions.all_pathways()), list(work.definitions.networks())

    def network(self, name: str) -> Network:
        """The network of this name as it is now. Raises NotFound."""
        with UnitOfWork(self._engine, writes=False) as work:
            return work.definitions.network(name)

    def apply_files(self, files: Sequence[Path]) -> tuple[Published, ...]:
        """Read, prove and publish files. Raises DefinitionError with all faults, or Refused; then nothing changes."""
        with UnitOfWork(self._engine, writes=False) as work:
            known = work.definitions.all_pathways()
        return self.apply(*read_definitions(files, known, Prover(self._clock().date())))

    def apply(self, pathways: Iterable[Pathway], networks: Iterable[Network]) -> tuple[Published, ...]:
        """Publish definitions. Doing it again changes nothing. Raises Refused for what `handslag check` refuses."""
        with UnitOfWork(self._engine) as work:
            work.definitions.keep_networks(to_change=True)
            done = [self._pathway(work, pathway) for pathway in pathways]
            _require_versions_in_order(work)
            done += [self._network(work, network) for network in networks]
            _require_networks_carry(work, done, self._clock().date())
            work.commit()
        return tuple(done)

    def _pathway(self, work: UnitOfWork, pathway: Pathway) -> Published:
        try:
            published = work.definitions.pathway(pathway.pathway, pathway.in_force_from)
        except NotFound:
            others = [known for known in work.definitions.all_pathways() if known.pathway == pathway.pathway]
            earlier = [known for known in others if known.in_force_from < pathway.in_force_from] or others
            _require_sound(pathway)
            work.definitions.add_pathway(pathway, self._clock())
            changes = differences(earlier[-1], pathway) if earlier else ()
            return Published(pathway.pathway, pathway.version, Outcome.NEW, changes, _staying(work, pathway))
        if published == pathway:
            return Published(pathway.pathway, pathway.version, Outcome.UNCHANGED)
        said = "; ".join(change.sentence.removesuffix(".") for change in differences(published, pathway))
        how = said or Phrase("in how it is written, though not in what it says")
        raise Refused(
            "The pathway {pathway} of {version} is published already and differs: {how}.",
            "Give the changed pathway a new date in in_force_from.",
            pathway=pathway.pathway,
            version=pathway.version,
            how=how,
        )

    def _network(self, work: UnitOfWork, network: Network) -> Published:
        try:
            present = work.definitions.network(network.network)
        except NotFound:
            work.definitions.add_network(network, self._clock())
            return Published(network.network, None, Outcome.NEW)
        if present == network:
            return Published(network.network, None, Outcome.UNCHANGED)
        needs = work.episodes.needs(network.network, {*present.organisations, *network.organisations})
        _require_parts_kept(present, network, needs.in_care)
        _require_somebody_answers(work, network, needs)
        self._require_what_episodes_need(work, network, needs)
        work.definitions.add_network(network, self._clock())
        if _sides(present) != _sides(network):  # who has a part by a role, and who may see, follows from these
            work.concerns.follow(network.network, self._clock())
            _withdraw_what_is_not_for_them(work, network)
        changes = differences_between_networks(present, network)
        occupancy = work.places.occupancy(network.network, tuple(network.units), self._clock())
        return Published(network.network, None, Outcome.CHANGED, changes, tuple(crowded(network, occupancy)))

    def _require_what_episodes_need(self, work: UnitOfWork, network: Network, needs: Needs) -> None:
        gone = sorted(needs.teams - set(network.teams)) + sorted(needs.units - set(network.units))
        gone += [name for name, _version in sorted(needs.versions) if name not in network.pathways]
        if not gone:
            every_version = work.definitions.all_pathways()
            versions = [work.definitions.pathway(name, version) for name, version in sorted(needs.versions)]
            gone = [
                finding.sentence.removesuffix(".")
                for version in versions
                for finding in check_version(network, version, every_version)
            ]
        if gone:
            raise Refused(
                "Running episodes still need this of the network {network}: {choices}.",
                "Keep it in the file until those episodes have moved on or ended.",
                network=network.network,
                choices=tuple(gone),
            )


def _require_parts_kept(present: Network, network: Network, in_care: Mapping[str, int]) -> None:
    """Whoever gives a patient care, or is asked to, keeps the role, and the unit its level and team. Raises Refused."""
    for team in sorted(in_care.keys() & present.teams.keys() & network.teams.keys()):
        role = present.teams[team].role
        if network.teams[team].role != role:
            raise Refused(
                "Running episodes of the network {network} still need {team} as {role}: {count}.",
                "Keep that role in the file until they have been handed over or have ended.",
                network=network.network,
                team=team,
                role=role,
                count=in_care[team],
            )
    for unit in sorted(in_care.keys() & present.units.keys() & network.units.keys()):
        there = present.units[unit]
        if (network.units[unit].level, network.units[unit].team) != (there.level, there.team):
            raise Refused(
                "Running episodes of the network {network} still need {unit} at {level}, of {team}: {count}.",
                "Give the new unit another name in the file, and keep this one until it is empty and no longer asked.",
                network=network.network,
                unit=unit,
                level=there.level,
                team=there.team,
                count=in_care[unit],
            )


def _require_sound(pathway: Pathway) -> None:
    """What a file of it would be refused for is refused here too, whoever publishes it. Raises Refused."""
    for finding in check_pathway(pathway):
        raise Refused(
            "The pathway {pathway} of {version} is not sound: {said}",
            "{mend}",
            pathway=pathway.pathway,
            version=pathway.version,
            said=finding.sentence,
            mend=finding.mend,
        )


def _require_somebody_answers(work: UnitOfWork, network: Network, needs: Needs) -> None:
    """Where patients let organisations not see their episodes, somebody else answers at all hours. Raises Refused."""
    named = {each for organisations, *_which in needs.limited for each in organisations}
    if gone := sorted(named - set(network.organisations)):
        raise Refused(
            "Patients have said that {organisations} may not see their episodes, and the file of the network {network} "
            "does not name it any more.",
            "Keep its name in the file until those episodes have ended.",
            organisations=tuple(gone),
            network=network.network,
        )
    for (organisations, name, version, responsible), count in needs.limited.items():
        theirs = {key for key, team in network.teams.items() if team.organisation in organisations} - {responsible}
        if not somebody_remains(network, work.definitions.pathway(name, version).roles, theirs):
            raise Refused(
                "Patients have said that {organisations} may not see their episodes, and in the network {network} "
                "nobody else would answer for them at some hours: {count}.",
                "Let the last resort be of another organisation, or somebody else always be on duty.",
                organisations=tuple(sorted(organisations)),
                network=network.network,
                count=count,
            )


def _withdraw_what_is_not_for_them(work: UnitOfWork, network: Network) -> None:
    """Withdraw what is unsent to teams that have left the network, or that may not see an episode any more."""
    work.outbox.withdraw_of_gone(network.network, network.teams)
    unsent = work.outbox.unsent_of(network.network)
    for episode in work.episodes.many(sorted({reference for reference, _team in unsent})):
        hidden = hidden_teams(network, episode)
        for team in sorted(hidden & {team for reference, team in unsent if reference == episode.reference}):
            work.outbox.withdraw(episode.reference, kinds=NOT_CLOSING, team=team)


def _sides(network: Network) -> dict[str, tuple[str, str]]:
    return {key: (team.role, team.organisation) for key, team in network.teams.items()}


def _staying(work: UnitOfWork, pathway: Pathway) -> tuple[str, ...]:
    """That episodes which run on an earlier version, or on a pathway that this one replaces, stay on it."""
    names = (pathway.pathway, *pathway.agreement.replaces)
    networks = [each.network for each in work.definitions.networks()]
    counts = {name: sum(len(work.episodes.under_way(name, each)) for each in networks) for name in names}
    return tuple(
        f"{count} running episode{'s' * (count > 1)} of {name} stay{'s' * (count == 1)} on the version so far. "
        f"See what moving would do: handslag migrate {name} --to {pathway.pathway}@{pathway.version}."
        for name, count in counts.items()
        if count
    )


def _require_versions_in_order(work: UnitOfWork) -> None:
    """At every time at most one version of a pathway is in force, and none is missing between two. Raises Refused."""
    for clash in clashes(work.definitions.all_pathways()):
        raise Refused(
            "The pathway {pathway} of {version}: {sentence}",
            "{mend}",
            pathway=clash.later.pathway,
            version=clash.later.version,
            sentence=clash.sentence,
            mend=clash.mend,
        )


def _require_networks_carry(work: UnitOfWork, done: Sequence[Published], today: date) -> None:
    """Each network of which something is new can carry out its pathways from today on. Raises Refused."""
    new = {each.name for each in done if each.outcome is not Outcome.UNCHANGED}
    named = {each.name for each in done}
    versions = work.definitions.all_pathways()
    given = [each for each in versions if (each.pathway, each.version) in {(one.name, one.version) for one in done}]
    for network in work.definitions.networks():
        if new.isdisjoint((network.network, *network.pathways)):
            continue
        for finding in _findings(_Judged(network, tuple(versions), tuple(given), today)):
            raise Refused(
                "The network {network} could not carry this out: {said}",
                "{mend}" if network.network in named else "{mend} Give both files.",
                network=network.network,
                said=finding.sentence,
                mend=finding.mend,
            )


class _Judged:
    """A network with all versions of its pathways as they would be, told apart by what they say."""

    def __init__(self, network: Network, versions: Sequence[Pathway], given: Sequence[Pathway], today: date) -> None:
        served = [each for each in versions if each.pathway in network.pathways]
        self.network, self.versions, self.given, self.today = network, versions, given, today
        known = (f"{each.pathway} {each.version}" for each in versions)
        self._said = (today, *known, *(each.model_dump_json() for each in (network, *served, *given)))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Judged) and self._said == other._said

    def __hash__(self) -> int:
        return hash(self._said)


@lru_cache(maxsize=64)
def _findings(judged: _Judged) -> tuple[Finding, ...]:
    """All that `handslag check` finds of it. Remembered, for it takes a second or two, and is asked again and again."""
    found = check_texts_together(judged.network, judged.versions, judged.today)
    return tuple(found or prove(judged.network, judged.versions, judged.given, Prover(judged.today)))
