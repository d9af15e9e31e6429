"""The audit log looked through, handed out, and rid of what is old: on the whole installation."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

import pytest
from made_up_entries import an_entry
from sqlalchemy import Engine, text
from sqlalchemy.exc import DBAPIError

from engine.world import MUNICIPAL, NAME, NETWORK, NUMBER, START, Day, a_day, demonstration, settings
from pathways.audit.chain import Fault, Finding
from pathways.audit.entries import Entry, Outcome
from pathways.audit.reviews import TIME_TO_DO, ReviewState
from pathways.audit.samples import Flag
from pathways.care.commands import EndEpisode
from pathways.care.references import ReferenceKind, new_reference
from pathways.definition.texts import Language
from pathways.errors import Failed, NotFound, Refused
from pathways.operations.audit import Reviewer
from pathways.operations.identities import Told
from pathways.operations.noting import TAKEN_AT_THEIR_WORD
from pathways.operations.people import NewRelative, Patient
from pathways.operations.service import Operations
from pathways.reports.log_extracts import Deed
from pathways.store.database import WRITES
from pathways.store.unit_of_work import UnitOfWork

LO = Reviewer("lo@example.org", "Lo Exempel", "log-reviewer")
RESERVE = "991948000010"
UNKNOWN = new_reference(ReferenceKind.EPISODE)
OLD = datetime(2020, 2, 29, 12, tzinfo=UTC)


@pytest.fixture
def day(engine: Engine, tmp_path: Path) -> Day:
    return a_day(engine, settings(tmp_path))


@pytest.fixture
def service(day: Day) -> Operations:
    return day.operations


def seen(service: Operations, number: int = 1, **fields: Any) -> None:
    values: dict[str, Any] = {"network": NETWORK, "team": "ssih-jonkoping", "at": START + timedelta(minutes=number)}
    service.audit.note(an_entry(number, **{**values, **fields}))


def person_of(service: Operations, episode: str) -> int:
    with UnitOfWork(service.engine, writes=False) as work:
        number = work.people.of(episode)
    assert number is not None
    return number


def whats(service: Operations) -> list[str]:
    return [str(entry["what"]) for entry in exported(service)]


# reviews


def test_a_review_keeps_the_cases_that_were_drawn_and_both_are_in_the_log(day: Day) -> None:
    service = day.operations
    seen(service, 1)
    seen(service, 2, is_emergency=True, why="found in the street")
    day.clock.forward(days=1)

    review = service.log_reviews.draw(NETWORK, LO, chance=Random(1))  # noqa: S311 - a draw that can be repeated

    assert [case.flags for case in review.drawn.cases] == [(Flag.EMERGENCY,), (Flag.RANDOM,)]
    assert (review.drawn.since_at, review.drawn.until_at) == (START + timedelta(minutes=1), day.clock.now)
    assert review.drawn.due_at == day.clock.now + TIME_TO_DO
    assert service.log_reviews.seen(review.number, LO) == review
    assert whats(service)[-3:] == ["draw-review", "see-review", "export-log"]


def test_the_reviews_and_extracts_of_another_network_are_as_if_they_were_not_there(day: Day) -> None:
    """Whoever reviews the log of one network sees, changes and extracts nothing of another's."""
    service = day.operations
    episode = day.begun()
    stranger, own = replace(LO, network="jamtland-demo"), replace(LO, network=NETWORK)
    review = service.log_reviews.draw(NETWORK, own)
    before = whats(service)
    attempts: Sequence[tuple[Callable[[], object], Callable[[], object]]] = (
        (lambda: service.log_reviews.draw(NETWORK, stranger), lambda: service.log_reviews.draw("jamtland-demo", own)),
        (lambda: service.log_reviews.seen(review.number, stranger), lambda: service.log_reviews.seen(99, own)),
        (
            lambda: service.log_reviews.write_finding(review.number, "Mine.", stranger, is_in_order=True),
            lambda: service.log_reviews.write_finding(99, "Mine.", own, is_in_order=True),
        ),
        (lambda: service.log_extracts.made(episode, stranger), lambda: service.log_extracts.made(UNKNOWN, own)),
    )
    for of_others, unknown in attempts:
        with pytest.raises(NotFound) as theirs:
            of_others()
        with pytest.raises(NotFound) as nobodys:
            unknown()
        assert str(theirs.value) == str(nobodys.value).replace(UNKNOWN, episode)
    assert whats(service) == [*before, "export-log"]
    assert service.log_reviews.seen(review.number, own).found is None
    assert service.log_extracts.made(episode, own).episodes == (episode,)


