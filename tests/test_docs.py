"""The documentation names what there is: it fails here when it has become stale."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
SOURCE = ROOT / "src" / "zhike"
PAGES = ["README.md", "README.zh-CN.md", "CONTRIBUTING.md", "SECURITY.md", "CHANGELOG.md"]


def read(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


@pytest.mark.parametrize("page", PAGES)
def test_links_lead_somewhere(page):
    links = re.findall(r"\]\(([^)#\s]+)", read(page))
    assert [link for link in links if "://" not in link and not (ROOT / link).exists()] == []


def commands(page: str) -> list[str]:
    """The commands of a page's code blocks, without remarks and with the words of one language."""
    blocks = re.findall(r"```sh\n(.*?)```", read(page), re.DOTALL)
    lines = [re.sub(r"\s+#.*", "", line).strip() for block in blocks for line in block.splitlines()]
    return [line.replace("登录名", "LOGIN").replace("密码", "PASSWORD") for line in lines if line]


def test_both_readmes_say_the_same():
    assert commands("README.md") == commands("README.zh-CN.md")
    shape = [re.findall(r"^#+", read(page), re.MULTILINE) for page in ("README.md", "README.zh-CN.md")]
    assert shape[0] == shape[1]


def test_every_setting_from_the_environment_is_described_and_exists():
    page = read("docs/reference/configuration.md")
    own = [p for p in SOURCE.rglob("*.py") if "tests" not in p.parts]
    used = {
        name
        for path in own
        for name in re.findall(r"[\"'](ZHIKE_[A-Z_]+)[\"']", path.read_text(encoding="utf-8"))
    }
    described = set(re.findall(r"`(ZHIKE_[A-Z_]+)`", page))
    assert used - described == {"ZHIKE_PROCESS", "ZHIKE_REAL_HOME"} & used  # between our own processes
    of_the_tools = set(
        re.findall(r"ZHIKE_[A-Z_]+", "".join(read(f) for f in ("zhike", "conftest.py", "tools/testenv.py")))
    )
    assert described - used - of_the_tools == set()


def test_every_command_is_described():
    from zhike.cli.app import COMMANDS

    assert set(re.findall(r"`zhike ([a-z]+)", read("docs/reference/commands.md"))) == set(COMMANDS)


def test_every_extension_point_is_described():
    from zhike.core import plugs

    page = read("docs/reference/plugs.md")
    points = [point for point in vars(plugs).values() if isinstance(point, plugs.Point)]
    assert points
    described = re.findall(r"^\| `(\w+)`", page, re.MULTILINE)
    assert sorted(described) == sorted(
        name for name, value in vars(plugs).items() if isinstance(value, plugs.Point)
    )
