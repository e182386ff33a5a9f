"""What can be measured by name, and the goals: each group turns a task's figures into results."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from zhike.cli.bench import process
from zhike.cli.bench.place import Place, Places
from zhike.cli.bench.result import Result, Size

NIGHT_SHARE = 0.01
KEPT = "bench.json"
Pair = tuple[float, float]
"""CPU and wall seconds."""
LIST_GOALS = {"cpu": 12.0, "p99": 100.0, "queries": 15.0}
PAGE_GOALS = {"cpu": 25.0, "queries": 25.0}
WRITE_GOALS = {"cpu": 12.0}
GOALS = {
    "import.rows": 5000.0,
    "import.memory": 450.0,
    "refresh.total": 60.0,
    "refresh.memory": 4096.0,
    "refresh.night": 20.0,
    "rfm.orders": 0.5,
    "rfm.lines": 1.5,
    "bg_nbd.weeks": 0.3,
    "bg_nbd.exact": 0.8,
    "bg_nbd.pareto": 8.0,
    "bg_nbd.predict": 0.2,
}
PHASES = ("extract", "warehouse", "rfm", "value", "risk", "next_purchase", "tiers", "publish", "agenda")


@dataclass
class Bench:
    """One run: how big, from when, where; remembers the company, which pages and refresh share."""

    places: Places
    size: Size
    as_of: str
    note: Callable[[str], None]
    kept: Path | None = None
    base: Place | None = None
    database: str = ""
    company: Place | None = None
    built: dict[str, Any] = field(default_factory=dict)
    refreshed: bool = False


def empty(bench: Bench) -> Place:
    """Return an installation with tables and nothing in them; made once, others are copies."""
    if bench.base is None:
        bench.note("making the tables")
        bench.base = bench.places.new("base")
        bench.database = process.child(bench.base, "tables").answer["database"]
    return bench.base


def company(bench: Bench) -> Place:
    """Return the company, built once; one that was kept is used again."""
    if bench.company is None:
        file = bench.kept / KEPT if bench.kept else None
        if file is None or not file.exists():
            bench.company = _build(bench, file)
        else:
            bench.company = _known(bench, json.loads(file.read_text(encoding="utf-8")), file)
    return bench.company


def _build(bench: Bench, file: Path | None) -> Place:
    place = bench.places.new("company", like=empty(bench), keep=bench.kept)
    bench.note(f"building {bench.size}")
    values = {
        "customers": bench.size.customers,
        "lines": bench.size.lines,
        "seed": bench.size.seed,
        "as_of": bench.as_of,
    }
    run = process.child(place, "company", **values)
    bench.built = run.answer | {"seconds": run.seconds}
    if file is not None:
        file.write_text(json.dumps({"url": place.url, **values, "built": bench.built}), encoding="utf-8")
    return place


def _known(bench: Bench, known: dict[str, Any], file: Path) -> Place:
    if (known["customers"], known["lines"], bool(known["url"])) != (
        bench.size.customers,
        bench.size.lines,
        bool(bench.places.server),
    ):
        raise process.ChildFailed(
            f"{file.parent} keeps a company of another size or database; choose another folder."
        )
    bench.built, bench.as_of = known["built"], known["as_of"]
    place = Place(file.parent / "company", known["url"])
    bench.database = process.child(place, "tables").answer["database"]
    return place


# ---------------------------------------------------------------- the loop


def refresh(bench: Bench) -> Iterator[Result]:
    """One whole turn of the loop, then the night after one per cent of new orders."""
    place = company(bench)
    bench.note("refresh: everything")
    run = process.zhike(place, "refresh", "--full", "--as-of", bench.as_of)
    bench.refreshed = True
    size = ", ".join(f"{run.answer[name]:,} {name}" for name in ("customers", "orders", "lines"))
    seconds = run.answer["seconds"]
    for phase in PHASES:
        yield Result(f"refresh.{phase}", float(seconds.get(phase, 0.0)), "s", size=size)
    yield Result("refresh.total", float(seconds["total"]), "s", GOALS["refresh.total"], size=size)
    yield Result("refresh.process", run.seconds, "s", size=size, note=f"the whole command{_cpu(run)}")
    if run.peak_mb is not None:
        yield Result("refresh.memory", run.peak_mb, "MB", GOALS["refresh.memory"], size=size)
    yield from _night(bench, place)


def _cpu(run: process.Run) -> str:
    return "" if run.cpu_seconds is None else f", {run.cpu_seconds:.1f} CPU s"


def _night(bench: Bench, place: Place) -> Iterator[Result]:
    orders = max(int(bench.built["orders"] * NIGHT_SHARE), 1)
    values = {
        "customers": bench.size.customers,
        "orders": orders,
        "seed": bench.size.seed,
        "as_of": bench.as_of,
    }
    folder = bench.places.root
    file = process.child(place, "night_file", folder=str(folder), **values).answer
    bench.note(f"refresh: the night after {orders:,} new orders")
    process.zhike(place, "import", "orders", str(folder / "night.parquet"), "--source", file["source"])
    run = process.zhike(place, "refresh", "--as-of", bench.as_of)
    size = f"{orders:,} new orders"
    yield Result(
        "refresh.night", float(run.answer["seconds"]["total"]), "s", GOALS["refresh.night"], size=size
    )
    if run.peak_mb is not None:
        yield Result("refresh.night_memory", run.peak_mb, "MB", GOALS["refresh.memory"], size=size)


# ---------------------------------------------------------------- pages


def pages(bench: Bench) -> Iterator[Result]:
    """Every page for three roles."""
    place = company(bench)
    if not bench.refreshed:
        bench.note("refresh, so that there are scores and tasks")
        process.zhike(place, "refresh", "--as-of", bench.as_of)
    bench.note("pages")
    rows = process.child(place, "pages", busy=bench.built["busy"], repeat=bench.size.repeat).answer
    for row in rows:
        yield from _of_page(row, str(bench.size))


def _of_page(row: dict[str, Any], size: str) -> Iterator[Result]:
    page = row["page"]
    goals = _goals_of(page)
    base = f"pages.{slug(page)}.{row['role']}"
    yield Result(f"{base}.cpu", row["cpu_ms"], "CPU ms", goals.get("cpu"), size=size)
    if row["server_ms"] is not None:
        yield Result(f"{base}.server", row["server_ms"], "CPU ms", size=size, note="of the database server")
    yield Result(f"{base}.p50", row["p50_ms"], "ms", size=size)
    yield Result(f"{base}.p99", row["p99_ms"], "ms", goals.get("p99"), size=size)
    yield Result(f"{base}.queries", row["queries"], "queries", goals.get("queries"), size=size)


def _goals_of(page: str) -> dict[str, float]:
    if page.startswith("write"):
        return WRITE_GOALS
    if page.startswith("customer"):
        return PAGE_GOALS
    return {} if page == "today" or page.startswith("filtered") else LIST_GOALS


def slug(page: str) -> str:
    """Return a page's name as part of a result's name."""
    return page.replace(":", "").replace(" ", "_")


# ---------------------------------------------------------------- files


def imports(bench: Bench) -> Iterator[Result]:
    """Customers, and orders with lines, from CSV and Parquet into an empty installation each."""
    folder = str(bench.places.root)
    base = empty(bench)
    values = {"customers": bench.size.customers, "seed": bench.size.seed}
    process.child(base, "customer_files", folder=folder, **values)
    process.child(base, "order_files", folder=folder, lines=bench.size.lines, as_of=bench.as_of, **values)
    for kind in ("customers", "orders"):
        for ending in ("csv", "parquet"):
            yield from _import(bench, base, kind, ending)


def _import(bench: Bench, base: Place, kind: str, ending: str) -> Iterator[Result]:
    bench.note(f"import: {kind} from {ending}")
    place = bench.places.new(f"{kind}_{ending}", like=base)
    file = bench.places.root / f"{kind}.{ending}"
    run = process.zhike(place, "import", kind, str(file), "--source", "demo")
    bench.places.remove(place)
    rows = run.answer["rows"]
    size, name = f"{rows:,} rows", f"import.{kind}_{ending}"
    wrong = rows - run.answer["created"]
    note = f"whole command {run.seconds:.1f} s{_cpu(run)}" + (
        f"; {wrong:,} rows not created" if wrong else ""
    )
    yield Result(
        f"{name}.rows", rows / run.answer["seconds"], "rows/s", GOALS["import.rows"], size=size, note=note
    )
    if run.peak_mb is not None:
        yield Result(f"{name}.memory", run.peak_mb, "MB", GOALS["import.memory"], size=size)


# ---------------------------------------------------------------- the numbers

_MODEL_FIGURES = {
    "weeks": ("fit_grouped", "histories in whole weeks: many are equal"),
    "days": ("fit_days", "histories in whole days"),
    "exact": ("fit_ungrouped", "no two histories equal"),
    "pareto": ("pareto_nbd_fit", "histories in whole days"),
    "predict": ("predict", "expected purchases in a year, histories in whole days"),
    "alive": ("p_alive", "histories in whole days"),
    "compile": ("compile", "once on a machine; cached on disk"),
}
_MODEL_PEERS = {"exact": "fit", "predict": "predict"}


def bg_nbd(bench: Bench) -> Iterator[Result]:
    """Fit and prediction of the model of buying, compiled beforehand."""
    bench.note("BG/NBD")
    found = process.child(
        Place(bench.places.root), "bg_nbd", customers=bench.size.customers, seed=bench.size.seed
    ).answer
    size, peers = f"{bench.size.customers:,} customers", found["peer"] or {}
    for key, (name, note) in _MODEL_FIGURES.items():
        peer = peers.get(_MODEL_PEERS.get(key, ""))
        yield _timed(f"bg_nbd.{name}", found[key], GOALS.get(f"bg_nbd.{key}"), peer, "lifetimes", size, note)


_RFM_FIGURES = {
    "orders": "one row an order, sorted by customer and day",
    "shuffled": "one row an order, in any order",
    "lines": "order lines in any order, distinct purchase days",
    "scores": "the scores alone, from figures of each customer",
}


def rfm(bench: Bench) -> Iterator[Result]:
    """Scores from orders and from order lines."""
    bench.note("RFM")
    values = {"customers": bench.size.customers, "lines": bench.size.lines, "seed": bench.size.seed}
    found = process.child(Place(bench.places.root), "rfm", **values).answer
    peers = found["peer"] or {}
    for key, note in _RFM_FIGURES.items():
        size = f"{bench.size.customers:,} customers" + (
            "" if key == "scores" else f", {bench.size.lines:,} rows"
        )
        yield _timed(f"rfm.{key}", found[key], GOALS.get(f"rfm.{key}"), peers.get(key), "pandas", size, note)


def _timed(
    name: str, taken: Pair, goal: float | None, peer: Pair | None, peer_name: str, size: str, note: str
) -> Result:
    """Return a result in CPU seconds; the clock of a shared machine, which says less, stands in the note."""
    note = f"{note}; {taken[1]:.2g} s on the clock"
    if peer is None:
        return Result(name, taken[0], "CPU s", goal, size=size, note=note)
    return Result(name, taken[0], "CPU s", goal, peer[0], peer_name, size, note)


GROUPS: dict[str, Callable[[Bench], Iterator[Result]]] = {
    "bg_nbd": bg_nbd,
    "rfm": rfm,
    "import": imports,
    "refresh": refresh,
    "pages": pages,
}
