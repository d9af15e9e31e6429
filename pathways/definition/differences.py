"""What changes between two versions of a pathway or of a network, in sentences for the person who decides."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from pathways.definition.checks_of_waiving import waivings_in
from pathways.definition.condition_words import condition_in
from pathways.definition.faults import KeyPath
from pathways.definition.models import Pathway
from pathways.definition.networks import Network

THINGS = {
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
FIELDS: Mapping[str | tuple[str, str], str] = {
    "in_force_from": "the date from which it is in force",
    "in_force_until": "the last day in force",
    "languages": "the languages",
    "parties": "the parties",
    "signed_by": "who has signed it",
    ("agreement", "review"): "the day on which it is looked at again",
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
    ("phases", "answer"): "the longest that an answer may take",
    "holds_back": "that it holds moves back",
    ("coming_back", "within"): "how long after a handover that is",
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
    "ordered_by": "the roles that order it",
    ("treatments", "competences"): "the competences that it needs",
    ("teams", "competences"): "the competences",
    "record_within": "the limit to record a visit",
    "act_within": "the limit to act on a missed visit",
    "longest_days": "on how many days an order may run",
    "complication": "what a complication leads to",
    ("fixed_contact", "roles"): "the roles that it may belong to",
    "name_within": "the limit to name one",
    "cap": "the number of places",
    "frees": "the ends that free a place",
    ("enrolment", "package"): "the package that is granted",
    "ask_again": "how often it is asked whether somebody still waits",
    "enrol_within": "how long a free place is left to the first in line",
    "instrument": "the instrument",
    "lowest": "the lowest number",
    "highest": "the highest number",
    "step": "the step between two numbers",
    "decimals": "the number of decimals",
    "better": "which way is better",
    "earlier": "how much before the enrolment it may be",
    ("evaluation", "later"): "how much after the enrolment it may be",
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
    ("roll_outs", "from"): "the day from which it holds",
    "until": "the last day",
    "sits_in": "the roles that sit in",
    "day": "the weekday",
    "at": "the time of day",
    ("meetings", "holidays"): "what becomes of it on a holiday",
    "list_before": "how long before it the list is made",
    "grounds": "what puts a matter on its list",
    ("joint_visits", "roles"): "the roles that may propose one",
    "record": "the limit to record that it was held",
    "time_zone": "the time zone",
    "role": "the role",
    "secret": "the name of its secret",
    "cover": "the hours of cover",
    "covered_by": "the team that answers while it is closed",
    "last_resort": "the last resort",
    "closing_lead": "how long before closing those who take over are told",
    "places": "the places",
    "hours": "the opening hours",
    "sv": "the Swedish text",
    "da": "the Danish text",
    "en": "the English text",
}
WHOLE = {
    "coming_back": ("what holds when a patient comes back", "when a patient comes back"),
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
"""Keys whose mapping is told as one thing: the thing itself, and how a change inside it begins."""
_ORDER = "order of contacts"


@dataclass(frozen=True)
class Difference:
    """One change: where, what stood there and what stands there now (None for nothing), and a sentence that says it."""

    path: KeyPath
    old: Any
    new: Any
    sentence: str


def differences(old: Pathway, new: Pathway) -> list[Difference]:
    """What changes from one version of a pathway to another, in the order of a pathway file; empty if nothing does."""
    return list(_compared(_plain_pathway(old), _plain_pathway(new), ()))


def differences_between_networks(old: Network, new: Network) -> list[Difference]:
    """What changes from one state of a network to another, in the order of a network file; empty if nothing does."""
    return list(_compared(_plain(old), _plain(new), ()))


def _plain_pathway(pathway: Pathway) -> dict[str, Any]:
    """The pathway as plain values: conditions, leave to go ahead and clocks as words, and who has which part."""
    plain = _plain(pathway)
    for name, move in pathway.moves.items():
        if move.suggested_when is not None:
            plain["moves"][name]["suggested_when"] = condition_in("en", move.suggested_when)
    for path, waiving in waivings_in(pathway):
        section, name, key = (str(step) for step in path)
        plain[section][name][key] = [
            f"the {side}{f' when it is {urgency}' if urgency else ''}"
            for side in waiving.by
            for urgency in waiving.urgencies or ("",)
        ]
    for name, treatment in pathway.treatments.items():
        if (at := treatment.complication) is not None:
            plain["treatments"][name]["complication"] = f"{at.move}, {at.urgency}, {at.reason}"
    for name, clock in pathway.clocks.items():
        said = plain["clocks"][name]
        said["starts"], said["stops"] = ([str(each) for each in triggers] for triggers in (clock.starts, clock.stops))
        said["later"] = f"{clock.later.limit} after {clock.later.after:%H:%M}" if clock.later else None
    _say_who(pathway, plain)
    return plain


def _say_who(pathway: Pathway, plain: dict[str, Any]) -> None:
    """Who carries a task out, as it is; who may grant a package where; and what may be swapped for what."""
    for name, task in pathway.tasks.items():
        for level, duties in task.levels.items():
            plain["tasks"][name]["levels"][level]["carries_out"] = list(duties.doers)
    for name, package in pathway.packages.items():
        plain["packages"][name]["by_in"] = [
            f"{role} in {each}" for each, roles in package.by_in.items() for role in roles
        ]
    if pathway.swaps is not None:
        plain["swaps"]["among"] = {name: {"swapped": list(group)} for name, group in pathway.swaps.among.items()}


def _plain(model: Pathway | Network) -> dict[str, Any]:
    """The model as plain values, contact points by name and hours of cover as words."""
    plain: dict[str, Any] = model.model_dump(mode="json", by_alias=True)
    for team in plain.get("teams", {}).values():
        team[_ORDER] = [contact["name"] for contact in team["contacts"]]
        team["contacts"] = {
            contact["name"]: {
                "secret": contact["secret"],
                "cover": _cover_in_words(contact["cover"]),
                "competences": contact["competences"],
            }
            for contact in team["contacts"]
        }
        team["cover"] = _cover_in_words(team["cover"])
    for unit in plain.get("units", {}).values():
        unit["hours"] = _cover_in_words(unit["hours"])
    if last := plain.get("last_resort"):
        plain["last_resort"] = f"{last['contact']} of {last['team']}"
    return plain


def _cover_in_words(cover: Mapping[str, Any] | None) -> list[str] | None:
    if cover is None:
        return None
    if cover["hours"] is None:
        return ["always" if cover["always"] else f"calendar {cover['calendar']}"]
    hours = [f"{' '.join(each['days'])} {each['from']}–{each['until']}" for each in cover["hours"]]
    exceptions = [
        f"{each['day']} closed" if each["closed"] else f"{each['day']} {each['from']}–{each['until']}"
        for each in cover["exceptions"]
    ]
    return [*hours, f"holidays {cover['holidays']}", *exceptions]


def _compared(old: Any, new: Any, path: KeyPath) -> Iterator[Difference]:
    if old == new:
        return
    if isinstance(old, Mapping) and isinstance(new, Mapping):
        for key in dict.fromkeys((*old, *new)):
            yield from _compared(old.get(key), new.get(key), (*path, key))
    elif path[-1] == _ORDER:
        sentence = f"{_subject(path[:-1])}the contact points are tried in the order {', '.join(new)}."
        yield Difference((*path[:-1], "contacts"), old, new, _capitalised(sentence))
    else:
        yield Difference(path, old, new, _capitalised(_sentence(old, new, path)))


def _sentence(old: Any, new: Any, path: KeyPath) -> str:
    if len(path) > 1 and path[-2] in THINGS:
        what = f"{_subject(path[:-2])}the {THINGS[str(path[-2])]} `{path[-1]}`"
        return f"{what} is {'new' if old is None else 'removed'}."
    if path[-1] in WHOLE:
        return f"{WHOLE[str(path[-1])][0]} is {'new' if old is None else 'removed'}."
    field = str(path[-1])
    what = f"{_subject(path[:-1])}{FIELDS.get((str(path[0]), field)) or FIELDS.get(field) or f'the {field}'}"
    if isinstance(old, list) and isinstance(new, list):
        return f"{what}: {_list_change(old, new)}."
    if old is None:
        return f"{what}: now {_shown(new)}."
    if new is None:
        return f"{what}: no longer {_shown(old)}."
    return f"{what}: {_shown(old)} becomes {_shown(new)}."


def _list_change(old: list[str], new: list[str]) -> str:
    more = [entry for entry in new if entry not in old]
    fewer = [entry for entry in old if entry not in new]
    if not more and not fewer:
        return f"the order is now {', '.join(new)}"
    said = [f"now also {', '.join(more)}"] if more else []
    return "; ".join(said + ([f"no longer {', '.join(fewer)}"] if fewer else []))


def _shown(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return ", ".join(value) or "none"
    return f"“{value}”" if " " in str(value) and not str(value)[0].isdigit() else str(value)


def _subject(path: KeyPath) -> str:
    """What a change is about, such as the urgency of a move; nothing for what stands at the top of the file."""
    if path == ("title",):
        return "The title, "
    said, rest = [], list(path)
    while rest:
        step = str(rest.pop(0))
        if step in WHOLE:
            said.append(WHOLE[step][1])
        elif step in THINGS and rest:
            said.append(f"{THINGS[step]} `{rest.pop(0)}`")
    return f"{', '.join(said)}, " if said else ""


def _capitalised(sentence: str) -> str:
    return sentence[:1].upper() + sentence[1:]
