"""Periodic work on kept figures and reports; may run late or twice without harm."""

from celery import shared_task


@shared_task
def count_map() -> int:
    """Count the running quarter anew, and what ended since; returns how many quarters."""
    from insights import rollups

    return rollups.refresh()


@shared_task
def count_flow() -> int:
    """Count what happened in each month anew; returns how many months."""
    from insights.performance import flow

    return flow.count()


@shared_task
def compose_report() -> int:
    """From a month's first working day on: the report on the month before, once; returns how many were composed."""
    from insights.reports import composing

    return composing.compose_due()
