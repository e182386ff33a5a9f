"""Addresses of the insight slice."""

from django.urls import URLPattern

app_name = "insight"
urlpatterns: list[URLPattern] = []
