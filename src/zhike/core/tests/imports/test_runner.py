import csv
import random
from pathlib import Path

import pytest
from django.db import IntegrityError, OperationalError

from zhike.core.errors import Forbidden, StorageFull
from zhike.core.imports import lease
from zhike.core.imports.invariants import wrong_runs
from zhike.core.imports.problems import FileProblem
from zhike.core.imports.runner import Cancelled, run_import
from zhike.core.models import IdempotencyKey, ImportChunk, ImportedObject, ImportRun
from zhike.core.permissions import SYSTEM, Viewer
from zhike.core.tests.imports.factories import FIELDS, HOOKS, csv_file, many, mapping, stored

pytestmark = pytest.mark.django_db

COUNTS = ("rows", "created", "updated", "unchanged", "skipped", "rejected")


def counts(report):
    return tuple(report[name] for name in COUNTS)


def test_rows_of_a_bill_become_one_record_however_far_apart(tmp_path):
    path = csv_file(tmp_path, "number,article,amount\nA,pen,1\nB,ink,2\nA,cap,3.456\n")
    report = run_import(path, mapping(), by=SYSTEM)
    assert counts(report) == (3, 3, 0, 0, 0, 0)
    assert [line[:3] for line in stored()["A"]] == [[1, "pen", 100], [2, "cap", 346]]
    assert report["objects"] == {"bills": {"created": 2, "updated": 0}}
    assert list(ImportedObject.objects.order_by("row").values_list("row", flat=True)) == [2, 3]
    assert wrong_runs() == []


def test_a_second_run_changes_nothing(tmp_path):
    path = csv_file(tmp_path, many(700))
    run_import(path, mapping(), by=SYSTEM)
    before = list(IdempotencyKey.objects.order_by("pk").values())
    again = run_import(path, mapping(), by=SYSTEM)
    assert counts(again) == (700, 0, 0, 700, 0, 0)
    assert list(IdempotencyKey.objects.order_by("pk").values()) == before
    assert ImportRun.objects.count() == 2


def test_changed_rows_are_updates(tmp_path):
    run_import(csv_file(tmp_path, "number,article,amount\nA,pen,1\nB,ink,2\n"), mapping(), by=SYSTEM)
    report = run_import(csv_file(tmp_path, "number,article,amount\nA,pen,1\nB,ink,3\n"), mapping(), by=SYSTEM)
    assert counts(report) == (2, 0, 1, 1, 0, 0)


class Killed(BaseException):
    pass


def die_at(call):
    calls = iter(range(1_000_000))

    def hook(batch, ctx):
        if next(calls) == call:
            raise Killed

    return hook


@pytest.mark.parametrize("call", [0, 1, 2])
def test_an_interrupted_run_goes_on_and_ends_like_an_undisturbed_one(tmp_path, call):
    path = csv_file(tmp_path, many(6000))
    HOOKS.append(die_at(call))
    with pytest.raises(Killed):
        run_import(path, mapping(source="killed"), by=SYSTEM)
    HOOKS.clear()
    run = ImportRun.objects.get()
    reached = run.position
    assert run.state == "stopped"
    assert IdempotencyKey.objects.count() == ImportedObject.objects.count()
    report = run_import(path, mapping(source="killed"), by=SYSTEM)
    assert report["run"] == run.pk
    assert counts(report) == (6000, 6000, 0, 0, 0, 0)
    assert report["rows"] > reached
    run_import(path, mapping(source="golden"), by=SYSTEM)
    assert stored("killed") == stored("golden")
    assert wrong_runs() == []


def test_another_mapping_is_another_run(tmp_path):
    path = csv_file(tmp_path, many(3000))
    HOOKS.append(die_at(1))
    with pytest.raises(Killed):
        run_import(path, mapping(), by=SYSTEM)
    HOOKS.clear()
    run_import(path, mapping({**FIELDS, "type": {"value": "sale"}}), by=SYSTEM)
    assert sorted(ImportRun.objects.values_list("state", flat=True)) == ["done", "stopped"]


def test_the_staged_file_may_be_lost_between_two_attempts(tmp_path, settings):
    path = csv_file(tmp_path, many(4000))
    HOOKS.append(die_at(2))
    with pytest.raises(Killed):
        run_import(path, mapping(), by=SYSTEM)
    HOOKS.clear()
    for staged in settings.IMPORTS_DIR.rglob("*.parquet"):
        staged.unlink()
    assert counts(run_import(path, mapping(), by=SYSTEM)) == (4000, 4000, 0, 0, 0, 0)
    assert wrong_runs() == []


