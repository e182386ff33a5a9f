"""The only door to customers: rows within the viewer's scope."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from django.db.models import QuerySet

from zhike.core.errors import Invalid, NotFound
from zhike.core.permissions import FieldClass, Viewer, scope_q
from zhike.customers.models import Customer

MAX_IDS = 1000
LARGEST_ID = 2**63 - 1


def visible(viewer: Viewer) -> QuerySet[Customer]:
    """Return the customers that exist for this viewer."""
    viewer.require("customers.read")
    return Customer.objects.filter(scope_q(viewer))


def check_ids(ids: Iterable[int]) -> list[int]:
    """Return the ids without repeats; more than :data:`MAX_IDS` raise :class:`Invalid`."""
    unique = list(dict.fromkeys(ids))
    if len(unique) > MAX_IDS:
        raise Invalid("At most %(max)s records can be changed at once.", max=MAX_IDS)
    if any(not 0 < pk <= LARGEST_ID for pk in unique):
        raise NotFound
    return unique


def visible_ids(ids: Collection[int], viewer: Viewer) -> set[int]:
    """Return those of the ids that the viewer sees."""
    wanted = [pk for pk in ids if 0 < pk <= LARGEST_ID]
    return set(visible(viewer).filter(pk__in=wanted).values_list("pk", flat=True)) if wanted else set()


def require_visible(ids: Iterable[int], viewer: Viewer) -> list[int]:
    """Return the ids, all of which the viewer sees; one that is not there makes it :class:`NotFound`."""
    unique = check_ids(ids)
    if len(visible_ids(unique, viewer)) != len(unique):
        raise NotFound
    return unique


def reads_contacts(viewer: Viewer) -> bool:
    """Tell whether the viewer may read contact data."""
    return viewer.reads(FieldClass.CONTACT)
