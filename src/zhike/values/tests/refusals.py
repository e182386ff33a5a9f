"""How a value was refused."""

from collections.abc import Callable
from typing import Any

from zhike.values import InvalidValue


def refused_code(parse: Callable[[Any], object], raw: object) -> str:
    """The code with which ``parse`` refuses ``raw``, empty when it accepts; other exceptions pass through."""
    try:
        parse(raw)
    except InvalidValue as refused:
        return refused.code
    return ""
