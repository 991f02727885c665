"""Periodic work on visits; called by beat, may run late, twice or never without harm."""

from celery import shared_task


@shared_task
def remind_of_contact() -> int:
    """Remind stewards of key enterprises that nobody has been in touch with; returns how many messages."""
    from engagement.silence import sweep

    return sweep()


@shared_task
def chase_visits() -> int:
    """Tell whoever visited of missing write-ups and of promises without a request; returns of how many."""
    from engagement.chasing import sweep

    return sweep()
