"""Every story that the demonstration can tell, by the name of its pathway."""

from collections.abc import Mapping

from handslag.stories import (
    jammerbugt_iv,
    jammerbugt_tryg_hjemkomst,
    jamtland_primary_care,
    jonkoping_palliative,
    sammen_om_sundhed,
    vesthimmerland_borger_foer_opgave,
)
from handslag.stories.telling import Story

_TOLD = (
    jonkoping_palliative,
    jammerbugt_iv,
    jammerbugt_tryg_hjemkomst,
    sammen_om_sundhed,
    vesthimmerland_borger_foer_opgave,
    jamtland_primary_care,
)
STORIES: Mapping[str, Story] = {each.STORY.name: each.STORY for each in _TOLD}
"""The stories in the order in which they are offered; the first is told where none is named."""
