"""What the answers teach, and what came of the contacts; both rebuilt with the list."""

from __future__ import annotations

from datetime import date

from zhike.agenda.models import SourceWeight, WorkResult
from zhike.agenda.queries.evidence import answers_by_source, results_by_user
from zhike.agenda.rules import learning
from zhike.core.changes import change
from zhike.core.permissions import Viewer


def learn_weights(as_of: date, *, by: Viewer) -> None:
    """Estimate anew what each source is worth, for the firm and for each person who answered."""
    counted = answers_by_source(as_of)
    firm: dict[str, tuple[int, float]] = {}
    for (source, _), (answers, grades) in counted.items():
        before = firm.get(source, (0, 0.0))
        firm[source] = (before[0] + answers, before[1] + grades)
    estimates = {source: learning.firm_estimate(*sums) for source, sums in firm.items()}
    rows = [_row(source, None, sums, estimates[source], as_of) for source, sums in firm.items()]
    for (source, user_id), sums in counted.items():
        if user_id is not None:
            rows.append(
                _row(source, user_id, sums, learning.person_estimate(estimates[source], *sums), as_of)
            )
    with change("agenda.learn_weights", by=by) as c:
        SourceWeight.objects.all().delete()
        SourceWeight.objects.bulk_create(rows)
        c.touched("agenda.sourceweight", [r.pk for r in rows])


def _row(
    source: str, user_id: int | None, sums: tuple[int, float], estimate: float, as_of: date
) -> SourceWeight:
    answers, grades = sums
    return SourceWeight(
        source=source,
        user_id=user_id,
        answers=answers,
        grades=grades,
        estimate=estimate,
        weight=learning.weight(estimate),
        as_of=as_of,
    )


def measure_results(as_of: date, *, by: Viewer) -> None:
    """Store for each person what came of last week's contacts, beside comparable customers."""
    rows = [
        WorkResult(user_id=user_id, as_of=as_of, data=data)
        for user_id, data in results_by_user(as_of).items()
    ]
    with change("agenda.measure_results", by=by) as c:
        WorkResult.objects.all().delete()
        WorkResult.objects.bulk_create(rows)
        c.touched("agenda.workresult", [r.pk for r in rows])
