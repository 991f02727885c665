"""People and departments. This floor knows no enterprise."""

from typing import Any, ClassVar

import pghistory
from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.enums import ErasureState, Role
from portal.core import bilingual


class Department(models.Model):
    """A department of the district that answers requests or accepts applications."""

    code = models.SlugField(unique=True)
    name = models.CharField(_("name"), max_length=120)
    duties = models.CharField(_("duties"), max_length=300, blank=True)
    phone = models.CharField(_("telephone"), max_length=40, blank=True)

    class Meta:
        ordering: ClassVar = ["code"]

    def __str__(self) -> str:
        return self.name or self.code


class UserManager(BaseUserManager["User"]):
    """Finds people by their e-mail address, whatever its case."""

    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(email__iexact=username)

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        user = self.model(email=self.normalize_email(email).lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def called(self, words: str) -> models.QuerySet["User"]:
        """People whose name in either script, or whose address, holds the words."""
        named = models.Q(name_zh__icontains=words) | models.Q(name_en__icontains=words)
        return self.filter(named | models.Q(email__icontains=words)).order_by("pk")

    def with_role(self, *roles: str) -> models.QuerySet["User"]:
        return self.filter(is_active=True, roles__overlap=list(roles))


@pghistory.track(exclude=["password", "last_login"])
class User(AbstractBaseUser):
    """A person who signs in: by e-mail; named in both scripts; with any number of staff roles."""

    email = models.EmailField(_("e-mail address"), unique=True)
    name_zh = models.CharField(_("name in Chinese"), max_length=80, blank=True)
    name_en = models.CharField(_("name in Latin letters"), max_length=80, blank=True)
    title_zh = models.CharField(_("position in Chinese"), max_length=80, blank=True)
    title_en = models.CharField(_("position in English"), max_length=80, blank=True)
    phone = models.CharField(_("telephone"), max_length=40, blank=True)
    language = models.CharField(
        _("language of messages"),
        max_length=10,
        choices=[("zh-hans", "中文"), ("en", "English")],
        default="zh-hans",
    )
    digest_hour = models.PositiveSmallIntegerField(_("hour of the daily digest"), default=9)
    department = models.ForeignKey(
        Department, verbose_name=_("department"), null=True, blank=True, on_delete=models.PROTECT, related_name="people"
    )
    roles = ArrayField(
        models.CharField(max_length=20, choices=Role.choices), verbose_name=_("roles"), default=list, blank=True
    )
    is_active = models.BooleanField(default=True)
    date_joined = models.DateTimeField(auto_now_add=True)

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []
    objects: ClassVar[UserManager] = UserManager()

    class Meta:
        indexes: ClassVar = [GinIndex(fields=["roles"], name="user_roles")]  # few have any
        constraints: ClassVar = [
            models.UniqueConstraint(Lower("email"), name="user_email_once_whatever_case"),
            models.CheckConstraint(condition=models.Q(digest_hour__lte=23), name="user_digest_hour_of_a_day"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        """The name for the language of the page; the other script, then the address, when there is none."""
        names = (self.name_zh, self.name_en) if bilingual.current() == "zh-hans" else (self.name_en, self.name_zh)
        return names[0] or names[1] or self.email.partition("@")[0]

    @property
    def title(self) -> str:
        """The position for the language of the page, without falling back to the other."""
        return self.title_zh if bilingual.current() == "zh-hans" else self.title_en

    def get_full_name(self) -> str:
        return self.name

    def has_role(self, *roles: str) -> bool:
        """Whether the person holds at least one of the roles."""
        return self.is_active and not set(roles).isdisjoint(self.roles)

    @property
    def is_official(self) -> bool:
        """Staff of the district, with any role."""
        return bool(self.roles)


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), exclude=["note"])
class ErasureRequest(models.Model):
    """A person's wish to be forgotten; the service centre checks it and carries it out, or says why not."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="erasures")
    note = models.CharField(_("note"), max_length=500, blank=True)
    asked_at = models.DateTimeField(_("asked"), default=timezone.now)
    state = models.CharField(_("state"), max_length=10, choices=ErasureState.choices, default=ErasureState.WAITING)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True)
    reason = models.CharField(_("reason"), max_length=500, blank=True)

    class Meta:
        ordering: ClassVar = ["-id"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["person"], name="one_erasure_at_a_time", condition=models.Q(state="waiting")
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["id"], name="erasures_waiting", condition=models.Q(state="waiting")),
        ]

    def __str__(self) -> str:
        return f"{self.person_id}: {self.state}"


class DataAccess(models.Model):
    """That what is kept of a person was handed out, to whom and when; never changed."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="data_accesses")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering: ClassVar = ["-id"]

    def __str__(self) -> str:
        return f"{self.person_id}: {self.at}"
