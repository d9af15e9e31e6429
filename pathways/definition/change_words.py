"""The words in which changes between two versions are told: the English ones, and what other languages have to say.

Those of other languages stand in `templates/reports/agreement-changes.<language>.toml`, and say as much.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from pathways.definition.models import Pathway

_THINGS = {
    "roles": "role",
    "levels": "level",
    "reasons": "reason",
    "rejections": "rejection",
    "readiness": "readiness item",
    "waivers": "reason to go ahead without",
    "moves": "move",
    "urgencies": "urgency",
    "follow_ups": "follow-up",
    "ends": "end",
    "phases": "phase",
    "causes": "cause",
    "services": "service",
    "pauses": "pause",
    "milestones": "milestone",
    "clocks": "clock",
    "competences": "competence",
    "treatments": "treatment",
    "annexes": "annex",
    "tasks": "task",
    "packages": "package",
    "roll_outs": "roll-out",
    "stages": "stage",
    "among": "group of services",
    "exchanges": "exchange",
    "meetings": "meeting",
    "decisions": "decision",
    "districts": "district",
    "criteria": "criterion",
    "measures": "measure",
    "organisations": "organisation",
    "teams": "team",
    "contacts": "contact point",
    "units": "unit",
}
_FIELDS = {
    "in_force_from": "the date from which it is in force",
    "in_force_until": "the last day in force",
    "languages": "the languages",
    "parties": "the parties",
    "signed_by": "who has signed it",
    "agreement.review": "the day on which it is looked at again",
    "replaces": "the replaced pathways",
    "responsible": "the responsible role",
    "consulted": "the consulted roles",
    "begin_at": "the levels where an episode may begin",
    "is_urgent": "that it is never held back",
    "summary": "what the summary must hold",
    "read_back": "that it must be read back",
    "waive_read_back": "who may go ahead without a read-back",
    "delivered": "the limit to be delivered",
    "seen": "the limit to be seen",
    "unwatched_because": "why nobody watches whether it comes",
    "answer_counts": "the time that the limit to answer counts",
    "hold": "how long a place is held",
    "question": "the limit to answer a question",
    "question_stops_answer": "that a question stops the limit to answer",
    "stale": "when an unanswered request closes itself",
    "side": "the side that sees to it",
    "evidence": "that evidence is asked for",
    "valid_for": "how long it holds",
    "waive": "who may go ahead without it",
    "from": "the levels that it starts from",
    "to": "the level that it leads to",
    "ready": "the readiness items",
    "informs": "the informed roles",
    "if_no_place": "the way on with no place",
    "travels": "that the patient travels",
    "suggested_when": "when it is suggested",
    "answer": "the limit to answer",
    "arrive": "the limit to arrive",
    "remind": "the reminder before the limit to answer",
    "repeat": "the time between repeats",
    "within": "the limit",
    "cause_within": "the limit for saying why the patient came back",
    "then": "the follow-ups",
    "is_death": "that it is a death",
    "change_within": "the limit for it to change",
    "phases.answer": "the longest that an answer may take",
    "holds_back": "that it holds moves back",
    "coming_back.within": "how long after a handover that is",
    "levels": "the levels where it is done",
    "review": "the time between reviews",
    "takes_back": "the milestone that it takes back",
    "starts": "what it starts at",
    "stops": "what it stops at",
    "limit": "the limit",
    "carries_out": "the roles that carry it out",
    "informed": "the informed roles",
    "not_at": "the levels without this task",
    "end_of_day": "how many days after that of the start end it",
    "later": "the limit for a later start",
    "can_wait": "whether it can wait for a closed team to open",
    "ordered_by": "the roles that order it",
    "treatments.competences": "the competences that it needs",
    "teams.competences": "the competences",
    "record_within": "the limit to record a visit",
    "act_within": "the limit to act on a missed visit",
    "longest_days": "on how many days an order may run",
    "complication": "what a complication leads to",
    "fixed_contact.roles": "the roles that it may belong to",
    "name_within": "the limit to name one",
    "cap": "the number of places",
    "frees": "the ends that free a place",
    "enrolment.package": "the package that is granted",
    "ask_again": "how often it is asked whether somebody still waits",
    "enrol_within": "how long a free place is left to the first in line",
    "instrument": "the instrument",
    "lowest": "the lowest number",
    "highest": "the highest number",
    "step": "the step between two numbers",
    "decimals": "the number of decimals",
    "better": "which way is better",
    "earlier": "how much before the enrolment it may be",
    "evaluation.later": "how much after the enrolment it may be",
    "opens": "when it opens, from the enrolment",
    "closes": "when it closes, from the enrolment",
    "few": "how many observations are few",
    "compare_with": "with whom is compared",
    "not_after": "the ends after which nobody is measured",
    "draft_limit": "the limit for sending a draft",
    "by": "the roles that may",
    "by_in": "the further roles that may in a roll-out",
    "lasts": "how long it lasts",
    "renewals": "how often it may be renewed",
    "decides": "the role that decides on its renewal",
    "ask": "how long before the end that role is asked",
    "minutes": "the minutes a week",
    "at_least": "the fewest minutes a week",
    "at_most": "the most minutes a week",
    "swapped": "the services that may be swapped for each other",
    "give": "the service that is given",
    "get": "the service that is got",
    "gives": "the minutes that are given",
    "gets": "the minutes that are got",
    "only_in": "the roll-out outside of which it does not hold",
    "provider": "the role that is the provider",
    "districts": "the districts",
    "providers": "the providers",
    "roll_outs.from": "the day from which it holds",
    "until": "the last day",
    "sits_in": "the roles that sit in",
    "day": "the weekday",
    "at": "the time of day",
    "meetings.holidays": "what becomes of it on a holiday",
    "list_before": "how long before it the list is made",
    "grounds": "what puts a matter on its list",
    "joint_visits.roles": "the roles that may propose one",
    "record": "the limit to record that it was held",
    "time_zone": "the time zone",
    "role": "the role",
    "phone": "the phone number",
    "secret": "the name of its secret",
    "cover": "the hours of cover",
    "covered_by": "the team that answers while it is closed",
    "last_resort": "the last resort",
    "patient_records": "who shares what is known of patients",
    "closing_lead": "how long before closing those who take over are told",
    "retention_years": "for how many years after its last entry a record is kept",
    "places": "the places",
    "hours": "the opening hours",
    "sv": "the Swedish text",
    "da": "the Danish text",
    "en": "the English text",
}
_WHOLE = {
    "coming_back": ("what holds when a patient comes back", "when a patient comes back"),
    "beginning": ("what holds when another team begins", "when another team begins"),
    "fixed_contact": ("the fixed contact", "the fixed contact"),
    "joint_visits": ("what holds for joint visits", "joint visits"),
    "swaps": ("what holds when services are swapped", "when services are swapped"),
    "enrolment": ("what holds for enrolling", "for enrolling"),
    "waiting_list": ("the waiting list", "on the waiting list"),
    "evaluation": ("the evaluation", "in the evaluation"),
    "before": ("the window before", "in the window before"),
    "during": ("the window during", "in the window during"),
    "after": ("the window after", "in the window after"),
}
_PHRASES = {
    "thing": "the {thing} {name}",
    "named": "`{name}`",
    "quoted": "“{words}”",
    "new": "{what} is new.",
    "removed": "{what} is removed.",
    "now": "{what}: now {new}.",
    "no_longer": "{what}: no longer {old}.",
    "becomes": "{what}: {old} becomes {new}.",
    "changes": "{what}: {how}.",
    "also": "now also {names}",
    "fewer": "no longer {names}",
    "order": "the order is now {names}",
    "tried": "{about}the contact points are tried in the order {names}.",
    "field": "the {field}",
    "title": "the title, ",
    "yes": "yes",
    "no": "no",
    "none": "none",
    "leave": "the {side}",
    "leave_when": "the {side} when it is {urgency}",
    "granted_in": "{role} in {roll_out}",
    "later": "{limit} after {time}",
    "milestone": "milestone {name}",
    "level": "level {name}",
    "leaves": "leaves {name}",
    "end": "end {name}",
    "begins": "begins",
}


@dataclass(frozen=True)
class ChangeWords:
    """The words of one language. By keys of the files: `things` for what has a name, `fields` for what is said of it.

    `whole`: keys whose mapping is told as one thing: the thing itself, and how a change inside it begins. `phrases`:
    sentences and parts of them, with {…} for what they are about. `values`: what stands for a value, such as a unit of
    time. `has_titles`: names are told by their titles, for those who never see the file.
    """

    language: str
    things: Mapping[str, str]
    fields: Mapping[str, str]
    whole: Mapping[str, tuple[str, str]]
    phrases: Mapping[str, str]
    values: Mapping[str, str]
    has_titles: bool = False


ENGLISH = ChangeWords("en", _THINGS, _FIELDS, _WHOLE, _PHRASES, {})
"""As the files are written: every name is the key that stands there."""

_SECTION_OF = {
    **dict.fromkeys(("responsible", "consulted", "carries_out", "informed", "informs", "role", "roles"), "roles"),
    **dict.fromkeys(("by", "sits_in", "decides", "ordered_by", "provider"), "roles"),
    **dict.fromkeys(("from", "to", "begin_at", "levels", "not_at"), "levels"),
    **dict.fromkeys(("frees", "not_after"), "ends"),
    **dict.fromkeys(("give", "get", "swapped"), "services"),
    "ready": "readiness",
    "reasons": "reasons",
    "then": "follow_ups",
    "if_no_place": "moves",
    "takes_back": "milestones",
    "package": "packages",
    "only_in": "roll_outs",
    "competences": "competences",
}
"""What the values of a key are names of."""

_LENGTH = re.compile(r"(?P<amount>\d+) (?P<unit>[a-z]+)")


def titles_in(pathway: Pathway, words: ChangeWords) -> dict[tuple[str, str], str]:
    """The titles of all that has a name, by section and name, in the language of the words or else in the first.

    Empty where the words use none.
    """
    found: dict[tuple[str, str], str] = {}

    def look(plain: Mapping[str, Any]) -> None:
        for section, entries in plain.items():
            if not isinstance(entries, Mapping):
                continue
            look(entries)
            for name, entry in entries.items() if section in words.things else ():
                text = entry.get("title", entry) if isinstance(entry, Mapping) else {}
                if text and set(text) <= set(pathway.languages):
                    found[section, name] = text.get(words.language) or next(iter(text.values()))

    if words.has_titles:
        look(pathway.model_dump(mode="json", by_alias=True))
    return found


@dataclass(frozen=True)
class Saying:
    """Words put together. `titles`: by section and name, where names are told by their titles."""

    words: ChangeWords
    titles: Mapping[tuple[str, str], str] = field(default_factory=dict)

    def phrase(self, key: str, **about: str) -> str:
        """A phrase, with what it is about."""
        return self.words.phrases[key].format(**about)

    def word(self, section: str, name: str) -> str:
        """What a name of a section is called: its title, or itself."""
        title = self.titles.get((section, name))
        return self.phrase("quoted", words=title) if title else self.words.values.get(name, name)

    def named(self, section: str, name: str) -> str:
        """The same, marked as a name."""
        called = self.word(section, name)
        return self.phrase("named", name=name) if called == name else called

    def thing(self, section: str, name: str) -> str:
        """Something that has a name, such as the level of that name."""
        return self.phrase("thing", thing=self.words.things[section], name=self.named(section, name))

    def field(self, top: str, key: str) -> str:
        """What a key says, by the part of the file in which it stands."""
        return self.words.fields.get(f"{top}.{key}") or self.words.fields.get(key) or self.phrase("field", field=key)

    def value(self, key: str, value: Any) -> str:
        """A value of a key, as people read it."""
        if isinstance(value, bool):
            return self.phrase("yes" if value else "no")
        if isinstance(value, list):
            return self.names(key, value) or self.phrase("none")
        said = self._one(key, str(value))
        return said if " " not in said or said[0] in "0123456789“”" else self.phrase("quoted", words=said)

    def names(self, key: str, values: Iterable[str]) -> str:
        """Several values of a key."""
        return ", ".join(self._one(key, each) for each in values)

    def leave(self, side: str, urgency: str) -> str:
        """Who may go ahead without something, and when."""
        who = self.words.values.get(side, side)
        if not urgency:
            return self.phrase("leave", side=who)
        return self.phrase("leave_when", side=who, urgency=self.word("urgencies", urgency))

    def later(self, limit: str, time: str) -> str:
        """Another limit for what starts later in the day."""
        return self.phrase("later", limit=self._one("limit", limit), time=time)

    def _one(self, key: str, value: str) -> str:
        if length := _LENGTH.fullmatch(value):
            return f"{length['amount']} {self.words.values.get(length['unit'], length['unit'])}"
        return self.word(_SECTION_OF.get(key, ""), value)
