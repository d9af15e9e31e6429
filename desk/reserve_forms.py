"""The reserve routine's blank forms: what is written by hand while Handslag cannot be reached, and typed in afterwards.

They ask what the pages ask on which it is typed in, in the same words and from the same declarations. They hold nothing
of any patient.
"""

from collections.abc import Mapping, Sequence
from enum import StrEnum
from pathlib import Path
from typing import Any

from desk.rendering import Reader, page
from desk.words import N_
from pathways.care.communication import IllnessSeverity
from pathways.definition.models import Pathway
from pathways.definition.networks import Network
from pathways.definition.texts import Language


class ReserveForm(StrEnum):
    """The forms, by their number: in the order in which a patient's way needs them."""

    BEGIN = "1-begin"
    HANDOVER = "2-handover"
    END = "3-end"


TITLES: Mapping[ReserveForm, str] = {
    ReserveForm.BEGIN: N_("Begin an episode"),
    ReserveForm.HANDOVER: N_("Handover: request, answer, arrival"),
    ReserveForm.END: N_("Death, or another end"),
}
"""What each form is for."""


def languages_of(network: Network) -> tuple[Language, ...]:
    """The languages of the network's teams."""
    return tuple(sorted({Language(team.language) for team in network.teams.values()}))


def choices_to_begin(network: Network, pathway: Pathway) -> dict[str, Any]:
    """What whoever begins an episode chooses among: units, teams, and roles for which there are several teams."""
    roles = {role: network.teams_in(role) for role in pathway.roles}
    return {
        "units": {key: unit for key, unit in network.units.items() if unit.level in pathway.begin_at},
        "several": {role: teams for role, teams in roles.items() if len(teams) > 1},
        "teams": [team for level in pathway.begin_at for team in roles[pathway.levels[level].responsible]],
    }


def _several(teams: Sequence[str]) -> Sequence[str]:
    """The teams, where there is a choice."""
    return teams if len(teams) > 1 else ()


def form_html(templates: Path, reader: Reader, network: Network, pathway: Pathway, form: ReserveForm) -> str:
    """A blank form as a page to print, whole and complete in itself."""
    urgencies = {urgency for move in pathway.moves.values() for urgency in move.urgencies}
    reasons = {reason for move in pathway.moves.values() for reason in move.reasons}
    led_to = {move.to for move in pathway.moves.values()}
    chosen_by_unit = {unit.level for unit in network.units.values()}
    receivers = {pathway.levels[level].responsible for level in led_to - chosen_by_unit}
    values = {
        **choices_to_begin(network, pathway),
        "network": network,
        "pathway": pathway,
        "form": form,
        "form_title": TITLES[form],
        "urgencies": [key for key in pathway.urgencies if key in urgencies],
        "reasons": [key for key in pathway.reasons if key in reasons],
        "to_units": [key for key, unit in network.units.items() if unit.level in led_to],
        "to_teams": [each for role in sorted(receivers) for each in _several(network.teams_in(role))],
        "severities": list(IllnessSeverity),
    }
    return page("reserve-form.html", templates, reader, values)