def test_a_reviewer_with_a_team_sees_the_log_of_their_own_organisation_and_no_others(day: Day) -> None:
    """The municipality's reviewer reads nothing of what the region's people looked at; nor the other way round."""
    service = day.operations
    episode = day.begun()
    day.clock.forward(hours=1)
    city, region = (replace(LO, network=NETWORK, team=team) for team in ("municipal-palliative-team", "ward-ryhov"))
    for team in ("municipal-palliative-team", "ward-ryhov"):
        entry = replace(LO, team=team, name=team).entry(day.clock.now, NETWORK, "see-episode", "sees", episode=episode)
        service.audit.note(entry)
    day.clock.forward(days=1)
    review = service.log_reviews.draw(NETWORK, city)
    assert review.drawn.organisation == "jonkopings-kommun"
    names = {case.name for case in review.drawn.cases}
    assert "municipal-palliative-team" in names
    assert "ward-ryhov" not in names
    assert service.log_reviews.seen(review.number, LO) == review
    attempts: Sequence[Callable[[], object]] = (
        lambda: service.log_reviews.seen(review.number, region),
        lambda: service.log_reviews.write_finding(review.number, "Mine.", region, is_in_order=True),
        lambda: service.log_reviews.seen(service.log_reviews.draw(NETWORK, LO).number, city),
    )
    for attempt in attempts:
        with pytest.raises(NotFound, match="no review"):
            attempt()
    assert {line.name for line in service.log_extracts.made(episode, region).lines} == {"ward-ryhov"}
    assert {"ward-ryhov", "municipal-palliative-team"} <= {
        line.name for line in service.log_extracts.made(episode, LO).lines
    }
    day.clock.forward(days=40)
    service.log_reviews.draw(NETWORK, city)
    assert not service.log_reviews.standing(NETWORK, city)[0].is_due
    assert service.log_reviews.standing(NETWORK, region)[0].is_due
    assert service.log_reviews.standing(NETWORK)[0].is_due
    assert service.log_reviews.standing(NETWORK, region)[0].reviews == []


def test_the_next_review_begins_where_the_last_one_ended(day: Day) -> None:
    service = day.operations
    seen(service, 1)
    day.clock.forward(days=1)
    first = service.log_reviews.draw(NETWORK, LO)
    seen(service, 2, at=day.clock.now)
    day.clock.forward(days=1)

    second = service.log_reviews.draw(NETWORK, LO)

    assert second.drawn.since_at == first.drawn.until_at
    assert {case.login for case in second.drawn.cases} == {"nurse@example.org", LO.login}


def test_flags_come_from_what_the_vault_knows_of_the_patient(day: Day) -> None:
    service = day.operations
    episode = day.begun(Patient(NUMBER, NAME))
    service.patients.add_relative(episode, NewRelative("Siv Modell", "daughter", "070-174 06 05"), MUNICIPAL)
    person = person_of(service, episode)
    seen(service, 1, person=person, name="Siv Modell")
    service.patients.protect(episode, MUNICIPAL)
    day.clock.forward(days=1)

    cases = {case.name: case.flags for case in service.log_reviews.draw(NETWORK, LO).drawn.cases}

    assert cases["Siv Modell"] == (Flag.RELATIVE, Flag.PROTECTED)
    assert cases[str(MUNICIPAL.name)] == (Flag.PROTECTED,)


