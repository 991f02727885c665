"""Work on enterprises besides the pages; may run late, twice or never without harm."""

from celery import shared_task


@shared_task
def end_mandates() -> int:
    """End what agents' mandates no longer cover; their rights have ended with the day already."""
    from enterprises import workflow

    return workflow.end_mandates()


@shared_task
def remind_of_titles() -> int:
    """Tell owners that a title ends in 90 or 30 days; what was missed yesterday is told today."""
    from enterprises.records import titles

    return titles.remind()


@shared_task
def read_extract(pk: int) -> bool:
    """Read an uploaded extract of the business registry; nothing where that is done or somebody else is at it."""
    from enterprises.registry import workflow

    return workflow.read(pk)


@shared_task
def apply_extract(pk: int) -> int:
    """Take over a confirmed extract, going on where an earlier run was stopped; returns how many batches."""
    from enterprises.registry import workflow

    return workflow.apply(pk)


@shared_task
def carry_on_extracts() -> int:
    """Extracts that a killed task or a broker that was away left undone."""
    from enterprises.registry import workflow

    return workflow.carry_on()
