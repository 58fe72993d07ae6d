"""Figures for operators (Prometheus), added up over all processes when PROMETHEUS_MULTIPROC_DIR is set."""

import os
from pathlib import Path
from typing import Final

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4
from prometheus_client.multiprocess import MultiProcessCollector, mark_process_dead

REGISTRY: Final = CollectorRegistry()
SECONDS: Final = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)

_requests = Histogram(
    "charity_request_seconds", "Time to answer a request", ("endpoint", "status"), buckets=SECONDS, registry=REGISTRY
)
_refusals = Counter("charity_refusals", "Requests refused, by code", ("code",), registry=REGISTRY)
# The newest word of any process counts: only one worker at a time knows these.
_sequencing_lag = Gauge(
    "charity_sequencing_lag_seconds",
    "Age of the oldest entry without a number",
    multiprocess_mode="mostrecent",
    registry=REGISTRY,
)
_board_lag = Gauge(
    "charity_board_lag_leaves",
    "Leaves the boards have not counted yet",
    multiprocess_mode="mostrecent",
    registry=REGISTRY,
)
_outbox_age = Gauge(
    "charity_outbox_age_seconds",
    "Age of the oldest message not sent",
    multiprocess_mode="mostrecent",
    registry=REGISTRY,
)


def request_took(endpoint: str | None, status: int, seconds: float) -> None:
    """Count a request under its endpoint (never its address: these are endless) and status."""
    _requests.labels(endpoint or "none", str(status)).observe(seconds)


def refused(code: str) -> None:
    """Count a refusal under its code."""
    _refusals.labels(code).inc()


def sequencing_lag(seconds: float) -> None:
    """Say how long the oldest entry has waited for its number."""
    _sequencing_lag.set(seconds)


def board_lag(leaves: int) -> None:
    """Say how many leaves the boards are behind."""
    _board_lag.set(leaves)


def outbox_age(seconds: float) -> None:
    """Say how long the oldest message has waited to be sent."""
    _outbox_age.set(seconds)


def exposition() -> tuple[bytes, str]:
    """Give all figures as (text, content type)."""
    registry = REGISTRY
    if folder := os.environ.get("PROMETHEUS_MULTIPROC_DIR"):
        registry = CollectorRegistry()
        MultiProcessCollector(registry, path=folder)
    return generate_latest(registry), CONTENT_TYPE_PLAIN_0_0_4


def prepare_folder(folder: Path) -> None:
    """Empty the folder in which processes add up: call it once, before the first of them starts."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    for file in folder.glob("*.db"):
        file.unlink(missing_ok=True)


def process_ended(pid: int) -> None:
    """Forget the present figures of a process that ended; what it counted stays."""
    if folder := os.environ.get("PROMETHEUS_MULTIPROC_DIR"):
        mark_process_dead(pid, folder)
