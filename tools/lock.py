"""Write requirements/*.lock from requirements/*.in: every version pinned, every file hashed.

    ./zhike python tools/lock.py              keep what is locked, add or drop what the .in files changed
    ./zhike python tools/lock.py --upgrade    move everything to the newest allowed version

Needs `uv` (in PATH or as a module). The locks name no registry: pip takes the files from wherever it is set
up to look, and the hashes prove that they are the same files.
"""

from __future__ import annotations

import argparse
import importlib.util
import shutil
import subprocess
import sys
from pathlib import Path

REQUIREMENTS = Path(__file__).resolve().parent.parent / "requirements"

# Lock, its inputs, the lock it must agree with. In this order: later ones lean on base.lock.
LOCKS = (
    ("base.lock", ("base.in", "build.in"), None),
    ("dev.lock", ("dev.in", "build.in"), "base.lock"),
    ("bench.lock", ("bench.in",), "base.lock"),
    ("assets.lock", ("assets.in",), None),
)


def uv() -> list[str]:
    """The command that starts uv, or an end with the advice how to get it."""
    if found := shutil.which("uv"):
        return [found]
    if importlib.util.find_spec("uv"):
        return [sys.executable, "-m", "uv"]
    sys.exit("Locking needs uv, which is not here. Get it with: python3 -m pip install uv")


def compile_lock(lock: str, sources: tuple[str, ...], agree_with: str | None, *, upgrade: bool) -> None:
    """Resolve one lock for every platform and every supported Python."""
    command = [
        *uv(),
        "pip",
        "compile",
        "--quiet",
        "--universal",
        "--generate-hashes",
        "--python-version",
        "3.11",
    ]
    command += ["--no-emit-index-url", "--no-header", "--output-file", lock]
    command += ["--constraint", agree_with] if agree_with else []
    command += ["--upgrade"] if upgrade else []
    subprocess.run([*command, *sources], cwd=REQUIREMENTS, check=True)
    path = REQUIREMENTS / lock
    body = path.read_text(encoding="utf-8")
    path.write_text(
        f"# Written by tools/lock.py from {', '.join(sources)}. Do not edit.\n{body}", encoding="utf-8"
    )


def main() -> None:
    """Write all locks."""
    parser = argparse.ArgumentParser(description="Write requirements/*.lock from requirements/*.in.")
    parser.add_argument("--upgrade", action="store_true", help="move to the newest allowed versions")
    upgrade = parser.parse_args().upgrade
    for lock, sources, agree_with in LOCKS:
        compile_lock(lock, sources, agree_with, upgrade=upgrade)
        print(f"requirements/{lock}")


if __name__ == "__main__":
    main()
