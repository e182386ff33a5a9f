"""Checks of what is handed in: every complaint names the argument and the first bad position."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]

ROUNDING = 1e-9
"""Weeks by which a recency may exceed its T: sevenths of a week do not add up exactly."""


def numbers(name: str, values: ArrayLike, *, length: int | None = None) -> Floats:
    """A one-dimensional array of finite numbers >= 0.

    Raises ValueError that names the argument and the first bad position.
    """
    array = _vector(name, values, length)
    if array.size and not (array.min() >= 0 and array.max() < np.inf):
        at = int(np.argmin((array >= 0) & (array < np.inf)))
        problem = "negative" if array[at] < 0 and np.isfinite(array[at]) else "not a finite number"
        message = f"{name}[{at}] is {array[at]}: {problem}; every {name} must be a finite number of 0 or more"
        raise ValueError(message)
    return array


def counts(name: str, values: ArrayLike, *, length: int | None = None) -> Floats:
    """Like `numbers`, for whole numbers."""
    array = numbers(name, values, length=length)
    broken = array != np.floor(array)
    if broken.any():
        at = int(np.argmax(broken))
        message = f"{name}[{at}] is {array[at]}: every {name} must be a whole number"
        raise ValueError(message)
    return array


def finite(name: str, values: ArrayLike, *, length: int | None = None) -> Floats:
    """A one-dimensional array of finite numbers of any sign."""
    array = _vector(name, values, length)
    good = np.isfinite(array)
    if not good.all():
        at = int(np.argmin(good))
        message = f"{name}[{at}] is {array[at]}: every {name} must be a finite number"
        raise ValueError(message)
    return array


def history(frequency: ArrayLike, recency: ArrayLike, age: ArrayLike) -> tuple[Floats, Floats, Floats]:
    """Checked (frequency, recency, T); where frequency is 0 the recency is 0.

    Raises ValueError for unequal lengths, negative or non-finite values, broken counts and recency > T.
    """
    x = counts("frequency", frequency)
    t_x = numbers("recency", recency, length=x.size)
    total = numbers("T", age, length=x.size)
    late = t_x > total + ROUNDING
    if late.any():
        at = int(np.argmax(late))
        message = f"recency[{at}] is {t_x[at]} but T[{at}] is {total[at]}: recency cannot exceed T"
        raise ValueError(message)
    return x, np.where(x > 0, np.minimum(t_x, total), 0.0), total


def weights(values: ArrayLike | None, length: int) -> Floats:
    """Checked weights; ones when none are given."""
    if values is None:
        return np.ones(length)
    return numbers("weights", values, length=length)


def horizon(value: float, name: str = "horizon") -> float:
    """A finite number of 0 or more."""
    try:
        number = float(value)
    except (TypeError, ValueError):
        number = np.nan
    if not 0 <= number < np.inf:
        message = f"{name} is {value}: it must be a finite number of 0 or more"
        raise ValueError(message)
    return number


def indices(name: str, values: ArrayLike, upper: int | None, *, length: int | None = None) -> Ints:
    """A one-dimensional array of whole numbers from 0 to upper - 1 (no upper end when None)."""
    array = np.asarray(values)
    _shape(name, array, length)
    if array.dtype.kind not in "iu":
        array = counts(name, array)
    result = np.require(array, dtype=np.int64, requirements=["C", "W"])
    bad = (result < 0) | (result >= (upper if upper is not None else np.iinfo(np.int64).max))
    if bad.any():
        at = int(np.argmax(bad))
        message = f"{name}[{at}] is {result[at]}: it must be from 0 to {upper} (exclusive)"
        raise ValueError(message)
    return result


def day_numbers(name: str, values: Any, *, length: int | None = None) -> Ints:
    """Days as proleptic ordinals (`date.toordinal()`) from ordinals, dates or datetime64."""
    array = np.asarray(values)
    _shape(name, array, length)
    if array.dtype.kind == "O":
        array = np.asarray([day_number(name, value) for value in array], dtype=np.int64)
    if array.dtype.kind == "M":
        missing = np.isnat(array)
        if missing.any():
            message = f"{name}[{int(np.argmax(missing))}] is missing: every {name} must be a date"
            raise ValueError(message)
        array = array.astype("datetime64[D]").astype(np.int64) + dt.date(1970, 1, 1).toordinal()
    return indices(name, array, dt.date.max.toordinal() + 1)


def day_number(name: str, value: Any) -> int:
    """One day as an ordinal, from an ordinal, a date or a datetime64."""
    if isinstance(value, dt.date):
        return value.toordinal()
    if isinstance(value, np.datetime64):
        return int(day_numbers(name, np.array([value]))[0])
    if isinstance(value, (int, np.integer)):
        return int(value)
    message = f"{name} is {value!r}: it must be a date or a day number"
    raise ValueError(message)


def _vector(name: str, values: ArrayLike, length: int | None) -> Floats:
    try:
        # Writable too: the kernels are compiled for one kind of array.
        array = np.require(values, dtype=np.float64, requirements=["C", "W"])
    except (TypeError, ValueError) as error:
        message = f"{name}: {error}; it must be a one-dimensional array of numbers"
        raise ValueError(message) from None
    # np.require makes a vector of a scalar, so the dimensions are those of what came in.
    _shape(name, np.asarray(values), length)
    return array


def _shape(name: str, array: NDArray[Any], length: int | None) -> None:
    if array.ndim != 1:
        message = f"{name} has {array.ndim} dimensions: it must be a one-dimensional array"
        raise ValueError(message)
    if length is not None and array.size != length:
        at = min(array.size, length)
        message = (
            f"{name} has {array.size} values where {length} are expected (first difference at position {at})"
        )
        raise ValueError(message)
