"""What runs in a process of its own: ``python -m zhike.cli.bench.child TASK JSON``; prints JSON."""

from __future__ import annotations

import importlib
import json
import sys

# task → module; the module has a function of the task's name
TASKS = {
    "tables": "zhike.cli.bench.company",
    "company": "zhike.cli.bench.company",
    "order_files": "zhike.cli.bench.files",
    "customer_files": "zhike.cli.bench.files",
    "night_file": "zhike.cli.bench.files",
    "pages": "zhike.cli.bench.pages",
    "bg_nbd": "zhike.cli.bench.models",
    "rfm": "zhike.cli.bench.segments",
}


def main() -> None:
    """Run the named task with the given values."""
    task, values = sys.argv[1], json.loads(sys.argv[2])
    answer = getattr(importlib.import_module(TASKS[task]), task)(**values)
    sys.stdout.write("\n" + json.dumps(answer) + "\n")
    if "django.db" in sys.modules:
        from django.db import connections

        connections.close_all()  # SQLite then puts its log into the file, which may be copied


if __name__ == "__main__":
    main()
