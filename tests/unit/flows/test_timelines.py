"""The timeline of an episode in the Prefect UI: what happened, when and by which team; no name, no free text."""

from dataclasses import replace

from flow_worlds import FREE_TEXT, NAME, RECEIVER, SENDER, H, Tale, page_of, view_in

from flows.reports import episode_key, timeline
from pathways.care.commands import EndEpisode
from pathways.care.events import Event
from pathways.care.events_of_handovers import PlaceAwaited, ReadinessWaived
from pathways.care.states import Action, HandoverStatus


def a_whole_tale() -> Tale:
    tale = Tale()
    tale.request()
    tale.change(Action.ACCEPT, RECEIVER)
    tale.change(Action.HOLD, RECEIVER, FREE_TEXT)
    tale.change(Action.RESUME, RECEIVER)
    tale.ready()
    tale.change(Action.DEPART, SENDER)
    tale.change(Action.ARRIVE, RECEIVER)
    return tale


def test_it_says_where_the_episode_stands_and_what_it_waits_for() -> None:
    text = timeline(view_in(HandoverStatus.REQUESTED), page_of)
    assert "**active** at **home**. Responsible: **municipal-palliative-team**." in text
    assert f"- waits for **answer** of {H} by short-term-north until 2026-03-10 09:31:00 UTC" in text


def test_it_tells_every_step_once_in_order_with_time_and_team() -> None:
    rows = [line for line in timeline(a_whole_tale().view(), page_of).splitlines() if line.startswith("| 2026")]
    assert rows[0] == f"| 2026-03-10 09:00:00 | episode.began | E222-2222 | {SENDER} |"
    states = ["requested", "accepted", "on-hold", "accepted", "ready", "in-progress", "completed"]
    told = [row for row in rows if "home → short-term" in row]
    assert [row.split(" | ")[1] for row in told] == [f"handover.{state}" for state in states]
    assert told[-1].endswith(f"| {RECEIVER} |")
    assert any("responsibility.passed" in row and f"{SENDER} → {RECEIVER}" in row for row in rows)


def test_it_says_of_a_place_which_unit_and_of_a_waiver_which_items() -> None:
    view = view_in(HandoverStatus.ACCEPTED)
    last = view.history[-1]
    events: list[Event] = [
        PlaceAwaited(handover=H, unit="korttids-norr", since=last.at),
        ReadinessWaived(handover=H, items=("medicines-listed", "relatives-informed"), reason="code", words=FREE_TEXT),
    ]
    history = [last.model_copy(update={"event": event}) for event in events]
    told = timeline(replace(view, history=tuple(history)), page_of).splitlines()[-2:]
    assert f"| place.awaited | {H}: korttids-norr |" in told[0]
    assert f"| readiness.waived | {H}: medicines-listed, relatives-informed |" in told[1]
    assert FREE_TEXT not in told[1]


def test_it_names_nobody_and_repeats_no_reason_in_free_text() -> None:
    text = timeline(a_whole_tale().view(), page_of)
    assert NAME not in text
    assert FREE_TEXT not in text


def test_an_episode_that_has_ended_is_nobodys_responsibility() -> None:
    tale = a_whole_tale()
    tale.tell(EndEpisode(actor=tale.history[-1].actor.model_copy(update={"team": RECEIVER}), end="deceased"))
    text = timeline(tale.view(), page_of)
    assert "Responsible: **nobody, it has ended**." in text
    assert "- waits for **follow-up** of bereavement-follow-up" in text


def test_the_key_of_its_artifact_is_one_that_prefect_takes() -> None:
    assert episode_key("E7K2-QM4T") == "episode-e7k2-qm4t"


def test_it_leads_to_the_page_of_the_episode_at_the_desk() -> None:
    text = timeline(view_in(HandoverStatus.REQUESTED), page_of)
    assert "At the desk: [E222-2222](https://desk.example/to/E222-2222)." in text
