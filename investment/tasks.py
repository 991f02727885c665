"""Periodic work of investment, and what pages hand over; may run late, twice or never without harm."""

from celery import shared_task


@shared_task
def keep_resources() -> int:
    """Let invited keepers in, ask them whether entries still hold, hide what nobody confirmed; returns how many."""
    from investment import upkeep

    return upkeep.keep()


@shared_task
def note_view(need: int, resource: int) -> None:
    """A page that is read never writes: that an enterprise has opened a resource for a need is kept here."""
    from investment.wanting import note_view as note

    note(need, resource)
