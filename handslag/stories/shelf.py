"""Every story that the demonstration can tell, by the name of its pathway."""

from collections.abc import Mapping

from handslag.stories import jonkoping_palliative
from handslag.stories.telling import Story

STORIES: Mapping[str, Story] = {story.name: story for story in (jonkoping_palliative.STORY,)}
"""The stories in the order in which they are offered; the first is told where none is named."""
