"""Soundness of an agreement: its days, and that every task that it divides has exactly one role to answer for it."""

from collections.abc import Iterator, Sequence

from pathways.definition.agreements import Duties, Task
from pathways.definition.checks_of_texts import check_line, check_names
from pathways.definition.faults import Code, Finding, KeyPath
from pathways.definition.models import Pathway
from pathways.definition.structure import meant


def agreement_lists_in(pathway: Pathway) -> Iterator[tuple[KeyPath, Sequence[str]]]:
    """The lists of an agreement and of its tasks, in which nothing stands twice."""
    for section in ("parties", "signed_by", "replaces"):
        yield ("agreement", section), getattr(pathway.agreement, section)
    for key, task in pathway.tasks.items():
        yield ("tasks", key, "not_at"), task.not_at
        yield ("tasks", key, "competences"), task.competences
        for level, duties in task.levels.items():
            for part in ("carries_out", "consulted", "informed"):
                yield ("tasks", key, "levels", level, part), getattr(duties, part)


def check_agreement(pathway: Pathway) -> Iterator[Finding]:
    """The agreement's days follow on each other, and what it replaces is another pathway."""
    until, review = pathway.in_force_until, pathway.agreement.review
    begins: KeyPath = ("in_force_from",)
    if until is not None and until < pathway.in_force_from:
        sentence, mend = "The last day in force is before the first.", "Write a day on or after `in_force_from`."
        path: KeyPath = ("in_force_until",)
        yield Finding(Code.ENDS_BEFORE_BEGINNING, path, str(until), sentence, mend, compares=(begins, path))
    if review is not None and review <= pathway.in_force_from:
        sentence, mend = "The agreement would be looked at again before it holds.", "Write a day after `in_force_from`."
        path = ("agreement", "review")
        yield Finding(Code.REVIEW_TOO_EARLY, path, str(review), sentence, mend, compares=(begins, path))
    for place, words in enumerate(pathway.agreement.signed_by):
        yield from check_line(words, ("agreement", "signed_by", place))
    for place, name in enumerate(pathway.agreement.replaces):
        yield from _check_replaced(pathway, name, ("agreement", "replaces", place))


def check_tasks(pathway: Pathway) -> Iterator[Finding]:
    """At every level every task has exactly one role that is responsible, and no role two parts that contradict."""
    for name, task in pathway.tasks.items():
        yield from _check_levels(pathway, name, task)
        for level, duties in task.levels.items():
            yield from _check_duties(("tasks", name, "levels", level), duties)


def _check_replaced(pathway: Pathway, name: str, path: KeyPath) -> Iterator[Finding]:
    yield from check_names([(path, name)], at_key=False)
    if name == pathway.pathway:
        sentence = "A pathway cannot replace itself."
        mend = "Remove it: a later version takes the place of an earlier one without being told."
        yield Finding(Code.REPLACES_ITSELF, path, name, sentence, mend)


def _check_levels(pathway: Pathway, name: str, task: Task) -> Iterator[Finding]:
    for level in pathway.levels:
        if level not in task.levels and level not in task.not_at:
            sentence = f"Nobody is responsible for this task at the level `{level}`."
            mend = f"Add `{level}:` with who is `responsible`, or name it under `not_at`."
            yield Finding(Code.TASK_OF_NOBODY, ("tasks", name, "levels"), level, sentence, mend, at_key=True)
    for place, level in enumerate(task.not_at):
        path: KeyPath = ("tasks", name, "not_at", place)
        if level not in pathway.levels:
            sentence, mend = f"The level `{level}` is not declared.", meant(level, list(pathway.levels))
            yield Finding(Code.UNKNOWN_LEVEL, path, level, sentence, mend)
        elif level in task.levels:
            sentence = f"The task is divided at the level `{level}`, and said not to be there."
            yield Finding(Code.TASK_UNCLEAR, path, level, sentence, "Remove it in one of the two places.")


def _check_duties(path: KeyPath, duties: Duties) -> Iterator[Finding]:
    """The responsible role may carry out what it answers for; beside that, a role has one part in a task."""
    parts = {
        "carries_out": (duties.carries_out, ()),
        "consulted": (duties.consulted, (duties.responsible, *duties.carries_out)),
        "informed": (duties.informed, (duties.responsible, *duties.carries_out, *duties.consulted)),
    }
    for part, (roles, others) in parts.items():
        for place, role in enumerate(roles):
            if role in others:
                sentence, mend = f"The role `{role}` has a larger part in this already.", "Remove it here."
                yield Finding(Code.ROLE_TWICE_IN_TASK, (*path, part, place), role, sentence, mend)
