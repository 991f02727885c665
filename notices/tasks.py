"""Delivery and digests, called by beat and right after an urgent message is posted. Each may run twice or late."""

from celery import shared_task


@shared_task
def deliver_due() -> int:
    """Send what is queued and due; returns how many went out."""
    from notices.delivery import deliver

    return deliver()


@shared_task
def deliver_hooks() -> int:
    """Send what is queued and due to the messenger; returns how many arrived."""
    from notices.webhooks import deliver

    return deliver()


@shared_task
def compose_digests() -> int:
    """Bundle held messages into one digest a person and day, where the person's hour has come."""
    from notices.digests import compose

    return compose()
