"""What the refresh slice hangs into the house."""

from zhike.core import plugs
from zhike.refresh.actions import start  # noqa: F401 - registers the nightly job
from zhike.refresh.queries import integrity

plugs.invariants.add(
    plugs.Invariant(
        "refresh.warehouse",
        "the warehouse adds up to what it was loaded from",
        integrity.warehouse_sums,
        order=200,
    )
)
plugs.invariants.add(
    plugs.Invariant(
        "refresh.scores", "every customer has a score row, and nobody else", integrity.score_rows, order=210
    )
)
