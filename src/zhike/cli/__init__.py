"""The ``zhike`` command: one module a command, loaded only when it is called."""

from __future__ import annotations


def main() -> None:
    """Run the command line."""
    from zhike.cli.app import app

    app()
