"""Soundness of versions beside each other: one of a pathway is in force at a time, and replaced ones end in order."""

from collections.abc import Iterator, Sequence
from datetime import timedelta

from pathways.definition.faults import Code, Finding, KeyPath
from pathways.definition.models import Pathway
from pathways.definition.networks import Network
from pathways.definition.structure import meant
from pathways.definition.versions import clashes, replacement

_A_DAY = timedelta(days=1)


def check_versions(pathway: Pathway, given: Sequence[Pathway], known: Sequence[Pathway]) -> Iterator[Finding]:
    """Whether a version follows on those of its pathway: `given` with it, and `known`, published before.

    Of two given ones that clash, the later is at fault.
    """
    mine = [each for each in given if each.pathway == pathway.pathway]
    begins: KeyPath = ("in_force_from",)
    if any(each.in_force_from == pathway.in_force_from and each != pathway for each in mine):
        sentence, mend = "Another file gives this version in other words.", "Give one of the two another date."
        yield Finding(Code.VERSION_TWICE, begins, pathway.version, sentence, mend)
    dates = {each.in_force_from for each in mine}
    others = [each for each in known if each.pathway == pathway.pathway and each.in_force_from not in dates]
    alone = list({each.in_force_from: each for each in (*mine, *others)}.values())
    for clash in clashes(alone):
        is_given = clash.later.in_force_from in dates
        if clash.later.in_force_from == pathway.in_force_from:
            yield Finding(clash.code, begins, pathway.version, clash.sentence, clash.mend)
        elif clash.earlier.in_force_from == pathway.in_force_from and not is_given:
            mend = f"End on {clash.later.in_force_from - _A_DAY}, the day before the version of {clash.later.version}."
            yield Finding(clash.code, ("in_force_until",), pathway.version, clash.sentence, mend)


def check_replacements(network: Network, published: Sequence[Pathway]) -> Iterator[Finding]:
    """What the network's pathways replace is known, is replaced once, and ends on the day before."""
    known = sorted({each.pathway for each in published})
    for place, name in enumerate(network.pathways):
        path: KeyPath = ("pathways", place)
        versions = [each for each in published if each.pathway == name]
        for replaced in sorted({each for version in versions for each in version.agreement.replaces} - set(known)):
            sentence = f"The pathway `{name}` replaces `{replaced}`, which is neither given nor published."
            mend = meant(replaced, known, "Give its file as well, publish it first, or leave it out of `replaces`.")
            yield Finding(Code.UNKNOWN_PATHWAY, path, name, sentence, mend)
        yield from _check_replaced(network, name, path, versions, published)


def _check_replaced(
    network: Network, name: str, path: KeyPath, versions: Sequence[Pathway], published: Sequence[Pathway]
) -> Iterator[Finding]:
    first = replacement(name, published, network.pathways)
    if first is None or not versions:
        return
    for other in network.pathways:
        another = replacement(name, published, [other])
        if another and another.day != first.day:
            sentence = f"`{first.by}` replaces `{name}` on {first.day}, and `{other}` on {another.day}."
            yield Finding(Code.REPLACED_TWICE, path, name, sentence, "Let one of the two replace it.")
    last = max(versions, key=lambda each: each.in_force_from)
    if last.in_force_from >= first.day:
        sentence = f"`{first.by}` replaces `{name}` on {first.day}, but its version of {last.version} begins later."
        mend = f"Let no version of `{name}` begin on that day or after."
        yield Finding(Code.VERSIONS_OVERLAP, path, name, sentence, mend)
    elif last.in_force_until is not None and last.in_force_until + _A_DAY < first.day:
        sentence = f"`{name}` ends on {last.in_force_until}, but `{first.by}` replaces it only on {first.day}."
        mend = f"Let `{first.by}` begin on {last.in_force_until + _A_DAY}, or do not let it replace `{name}`."
        yield Finding(Code.VERSIONS_GAP, path, name, sentence, mend)
