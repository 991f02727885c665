"""Periodic work of outreach; called by beat, may run late, twice or never without harm."""

from celery import shared_task


@shared_task
def keep_occasions() -> int:
    """Remind guests, close what is over, drop what was never confirmed, forget guests; returns how many rows."""
    from outreach.guests import upkeep

    return upkeep.keep()


@shared_task
def send_bulletins() -> int:
    """Published issues to their subscribers, in batches; returns how many letters."""
    from outreach.bulletins import subscribing

    subscribing.drop_unconfirmed()
    return subscribing.send_due()


@shared_task
def keep_partners() -> int:
    """Let invited contacts in, end memoranda whose term is over, remind of ends and reviews, and observers of what is
    due; returns how many."""
    from outreach.observers import upkeep as observers
    from outreach.partners import upkeep

    return upkeep.keep() + observers.remind()


@shared_task
def keep_packages() -> int:
    """Keep how often shared links were opened; tell authors and partners of policies that changed since."""
    from outreach.packages import counting, news

    return counting.keep() + news.tell()
