"""What /metrics shows. Labels are routes, never paths: a path would be a label per listing."""

from __future__ import annotations

import os
from http import HTTPMethod

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector

registry = CollectorRegistry(auto_describe=True)
_requests = Histogram(
    "k2k_request_seconds",
    "Time to answer, by route and class of status.",
    ["method", "route", "status"],
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5),
    registry=registry,
)
limiter_open = Counter(
    "k2k_limiter_open_total", "Requests let through because the limiter's store was away.", registry=registry
)
webhooks_refused = Counter(
    "k2k_webhooks_refused_total",
    "Notifications of payment gateways whose sender was not proved, or that made no sense.",
    ["gateway"],
    registry=registry,
)
gateway_calls = Counter(
    "k2k_gateway_calls_total",
    "What payment gateways were asked, and what came of it.",
    ["gateway", "deed", "outcome"],
    registry=registry,
)
work_lag = Gauge(
    "k2k_work_lag_seconds",
    "Age of the oldest duty that is due.",
    registry=registry,
    multiprocess_mode="mostrecent",
)
work_parked = Gauge(
    "k2k_work_parked",
    "Duties that wait for a person.",
    ["kind"],
    registry=registry,
    multiprocess_mode="mostrecent",
)


def observe_request(*, method: str, route: str, status: int, seconds: float) -> None:
    """Count one answered request. Methods that nobody has heard of are one label: callers invent them."""
    known = method if method in HTTPMethod.__members__ else "other"
    _requests.labels(known, route, f"{status // 100}xx").observe(seconds)


def exposition() -> bytes:
    """All figures in Prometheus' text format, of all processes that share a directory for them."""
    if "PROMETHEUS_MULTIPROC_DIR" not in os.environ:  # the client library's own variable
        return generate_latest(registry)
    shared = CollectorRegistry()
    MultiProcessCollector(shared)  # type: ignore[no-untyped-call]  # the client library has no types here
    return generate_latest(shared)
