"""Periodic work on policies; called by beat, may run late, twice or in two workers at once without harm."""

from celery import shared_task


@shared_task
def publish_due() -> int:
    """Publish the revisions whose day has come; returns how many."""
    from policies.publishing import scheduling

    return scheduling.publish_due()


@shared_task
def tell_reached(revision: int | None = None) -> int:
    """Tell owners that a policy fits them: of one published version, or of all that are due; returns how many."""
    from policies.eligibility import announcing

    return announcing.tell_due() if revision is None else announcing.tell(revision)


@shared_task
def tell_followers() -> int:
    """Tell people what has become of what they follow and newly answers their saved searches; returns how many."""
    from policies.alerts import follower_news

    return follower_news.tell_followers()


@shared_task
def keep_missed_search(words: str, language: str) -> None:
    """Count a search that found nothing. Lost with the broker: then it is not counted."""
    from policies.search import misses

    misses.keep(words, language)


@shared_task(soft_time_limit=60, time_limit=90)
def read_attachment(pk: int) -> str:
    """Bring the text of one file into the search; returns what came of it."""
    from policies.attachments import reading

    return str(reading.read(pk) or "")


@shared_task
def sweep_attachments() -> int:
    """Read what was not read yet, give up what could not be, remove files that nothing names."""
    from policies.attachments import keeping, reading

    return reading.sweep() + keeping.remove_unused()


@shared_task
def keep_views() -> int:
    """Keep how often policies were read; returns how many counts changed."""
    from policies.figures import counting

    return counting.keep()


@shared_task
def refresh_matches(policy: int | None = None) -> int:
    """Bring stored matches up to date, of one policy or of whatever is not, and tell what is new; returns how many.

    Many shards are shared out among the workers.
    """
    from policies.matches import storing

    return storing.run() if policy is None else int(storing.refresh_policy(policy))


@shared_task
def tell_missing() -> int:
    """Tell owners which fact of their profile settles the most policies, once a month; returns how many were told."""
    from policies.matches import missing

    return missing.tell()


@shared_task
def refresh_shards(_helper: int) -> int:
    """Help with shards that are due; returns how many."""
    from policies.matches import storing

    return storing.refresh_shards()


@shared_task
def open_due_tasks() -> int:
    """Open what has fallen due on policies, settle what no longer is; returns how many tasks were opened."""
    from policies.upkeep import due

    return due.sweep()


@shared_task
def carry_out_imports(batch: int | None = None) -> int:
    """Take over rows of one confirmed import; of none: whatever was left undone, and remove what is past its time."""
    from policies.exchange import importing

    return importing.sweep() if batch is None else importing.carry_out(batch)
