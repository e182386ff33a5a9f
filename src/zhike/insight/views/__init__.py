"""Pages of the insight slice."""

from zhike.insight.views.overview import model_card, overview, refresh_now, refresh_state

__all__ = ["model_card", "overview", "refresh_now", "refresh_state"]
