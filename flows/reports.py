"""The artifacts of the Prefect UI: one timeline for each episode, and one table of what waits for whom.

They hold references and codes only: no name of a person, and no reason in free text.
"""

import asyncio
import json
from collections.abc import Callable
from datetime import datetime
from typing import Any

from prefect import get_client
from prefect.artifacts import acreate_markdown_artifact, acreate_table_artifact
from prefect.client.schemas.actions import ArtifactUpdate
from prefect.client.schemas.filters import ArtifactCollectionFilter, ArtifactCollectionFilterKey
from prefect.client.schemas.sorting import ArtifactCollectionSort

from flows.announcing import name_of
from pathways.care.events import Event, Recorded, in_true_order
from pathways.care.events_of_handovers import HandoverChanged, HandoverDrafted, ResponsibilityPassed
from pathways.care.waits import Wait
from pathways.operations.service import Operations
from pathways.operations.views import EpisodeView

WAITING_KEY = "waiting"
"""Key of the table artifact of what waits."""

PageOf = Callable[[str], str]
"""Gives the address of the page of a reference at the desk."""

_MOST_ROWS = 200
_drawing = asyncio.Lock()


def episode_key(reference: str) -> str:
    """The key of an episode's artifact."""
    return f"episode-{reference.lower()}"


def link(reference: str, page_of: PageOf) -> str:
    """A reference as Markdown that leads to its page at the desk."""
    return f"[{reference}]({page_of(reference)})"


async def report_episode(service: Operations, view: EpisodeView) -> None:
    """Draw the timeline of an episode anew."""
    await acreate_markdown_artifact(
        key=episode_key(view.episode.reference),
        markdown=timeline(view, service.settings.page_of),
        description=f"Episode {view.episode.reference}",
    )


async def report_waiting(service: Operations) -> None:
    """Draw the table of what waits for whom anew, what is due first at the top. One run at a time draws it."""
    async with _drawing:
        rows = await asyncio.to_thread(waiting_rows, service)
        await _replace_table(WAITING_KEY, rows, "What waits for whom")


def waiting_rows(service: Operations) -> list[dict[str, Any]]:
    """The rows of that table: never more than a person can look at."""
    page_of = service.settings.page_of
    return [_waiting_row(wait, page_of) for wait in service.views.waiting(_MOST_ROWS)]


def _waiting_row(wait: Wait, page_of: PageOf) -> dict[str, Any]:
    return {
        "due (UTC)": _time(wait.due_at),
        "passed": wait.passed,
        "what": wait.kind.value,
        "for": wait.subject,
        "by": ", ".join(wait.teams),
        "episode": link(wait.episode, page_of),
    }


async def _replace_table(key: str, rows: list[dict[str, Any]], description: str) -> None:
    """Keep one table under a key: it is changed in place, for one version each minute would fill the server."""
    async with get_client() as client:
        wanted = ArtifactCollectionFilter(key=ArtifactCollectionFilterKey(any_=[key]))
        known = await client.read_latest_artifacts(artifact_filter=wanted, sort=ArtifactCollectionSort.ID_DESC, limit=1)
        if known:
            await client.update_artifact(known[0].latest_id, ArtifactUpdate(data=json.dumps(rows)))
        else:
            await acreate_table_artifact(key=key, table=rows, description=description)


def timeline(view: EpisodeView, page_of: PageOf) -> str:
    """An episode as Markdown: where it stands, what it waits for, what happened when, and its page at the desk."""
    episode = view.episode
    lines = [
        f"# {episode.reference}",
        f"{episode.pathway} of {episode.version}, **{episode.status}** at **{episode.level}**. "
        f"Responsible: **{episode.responsible_team or 'nobody, it has ended'}**.",
        "",
        f"At the desk: {link(episode.reference, page_of)}.",
        "",
        *_pauses(view),
    ]
    lines += [
        f"- waits for **{wait.kind}** of {wait.subject} by {' and '.join(wait.teams)} until {_time(wait.due_at)} UTC"
        for wait in view.waits
    ]
    lines += ["", "| when (UTC) | what | about | by |", "|---|---|---|---|"]
    lines += [row for recorded in in_true_order(view.history) if (row := _row(view, recorded))]
    return "\n".join(lines)


def _pauses(view: EpisodeView) -> list[str]:
    episode = view.episode
    lines = [f"- pauses since {_time(episode.pause.at)} UTC: {episode.pause.kind}"] if episode.pause else []
    if episode.paused_services and not episode.has_ended:
        lines.append(f"- services that pause: {', '.join(episode.paused_services)}")
    return lines


def _row(view: EpisodeView, recorded: Recorded) -> str | None:
    event = recorded.event
    name, handover = name_of(event)
    if name is None:
        return None
    about = handover or view.episode.reference
    if isinstance(event, HandoverChanged | HandoverDrafted):
        plan = view.handover(event.handover).plan
        about = f"{event.handover} {plan.from_level} → {plan.to_level}"
    elif isinstance(event, ResponsibilityPassed):
        about = f"{event.handover}: {event.from_team} → {event.to_team}"
    elif codes := _codes(event):
        about = f"{about}: {codes}"
    by = recorded.actor.team or recorded.actor.kind.value
    entered = f" (entered late, {_time(recorded.entered_at)})" if recorded.entered_at else ""
    return f"| {_time(recorded.true_at)}{entered} | {name.removeprefix('handslag.')} | {about} | {by} |"


def _codes(event: Event) -> str:
    """Which unit, or which items, it is about: codes of the network and the pathway."""
    unit: str | None = getattr(event, "unit", None)
    items: tuple[str, ...] = getattr(event, "items", ())
    return ", ".join([unit] if unit else items)


def _time(instant: datetime) -> str:
    return f"{instant:%Y-%m-%d %H:%M:%S}"
