"""Tells Prefect what keeps notices from leaving, as events to which its automations react."""

import logging
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from flows.announcing import INCIDENT_OPEN, INCIDENT_OVER, EventFeed, feed_of
from pathways.errors import Failed
from pathways.operations.service import Operations
from pathways.store.incidents import Incident

_log = logging.getLogger("handslag.announcing")


def announce_incidents(service: Operations, reported: Sequence[Incident], *, feed: EventFeed | None = None) -> None:
    """Tell Prefect of incidents that are reported, for its automations. Best effort: what is not over is told again."""
    if not reported:
        return
    told = [_told_of(incident, service.clock()) for incident in reported]
    try:
        (feed or feed_of(service.settings)).send(told)
    except Failed as failure:
        _log.error("Prefect does not hear of what keeps notices from leaving: %s", failure)


def _told_of(incident: Incident, now: datetime) -> Mapping[str, Any]:
    name = INCIDENT_OVER if incident.over_at else INCIDENT_OPEN
    resource = f"handslag.incident.{incident.key}"
    identity = f"{resource}/{incident.began_at.isoformat()}/{incident.reports}/{name}"
    return {
        "id": str(uuid5(NAMESPACE_URL, identity)),
        "occurred": now.isoformat(),
        "event": name,
        "resource": {"prefect.resource.id": resource},
        "payload": {"code": incident.code, "notices": incident.notices, "since": incident.began_at.isoformat()},
    }
