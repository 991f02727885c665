"""What `check --deploy` says of settings with which the portal would run, but not as its people need it."""

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Tags, Warning, register


@register(Tags.urls, deploy=True)
def links_lead_here(**_options: Any) -> list[CheckMessage]:
    """Messages carry links; with the default they would lead each reader to their own machine."""
    if settings.SITE_URL.startswith("https://"):
        return []
    hint = "Set SITE_URL to the address people use, for example https://portal.example.gov.cn"
    return [Warning(f"SITE_URL is {settings.SITE_URL}: links in messages need https.", hint=hint, id="portal.W001")]


@register(Tags.compatibility, deploy=True)
def mail_leaves(**_options: Any) -> list[CheckMessage]:
    if not settings.EMAIL_KEPT_IN_PORTAL:
        return []
    hint = "Set EMAIL_URL, for example smtp+tls://user:password@mail.example:587"
    return [Warning("EMAIL_URL is not set: messages stay in the portal.", hint=hint, id="portal.W002")]
