"""The audit log in the database: kept with what it tells of, never changed, proved whole, written by many at once."""

import os
import signal
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

import pytest
from made_up_entries import a_chain, an_entry
from sqlalchemy import Engine, event, text
from sqlalchemy.exc import DBAPIError

from engine.databases import Database
from engine.programs import started
from engine.together import at_once
from engine.world import a_day, sealing, settings
from pathways.audit.chain import Fault, Finding, Seals
from pathways.audit.entries import Entry, Outcome
from pathways.clock import system_clock
from pathways.errors import Failed, NotFound
from pathways.operations.audit import AuditOperations, Examined
from pathways.store.audit import Keeper, keeping_log
from pathways.store.audit_heads import Heads
from pathways.store.database import WRITES, open_engine
from pathways.store.unit_of_work import UnitOfWork

KEY = b"a key of the tests"


def the_log(engine: Engine, folder: Path) -> AuditOperations:
    keeper = Keeper(Seals(KEY), Heads(folder / "audit"))
    return AuditOperations(keeping_log(sealing(engine), keeper), keeper, system_clock)


@pytest.fixture
def log(engine: Engine, tmp_path: Path) -> AuditOperations:
    return the_log(engine, tmp_path)


@pytest.fixture
def written(log: AuditOperations) -> AuditOperations:
    """A log of six entries."""
    for number in range(1, 7):
        log.note(an_entry(number))
    return log


def examined(log: AuditOperations, network: str = "n") -> Examined:
    (found,) = log.verify(network)
    return found


def findings(log: AuditOperations) -> Sequence[Finding]:
    return examined(log).findings


def tamper(engine: Engine, *statements: str) -> None:
    """What somebody does who has the database, and so may take its triggers away."""
    with engine.execution_options(**WRITES).begin() as connection:
        if engine.dialect.name == "sqlite":
            for name in ("refuses_update", "is_kept", "refuses_replacement"):
                connection.execute(text(f"DROP TRIGGER IF EXISTS audit_entry_{name}"))
        else:
            connection.execute(text("ALTER TABLE audit_entry DISABLE TRIGGER USER"))
        for statement in statements:
            connection.execute(text(statement))


# kept with what it tells of


def test_an_entry_is_there_when_its_unit_of_work_has_committed_and_not_otherwise(
    log: AuditOperations, engine: Engine, tmp_path: Path
) -> None:
    kept = keeping_log(sealing(engine), Keeper(Seals(KEY), Heads(tmp_path / "audit")))
    with UnitOfWork(kept) as work:
        work.audit.add(an_entry(1))
        work.commit()
    with UnitOfWork(kept) as work:
        work.audit.add(an_entry(2))

    assert examined(log).last.number == 1


def test_what_was_added_comes_back_as_it_was(log: AuditOperations, engine: Engine) -> None:
    entry = an_entry(
        1, at=datetime.fromisoformat("2026-03-29T03:30:00.000001+02:00"), why="två\nrader – ångest?",
        name="Å. Ökänd", team=None, episode=None, person=None, is_emergency=True, outcome=Outcome.NOT_FOUND,
    )  # fmt: skip
    log.note(entry)

    with UnitOfWork(sealing(engine), writes=False) as work:
        (kept,) = work.audit.sealed("n")
    assert Entry.model_validate(kept.entry) == entry
    assert findings(log) == ()


def test_an_engine_without_a_keeper_refuses_an_entry_at_once(engine: Engine) -> None:
    with UnitOfWork(engine) as work, pytest.raises(AssertionError, match="keeps no log"):
        work.audit.add(an_entry())


def test_each_network_has_a_log_of_its_own(log: AuditOperations) -> None:
    log.note(an_entry(1), an_entry(2, network="another"), an_entry(3))

    assert {each.network: each.last.number for each in log.verify()} == {"n": 2, "another": 1}
    assert all(not each.findings and each.is_end_known for each in log.verify())
    with pytest.raises(NotFound, match="Choose one of: another, n"):
        log.verify("unknown")


def test_an_installation_seals_with_a_key_of_its_own(engine: Engine, tmp_path: Path) -> None:
    a_day(engine, settings(tmp_path)).operations.audit.note(an_entry())

    assert findings(a_day(engine, settings(tmp_path), is_published=True).operations.audit) == ()
    assert findings(the_log(engine, tmp_path)) == (Finding(Fault.ALTERED, 1, 1),)


# never changed


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit_entry SET why = 'another' WHERE number = 3",
        "DELETE FROM audit_entry WHERE number = 3",
        "DELETE FROM audit_entry",
    ],
)
def test_the_database_refuses_to_change_or_remove_an_entry(
    written: AuditOperations, engine: Engine, statement: str
) -> None:
    with pytest.raises(DBAPIError, match="audit log"), engine.begin() as connection:
        connection.execute(text(statement))

    assert findings(written) == ()


