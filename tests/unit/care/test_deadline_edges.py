"""The edge cases of declared clocks: noon, clock changes, taking back, deaths, other municipalities, refusals."""

from datetime import UTC, datetime, timedelta

import pytest
from care_stories import E, Story, person, told
from care_worlds import NETWORK, PATHWAY, PERSON_NAME, START
from deadline_worlds import DEADLINES, at_bed, at_home, days_on, local, move, reach
from test_every_deadline import outcome

from pathways.care.commands import NotePatientChange, TakeBackEnd
from pathways.care.episodes import ClockOutcome
from pathways.care.notice_kinds import NoticeKind
from pathways.care.recording import Context
from pathways.care.states import PatientChange
from pathways.care.waits import Wait, WaitKind, waits
from pathways.definition.models import Trigger
from pathways.errors import Refused

READY, BACK = "ready-for-discharge", "ready-taken-back"
PAYMENT, SIP, REPORT = "declared/se.lus.payment", "declared/se.lus.sip-call", "declared/dk.admission-report"
ADMISSION, INFORMATION = "declared/se.lus.admission-notice", "declared/se.lus.discharge-information"
TALK, FORM = "declared/bereavement.follow-up", "declared/register.death-questionnaire"


@pytest.mark.parametrize("day", ["2026-03-04", "2026-03-27", "2026-03-28", "2026-10-23", "2026-10-24", "2026-12-23"])
@pytest.mark.parametrize(
    ("time", "days"),
    [("11:59:00", 3), ("12:00:00", 3), ("12:00:01", 4), ("12:01:00", 4), ("00:00:00", 3), ("23:59:59", 4)],
)
def test_a_notice_after_noon_has_a_day_more_and_one_at_noon_has_not(day: str, time: str, days: int) -> None:
    """Noon where the network is, in summer and in winter, before weekends, holidays and both clock changes."""
    notice = local(day, time)
    story = at_bed(notice)
    reach(story, READY)
    assert story.episode.clocks[PAYMENT].due_at == days_on(notice, days)
    assert story.episode.clocks[SIP].due_at == days_on(notice, 3)


def test_what_counts_is_when_it_happened_and_not_when_it_was_written_down() -> None:
    story = at_bed(local("2026-03-04", "11:00"))
    story.now = local("2026-03-04", "15:00")
    reach(story, READY, at=local("2026-03-04", "11:59"))
    clock = story.episode.clocks[PAYMENT]
    assert (clock.started_at, clock.due_at) == (local("2026-03-04", "11:59"), local("2026-03-07", "11:59"))
    story.now = local("2026-03-09", "08:00")
    assert told(story.pass_clock(SIP)) == {(NoticeKind.LIMIT_PASSED, "experts")}
    reach(story, "sip-called", "experts", at=local("2026-03-07", "11:59"))
    assert outcome(story, SIP) is ClockOutcome.MET


def test_a_day_that_ends_with_a_clock_change_ends_at_its_own_midnight() -> None:
    """The day of the change is 23 or 25 hours long."""
    for day, hours in (("2026-03-29", 23), ("2026-10-25", 25)):
        began = local(day, "00:00")
        story = at_bed(began)
        reach(story, "long-stay-expected")
        assert story.episode.clocks["declared/dk.care-plan"].due_at == began + timedelta(hours=hours)


def test_a_clock_that_starts_in_the_night_of_the_change_is_due_when_that_time_comes_or_is_passed() -> None:
    """02:30 does not exist on the day that clocks go forward, and is there twice when they go back."""
    for start, due in (("2026-03-26", datetime(2026, 3, 29, 1, tzinfo=UTC)), ("2026-10-22", None)):
        story = at_bed(local(start, "02:30"))
        reach(story, READY)
        assert story.episode.clocks[SIP].due_at == (due or datetime(2026, 10, 25, 0, 30, tzinfo=UTC))


