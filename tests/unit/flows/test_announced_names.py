"""The names under which events are announced: every type of event has one or is kept silent on purpose."""

from typing import Any, get_args

import pytest

from flows.announcing import EVENTS, name_of
from pathways.care.events import Event, event_adapter
from pathways.care.states import HandoverStatus, MarkKind

H = "H222-2222"
CLOCK: dict[str, Any] = {
    "key": "k",
    "kind": "handover.answer",
    "subject": H,
    "owner": "t",
    "started_at": "2026-03-10T09:00:00Z",
    "due_at": "2026-03-10T10:00:00Z",
    "next_at": "2026-03-10T10:00:00Z",
    "repeat": "1 h",
}
PLAN: dict[str, Any] = {
    "move": "m",
    "urgency": "u",
    "reason": "r",
    "from_level": "a",
    "from_team": "b",
    "from_unit": None,
    "to_level": "c",
    "to_team": "d",
    "to_unit": None,
    "travels": True,
    "items": {},
}
BEGAN: dict[str, Any] = {
    "reference": "E222-2222",
    "pathway": "p",
    "version": "2026-01-01",
    "network": "n",
    "level": "home",
    "team": "t",
    "unit": None,
    "care_team": {},
}
PASSED: dict[str, Any] = {"role": "r", "level": "l", "unit": None, "from_team": "a", "to_team": "b"}
SCHEDULE = {"times": ["08:00"], "from_day": "2026-11-23", "until_day": "2026-11-30"}
WAIVED = {"reason": "r", "words": "w"}
NAMES: dict[str, tuple[dict[str, Any], str | None, str | None]] = {
    "episode-began": (BEGAN, "handslag.episode.began", None),
    "episode-ended": ({"end": "deceased"}, "handslag.episode.ended", None),
    "follow-up-completed": ({"follow_up": "talk"}, "handslag.follow-up.completed", None),
    "handover-drafted": ({"handover": H, "plan": PLAN}, None, None),
    "handover-changed": (
        {"handover": H, "before": "requested", "after": "accepted"},
        "handslag.handover.accepted",
        H,
    ),
    "handover-marked": ({"handover": H, "mark": "seen"}, "handslag.handover.marked.seen", H),
    "readiness-confirmed": ({"handover": H, "items": ["x"]}, None, None),
    "handover-escalated": ({"handover": H, "step": 1, "contact": "c"}, "handslag.handover.escalated", H),
    "handover-addressed": ({"handover": H, "receiver": "t", "rung": 0, "team": "t", "contact": "c"}, None, None),
    "summary-attached": ({"handover": H, "summary": {}}, None, None),
    "readiness-waived": ({"handover": H, **WAIVED, "items": ["x"]}, "handslag.readiness.waived", H),
    "readiness-expired": ({"handover": H, "items": ["x"]}, "handslag.readiness.expired", H),
    "read-back-given": (
        {"handover": H, "severity": "stable", "next_action": "n", "contingency": "c"},
        "handslag.read-back.given",
        H,
    ),
    "read-back-corrected": ({"handover": H, "correction": "c"}, "handslag.read-back.corrected", H),
    "read-back-confirmed": ({"handover": H}, None, None),
    "read-back-waived": ({"handover": H, **WAIVED}, "handslag.read-back.waived", H),
    "question-asked": ({"handover": H, "text": "?"}, "handslag.question.asked", H),
    "question-answered": ({"handover": H, "answer": "!"}, "handslag.question.answered", H),
    "place-held": ({"handover": H, "unit": "u"}, "handslag.place.held", H),
    "place-awaited": ({"handover": H, "unit": "u", "since": CLOCK["due_at"]}, "handslag.place.awaited", H),
    "place-released": ({"handover": H, "unit": "u"}, "handslag.place.released", H),
    "receiver-declined": (
        {"handover": H, "team": "t", "unit": "u", "reason": "no-place"},
        "handslag.receiver.declined",
        H,
    ),
    "receiver-chosen": ({"handover": H, "team": "t", "unit": "u"}, "handslag.receiver.chosen", H),
    "cancel-asked": ({"handover": H, "reason": "r"}, "handslag.cancel.asked", H),
    "handover-settled": ({"handover": H, "words": "w"}, "handslag.handover.settled", H),
    "cancel-refused": ({"handover": H}, "handslag.cancel.refused", H),
    "return-cause-recorded": ({"handover": H, "side": "sender", "cause": "c"}, None, None),
    "matter-raised": ({"meeting": "m"}, "handslag.matter.raised", None),
    "matter-decided": ({"meeting": "m", "decision": "d"}, "handslag.matter.decided", None),
    "joint-visit-proposed": (
        {"visit": "v", "from_team": "a", "to_team": "b", "at": CLOCK["due_at"]},
        "handslag.joint-visit.proposed",
        None,
    ),
    "joint-visit-booked": ({"visit": "v"}, "handslag.joint-visit.booked", None),
    "joint-visit-declined": ({"visit": "v"}, "handslag.joint-visit.declined", None),
    "joint-visit-cancelled": ({"visit": "v"}, "handslag.joint-visit.cancelled", None),
    "joint-visit-lapsed": ({"visit": "v"}, "handslag.joint-visit.lapsed", None),
    "joint-visit-recorded": ({"visit": "v", "was_held": True}, "handslag.joint-visit.recorded", None),
    "district-changed": ({"district": "d"}, "handslag.episode.district-changed", None),
    "grant-made": (
        {"grant": "g-1", "package": "g", "minutes": {"s": 5}, "ends_at": CLOCK["due_at"]},
        "handslag.grant.made",
        None,
    ),
    "grant-renewed": ({"grant": "g-1", "ends_at": CLOCK["due_at"]}, "handslag.grant.renewed", None),
    "grant-left-to-lapse": ({"grant": "g-1"}, "handslag.grant.left-to-lapse", None),
    "grant-withdrawn": ({"grant": "g-1", "reason": "r"}, "handslag.grant.withdrawn", None),
    "grant-ended": ({"grant": "g-1"}, "handslag.grant.ended", None),
    "services-swapped": (
        {"grant": "g-1", "swap": 1, "give": "s", "get": "t", "gave": 5, "got": 5},
        "handslag.grant.swapped",
        None,
    ),
    "swap-undone": ({"grant": "g-1", "swap": 1}, "handslag.grant.swap-undone", None),
    "end-taken-back": ({}, "handslag.episode.end-taken-back", None),
    "episode-migrated": (
        {
            "from_pathway": "p",
            "from_version": "2026-01-01",
            "pathway": "q",
            "version": "2026-01-01",
            "level": "l",
            "care_team": {},
        },
        "handslag.episode.migrated",
        None,
    ),
    "episode-paused": ({"kind": "k"}, "handslag.episode.paused", None),
    "episode-resumed": ({}, "handslag.episode.resumed", None),
    "services-changed": ({"paused": []}, "handslag.episode.services-changed", None),
    "summary-written": ({"summary": {}}, None, None),
    "fact-recorded": ({"fact": {"type": "phase", "phase": "stable"}}, None, None),
    "night-sheet-made": ({"mark": "m", "number": 1}, None, None),
    "responsibility-passed": ({"handover": H, **PASSED}, "handslag.responsibility.passed", H),
    "clock-started": ({"clock": CLOCK}, None, None),
    "clock-reminded": ({"key": "k", "next_at": CLOCK["due_at"]}, None, None),
    "clock-passed": ({"key": "k", "times": 1, "next_at": CLOCK["due_at"]}, None, None),
    "clock-changed": ({"clock": CLOCK}, None, None),
    "clock-stopped": ({"key": "k", "outcome": "met"}, None, None),
    "milestone-recorded": ({"milestone": "m", "at": CLOCK["due_at"]}, "handslag.milestone.recorded", None),
    "notices-withdrawn": ({"handover": H}, None, None),
    "criteria-confirmed": ({"criteria": []}, None, None),
    "enrolment-awaited": ({}, "handslag.enrolment.awaited", None),
    "wait-confirmed": ({}, None, None),
    "enrolment-offered": ({}, "handslag.enrolment.offered", None),
    "enrolment-passed-on": ({}, "handslag.enrolment.passed-on", None),
    "enrolment-offer-withdrawn": ({}, None, None),
    "episode-enrolled": ({}, "handslag.enrolment.enrolled", None),
    "programme-place-freed": ({}, "handslag.enrolment.place-freed", None),
    "programme-place-taken": ({"place_of": 1}, None, None),
    "measurement-recorded": ({"measure": "m", "value": 1, "at": CLOCK["due_at"]}, None, None),
    "order-placed": (
        {"order": 1, "treatment": "t", "drug": "d", "schedule": SCHEDULE},
        "handslag.order.placed",
        None,
    ),
    "order-changed": ({"order": 1, "drug": "d", "schedule": SCHEDULE}, "handslag.order.changed", None),
    "order-runs": ({"order": 1, "team": "t", "unit": None}, None, None),
    "order-held": ({"order": 1}, None, None),
    "order-stopped": ({"order": 1, "because": "moved"}, "handslag.order.stopped", None),
    "order-completed": ({"order": 1}, "handslag.order.completed", None),
    "visit-recorded": ({"order": 1, "visit": "v", "outcome": "missed"}, "handslag.visit.missed", None),
    "missed-visit-acted-on": ({"order": 1, "visit": "v", "words": "w"}, "handslag.visit.acted-on", None),
    "complication-recorded": ({"order": 1, "words": "w", "handover": H}, "handslag.complication.recorded", H),
    "fixed-contact-named": ({"name": "n", "team": "t"}, "handslag.fixed-contact.named", None),
    "fixed-contact-kept": ({"handover": H}, None, None),
    "fixed-contact-lost": ({"handover": H}, "handslag.fixed-contact.lost", H),
    "vital-status-reported": ({"is_dead": True}, "handslag.episode.vital-status-reported", None),
    "vital-status-denied": ({"is_dead": True}, "handslag.episode.vital-status-denied", None),
    "record-erased": ({"after_years": 10}, "handslag.episode.erased", None),
    "responsibility-confirmed": ({}, "handslag.episode.responsibility-confirmed", None),
    "patient-changed": ({"what": "merged", "told_in": "E222-2222", "joined": ["E222-3333"]}, None, None),
}


def test_the_table_here_has_every_type_of_event() -> None:
    types = get_args(get_args(Event)[0])
    assert {kind.model_fields["type"].default for kind in types} == set(NAMES)


@pytest.mark.parametrize("kind", NAMES)
def test_each_type_of_event_has_its_name_and_its_handover_or_is_not_announced(kind: str) -> None:
    facts, name, handover = NAMES[kind]
    assert name_of(event_adapter.validate_python({"type": kind, **facts})) == (name, handover)


@pytest.mark.parametrize("status", HandoverStatus)
def test_every_state_of_a_handover_has_its_name(status: HandoverStatus) -> None:
    facts = {"type": "handover-changed", "handover": H, "before": "draft", "after": status}
    assert name_of(event_adapter.validate_python(facts)) == (f"handslag.handover.{status}", H)


@pytest.mark.parametrize("mark", MarkKind)
def test_every_mark_is_among_the_events_that_are_documented(mark: MarkKind) -> None:
    name, _ = name_of(event_adapter.validate_python({"type": "handover-marked", "handover": H, "mark": mark}))
    assert name == f"handslag.handover.marked.{mark}"
    assert str(mark) in EVENTS["handslag.handover.marked.<mark>"]
