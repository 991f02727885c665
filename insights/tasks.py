"""Periodic work on the map's figures; may run late, twice or never without harm."""

from celery import shared_task


@shared_task
def count_map() -> int:
    """Count the running quarter anew, and what ended since; returns how many quarters."""
    from insights import rollups

    return rollups.refresh()