def test_ready_and_taken_back_and_ready_again_starts_anew() -> None:
    story = at_bed(START)
    reach(story, READY)
    story.wait(days=3)
    story.pass_clock(SIP)
    reach(story, BACK)
    assert not {PAYMENT, SIP} & set(story.episode.clocks)
    assert (outcome(story, PAYMENT), outcome(story, SIP)) == (ClockOutcome.WITHDRAWN, ClockOutcome.WITHDRAWN)
    assert not [owed for owed in story.outbox if owed.kind is NoticeKind.LIMIT_PASSED]
    assert READY not in story.episode.milestones
    story.wait(days=2)
    reach(story, READY)
    assert story.episode.clocks[PAYMENT].started_at == story.now
    assert story.episode.milestones[READY] == story.now


def test_taking_back_leaves_alone_what_something_else_started() -> None:
    story = at_bed(START)
    reach(story, "need-assessed")
    reach(story, READY)
    reach(story, BACK)
    assert set(story.episode.clocks) == {ADMISSION, REPORT}


def test_what_runs_already_runs_on_when_the_milestone_is_recorded_again() -> None:
    story = at_bed(START)
    reach(story, READY)
    before = story.episode.clocks
    story.wait(hours=5)
    reach(story, READY)
    assert story.episode.clocks == before


def test_what_has_stopped_starts_anew_with_the_next_stay() -> None:
    story = at_bed(START)
    reach(story, "report-sent", "home-north")
    move(story, "discharge", to_team="home-north")
    assert REPORT not in story.episode.clocks
    story.wait(days=1)
    move(story, "admit", unit="west-bed", reference="H222-3333")
    assert story.episode.clocks[REPORT].started_at == story.now


def test_leaving_the_hospital_meets_the_discharge_and_starts_the_information() -> None:
    story = at_bed(START)
    reach(story, READY)
    story.wait(hours=2)
    move(story, "discharge", to_team="home-north")
    assert (outcome(story, PAYMENT), outcome(story, SIP)) == (ClockOutcome.MET, ClockOutcome.MET)
    assert story.episode.clocks[INFORMATION].owner == "ward-east"


def test_a_death_before_any_limit_stops_all_but_what_it_starts() -> None:
    story = at_bed(START)
    for milestone in (READY, "long-stay-expected", "ready-for-care", "referred"):
        reach(story, milestone)
    running = set(story.episode.clocks)
    assert len(running) == 7
    story.wait(hours=1)
    story.end("deceased")
    assert {outcome(story, key) for key in running} == {ClockOutcome.WITHDRAWN}
    assert set(story.episode.clocks) == {TALK, FORM, "follow-up/talk", "follow-up/form"}
    assert {owed.kind for owed in story.outbox} == {NoticeKind.LOOK_FIRST}


def test_an_end_that_is_no_death_starts_nothing_of_a_death() -> None:
    story = at_bed(START)
    story.end("moved")
    assert not story.episode.clocks


def test_what_an_end_stopped_runs_on_when_it_is_taken_back() -> None:
    story = at_bed(START)
    reach(story, READY)
    before = story.episode.clocks
    story.end("deceased")
    story.wait(days=4)
    story.perform(TakeBackEnd(actor=person("ward-east")))
    assert story.episode.clocks == before
    assert (NoticeKind.LIMIT_PASSED, "experts") in told(story.pass_clock(SIP))


def test_the_clock_of_a_patient_of_another_municipality_is_that_municipalitys() -> None:
    story = at_bed(START, {"home-care": "home-south"})
    reach(story, READY)
    assert story.episode.clocks[PAYMENT].owner == "home-south"
    story.wait(days=3)
    assert told(story.pass_clock(PAYMENT)) == {(NoticeKind.LIMIT_PASSED, "home-south")}


def test_a_clock_goes_along_when_another_team_takes_the_role() -> None:
    story = at_bed(START)
    story.wait(hours=24)
    story.pass_clock(REPORT)
    assert [owed.team for owed in story.outbox] == ["home-north"]
    move(story, "discharge", to_team="home-south")
    clock = story.episode.clocks[REPORT]
    assert (clock.owner, clock.started_at, clock.passed) == ("home-south", START, 1)
    assert not [owed for owed in story.outbox if owed.subject == REPORT]
    story.now = clock.next_at
    assert told(story.pass_clock(REPORT)) == {(NoticeKind.LIMIT_PASSED, "home-south")}


