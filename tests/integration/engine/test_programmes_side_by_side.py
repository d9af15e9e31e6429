"""A programme with few places and several processes that want them at once: the cap is never passed, nobody is lost."""

from collections import Counter
from pathlib import Path

import pytest
from demands import undemanding
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from engine.databases import Database
from engine.programmes_at_once import (
    BEGINNING,
    CLERK,
    NETWORK,
    PATHWAY,
    begin_many,
    ended,
    enrol_and_return,
)
from engine.programs import started
from engine.world import Day, HandClock, Post, settings
from handslag.playground import definitions_of
from pathways.care.evolution import replayed
from pathways.care.programme.commands import Enrol
from pathways.definition.models import Pathway
from pathways.errors import Refused
from pathways.operations.service import Operations

CAP, PROCESSES, EACH = 7, 5, 4


def with_cap(pathway: Pathway, cap: int) -> Pathway:
    """The pathway with another cap, and no last day."""
    enrolment = pathway.enrolment
    changed = {"enrolment": enrolment and enrolment.model_copy(update={"cap": cap}), "in_force_until": None}
    return pathway.model_copy(update=changed)


@pytest.fixture
def day(database: Database, tmp_path: Path) -> Day:
    """A day of Jammerbugt's, with seven places in the programme."""
    clock, post = HandClock(), Post()
    pathways, networks = definitions_of([NETWORK])
    given = settings(tmp_path)
    secrets = [contact.secret for team in networks[0].teams.values() for contact in team.contacts]
    lines = [f'{name} = "json://localhost/{name}"' for name in secrets]
    assert given.contacts_file
    given.contacts_file.write_text("\n".join(["[contacts]", *lines]), encoding="utf-8")
    operations = Operations(given, database.engine, post, clock=clock)
    operations.publishing.apply([undemanding(with_cap(each, CAP)) for each in pathways], networks)
    return Day(operations, clock, post, [])


def taken(day: Day) -> list[tuple[int, str]]:
    with day.operations.engine.connect() as connection:
        rows = connection.execute(text("SELECT number, episode FROM programme_place ORDER BY number"))
        return [(number, episode) for number, episode in rows]


def begun_one_after_another(day: Day, times: int) -> list[str]:
    """So many episodes, a minute apart."""
    found = []
    for _ in range(times):
        found.append(day.operations.begin_episode(BEGINNING, CLERK)[0].reference)
        day.clock.forward(minutes=1)
    return found


def run(day: Day, url: str, folder: Path, work: object, arguments: list[tuple[object, ...]]) -> list[str]:
    """Let processes begin this at the same moment; what each wrote."""
    start, given = folder / "start", day.operations.settings
    outcomes = [folder / f"outcome-{number}" for number in range(len(arguments))]
    programs = [
        started(work, url, given, start, outcome, *more)  # type: ignore[arg-type]
        for outcome, more in zip(outcomes, arguments, strict=True)
    ]
    start.touch()
    for program in programs:
        program.join(60)
        assert program.exitcode == 0
    return [outcome.read_text(encoding="utf-8") for outcome in outcomes]


def requires_rows_as_told(day: Day) -> None:
    """What is written is what the histories tell, and the line is sorted by time."""
    (view,) = day.operations.programmes.shown(PATHWAY)
    assert list(view.occupancy.taken) == [episode for _number, episode in taken(day)]
    for reference in (*view.occupancy.taken, *(entry.episode for entry in view.occupancy.waiting)):
        shown = day.operations.views.show(reference)
        assert replayed(shown.history) == shown.episode
    assert list(view.occupancy.waiting) == sorted(view.occupancy.waiting, key=lambda entry: entry.order)


def test_of_many_clerks_in_many_processes_as_many_enrol_as_there_are_places_and_the_others_wait(
    day: Day, database: Database, tmp_path: Path
) -> None:
    said = run(day, database.url, tmp_path, begin_many, [(EACH,)] * PROCESSES)

    stands = Counter(each.partition(":")[2] for line in said for each in line.split())
    assert stands == {"active": CAP, "waitlist": PROCESSES * EACH - CAP}
    assert [number for number, _episode in taken(day)] == list(range(1, CAP + 1))
    requires_rows_as_told(day)


def test_one_free_place_goes_to_one_whether_enrolled_from_the_line_or_by_an_end_taken_back(
    day: Day, database: Database, tmp_path: Path
) -> None:
    begun = begun_one_after_another(day, CAP + 1)
    ended(day.operations, begun[0])

    said = run(day, database.url, tmp_path, enrol_and_return, [(begun[-1], begun[0])] * PROCESSES)

    done = [reference for line in said for reference in line.split()]
    assert len(done) == 1
    assert [number for number, _episode in taken(day)] == list(range(1, CAP + 1))
    requires_rows_as_told(day)


def test_the_database_itself_refuses_a_place_beyond_the_cap_and_one_place_twice(day: Day) -> None:
    episode = day.operations.begin_episode(BEGINNING, CLERK)[0].reference
    other = day.operations.begin_episode(BEGINNING, CLERK)[0].reference
    insert = text("INSERT INTO programme_place VALUES (:network, :pathway, :number, :cap, :episode)")
    row = {"network": NETWORK, "pathway": PATHWAY, "cap": CAP}
    with day.operations.engine.connect() as connection:
        connection.execute(text("DELETE FROM programme_place WHERE episode = :episode"), {"episode": other})
        connection.commit()
        for number, whose in ((CAP + 1, other), (1, other), (3, episode), (0, other)):
            with pytest.raises(IntegrityError):
                connection.execute(insert, {**row, "number": number, "episode": whose})
            connection.rollback()


def test_when_an_end_frees_a_place_the_first_in_line_is_told_by_mail_and_then_a_person_enrols(day: Day) -> None:
    begun = begun_one_after_another(day, CAP + 2)
    day.post.sent.clear()
    ended(day.operations, begun[3])

    told = [words.subject for key, words in day.post.sent if key.startswith(begun[CAP])]
    assert told == [f"En plads er ledig: {begun[CAP]}"]
    assert not any(key.startswith(begun[CAP + 1]) for key, _words in day.post.sent)
    assert len(taken(day)) == CAP - 1

    with pytest.raises(Refused, match="1 wait before it"):
        day.operations.perform(begun[CAP + 1], Enrol(actor=CLERK))
    day.operations.perform(begun[CAP], Enrol(actor=CLERK))
    assert (4, begun[CAP]) in taken(day)
    requires_rows_as_told(day)


def test_what_the_first_leaves_unanswered_is_told_to_the_next_by_the_watch(day: Day) -> None:
    begun = begun_one_after_another(day, CAP + 2)
    ended(day.operations, begun[0])
    day.post.sent.clear()
    day.clock.forward(days=1)
    day.operations.pass_due_clocks()

    subjects = [words.subject for _key, words in day.post.sent]
    assert f"En plads er ledig: {begun[CAP + 1]}" in subjects
    day.operations.perform(begun[CAP + 1], Enrol(actor=CLERK))
    assert len(taken(day)) == CAP
    assert day.operations.programmes.offer() == 0


def test_an_end_that_uses_its_place_up_keeps_the_row(day: Day) -> None:
    begun = day.operations.begin_episode(BEGINNING, CLERK)[0].reference
    ended(day.operations, begun, "transition-finished")
    assert taken(day) == [(1, begun)]
