"""Periodic work on requests; called by beat, may run late, twice or never without harm."""

from celery import shared_task


@shared_task
def sweep_reminders() -> int:
    """Post the reminders that are due; returns how many."""
    from stewards.sweep import sweep

    return sweep()
