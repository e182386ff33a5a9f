"""What all tests share: where each test runs, the browser, the real files, and an honest summary."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from tools import testenv

DATABASE = os.environ.get("ZHIKE_TEST_DB", "sqlite")
DATABASE_FIXTURES = {
    "db",
    "transactional_db",
    "django_db_reset_sequences",
    "django_db_serialized_rollback",
    "new_installation",
}
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
BROWSER_SWITCHES = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
ADVICE = {
    "postgresql": "PostgreSQL: none answers. Start one, or say where it is: "
    "ZHIKE_TEST_POSTGRESQL=postgresql://user:password@host:port/postgres",
    "chromium": "browser: no Chromium found. Install it (Debian: apt install chromium), or say where it is: "
    "ZHIKE_CHROMIUM=/path/to/chromium",
    "data": "real files: set ZHIKE_TEST_DATA to the folder that holds them",
}


# ---------------------------------------------------------------- where a test runs


def uses_database(item: pytest.Item) -> bool:
    """Whether a test reads or writes the database under test."""
    marked = item.get_closest_marker("django_db") is not None
    return marked or bool(DATABASE_FIXTURES & set(getattr(item, "fixturenames", ())))


def runs_once(item: pytest.Item) -> bool:
    """Whether a test is the same on every database: pure ones, and journeys in the browser."""
    return bool(item.get_closest_marker("pure") or item.get_closest_marker("e2e")) or not uses_database(item)


@pytest.hookimpl(trylast=True)
def pytest_configure(config: pytest.Config) -> None:
    """Let the workers, which inherit the environment, know that each of them is given everything."""
    if config.getoption("dist", "no") == "each":
        os.environ["ZHIKE_TEST_EACH"] = "1"


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave what runs once to the SQLite worker."""
    if DATABASE == "sqlite" or not os.environ.get("ZHIKE_TEST_EACH"):
        return
    once = [item for item in items if runs_once(item)]
    if once:
        config.hook.pytest_deselected(items=once)
        items[:] = [item for item in items if item not in set(once)]


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Skip what this machine cannot run, and say how it could."""
    if item.get_closest_marker("e2e") and not chromium():
        pytest.skip(ADVICE["chromium"])
    if item.get_closest_marker("data") and not os.environ.get("ZHIKE_TEST_DATA"):
        pytest.skip(ADVICE["data"])


# ---------------------------------------------------------------- an honest summary


def not_run() -> list[str]:
    """What this run leaves out because the machine lacks it."""
    missing = [] if chromium() else ["chromium"]
    missing += [] if os.environ.get("ZHIKE_TEST_DATA") else ["data"]
    missing += ["postgresql"] if os.environ.get("ZHIKE_TEST_POSTGRESQL") == "" else []
    return [ADVICE[name] for name in missing]


def pytest_terminal_summary(terminalreporter: Any, config: pytest.Config) -> None:
    """Say on which databases the tests ran, and what was left out and how to have it."""
    if hasattr(config, "workerinput") or config.option.collectonly:
        return
    databases = [spec.env["ZHIKE_TEST_DB"] for spec in specs(config)] or [DATABASE]
    terminalreporter.section("where it ran")
    terminalreporter.line("databases: " + ", ".join(sorted(set(databases))))
    for line in not_run():
        terminalreporter.line("left out – " + line)


def specs(config: pytest.Config) -> list[Any]:
    """The workers of this run that were given a database."""
    import execnet

    texts = [s for s in config.getoption("tx", None) or [] if "ZHIKE_TEST_DB" in s]
    return [execnet.XSpec(s.partition("*")[2] or s) for s in texts]


@pytest.hookimpl(tryfirst=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """With ZHIKE_TEST_COMPLETE set, a run that left anything out has failed."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if hasattr(session.config, "workerinput") or not reporter or not os.environ.get("ZHIKE_TEST_COMPLETE"):
        return
    if session.exitstatus == pytest.ExitCode.OK and (reporter.stats.get("skipped") or not_run()):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
        reporter.ensure_newline()
        reporter.write_line(
            "FAILED: ZHIKE_TEST_COMPLETE is set, and something was left out (see the summary)", red=True
        )


# ---------------------------------------------------------------- shared fixtures


def chromium() -> str | None:
    """The path of this machine's Chromium, if there is one."""
    named = os.environ.get("ZHIKE_CHROMIUM")
    if named:
        return named if Path(named).exists() else None
    return next((path for name in BROWSERS if (path := shutil.which(name))), None)


@pytest.fixture(scope="session")
def data_dir() -> Path:
    """The folder with the real files (tests that ask for it are marked `data`)."""
    folder = os.environ.get("ZHIKE_TEST_DATA")
    if not folder:
        pytest.skip(ADVICE["data"])
    return Path(folder).resolve()


@pytest.fixture
def new_installation(tmp_path: Path) -> Iterator[Any]:
    """Make installations of real processes, each with an empty database of the kind under test."""
    from tests.installation import Installation, temporary_database

    with ExitStack() as databases:

        def make(name: str = "home") -> Installation:
            if DATABASE == "sqlite":
                return Installation(tmp_path / name)
            server = os.environ.get("ZHIKE_TEST_POSTGRESQL") or testenv.POSTGRESQL
            database = temporary_database(server, f"zhike_{os.getpid()}_{name}")
            return Installation(tmp_path / name, databases.enter_context(database))

        yield make


@pytest.fixture
def installation(new_installation: Any) -> Any:
    """One installation of real processes, empty."""
    return new_installation()


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    """One Chromium for all journeys of this process."""
    from playwright.sync_api import sync_playwright

    path = chromium()
    if not path:
        pytest.skip(ADVICE["chromium"])
    with sync_playwright() as playwright:
        chrome = playwright.chromium.launch(executable_path=path, args=BROWSER_SWITCHES)
        yield chrome
        chrome.close()


@pytest.fixture
def page(browser: Any) -> Iterator[Any]:
    """A fresh browser page in Chinese; an uncaught script error or a failed request fails the test."""
    context = browser.new_context(
        locale="zh-CN", timezone_id="Asia/Shanghai", viewport={"width": 1280, "height": 900}
    )
    page = context.new_page()
    problems: list[str] = []
    page.on("pageerror", lambda error: problems.append(f"script error: {error}"))
    page.on("response", lambda r: problems.append(f"{r.status} {r.url}") if r.status >= 500 else None)
    yield page
    context.close()
    assert not problems
