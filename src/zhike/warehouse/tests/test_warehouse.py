import datetime as dt
import json

import pyarrow as pa
import pytest

from zhike.warehouse import WarehouseError, open_warehouse
from zhike.warehouse import manifest as manifests


def numbers(*values):
    return pa.table({"n": pa.array(values, pa.int64())})


def written(folder, table="t", *parts):
    with open_warehouse(folder, read_only=False) as house, house.writer() as writer:
        for bucket, rows in enumerate(parts):
            writer.put(table, rows, bucket=bucket, fingerprint=f"f{bucket}")
        writer.commit()


def read(folder, table="t"):
    with open_warehouse(folder) as house:
        return sorted(house.run(house.table(table))["n"].to_pylist())


def test_an_unknown_engine_says_which_there_are(tmp_path):
    with pytest.raises(WarehouseError, match="this version knows: duckdb"):
        open_warehouse(tmp_path, "clickhouse://x")


def test_an_empty_warehouse_says_what_to_do(tmp_path):
    with open_warehouse(tmp_path / "new") as house, pytest.raises(WarehouseError, match="zhike refresh"):
        house.table("fact_order")


def test_parts_of_a_table_are_read_as_one(tmp_path):
    written(tmp_path, "t", numbers(1, 2), numbers(3))
    assert read(tmp_path) == [1, 2, 3]


def test_a_write_that_is_not_committed_leaves_nothing(tmp_path):
    written(tmp_path, "t", numbers(1))
    with open_warehouse(tmp_path, read_only=False) as house, house.writer() as writer:
        writer.put("t", numbers(9))
    assert read(tmp_path) == [1]
    assert len(list(tmp_path.glob("*.parquet"))) == 1


def test_a_reader_that_opened_before_a_write_goes_on_reading_what_it_saw(tmp_path):
    written(tmp_path, "t", numbers(1))
    with open_warehouse(tmp_path) as before:
        written(tmp_path, "t", numbers(2))
        assert before.run(before.table("t"))["n"].to_pylist() == [1]
    assert read(tmp_path) == [2]


def test_kept_parts_stay_and_parts_not_named_go(tmp_path):
    written(tmp_path, "t", numbers(1), numbers(2))
    with open_warehouse(tmp_path, read_only=False) as house, house.writer() as writer:
        writer.keep("t", 1)
        writer.put("u", numbers(5))
        writer.commit()
    assert read(tmp_path) == [2]
    assert read(tmp_path, "u") == [5]


def test_tables_that_a_write_does_not_name_stay(tmp_path):
    written(tmp_path, "t", numbers(1))
    written(tmp_path, "u", numbers(2))
    assert (read(tmp_path), read(tmp_path, "u")) == ([1], [2])


def test_the_writer_shows_a_table_as_it_will_be(tmp_path):
    written(tmp_path, "t", numbers(1))
    with open_warehouse(tmp_path, read_only=False) as house, house.writer() as writer:
        writer.put("t", numbers(7, 8))
        assert house.run(writer.table("t").agg(s=writer.table("t").n.sum())).to_pylist() == [{"s": 15}]


def test_reading_only_means_reading_only(tmp_path):
    with (
        open_warehouse(tmp_path) as house,
        pytest.raises(WarehouseError, match="reading only"),
        house.writer(),
    ):
        pass


def test_sums_of_whole_numbers_are_whole_numbers(tmp_path):
    written(tmp_path, "t", numbers(2**53, 1))
    with open_warehouse(tmp_path) as house:
        table = house.table("t")
        found = house.run(table.agg(s=table.n.sum()))
    assert found.schema.field("s").type == pa.int64()
    assert found["s"].to_pylist() == [2**53 + 1]


def test_expressions_write_the_types_they_state(tmp_path):
    with open_warehouse(tmp_path, read_only=False) as house, house.writer() as writer:
        rows = house.memory(
            "rows", pa.table({"n": pa.array([1, 2], pa.int64()), "d": [dt.date(2026, 1, 2)] * 2})
        )
        assert writer.put("t", rows.select("n", "d")) == 2
        writer.commit()
    with open_warehouse(tmp_path) as house:
        assert house.run(house.table("t")).schema.types == [pa.int64(), pa.date32()]


def test_a_damaged_manifest_says_what_to_do(tmp_path):
    (tmp_path / "manifest.json").write_text('{"format": 1, "tab')
    with pytest.raises(WarehouseError, match="zhike refresh --full"):
        open_warehouse(tmp_path)


def test_a_manifest_of_another_format_says_what_to_do(tmp_path):
    (tmp_path / "manifest.json").write_text(json.dumps({"format": 99}))
    with pytest.raises(WarehouseError, match="format 99"):
        open_warehouse(tmp_path)


def test_files_that_nobody_names_go_once_they_are_old(tmp_path):
    written(tmp_path, "t", numbers(1))
    (tmp_path / "t-0-dead.parquet").write_bytes(b"half")
    current = manifests.load(tmp_path)
    assert manifests.sweep(tmp_path, [current], older_than=3600) == []
    assert manifests.sweep(tmp_path, [current], older_than=0) == ["t-0-dead.parquet"]
    assert read(tmp_path) == [1]


def test_a_folder_that_cannot_be_made_is_named(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(WarehouseError, match="can't be made"):
        open_warehouse(tmp_path / "file" / "warehouse")
