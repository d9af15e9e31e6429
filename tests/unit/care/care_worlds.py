"""A small synthetic pathway and network in code, and the real one of the catalogue, for tests of `care`.

Two organisations: a municipality (home-north, home-south) and a region (experts, three wards, two clinics).
"""

from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from demands import undemanding

from pathways.definition.models import Pathway
from pathways.definition.networks import Network
from pathways.definition.reading import read_network, read_pathway

ROOT = Path(__file__).parents[3]
ZONE = ZoneInfo("Europe/Stockholm")
START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
"""A Monday, an ordinary week."""

SPRING = datetime(2026, 3, 28, 11, 0, tzinfo=UTC)
"""Noon in Sweden on the day before clocks go forward."""

AUTUMN = datetime(2026, 10, 24, 10, 0, tzinfo=UTC)
"""Noon in Sweden on the day before clocks go back."""

PERSON_NAME = "Astrid Påhittad"
"""A made-up person: this name may stand in no refusal."""


def _title(words: str) -> dict[str, str]:
    return {"en": words}


_PATHWAY: dict[str, Any] = {
    "pathway": "two-shores",
    "in_force_from": "2026-01-01",
    "languages": ["en"],
    "title": _title("Two shores"),
    "agreement": {"parties": ["North shore", "South shore"]},
    "roles": {role: _title(role) for role in ("home-care", "expert-care", "ward", "clinic")},
    "levels": {
        "home": {"title": _title("Home"), "responsible": "home-care", "consulted": ["clinic"]},
        "home-plus": {
            "title": _title("Home and more"),
            "responsible": "expert-care",
            "consulted": ["home-care", "clinic"],
        },
        "bed": {"title": _title("Bed"), "responsible": "ward", "places": True},
        "rest": {"title": _title("Rest"), "responsible": "ward", "places": True},
    },
    "begin_at": ["home", "home-plus", "bed"],
    "reasons": {reason: _title(reason) for reason in ("worse", "better", "relief")},
    "rejections": {reason: _title(reason) for reason in ("no-place", "wrong-level")},
    "urgencies": {
        "acute": {"title": _title("Acute"), "is_urgent": True, "waive_read_back": {"by": ["sender", "receiver"]}},
        "planned": {"title": _title("Planned"), "waive_read_back": {"by": ["sender", "receiver"]}},
    },
    "waivers": {reason: _title(reason) for reason in ("in-a-hurry", "out-of-reach")},
    "phases": {
        "unstable": {"change_within": "72 h", "repeat": "1 day"},
        "deteriorating": {"change_within": "1 week", "repeat": "2 days"},
        "terminal": {"answer": "20 min", "holds_back": True},
    },
    "readiness": {
        "named": {"title": _title("Named"), "side": "receiver"},
        "booked": {"title": _title("Booked"), "side": "receiver"},
        "listed": {"title": _title("Listed"), "side": "sender"},
        "told": {"title": _title("Told"), "side": "sender"},
    },
    "moves": {
        "strengthen": {
            "title": _title("Strengthen"),
            "from": ["home"],
            "to": "home-plus",
            "travels": False,
            "reasons": ["worse"],
            "urgencies": {"planned": {"answer": "1 day", "remind": "4 h", "arrive": "3 days", "repeat": "4 h"}},
            "ready": ["listed"],
            "informs": ["clinic"],
        },
        "ease": {
            "title": _title("Ease"),
            "from": ["home-plus"],
            "to": "home",
            "travels": False,
            "reasons": ["better"],
            "urgencies": {"planned": {"answer": "2 h", "arrive": "2 days", "repeat": "1 day"}},
            "informs": ["clinic"],
        },
        "admit": {
            "title": _title("Admit"),
            "from": ["home", "home-plus"],
            "to": "bed",
            "reasons": ["worse", "relief"],
            "urgencies": {
                "acute": {
                    "answer": "30 min",
                    "remind": "10 min",
                    "arrive": "4 h",
                    "repeat": "10 min",
                    "ready": ["named", "listed"],
                },
                "planned": {"answer": "2 days", "remind": "1 day", "arrive": "4 days", "repeat": "1 day"},
            },
            "ready": ["named", "listed", "booked", "told"],
            "informs": ["home-care", "clinic"],
            "if_no_place": "relieve",
        },
        "relieve": {
            "title": _title("Relieve"),
            "from": ["home", "home-plus", "bed"],
            "to": "rest",
            "reasons": ["worse", "relief"],
            "urgencies": {
                "acute": {"answer": "30 min", "arrive": "4 h", "repeat": "10 min"},
                "planned": {"answer": "1 day", "arrive": "2 days", "repeat": "4 h"},
            },
            "ready": ["booked"],
        },
        "discharge": {
            "title": _title("Discharge"),
            "from": ["bed", "rest"],
            "to": "home",
            "reasons": ["better"],
            "urgencies": {"planned": {"answer": "1 day", "arrive": "3 days", "repeat": "4 h"}},
            "informs": ["clinic"],
        },
    },
    "follow_ups": {
        "talk": {"title": _title("Talk"), "role": "home-care", "within": "6 weeks", "repeat": "1 week"},
        "form": {"title": _title("Form"), "role": "expert-care", "within": "6 months", "repeat": "2 weeks"},
    },
    "ends": {
        "deceased": {"title": _title("Deceased"), "then": ["talk", "form"], "is_death": True},
        "moved": {"title": _title("Moved")},
    },
    "draft_limit": "1 day",
    "services": {"pump": {"title": _title("Pump"), "role": "expert-care", "levels": ["home", "home-plus"]}},
    "pauses": {"elsewhere": {"title": _title("Elsewhere"), "review": "1 week"}},
    "coming_back": {
        "within": "72 h",
        "causes": {cause: _title(cause) for cause in ("too-soon", "no-medicine")},
        "answer": "20 min",
        "arrive": "3 h",
        "repeat": "10 min",
    },
}