def test_the_database_refuses_to_empty_or_to_replace(written: AuditOperations, database: Database) -> None:
    statement = "INSERT OR REPLACE INTO audit_entry SELECT * FROM audit_entry" if database.is_sqlite else (
        "TRUNCATE audit_entry"
    )  # fmt: skip
    with pytest.raises(DBAPIError, match="audit log"), database.engine.begin() as connection:
        connection.execute(text(statement))


# proved whole


@pytest.mark.parametrize(
    ("statements", "found"),
    [
        (["UPDATE audit_entry SET login = 'another' WHERE number = 3"], Finding(Fault.ALTERED, 3, 3)),
        (["UPDATE audit_entry SET at = 'once upon a time' WHERE number = 3"], Finding(Fault.ALTERED, 3, 3)),
        (["UPDATE audit_entry SET seal = '' WHERE number = 3"], Finding(Fault.ALTERED, 3, 4)),
        (["DELETE FROM audit_entry WHERE number = 3"], Finding(Fault.MISSING, 3, 3)),
        (["DELETE FROM audit_entry WHERE number < 3"], Finding(Fault.MISSING, 1, 2)),
        (["DELETE FROM audit_entry WHERE number > 4"], Finding(Fault.CUT, 5, 6)),
        (["DELETE FROM audit_entry"], Finding(Fault.CUT, 1, 6)),
        (
            [
                "DELETE FROM audit_entry WHERE number = 3",
                "UPDATE audit_entry SET number = 3 WHERE number = 4",
                "UPDATE audit_entry SET number = 4 WHERE number = 5",
            ],
            Finding(Fault.ALTERED, 3, 4),
        ),
        (
            [
                "UPDATE audit_entry SET number = 99 WHERE number = 3",
                "UPDATE audit_entry SET number = 3 WHERE number = 4",
                "UPDATE audit_entry SET number = 4 WHERE number = 99",
            ],
            Finding(Fault.ALTERED, 3, 5),
        ),
        (
            [
                "INSERT INTO audit_entry SELECT network, 7, at, login, name, role, team, what, episode, person, why, "
                "is_emergency, outcome, seal FROM audit_entry WHERE number = 6"
            ],
            Finding(Fault.ALTERED, 7, 7),
        ),
        (
            [
                "DELETE FROM audit_entry WHERE number < 3",
                "INSERT INTO audit_beginning SELECT 'n', 2, seal, seal FROM audit_entry WHERE number = 3",
            ],
            Finding(Fault.MISSING, 1, 2),
        ),
        (["UPDATE audit_entry SET why = '\x02abc' WHERE number = 4"], Finding(Fault.ALTERED, 4, 4)),
        (["UPDATE audit_entry SET why = '\x02å' WHERE number = 4"], Finding(Fault.ALTERED, 4, 4)),
    ],
    ids=[
        "changed", "garbage", "another seal", "removed", "first removed", "end cut", "all removed",
        "numbered anew", "moved", "put in", "feigned removal", "no seal of a text", "no letters of a seal",
    ],
)  # fmt: skip
def test_whatever_is_done_to_the_rows_is_found(
    written: AuditOperations, engine: Engine, statements: Sequence[str], found: Finding
) -> None:
    tamper(engine, *statements)

    assert found in findings(written)


def test_a_log_built_anew_without_the_key_is_found(written: AuditOperations, engine: Engine, tmp_path: Path) -> None:
    tamper(engine, "DELETE FROM audit_entry")
    forger = Keeper(Seals(b"another key"), Heads(tmp_path / "forged"))
    AuditOperations(keeping_log(sealing(engine), forger), forger, system_clock).note(
        *(an_entry(number, why="-") for number in range(1, 7))
    )

    assert findings(written) == (Finding(Fault.ALTERED, 1, 6),)


def test_a_cut_stays_found_however_much_is_written_afterwards(written: AuditOperations, engine: Engine) -> None:
    tamper(engine, "DELETE FROM audit_entry WHERE number > 4")

    for number in range(5, 9):
        written.note(an_entry(number, why="informed"))

    assert findings(written) == (Finding(Fault.REPLACED, 6, 6),)


def test_a_machine_that_has_written_nothing_says_that_it_does_not_know_the_end(
    written: AuditOperations, engine: Engine, tmp_path: Path
) -> None:
    another = the_log(engine, tmp_path / "another")
    assert not examined(another).is_end_known

    another.note(an_entry(7))
    assert examined(another).is_end_known
    assert examined(written).is_end_known
    assert findings(written) == findings(another) == ()
    tamper(engine, "DELETE FROM audit_entry WHERE number > 6")
    assert findings(another) == (Finding(Fault.CUT, 7, 7),)


@pytest.mark.parametrize("damage", ["", "x", "0" * 86, "-1 abc"])
def test_a_head_that_cannot_be_read_is_told_and_made_anew(
    written: AuditOperations, tmp_path: Path, damage: str
) -> None:
    (tmp_path / "audit" / "n.head").write_text(damage, encoding="utf-8")
    assert not examined(written).is_end_known

    written.note(an_entry(7))

    assert examined(written).is_end_known
    assert findings(written) == ()


