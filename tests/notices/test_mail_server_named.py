"""An EMAIL_URL that names no mail server: told at once, not by eight refusals of every message."""

from typing import Any

import dj_email_url
import pytest
from django.apps import apps
from django.core.exceptions import ImproperlyConfigured


@pytest.mark.parametrize(
    ("url", "starts"),
    [
        ("mail.example:587", False),
        ("mail.example", False),
        ("submission://user:password@", False),
        ("submission://user:password@mail.example:587", True),
        ("smtp://mail.example:25", True),
        ("smtp://mail.example:465?ssl=True", True),
        ("smtp://:25", True),  # of the same machine
        ("console://", True),
    ],
)
def test_whether_the_portal_starts(url: str, starts: bool, settings: Any) -> None:
    usual = {"EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend"}  # Django's, where the address names none
    for name, value in (usual | dj_email_url.parse(url)).items():
        setattr(settings, name, value)
    settings.EMAIL_KEPT_IN_PORTAL = False
    if starts:
        apps.get_app_config("notices").ready()
    else:
        with pytest.raises(ImproperlyConfigured, match="EMAIL_URL names no mail server: write submission://"):
            apps.get_app_config("notices").ready()


def test_without_a_mail_server_messages_stay_in_the_portal(settings: Any) -> None:
    settings.EMAIL_HOST = ""
    settings.EMAIL_KEPT_IN_PORTAL = True
    apps.get_app_config("notices").ready()