def _team(role: str, organisation: str, *contacts: str) -> dict[str, Any]:
    return {
        "name": f"The {role}",
        "role": role,
        "organisation": organisation,
        "language": "en",
        "contacts": [{"name": name, "secret": name.upper()} for name in contacts],
        "cover": {"always": True},
    }


_NETWORK: dict[str, Any] = {
    "network": "shores",
    "country": "SE",
    "retention_years": 10,
    "time_zone": "Europe/Stockholm",
    "pathways": ["two-shores"],
    "organisations": {
        "north-shore": {"name": "North shore", "kind": "municipality"},
        "south-shore": {"name": "South shore", "kind": "region"},
    },
    "teams": {
        "home-north": _team("home-care", "north-shore", "first", "second", "third"),
        "home-south": _team("home-care", "north-shore", "first", "second"),
        "experts": _team("expert-care", "south-shore", "first", "second", "third"),
        "ward-east": _team("ward", "south-shore", "first", "second", "third"),
        "ward-west": _team("ward", "south-shore", "first"),
        "clinic-one": _team("clinic", "south-shore", "first"),
        "clinic-two": _team("clinic", "south-shore", "first"),
    },
    "last_resort": {"team": "experts", "contact": "third"},
    "units": {
        "east-bed": {"name": "East bed", "level": "bed", "team": "ward-east", "places": 2},
        "west-bed": {"name": "West bed", "level": "bed", "team": "ward-west", "places": 2},
        "west-annex": {"name": "West annex", "level": "bed", "team": "ward-west", "places": 1},
        "east-rest": {"name": "East rest", "level": "rest", "team": "ward-east", "places": 1},
    },
}

PATHWAY = Pathway.model_validate(_PATHWAY)
STRICT = Pathway.model_validate(
    {
        **_PATHWAY,
        "urgencies": {
            "acute": {
                "title": _title("Acute"),
                "is_urgent": True,
                "summary": ["illness-severity", "situation"],
                "read_back": True,
                "waive_read_back": {"by": ["receiver"]},
                "question": "10 min",
                "question_stops_answer": True,
            },
            "planned": {
                "title": _title("Planned"),
                "summary": ["illness-severity", "situation", "actions", "contingency"],
                "read_back": True,
            },
        },
        "readiness": {
            "named": {"title": _title("Named"), "side": "receiver", "evidence": True},
            "booked": {
                "title": _title("Booked"),
                "side": "receiver",
                "valid_for": "7 days",
                "waive": {"by": ["sender", "receiver"]},
            },
            "listed": {
                "title": _title("Listed"),
                "side": "sender",
                "evidence": True,
                "valid_for": "2 h",
                "waive": {"by": ["sender"], "urgencies": ["acute"]},
            },
            "told": {"title": _title("Told"), "side": "sender", "valid_for": "9 days"},
        },
    }
)
"""The same pathway where summaries, evidence, read-backs and waivers are asked for, and what is in place expires."""

NETWORK = Network.model_validate(_NETWORK)
TEAMS = tuple(NETWORK.teams)


def _demanding() -> tuple[Pathway, Network]:
    """The same shores where all but the last resort keep office hours, and an acute request asks for more."""
    office = {"hours": [{"days": ["mon", "tue", "wed", "thu", "fri"], "from": "08:00", "until": "16:30"}]}
    last = NETWORK.model_dump(mode="json", by_alias=True)
    for name, team in last["teams"].items():
        team["cover"] = office
        team["covered_by"] = "experts" if name == "home-north" else None
    last["teams"]["experts"]["contacts"][-1]["cover"] = {"always": True}
    acute = {
        "title": _title("Acute"),
        "delivered": "5 min",
        "seen": "10 min",
        "stale": "2 days",
        "answer_counts": "cover",
    }
    rules = PATHWAY.model_dump(mode="json", by_alias=True) | {"urgencies": {"acute": acute}}
    return Pathway.model_validate(rules), Network.model_validate(last)


WORLDS = ((PATHWAY, NETWORK), _demanding())
"""The easy world, and one in which desks close and rules bite."""


@cache
def jonkoping() -> tuple[Pathway, Network]:
    """The pathway of the catalogue, but for what it wants written, with its demonstration network."""
    pathway = read_pathway(ROOT / "pathways/catalogue/jonkoping-palliative.yaml")
    network = read_network(ROOT / "pathways/networks/jonkoping-demo.yaml", {pathway.pathway: pathway})
    return undemanding(pathway), network
