"""Application of the house as a whole."""

from django.apps import AppConfig


class ZhikeConfig(AppConfig):
    """Makes the pieces that belong to no room: the cache table for rate limits is a migration of core."""

    name = "zhike.config"
    label = "config"
