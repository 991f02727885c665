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
