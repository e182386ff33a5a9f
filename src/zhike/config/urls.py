"""All addresses of the house."""

from django.urls import include, path

from zhike.config import errors, health
from zhike.config.api import api
from zhike.customers.views.search import search

urlpatterns = [
    path("", include("zhike.agenda.urls")),
    path("customers/", include("zhike.customers.urls")),
    path("search/", search, name="search"),
    path("sales/", include("zhike.sales.urls")),
    path("insight/", include("zhike.insight.urls")),
    path("settings/", include("zhike.staff.urls")),
    path("settings/", include("zhike.refresh.urls")),
    path("account/", include("allauth.urls")),
    path("i18n/", include("django.conf.urls.i18n")),
    path("api/v1/", api.urls),
    path("api/docs", health.api_docs, name="api_docs"),
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
]

handler400 = errors.bad_request
handler403 = errors.permission_denied
handler404 = errors.not_found
handler500 = errors.server_error
