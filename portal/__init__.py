"""The portal. The Celery app is imported here, or `.delay()` would aim at a broker nobody runs."""

from portal.celery import app as celery_app

__all__ = ["celery_app"]
