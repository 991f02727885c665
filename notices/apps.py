from django.apps import AppConfig
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured


class NoticesConfig(AppConfig):
    name = "notices"

    def ready(self) -> None:
        """Without a host each message would count as refused, and be given up after its last attempt."""
        by_mail = not settings.EMAIL_KEPT_IN_PORTAL and settings.EMAIL_BACKEND.endswith(".smtp.EmailBackend")
        if by_mail and not settings.EMAIL_HOST:
            raise ImproperlyConfigured(
                "EMAIL_URL names no mail server: write submission://user:password@mail.example:587 or smtp://…:25, "
                "or leave it out to keep messages in the portal."
            )
