"""Queries for ids whose text is kept."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db.models import Q

from zhike.core.clock import now
from zhike.core.models import Job
from zhike.core.prepared import ForIds

pytestmark = pytest.mark.django_db


def jobs(count):
    return [
        Job.objects.create(name="test", args={"n": n}, run_at=now() + timedelta(hours=n))
        for n in range(count)
    ]


def test_the_rows_are_those_of_the_orm_with_their_types(django_assert_num_queries):
    made = jobs(3)
    columns = ("id", "name", "args", "run_at")
    ask = ForIds(lambda ids: Job.objects.filter(pk__in=ids).order_by("-id").values_list(*columns))
    for chosen in (made, made[:2], made[1:]):
        ids = [job.pk for job in chosen]
        with django_assert_num_queries(1):
            found = ask(ids)
        assert found == list(Job.objects.filter(pk__in=ids).order_by("-id").values_list(*columns))


def test_nothing_asked_is_no_query(django_assert_num_queries):
    with django_assert_num_queries(0):
        assert ForIds(lambda ids: Job.objects.filter(pk__in=ids).values_list("id"))([]) == []


@pytest.mark.parametrize(
    "build",
    [
        lambda _ids: Job.objects.values_list("id"),
        lambda ids: Job.objects.filter(Q(pk__in=ids) | Q(attempts=-1)).values_list("id"),
    ],
)
def test_a_query_that_would_mix_ids_up_is_refused(build):
    with pytest.raises(ValueError, match="exactly once"):
        ForIds(build)([1])
