"""Doors of the floor: health, metrics, errors outside any view."""

from __future__ import annotations

from ipaddress import ip_address, ip_network
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache

from key2key.common import background, health, metrics
from key2key.common.api.problems import problem_response
from key2key.common.middleware import client_ip


@never_cache
def live(request: HttpRequest) -> JsonResponse:
    """The process runs. No I/O."""
    return JsonResponse({"status": "ok"})


@never_cache
def ready(request: HttpRequest) -> JsonResponse:
    """Requests may be sent here. 503 while a critical dependency is down."""
    status = health.overall(health.findings())
    return JsonResponse({"status": status}, status=503 if status == "down" else 200)


@never_cache
def full(request: HttpRequest) -> JsonResponse:
    """Versions, and the state and latency of each dependency."""
    report = health.report()
    return JsonResponse(report, status=503 if report["status"] == "down" else 200)


@never_cache
def figures(request: HttpRequest) -> HttpResponse:
    """Prometheus' text format, for the networks of METRICS_NETWORKS; for others it does not exist."""
    if not _may_read_metrics(client_ip(request)):
        raise Http404
    background.measure()
    return HttpResponse(metrics.exposition(), content_type="text/plain; version=0.0.4; charset=utf-8")


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Unknown routes: a problem document below /api, a plain page elsewhere."""
    if request.path.startswith("/api"):
        return problem_response(request, status=404, code="not_found")
    return render(request, "404.html", status=404)


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """What Django itself refuses (host name, suspicious path)."""
    return problem_response(request, status=400, code="bad_request")


def server_error(request: HttpRequest) -> HttpResponse:
    """Our own fault. The log has the trace, the caller has the request's id."""
    if request.path.startswith("/api"):
        return problem_response(request, status=500, code="internal_error")
    return render(request, "500.html", status=500)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form of the admin came without its token."""
    return render(request, "403.html", {"reason": reason}, status=403)


def _may_read_metrics(ip: str) -> bool:
    try:
        address: Any = ip_address(ip)
    except ValueError:
        return False
    return any(address in ip_network(network) for network in settings.METRICS_NETWORKS)
