"""Parts of the reference that are written by the program itself.

    tools/snapshots.py check    fail when docs/reference/openapi.json or options.md is no longer true
    tools/snapshots.py write    write them anew (`./zhike check --fix` does it)

Others notice a change of the API or of the command line; recorded as a file, reviewers notice it too.
"""

from __future__ import annotations

import difflib
import json
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

REFERENCE = Path(__file__).resolve().parent.parent / "docs" / "reference"
OPTIONS_HEAD = """\
# Options of every command

Written by `./zhike check --fix` from the commands themselves. What each is for: [commands](commands.md).
"""


def api() -> str:
    """The description of the API, in a stable order."""
    from zhike.config.api import api as root

    return (
        json.dumps(root.get_openapi_schema(), indent=1, ensure_ascii=False, sort_keys=True, default=str)
        + "\n"
    )


def options() -> str:
    """A section with the arguments and options of every command."""
    from typer.main import get_command

    from zhike.cli.app import app

    group: Any = get_command(app)
    context = group.make_context("zhike", [], resilient_parsing=True)
    sections = [section(group.get_command(context, name)) for name in sorted(group.list_commands(context))]
    return "\n".join([OPTIONS_HEAD, *sections])


def section(command: Any) -> str:
    """One command: its sentence and a table of what it takes."""
    sentence = (command.help or "").partition("\n\n")[0].replace("\n", " ").replace("\f", "").strip()
    rows = [f"| `{name}` | {default} | {meaning} |" for name, default, meaning in parameters(command)]
    table = ["| option | default | meaning |", "|---|---|---|", *rows, ""] if rows else []
    return "\n".join([f"## zhike {command.name}", "", sentence, "", *table])


def parameters(command: Any) -> Iterator[tuple[str, ...]]:
    """Name, default and meaning of what a command takes, in its order."""
    for parameter in command.params:
        if parameter.name != "help":
            cells = (name_of(parameter), default_of(parameter), parameter.help or "")
            yield tuple(cell.replace("|", "\\|") for cell in cells)


def name_of(parameter: Any) -> str:
    """`--port PORT`, `--header, --no-header`, `FILE`."""
    what = parameter.metavar or parameter.name.upper()
    if parameter.param_type_name == "argument":
        return str(what)
    names = ", ".join([*parameter.opts, *parameter.secondary_opts])
    return names if parameter.is_flag else f"{names} {what}"


def default_of(parameter: Any) -> str:
    """The default, where there is one to speak of."""
    if parameter.required:
        return "required"
    given = parameter.default
    if getattr(parameter, "is_flag", False):
        return f"`{parameter.opts[0]}`" if given else ""
    return "" if given is None or given == "" else f"`{given}`"


def main() -> None:
    """Compare or write."""
    command = sys.argv[1] if len(sys.argv) > 1 else ""
    if command not in {"check", "write"}:
        sys.exit(f"{__doc__}\nusage: snapshots.py check|write")
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "zhike.config.settings")
    import django

    django.setup()
    snapshots = {REFERENCE / "openapi.json": api(), REFERENCE / "options.md": options()}
    if command == "write":
        for path, text in snapshots.items():
            path.write_text(text, encoding="utf-8")
    elif stale := [line for path, text in snapshots.items() for line in differences(path, text)]:
        sys.exit("\n".join([*stale[:80], "Meant so? ./zhike check --fix writes them anew."]))


def differences(path: Path, text: str) -> list[str]:
    """What a snapshot and the program disagree on."""
    before = path.read_text(encoding="utf-8") if path.exists() else ""
    names = (f"{path.name} as recorded", f"{path.name} as it is")
    return list(difflib.unified_diff(before.splitlines(), text.splitlines(), *names, lineterm="", n=1))


if __name__ == "__main__":
    main()
