"""What answers teach about a source: slowly, within bounds, for the firm and then for the person.

Each answer gets a grade in 0..1. The firm's estimate of a source is the mean grade shrunk towards the prior
(as if 50 answers of the prior's grade had been given); a person's is shrunk towards the firm's (30 answers).
The weight is estimate ÷ prior, held within 0.5 and 1.5. See docs/reference/agenda.md.
"""

from __future__ import annotations

from typing import Final

PRIOR: Final = 0.6
PRIOR_ANSWERS: Final = 50
PERSON_ANSWERS: Final = 30
LOWEST: Final = 0.5
HIGHEST: Final = 1.5
WINDOW_DAYS: Final = 180

GOOD_OUTCOMES: Final = frozenset({"reached", "interested", "ordered", "promised"})


def grade(answer: str, outcome: str = "", reason: str = "") -> float:
    """What one answer says of its source: good outcome 1, other contact 0.6, later 0.4, not useful 0.

    "Already taken care of" says nothing against the source and counts as 0.6.
    """
    if answer == "not_useful":
        return PRIOR if reason == "already_done" else 0.0
    if answer == "later":
        return 0.4
    return 1.0 if outcome in GOOD_OUTCOMES else PRIOR


def firm_estimate(answers: int, grades: float) -> float:
    """Mean grade shrunk towards the prior."""
    return (PRIOR_ANSWERS * PRIOR + grades) / (PRIOR_ANSWERS + answers)


def person_estimate(firm: float, answers: int, grades: float) -> float:
    """A person's mean grade shrunk towards the firm's estimate."""
    return (PERSON_ANSWERS * firm + grades) / (PERSON_ANSWERS + answers)


def weight(estimate: float) -> float:
    """The factor of the rank: 1 where nothing was learnt."""
    return min(max(estimate / PRIOR, LOWEST), HIGHEST)
