"""Soundness of treatments and competences: a complication can always move the patient, and somebody can give the care.

That what is named is declared, `checks_of_references.py` says.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from pathways.definition.faults import Code, Finding, KeyPath
from pathways.definition.models import Pathway
from pathways.definition.networks import Network, Team
from pathways.definition.structure import meant


def check_treatments(pathway: Pathway) -> Iterator[Finding]:
    """The move of every complication starts wherever the treatment is given, and nothing holds it back."""
    for key, treatment in pathway.treatments.items():
        if treatment.longest_days is not None and treatment.longest_days < 1:
            path: KeyPath = ("treatments", key, "longest_days")
            sentence, mend = "An order that runs on no day gives nothing.", "Write 1 or more, or leave it out."
            yield Finding(Code.NO_DAYS, path, str(treatment.longest_days), sentence, mend)
        if treatment.complication is not None:
            yield from _check_complication(pathway, key)


def check_competences(
    network: Network, pathways: Mapping[str, Pathway], versions: Iterable[Pathway]
) -> Iterator[Finding]:
    """Contact points have competences that a pathway declares, and someone has what each treatment needs.

    `pathways` are all that the network names, `versions` these and others of them, whose competences it may have.
    """
    known = list(dict.fromkeys(name for pathway in versions for name in pathway.competences))
    for key, team in network.teams.items():
        for place, contact in enumerate(team.contacts):
            for number, name in enumerate(contact.competences):
                if name not in known:
                    path: KeyPath = ("teams", key, "contacts", place, "competences", number)
                    sentence = f"No pathway of this network declares the competence `{name}`."
                    yield Finding(Code.UNKNOWN_COMPETENCE, path, name, sentence, meant(name, known))
    for place, name in enumerate(network.pathways):
        yield from _check_had(network, pathways[name], ("pathways", place))


def _check_complication(pathway: Pathway, key: str) -> Iterator[Finding]:
    treatment = pathway.treatments[key]
    at = treatment.complication
    move = pathway.moves.get(at.move) if at else None
    if at is None or move is None:
        return
    path: KeyPath = ("treatments", key, "complication")
    for level in treatment.levels:
        if level in pathway.levels and level not in move.from_levels:
            sentence = f"The move `{at.move}` does not start at `{level}`, where the treatment is given."
            mend = f"Add `{level}` to its `from`, or name another move."
            yield Finding(Code.MOVE_FROM_ELSEWHERE, (*path, "move"), at.move, sentence, mend)
    if at.urgency not in move.urgencies:
        sentence = f"The move `{at.move}` has no limits for the urgency `{at.urgency}`."
        yield Finding(
            Code.UNKNOWN_URGENCY, (*path, "urgency"), at.urgency, sentence, meant(at.urgency, list(move.urgencies))
        )
    elif pathway.rules_for(at.urgency).summary:
        sentence = f"The urgency `{at.urgency}` asks for a summary before the request."
        mend = "Name an urgency that asks for none; the summary can be written while the request waits."
        yield Finding(Code.COMPLICATION_WAITS, (*path, "urgency"), at.urgency, sentence, mend)
    if at.reason not in move.reasons:
        sentence = f"The move `{at.move}` cannot be asked for with the reason `{at.reason}`."
        yield Finding(Code.UNKNOWN_REASON, (*path, "reason"), at.reason, sentence, meant(at.reason, move.reasons))


def _check_had(network: Network, pathway: Pathway, path: KeyPath) -> Iterator[Finding]:
    for what, name, level, roles, needed in _needs_in(pathway):
        teams = [network.teams[key] for role in roles for key in network.teams_in(role)]
        if teams and not any(_has(network, team, needed) for team in teams):
            wanted = ", ".join(needed)
            sentence = f"Nobody who answers at `{level}` has what the {what} `{name}` needs: {wanted}."
            mend = f"Write `competences: [{wanted}]` at a contact point of a team with `role: {roles[0]}`."
            yield Finding(Code.COMPETENCE_WITHOUT_CONTACT, path, name, sentence, mend)


def _needs_in(pathway: Pathway) -> Iterator[tuple[str, str, str, Sequence[str], tuple[str, ...]]]:
    """What a sound pathway needs competences for: its kind, name and level, who does it there, what they must have."""
    for name, treatment in pathway.treatments.items():
        for level in treatment.levels:
            yield "treatment", name, level, [pathway.levels[level].responsible], treatment.competences
    for name, task in pathway.tasks.items():
        for level, duties in task.levels.items():
            yield "task", name, level, duties.doers, task.competences


def _has(network: Network, team: Team, wanted: tuple[str, ...]) -> bool:
    """Whether a contact point of the team, or of the team that covers it, has all that is wanted."""
    cover = network.teams.get(team.covered_by or "")
    contacts = (*team.contacts, *(cover.contacts if cover else ()))
    return any(set(wanted) <= set(contact.competences) for contact in contacts)