def test_a_finding_is_written_down_once_and_stands_in_the_log(day: Day) -> None:
    service = day.operations
    seen(service)
    review = service.log_reviews.draw(NETWORK, LO)

    done = service.log_reviews.write_finding(review.number, " Asked the unit. ", LO, is_in_order=False)

    assert done.found is not None
    assert (done.found.finding, done.found.is_in_order, done.found.done_by) == ("Asked the unit.", False, LO.login)
    assert service.log_reviews.seen(review.number, LO) == done
    assert f"review {review.number}, not in order: Asked the unit." in [entry["why"] for entry in exported(service)]
    with pytest.raises(Refused, match="written down already"):
        service.log_reviews.write_finding(review.number, "Again.", LO, is_in_order=True)


def test_a_finding_says_something_in_words_that_can_be_kept(day: Day) -> None:
    seen(day.operations)
    review = day.operations.log_reviews.draw(NETWORK, LO)

    for words in ("  ", "a\x00b", "x" * 4001):
        with pytest.raises(Refused):
            day.operations.log_reviews.write_finding(review.number, words, LO, is_in_order=True)
    done = day.operations.log_reviews.write_finding(review.number, "x" * 4000, LO, is_in_order=True)
    assert done.found is not None


def test_what_is_due_and_overdue_is_told(day: Day) -> None:
    service = day.operations
    assert service.log_reviews.standing() == []
    with pytest.raises(NotFound, match="no log"):
        service.log_reviews.standing(NETWORK)
    seen(service)
    (standing,) = service.log_reviews.standing()
    assert (standing.is_due, standing.next_at) == (False, START + timedelta(days=30, minutes=1))

    day.clock.forward(days=31)
    assert service.log_reviews.standing(NETWORK)[0].is_due
    assert service.log_reviews.standing(NETWORK)[0].is_late(day.clock.now)
    review = service.log_reviews.draw(NETWORK, LO)
    (standing,) = service.log_reviews.standing()

    assert not standing.is_due
    assert not standing.is_late(day.clock.now)
    assert standing.is_late(day.clock.now + TIME_TO_DO)
    assert standing.reviews[0].state(day.clock.now) is ReviewState.OPEN
    assert standing.reviews[0].state(day.clock.now + TIME_TO_DO) is ReviewState.OVERDUE
    done = service.log_reviews.write_finding(review.number, "Well.", LO, is_in_order=True)
    assert done.state(day.clock.now + TIME_TO_DO) is ReviewState.DONE
    with pytest.raises(NotFound, match="no review"):
        service.log_reviews.seen(99, LO)


def test_a_log_that_cannot_be_read_is_told_in_a_sentence(service: Operations, engine: Engine) -> None:
    seen(service)
    with engine.execution_options(**WRITES).begin() as connection:
        connection.execute(
            text(
                "INSERT INTO audit_entry SELECT network, 2, 'once', login, name, role, team, what, episode, person, "
                "why, is_emergency, outcome, seal FROM audit_entry"
            )
        )

    with pytest.raises(Failed, match="handslag audit verify"):
        service.log_reviews.draw(NETWORK, LO)


# what is handed out


def exported(service: Operations, **of: datetime) -> list[Mapping[str, Any]]:
    found: list[Mapping[str, Any]] = []
    assert service.audit.export(found.append, NETWORK, LO, **of) == len(found)
    return found


def test_an_export_holds_all_that_is_sealed_and_is_itself_in_the_log(service: Operations) -> None:
    seen(service, 1)
    seen(service, 2)

    first, second, export = exported(service)

    assert [each["number"] for each in (first, second, export)] == [1, 2, 3]
    assert len({each["seal"] for each in (first, second, export)}) == 3
    assert Entry.model_validate({k: v for k, v in first.items() if k not in ("number", "seal")}).person == 1
    assert (export["login"], export["what"], export["why"]) == (LO.login, "export-log", "all of it")
    with pytest.raises(NotFound, match=NETWORK):
        service.audit.export(lambda _: None, "another", LO)


