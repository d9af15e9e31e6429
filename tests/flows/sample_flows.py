"""Small flows for the worker's tests. Each writes a line to the marks file when its first line is reached.

The tests deploy them by module entrypoint, as `sample_flows.<name>`; the worker process imports them by itself.
"""

import asyncio
import os
from pathlib import Path
from typing import Literal

from prefect import flow
from prefect.context import FlowRunContext
from prefect.flow_runs import asuspend_flow_run
from prefect.input import RunInput
from prefect.input.actions import aread_flow_run_input

MARKS = "HANDSLAG_TEST_MARKS"
"""Environment variable that names the marks file."""


class Answer(RunInput):
    """The form of `asks`."""

    answer: Literal["yes", "no"] = "no"


def mark(*words: str) -> None:
    """Append one line to the marks file: the process, then the words."""
    with Path(os.environ[MARKS]).open("a") as marks:
        marks.write(" ".join([str(os.getpid()), *words]) + "\n")


@flow
async def hello(tag: str) -> None:
    mark("hello", tag)


@flow
async def asks(tag: str) -> None:
    context = FlowRunContext.get()
    assert context is not None
    assert context.flow_run is not None
    given: dict[str, str] | None = await aread_flow_run_input("suspended-first-response")
    mark("asks", tag, given["answer"] if given else "nothing")
    if given is None:
        await asuspend_flow_run(wait_for_input=Answer, key="first")


@flow
async def breaks(tag: str) -> None:
    mark("breaks", tag)
    raise RuntimeError("broken on purpose")


@flow
async def exits(tag: str) -> None:
    mark("exits", tag)
    raise SystemExit(3)


@flow
async def never_ends(tag: str) -> None:
    mark("never_ends", tag)
    await asyncio.Event().wait()


@flow
async def waits(tag: str, pipe: str) -> None:
    """Wait until somebody opens the pipe to write to it."""
    mark("waits", tag)
    await asyncio.to_thread(Path(pipe).read_bytes)