def test_one_wrong_line_leaves_out_its_whole_bill_and_nothing_else(tmp_path):
    path = csv_file(tmp_path, "number,article,amount\nA,pen,1\nA,ink,zwölf\nB,cap,2\nA,nib,3\n")
    report = run_import(path, mapping(), by=SYSTEM)
    assert counts(report) == (4, 1, 0, 0, 0, 3)
    assert list(stored()) == ["B"]
    assert [(e["row"], e["column"], e["value"]) for e in report["errors"]] == [(3, "amount", "zwölf")]
    assert sum(r["rows"] for r in report["reasons"]) == 3


def test_the_file_of_rejected_rows_comes_in_again_after_mending(tmp_path):
    text = 'number,article,note,amount\nA,pen,=1+1,1\nA,"+86 138",-5,bad\nB,cap,@x,2\n'
    report = run_import(csv_file(tmp_path, text), mapping(), by=SYSTEM)
    mended = tmp_path / "mended.csv"
    content = Path(report["error_file"]).read_text(encoding="utf-8-sig")
    rows = list(csv.reader(content.splitlines()))
    assert rows[1][2] == "'=1+1"
    assert [r[4] for r in rows[1:]] == ["2", "3"]
    mended.write_text("\ufeff" + content.replace(",bad,", ",7,"), encoding="utf-8")
    again = run_import(mended, mapping(), by=SYSTEM)
    assert counts(again) == (2, 2, 0, 0, 0, 0)
    assert [line[1:3] for line in stored()["A"]] == [["pen", 100], ["+86 138", 700]]


def test_rules_and_skips(tmp_path):
    path = csv_file(tmp_path, "number,article,amount\nC1,pen,1\n2,ink,0\n2,cap,5\n3,nib,-1\n")
    wanted = mapping(
        {**FIELDS, "type": {"value": "sale"}},
        rule=[{"when": "number starts with C", "set": {"type": "return"}}],
        skip=[{"when": "amount <= 0", "reason": "nothing paid"}],
    )
    report = run_import(path, wanted, by=SYSTEM)
    assert counts(report) == (4, 2, 0, 0, 2, 0)
    assert report["reasons"][0] == {
        "reason": "nothing paid", "rows": 2, "state": "skipped", "code": "skipped_by_rule", "column": "",
    }  # fmt: skip
    assert stored()["C1"][0][4] == "return"
    assert stored()["2"] == [[2, "cap", 500, None, "sale", None]]


def test_repeated_records_are_told_apart(tmp_path, bills_without_lines):
    path = csv_file(tmp_path, "number,article,amount\nA,pen,1\nB,ink,2\nA,pen,1\nA,cap,1\n")
    report = run_import(path, mapping(), by=SYSTEM)
    assert counts(report) == (4, 2, 0, 0, 1, 1)
    assert {r["code"]: r["rows"] for r in report["reasons"]} == {"repeated_row": 1, "repeated_key": 1}
    assert report["errors"][0]["row"] == 5


def test_a_dry_run_counts_and_writes_nothing(tmp_path, settings):
    path = csv_file(tmp_path, many(5000).replace("article 41,", "article 41,x"))
    dry = run_import(path, mapping(), by=SYSTEM, dry_run=True)
    assert ImportRun.objects.count() + IdempotencyKey.objects.count() + ImportChunk.objects.count() == 0
    assert list(settings.IMPORTS_DIR.iterdir()) == []
    real = run_import(path, mapping(), by=SYSTEM)
    assert counts(dry) == counts(real)
    assert dry["objects"] == real["objects"]
    assert dry["errors"] == real["errors"] != []


def test_a_record_the_database_refuses_is_found_among_thousands(tmp_path):
    def hook(batch, ctx):
        if "article 1500" in batch["article"]:
            raise IntegrityError

    HOOKS.append(hook)
    report = run_import(csv_file(tmp_path, many(3000)), mapping(), by=SYSTEM)
    assert report["rejected"] == 3
    assert report["created"] == 2997
    assert report["errors"][0]["message"]


def test_what_the_slice_rejects_takes_its_whole_group(tmp_path):
    path = csv_file(tmp_path, "number,article,amount\nA,refuse,1\nA,ink,2\nB,cap,2\n")
    report = run_import(path, mapping(), by=SYSTEM)
    assert counts(report) == (3, 1, 0, 0, 0, 2)
    assert report["errors"] == [
        {"row": 2, "column": "article", "value": "refuse", "message": "There is no article refuse."}
    ]


