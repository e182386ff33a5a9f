"""The background process: delivers events, runs jobs, keeps the schedule."""

from __future__ import annotations

import logging
import os
import signal
import socket
import subprocess
import sys
import time
from datetime import time as day_time
from datetime import timedelta
from types import FrameType

from django.db import InterfaceError, OperationalError, close_old_connections

from zhike.core import jobs, outbox
from zhike.core.clock import now
from zhike.core.models import Heartbeat, Job

logger = logging.getLogger(__name__)

IDLE_SECONDS = 1.0
HEARTBEAT_SECONDS = 10.0


class Worker:
    """One worker loop; ``stop()`` (or SIGTERM/SIGINT) ends it after the current step."""

    def __init__(self) -> None:
        self.in_process = False
        self.owner = f"{socket.gethostname()}:{os.getpid()}"
        self.stopping = False
        self._beaten = 0.0

    def stop(self, signum: int = 0, frame: FrameType | None = None) -> None:
        """Ask the loop to end."""
        self.stopping = True

    def run_forever(self) -> None:
        """Loop until stopped; a database that is down or locked is waited for, not died of."""
        signal.signal(signal.SIGTERM, self.stop)
        signal.signal(signal.SIGINT, self.stop)
        ensure_schedule()
        while not self.stopping:
            try:
                busy = self.step()
            except (OperationalError, InterfaceError):
                logger.warning("database not available, trying again")
                close_old_connections()
                busy = False
            if not busy:
                time.sleep(IDLE_SECONDS)

    def step(self) -> bool:
        """Do one round; returns whether there was anything to do."""
        close_old_connections()
        self._beat()
        delivered = outbox.deliver_due()
        jobs.enqueue_scheduled()
        return bool(self._run_one() or delivered)

    def drain(self, limit: int = 1000) -> int:
        """Run everything that is due now in this very process; returns the number of rounds."""
        self.in_process = True
        rounds = 0
        while rounds < limit and (outbox.deliver_due() or self._run_one()):
            rounds += 1
        return rounds

    def _run_one(self) -> bool:
        claimed = jobs.claim(self.owner)
        if claimed is None:
            return False
        if jobs.runs_in_subprocess(claimed.name) and not self.in_process:
            self._run_in_subprocess(claimed)
        else:
            jobs.run(claimed, self.owner)
        return True

    def _run_in_subprocess(self, claimed: Job) -> None:
        """Run a heavy job in its own process.

        It renews the lease itself, so a crash is noticed by its expiry.
        """
        child = subprocess.Popen([sys.executable, "-m", "zhike.core.run_job", str(claimed.pk), self.owner])  # noqa: S603
        while child.poll() is None:
            self._beat()
            outbox.deliver_due()
            if self.stopping:
                child.terminate()
            time.sleep(IDLE_SECONDS / 4)
        if self.stopping:
            jobs.hand_back(claimed, self.owner)
        elif child.returncode:
            Job.objects.filter(pk=claimed.pk, state=Job.State.RUNNING, lease_owner=self.owner).update(
                lease_until=now(), error=f"its process ended with status {child.returncode}"
            )

    def _beat(self) -> None:
        if time.monotonic() - self._beaten >= HEARTBEAT_SECONDS:
            Heartbeat.objects.update_or_create(pk=self.owner, defaults={"at": now()})
            Heartbeat.objects.filter(at__lt=now() - timedelta(hours=1)).delete()
            self._beaten = time.monotonic()


def ensure_schedule() -> None:
    """Put the house's recurring jobs into the schedule."""
    jobs.schedule("core.seal_changelog", every_seconds=300)
    jobs.schedule("core.clear_expired", daily_at=day_time(3, 40))
    jobs.schedule("core.clear_imports", daily_at=day_time(3, 50))
    jobs.schedule("refresh.run", daily_at=day_time(2, 30))


def worker_alive(within_seconds: int = 45) -> bool:
    """Tell whether any worker gave a sign of life lately."""
    return Heartbeat.objects.filter(at__gte=now() - timedelta(seconds=within_seconds)).exists()
