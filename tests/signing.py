"""People who have signed in, without the eight statements that a sign-in takes; or who can do so by the form."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

from allauth.account.models import EmailAddress
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.test import Client
from django.utils import timezone

from accounts.models import User

PASSWORD = "a-long-fictional-phrase"


def session_of(user: Any) -> str:
    """The key of a new session of this person's."""
    kept = {
        SESSION_KEY: str(user.pk),
        BACKEND_SESSION_KEY: settings.AUTHENTICATION_BACKENDS[0],
        HASH_SESSION_KEY: user.get_session_auth_hash(),
    }
    ends = timezone.now() + timedelta(seconds=settings.SESSION_COOKIE_AGE)
    row = Session(session_key=uuid4().hex, session_data=SessionStore().encode(kept), expire_date=ends)
    row.save(force_insert=True)
    return row.session_key


def signed_in(user: Any) -> Client:
    client = Client()
    client.cookies[settings.SESSION_COOKIE_NAME] = session_of(user)
    return client


def with_password(user: User) -> User:
    """Give a person the tests' password and a verified address, so that they can sign in by the form."""
    user.set_password(PASSWORD)
    user.save(update_fields=["password"])
    EmailAddress.objects.update_or_create(user=user, email=user.email, defaults={"verified": True, "primary": True})
    return user
