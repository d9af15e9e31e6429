"""How an episode begins, and how the network answers which team and unit carries a level.

It begins at once under one's own team, and else with a request to the team that is to take over.
"""

from collections.abc import Collection, Mapping, Sequence

from pathways.care.areas import context_of_area
from pathways.care.commands import BeginEpisode
from pathways.care.episodes import Asked, Episode, Standing
from pathways.care.events import EpisodeBegan
from pathways.care.events_of_handovers import HandoverDrafted
from pathways.care.places import require_free
from pathways.care.plans import plan_from_here
from pathways.care.programme.admission import admit, grant_what_is_enrolled_for, must_wait
from pathways.care.recording import Context, Recorder
from pathways.care.requests import request
from pathways.care.services import adjust_services
from pathways.care.viewing import require_seen_by
from pathways.care.wishes import Heeded
from pathways.definition.models import BEGINNING
from pathways.errors import Refused
from pathways.phrases import Phrase


def begin(recorder: Recorder, command: BeginEpisode) -> None:
    """Record the beginning of an episode under exactly one responsible team. Raises Refused.

    It begins at once under the beginner's own team. Another team is asked to take over, as in every handover: until it
    has, the team that began the episode is responsible, and has no place at a unit.
    """
    context = recorder.context
    pathway = context.pathway
    if command.level not in pathway.begin_at:
        raise Refused(
            "An episode of {pathway} cannot begin at that level.",
            "Begin at one of: {choices}.",
            pathway=pathway.pathway,
            choices=tuple(pathway.begin_at),
        )
    if command.actor.team not in context.network.teams:
        raise Refused(
            "An episode is begun by a team of the network, and that is none.",
            "Act for your own team, or ask one of these to begin it: {choices}.",
            choices=tuple(context.network.teams),
        )
    if command.actor.is_program:
        raise Refused(
            "No episode has begun: a program cannot promise by itself that a team takes the patient on.",
            "Let the program name the person who begins it.",
        )
    context = context_of_area(context, command.district, command.provider)
    care_team = _care_team(context, command.care_team)
    team, unit = carrier(context, command.level, _wanted_team(context, command), command.unit, care_team)
    waits = must_wait(context, command)
    is_own = team == command.actor.team
    if not is_own:
        _require_that_it_can_be_asked(command, team, waits=waits)
    elif unit and not waits:
        require_free(context, unit)
    role = pathway.levels[command.level].responsible
    recorder.record(
        EpisodeBegan(
            reference=command.reference,
            pathway=pathway.pathway,
            version=pathway.in_force_from,
            network=context.network.network,
            level=command.level,
            team=str(command.actor.team),
            unit=unit if is_own else None,
            care_team={**care_team, role: team} if is_own else care_team,
            district=command.district,
        )
    )
    admit(recorder, command, waits=waits)
    adjust_services(recorder, is_told=False)  # nobody has begun with them
    grant_what_is_enrolled_for(recorder)
    if not is_own:
        _ask_to_take_over(recorder, str(command.handover), Asked(team=team, unit=unit))


def _wanted_team(context: Context, command: BeginEpisode) -> str | None:
    """The team that was named; where nothing says which, the beginner's own, if it can carry the level."""
    is_said = command.team or command.unit or context.pathway.levels[command.level].responsible in command.care_team
    own = command.actor.team
    return own if not is_said and own in _teams_that_carry(context, command.level) else command.team


def _teams_that_carry(context: Context, level: str) -> Collection[str]:
    definition = context.pathway.levels[level]
    return _units_at(context, level).values() if definition.places else context.network.teams_in(definition.responsible)


def _units_at(context: Context, level: str) -> Mapping[str, str]:
    """The units at a level of which a team can be responsible there, each with that team."""
    carriers = context.network.teams_in(context.pathway.levels[level].responsible)
    return {
        key: unit.team for key, unit in context.network.units.items() if unit.level == level and unit.team in carriers
    }


def _require_that_it_can_be_asked(command: BeginEpisode, team: str, *, waits: bool) -> None:
    if waits:
        raise Refused(
            "No place is free in the programme, and only the team that sees to the wait puts somebody on its list.",
            "Ask {team} to begin the episode.",
            team=team,
        )
    if not command.handover:
        raise Refused("{team} is to be asked, and the request has no reference.", "Give it one.", team=team)


def _ask_to_take_over(recorder: Recorder, reference: str, asked: Asked) -> None:
    plan = plan_from_here(
        recorder.context,
        recorder.episode,
        (asked,),
        move=BEGINNING,
        urgency=BEGINNING,
        reason=BEGINNING,
        wishes=Heeded(standing=Standing.UNKNOWN),
        replaces=None,
    )
    recorder.record(HandoverDrafted(handover=reference, plan=plan, asked=(asked,)))
    request(recorder, recorder.episode.handovers[reference])


def carries_its_level(context: Context, episode: Episode) -> bool:
    """Whether the responsible team gives the care of the level; not so where it has begun the episode for another."""
    return can_carry(context, episode.level, episode.stay.team, episode.stay.unit)


def can_carry(context: Context, level: str, team: str, unit: str | None) -> bool:
    """Whether a team can give the care of a level; where the level has places, at a unit."""
    definition = context.pathway.levels[level]
    return team in context.network.teams_in(definition.responsible) and definition.places == bool(unit)


def carrier(
    context: Context, level: str, team: str | None, unit: str | None, care_team: Mapping[str, str]
) -> tuple[str, str | None]:
    """The team, and the unit where the level has places, that carries a level for this patient.

    What is left out is filled in where only one is possible; otherwise Refused names the choices.
    """
    definition = context.pathway.levels[level]
    _require_seen_by(context, definition.responsible, team, unit)
    if definition.places:
        return _unit_of(context, level, team, unit)
    if unit is not None:
        raise Refused("The level {level} has no units.", "Leave the unit out.", level=level)
    teams = context.network.teams_in(definition.responsible)
    usual = care_team.get(definition.responsible)
    wanted = team or (usual if usual in teams else None)
    return _one_of(teams, wanted, Phrase("team for {level}", level=level)), None


def _require_seen_by(context: Context, role: str, team: str | None, unit: str | None) -> None:
    """The patient lets the team see the episode that is named, or one of those with the role. Raises Refused."""
    whole, able = context.whole or context.network, context.network.teams_in(role)
    known = whole.units.get(unit or "")
    named = known.team if known else team
    if named is None and not able:
        named = next(iter(whole.teams_in(role)), None)
    require_seen_by(context.whole, context.network, named, able)


def _unit_of(context: Context, level: str, team: str | None, unit: str | None) -> tuple[str, str]:
    units = _units_at(context, level)
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
