"""Goes through all that can happen to a patient on a pathway in a network, with the rules of care themselves.

Every level that can be reached, every move from it with every urgency, with a place and without one, every step that
somebody may take, every clock that goes by, every coming back, pause and end, and what goes on beside handovers. What
is alike is gone through once.
"""

from collections import deque
from collections.abc import Callable, Hashable, Iterable, Iterator
from dataclasses import dataclass, field, replace

from pathways.care.commands import (
    BeginEpisode,
    Command,
    EndEpisode,
    PauseEpisode,
    PlanHandover,
    ResumeEpisode,
    WriteSummary,
)
from pathways.care.communication import ActionItem, IllnessSeverity, Summary
from pathways.care.decisions import begin, decide
from pathways.care.episodes import Episode
from pathways.care.programme.values import ProgrammeOccupancy
from pathways.care.proof.beside import begun_beside, coming_back, followed_beside, key_beside
from pathways.care.proof.choices import Choice, choices
from pathways.care.proof.situations import EPISODE, HANDOVER, WORDS, Situation, full, person_of, unwatched
from pathways.care.recording import Context, Decision
from pathways.errors import Refused

Decide = Callable[[Context, Episode, Command], Decision]
"""The rules of care; a test hands in others, to see that what is amiss in them is found."""

_SUMMARY = Summary(
    illness_severity=IllnessSeverity.STABLE,
    situation=WORDS,
    background=WORDS,
    assessment=WORDS,
    recommendation=WORDS,
    actions=(ActionItem(what=WORDS, who=WORDS, when=WORDS),),
    contingency=WORDS,
)


@dataclass
class Explored:
    """What was found: the levels that can be reached and how, the ways that are barred, and what nobody watches over.

    `barred`: by level, the shortest story of how a patient does not come there. `seen`: levels that have been come to.
    """

    reached: dict[str, Situation] = field(default_factory=dict)
    barred: dict[str, tuple[str, ...]] = field(default_factory=dict)
    unwatched: list[tuple[str, ...]] = field(default_factory=list)
    seen: set[str] = field(default_factory=set)
    situations: int = 0
    district: str | None = None