@pytest.mark.parametrize("what", [PatientChange.NUMBER_ADDED, PatientChange.IDENTIFIED, PatientChange.MERGED])
def test_a_clock_runs_on_when_a_reserve_number_is_later_identified(what: PatientChange) -> None:
    story = at_bed(START)
    reach(story, READY)
    before = story.episode.clocks
    story.wait(hours=1)
    story.perform(NotePatientChange(actor=person("ward-east"), what=what, told_in=E))
    assert story.episode.clocks == before


def test_a_clock_may_start_with_the_episode() -> None:
    report = DEADLINES.clocks["dk.admission-report"].model_copy(update={"starts": (Trigger(begins=True),)})
    pathway = DEADLINES.model_copy(update={"clocks": {"dk.admission-report": report}})
    story = Story(context=Context(pathway, NETWORK, START))
    assert set(story.episode.clocks) == {REPORT}


def test_a_clock_is_waited_for_under_its_name() -> None:
    story = at_home(START)
    reach(story, "referred", "home-north")
    name, due = "palliative.referral", days_on(START, 10)
    assert waits(story.episode) == (
        Wait(episode=E, subject=name, kind=WaitKind.LIMIT, teams=("experts",), due_at=due, passed=0),
    )


def test_after_the_end_only_what_a_clock_waits_for_is_recorded_and_it_starts_nothing() -> None:
    talk = DEADLINES.clocks["bereavement.follow-up"]
    also = DEADLINES.clocks["palliative.referral"].model_copy(update={"starts": (Trigger(milestone="talk-offered"),)})
    pathway = DEADLINES.model_copy(update={"clocks": {"bereavement.follow-up": talk, "palliative.referral": also}})
    story = Story(context=Context(pathway, NETWORK, START))
    story.end("deceased")
    with pytest.raises(Refused, match="it has ended, and nothing waits for that"):
        reach(story, READY, "home-north")
    reach(story, "talk-offered", "home-north")
    assert set(story.episode.clocks) == {"follow-up/talk", "follow-up/form"}
    with pytest.raises(Refused, match="it has ended"):
        reach(story, "talk-offered", "home-north")


def test_whoever_has_a_clock_to_keep_may_record_what_stops_it() -> None:
    """Also where the team has no other part in the episode."""
    clinic = DEADLINES.clocks["short-term.review"].model_copy(
        update={"role": "clinic", "starts": (Trigger(level="bed"),)}
    )
    story = Story("bed", team=None, unit="east-bed", context=Context(DEADLINES, NETWORK, START))
    with pytest.raises(Refused, match="your team has had no part in it"):
        reach(story, "planned-anew", "clinic-one")
    pathway = DEADLINES.model_copy(update={"clocks": {"short-term.review": clinic}})
    story = Story("bed", team=None, unit="east-bed", context=Context(pathway, NETWORK, START))
    reach(story, "planned-anew", "clinic-one")
    assert not story.episode.clocks


@pytest.mark.parametrize(
    ("milestone", "at", "why"),
    [
        (PERSON_NAME, None, "its pathway has none of that name. Choose one of: need-assessed"),
        (READY, START + timedelta(seconds=1), "it cannot have been reached then"),
        (READY, datetime(1899, 12, 31, tzinfo=UTC), "lies too far away"),
        (READY, datetime.min.replace(tzinfo=UTC), "lies too far away"),
        (READY, datetime.max.replace(tzinfo=UTC), "lies too far away"),
        (BACK, None, "what it takes back has not been recorded"),
    ],
)
def test_what_cannot_be_recorded_is_refused_and_nothing_typed_is_repeated(
    milestone: str, at: datetime | None, why: str
) -> None:
    story = at_bed(START)
    with pytest.raises(Refused, match=why) as refused:
        reach(story, milestone, at=at)
    assert PERSON_NAME not in str(refused.value)


def test_a_pathway_without_milestones_says_so() -> None:
    story = Story(context=Context(PATHWAY, NETWORK, START))
    with pytest.raises(Refused, match="Ask those who keep the pathway"):
        reach(story, READY, "home-north")
