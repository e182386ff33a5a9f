"""Django application of the ui room: base page, components, template tags, assets. It knows no domain."""

from django.apps import AppConfig


class UiConfig(AppConfig):
    """The frame every page stands in."""

    name = "zhike.ui"
    label = "ui"
