"""How allauth works here: mail through the outbox, secrets encrypted at rest."""

import base64
import hashlib
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.http import HttpRequest
from django.utils.module_loading import import_string


class AccountAdapter(DefaultAccountAdapter):
    """Hands every account mail to the outbox (settings.ACCOUNT_MAIL_SENDER), so none is lost or unseen."""

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        message = self.render_mail(template_prefix, email, {name: self._at_home(it) for name, it in context.items()})
        send = import_string(settings.ACCOUNT_MAIL_SENDER)
        send(email=email, kind=template_prefix.rpartition("/")[2], subject=message.subject, body=message.body)

    def _at_home(self, value: Any) -> Any:
        """An address of this request's host as the portal's own: no mail repeats what somebody sent as Host."""
        here = self.request.build_absolute_uri("/") if self.request else ""
        if here and isinstance(value, str) and value.startswith(here):
            return f"{settings.SITE_URL}/{value.removeprefix(here)}"
        return value

    def save_user(self, request: HttpRequest, user: Any, form: Any, commit: bool = True) -> Any:
        user.language = request.LANGUAGE_CODE if request.LANGUAGE_CODE in dict(settings.LANGUAGES) else "zh-hans"
        return super().save_user(request, user, form, commit)


def _fernet() -> MultiFernet:
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    digests = (hashlib.sha256(b"mfa-secret:" + key.encode()).digest() for key in keys)
    return MultiFernet([Fernet(base64.urlsafe_b64encode(d)) for d in digests])


class MfaAdapter(DefaultMFAAdapter):
    """Encrypts TOTP secrets and recovery seeds, which allauth would store in clear."""

    def encrypt(self, text: str) -> str:
        return _fernet().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        try:
            return _fernet().decrypt(encrypted_text.encode()).decode()
        except InvalidToken as error:
            raise ValueError("second-factor secret was made with another SECRET_KEY") from error
