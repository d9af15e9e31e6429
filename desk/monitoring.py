"""What machines ask that watch over the desk: does it live, is it ready, what is measured. No patient, no reference."""

from collections.abc import Iterable
from datetime import timedelta
from hmac import compare_digest

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, Response
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from desk.asking import operations_of
from desk.security import is_from_this_machine
from pathways.errors import HandslagError, NotFound
from pathways.operations.measuring import Health, Measured, Measuring

router = APIRouter(include_in_schema=False)


@router.get("/health/live")
def is_alive() -> JSONResponse:
    """Whether the desk answers at all. It asks nothing of the database."""
    return JSONResponse({"status": "live"})


@router.get("/health/ready")
def is_ready(request: Request) -> JSONResponse:
    """Whether the database answers, its schema is this program's, and limits are watched. 503 where one is not well."""
    parts = operations_of(request).measuring.health()
    is_well = all(health == Health.WELL for health in parts.values())
    return JSONResponse({"status": "ready" if is_well else "not-ready", "parts": dict(parts)}, 200 if is_well else 503)


@router.get("/metrics")
def metrics(request: Request) -> Response:
    """What is measured, for Prometheus: on this very machine only or, where the settings name a token, with it."""
    if not _may_read(request):
        raise NotFound("There is no such page.", "Go back to the inbox.")
    registry: CollectorRegistry = request.app.state.registry
    return Response(generate_latest(registry), media_type=CONTENT_TYPE_LATEST)


def _may_read(request: Request) -> bool:
    token = operations_of(request).settings.metrics_token.get_secret_value()
    if token:
        given = request.headers.get("authorization", "")
        return compare_digest(given.encode(), f"Bearer {token}".encode())
    return is_from_this_machine(request)


class Whole(Collector):
    """What is measured in the database, as Prometheus reads it."""

    def __init__(self, measuring: Measuring) -> None:
        self._measuring = measuring

    def collect(self) -> Iterable[Metric]:
        """The measures of now; where the database does not answer, only that."""
        try:
            measured = self._measuring.measured()
        except HandslagError:
            yield GaugeMetricFamily("handslag_database_up", "Whether the database answers.", 0)
            return
        yield GaugeMetricFamily("handslag_database_up", "Whether the database answers.", 1)
        yield from _of_clocks(measured)
        yield from _of_notices(measured)
        yield from _of_watch(measured)
        yield from _of_numbers(measured)

    def describe(self) -> Iterable[Metric]:
        """Nothing beforehand: the database is not asked before somebody asks."""
        return ()


def _of_clocks(measured: Measured) -> Iterable[Metric]:
    waiting = GaugeMetricFamily("handslag_waiting", "Limits that run, by kind and age.", labels=("kind", "age"))
    overdue = GaugeMetricFamily("handslag_overdue", "Limits that run and have passed.", labels=("kind",))
    late: dict[str, int] = {}
    for each in measured.waiting:
        waiting.add_metric((each.kind, each.age), each.count)
        late[each.kind] = late.get(each.kind, 0) + each.overdue
    for kind, count in late.items():
        overdue.add_metric((kind,), count)
    passed = GaugeMetricFamily("handslag_breaches_day", "Limits due within 24 h, passed unmet.", labels=("kind",))
    for kind, count in measured.passed.items():
        passed.add_metric((kind,), count)
    return waiting, overdue, passed


def _of_notices(measured: Measured) -> Iterable[Metric]:
    notices = GaugeMetricFamily("handslag_notices", "Notices by outcome and code.", labels=("outcome", "error"))
    for each in measured.notices:
        notices.add_metric((each.outcome, each.error), each.count)
    return (notices,)


def _of_watch(measured: Measured) -> Iterable[Metric]:
    lag = "For how long the oldest limit that is due has not been acted on."
    runs = GaugeMetricFamily("handslag_last_run_timestamp_seconds", "When a flow last did its work.", labels=("flow",))
    for flow, ended_at in measured.last_runs.items():
        runs.add_metric((flow,), ended_at.timestamp())
    return GaugeMetricFamily("handslag_watch_lag_seconds", lag, measured.watch_lag / timedelta(seconds=1)), runs


def _of_numbers(measured: Measured) -> Iterable[Metric]:
    used = "Uses of patients' numbers within an hour, by whichever way."
    stopped = "Logins that used more numbers within an hour than one may."
    yield GaugeMetricFamily("handslag_numbers_used_hour", used, measured.numbers_used)
    yield GaugeMetricFamily("handslag_numbers_stopped_logins", stopped, measured.logins_stopped)