def test_a_head_that_cannot_be_kept_stops_nobody_and_is_logged(
    log: AuditOperations, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "audit").write_text("a file is where the folder should be", encoding="utf-8")

    log.note(an_entry())

    assert examined(log).last.number == 1
    assert "The head of the audit log of n could not be kept" in caplog.text


def test_heads_are_for_their_owner_alone_and_bear_any_name(log: AuditOperations, tmp_path: Path) -> None:
    log.note(an_entry(network="../å"))

    (head,) = (tmp_path / "audit").iterdir()
    assert head.stat().st_mode & 0o077 == 0
    assert (tmp_path / "audit").stat().st_mode & 0o077 == 0
    assert examined(log, "../å").is_end_known


def test_a_head_never_goes_back(tmp_path: Path) -> None:
    heads, chain = Heads(tmp_path), a_chain()

    heads.keep("n", chain[4].link)
    heads.keep("n", chain[2].link)

    assert heads.of("n") == chain[4].link


# by many at once


def test_many_threads_make_one_chain_without_a_gap(log: AuditOperations) -> None:
    def ten(writer: int) -> None:
        for number in range(10):
            log.note(an_entry(10 * writer + number), an_entry(number, network=("a", "b")[writer % 2]))

    outcomes = at_once(*(lambda writer=writer: ten(writer) for writer in range(8)))

    assert outcomes == [None] * 8
    found = {each.network: (each.last.number, each.findings) for each in log.verify()}
    assert found == {"n": (80, ()), "a": (40, ()), "b": (40, ())}
    assert all(each.is_end_known for each in log.verify())


def test_many_programs_make_one_chain_without_a_gap(log: AuditOperations, database: Database, tmp_path: Path) -> None:
    programs = [started(write_twenty, database.url, tmp_path) for _ in range(3)]
    for program in programs:
        program.join()

    assert [program.exitcode for program in programs] == [0, 0, 0]
    assert examined(log).last.number == 60
    assert findings(log) == ()


def write_twenty(url: str, folder: Path) -> None:
    log = the_log(open_engine(url), folder)
    for number in range(20):
        log.note(an_entry(number))


def test_two_units_that_log_of_two_networks_do_not_wait_for_each_other_in_a_circle(log: AuditOperations) -> None:
    there = [an_entry(1, network="a"), an_entry(1, network="b")]

    outcomes = at_once(*[lambda: log.note(*there), lambda: log.note(*reversed(there))] * 10)

    assert outcomes == [None] * 20


def test_whoever_verifies_while_others_write_finds_nothing(log: AuditOperations) -> None:
    def verify() -> list[Finding]:
        return [finding for _ in range(10) for each in log.verify() for finding in each.findings]

    def write() -> None:
        for number in range(40):
            log.note(an_entry(number))

    assert at_once(write, verify, write, verify) == [None, [], None, []]


# and crashes

POINTS = ("INSERT INTO audit_entry", "commit", "after commit")


@pytest.mark.parametrize("point", POINTS)
def test_a_writer_killed_in_the_middle_leaves_a_whole_log(
    log: AuditOperations, database: Database, tmp_path: Path, point: str
) -> None:
    log.note(an_entry(1))
    program = started(write_and_die, database.url, tmp_path, point)
    program.join()
    assert program.exitcode == -signal.SIGKILL

    assert findings(log) == ()
    assert examined(log).last.number == (2 if point == "after commit" else 1)
    log.note(an_entry(3))
    assert findings(log) == ()


def write_and_die(url: str, folder: Path, point: str) -> None:
    engine = open_engine(url)

    def after_statement(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        if statement.startswith(point):
            os.kill(os.getpid(), signal.SIGKILL)

    class DyingHeads(Heads):
        def keep(self, network: str, head: object) -> None:
            os.kill(os.getpid(), signal.SIGKILL)

    event.listen(engine, "after_cursor_execute", after_statement)
    if point == "commit":
        event.listen(engine, "commit", lambda _: os.kill(os.getpid(), signal.SIGKILL))
    keeper = Keeper(Seals(KEY), DyingHeads(folder / "audit"))
    AuditOperations(keeping_log(sealing(engine), keeper), keeper, system_clock).note(an_entry(2))


def test_what_cannot_be_logged_is_not_done(log: AuditOperations, engine: Engine, tmp_path: Path) -> None:
    kept = keeping_log(sealing(engine), Keeper(Seals(KEY), Heads(tmp_path / "audit")))
    tamper(engine, "DROP TABLE audit_entry")

    def add_a_person() -> None:
        with UnitOfWork(kept) as work:
            work.people.add("a-network", b"sealed", "a fingerprint")
            work.audit.add(an_entry())
            work.commit()

    with pytest.raises(Failed):
        add_a_person()

    with UnitOfWork(engine, writes=False) as work:
        assert work.people.holder("a-network", "a fingerprint") is None
