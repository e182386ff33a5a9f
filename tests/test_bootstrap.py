"""`./zhike` makes each thing once, notices changes, survives a kill, and is safe to start twice."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tools import bootstrap
from tools.bootstrap import Stage, prepare, read_stamps, runs_of_its_own, workers

ROOT = Path(__file__).resolve().parent.parent

# A process that prepares two things; each leaves a line in `made`, and the second may take its time or die.
PREPARES = """
import os, sys, time
from pathlib import Path
from tools.bootstrap import Stage, prepare

room, second = Path(sys.argv[1]), sys.argv[2]

def note(name):
    with (room / "made").open("a") as file:
        file.write(name + "\\n")

def make_second():
    if second == "dies":
        os._exit(9)
    time.sleep(0.5 if second == "slow" else 0)
    note("second")

stages = [Stage("first", "making", "1", lambda: note("first")), Stage("second", "making", "1", make_second)]
prepare(stages, room / "stamps.json", room)
"""


def prepares(room: Path, second: str = "quick") -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-c", PREPARES, room, second], cwd=ROOT, stderr=subprocess.DEVNULL
    )


def made(room: Path) -> list[str]:
    return (room / "made").read_text().split()


def test_each_thing_is_made_once(tmp_path):
    for _ in range(2):
        assert prepares(tmp_path).wait() == 0
    assert made(tmp_path) == ["first", "second"]


def test_a_start_killed_in_the_middle_is_taken_up_again(tmp_path):
    assert prepares(tmp_path, "dies").wait() == 9
    assert prepares(tmp_path).wait() == 0
    assert made(tmp_path) == ["first", "second"]


def test_two_starts_at_once_make_each_thing_once(tmp_path):
    both = [prepares(tmp_path, "slow"), prepares(tmp_path, "slow")]
    assert [process.wait() for process in both] == [0, 0]
    assert made(tmp_path) == ["first", "second"]


def test_a_change_of_the_source_makes_the_thing_again(tmp_path):
    done: list[str] = []
    for key in ("1", "1", "2"):
        prepare(
            [Stage("x", "making x", key, lambda key=key: done.append(key))], tmp_path / "s.json", tmp_path
        )
    assert done == ["1", "2"]


def test_what_was_deleted_is_made_again(tmp_path):
    output = tmp_path / "output"
    stage = Stage("x", "making x", "1", output.touch, output.exists)
    prepare([stage], tmp_path / "s.json", tmp_path)
    output.unlink()
    prepare([stage], tmp_path / "s.json", tmp_path)
    assert output.exists()


def test_a_new_environment_forgets_what_was_in_the_old_one(tmp_path):
    file = tmp_path / "s.json"
    file.write_text(json.dumps({"environment": "old", "packages": "1"}))
    prepare([Stage("environment", "making it", "new", lambda: None)], file, tmp_path)
    assert read_stamps(file) == {"environment": "new"}


@pytest.mark.parametrize("content", ["", "{", "[]", '"x"'])
def test_damaged_stamps_count_as_none(tmp_path, content):
    file = tmp_path / "s.json"
    file.write_text(content)
    assert read_stamps(file) == {}


def test_the_hash_depends_on_names_and_contents():
    one = bootstrap.digest(ROOT / "LICENSE")
    assert one == bootstrap.digest(ROOT / "LICENSE")
    assert len({one, bootstrap.digest(ROOT / "README.md"), bootstrap.digest(ROOT / "no-such-file")}) == 3


@pytest.mark.parametrize(
    "arguments", [["-n0"], ["-n", "2"], ["--pdb"], ["--co"], ["--tx=popen"], ["-x", "--dist=load"]]
)
def test_own_ways_to_run_are_respected(arguments):
    assert runs_of_its_own(arguments)


@pytest.mark.parametrize(
    "arguments", [[], ["-k", "return"], ["-x", "src/zhike/core"], ["--no-header"], ["--color=no"]]
)
def test_other_arguments_leave_the_databases_as_they_are(arguments):
    assert not runs_of_its_own(arguments)


def test_with_postgresql_each_database_gets_everything_in_one_run():
    line = " ".join(workers("postgresql://x"))
    assert "ZHIKE_TEST_DB=sqlite" in line
    assert "ZHIKE_TEST_DB=postgresql" in line
    assert "--dist=each" in line
    assert "postgresql" not in " ".join(workers(None))


def zhike(*arguments: str) -> subprocess.CompletedProcess[str]:
    variables = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST")}
    command = [sys.executable, ROOT / "tools" / "bootstrap.py", *arguments]
    return subprocess.run(
        command, capture_output=True, text=True, encoding="utf-8", check=False, env=variables
    )


def test_a_usual_start_does_nothing_and_takes_less_than_three_seconds():
    done = read_stamps()
    if not all(stage.is_done(done) for stage in bootstrap.stages(for_development=False)):
        pytest.skip("this environment was not made by ./zhike: run ./zhike test")
    start = time.monotonic()
    result = zhike("python", "-c", "print('ready')")
    assert time.monotonic() - start < 3
    assert (result.returncode, result.stdout, result.stderr) == (0, "ready\n", "")


def test_check_refuses_an_argument_it_does_not_know():
    result = zhike("check", "--fxi")
    assert result.returncode == 2
    assert "'--fxi'" in result.stderr


def test_the_windows_launcher_leads_every_way_to_the_same_file():
    """As cmd.exe reads it: lines end in CR LF, labels exist, arguments pass outside of blocks, status too."""
    raw = (ROOT / "zhike.cmd").read_bytes()
    assert raw.isascii()
    assert raw.count(b"\r\n") == raw.count(b"\n")
    lines = raw.decode().splitlines()
    labels = {line[1:] for line in lines if line.startswith(":")}
    assert {line.rsplit("goto ", 1)[1] for line in lines if "goto " in line} == labels
    assert not [line for line in lines if line.rstrip().endswith("(")], (
        "a bracket in an argument ends a block"
    )
    passing = [at for at, line in enumerate(lines) if line.endswith(" %*")]
    assert len(passing) == len(labels) - 1
    for at in passing:
        assert lines[at].endswith(' "%~dp0tools\\bootstrap.py" %*')
        assert lines[at + 1] == "exit /b %ERRORLEVEL%"
    assert Path(bootstrap.__file__) == ROOT / "tools" / "bootstrap.py"
    (question,) = (line for line in lines if line.startswith('set "NEW_ENOUGH='))
    code = question.removeprefix('set "NEW_ENOUGH=').removesuffix('"')
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
