"""The swap, seen by those who read and write meanwhile."""

import threading
from datetime import date, timedelta

import pyarrow as pa
import pytest
from django.db import connection

from zhike.core.permissions import SYSTEM
from zhike.core.tests.databases import real_database
from zhike.customers.actions import score_table
from zhike.customers.actions.scores import publish_scores, restore_index_names, score_columns
from zhike.customers.models import Customer, Score
from zhike.refresh.queries.integrity import score_rows
from zhike.refresh.tests.factories import AS_OF, make_customers, make_team

__all__ = ["real_database"]

FAR = date(9999, 12, 31)


def rows(customers, **values):
    """Score rows for these customers, all alike but for what is given."""
    defaults = {
        **dict.fromkeys(score_columns(), 0),
        "owner_id": None, "team_id": None, "tier": "A", "tier_pending": "A", "rfm_cell": "champion",
        "state": "active", "basis": "own_history", "first_purchase": AS_OF, "last_purchase": AS_OF,
        "next_purchase": FAR, "next_low": FAR, "next_high": FAR, "last_contact": date(1900, 1, 1),
        "mean_gap_days": 1.5, "expected_orders_12m": 0.1,
        "p_alive": 0.5, "risk": 0.25, "risk_before": 0.125, "run_id": 7,
    }  # fmt: skip
    made = [{**defaults, "customer_id": c.pk, "name_key": c.name_key, **values} for c in customers]
    table = pa.Table.from_pylist(made)
    return table.set_column(
        table.schema.get_field_index("owner_id"), "owner_id", table["owner_id"].cast(pa.int64())
    ).set_column(table.schema.get_field_index("team_id"), "team_id", table["team_id"].cast(pa.int64()))


def publish(table, **kwargs):
    return publish_scores(table, run_id=7, as_of=AS_OF, by=SYSTEM, **kwargs)


def index_names():
    with connection.cursor() as cursor:
        found = connection.introspection.get_constraints(cursor, Score._meta.db_table)
    return {name for name, what in found.items() if what["index"] and not what["primary_key"]}


@pytest.mark.django_db
def test_all_rows_are_replaced_and_values_are_kept_exactly():
    made = make_customers(3)
    result = publish(rows(made, value_12m=2**53 + 1, risk=0.1 + 0.2))
    assert (result.customers, result.scored, result.added, result.removed) == (3, 3, 0, 0)
    score = Score.objects.get(customer=made[0])
    assert (score.tier, score.value_12m, score.risk, score.next_purchase) == ("A", 2**53 + 1, 0.1 + 0.2, FAR)
    assert (score.mean_gap_days, score.last_purchase, score.owner_id) == (1.5, AS_OF, None)
    assert score_rows() == []


@pytest.mark.django_db
def test_names_with_quotes_and_line_breaks_survive():
    (one,) = make_customers(1)
    publish(rows([one], name_key="a\"b,\n'c\\ 知"))
    Score.objects.get(customer=one)
    assert Score.objects.get(customer=one).tier == "A"


@pytest.mark.django_db
def test_what_happened_while_the_table_was_built_is_not_lost():
    team, user = make_team()
    stay, leave, move, called = make_customers(4)
    table = rows([stay, leave, move, called])
    late = []

    def meanwhile(_done):
        if not late:
            late.extend(make_customers(1))
            Score.objects.filter(customer=move).update(owner_id=user.pk, team_id=team.pk, name_key="new name")
            Score.objects.filter(customer=called).update(last_contact=AS_OF)
            Score.objects.filter(customer=leave).delete()
            leave.delete()

    result = publish(table, step=meanwhile)
    assert (result.customers, result.added, result.removed) == (4, 1, 1)
    moved = Score.objects.get(customer=move)
    assert (moved.owner_id, moved.team_id, moved.name_key, moved.tier) == (user.pk, team.pk, "new name", "A")
    assert Score.objects.get(customer=called).last_contact == AS_OF
    assert Score.objects.get(customer=late[0]).tier == ""
    assert score_rows() == []


