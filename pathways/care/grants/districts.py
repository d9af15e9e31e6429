"""Where a patient lives, when that changes: what is rolled out there holds from then on; what is granted stays."""

from pathways.care.concerned import teams_concerned
from pathways.care.grants.commands import MoveToDistrict
from pathways.care.grants.events import DistrictChanged
from pathways.care.recording import Recorder
from pathways.errors import Refused


def move(recorder: Recorder, command: MoveToDistrict) -> None:
    """Record another district. Raises Refused, also where the responsible team does not work there."""
    network, episode = recorder.context.network, recorder.episode
    if episode.has_ended:
        raise Refused(
            f"Cannot change the district of episode {episode.reference}: it has ended.", "Nothing needs to be done."
        )
    if recorder.actor.team not in teams_concerned(recorder.context, episode):
        raise Refused(
            f"Cannot change the district of episode {episode.reference}: your team has no part in it.",
            f"Ask {episode.stay.team}, which is responsible.",
        )
    if command.district not in network.districts:
        known = f"Choose one of: {', '.join(network.districts)}." if network.districts else "It has none."
        raise Refused("That is not a district of this network.", known)
    if command.district == episode.district:
        raise Refused(f"Episode {episode.reference} is in that district already.", "Nothing needs to be done.")
    if not network.works_in(episode.stay.team, command.district):
        raise Refused(
            f"Cannot change the district of episode {episode.reference}: {episode.stay.team} does not work there.",
            "Hand the patient over to a team that does, or end this episode and begin one there.",
        )
    recorder.record(DistrictChanged(district=command.district))
