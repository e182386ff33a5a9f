"""Human numbers, drawn in blocks."""

from __future__ import annotations

from django.db import transaction
from django.db.models import F

from zhike.core.models import Sequence


def take(name: str, count: int = 1) -> range:
    """Draw ``count`` consecutive numbers of a sequence; call it inside the transaction that uses them.

    The row stays locked until commit, so numbers have no gaps from lost races.
    """
    with transaction.atomic():
        updated = Sequence.objects.filter(pk=name).update(value=F("value") + count)
        if not updated:
            Sequence.objects.get_or_create(pk=name)
            Sequence.objects.filter(pk=name).update(value=F("value") + count)
        last = Sequence.objects.values_list("value", flat=True).get(pk=name)
    return range(last - count + 1, last + 1)
