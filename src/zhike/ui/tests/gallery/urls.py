"""Addresses of the gallery: pages made of every component, with invented people. Only tests mount them."""

from django.urls import include, path

from zhike.ui.tests.gallery import views

customers = ([path("interactions/new/", views.dialog, name="interaction_new")], "customers")

urlpatterns = [
    path("search/", views.search, name="search"),
    path("customers/", include(customers)),
    path("logout/", views.undo, name="account_logout"),
    path("i18n/", include("django.conf.urls.i18n")),
    path("undo/", views.undo, name="undo"),
    path("job/", views.job, name="job"),
    path("error/<int:status>/", views.error),
    path("", views.page, {"name": "today"}),
    path("<slug:name>/", views.page),
]
