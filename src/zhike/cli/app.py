"""Puts the commands together: each is imported when it is named, so that help and errors come at once."""

from __future__ import annotations

import importlib
import sys
from importlib.util import find_spec
from typing import Any

import typer
from typer.core import TyperGroup
from typer.main import get_command

# command → module; the module has a function `command` with Typer annotations
COMMANDS = {
    "agenda": "zhike.cli.agenda",
    "analyze": "zhike.cli.analyze",
    "backup": "zhike.cli.backup",
    "bench": "zhike.cli.bench",
    "demo": "zhike.cli.demo",
    "doctor": "zhike.cli.doctor",
    "export": "zhike.cli.export",
    "import": "zhike.cli.import_",
    "migrate": "zhike.cli.migrate",
    "refresh": "zhike.cli.refresh",
    "restore": "zhike.cli.restore",
    "serve": "zhike.cli.serve",
    "user": "zhike.cli.user",
    "worker": "zhike.cli.worker",
}


class LazyGroup(TyperGroup):
    """Knows the commands by name and loads a module when its command is asked for."""

    def list_commands(self, ctx: Any) -> list[str]:
        """Return all names."""
        return [name for name, module in COMMANDS.items() if find_spec(module)]

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """Load one command."""
        module_name = COMMANDS.get(cmd_name)
        if module_name is None or not find_spec(module_name):
            return None
        single = typer.Typer(add_completion=False)
        single.command(name=cmd_name)(importlib.import_module(module_name).command)
        return get_command(single)


app = typer.Typer(
    cls=LazyGroup,
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    help="Zhike 知客: whom to look after today, why, how and with what words.",
)


@app.callback()
def _root() -> None:
    """Zhike 知客: whom to look after today, why, how and with what words."""


def fail(message: str, status: int = 1) -> typer.Exit:
    """Print what went wrong on standard error and return the exit to raise."""
    print(message, file=sys.stderr)
    return typer.Exit(status)
