"""Whether an episode is inside a roll-out of its pathway: by its district, its provider, and the day. Pure."""

from pathways.care.concerned import teams_for_role
from pathways.care.episodes import Episode
from pathways.care.recording import Context


def provider_of(context: Context, episode: Episode, role: str) -> str | None:
    """The organisation of the patient's team with a role; None where the network has several and none is named."""
    found = {context.network.teams[team].organisation for team in teams_for_role(context, episode, role)}
    return found.pop() if len(found) == 1 else None


def is_in_roll_out(context: Context, episode: Episode, name: str | None) -> bool:
    """Whether what holds only inside this roll-out holds today. Without a name it holds everywhere."""
    if name is None:
        return True
    roll_out = context.pathway.roll_outs.get(name)
    if roll_out is None:
        return False
    provider = provider_of(context, episode, roll_out.provider)
    return roll_out.stage_on(context.today, episode.district, provider) is not None


def roll_outs_now(context: Context, episode: Episode) -> tuple[str, ...]:
    """The roll-outs of its pathway that the episode is inside today."""
    return tuple(name for name in context.pathway.roll_outs if is_in_roll_out(context, episode, name))
