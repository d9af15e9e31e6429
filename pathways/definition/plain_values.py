"""Pathways and networks as plain values to be compared, with what only people read said in words."""

from collections.abc import Mapping
from typing import Any

from pathways.definition.change_words import Saying
from pathways.definition.checks_of_waiving import waivings_in
from pathways.definition.condition_words import condition_in
from pathways.definition.models import Pathway, Trigger
from pathways.definition.networks import Network

ORDER = "order of contacts"


def plain_pathway(pathway: Pathway, saying: Saying) -> dict[str, Any]:
    """The pathway as plain values: conditions, leave to go ahead and clocks as words, and who has which part."""
    plain = _plain(pathway)
    for name, move in pathway.moves.items():
        if move.suggested_when is not None:
            plain["moves"][name]["suggested_when"] = condition_in(saying.words.language, move.suggested_when)
    for path, waiving in waivings_in(pathway):
        section, name, key = (str(step) for step in path)
        plain[section][name][key] = [
            saying.leave(side, urgency) for side in waiving.by for urgency in waiving.urgencies or ("",)
        ]
    for name, treatment in pathway.treatments.items():
        if (at := treatment.complication) is not None:
            named = (("moves", at.move), ("urgencies", at.urgency), ("reasons", at.reason))
            plain["treatments"][name]["complication"] = ", ".join(saying.word(*each) for each in named)
    for name, clock in pathway.clocks.items():
        said = plain["clocks"][name]
        said["starts"], said["stops"] = (
            [_trigger(each, saying) for each in all_] for all_ in (clock.starts, clock.stops)
        )
        said["later"] = clock.later and saying.later(str(clock.later.limit), f"{clock.later.after:%H:%M}")
    _say_who(pathway, plain, saying)
    return plain


def plain_network(network: Network) -> dict[str, Any]:
    """The network as plain values, contact points by name and hours of cover as words."""
    return _plain(network)


def _trigger(trigger: Trigger, saying: Saying) -> str:
    if trigger.begins:
        return saying.phrase("begins")
    kinds = (
        ("milestone", "milestones", trigger.milestone or ""),
        ("level", "levels", trigger.level or ""),
        ("leaves", "levels", trigger.leaves or ""),
        ("end", "ends", trigger.end or ""),
    )
    what, section, name = next(each for each in kinds if each[2])
    return saying.phrase(what, name=saying.word(section, name))


def _say_who(pathway: Pathway, plain: dict[str, Any], saying: Saying) -> None:
    """Who carries a task out, as it is; who may grant a package where; and what may be swapped for what."""
    for name, task in pathway.tasks.items():
        for level, duties in task.levels.items():
            plain["tasks"][name]["levels"][level]["carries_out"] = list(duties.doers)
    for name, package in pathway.packages.items():
        plain["packages"][name]["by_in"] = [
            saying.phrase("granted_in", role=saying.word("roles", role), roll_out=saying.word("roll_outs", each))
            for each, roles in package.by_in.items()
            for role in roles
        ]
    if pathway.swaps is not None:
        plain["swaps"]["among"] = {name: {"swapped": list(group)} for name, group in pathway.swaps.among.items()}


def _plain(model: Pathway | Network) -> dict[str, Any]:
    """The model as plain values, contact points by name and hours of cover as words."""
    plain: dict[str, Any] = model.model_dump(mode="json", by_alias=True)
    for team in plain.get("teams", {}).values():
        team[ORDER] = [contact["name"] for contact in team["contacts"]]
        team["contacts"] = {
            contact.pop("name"): {**contact, "cover": _cover_in_words(contact["cover"])} for contact in team["contacts"]
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
