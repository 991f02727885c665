"""Periodic work on requests; called by beat, may run late, twice or never without harm."""

from celery import shared_task

from portal.core import calendar


@shared_task
def sweep_reminders() -> int:
    """Settle due dates whose calendar has come out, then post the reminders that are due; returns how many."""
    from stewards.relations.watching import tell_lateness
    from stewards.reminding.sweep import sweep

    recompute_due_dates()
    return sweep() + tell_lateness()


@shared_task
def forget_callers() -> int:
    """Take away names and numbers of callers whose matter is long settled; returns from how many requests."""
    from stewards.deskwork import recording

    return recording.forget_callers()


@shared_task
def keep_leaves() -> int:
    """Hand over what is open where a leave begins, and back where it ends; returns how many requests changed hands."""
    from stewards.assignment.leaves import keep

    return keep()


@shared_task
def watch_coverage() -> int:
    """Tell the service centre where nobody can take a request any more; returns how many gaps are new."""
    from stewards.assignment import gaps

    return gaps.watch()


@shared_task
def refresh_figures() -> int:
    """Bring the kept figures up to date, and the due dates of ratings to be put right; returns how many days."""
    from stewards.rating import rectifying, rollups

    rectifying.settle_provisional()
    return rollups.refresh()


@shared_task
def recompute_due_dates() -> int:
    """Count due dates anew where a calendar was loaded or published meanwhile; returns how many changed."""
    from stewards.standard import recompute

    calendar.forget()  # what was published a second ago, in another process, counts already
    loaded = recompute.settle_loads()
    return loaded + (recompute.recompute_provisional() if recompute.anything_to_settle() else 0)


@shared_task
def adjust_tiers() -> int:
    """Let approved rounds of tiers take effect whose day has come; returns how many enterprises changed theirs."""
    from stewards import tiering

    return tiering.take_effect()
