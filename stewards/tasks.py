"""Periodic work on requests; called by beat, may run late, twice or never without harm."""

from celery import shared_task

from portal.core import calendar


@shared_task
def sweep_reminders() -> int:
    """Settle due dates whose calendar has come out, then post the reminders that are due; returns how many."""
    from stewards.reminding.sweep import sweep

    recompute_due_dates()
    return sweep()


@shared_task
def recompute_due_dates() -> int:
    """Count provisional due dates anew where the calendar has been published meanwhile; returns how many."""
    from stewards.standard import recompute

    calendar.forget()  # what was published a second ago, in another process, counts already
    return recompute.recompute_provisional() if recompute.anything_to_settle() else 0