@pytest.mark.django_db
def test_customers_inserted_in_bulk_without_a_score_get_one():
    made = make_customers(2)
    table = rows(made)
    Customer.objects.create(number=10**6, kind="person", name="x", name_key="x")
    publish(table)
    assert score_rows() == []


@pytest.mark.django_db
def test_a_contact_that_was_corrected_away_does_not_come_back():
    (one,) = make_customers(1)
    Score.objects.filter(customer=one).update(last_contact=AS_OF - timedelta(days=9))
    publish(rows([one]))
    assert Score.objects.get(customer=one).last_contact.year == 1900


@pytest.mark.django_db
def test_the_indexes_are_the_models_after_any_number_of_swaps():
    made = make_customers(2)
    expected = index_names()
    assert {index.name for index in Score._meta.indexes} <= expected
    for _ in range(3):
        publish(rows(made))
        assert {name.removesuffix(score_table.SWAPPED) for name in index_names()} == expected
    restore_index_names()
    assert index_names() == expected


@pytest.mark.django_db
def test_the_model_can_still_be_altered_after_a_swap():
    from django.db import models

    made = make_customers(1)
    publish(rows(made))
    restore_index_names()
    index = next(i for i in Score._meta.indexes if i.name == "score_value")
    with (
        connection.schema_editor(atomic=connection.vendor == "postgresql")
        if connection.vendor == "postgresql"
        else plain() as editor
    ):
        editor.remove_index(Score, index)
        editor.add_index(Score, index)
    assert isinstance(index, models.Index)
    assert "score_value" in index_names()


class plain:  # noqa: N801 - used like a context manager function
    """A schema editor inside the test's transaction (SQLite refuses to open one there)."""

    def __enter__(self):
        self.editor = connection.SchemaEditorClass(connection, atomic=False)
        self.editor.deferred_sql = []
        return self.editor

    def __exit__(self, *error):
        return None


@pytest.mark.django_db
def test_rows_that_lack_a_column_are_refused():
    with pytest.raises(ValueError, match="risk"):
        publish(rows(make_customers(1)).drop_columns(["risk"]))


@pytest.mark.django_db
def test_leftovers_of_a_killed_run_do_not_matter():
    made = make_customers(2)
    score_table.create_next()
    score_table.fill_next(rows(made, tier="D").select(score_columns()).to_batches()[0])
    publish(rows(made))
    assert set(Score.objects.values_list("tier", flat=True)) == {"A"}
    assert not {name for name in connection.introspection.table_names() if name.endswith(("_next", "_old"))}


def test_readers_see_the_old_scores_or_the_new_ones_never_a_mixture(real_database):
    made = make_customers(300)
    publish(rows(made, tier="A", value_12m=1))
    stop, seen, errors = threading.Event(), set(), []

    def reader():
        try:
            while not stop.is_set():
                found = list(
                    Score.objects.order_by("-value_12m", "customer_id").values_list("tier", "value_12m")
                )
                seen.add((len(found), *sorted(set(found))))
        except Exception as error:  # noqa: BLE001 - any error is a finding
            errors.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=reader) for _ in range(2)]
    for thread in threads:
        thread.start()
    for value, tier in enumerate("BCDA", 2):
        publish(rows(made, tier=tier, value_12m=value))
    stop.set()
    for thread in threads:
        thread.join()
    assert errors == []
    assert all(len(state) == 2 and state[0] == 300 for state in seen), seen


def test_others_write_while_the_table_is_built(real_database):
    made = make_customers(3)
    problems = []

    def writer():
        try:
            Score.objects.filter(customer=made[0]).update(owner_id=42)
        except Exception as error:  # noqa: BLE001 - any error is a finding
            problems.append(error)
        finally:
            connection.close()

    def meanwhile(_done):
        thread = threading.Thread(target=writer)
        thread.start()
        thread.join()

    publish(rows(made), step=meanwhile)
    assert problems == []
    assert Score.objects.get(customer=made[0]).owner_id == 42
