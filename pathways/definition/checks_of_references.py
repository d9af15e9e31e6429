"""Soundness of what a pathway's parts say of each other: everything named is declared, everything declared is used."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from pathways.definition.checks_of_clocks import triggers_in
from pathways.definition.checks_of_grants import named_in_grants
from pathways.definition.checks_of_meetings import named_in_meetings
from pathways.definition.checks_of_waiving import waivings_in
from pathways.definition.faults import Code, Finding, KeyPath
from pathways.definition.models import Pathway
from pathways.definition.programmes import names_in
from pathways.definition.structure import meant


@dataclass(frozen=True)
class _Section:
    """Where things of one kind are declared, what one is called, and the faults of naming and not using it."""

    word: str
    unknown: Code
    unused: Code | None = None
    use: str = ""


_SECTIONS = {
    "roles": _Section(
        "role", Code.UNKNOWN_ROLE, Code.UNUSED_ROLE, "make it responsible, consulted or informed somewhere"
    ),
    "levels": _Section("level", Code.UNKNOWN_LEVEL),
    "reasons": _Section("reason", Code.UNKNOWN_REASON, Code.UNUSED_REASON, "name it under the `reasons` of a move"),
    "urgencies": _Section("urgency", Code.UNKNOWN_URGENCY, Code.UNUSED_URGENCY, "give a move limits for it"),
    "readiness": _Section("readiness item", Code.UNKNOWN_ITEM, Code.UNUSED_ITEM, "name it under the `ready` of a move"),
    "packages": _Section("package", Code.UNKNOWN_PACKAGE),
    "moves": _Section("move", Code.UNKNOWN_MOVE),
    "follow_ups": _Section(
        "follow-up", Code.UNKNOWN_FOLLOW_UP, Code.UNUSED_FOLLOW_UP, "name it under the `then` of an end"
    ),
    "ends": _Section("end", Code.UNKNOWN_END),
    "competences": _Section(
        "competence",
        Code.UNKNOWN_COMPETENCE,
        Code.UNUSED_COMPETENCE,
        "name it under the `competences` of a treatment or task",
    ),
    "milestones": _Section(
        "milestone", Code.UNKNOWN_MILESTONE, Code.UNUSED_MILESTONE, "let a clock start or stop at it"
    ),
    "services": _Section("service", Code.UNKNOWN_SERVICE),
    "roll_outs": _Section(
        "roll-out", Code.UNKNOWN_ROLL_OUT, Code.UNUSED_ROLL_OUT, "name it where a rule holds only in it"
    ),
}


class Reference(NamedTuple):
    """One place where a pathway names something that it declares under `section`.

    `uses` is false where naming alone makes no use of it. `at_key`: the name is a key there, not a value.
    """

    section: str
    path: KeyPath
    name: str
    uses: bool = True
    at_key: bool = False


def references_in(pathway: Pathway) -> Iterator[Reference]:
    """Every place where the pathway names something that it declares under one of the sections above."""
    yield from _listed("levels", ("begin_at",), pathway.begin_at)
    for key, level in pathway.levels.items():
        yield Reference("roles", ("levels", key, "responsible"), level.responsible)
        yield from _listed("roles", ("levels", key, "consulted"), level.consulted)
    yield from _references_in_moves(pathway)
    for key, follow_up in pathway.follow_ups.items():
        yield Reference("roles", ("follow_ups", key, "role"), follow_up.role)
    for key, end in pathway.ends.items():
        yield from _listed("follow_ups", ("ends", key, "then"), end.then)
    for key, service in pathway.services.items():
        yield Reference("roles", ("services", key, "role"), service.role)
        yield from _listed("levels", ("services", key, "levels"), service.levels)
    for path, waiving in waivings_in(pathway):
        for reference in _listed("urgencies", (*path, "urgencies"), waiving.urgencies):
            yield reference._replace(uses=False)
    yield from _references_of_clocks(pathway)
    yield from _references_of_treatments(pathway)
    yield from _references_of_tasks(pathway)
    for section, path, name, at_key in (*named_in_grants(pathway), *named_in_meetings(pathway)):
        yield Reference(section, path, name, at_key=at_key)
    for section, path, name in names_in(pathway.enrolment, pathway.evaluation):
        yield Reference(section, path, name)


def check_references(pathway: Pathway) -> Iterator[Finding]:
    """Everything that is named is declared, and everything that is declared is named somewhere."""
    used: dict[str, set[str]] = {section: set() for section in _SECTIONS}
    for section, path, name, uses, at_key in references_in(pathway):
        used[section] |= {name} if uses else set()
        declared = _declared(pathway, section)
        if name not in declared:
            kind = _SECTIONS[section]
            sentence = f"The {kind.word} `{name}` is not declared."
            yield Finding(kind.unknown, path, name, sentence, meant(name, declared), at_key)
    for section, kind in _SECTIONS.items():
        for name in getattr(pathway, section):
            if kind.unused and name not in used[section]:
                mend = f"Remove it, or {kind.use}."
                yield Finding(
                    kind.unused, (section, name), name, f"The {kind.word} `{name}` is never used.", mend, True
                )


def _declared(pathway: Pathway, section: str) -> list[str]:
    """The names that a section declares. Urgencies that none declares are those that moves have limits for."""
    if section == "urgencies" and not pathway.urgencies:
        return list(dict.fromkeys(name for move in pathway.moves.values() for name in move.urgencies))
    return list(getattr(pathway, section))


def _references_in_moves(pathway: Pathway) -> Iterator[Reference]:
    for key, move in pathway.moves.items():
        yield from _listed("levels", ("moves", key, "from"), move.from_levels)
        yield Reference("levels", ("moves", key, "to"), move.to)
        yield from _listed("reasons", ("moves", key, "reasons"), move.reasons)
        yield from _listed("readiness", ("moves", key, "ready"), move.ready)
        yield from _listed("roles", ("moves", key, "informs"), move.informs)
        if move.if_no_place is not None:
            yield Reference("moves", ("moves", key, "if_no_place"), move.if_no_place)
        for name, urgency in move.urgencies.items():
            yield Reference("urgencies", ("moves", key, "urgencies", name), name, at_key=True)
            yield from _listed("readiness", ("moves", key, "urgencies", name, "ready"), urgency.ready or ())


def _references_of_clocks(pathway: Pathway) -> Iterator[Reference]:
    for key, milestone in pathway.milestones.items():
        if milestone.takes_back is not None:
            yield Reference("milestones", ("milestones", key, "takes_back"), milestone.takes_back, uses=False)
            yield Reference("milestones", ("milestones", key), key)  # that is its use
    for key, clock in pathway.clocks.items():
        yield Reference("roles", ("clocks", key, "role"), clock.role)
        if clock.only_in is not None:
            yield Reference("roll_outs", ("clocks", key, "only_in"), clock.only_in)
    for path, trigger in triggers_in(pathway):
        named = {
            "milestone": ("milestones", trigger.milestone),
            "level": ("levels", trigger.level),
            "leaves": ("levels", trigger.leaves),
            "end": ("ends", trigger.end),
        }
        for field, (section, name) in named.items():
            if name is not None:
                yield Reference(section, (*path, field), name)


def _references_of_treatments(pathway: Pathway) -> Iterator[Reference]:
    for key, treatment in pathway.treatments.items():
        yield from _listed("levels", ("treatments", key, "levels"), treatment.levels)
        yield from _listed("roles", ("treatments", key, "ordered_by"), treatment.ordered_by)
        yield from _listed("competences", ("treatments", key, "competences"), treatment.competences)
        if treatment.complication is not None:
            yield Reference("moves", ("treatments", key, "complication", "move"), treatment.complication.move)
    if pathway.fixed_contact is not None:
        yield from _listed("roles", ("fixed_contact", "roles"), pathway.fixed_contact.roles)


def _references_of_tasks(pathway: Pathway) -> Iterator[Reference]:
    for key, task in pathway.tasks.items():
        yield from _listed("competences", ("tasks", key, "competences"), task.competences)
        for level, duties in task.levels.items():
            path: KeyPath = ("tasks", key, "levels", level)
            yield Reference("levels", path, level, at_key=True)
            yield Reference("roles", (*path, "responsible"), duties.responsible)
            for part in ("carries_out", "consulted", "informed"):
                yield from _listed("roles", (*path, part), getattr(duties, part))


def _listed(section: str, path: KeyPath, names: tuple[str, ...]) -> Iterator[Reference]:
    for place, name in enumerate(names):
        yield Reference(section, (*path, place), name)
