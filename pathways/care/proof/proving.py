"""Proves that a network carries out its pathways: what is found, each with a short story of how it comes about.

Tried are all states that a patient can come to, and every hour of a year. Nothing here is sent, stored or decided.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, time
from itertools import islice

from pathways.care.decisions import decide
from pathways.care.proof.calendars import Crossing, Year
from pathways.care.proof.exploring import Decide, Explored, Explorer
from pathways.care.recording import Context
from pathways.cover.demonstrations import with_every_desk_open
from pathways.definition.faults import Code, Finding, KeyPath
from pathways.definition.models import Pathway
from pathways.definition.networks import Network

_NOBODY = (Code.NO_LAST_RESORT, Code.LAST_RESORT_NOT_ALWAYS)


class Prover:
    """Proves networks with their pathways over the year that begins on a date. `situations` counts what was tried."""

    def __init__(self, begin: date, rules: Decide = decide) -> None:
        self.begin = begin
        self._explorer = Explorer(rules)
        self.situations = 0

    def findings(
        self, network: Network, pathways: Mapping[str, Pathway], earlier: Sequence[Pathway] = ()
    ) -> Iterator[Finding]:
        """All that keeps this sound network from carrying out its sound pathways (given by name).

        `earlier`: other versions of these, proved as well. What is so in several versions is told once.
        """
        year = Year(network, self.begin)
        yield from _circles(network, year)
        for place, name in enumerate(network.pathways):
            told: set[tuple[Code, KeyPath, str]] = set()
            for version in (pathways[name], *(each for each in earlier if each.pathway == name)):
                found = (*self._explored(network, version, ("pathways", place), year), *_crossings(version, year))
                yield from (each for each in found if (each.code, each.path, each.words) not in told)
                told.update((each.code, each.path, each.words) for each in found)

    def example(self, finding: Finding, network: Network) -> str:
        """How a finding of a network that is not sound comes about, where hours are what it is about."""
        if finding.code not in _NOBODY:
            return ""
        year = Year(network, self.begin)
        for team, ladder, at in islice(year.unanswered(), 1):
            covers = "".join(f" It is covered by {each}, which is closed too." for each in ladder[1:])
            return f"{year.told(at)}: {team} is asked to take over. {team} is closed.{covers} Nobody answers."
        return ""

    def _explored(self, network: Network, pathway: Pathway, path: KeyPath, year: Year) -> Iterator[Finding]:
        """Every desk stands open here: what closes, and who answers then, is the calendar's."""
        day = max(self.begin, pathway.in_force_from)
        if pathway.in_force_until:
            day = min(day, pathway.in_force_until)
        noon = datetime.combine(day, time(12), year.zone).astimezone(UTC)
        context = Context(pathway, with_every_desk_open(network, day), noon)
        told: set[str] = set()
        for district in network.districts or (None,):
            found = self._explorer.explore(context, district)
            self.situations += found.situations
            for finding in (*_unreached(network, pathway, path, found), *_unwatched(pathway, path, found)):
                if finding.words not in told:
                    told.add(finding.words)
                    yield finding


def _unwatched(pathway: Pathway, path: KeyPath, found: Explored) -> Iterator[Finding]:
    for story in found.unwatched[:1]:
        sentence = f"On the pathway `{pathway.pathway}` the patient can come to where nobody watches over it."
        mend = "Send this example to those who keep Handslag: no definition should be able to do this."
        yield Finding(Code.UNWATCHED, path, pathway.pathway, sentence, mend, example=" ".join(story))


def _unreached(network: Network, pathway: Pathway, path: KeyPath, found: Explored) -> Iterator[Finding]:
    for level in pathway.levels:
        if level in found.reached or level not in found.barred:
            continue
        units = [key for key, unit in network.units.items() if unit.level == level]
        empty = [key for key in units if not network.units[key].places]
        sentence = f"In this network no patient can come to the level `{level}` of `{pathway.pathway}`."
        mend = "Write how many places it has, or leave out the pathway until there are some."
        at: KeyPath = ("units", empty[0], "places") if empty else path
        words = "0" if empty else level
        yield Finding(Code.LEVEL_OUT_OF_REACH, at, words, sentence, mend, example=" ".join(found.barred[level]))


def _circles(network: Network, year: Year) -> Iterator[Finding]:
    for teams, at in year.circles():
        path: KeyPath = ("teams", teams[0], "covered_by")
        sentence = f"Cover leads round, and at some hours all of them are closed: {' → '.join((*teams, teams[0]))}."
        mend = "Let a team that is open then cover one of these."
        closed = " ".join(f"It is covered by {team}, which is closed too." for team in teams[1:])
        last = network.last_resort
        asked = f" Only the last resort is left: {last.team}/{last.contact}." if last else ""
        story = f"{year.told(at)}: {teams[0]} is asked to take over, and is closed. {closed}{asked}"
        yield Finding(Code.COVER_IN_CIRCLE, path, teams[1], sentence, mend, example=story)


def _crossings(pathway: Pathway, year: Year) -> Iterator[Finding]:
    told: set[tuple[str, str]] = set()
    for each in year.crossings(pathway):
        if (each.team, each.limit) not in told:
            told.add((each.team, each.limit))
            yield _crossing(pathway, each, year)


def _crossing(pathway: Pathway, found: Crossing, year: Year) -> Finding:
    code = Code.ARRIVE_NOT_LONGER if found.limit == "arrive" else Code.STALE_BEFORE_ANSWER
    passed = "must have arrived" if found.limit == "arrive" else "closes itself"
    asked = f"{found.move}, {found.urgency}"
    sentence = f"`answer` ({asked}) counts the hours of this team, and may be due after `{found.limit}`."
    mend = (
        f"Give more time for `{found.limit}` in {pathway.pathway}, leave out `answer_counts: cover` there, "
        "or let the team be open longer."
    )
    story = (
        f"{year.told(found.at)}: {found.team} is asked to take over ({asked}), and has just closed. "
        f"It may answer until {year.told(found.due_at)}. The handover {passed} by {year.told(found.passes_at)}."
    )
    path: KeyPath = ("teams", found.team, "cover")
    return Finding(code, path, found.team, sentence, mend, at_key=True, example=story)
