"""That somebody has looked at a page: said by a press of that page, since what only fetches a page looks at nothing.

A GET changes nothing. Browsers fetch pages ahead, mail scanners follow links; the script of a page says that it is
before somebody's eyes, and where no script runs, the person presses its button.
"""

from dataclasses import dataclass

from starlette.datastructures import FormData

from desk.asking import Asking, text
from desk.typed import a_number
from pathways.care.episodes import Episode


@dataclass(frozen=True)
class Looked:
    """What a page says once it has been looked at.

    `number`: of the last event when it was made. `seen`: up to which event it shows the episode. `goes_on`: it was
    shown because of a press of the viewer's own. `teams`: of the viewer, those that have then seen the request.
    """

    number: int
    seen: int
    goes_on: bool
    teams: tuple[str, ...] = ()


def keep_look(asking: Asking, reference: str, form: FormData) -> Episode:
    """Keep that the viewer has looked at the page with this form; gives the episode. Raises NotFound, Refused."""
    seen, goes_on = a_number(form, "seen"), text(form, "goes_on") == "yes"
    episode = asking.service.access.shown(asking.viewer, reference)
    asking.service.looks.looked(asking.viewer, episode.reference, min(seen, episode.number), goes_on=goes_on)
    return episode


def is_said_by_script(asking: Asking) -> bool:
    """Whether the script of a page sent this, and not a person by a button."""
    return "hx-request" in asking.request.headers
