"""Keeps ordinary things out of the error log.

Prefect logs the end of every run that is not `Completed` at ERROR, a suspended one too. Waiting for a person is
what a handover does most of the time: the filter here turns that one line into INFO and touches nothing else.
"""

import logging

ORDINARY_ENDINGS = ("Finished in state Suspended", "Finished in state Cancelled")
"""How the lines begin that Prefect logs as errors and that are none."""

ENGINE_LOGGERS = ("prefect.flow_runs", "prefect.engine")
"""The loggers of Prefect's flow engine that write those lines."""


class OrdinaryEndings(logging.Filter):
    """Lowers the level of lines that tell of an ordinary ending from ERROR to INFO, and drops nothing."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Lower the record's level if its line is an ordinary ending. Always lets the record pass."""
        if record.levelno == logging.ERROR and str(record.msg).startswith(ORDINARY_ENDINGS):
            record.levelno, record.levelname = logging.INFO, logging.getLevelName(logging.INFO)
        return True


def quieten_ordinary_endings() -> None:
    """Put the filter on Prefect's flow engine in this process. A second call changes nothing."""
    for name in ENGINE_LOGGERS:
        engine_logger = logging.getLogger(name)
        if not any(isinstance(existing, OrdinaryEndings) for existing in engine_logger.filters):
            engine_logger.addFilter(OrdinaryEndings())
