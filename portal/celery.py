"""The Celery app; its settings are the CELERY_… names of portal.settings."""

import os

from celery import Celery
from celery.signals import worker_ready

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")

app = Celery("portal")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@worker_ready.connect
def show_life(**_: object) -> None:
    """The first heartbeat at once: /readyz need not wait for the schedule."""
    app.send_task("portal.core.tasks.heartbeat", expires=60)
