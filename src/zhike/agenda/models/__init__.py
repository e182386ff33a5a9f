"""Tables of the agenda slice."""

from zhike.agenda.models.learning import SourceWeight, WorkResult
from zhike.agenda.models.policy import CarePolicy
from zhike.agenda.models.tasks import Build, Task, TaskAnswer

__all__ = ["Build", "CarePolicy", "SourceWeight", "Task", "TaskAnswer", "WorkResult"]
