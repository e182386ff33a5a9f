"""The models of buying by name."""

from __future__ import annotations

from zhike.analytics.bgnbd import BGNBD, MBGNBD
from zhike.analytics.buying import BuyingModel
from zhike.analytics.paretonbd import ParetoNBD

MODELS: dict[str, type[BuyingModel]] = {model.name: model for model in (BGNBD, MBGNBD, ParetoNBD)}


def buying_model(name: str) -> BuyingModel:
    """An unfitted model; ValueError names the known ones when this is none."""
    if name not in MODELS:
        known = ", ".join(MODELS)
        raise ValueError(f"models: {name!r} is unknown; known are {known}")
    return MODELS[name]()
