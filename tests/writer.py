"""Save customers one after another and say of each whether it was kept: ``python -m tests.writer COUNT``.

Prints ``kept NAME`` or ``failed NAME`` in one write each, so that a trace of the process holds both what it
said and what it had written and synced by then.
"""

from __future__ import annotations

import os
import sys

import django


def main(count: int) -> None:
    """Write so many, whatever happens to single ones."""
    django.setup()
    from django.db import DatabaseError

    from zhike.core.permissions import SYSTEM
    from zhike.customers.actions import CustomerInput, create_customer

    for number in range(count):
        name = f"writer {number}"
        try:
            create_customer(CustomerInput(name=name), by=SYSTEM)
        except DatabaseError:
            os.write(1, f"failed {name}\n".encode())
        else:
            os.write(1, f"kept {name}\n".encode())


if __name__ == "__main__":
    main(int(sys.argv[1]))
