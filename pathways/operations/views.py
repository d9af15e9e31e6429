"""What can be seen: one episode with its history, what waits, and the notices. Reads only."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Engine

from pathways.care.episodes import Episode, Handover
from pathways.care.events import Recorded
from pathways.care.ladder import LadderView, ladders
from pathways.care.meetings.matters import matters
from pathways.care.meetings.values import Matter
from pathways.care.occupancy import InLine, sorted_line
from pathways.care.orders.covering import UncoveredVisit, uncovered
from pathways.care.recording import Context
from pathways.care.references import ReferenceKind, nearest, read_reference
from pathways.care.roll_outs import roll_outs_now
from pathways.care.states import HandoverStatus
from pathways.care.suggestions import Suggestion, suggested_moves
from pathways.care.waits import Wait, wait_for, waits
from pathways.clock import Clock
from pathways.definition.models import NO_PLACE, Pathway
from pathways.definition.networks import Network
from pathways.errors import NotFound, Refused
from pathways.phrases import Phrase
from pathways.store.tables import NoticeRow, NoticeStatus
from pathways.store.unit_of_work import UnitOfWork

_CLOCKS_OF_ONE_WAIT = 4


@dataclass(frozen=True)
class EpisodeView:
    """An episode with all that belongs to it, as of one moment.

    `network` is whole: it names whoever ever had a part. `context` has the teams alone that may see the episode.
    `uncovered`: by order, the visits that nobody can make as ordered.
    `lines`: the waiting lists on which it stands. `roll_outs`: those of its pathway that it is inside. `matters`: why
    it stands on the list of each meeting now.
    """

    episode: Episode
    pathway: Pathway
    network: Network
    history: tuple[Recorded, ...]
    notices: Sequence[NoticeRow]
    context: Context
    suggestions: tuple[Suggestion, ...] = ()
    ladders: tuple[LadderView, ...] = ()
    lines: Mapping[str, tuple[InLine, ...]] = field(default_factory=dict)
    roll_outs: tuple[str, ...] = ()
    uncovered: Mapping[int, tuple[UncoveredVisit, ...]] = field(default_factory=dict)
    matters: Mapping[str, tuple[Matter, ...]] = field(default_factory=dict)

    @property
    def waits(self) -> tuple[Wait, ...]:
        """What the episode waits for."""
        return waits(self.episode)

    @property
    def waived(self) -> Mapping[str, int]:
        """How many things somebody went ahead without, by handover."""
        return {reference: handover.waived_count for reference, handover in self.episode.handovers.items()}

    def offered_instead(self, reference: str) -> str | None:
        """The move that the pathway offers where there is no place: while the request holds none and none answers, and
        after a no for want of a place, until another handover is planned.
        """
        handover = self.episode.handovers[reference]
        waits = handover.is_open and handover.awaited_units and not handover.able_to_accept
        is_latest = reference == [*self.episode.handovers][-1] and not self.episode.has_ended
        is_turned_down = handover.status is HandoverStatus.REJECTED and handover.closing_reason == NO_PLACE
        is_offered = waits or (is_turned_down and is_latest)
        move = self.pathway.moves.get(handover.plan.move)  # None: of a beginning, or of an earlier version
        return move.if_no_place if move and is_offered else None

    def number_in_line(self, reference: str, unit: str) -> int:
        """Which number a request is on the waiting list of a unit, from 1."""
        return [entry.handover for entry in self.lines[unit]].index(reference) + 1

    def handover(self, reference: str) -> Handover:
        """One of its handovers."""
        return self.episode.handovers[reference]


class Views:
    """Reads episodes, waits and notices."""

    def __init__(self, engine: Engine, clock: Clock) -> None:
        self._engine = engine
        self._clock = clock

    def reference(self, text: str, kind: ReferenceKind | None = None) -> str:
        """The known reference that a person means. Raises Refused or NotFound, with `did you mean` where one fits."""
        kind = kind or (ReferenceKind.HANDOVER if text.strip().upper().startswith("H") else ReferenceKind.EPISODE)
        with UnitOfWork(self._engine, writes=False) as work:
            try:
                reference = read_reference(text, kind)
            except Refused as refused:
                close = nearest(text, work.episodes.exists)
                if close is None:
                    raise
                raise NotFound("There is no such reference.", "Did you mean {reference}?", reference=close) from refused
            if work.episodes.exists(reference):
                return reference
            close = nearest(text, work.episodes.exists)
            look = Phrase("Look references up.", command="handslag waiting")
            mend = Phrase("Did you mean {reference}?", reference=close) if close else look
            raise NotFound(
                "There is no {noun} {reference}.",
                mend,
                noun=Phrase("handover") if kind is ReferenceKind.HANDOVER else Phrase("episode"),
                reference=reference,
            )

    def show(self, reference: str) -> EpisodeView:
        """The episode, or the episode of the handover, with this reference. Raises NotFound."""
        with UnitOfWork(self._engine, writes=False) as work:
            episode = self.episode(work, reference)
            return self.view(work, self.context(work, episode), episode)

    def episode(self, work: UnitOfWork, reference: str) -> Episode:
        """The episode, or the episode of the handover, with this reference, as `work` sees it. Raises NotFound."""
        is_handover = reference.startswith(ReferenceKind.HANDOVER)
        return work.episodes.get_by_handover(reference) if is_handover else work.episodes.get(reference)

    def context(self, work: UnitOfWork, episode: Episode) -> Context:
        """What an episode is looked at in, now: with those teams alone that may see it."""
        pathway = work.definitions.pathway(episode.pathway, episode.version)
        network = work.definitions.network(episode.network)
        return Context(pathway, network, self._clock(), feeds=work.cover.feeds(network.network)).about(episode)

    def view(self, work: UnitOfWork, context: Context, episode: Episode) -> EpisodeView:
        """All that belongs to an episode, as `work` sees it."""
        asked = episode.open_handover
        return EpisodeView(
            episode=episode,
            pathway=context.pathway,
            network=context.whole or context.network,
            context=context,
            history=work.episodes.history(episode.reference),
            notices=work.outbox.listed(episode=episode.reference),
            suggestions=suggested_moves(context, episode),
            ladders=ladders(context, episode, asked) if asked else (),
            lines=_lines(work, episode, context.now),
            roll_outs=roll_outs_now(context, episode),
            uncovered={
                number: found
                for number, order in episode.orders.items()
                if (found := uncovered(context, episode, order))
            },
            matters={name: matters(context, episode, name) for name in context.pathway.meetings},
        )

    def waiting(self, limit: int | None = None) -> tuple[Wait, ...]:
        """What waits for whom, sorted by when it is due; with a limit, what is due first.

        Of the clocks of one handover, one says what it waits for: so more are read than are given.
        """
        with UnitOfWork(self._engine, writes=False) as work:
            running = work.episodes.waiting(limit and limit * _CLOCKS_OF_ONE_WAIT)
        found = (wait_for(episode, clock, handover) for episode, clock, handover in running)
        return tuple(wait for wait in found if wait is not None)[:limit]

    def network(self, name: str) -> Network:
        """A network by its name. Raises NotFound."""
        with UnitOfWork(self._engine, writes=False) as work:
            return work.definitions.network(name)

    def network_of(self, episode: str) -> Network:
        """The network that an episode belongs to. Raises NotFound."""
        with UnitOfWork(self._engine, writes=False) as work:
            return work.definitions.network(work.episodes.network_of(episode))

    def notices(self, *, only_dead: bool = False) -> Sequence[NoticeRow]:
        """Notices, the newest first."""
        with UnitOfWork(self._engine, writes=False) as work:
            return work.outbox.listed(status=NoticeStatus.DEAD if only_dead else None)


def _lines(work: UnitOfWork, episode: Episode, now: datetime) -> Mapping[str, tuple[InLine, ...]]:
    units = episode.open_handover.awaited_units if episode.open_handover else ()
    there = work.places.occupancy(episode.network, units, now)
    return {unit: sorted_line(there[unit].waiting) for unit in units}
