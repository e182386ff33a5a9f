"""Brings the rows of one group together: a process of its own, so that its memory is given back.

Run as ``python -m zhike.core.imports.sorting RAW PART WIDTH RUNS``; exit status 0: sorted into PART,
10: already together (nothing written), 11: no space left on the disk.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

from zhike.core.errors import StorageFull
from zhike.core.imports.problems import MESSAGES
from zhike.core.imports.usage import add_helper, own_peak_mb

MEMORY_MB = (96, 384)
"""Limits of the sort, the second tried when the first does not do; beyond them it works on disk."""

ROW_GROUP = 16_384
TOGETHER, FULL = 10, 11


def bring_together(raw: Path, part: Path, width: int, runs: int, tick: Callable[[], None]) -> bool:
    """Sort ``raw`` into ``part``; returns False, with nothing written, where its groups stand together.

    ``runs`` is the number of runs of equal keys in file order; ``tick`` is called twice a second and may
    raise.
    """
    command = [sys.executable, "-m", "zhike.core.imports.sorting", str(raw), str(part), str(width), str(runs)]
    with tempfile.TemporaryFile() as said:
        with _sorter(command, said) as process:
            status = _wait(process, tick)
        if status == FULL:
            raise StorageFull(MESSAGES["disk_full"])
        said.seek(0)
        text = said.read().decode(errors="replace")
        if status not in {0, TOGETHER}:
            raise RuntimeError(text[-500:] or "sorting ended early")
        add_helper(float(text.split()[-1]))
    return status == 0


@contextmanager
def _sorter(command: list[str], said: IO[bytes]) -> Iterator[subprocess.Popen[bytes]]:
    """Start the process; its standard input is what tells it that we are still there."""
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=said, stderr=said) as process:  # noqa: S603
        try:
            yield process
        except BaseException:
            process.kill()
            raise


def _wait(process: subprocess.Popen[bytes], tick: Callable[[], None]) -> int:
    while True:
        try:
            return process.wait(timeout=0.5)
        except subprocess.TimeoutExpired:
            tick()


def _database(folder: Path, megabytes: int) -> Any:
    import duckdb

    spill = folder / "sort"
    spill.mkdir(exist_ok=True)
    return duckdb.connect(
        config={
            "memory_limit": f"{megabytes}MB",
            "threads": 1,
            "temp_directory": str(spill),
            "preserve_insertion_order": False,
        }
    )


def _together(db: Any, raw: str, runs: int) -> bool:
    query = f"SELECT count(DISTINCT _key) + count(*) FILTER (_key IS NULL) FROM read_parquet('{raw}')"  # noqa: S608
    return bool(db.execute(query).fetchone()[0] == runs)


def _sort(db: Any, raw: str, part: str, width: int) -> None:
    texts = "".join(f", r.c{n}" for n in range(width))
    db.execute(
        f"CREATE OR REPLACE TEMP TABLE firsts AS SELECT _key, min(_row) AS first FROM read_parquet('{raw}') "  # noqa: S608
        "WHERE _key IS NOT NULL GROUP BY _key"
    )
    db.execute(
        f"COPY (SELECT r._row, coalesce(f.first, r._row) AS _group, r._key, r._fault{texts} "  # noqa: S608
        f"FROM read_parquet('{raw}') r LEFT JOIN firsts f ON r._key = f._key "
        "ORDER BY coalesce(f.first, r._row), r._row) "
        f"TO '{part}' (FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE {ROW_GROUP})"
    )


def main(raw: Path, part: Path, width: int, runs: int) -> int:
    """Do it, with more memory the second time; returns the exit status."""
    import duckdb

    names = [str(p).replace("'", "''") for p in (raw, part)]
    for megabytes in MEMORY_MB:
        try:
            with _database(raw.parent, megabytes) as db:
                if _together(db, names[0], runs):
                    return TOGETHER
                _sort(db, names[0], names[1], width)
                return 0
        except duckdb.OutOfMemoryException:
            if megabytes == MEMORY_MB[-1]:
                raise
        except duckdb.IOException as error:
            if "space left" in str(error) or "quota" in str(error).lower():
                return FULL
            raise
    return 1


def end_with_parent() -> None:
    """End when whoever started this process is gone: standard input closes then."""
    os.read(0, 1)
    os._exit(1)


if __name__ == "__main__":
    threading.Thread(target=end_with_parent, daemon=True).start()
    _status = main(Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4]))
    sys.stdout.write(f"{own_peak_mb()}\n")
    sys.exit(_status)
