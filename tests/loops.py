"""Runs coroutines for tests whatever else the process runs: the browser of other tests keeps a loop of its own."""

import asyncio
from collections.abc import Coroutine
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from typing import Any, TypeVar

Result = TypeVar("Result")


def run_apart(coroutine: Coroutine[Any, Any, Result]) -> Result:
    """Run it to its end in a thread of its own, in this context, and give what it gives or raise what it raises."""
    with ThreadPoolExecutor(max_workers=1) as apart:
        return apart.submit(copy_context().run, asyncio.run, coroutine).result()
