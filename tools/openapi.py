"""The API's description as a file: docs/reference/openapi.json.

    tools/openapi.py check    fail when the API is no longer what the file says
    tools/openapi.py write    write the file anew (`./zhike check --fix` does it)

A change of the API is a change that others notice; the file makes it one that reviewers notice too.
"""

from __future__ import annotations

import difflib
import json
import os
import sys
from pathlib import Path

SNAPSHOT = Path(__file__).resolve().parent.parent / "docs" / "reference" / "openapi.json"


def described() -> str:
    """The description of the API as it is now, in a stable order."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "zhike.config.settings")
    import django

    django.setup()
    from zhike.config.api import api

    return (
        json.dumps(api.get_openapi_schema(), indent=1, ensure_ascii=False, sort_keys=True, default=str) + "\n"
    )


def main() -> None:
    """Compare or write."""
    command = sys.argv[1] if len(sys.argv) > 1 else ""
    if command == "write":
        SNAPSHOT.write_text(described(), encoding="utf-8")
    elif command == "check":
        before = SNAPSHOT.read_text(encoding="utf-8") if SNAPSHOT.exists() else ""
        changes = difflib.unified_diff(
            before.splitlines(), described().splitlines(), "recorded", "now", lineterm="", n=1
        )
        if lines := list(changes):
            sys.exit(
                "\n".join(
                    [
                        *lines[:60],
                        "The API differs from docs/reference/openapi.json; meant? ./zhike check --fix",
                    ]
                )
            )
    else:
        sys.exit(f"{__doc__}\nusage: openapi.py check|write")


if __name__ == "__main__":
    main()
