"""How an episode begins, and how the network answers which team and unit carries a level."""

from collections.abc import Mapping, Sequence

from pathways.care.areas import context_of_area
from pathways.care.commands import BeginEpisode
from pathways.care.events import EpisodeBegan
from pathways.care.places import require_free
from pathways.care.programme.admission import admit, grant_what_is_enrolled_for, must_wait
from pathways.care.recording import Context, Recorder
from pathways.care.services import adjust_services
from pathways.errors import Refused
from pathways.phrases import Phrase


def begin(recorder: Recorder, command: BeginEpisode) -> None:
    """Record the beginning of an episode under exactly one responsible team. Raises Refused."""
    context = recorder.context
    pathway = context.pathway
    if command.level not in pathway.begin_at:
        raise Refused(
            "An episode of {pathway} cannot begin at that level.",
            "Begin at one of: {choices}.",
            pathway=pathway.pathway,
            choices=tuple(pathway.begin_at),
        )
    if command.actor.team is not None and command.actor.team not in context.network.teams:
        raise Refused(
            "An episode is begun by a team of the network, and that is none.",
            "Act for one of: {choices}.",
            choices=tuple(context.network.teams),
        )
    if command.actor.is_program:
        raise Refused(
            "No episode has begun: a program cannot promise by itself that a team takes the patient on.",
            "Let the program name the person who begins it.",
        )
    context = context_of_area(context, command.district, command.provider)
    care_team = _care_team(context, command.care_team)
    team, unit = carrier(context, command.level, command.team, command.unit, care_team)
    waits = must_wait(context, command)
    if unit and not waits:
        require_free(context, unit)
    recorder.record(
        EpisodeBegan(
            reference=command.reference,
            pathway=pathway.pathway,
            version=pathway.in_force_from,
            network=context.network.network,
            level=command.level,
            team=team,
            unit=unit,
            care_team={**care_team, pathway.levels[command.level].responsible: team},
            district=command.district,
        )
    )
    admit(recorder, command, waits=waits)
    adjust_services(recorder, is_told=False)  # nobody has begun with them
    grant_what_is_enrolled_for(recorder)


def carrier(
    context: Context, level: str, team: str | None, unit: str | None, care_team: Mapping[str, str]
) -> tuple[str, str | None]:
    """The team, and the unit where the level has places, that carries a level for this patient.

    What is left out is filled in where only one is possible; otherwise Refused names the choices.
    """
    definition = context.pathway.levels[level]
    if definition.places:
        return _unit_of(context, level, team, unit)
    if unit is not None:
        raise Refused("The level {level} has no units.", "Leave the unit out.", level=level)
    teams = context.network.teams_in(definition.responsible)
    usual = care_team.get(definition.responsible)
    wanted = team or (usual if usual in teams else None)
    return _one_of(teams, wanted, Phrase("team for {level}", level=level)), None


def _unit_of(context: Context, level: str, team: str | None, unit: str | None) -> tuple[str, str]:
    carriers = context.network.teams_in(context.pathway.levels[level].responsible)
    units = {
        key: candidate.team
        for key, candidate in context.network.units.items()
        if candidate.level == level and candidate.team in carriers
    }
    if team is not None:
        _one_of(tuple(dict.fromkeys(units.values())), team, Phrase("team for {level}", level=level))
    chosen = _one_of(
        [key for key in units if team in (None, units[key])], unit, Phrase("unit for {level}", level=level)
    )
    return units[chosen], chosen


def _one_of(possible: Sequence[str], wanted: str | None, what: Phrase) -> str:
    if wanted is None and len(possible) == 1:
        return possible[0]
    if wanted in possible:
        return str(wanted)
    if not possible:
        raise Refused("This network has no {what}.", "Ask those who keep the network file to add one.", what=what)
    if wanted is None:
        raise Refused(
            "There are several choices of {what}.", "Name one of: {choices}.", what=what, choices=tuple(possible)
        )
    raise Refused(
        "That is not a {what} in this network.", "Choose one of: {choices}.", what=what, choices=tuple(possible)
    )


def _care_team(context: Context, named: Mapping[str, str]) -> Mapping[str, str]:
    for role, team in named.items():
        if role not in context.pathway.roles:
            raise Refused(
                "What was named is not a role of this pathway.",
                "Choose among: {choices}.",
                choices=tuple(context.pathway.roles),
            )
        _one_of(context.network.teams_in(role), team, Phrase("team for the role {role}", role=role))
    only = {role: teams[0] for role in context.pathway.roles if len(teams := context.network.teams_in(role)) == 1}
    return {**only, **named}
