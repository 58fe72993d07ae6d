"""Figures for operators (Prometheus), added up over all processes when PROMETHEUS_MULTIPROC_DIR is set."""

import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4
from prometheus_client.metrics_core import GaugeMetricFamily
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

REGISTRY: Final = CollectorRegistry()
SECONDS: Final = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)

_requests = Histogram(
    "charity_request_seconds", "Time to answer a request", ("endpoint", "status"), buckets=SECONDS, registry=REGISTRY
)
_refusals = Counter("charity_refusals", "Requests refused, by code", ("code",), registry=REGISTRY)
_claims = Counter("charity_claims", "Claims made, by door", ("door",), registry=REGISTRY)
_turns = Counter("charity_turn_failures", "Turns of the worker that failed, by turn", ("turn",), registry=REGISTRY)


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure that is looked up when somebody asks, the same from whichever process: its name, meaning and values."""

    name: str
    meaning: str
    values: Mapping[str, float]  # by label; "" where there is only one
    label: str = ""


def request_took(endpoint: str | None, status: int, seconds: float) -> None:
    """Count a request under its endpoint (never its address: these are endless) and status."""
    _requests.labels(endpoint or "none", str(status)).observe(seconds)


def refused(code: str) -> None:
    """Count a refusal under its code."""
    _refusals.labels(code).inc()


def claimed(door: str) -> None:
    """Count a claim under the door it came in by."""
    _claims.labels(door).inc()


def turn_failed(turn: str) -> None:
    """Count a failed turn of the worker."""
    _turns.labels(turn).inc()


def exposition(figures: Iterable[Figure] = ()) -> tuple[bytes, str]:
    """Give what all processes counted, and the figures that were looked up, as (text, content type)."""
    registry = REGISTRY
    if folder := os.environ.get("PROMETHEUS_MULTIPROC_DIR"):
        registry = CollectorRegistry()
        MultiProcessCollector(registry, path=folder)
    return generate_latest(registry) + generate_latest(_registry_of(figures)), CONTENT_TYPE_PLAIN_0_0_4


def _registry_of(figures: Iterable[Figure]) -> CollectorRegistry:
    registry = CollectorRegistry()
    for figure in figures:
        gauge = GaugeMetricFamily(figure.name, figure.meaning, labels=[figure.label] if figure.label else [])
        for label, value in figure.values.items():
            gauge.add_metric([label] if figure.label else [], value)
        registry.register(_Told(gauge))
    return registry


class _Told(Collector):
    def __init__(self, gauge: GaugeMetricFamily) -> None:
        self._gauge = gauge

    def collect(self) -> Iterable[GaugeMetricFamily]:
        """Give what was looked up."""
        yield self._gauge


def prepare_folder(folder: Path) -> None:
    """Empty the folder in which processes add up: once, before the first of them starts."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    for file in folder.glob("*.db"):
        file.unlink(missing_ok=True)
