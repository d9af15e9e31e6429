"""The demonstration: everything on this machine, on loopback, in a data folder of its own, with made-up patients.

Limits are divided, so that what takes half an hour takes seconds; the pathway file and its own limits stay as they are.
"""

import os
import shutil
import time
from collections.abc import Sequence
from pathlib import Path

from handslag.inbox import Inbox, Letter
from handslag.playground import Playground
from handslag.printing import say
from handslag.processes import Stopped, free_port, holder_of, is_free, stop_signals
from handslag.stories.shelf import STORIES
from handslag.stories.telling import Story, StoryError, Teller
from pathways.errors import HandslagError, NotFound

LIMITS_DIVIDED_BY = 300
"""An answer within 30 minutes becomes one within 6 seconds."""

_USUAL_PORT = 4200
_USUAL_DESK_PORT = 4280


def tell(names: Sequence[str], *, stays: bool) -> int:
    """Tell stories one after another; gives the exit status. With `stays`, it goes on until Ctrl-C afterwards.

    Raises NotFound for a name that is no story's.
    """
    stories = [_story(name) for name in dict.fromkeys(names)]
    began = time.monotonic()
    folder = Path(os.environ.get("HANDSLAG_DATA_FOLDER", ".handslag")).absolute() / "demo"
    try:
        with (
            stop_signals(),
            Inbox(_print_letter) as inbox,
            Playground(folder, inbox, _port(_USUAL_PORT), desk_port=_port(_USUAL_DESK_PORT)) as playground,
        ):
            _clear(folder)
            teller = _set_up(playground, stories)
            say(f"[bold]Everything runs[/] after {time.monotonic() - began:.1f} s. Prefect UI: {playground.ui}")
            say(f"The coordinators' desk, where you choose whom to be: {playground.settings.desk_url}")
            are_told = all(_is_told(story, teller, playground.ui, folder) for story in stories)
            if stays and are_told:
                playground.take_time()
                _leave_one_waiting(stories[-1], teller, playground)
            while stays:
                playground.processes.require_all()
                time.sleep(0.5)
            return 0 if are_told else 1
    except Stopped:
        say("\nStopped. Everything that was started has been stopped.")
        return 0


def _story(name: str) -> Story:
    if name not in STORIES:
        raise NotFound("There is no story of that name.", f"Choose one of: {', '.join(STORIES)}.")
    return STORIES[name]


def _set_up(playground: Playground, stories: Sequence[Story]) -> Teller:
    say("Handslag's demonstration. The patients are made up, and nothing leaves this machine.")
    networks = dict.fromkeys(story.network for story in stories)
    playground.prepare(networks, limits_divided_by=LIMITS_DIVIDED_BY)
    named = ", ".join(networks)
    say(f"What {named} needs is published, with limits {LIMITS_DIVIDED_BY} times shorter.")
    for name, years in playground.moved.items():
        say(f"All dates of {name} are moved by {years} years, so that its time is now.")
    say("Starting the Prefect server and the worker; this takes half a minute, on a slow machine a whole one …")
    playground.start()
    return Teller(playground.service, playground.inbox)


def _is_told(story: Story, teller: Teller, ui: str, folder: Path) -> bool:
    began = time.monotonic()
    say(f"\n[bold]The story of {story.name}[/]")
    try:
        episode = story.tell(teller)
        teller.wait_for_runs()
    except (StoryError, HandslagError, TimeoutError):
        say(f"\n[bold red]The story broke off.[/] See why in {folder}: server.log, worker.log and desk.log.")
        return False
    say(f"\n[bold green]The story is told[/], in {time.monotonic() - began:.0f} s.")
    say(f"  Prefect UI:                   {ui}")
    say(f"  The runs of this patient:     {ui}/runs?tag={episode}")
    say(f"  Timeline of the episode:      {ui}/artifacts/key/episode-{episode.lower()} (open the topmost)")
    say(f"  What waits for whom:          {ui}/artifacts/key/waiting (open the topmost)")
    return True


def _leave_one_waiting(story: Story, teller: Teller, playground: Playground) -> None:
    say("\nWhat begins from now on has the agreements' own limits, but for those that end soon; all places are open.")
    say(f"[bold]Your turn.[/] Sign in at the desk, as anybody: {playground.settings.desk_url}")
    if story.leave_one_waiting is not None:
        handover = story.leave_one_waiting(teller)
        say(f"A handover, {handover}, waits for an answer: on the desk, or in Prefect, where you press Resume:")
        say(f"  {teller.run_page(handover, playground.ui)}")
    say("Stop with Ctrl-C.")


def _print_letter(letter: Letter) -> None:
    recipient = letter.recipients[0].partition("@")[0]
    say(f"   [magenta]mail to {recipient}[/]: {letter.subject}")


def _port(usual: int) -> int:
    """The usual port if it is free, so that the address is the known one; otherwise any free port."""
    if is_free(usual):
        return usual
    another = free_port()
    say(f"[yellow]Port {usual} is in use, by {holder_of(usual)}; {another} is taken.[/]")
    return another


def _clear(folder: Path) -> None:
    """Begin afresh: what an earlier demonstration kept would go on in the middle of this one."""
    for path in (*folder.glob("handslag.db*"), *folder.glob("*.log*")):
        path.unlink()
    for name in ("prefect", "audit"):
        shutil.rmtree(folder / name, ignore_errors=True)
