"""Soundness of what may be gone without: there is something to go without, and there are reasons to choose from."""

from collections.abc import Iterator
from typing import NamedTuple

from pathways.definition.faults import Code, Finding, KeyPath
from pathways.definition.models import Pathway, Waiving


class WaivingAt(NamedTuple):
    """A leave to go ahead without something, and where it stands."""

    path: KeyPath
    waiving: Waiving


def waivings_in(pathway: Pathway) -> Iterator[WaivingAt]:
    """Every place where the pathway gives leave to go ahead without a read-back or a readiness item."""
    for name, rules in pathway.urgencies.items():
        if rules.waive_read_back is not None:
            yield WaivingAt(("urgencies", name, "waive_read_back"), rules.waive_read_back)
    for name, item in pathway.readiness.items():
        if item.waive is not None:
            yield WaivingAt(("readiness", name, "waive"), item.waive)


def check_waiving(pathway: Pathway) -> Iterator[Finding]:
    """Leave is given only where something is asked for, and with reasons to choose from."""
    yield from _check_reasons(pathway)
    yield from _check_read_backs(pathway)
    yield from _check_items(pathway)


def _check_reasons(pathway: Pathway) -> Iterator[Finding]:
    first = next(waivings_in(pathway), None)
    if first is not None and not pathway.waivers:
        sentence = "Somebody may go ahead without this, but there are no reasons to choose from."
        mend = "Add `waivers:` with the reasons, each with its texts."
        yield Finding(Code.MISSING_WAIVERS, first.path, str(first.path[-1]), sentence, mend, at_key=True)
    if first is None and pathway.waivers:
        sentence = "Nobody may go ahead without anything, so these reasons are never used."
        mend = "Remove `waivers`, or write `waive:` at a readiness item."
        yield Finding(Code.UNUSED_WAIVERS, ("waivers",), "waivers", sentence, mend, at_key=True)


def _check_read_backs(pathway: Pathway) -> Iterator[Finding]:
    for name, rules in pathway.urgencies.items():
        path: KeyPath = ("urgencies", name, "waive_read_back")
        if rules.waive_read_back is None:
            continue
        if not rules.read_back:
            sentence = f"What is `{name}` needs no read-back, so nobody needs leave to go ahead without one."
            mend = "Write `read_back: true` beside it, or remove `waive_read_back`."
            yield Finding(Code.WAIVE_WITHOUT_EFFECT, path, name, sentence, mend, at_key=True)
        if rules.waive_read_back.urgencies:
            sentence = f"This holds for what is `{name}`, and for nothing else."
            mend = "Remove `urgencies` here; each urgency has a `waive_read_back` of its own."
            yield Finding(Code.WAIVE_WITHOUT_EFFECT, (*path, "urgencies"), "urgencies", sentence, mend, at_key=True)


def _check_items(pathway: Pathway) -> Iterator[Finding]:
    asked = {
        (item, urgency)
        for move in pathway.moves.values()
        for urgency in move.urgencies
        for item in move.items_for(urgency)
    }
    known = {urgency for move in pathway.moves.values() for urgency in move.urgencies}
    for name, item in pathway.readiness.items():
        for place, urgency in enumerate(item.waive.urgencies if item.waive else ()):
            if urgency in known and (name, urgency) not in asked:
                path = ("readiness", name, "waive", "urgencies", place)
                sentence = f"No move that is `{urgency}` asks for `{name}`."
                mend = "Remove the urgency here, or name the item under the `ready` of such a move."
                yield Finding(Code.WAIVE_WITHOUT_EFFECT, path, urgency, sentence, mend)
