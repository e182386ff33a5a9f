"""Tables of the core room."""

from zhike.core.models.changes import ChangelogEntry, HistoryVersion
from zhike.core.models.house import IdempotencyKey, Sequence, Setting
from zhike.core.models.imports import ImportChunk, ImportedObject, ImportMapping, ImportRun
from zhike.core.models.jobs import Heartbeat, Job, Schedule
from zhike.core.models.outbox import OutboxDelivery, OutboxEvent

__all__ = [
    "ChangelogEntry",
    "Heartbeat",
    "HistoryVersion",
    "IdempotencyKey",
    "ImportChunk",
    "ImportMapping",
    "ImportRun",
    "ImportedObject",
    "Job",
    "OutboxDelivery",
    "OutboxEvent",
    "Schedule",
    "Sequence",
    "Setting",
]
