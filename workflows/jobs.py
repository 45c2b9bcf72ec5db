"""Background jobs on PostgreSQL: procrastinate's workers, on any number of machines.

A job says "drain" or "sweep" and nothing else: the ledger and the subjects hold what is to be done,
its leases and its retries, so that a job lost or run twice changes nothing. ``manage.py
procrastinate worker`` runs them. Only imported where procrastinate is installed.
"""

from __future__ import annotations

import logging
from typing import Any, cast

from django.db import connection, transaction
from procrastinate import JobContext
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob
from procrastinate.exceptions import AlreadyEnqueued, UniqueViolation
from procrastinate.jobs import Status

from workflows import breaker, clock, effects
from workflows.effect_worker import drain
from workflows.scheduler import run_day

logger = logging.getLogger(__name__)

SHARE = 500
"""Effects a job: what is left after it is another's, so that a long ledger occupies all workers."""


def connect() -> None:
    """From now on, what emits effects or lets a run go defers a job, in the same transaction."""
    effects.announce_with(announce)
    breaker.resume_with(resume)


def announce() -> None:
    """Defer a drain in the current transaction, unless one of this connection waits already.

    One a connection: under one name for all, each transaction would wait for the end of the other
    to know whether its job is the second. A job that begins before the commit that counted on it
    finds nothing; what it missed is drained within the minute.
    """
    name = f"tacite.drain:{_backend()}"
    if ProcrastinateJob.objects.filter(queueing_lock=name, status=Status.TODO.value).exists():
        return
    _defer(drain_ledger.configure(queueing_lock=name))


def resume() -> None:
    """Defer a sweep in the current transaction, unless one waits already."""
    _defer(sweep_subjects)


def _defer(job: Any) -> None:
    try:
        # A refused job would otherwise abort the transaction of the state change.
        with transaction.atomic():
            job.defer()
    except AlreadyEnqueued:
        pass


def _backend() -> int:
    """The number of the server's process behind this thread's connection."""
    connection.ensure_connection()
    return cast("int", connection.connection.info.backend_pid)


@app.periodic(cron="* * * * *")
@app.task(name="tacite.drain", queueing_lock="tacite.drain", pass_context=True)
def drain_ledger(context: JobContext, timestamp: int | None = None) -> None:
    """Do what the ledger holds; each minute too, for what is to be tried again."""
    if drain(SHARE, stopped=context.should_abort).tried >= SHARE:
        announce()


@app.periodic(cron="0 * * * *")
@app.task(name="tacite.sweep", queueing_lock="tacite.sweep")
def sweep_subjects(timestamp: int | None = None) -> None:
    """Sweep, and do what follows it: at midnight in Paris, as at each full hour.

    A worker that starts makes up for the last hour (``max_delay`` in the settings), so that what an
    outage missed is caught up at once. Swept again, nothing is due.
    """
    run_day(clock.today())


@app.periodic(cron="* * * * *")
@app.task(name="tacite.rescue", queueing_lock="tacite.rescue", pass_context=True)
async def rescue_stalled(context: JobContext, timestamp: int | None = None) -> None:
    """Queue again the jobs of workers that vanished: procrastinate leaves them running for ever."""
    jobs = context.app.job_manager
    for job in await jobs.get_stalled_jobs():
        logger.warning("Tâche %s (%s) abandonnée par son processus.", job.id, job.task_name)
        try:
            await jobs.retry_job(job)
        except (AlreadyEnqueued, UniqueViolation):
            # Another of the same name waits already, and will do the same.
            await jobs.finish_job(job, status=Status.FAILED, delete_job=True)
