"""What happened is shown in words: no value as it is stored, and nothing that says nothing."""

import re
from typing import Any

import pytest
from test_announced_names import NAMES, H

from handslag.histories import in_words
from pathways.care.actors import SYSTEM
from pathways.care.events import Recorded, event_adapter

AS_STORED = re.compile(r"[\[\]{}]|None|True|False|T\d\d:\d\d|: *$|passed_over|datetime")


def words(kind: str, **facts: Any) -> str:
    event = event_adapter.validate_python({"type": kind, **NAMES[kind][0], **facts})
    at = "2026-03-10T09:00:00Z"
    return in_words(
        Recorded.model_validate({"number": 1, "at": at, "actor": SYSTEM, "event": event}), "Europe/Stockholm"
    )


@pytest.mark.parametrize("kind", NAMES)
def test_no_event_is_shown_as_it_is_stored(kind: str) -> None:
    said = words(kind)
    assert said
    assert not AS_STORED.search(said), said


@pytest.mark.parametrize(
    ("kind", "facts", "said"),
    [
        (
            "handover-drafted",
            {"asked": [{"team": "d", "unit": "u"}, {"team": "e"}]},
            f"{H} planned: m (u, r), b to d (u), e",
        ),
        ("handover-addressed", {"passed_over": ["t/a", "t/b"]}, f"{H}: told to t/c, for t; closed: t/a, t/b"),
        ("handover-escalated", {"team": "x", "receiver": "t"}, f"{H}: not answered, step 1: told to x/c, for t"),
        ("handover-marked", {"receivers": ["a", "b"]}, f"{H}: seen (a, b)"),
        ("summary-written", {}, "the summary was written anew: nothing yet"),
        (
            "summary-written",
            {"summary": {"situation": "x", "illness_severity": "stable"}},
            "the summary was written anew: illness severity, situation",
        ),
        (
            "services-changed",
            {"paused": ["specialised-visits", "pump"]},
            "services that pause: specialised-visits, pump",
        ),
        ("services-changed", {}, "services that pause: none any more"),
        ("episode-ended", {"stopped": {"told_in": "E222-3333"}}, "the episode ended: deceased, told in E222-3333"),
        ("end-taken-back", {"late": ["a", "b"]}, "the end was taken back; late meanwhile: a, b"),
        ("record-erased", {}, "the record was erased: its last entry was more than 10 years ago"),
        (
            "notices-withdrawn",
            {"team": "t", "kinds": ["requested"]},
            f"notices of {H} that had not left were withdrawn for t (requested)",
        ),
        ("handover-changed", {"reason": "no-place"}, f"{H}: requested → accepted (no-place)"),
        (
            "readiness-confirmed",
            {"items": ["x", "y"], "evidence": "seen"},
            f"{H}: readiness confirmed: items x; y, evidence seen",
        ),
    ],
)
def test_what_happened_is_said_in_words(kind: str, facts: dict[str, Any], said: str) -> None:
    assert words(kind, **facts) == said
