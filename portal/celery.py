"""The Celery app; its settings are the CELERY_… names of portal.settings."""

import os

from celery import Celery
from celery.signals import worker_init, worker_ready

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")

app = Celery("portal")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@worker_init.connect
def give_nothing_back(**_: object) -> None:
    """When Valkey goes away, kombu would put back what the worker holds through the very connection it has lost, and
    the worker would die of that. Nothing needs it: the rows are in PostgreSQL, where beat's sweeps find them."""
    from kombu.transport.redis import Channel

    Channel.do_restore = False


@worker_ready.connect
def show_life(**_: object) -> None:
    """The first heartbeat at once: /readyz need not wait for the schedule."""
    app.send_task("portal.core.tasks.heartbeat", expires=60)
