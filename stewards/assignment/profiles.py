"""Keeping the profiles: by the service centre, and the languages by the person."""

from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from portal.core.access import Refused, require
from stewards.assignment import rules
from stewards.models import StewardProfile

FIELDS = (
    *("in_rotation", "types", "categories", "subdistricts", "parks", "industries", "languages", "capacity"),
)  # fmt: skip


def keep(person: User, *, by: User, **facts: Any) -> StewardProfile:
    """What the person can be given. Who is new in the rotation waits like the one who had a request last."""
    require(rules.may_keep_profile(by, person))
    _some_language(facts["languages"])
    with transaction.atomic():
        profile = _locked(person)
        for name in FIELDS:
            setattr(profile, name, facts[name])
        profile.save(update_fields=list(FIELDS))
    return profile


def set_languages(*, by: User, languages: Sequence[str]) -> StewardProfile:
    """In which languages the person writes to enterprises: they know best themselves."""
    require(rules.is_steward(by))
    _some_language(languages)
    with transaction.atomic():
        profile = _locked(by)
        profile.languages = list(languages)
        profile.save(update_fields=["languages"])
    return profile


def _some_language(languages: Sequence[str]) -> None:
    if not languages:
        raise Refused(_("Choose at least one language."))


def _locked(person: User) -> StewardProfile:
    """The person's profile, made outside the rotation where there is none yet."""
    last = StewardProfile.objects.order_by("-turn").values_list("turn", flat=True).first() or 0
    rows = [StewardProfile(person=person, in_rotation=False, turn=last)]
    StewardProfile.objects.bulk_create(rows, ignore_conflicts=True)
    return StewardProfile.objects.select_for_update().get(person=person)
