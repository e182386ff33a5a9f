"""Run one claimed job in this process: ``python -m zhike.core.run_job ID OWNER`` (started by the worker)."""

from __future__ import annotations

import sys

import django


def main(job_id: int, owner: str) -> int:
    """Run the job whose lease ``owner`` holds; returns the exit status."""
    django.setup()
    from zhike.core import jobs
    from zhike.core.models import Job

    claimed = Job.objects.filter(pk=job_id, lease_owner=owner, state=Job.State.RUNNING).first()
    if claimed is None:
        return 0
    jobs.run(claimed, owner)
    return 0


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]), sys.argv[2]))