def test_an_export_can_be_of_some_time(day: Day) -> None:
    seen(day.operations, 1)
    seen(day.operations, 2)
    day.clock.forward(days=1)
    at = START + timedelta(minutes=2)

    assert [each["number"] for each in exported(day.operations, since=at, until=day.clock.now)] == [2]
    assert [each["number"] for each in exported(day.operations, until=at)] == [1]
    assert exported(day.operations)[2]["why"] == "since 2026-03-10T09:02:00+00:00, until 2026-03-11T09:00:00+00:00"


def test_a_patient_is_told_what_was_done_for_which_unit_and_why(day: Day) -> None:
    service = day.operations
    episode, other = day.begun(Patient(NUMBER, NAME)), day.begun(Patient(RESERVE, "Otto Modell"))
    mine = person_of(service, episode)
    seen(service, 1, episode=episode, person=mine)
    seen(service, 2, episode=episode, person=None, what="record-fact", why="consulted, sender")
    seen(service, 3, episode=None, person=mine, outcome=Outcome.NOT_FOUND, why="unrelated", team="gone-by-now")
    seen(service, 4, episode=episode, person=mine, is_emergency=True, why="typed", network="another", team=None)
    seen(service, 5, episode=other, person=person_of(service, other))

    extract = service.log_extracts.made(episode, LO)

    assert (extract.episodes, extract.language) == ((episode,), Language.SWEDISH)
    assert (extract.lines[0].deed, extract.lines[0].grounds) == (Deed.CHANGED, (TAKEN_AT_THEIR_WORD,))  # it was begun
    assert [(line.unit, line.deed, line.grounds) for line in extract.lines[1:]] == [
        (demonstration()[1].teams["ssih-jonkoping"].name, Deed.SEEN, ("responsible",)),
        (demonstration()[1].teams["ssih-jonkoping"].name, Deed.CHANGED, ("consulted", "sender")),
        ("gone-by-now", Deed.TURNED_AWAY, ("unrelated",)),
        ("", Deed.EMERGENCY, ()),
    ]
    again = service.log_extracts.made(episode, LO, Language.DANISH)
    assert again.language is Language.DANISH
    assert {(line.name, line.deed) for line in again.lines if line not in extract.lines} == {(LO.name, Deed.SEEN)}


def test_an_episode_of_which_nobody_has_said_who_it_is_about_has_an_extract(day: Day) -> None:
    episode = day.begun()
    seen(day.operations, 1, episode=episode, person=None)

    assert [line.deed for line in day.operations.log_extracts.made(episode, LO).lines] == [Deed.CHANGED, Deed.SEEN]
    with pytest.raises(NotFound):
        day.operations.log_extracts.made("E0000-0000", LO)


def merged(day: Day) -> tuple[str, int]:
    """An episode of a patient of whom two records have become one, and the number of the record that is gone."""
    earlier = day.begun(Patient(NUMBER, NAME))
    gone = person_of(day.operations, earlier)
    day.operations.perform(earlier, EndEpisode(actor=MUNICIPAL, end="discharged"))
    active = day.begun(Patient(RESERVE, NAME))
    identities, told = day.operations.identities, Told(Patient(NUMBER), known_as=RESERVE)
    identities.identify(active, told, MUNICIPAL, agreed=identities.propose(active, told, MUNICIPAL))
    assert person_of(day.operations, earlier) == person_of(day.operations, active) != gone
    return active, gone


def test_what_was_done_under_a_number_from_before_a_merge_is_still_the_patients(day: Day) -> None:
    active, gone = merged(day)
    seen(day.operations, 1, episode=None, person=gone, name="Nora Exempelsson")
    day.clock.forward(days=1)

    assert "Nora Exempelsson" in [line.name for line in day.operations.log_extracts.made(active, LO).lines]
    cases = {case.name: case.flags for case in day.operations.log_reviews.draw(NETWORK, LO).drawn.cases}
    assert cases["Nora Exempelsson"] == (Flag.OWN_NAME,)


