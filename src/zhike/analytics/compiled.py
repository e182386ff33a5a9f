"""One way to compile a numeric kernel, typed for the checker."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar, cast

from numba import njit

Function = TypeVar("Function", bound=Callable[..., Any])


def kernel(function: Function) -> Function:
    """Compile a function on first use; the machine code is cached on disk beside the source.

    Serial on purpose: on the two-core machines this is meant for, the parallel form was slower.
    Division by zero follows NumPy (inf, nan) rather than raising.
    """
    compiled = njit(cache=True, nogil=True, error_model="numpy")(function)
    return cast("Function", compiled)
