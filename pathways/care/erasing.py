"""Erasing by rule: when the record of an episode may be erased, and that nothing is done to one that was.

The rule is the network's `retention_years`, which the check holds to the law. What is erased are the texts, and whose
episode it was; codes and times of the history stay, so that what was counted from them can be counted again.
"""

from datetime import datetime

from dateutil.relativedelta import relativedelta

from pathways.care.commands import EraseRecord
from pathways.care.episodes import Episode
from pathways.care.events import RecordErased
from pathways.care.recording import Recorder
from pathways.definition.networks import Network
from pathways.errors import Refused


def retention_of(network: Network) -> int:
    """For how many years after its last entry a record is kept. Raises Refused where it is kept for ever."""
    if network.retention_years is None:
        raise Refused(
            "The network {network} has no rule by which records are erased.",
            "Write `retention_years` into its file and publish it; until then everything is kept.",
            network=network.network,
        )
    return network.retention_years


def erased_before(network: Network, now: datetime) -> datetime:
    """The instant before which the last entry of a record lies that may be erased. As `retention_of`."""
    return now - relativedelta(years=retention_of(network))


def erase(recorder: Recorder, command: EraseRecord) -> None:
    """Record that what was written is erased, where the rule lets it. Raises Refused."""
    episode, network = recorder.episode, recorder.context.whole or recorder.context.network
    if not episode.has_ended or episode.clocks:
        raise Refused(
            "Episode {episode} is not over, or something of it still waits.",
            "End it, or do what it waits for, first.",
            episode=episode.reference,
        )
    if command.last_entry_at >= erased_before(network, recorder.context.now):
        raise Refused(
            "The last entry of episode {episode} is not {years} years old.",
            "Wait until it is.",
            episode=episode.reference,
            years=retention_of(network),
        )
    recorder.record(RecordErased(after_years=retention_of(network)))


def require_not_erased(episode: Episode) -> None:
    """Something can be done to the episode only while there is a record to add to. Raises Refused."""
    if episode.erased_at is not None:
        raise Refused(
            "The record of episode {episode} was erased.",
            "Where the patient is in care again, begin a new episode.",
            episode=episode.reference,
        )