class Explorer:
    """Explores one pathway after another. What was gone through once is remembered, whatever the names in it."""

    def __init__(self, rules: Decide = decide) -> None:
        self._rules = rules
        self._known: set[Hashable] = set()

    def explore(self, context: Context, district: str | None = None) -> Explored:
        """All that can happen in this context to a patient who lives in a district, from every way to begin."""
        found = Explored(district=district)
        begun = list(self._beginnings(context, found))
        waiting = deque(here for _command, here in begun)
        while waiting:
            here = waiting.popleft()
            if here.episode.level in found.reached:
                continue
            found.reached[here.episode.level] = here
            found.seen.add(here.episode.level)
            self._pause_and_end(context, here, found)
            self._beside(context, here, begun_beside(context.pathway, here), found)
            waiting += self._moves(context, here, found)
        for command, here in begun:
            self._begin_for_another(context, command, here, found)
        for level in found.reached:
            found.barred.pop(level, None)
        return found

    def _beginnings(self, context: Context, found: Explored) -> Iterator[tuple[BeginEpisode, Situation]]:
        """How a patient begins at each level under the team that carries it, and what is then."""
        network, district = context.network, found.district
        care_team = {role: teams[0] for role in context.pathway.roles if (teams := _teams(context, role, district))}
        for level in context.pathway.begin_at:
            for unit in _units(context, level, district):
                team = network.units[unit].team if unit else care_team[context.pathway.levels[level].responsible]
                where = f"`{level}`{f', at {unit}' if unit else ''}{f', in {district}' if district else ''}"
                words = f"A patient begins at {where}: {team} is responsible."
                command = BeginEpisode(
                    actor=person_of(team),
                    reference=EPISODE,
                    level=level,
                    team=team,
                    unit=unit,
                    care_team=care_team,
                    district=district,
                    criteria=tuple(context.pathway.enrolment.criteria) if context.pathway.enrolment else (),
                )
                try:
                    begun = begin(context, command).episode
                except Refused as refused:
                    _bar(found, level, (f"A patient is to begin at {where}.", _told(refused)))
                    continue
                self._wait_for_a_place(context, command, words, found)
                summary = WriteSummary(actor=person_of(team), summary=_SUMMARY)
                yield command, Situation(self._rules(context, begun, summary).episode, context.now, (words,))
                break

    def _begin_for_another(self, context: Context, command: BeginEpisode, own: Situation, found: Explored) -> None:
        """Go through all that can follow where a team of another role begins, and asks the one that is to take over."""
        if found.unwatched:
            return
        teams = context.network.teams
        others = [key for key, team in teams.items() if team.role != teams[str(command.team)].role]
        for other in others[:1]:
            asking = command.model_copy(update={"actor": person_of(other), "handover": HANDOVER})
            words = f"{own.story[0][:-1]} as soon as it takes over; until then {other} is."
            asked = Situation(begin(context, asking).episode, context.now, (words,))
            self._through(context, asked, found)

    def _wait_for_a_place(self, context: Context, command: BeginEpisode, words: str, found: Explored) -> None:
        """What can follow where the programme is full, and whoever is to begin waits for a place."""
        rules = context.pathway.enrolment
        if rules is None or rules.cap is None or rules.waiting_list is None:
            return
        others = ProgrammeOccupancy(taken=tuple(f"E333-{n:04}" for n in range(rules.cap)))
        waits = begin(replace(context, programme=others), command).episode
        first = Situation(waits, context.now, (words, "No place is free in the programme: the patient waits."))
        self._watch(context, first, found)
        self._beside(context, first, followed_beside(context.pathway, first), found)

    def _moves(self, context: Context, here: Situation, found: Explored) -> Iterator[Situation]:
        """Where the patient can come from here, by the first way that leads there."""
        for name, move in context.pathway.moves.items():
            if here.episode.level not in move.from_levels:
                continue
            for urgency in move.urgencies:
                for unit in _units(context, move.to, found.district):
                    arrived = self._carried(context, here, (name, urgency, unit), found)
                    if arrived:
                        yield arrived
                        break

    def _carried(
        self, context: Context, here: Situation, wanted: tuple[str, str, str | None], found: Explored
    ) -> Situation | None:
        """Where the patient is when this handover has been carried out; None where that cannot be."""
        name, urgency, unit = wanted
        move, team = context.pathway.moves[name], here.episode.stay.team
        role = context.pathway.levels[move.to].responsible
        to_team = None if unit else _teams(context, role, found.district)[0]
        command = PlanHandover(
            actor=person_of(team),
            reference=HANDOVER,
            move=name,
            urgency=urgency,
            reason=move.reasons[0],
            to_team=to_team,
            to_units=(unit,) if unit else (),
            departs_because=WORDS,
            goes_ahead_because=WORDS,
        )
        said = f"{team} asks {unit or to_team} to take over: {name} ({urgency})."
        try:
            asked = self._step(context, here, Choice(command, said))
        except Refused as refused:
            _bar(found, move.to, (*here.story, said, _told(refused)))
            return None
        if self._shape(context, asked) in self._known and move.to in found.seen:
            return None
        if unit:
            taken = replace(context, occupancy=full(context.network))
            waits = self._step(taken, here, Choice(command, f"{said} No place is free."))
            self._through(context, waits, found)
        arrived = self._through(context, asked, found)
        if arrived is None and not found.unwatched:
            _bar(found, move.to, self._why_not(context, asked))
        if arrived:
            found.seen.add(move.to)
        return arrived

    def _through(self, context: Context, first: Situation, found: Explored) -> Situation | None:
        """Go through all that can follow on a request, unless that is known; the arrival, by the shortest way."""
        is_known = self._shape(context, first) in self._known
        self._known.add(self._shape(context, first))
        waiting, seen, arrived = deque([first]), {first.key()}, None
        while waiting:
            here = waiting.popleft()
            if self._watch(context, here, found):
                continue
            if here.handover is None and arrived is None and len(here.episode.stays) > len(first.episode.stays):
                arrived = here
                if is_known:
                    break
            for after in self._following(context, here, only_on=is_known):
                if after.key() not in seen:
                    seen.add(after.key())
                    waiting.append(after)
        if arrived and not is_known:
            for back in self._tried(context, arrived, coming_back(context.pathway, arrived)):
                self._through(context, back, found)
        return arrived and replace(arrived, episode=arrived.episode.model_copy(update={"handovers": {}}))

    def _following(self, context: Context, here: Situation, *, only_on: bool) -> Iterator[Situation]:
        possible = choices(context.pathway, here)
        return self._tried(context, here, (choice for choice in possible if choice.leads_on or not only_on))

    def _tried(self, context: Context, here: Situation, possible: Iterable[Choice]) -> Iterator[Situation]:
        """What follows on each choice that care allows."""
        for choice in possible:
            try:
                yield self._step(context, here, choice)
            except Refused:
                continue

    def _beside(self, context: Context, first: Situation, begun: Iterable[Choice], found: Explored) -> None:
        """Go through all that can follow on what is begun beside handovers, each thing alone."""
        waiting, seen = deque(self._tried(context, first, begun)), set[Hashable]()
        while waiting:
            here = waiting.popleft()
            if here.handover:
                self._through(context, here, found)
            elif key_beside(here) not in seen and not self._watch(context, here, found):
                waiting += self._tried(context, here, followed_beside(context.pathway, here))
            seen.add(key_beside(here))

    def _why_not(self, context: Context, asked: Situation) -> tuple[str, ...]:
        """The story of a request as far as it goes, and the sentence that stops it there."""
        here, seen, last = asked, {asked.key()}, ""
        while True:
            for choice in choices(context.pathway, here):
                if not choice.leads_on:
                    continue
                try:
                    after = self._step(context, here, choice)
                except Refused as refused:
                    last = last or _told(refused)
                    continue
                if after.key() not in seen:
                    break
                last = "It waits for a place there, and none can ever become free."
            else:
                return (*here.story, last) if last else here.story
            here, last = after, ""
            seen.add(here.key())

    def _step(self, context: Context, here: Situation, choice: Choice) -> Situation:
        """What follows when somebody does this. Raises Refused."""
        now = here.now
        if choice.waits:
            now = max(now, here.episode.clocks[getattr(choice.command, "key", "")].next_at)
        decision = self._rules(replace(context, now=now), here.episode, choice.command)
        return Situation(decision.episode, now, (*here.story, choice.words))

    def _pause_and_end(self, context: Context, here: Situation, found: Explored) -> None:
        self._watch(context, here, found)
        actor = person_of(here.episode.stay.team)
        for kind in context.pathway.pauses:
            paused = self._step(context, here, Choice(PauseEpisode(actor=actor, kind=kind), f"It pauses: {kind}."))
            self._watch(context, paused, found)
            self._watch(context, self._step(context, paused, Choice(ResumeEpisode(actor=actor), "It goes on.")), found)
        for end in context.pathway.ends:
            ended = self._step(context, here, Choice(EndEpisode(actor=actor, end=end), f"The episode ends: {end}."))
            self._watch(context, ended, found)

    def _watch(self, context: Context, here: Situation, found: Explored) -> bool:
        """Whether nobody watches over this situation. From there nothing more is tried."""
        found.situations += 1
        words = unwatched(context, here)
        if words:
            found.unwatched.append((*here.story, words))
        return bool(words)

    def _shape(self, context: Context, first: Situation) -> Hashable:
        """All of a request that decides what can follow on it."""
        handover = next(each for each in first.episode.handovers.values() if each.is_open)
        rules = context.pathway.rules_for(handover.plan.urgency).model_dump(exclude={"title", "summary"})
        return (
            handover.plan.begins,
            handover.plan.travels,
            frozenset(handover.plan.items.values()),
            handover.plan.from_team == handover.plan.to_team,
            bool(handover.awaited_units),
            bool(handover.held_units),
            tuple((name, value is None or value is False) for name, value in rules.items()),
        )


def _teams(context: Context, role: str, district: str | None) -> tuple[str, ...]:
    """The teams with a role that work in a district."""
    network = context.network
    return tuple(team for team in network.teams_in(role) if network.works_in(team, district))


def _units(context: Context, level: str, district: str | None) -> tuple[str | None, ...]:
    """The units at which a patient can be at a level; None where it has no places."""
    if not context.pathway.levels[level].places:
        return (None,)
    teams = _teams(context, context.pathway.levels[level].responsible, district)
    return tuple(key for key, unit in context.network.units.items() if unit.level == level and unit.team in teams)


def _bar(found: Explored, level: str, story: tuple[str, ...]) -> None:
    known = found.barred.get(level)
    if known is None or len(story) < len(known):
        found.barred[level] = story


def _told(refused: Refused) -> str:
    """The first sentence of a refusal, as part of a story."""
    return str(refused).partition(". ")[0].replace(f" {HANDOVER}", "").replace(f" {EPISODE}", "") + "."
