"""The log: lines of JSON that say who began what, and never what an error of a library or a stranger's key quotes."""

import asyncio
import json
import logging
from collections.abc import Callable, Iterator
from io import StringIO
from typing import Any

import pytest
from loops import run_apart

from pathways.errors import Refused
from pathways.logs import during, for_request, formatter, from_now_on, request_here, write_to

PATIENT = "Astrid Påhittad 19480229-9804"

_log = logging.getLogger("handslag.tests")


@pytest.fixture
def lines() -> Iterator[Callable[[], list[dict[str, Any]]]]:
    """What was written to a log that is no terminal."""
    root, stream = logging.getLogger(), StringIO()
    before = root.handlers, root.level
    write_to(stream)
    yield lambda: [json.loads(line) for line in stream.getvalue().splitlines()]
    root.handlers, _ = before
    root.setLevel(before[1])
    logging.getLogger("handslag").setLevel(logging.NOTSET)
    logging.captureWarnings(capture=False)


def test_a_line_says_what_happened_when_and_who_began_it(lines: Callable[[], list[dict[str, Any]]]) -> None:
    with during(request="0a"):
        _log.info("Notice %s was sent.", 17, extra={"notice": 17})
    _log.info("Nobody began this.")
    first, second = lines()
    assert first.pop("timestamp").endswith("Z")
    assert first == {
        "event": "Notice 17 was sent.",
        "level": "info",
        "logger": "handslag.tests",
        "notice": 17,
        "request": "0a",
    }
    assert "request" not in second


def test_what_is_bound_follows_into_threads_and_ends_with_its_task(lines: Callable[[], list[dict[str, Any]]]) -> None:
    async def run(number: str) -> None:
        from_now_on(run=number)
        await asyncio.to_thread(_log.info, "In a thread.")

    async def both() -> None:
        await asyncio.gather(run("1"), run("2"))
        _log.info("Afterwards.")

    run_apart(both())
    *within, after = lines()
    assert {line["run"] for line in within} == {"1", "2"}
    assert "run" not in after


def test_an_error_is_told_by_name_and_place_and_not_by_what_it_quotes(
    lines: Callable[[], list[dict[str, Any]]],
) -> None:
    try:
        raise ValueError(PATIENT)
    except ValueError:
        _log.exception("It went wrong.")
    (line,) = lines()
    assert line["error"] == "ValueError"
    assert line["where"].startswith(f"{__name__}:")
    assert "Astrid" not in json.dumps(line, ensure_ascii=False)


def test_an_error_of_our_own_is_told_in_its_own_words(lines: Callable[[], list[dict[str, Any]]]) -> None:
    try:
        raise Refused("That is closed.", "Ask another team.")
    except Refused:
        _log.exception("It was refused.")
    assert lines()[0]["error"] == "That is closed. Ask another team."


def test_only_known_keys_are_written(lines: Callable[[], list[dict[str, Any]]]) -> None:
    _log.info("Something.", extra={"patient": PATIENT, "handover": "H7K2-QM4T"})
    assert "patient" not in lines()[0]
    assert lines()[0]["handover"] == "H7K2-QM4T"


def test_of_libraries_only_warnings_are_written(lines: Callable[[], list[dict[str, Any]]]) -> None:
    logging.getLogger("a.library").info("chatter")
    logging.getLogger("a.library").warning("trouble")
    assert [line["event"] for line in lines()] == ["trouble"]


def test_in_a_terminal_it_is_no_json_and_quotes_no_more() -> None:
    try:
        raise ValueError(PATIENT)
    except ValueError as error:
        fault = (ValueError, error, error.__traceback__)
    record = logging.LogRecord("handslag.tests", logging.ERROR, __file__, 1, "It went wrong.", None, fault)
    shown = formatter(is_terminal=True).format(record)
    assert "It went wrong." in shown
    assert not shown.startswith("{")
    assert "Astrid" not in shown


def test_what_is_done_later_for_a_request_names_it_and_what_is_for_none_keeps_its_own(
    lines: Callable[[], list[dict[str, Any]]],
) -> None:
    with during(request="0a"):
        with for_request("0b"):
            _log.info("For another one.")
            assert request_here() == "0b"
        with for_request(None):
            _log.info("For none.")
    assert request_here() is None
    assert [line["request"] for line in lines()] == ["0b", "0a"]
