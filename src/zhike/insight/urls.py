"""Addresses of the insight slice."""

from django.urls import path

from zhike.insight import views

app_name = "insight"
urlpatterns = [
    path("", views.overview, name="overview"),
    path("model/", views.model_card, name="model_card"),
    path("refresh/", views.refresh_now, name="refresh"),
    path("refresh/state/", views.refresh_state, name="refresh_state"),
]
