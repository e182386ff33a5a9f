"""Addresses of the refresh slice."""

from django.urls import URLPattern, path

from zhike.refresh import views

app_name = "refresh"
urlpatterns: list[URLPattern] = [path("scoring/", views.scoring, name="scoring")]
