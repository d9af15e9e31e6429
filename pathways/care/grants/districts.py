"""Where a patient lives, when that changes: what is rolled out there holds from then on; what is granted stays."""

from pathways.care.concerned import teams_concerned
from pathways.care.grants.commands import MoveToDistrict
from pathways.care.grants.events import DistrictChanged
from pathways.care.recording import Recorder
from pathways.errors import Refused
from pathways.phrases import Phrase, one_of


def move(recorder: Recorder, command: MoveToDistrict) -> None:
    """Record another district. Raises Refused, also where the responsible team does not work there."""
    network, episode = recorder.context.network, recorder.episode
    if episode.has_ended:
        raise Refused(
            "Cannot change the district of episode {episode}: it has ended.",
            "Nothing needs to be done.",
            episode=episode.reference,
        )
    if recorder.actor.team not in teams_concerned(recorder.context, episode):
        raise Refused(
            "Cannot change the district of episode {episode}: your team has no part in it.",
            "Ask {team}, which is responsible.",
            episode=episode.reference,
            team=episode.stay.team,
        )
    if command.district not in network.districts:
        known = one_of(network.districts, Phrase("It has none."))
        raise Refused("That is not a district of this network.", known)
    if command.district == episode.district:
        raise Refused(
            "Episode {episode} is in that district already.", "Nothing needs to be done.", episode=episode.reference
        )
    if not network.works_in(episode.stay.team, command.district):
        raise Refused(
            "Cannot change the district of episode {episode}: {team} does not work there.",
            "Hand the patient over to a team that does, or end this episode and begin one there.",
            episode=episode.reference,
            team=episode.stay.team,
        )
    recorder.record(DistrictChanged(district=command.district))
