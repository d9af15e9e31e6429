"""The table of a meeting's list in the Prefect UI: references and codes, and nothing that a person has written."""

from datetime import UTC, datetime

from flow_worlds import page_of

from flows.meetings import list_key, list_rows
from pathways.care.meetings.values import Matter
from pathways.definition.meetings import Ground
from pathways.operations.meetings import MeetingList, OnList

AT = datetime(2026, 3, 3, 8, tzinfo=UTC)


def test_each_matter_is_a_row_with_its_episode_ground_and_time() -> None:
    matters = tuple(Matter(ground=ground, subject="s", at=AT) for ground in (Ground.RAISED, Ground.SWAPPED))
    made = MeetingList(
        network="n",
        pathway="p",
        meeting="triage",
        team="t",
        sits_in=(),
        begins_at=AT,
        time_zone="Europe/Copenhagen",
        entries=(OnList("E222-2222", matters),),
        reference="M222-2222",
    )
    row = {"episode": "[E222-2222](https://desk.example/to/E222-2222)", "about": "s", "since (UTC)": "2026-03-03 08:00"}
    assert list_rows(made, page_of) == [{**row, "why": "raised"}, {**row, "why": "swapped"}]
    assert list_key("M222-2222") == "meeting-m222-2222"
