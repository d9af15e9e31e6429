"""What was refused or failed, in its reader's language: what a command line says of it, but for the commands."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from desk import care_terms, terms
from pathways.access.freshness import NeedsFreshLogin
from pathways.care.orders.values import OrderStatus
from pathways.care.patient import TreatmentLimit
from pathways.care.states import Action, EpisodeStatus, HandoverStatus
from pathways.definition.conditions import Instrument
from pathways.definition.models import Pathway, Side, SummaryField
from pathways.definition.networks import Network
from pathways.definition.texts import Text
from pathways.errors import SpokenError
from pathways.phrases import Phrase, Value

_TERMS: Mapping[type[str], Mapping[Any, str]] = {
    Action: terms.ACTIONS,
    Instrument: care_terms.INSTRUMENTS,
    TreatmentLimit: care_terms.TREATMENT_LIMITS,
    OrderStatus: care_terms.ORDER_STATUSES,
    EpisodeStatus: terms.EPISODE_STATUSES,
    HandoverStatus: terms.HANDOVER_STATUSES,
    Side: terms.SIDES,
    SummaryField: terms.SUMMARY_FIELDS,
}


@dataclass(frozen=True)
class Told:
    """What a page says of a fault: what is so, and what to do about it. `signs_in_again`: that is to sign in again."""

    sentence: str
    mend: str
    signs_in_again: bool = False


@dataclass(frozen=True)
class Teller:
    """Says faults in one language.

    `say` translates the English of a fault, `term` that of a term, `day` says a date, and `codes` gives what teams,
    levels and other things of the definitions are called. What has no words is said as it is.
    """

    say: Callable[[str], str]
    term: Callable[[str], str]
    day: Callable[[date], str]
    codes: Callable[[], Mapping[str, str]]

    def told(self, fault: SpokenError) -> Told:
        """A fault, as a page says it."""
        return Told(self.said(fault.sentence), self.said(fault.mend), isinstance(fault, NeedsFreshLogin))

    def said(self, words: str) -> str:
        """Words, or a code, in the reader's language."""
        if not isinstance(words, Phrase):
            return self._code(words)
        template = self.say(words.template) if words.template else ""  # under "" gettext keeps its header
        values = {name: self._value(value) for name, value in words.values.items()}
        return template.format(**values) if values else template

    def _value(self, value: Value) -> str:
        match value:
            case tuple():
                return ", ".join(map(self._value, value))
            case date():
                return self.day(value)
            case str():
                return self.said(value)
            case _:
                return str(value)

    def _code(self, code: str) -> str:
        words = _TERMS.get(type(code), {}).get(code)
        return self.term(words) if words else self.codes().get(code, code)


def called(network: Network | None, pathway: Pathway | None, title: Callable[[Text], str]) -> Mapping[str, str]:
    """What the codes of a network and of a pathway are called. One that means several things has no words."""
    found: dict[str, set[str]] = {}
    for code, words in (*_of_network(network), *_of_pathway(pathway, title)):
        found.setdefault(code, set()).add(words)
    return {code: words.pop() for code, words in found.items() if len(words) == 1}


def _of_network(network: Network | None) -> Iterator[tuple[str, str]]:
    if network:
        for things in (network.teams, network.units, network.districts, network.organisations):
            yield from ((code, thing.name) for code, thing in things.items())


def _of_pathway(pathway: Pathway | None, title: Callable[[Text], str]) -> Iterator[tuple[str, str]]:
    if pathway:
        yield pathway.pathway, title(pathway.title)
        for _name, things in pathway:
            for code, thing in things.items() if isinstance(things, Mapping) else ():
                text = getattr(thing, "title", thing)
                if isinstance(text, Mapping) and set(text) <= set(pathway.languages):
                    yield code, title(text)
