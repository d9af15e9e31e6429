"""Small networks with the cover that a test asks for, and calendars as texts."""

from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from pathways.cover.rotas import Rota, rota_of
from pathways.definition.networks import Network

STOCKHOLM = ZoneInfo("Europe/Stockholm")
COPENHAGEN = ZoneInfo("Europe/Copenhagen")
ALWAYS: dict[str, Any] = {"always": True}
WEEK = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
WEEKDAYS = WEEK[:5]


def hours(from_time: str, until: str, days: list[str] | None = None) -> dict[str, Any]:
    return {"days": days or WEEKDAYS, "from": from_time, "until": until}


def office(**more: Any) -> dict[str, Any]:
    """Weekdays from 07:00 until 16:30, closed on holidays unless said otherwise."""
    return {"hours": [hours("07:00", "16:30")], **more}


def team(cover: dict[str, Any], *contacts: str | tuple[str, dict[str, Any] | None], **more: Any) -> dict[str, Any]:
    """A team whose contacts are names, or names with a cover of their own."""
    pairs = [(each, None) if isinstance(each, str) else each for each in contacts or ("desk",)]
    return {
        "name": "A team",
        "role": "care",
        "organisation": "org",
        "language": "en",
        "contacts": [{"name": name, "secret": "SECRET", "cover": own} for name, own in pairs],
        "cover": cover,
        **more,
    }


def network(country: str = "SE", zone: str = "Europe/Stockholm", **teams: dict[str, Any]) -> Network:
    """A network of these teams, with a team `night` that is always open and whose `doctor` is the last resort."""
    return Network.model_validate(
        {
            "network": "small",
            "country": country,
            "time_zone": zone,
            "pathways": ["any"],
            "organisations": {"org": {"name": "Org", "kind": "region"}},
            "teams": {**teams, "night": team(ALWAYS, "nurse", "doctor")},
            "last_resort": {"team": "night", "contact": "doctor"},
        }
    )


def rota(cover: dict[str, Any], *contacts: str | tuple[str, dict[str, Any] | None], feed: str | None = None) -> Rota:
    """The rota of a Swedish network whose team `day` has this cover."""
    return rota_of(network(day=team(cover, *contacts)), {} if feed is None else {"day": feed})


def at(text: str, zone: ZoneInfo = STOCKHOLM) -> datetime:
    """A local time such as `2026-12-24 16:45` as an instant; with `*` at its end, its second showing."""
    wanted = datetime.strptime(text.rstrip("*"), "%Y-%m-%d %H:%M").replace(tzinfo=zone, fold=int(text.endswith("*")))
    return wanted.astimezone(UTC)


def local(instant: datetime | None, zone: ZoneInfo = STOCKHOLM) -> str:
    """An instant as `at` reads it; `never` for none."""
    if instant is None:
        return "never"
    assert instant.tzinfo is UTC
    there = instant.astimezone(zone)
    return f"{there:%Y-%m-%d %H:%M}{'*' if there.fold else ''}"


def calendar(*events: str) -> str:
    """An iCalendar text of these events, each the lines between its BEGIN and END."""
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//test//rota//EN"]
    for number, event in enumerate(events):
        lines += ["BEGIN:VEVENT", f"UID:{number}@test", "DTSTAMP:20200101T000000Z", *event.split(), "END:VEVENT"]
    return "\r\n".join([*lines, "END:VCALENDAR", ""])
