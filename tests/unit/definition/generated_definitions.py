"""Sound pathways made up at random: levels in a ring with ways across, roles, urgencies, items, follow-ups, clocks."""

from typing import Any

from hypothesis import strategies as st

from pathways.definition.models import Pathway

_LIMITS = [("10 min", "1 h"), ("30 min", "4 h"), ("2 h", "1 day"), ("1 day", "3 days")]


def _title(words: str) -> dict[str, str]:
    return {"en": words}


@st.composite
def sound_pathways(draw: st.DrawFn) -> Pathway:
    """A pathway that must pass every check: every level is reached and left, everything declared is used."""
    count = draw(st.integers(2, 4))
    levels = {
        f"level-{n}": {
            "title": _title(f"Level {n}"),
            "responsible": f"role-{draw(st.integers(0, n)) if n else 0}",
            "places": draw(st.booleans()),
        }
        for n in range(count)
    }
    roles = {str(level["responsible"]): _title(str(level["responsible"])) for level in levels.values()}
    urgencies = draw(st.lists(st.sampled_from(["acute", "planned"]), min_size=1, max_size=2, unique=True))
    items = [f"item-{n}" for n in range(draw(st.integers(0, 2)))]
    ring = [(n, (n + 1) % count) for n in range(count)]
    pairs = st.tuples(st.integers(0, count - 1), st.integers(0, count - 1)).filter(lambda pair: pair[0] != pair[1])
    across = draw(st.lists(pairs, max_size=3))
    ways = list(dict.fromkeys([*ring, *across]))
    moves = {f"move-{a}-{b}": _move(draw, a, b, urgencies, items) for a, b in ways}
    data: dict[str, Any] = {
        "pathway": "made-up",
        "in_force_from": "2026-01-01",
        "languages": ["en"],
        "title": _title("Made up"),
        "agreement": {"parties": ["A"]},
        "roles": roles,
        "levels": levels,
        "begin_at": ["level-0", *draw(st.lists(st.sampled_from(sorted(levels)[1:]), max_size=2, unique=True))],
        "draft_limit": "1 day",
        "reasons": {"need": _title("Need")},
        "rejections": {"no-place": _title("No place")},
        "urgencies": {name: _urgency(draw, name) for name in urgencies},
        "readiness": {
            name: {
                "title": _title(name),
                "side": draw(st.sampled_from(["sender", "receiver"])),
                "evidence": draw(st.booleans()),
                "valid_for": draw(st.sampled_from([None, "1 day"])),
            }
            for name in items
        },
        "moves": moves,
        "follow_ups": {
            "talk": {"title": _title("Talk"), "role": min(roles), "within": "6 weeks", "repeat": "1 week"},
        },
        "ends": {
            "over": {"title": _title("Over"), "then": ["talk"]},
            "deceased": {"title": _title("D"), "is_death": True},
        },
        "pauses": draw(st.sampled_from([{}, {"away": {"title": _title("Away"), "review": "2 days"}}])),
    }
    return Pathway.model_validate(data)


def _move(draw: st.DrawFn, a: int, b: int, urgencies: list[str], items: list[str]) -> dict[str, Any]:
    limits = {name: draw(st.sampled_from(_LIMITS)) for name in urgencies}
    return {
        "title": _title(f"From {a} to {b}"),
        "from": [f"level-{a}"],
        "to": f"level-{b}",
        "reasons": ["need"],
        "travels": draw(st.booleans()),
        "ready": items,
        "urgencies": {
            name: {"answer": answer, "arrive": arrive, "repeat": "1 h"} for name, (answer, arrive) in limits.items()
        },
    }


_WATCHED: list[dict[str, str]] = [
    {"delivered": "5 min", "seen": "10 min"},
    {"delivered": "5 min", "unwatched_because": "Nobody can say that they have seen it."},
    {"unwatched_because": "It goes by letter."},
]


def _urgency(draw: st.DrawFn, name: str) -> dict[str, Any]:
    return {
        "title": _title(name),
        "is_urgent": draw(st.booleans()),
        "read_back": draw(st.booleans()),
        "summary": draw(st.sampled_from([[], ["situation"], ["situation", "contingency"]])),
        **draw(st.sampled_from(_WATCHED)),
        "stale": draw(st.sampled_from([None, "2 days"])),
    }
