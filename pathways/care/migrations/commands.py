"""What may be asked for when an episode moves to another version."""

from collections.abc import Mapping

from pathways.care.commands import Command


class MigrateEpisode(Command):
    """Let an episode go by another version from now on.

    `names`: levels, moves and declared clocks that are called otherwise there, old name to new. `let_go`: declared
    clocks that the new version no longer asks for, and that somebody has decided to withdraw.
    """

    names: Mapping[str, str] = {}
    let_go: tuple[str, ...] = ()
