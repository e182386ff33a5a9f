"""What must never be committed, and what must stay together."""

from __future__ import annotations

import ast
import json
import os
import re
import subprocess
import sys
import tomllib
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
CONTRACTS = {c["id"]: c for c in PROJECT["tool"]["importlinter"]["contracts"]}
TEXT = {
    ".py",
    ".md",
    ".toml",
    ".yml",
    ".js",
    ".mjs",
    ".css",
    ".html",
    ".txt",
    ".json",
    ".lock",
    ".in",
    ".po",
    ".cmd",
    ".ini",
    "",
}

# Each is written so that it does not find itself.
MACHINE_PATHS = re.compile(r"(?<![\w.}~])/(?:work|root|farm)/|/(?:home|Users)/[a-z]+/")
REGISTRIES = re.compile(r"pypi\.org|pythonhosted\.|registry\.npm|deb\.debian\.")
UNFINISHED = re.compile(r"TO[D]O|FIX[M]E|coming[ ]soon|lorem[ ]ipsum")


def tracked() -> list[Path]:
    listing = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True).stdout
    return [ROOT / name for name in listing.decode().split("\0") if name and (ROOT / name).is_file()]


def texts() -> list[tuple[str, str]]:
    files = [path for path in tracked() if path.suffix in TEXT]
    return [(path.relative_to(ROOT).as_posix(), path.read_text(encoding="utf-8")) for path in files]


def lines_with(pattern: re.Pattern[str]) -> list[str]:
    return [
        f"{name}:{number}: {line.strip()[:120]}"
        for name, text in texts()
        for number, line in enumerate(text.splitlines(), 1)
        if pattern.search(line)
    ]


@pytest.mark.parametrize(
    "pattern", [MACHINE_PATHS, REGISTRIES, UNFINISHED], ids=["paths", "registries", "unfinished"]
)
def test_nothing_is_committed_that_belongs_to_one_machine_or_one_day(pattern):
    assert lines_with(pattern) == []


def test_no_foreign_or_built_files_are_committed():
    built = re.compile(
        r"(^|/)(node_modules|dist|site|\.venv|__pycache__)/|\.(min\.(js|css)|map|mo|pyc|whl|sqlite3|parquet)$"
    )
    names = [path.relative_to(ROOT).as_posix() for path in tracked()]
    assert [name for name in names if built.search(name)] == []
    assert [path.name for path in tracked() if path.stat().st_size > 1_000_000] == []


def test_modules_stay_short_enough_to_read():
    own = [
        (n, t)
        for n, t in texts()
        if n.endswith(".py") and "/migrations/" not in n and n.startswith(("src", "tools"))
    ]
    assert [name for name, text in own if text.count("\n") > 400] == []


@pytest.mark.parametrize("lock", sorted((ROOT / "requirements").glob("*.lock")), ids=lambda path: path.name)
def test_every_locked_file_is_hashed_and_names_no_address(lock):
    text = lock.read_text(encoding="utf-8")
    entries = re.split(r"\n(?=[a-z0-9])", text.partition("\n")[2])
    assert [entry.split()[0] for entry in entries if "--hash=sha256:" not in entry or "==" not in entry] == []
    assert not re.search(r"://|file:|--find-links|--index-url|--extra-index-url", text)


def test_locks_agree_on_versions():
    def versions(name: str) -> dict[str, str]:
        text = (ROOT / "requirements" / name).read_text(encoding="utf-8")
        return {m[1]: m[2] for m in re.finditer(r"^([\w.-]+)==(\S+(?: ; [^\\]+)?)", text, re.MULTILINE)}

    base = versions("base.lock")
    for other in ("dev.lock", "bench.lock"):
        shared = {name: version.split()[0] for name, version in versions(other).items() if name in base}
        assert shared == {name: base[name].split()[0] for name in shared}


def test_npm_lock_has_hashes_and_no_addresses():
    packages = json.loads((ROOT / "package-lock.json").read_text(encoding="utf-8"))["packages"]
    assert [name for name, entry in packages.items() if name and "integrity" not in entry] == []
    assert [name for name, entry in packages.items() if "resolved" in entry] == []


def declared(name: str) -> set[str]:
    text = (ROOT / "requirements" / name).read_text(encoding="utf-8")
    return {re.match(r"[\w.-]+", line)[0].lower() for line in text.splitlines() if re.match(r"\w", line)}


def imported(path: Path) -> set[str]:
    nodes = list(ast.walk(ast.parse(path.read_text(encoding="utf-8"))))
    names = {alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names}
    names |= {node.module or "" for node in nodes if isinstance(node, ast.ImportFrom) and not node.level}
    return {name.partition(".")[0] for name in names} - sys.stdlib_module_names - {"zhike"}


def test_what_is_imported_is_declared():
    homes = packages_distributions()
    known = declared("base.in") | declared("bench.in")  # the peers are imported where they are installed
    files = [
        p
        for p in tracked()
        if p.suffix == ".py" and p.is_relative_to(ROOT / "src") and "tests" not in p.parts
    ]
    loose = {
        f"{path.relative_to(ROOT).as_posix()}: {name}"
        for path in files
        for name in imported(path)
        if not {home.lower().replace("_", "-") for home in homes.get(name, [name])} & known
    }
    assert sorted(loose) == []


def test_launchers_find_the_same_file():
    shell, batch = (ROOT / "zhike").read_bytes(), (ROOT / "zhike.cmd").read_bytes()
    assert b"tools/bootstrap.py" in shell
    assert b"tools\\bootstrap.py" in batch
    assert b"\r" not in shell
    assert batch.count(b"\r\n") == batch.count(b"\n")
    assert os.access(ROOT / "zhike", os.X_OK)


# ---------------------------------------------------------------- the house


def rooms() -> set[str]:
    return {room.strip() for layer in CONTRACTS["house"]["layers"] for room in layer.split("|")}


def test_every_room_stands_in_the_house():
    folders = {path.parent.name for path in (ROOT / "src" / "zhike").glob("*/__init__.py")}
    assert folders == rooms()


def test_every_slice_is_under_the_contracts_for_slices():
    slices = {
        path.parent.parent.name for path in (ROOT / "src" / "zhike").glob("*/migrations/__init__.py")
    } - {"core"}
    assert {name.removeprefix("zhike.") for name in CONTRACTS["slice"]["containers"]} == slices
    assert set(CONTRACTS["across"]["slices"]) == slices


@pytest.mark.parametrize("page", ["CONTRIBUTING.md", "docs/explanation/decisions/0001-a-house-with-rooms.md"])
def test_the_house_is_described_as_it_is(page):
    block = re.search(r"```\n(config\b.*?)```", (ROOT / page).read_text(encoding="utf-8"), re.DOTALL)
    assert block
    described = [re.split(r"\s{2,}", line.strip())[0] for line in block[1].splitlines() if line.strip()]
    assert described == CONTRACTS["house"]["layers"]


def test_every_room_has_tests():
    # events are declarations; the outbox's tests carry them
    bare = [
        r
        for r in sorted(rooms() - {"events"})
        if not list((ROOT / "src" / "zhike" / r).glob("**/tests/**/test_*.py"))
    ]
    assert bare == []
