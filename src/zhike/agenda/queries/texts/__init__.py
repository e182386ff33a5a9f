"""What the agenda says: stored as code and parameters, said in the reader's language."""

from zhike.agenda.queries.texts.labels import (
    CHANNELS,
    OCCASIONS,
    OUTCOMES,
    REASONS,
    channel_label,
    outcome_label,
)
from zhike.agenda.queries.texts.render import Said, say, say_html, stored, who_to_address

__all__ = [
    "CHANNELS",
    "OCCASIONS",
    "OUTCOMES",
    "REASONS",
    "Said",
    "channel_label",
    "outcome_label",
    "say",
    "say_html",
    "stored",
    "who_to_address",
]