def test_a_busy_database_is_tried_again(tmp_path):
    tries = []

    def hook(batch, ctx):
        tries.append(1)
        if len(tries) == 1:
            raise OperationalError("database is locked")

    HOOKS.append(hook)
    report = run_import(
        csv_file(tmp_path, "number,amount\nA,1\n"),
        mapping({"number": "number", "amount": "amount"}),
        by=SYSTEM,
    )
    assert (report["created"], len(tries)) == (1, 2)


def test_a_full_disk_stops_the_run_where_it_can_go_on(tmp_path):
    def hook(batch, ctx):
        if batch.rows[0] > 900:
            raise OperationalError("database or disk is full")

    path = csv_file(tmp_path, many(4000))
    HOOKS.append(hook)
    with pytest.raises(StorageFull):
        run_import(path, mapping(), by=SYSTEM)
    run = ImportRun.objects.get()
    assert (run.state, run.error[0]) == ("stopped", "disk_full")
    assert 0 < run.position < 4000
    HOOKS.clear()
    assert counts(run_import(path, mapping(), by=SYSTEM)) == (4000, 4000, 0, 0, 0, 0)


def test_a_fault_of_ours_is_a_sentence_and_the_run_can_go_on(tmp_path):
    HOOKS.append(lambda _batch, _ctx: 1 / 0)
    with pytest.raises(FileProblem, match="ZeroDivisionError"):
        run_import(csv_file(tmp_path, many(10)), mapping(), by=SYSTEM)
    assert ImportRun.objects.get().state == "stopped"


def test_cancel_is_noticed_after_the_chunk(tmp_path):
    HOOKS.append(lambda _batch, ctx: ImportRun.objects.filter(pk=ctx.run_id).update(cancel_requested=True))
    with pytest.raises(Cancelled):
        run_import(csv_file(tmp_path, many(4000)), mapping(), by=SYSTEM)
    run = ImportRun.objects.get()
    assert run.state == "cancelled"
    assert 0 < run.position < 4000
    assert wrong_runs() == []


def test_two_processes_never_work_on_the_same_run(tmp_path):
    path = csv_file(tmp_path, many(4000))
    HOOKS.append(die_at(1))
    with pytest.raises(Killed):
        run_import(path, mapping(), by=SYSTEM)
    HOOKS.clear()
    run = ImportRun.objects.get()
    owner = lease.acquire(run)
    with pytest.raises(FileProblem) as refused:
        run_import(path, mapping(), by=SYSTEM)
    assert refused.value.code == "run_busy"
    lease.release(run, owner)
    assert run_import(path, mapping(), by=SYSTEM)["state"] == "done"


def test_the_lease_of_a_dead_process_is_free_at_once():
    here = lease.owner_name()
    host, pid, started, nonce = here.rsplit(":", 3)
    assert not lease.is_dead(here)
    assert lease.is_dead(f"{host}:{pid}:{int(started) - 5}:{nonce}")
    assert lease.is_dead(f"{host}:{2**22 + 1}:{started}:{nonce}")
    assert not lease.is_dead(f"elsewhere:{pid}:{started}:{nonce}")


def test_rights_are_asked_for(tmp_path):
    path = csv_file(tmp_path, "number,amount,cost\nA,1,2\n")
    with pytest.raises(Forbidden):
        run_import(path, mapping({"number": "number", "amount": "amount"}), by=Viewer(1, "anna"))
    may = Viewer(1, "anna", permissions=frozenset({"import.run"}))
    with pytest.raises(Forbidden):
        run_import(path, mapping({"number": "number", "amount": "amount", "cost": "cost"}), by=may)
    assert ImportRun.objects.count() == 0


def test_random_order_of_rows_makes_the_same_records(tmp_path):
    head, *rows = many(900).splitlines()
    shuffled = sorted(rows)
    random.Random(1).shuffle(shuffled)
    run_import(csv_file(tmp_path, "\n".join([head, *sorted(rows)])), mapping(source="a"), by=SYSTEM)
    run_import(csv_file(tmp_path, "\n".join([head, *shuffled])), mapping(source="b"), by=SYSTEM)

    def as_sets(source):
        return {n: sorted(line[1] for line in lines) for n, lines in stored(source).items()}

    assert as_sets("a") == as_sets("b")
    assert all([line[0] for line in lines] == [1, 2, 3] for lines in stored("b").values())


def test_a_sensitive_value_is_not_repeated_in_the_report(tmp_path):
    path = csv_file(tmp_path, "number,amount,id\nA,1,110101199003071230\n")
    report = run_import(path, mapping({"number": "number", "amount": "amount", "person": "id"}), by=SYSTEM)
    assert report["errors"][0]["value"] == "11…"
    assert "110101199003071230" not in str(list(ImportChunk.objects.values()))
