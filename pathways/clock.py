"""The one place that asks for the time. Every instant inside Handslag is an aware datetime in UTC."""

from collections.abc import Callable
from datetime import UTC, datetime

Clock = Callable[[], datetime]
"""Gives the present instant, aware and in UTC. Tests hand in their own."""


def system_clock() -> datetime:
    """The machine's present instant, in UTC."""
    return datetime.now(UTC)
