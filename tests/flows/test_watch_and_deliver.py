"""The scheduled flows on a real server: they act on clocks, replace runs that died, and send what could not leave."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from installations import SENDER, Installation, form_key
from prefect.states import Crashed
from prefect_on_test import wait_until

from handslag.inbox import Inbox
from pathways.care.states import Action
from pathways.store.tables import NoticeStatus

pytestmark = pytest.mark.flows


def test_watch_acts_on_a_limit_that_has_passed_and_the_next_contact_is_asked(handslag: Installation) -> None:
    handover = handslag.request(handslag.begin(minutes_ago=32), minutes_ago=31)
    run = handslag.waits(handover, "requested")
    handslag.flow("watch")
    letter = handslag.inbox.wait_for(
        lambda letter: handover in letter.subject + letter.text and "ssih-second@example.org" in letter.recipients, 20
    )
    assert letter.recipients == ("ssih-second@example.org",)
    assert handslag.episode(handover).handovers[handover].escalations == 1
    assert handslag.waits(handover, "requested", after=form_key(run)).id == run.id


def test_watch_replaces_a_run_that_crashed_and_one_that_was_deleted(handslag: Installation) -> None:
    handover = handslag.request(handslag.begin())
    crashed = handslag.waits(handover, "requested")
    handslag.pools.client.set_flow_run_state(crashed.id, Crashed(), force=True)
    handslag.flow("watch")
    second = handslag.waits(handover, "requested", after=form_key(crashed))
    handslag.pools.client.delete_flow_run(second.id)
    handslag.flow("watch")
    third = wait_until(lambda: _other_run(handslag, handover, second.id), "the run is replaced")
    assert third not in (crashed.id, second.id)
    answered = handslag.waits(handover, "requested")
    assert handslag.answer(answered, "accept: we take over")["status"] == "ACCEPT"
    assert handslag.waits(handover, "accepted").id == third


def test_watch_wakes_a_handover_that_changed_while_prefect_could_not_be_reached(handslag: Installation) -> None:
    handover = handslag.request(handslag.begin())
    run = handslag.waits(handover, "requested")
    handslag.do(handover, Action.ACCEPT, wakes=False)
    handslag.flow("watch")
    assert handslag.waits(handover, "accepted", after=form_key(run)).id == run.id


def test_the_form_of_a_run_is_saved_before_it_is_suspended(handslag: Installation) -> None:
    run = handslag.waits(handslag.request(handslag.begin()), "requested")
    saved = handslag.pools.rows(f"/flow_runs/{run.id}/input/filter", {"prefix": "suspended-", "limit": 10})
    assert {each["key"].rpartition("-")[2] for each in saved} == {"schema", "description"}
    assert run.state is not None
    assert all(datetime.fromisoformat(each["created"]) <= run.state.timestamp for each in saved)


def test_watch_replaces_a_suspended_run_without_its_form_though_nothing_has_happened(handslag: Installation) -> None:
    handover = handslag.request(handslag.begin())
    run = handslag.waits(handover, "requested")
    handslag.pools.client.delete_flow_run_input(run.id, form_key(run))
    assert handslag.resume(run.id, {"answer": "accept: we take over"})["status"] == "REJECT"

    def is_replaced() -> bool:
        handslag.flow("watch")
        return handslag.pools.state(run.id) == "Crashed"

    wait_until(is_replaced, "the run that nobody can answer is replaced", seconds=60)
    other = handslag.waits(handover, "requested")
    assert other.id != run.id
    assert handslag.answer(other, "accept: we take over")["status"] == "ACCEPT"
    assert handslag.waits(handover, "accepted").id == other.id


def test_a_clock_that_is_due_within_the_minute_has_a_run_of_watch_at_its_instant(handslag: Installation) -> None:
    handover = handslag.request(handslag.begin(minutes_ago=20), minutes_ago=19.2)
    (clock,) = [
        clock
        for clock in handslag.episode(handover).clocks.values()
        if clock.subject == handover and clock.next_at < clock.due_at - timedelta(minutes=5)
    ]
    at = clock.next_at.isoformat()
    wanted = {"flow_runs": {"deployment_id": {"any_": [str(handslag.deployments["watch"])]}}, "limit": 200}
    found = wait_until(
        lambda: [run for run in handslag.pools.rows("/flow_runs/filter", wanted) if _is_at(run, at)], "watch is due"
    )
    assert len(found) == 1
    handslag.do(handover, Action.CANCEL, SENDER, "no need")


def test_deliver_sends_what_could_not_leave_while_the_mail_host_was_down(handslag: Installation) -> None:
    port = handslag.inbox.port
    handslag.inbox.stop()
    handover = handslag.request(handslag.begin(minutes_ago=5), minutes_ago=4)
    unsent = [notice for notice in handslag.service.views.show(handover).notices if notice.handover == handover]
    assert {notice.status for notice in unsent} == {NoticeStatus.WAITING}
    with Inbox(port=port) as inbox:
        wait_until(lambda: _delivered(handslag, inbox, handover), "the notice leaves", 60)  # tried every half minute
        letter = inbox.wait_for(lambda letter: handover in letter.subject + letter.text, 0)
    assert letter.recipients == ("ssih-first@example.org",)
    sent = [notice for notice in handslag.service.views.show(handover).notices if notice.handover == handover]
    assert {notice.status for notice in sent} == {NoticeStatus.SENT}


def test_the_hourly_flow_says_how_many_calendars_it_fetched(handslag: Installation) -> None:
    assert handslag.flow("refresh-cover") == "0 calendars were fetched, 0 could not be."


def test_the_flow_of_meetings_says_that_no_list_is_due_where_the_pathway_has_no_meetings(
    handslag: Installation,
) -> None:
    assert handslag.flow("meetings") == "0 lists were made: none was due."


def _delivered(handslag: Installation, inbox: Inbox, handover: str) -> bool:
    handslag.flow("deliver")
    return any(handover in letter.subject + letter.text for letter in inbox.letters)


def _other_run(handslag: Installation, handover: str, former: UUID) -> UUID | None:
    run = handslag.waker._run_of(handover)
    return UUID(run) if run and UUID(run) != former else None


def _is_at(run: dict[str, Any], at: str) -> bool:
    return str(run["expected_start_time"]).replace("Z", "+00:00")[:23] == at[:23]
