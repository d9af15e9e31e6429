"""What keeps a network from carrying out its pathways: the one list that reading files and publishing both ask."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Protocol

from pathways.definition.checks import check_network, check_version, check_versions_from
from pathways.definition.faults import Finding
from pathways.definition.models import Pathway
from pathways.definition.networks import Network
from pathways.definition.versions import not_yet_over


class Prover(Protocol):
    """What proves more of networks and their pathways than their texts say, such as what happens at every hour."""

    begin: date
    """The day from which on it is proved."""

    def findings(
        self, network: Network, pathways: Mapping[str, Pathway], earlier: Sequence[Pathway] = ()
    ) -> Iterable[Finding]:
        """What keeps this sound network from carrying out its sound pathways, and `earlier` versions of them."""

    def example(self, finding: Finding, network: Network) -> str:
        """How a finding of a network comes about, as a short story; empty where there is nothing to tell."""


def check_texts_together(network: Network, versions: Sequence[Pathway], day: date) -> list[Finding]:
    """What the texts of a network and of its pathways say against each other.

    `versions`: every version of every pathway that is known, in order; those that are not over on `day` are judged.
    """
    last = {each.pathway: each for each in versions}
    return [*check_network(network, last, versions), *check_versions_from(network, versions, day)]


def prove(network: Network, versions: Sequence[Pathway], given: Sequence[Pathway], prover: Prover) -> Iterable[Finding]:
    """What is found by trying a network whose texts are sound.

    Tried are the last versions, and of the earlier ones those that are `given` or not yet over, as far as the network
    has what they ask for.
    """
    last = {each.pathway: each for each in versions}
    return prover.findings(network, last, list(_earlier(network, versions, given, prover.begin)))


def _earlier(network: Network, versions: Sequence[Pathway], given: Sequence[Pathway], day: date) -> Iterator[Pathway]:
    last = {each.pathway: each for each in versions}
    wanted = [*not_yet_over(network.pathways, versions, day), *given]
    for each in versions:
        if each in wanted and each != last[each.pathway] and not check_version(network, each, versions):
            yield each
