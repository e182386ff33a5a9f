"""The one API: routers of the slices, problem documents, OpenAPI."""

from __future__ import annotations

from ninja import NinjaAPI

api = NinjaAPI(title="Zhike", version="1", urls_namespace="api", docs_url=None, openapi_url="/openapi.json")
