"""Signs of life for whoever watches the installation, and the API's documentation page."""

from __future__ import annotations

from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from zhike.core.tables import tables_are_current
from zhike.core.worker import worker_alive
from zhike.ui.parameters import takes_any


@require_safe
@takes_any
def healthz(request: HttpRequest) -> HttpResponse:
    """Answer that the process is alive."""
    return JsonResponse({"status": "alive"})


@require_safe
@takes_any
def readyz(request: HttpRequest) -> HttpResponse:
    """Tell whether the database answers, with this version's tables, and a worker: 200 or 503."""
    parts = {"database": _database_answers() and tables_are_current(), "worker": False}
    parts["worker"] = parts["database"] and worker_alive()
    ready = all(parts.values())
    return JsonResponse({"status": "ready" if ready else "degraded", **parts}, status=200 if ready else 503)


def _database_answers() -> bool:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        connection.close()
        return False
    return True


@require_safe
def api_docs(request: HttpRequest) -> HttpResponse:
    """Show the API's documentation, drawn from the OpenAPI document without third-party scripts."""
    from zhike.config.api import api
    from zhike.config.api_docs import groups

    return render(request, "ui/api_docs.html", {"api": api, "groups": groups(api.get_openapi_schema())})
