"""Periodic work on enterprises; called by beat, may run late, twice or never without harm."""

from celery import shared_task


@shared_task
def end_mandates() -> int:
    """End what agents' mandates no longer cover; their rights have ended with the day already."""
    from enterprises import workflow

    return workflow.end_mandates()
