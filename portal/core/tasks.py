"""The worker's sign of life."""

import time

from celery import shared_task
from django.core.cache import cache

HEARTBEAT_KEY = "worker-heartbeat"
HEARTBEAT_MAX_AGE = 120  # seconds: six missed beats


@shared_task
def heartbeat() -> None:
    """Write the moment at which a worker last did something, for /readyz."""
    cache.set(HEARTBEAT_KEY, time.time(), timeout=HEARTBEAT_MAX_AGE * 10)