def test_a_number_from_before_a_merge_never_becomes_another_patients(day: Day, engine: Engine) -> None:
    with UnitOfWork(engine) as work:
        first, second = work.people.add(NETWORK, b"1", "f1"), work.people.add(NETWORK, b"2", "f2")
        work.people.merge(second, first)
        third = work.people.add(NETWORK, b"3", "f3")
        work.people.merge(first, third)
        work.commit()

    with UnitOfWork(engine, writes=False) as work:
        assert len({first, second, third}) == 3
        assert list(work.people.numbers_of(third)) == [third, first, second]
        assert [work.people.record(each) for each in (first, second, third, 99)] == [b"3", b"3", b"3", None]


# what is old


def test_old_entries_can_be_removed_and_the_rest_is_proved_as_before(day: Day) -> None:
    service = day.operations
    for number in range(1, 7):
        seen(service, number, at=OLD + timedelta(days=number))
    seen(service, 7)

    assert service.audit.remove_old(NETWORK, OLD + timedelta(days=4), LO) == 3

    (examined,) = service.audit.verify(NETWORK)
    assert (examined.first, examined.last.number, examined.findings) == (4, 8, ())
    assert whats(service)[-2:] == ["remove-old-entries", "export-log"]
    assert service.audit.remove_old(NETWORK, OLD + timedelta(days=4), LO) == 0
    assert service.audit.remove_old(NETWORK, OLD + timedelta(days=9), LO) == 3
    assert service.audit.verify(NETWORK)[0].findings == ()


def test_a_log_of_which_all_is_old_goes_on_where_it_was(day: Day) -> None:
    service = day.operations
    seen(service, 1, at=OLD)
    seen(service, 2, at=OLD)

    assert service.audit.remove_old(NETWORK, OLD + timedelta(days=1), LO) == 2

    (examined,) = service.audit.verify(NETWORK)
    assert (examined.first, examined.last.number, examined.findings) == (3, 3, ())


def test_an_old_entry_that_came_after_a_younger_one_waits_for_it(day: Day) -> None:
    service = day.operations
    seen(service, 1, at=OLD)
    seen(service, 2)
    seen(service, 3, at=OLD)

    assert service.audit.remove_old(NETWORK, OLD + timedelta(days=1), LO) == 1


def test_what_is_younger_than_five_years_is_refused_by_the_program_and_by_the_database(
    day: Day, engine: Engine
) -> None:
    service = day.operations
    five_years_ago = datetime(2021, 3, 10, 9, tzinfo=UTC)
    seen(service, 1, at=datetime.now(UTC) - timedelta(days=5 * 365 - 3))

    with pytest.raises(Refused, match="5 years"):
        service.audit.remove_old(NETWORK, five_years_ago + timedelta(seconds=1), LO)
    assert service.audit.remove_old(NETWORK, five_years_ago, LO) == 0
    with pytest.raises(DBAPIError, match="five years"), engine.begin() as connection:
        connection.execute(text("DELETE FROM audit_entry"))


def test_old_entries_that_are_not_whole_stay(day: Day, engine: Engine) -> None:
    service = day.operations
    seen(service, 1, at=OLD)
    seen(service, 2, at=OLD)
    with engine.execution_options(**WRITES).begin() as connection:
        connection.execute(text("DELETE FROM audit_entry WHERE number = 1"))  # the database lets the old go

    with pytest.raises(Refused, match="not whole"):
        service.audit.remove_old(NETWORK, OLD + timedelta(days=1), LO)

    assert service.audit.verify(NETWORK)[0].findings == (Finding(Fault.MISSING, 1, 1),)


def test_a_log_that_there_is_not_has_nothing_to_remove(service: Operations) -> None:
    with pytest.raises(NotFound, match="none"):
        service.audit.remove_old(NETWORK, OLD, LO)
